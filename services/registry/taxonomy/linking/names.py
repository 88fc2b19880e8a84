"""PURE: the names of all concepts of one kind as arrays, in which texts are looked for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.registry.taxonomy.linking.grams import CODES, Numbers, Reals, Rows, grams, rarity
from services.registry.taxonomy.linking.normalising import one_form, parts, words
from services.registry.taxonomy.linking.stems import same_words
from services.registry.taxonomy.linking.vocabulary import Vocabulary, acronyms


class Named(NamedTuple):
    """A concept and its names in one language."""

    uri: str
    language: str
    label: str
    alternatives: Sequence[str] = ()


class About(NamedTuple):
    """What else is known of a concept: ISCO-08 unit group and place in ESCO's hierarchy (both "" for a skill), and
    text: its description and the names of its group."""

    isco08: str = ""
    code: str = ""
    text: str = ""


class _Label(NamedTuple):
    concept: int
    language: int
    preferred: bool
    text: str
    words: tuple[str, ...]


def names_in(label: str) -> list[str]:
    """One label may hold two forms ("soudeur / soudeuse") or, in some exports, several names ("a|b")."""
    found = []
    for name in label.split("|"):
        halves = parts(name) if "/" in name else []
        pair = len(halves) > 1 and all(same_words(words(halves[0]), words(half)) for half in halves[1:])
        found += [half.strip() for half in halves] if pair else [name.strip()]
    return found


class Names:
    """Rows of labels by concept: those of concept c are `first[c]` to `first[c + 1]`. Concepts ascend by URI, so that
    the order in which they were read does not matter."""

    def __init__(self, named: Iterable[Named], about: dict[str, About]) -> None:
        ordered = sorted(named, key=lambda each: (each.uri, each.language))
        self.uris = sorted({each.uri for each in ordered})
        self.languages = sorted({each.language for each in ordered})
        labels = list(self._labels(ordered))
        self._texts, self._ends = _blob([label.text for label in labels])
        self.concept: Numbers = np.array([label.concept for label in labels], np.int32)
        self.first = np.searchsorted(self.concept, np.arange(len(self.uris) + 1))
        self.language = np.array([label.language for label in labels], np.int8)
        self.preferred = np.array([label.preferred for label in labels], bool)
        self.isco08 = [about[uri].isco08 if uri in about else "" for uri in self.uris]
        depth = [about[uri].code.count(".") if uri in about else 0 for uri in self.uris]
        self.generality: Reals = (1 / np.maximum(1, np.array(depth, np.float32))).astype(np.float32)
        self.vocabulary = Vocabulary(label.words for label in labels)
        self._index_letters([" ".join(label.words) for label in labels])
        self._index_words([label.words for label in labels])
        self._index_texts([about[uri].text if uri in about else "" for uri in self.uris])

    def _labels(self, ordered: Sequence[Named]) -> Iterator[_Label]:
        once: dict[str, str] = {}  # the same word in many labels is one string while the index is made
        for concept, (_, group) in enumerate(groupby(ordered, key=lambda each: each.uri)):
            for each in group:
                language, seen = self.languages.index(each.language), set[tuple[str, ...]]()
                for place, label in enumerate((each.label, *each.alternatives)):
                    for text in names_in(label):
                        found = tuple(once.setdefault(word, word) for word in words(one_form(text)))
                        if found and found not in seen:
                            seen.add(found)
                            yield _Label(concept, language, place == 0, text, found)

    def _index_letters(self, texts: Sequence[str]) -> None:
        codes, owners = grams(texts) if texts else (np.zeros(0, np.int32),) * 2
        self.letters = Rows(owners, codes, (len(texts), CODES))
        held = np.bincount(self.letters.columns, minlength=CODES)
        self.letter_rarity = np.log1p(len(texts) / np.maximum(held, 1)).astype(np.float32)
        self.letter_norm: Reals = np.sqrt(self.letters.sums(self.letter_rarity**2))
        self.concept_letters = Rows(codes, self.concept[owners], (CODES, len(self.uris)))
        self.concept_letter_rarity = rarity(self.concept_letters)

    def _index_words(self, texts: Sequence[tuple[str, ...]]) -> None:
        known = self.vocabulary
        stems, owners = _flat([known.stems(text) for text in texts])
        compounds = {word: known.pieces(word) for word in known.words}
        more = [known.stems([piece for word in text for piece in compounds[word]]) for text in texts]
        short = [[known.add(term) for term in sorted(acronyms(text))] for text in texts]
        of_concept = [_flat(each) for each in (more, short)]
        size = len(known)
        self.words = Rows(owners, stems, (len(texts), size))
        held = np.bincount(self.words.columns, minlength=size)
        self.word_rarity: Reals = np.log1p(len(texts) / np.maximum(held, 1)).astype(np.float32)
        self.word_norm: Reals = np.sqrt(self.words.sums(self.word_rarity**2))
        terms = np.concatenate([stems, *(found for found, _ in of_concept)])
        holders = np.concatenate([owners, *(owner for _, owner in of_concept)])
        self.concept_words = Rows(terms, self.concept[holders], (size, len(self.uris)))
        self.concept_word_rarity = rarity(self.concept_words)

    def _index_texts(self, texts: Sequence[str]) -> None:
        known = self.vocabulary
        found = [{known.known_stem(word) for word in words(text)} for text in texts]
        stems, owners = _flat([sorted(stem for stem in each if stem is not None) for each in found])
        self.texts = Rows(stems, owners, (len(known), len(texts)))
        self.text_rarity = rarity(self.texts)

    def __len__(self) -> int:
        return len(self.concept)

    def text(self, label: int) -> str:
        """The label as the taxonomy writes it."""
        return self._texts[self._ends[label] : self._ends[label + 1]].decode()

    def labels_of(self, concepts: NDArray[np.intp]) -> NDArray[np.intp]:
        """The numbers of all labels of these concepts, one concept after another."""
        lengths = self.first[concepts + 1] - self.first[concepts]
        ends = np.cumsum(lengths)
        return np.repeat(self.first[concepts] - ends + lengths, lengths) + np.arange(int(ends[-1]))


def _flat(lists: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """The numbers of all lists one after another, and for each the list it is from."""
    lengths = np.array([len(each) for each in lists], np.int64)
    flat = np.fromiter((number for each in lists for number in each), np.int32, int(lengths.sum()))
    return flat, np.repeat(np.arange(len(lists), dtype=np.int32), lengths)


def _blob(texts: Sequence[str]) -> tuple[bytes, NDArray[np.int64]]:
    """All texts in one piece (a Python string costs more than its letters), and where each begins."""
    encoded = [text.encode() for text in texts]
    ends = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(each) for each in encoded], out=ends[1:])
    return b"".join(encoded), ends
