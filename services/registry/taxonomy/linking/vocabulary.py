"""PURE: the words of all names of one kind of concept, and what a word of a text may stand for among them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.registry.taxonomy.linking.grams import CODES, Rows, coverage, grams, rarity
from services.registry.taxonomy.linking.stems import ARABIC, distance, stem

_PIECE = 4  # letters of the shortest piece of a compound
_LINKS = ("", "s", "e", "en", "n")  # what Dutch puts between the pieces of a compound
_SEEN = 3  # a piece of a compound is a word of so many names
_SHORT_ARABIC = 3  # letters of the shortest word that may be misspelt; roots have three
_NEAR = 0.66  # words are taken for misspelt ones when no more than a third of their letters differs
_NEAREST = 6
_ACRONYM = 0.7
_WHOLE_ACRONYM = 0.9
_OTHER_FORM = 0.95
# Words that give no letter to an acronym.
_NO_INITIALS = "de des du la le les l d en et of and the for in to van voor der het ou or a au aux"
_LITTLE = frozenset(_NO_INITIALS.split())

Meanings = dict[int, float]  # stem -> how sure it is that the word stands for it, above 0 and at most 1


class Vocabulary:
    """Words of names, by number; `stem_of[word]` is the number of its stem, and acronyms have numbers beside stems."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        seen = Counter(word for name in names for word in set(name))
        self.words = sorted(seen)
        self.number = {word: i for i, word in enumerate(self.words)}
        self._stems: dict[str, int] = {}
        self.stem_of = [self._stems.setdefault(stem(word), len(self._stems)) for word in self.words]
        self._common = {word for word, count in seen.items() if count >= _SEEN and len(word) >= _PIECE}
        codes, owners = grams(self.words, (2, 3)) if self.words else (np.zeros(0, np.int32),) * 2
        self._inverted = Rows(codes, owners, (CODES, len(self.words)))
        self._rarity = rarity(self._inverted)
        self._norm = np.sqrt(Rows(owners, codes, (len(self.words), CODES)).sums(self._rarity**2))

    def __len__(self) -> int:
        return len(self._stems)

    def add(self, term: str) -> int:
        """The number of a term that is no word: an acronym, written with "=" in front."""
        return self._stems.setdefault(term, len(self._stems))

    def stems(self, name: Sequence[str]) -> list[int]:
        """The stems of words of a name."""
        return [self.stem_of[self.number[word]] for word in name]

    def known_stem(self, word: str) -> int | None:
        """The stem of a word of any text, when a name has it."""
        return self._stems.get(stem(word))

    def meanings(self, word: str) -> Meanings:
        """Stems that a word of a text may stand for: its own, else none."""
        if (number := self.number.get(word)) is not None:
            return {self.stem_of[number]: 1.0}
        own = self._stems.get(stem(word))
        return {} if own is None else {own: _OTHER_FORM}

    def abbreviated(self, word: str) -> Meanings:
        """What a word may be the initials of."""
        terms = ((f"={word}", _ACRONYM), (f"=={word}", _WHOLE_ACRONYM))
        return {self._stems[term]: sure for term, sure in terms if term in self._stems}

    def near(self, word: str) -> Meanings:
        """Stems of words that look like this one, which may be misspelt; none for short words."""
        if len(word) < (_SHORT_ARABIC if word >= ARABIC else _PIECE) or not self.words:
            return {}
        codes = np.unique(grams([word], (2, 3))[0])
        alike = coverage(self._inverted, codes, self._rarity[codes] ** 2) / self._norm
        found: Meanings = {}
        for number in np.argpartition(-alike, min(_NEAREST, len(alike)) - 1)[:_NEAREST].tolist():
            other = self.words[number]
            # A misspelt form of a word that names hold in another form is nearer by its stem.
            sure = max(_likeness(word, other), _likeness(stem(word), stem(other)) * _OTHER_FORM)
            if sure >= _NEAR:
                found[self.stem_of[number]] = max(sure, found.get(self.stem_of[number], 0.0))
        return found

    def pieces(self, word: str) -> tuple[str, ...]:
        """A compound (Dutch zonnepaneelmonteur) as two words that names have, the longest first piece of all ways to
        cut it; empty when it is none."""
        for cut in range(len(word) - _PIECE, _PIECE - 1, -1):
            if word[:cut] in self._common:
                for link in _LINKS:
                    rest = word[cut + len(link) :]
                    if word.startswith(link, cut) and rest in self._common:
                        return word[:cut], rest
        return ()


def _likeness(one: str, other: str) -> float:
    longer = max(len(one), len(other))
    return 0.0 if abs(len(one) - len(other)) > (1 - _NEAR) * longer else 1 - distance(one, other) / longer


def acronyms(name: Sequence[str]) -> set[str]:
    """What a name may be short for: the initials of all its words ("==rn"), or of two or three in a row ("=pl")."""
    initials = "".join(word[0] for word in name if word not in _LITTLE)
    if not initials.isascii():
        return set()
    found = {f"={initials[i : i + n]}" for n in (2, 3) for i in range(len(initials) - n + 1)}
    if 2 <= len(initials) <= 5:
        found.add(f"=={initials}")
    return found


@dataclass(frozen=True, slots=True)
class Signals:
    """How words are understood; in every way, but where a benchmark asks what one of them gives."""

    near_words: bool = True
    compounds: bool = True
    acronyms: bool = True
    readings: bool = True


class Senses:
    """What the words of one text may stand for, each looked up once."""

    def __init__(self, vocabulary: Vocabulary, text: str, signals: Signals) -> None:
        self._vocabulary, self._signals = vocabulary, signals
        self._known: dict[str, list[Meanings]] = {}
        # Capitals in a text that is not all capitals, or a text that is nothing else: "chauffeur PL", "RN".
        short = re.findall(r"\b[A-Z]{2,5}\b", text)
        self._acronyms = {each.casefold() for each in short if not text.isupper() or text.strip() == each}

    def of(self, word: str) -> list[Meanings]:
        """One entry, two for a compound, none when no name has anything like it."""
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> list[Meanings]:
        vocabulary, signals = self._vocabulary, self._signals
        found = vocabulary.meanings(word)
        if signals.acronyms and (word in self._acronyms or (not found and len(word) < _PIECE)):
            found = vocabulary.abbreviated(word) | found
        if found:
            return [found]
        if signals.compounds and (pieces := vocabulary.pieces(word)):
            return [vocabulary.meanings(piece) for piece in pieces]
        found = vocabulary.near(word) if signals.near_words else {}
        return [found] if found else []
