"""PURE: which concepts a free text means, best first, each with a score whose parts say why.

A text is read in several ways (`Reading`): whole, without the words of an advertisement, and each title of several.
Every reading is compared with all concepts by the letters and words that any of their names holds, in any language;
then with each name of the best of them. Letters are 3-grams and words are stems, both weighted by rarity: the letters
forgive typing errors, inflection and compounds, the words find what is said in another order. The weights were
fitted on names of ESCO held out of the index (benchmarks/registry/resolve.py shows what each signal gives).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.registry.taxonomy.linking.grams import CODES, Reals, Rows, coverage, grams
from services.registry.taxonomy.linking.names import About, Named, Names
from services.registry.taxonomy.linking.normalising import one_form, parts, telling, words
from services.registry.taxonomy.linking.stems import same_words, stem
from services.registry.taxonomy.linking.vocabulary import Meanings, Senses, Signals

# Chosen on the development half of the benchmark, as is and misspelt: 97 in 100 best candidates are right from MATCH on
# when they lead by LEAD (a fifth of the texts), and a third below UNSURE. Of 200 texts of random letters 95 in 100 stay
# below UNSURE; the likest reached 0.62.
MATCH = 0.75
LEAD = 0.02
UNSURE = 0.35
_CANDIDATES = 100  # concepts whose names are compared one by one
_NOISE_LEFT_OUT = 0.98
_ONE_OF_SEVERAL = 0.93
_CONTEXT = 0.1
_ALTERNATIVE = 0.8  # of `same_name`, when the name is not the preferred one


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part can add to a score; they sum to 1.

    `same_name` outweighs language, description and generality together, so that a name the taxonomy prefers always
    ranks its concept first.
    """

    name_letters: float = 0.32
    name_words: float = 0.08
    concept_letters: float = 0.27
    concept_words: float = 0.10
    same_name: float = 0.13
    description: float = 0.05
    generality: float = 0.01
    language: float = 0.04


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a text may mean. `score` is the sum of `parts`, from 0 to 1; `label` is the name most like the
    text, in `language`."""

    uri: str
    score: float
    label: str
    language: str
    preferred: bool
    parts: dict[str, float] = field(default_factory=dict)


class Spans(NamedTuple):
    """Labels `begin[i]` to `end[i]` of some concepts, and all their numbers."""

    begin: NDArray[np.intp]
    end: NDArray[np.intp]
    labels: NDArray[np.intp]


class Reading(NamedTuple):
    """A way to read a text: its words, and what a score found by it is worth."""

    words: tuple[str, ...]
    worth: float


class Query(NamedTuple):
    """A text to link. `languages` are those whose names are preferred, `isco08` is where it is expected (leading
    digits of a unit group)."""

    text: str
    languages: Collection[str] = ()
    isco08: str = ""


class Linker:
    """Links texts to the concepts of one kind. Takes some 35 MB for 3,000 occupations in four languages and 55 MB for
    14,000 skills; reading is safe from several threads."""

    def __init__(
        self,
        named: Sequence[Named],
        about: dict[str, About] | None = None,
        weights: Weights | None = None,
        signals: Signals | None = None,
    ) -> None:
        self.names = Names(named, about or {})
        self.weights = weights or Weights()
        self.signals = signals or Signals()

    def link(self, query: Query, most: int) -> list[Candidate]:
        """The `most` best concepts, by falling score, then URI; none for a text without words."""
        if not self.names.uris:
            return []
        senses = Senses(self.names.vocabulary, query.text, self.signals)
        best: dict[str, Candidate] = {}
        for reading in self._readings(query.text):
            for found in self._compare(reading, query, senses, most):
                if found.uri not in best or found.score > best[found.uri].score:
                    best[found.uri] = found
        return sorted(best.values(), key=lambda each: (-each.score, each.uri))[:most]

    def _readings(self, text: str) -> list[Reading]:
        """Whole; without the words of an advertisement; each of several titles."""
        text = one_form(text)
        several = parts(text)
        if len(several) > 1 and all(same_words(words(several[0]), words(part)) for part in several[1:]):
            text, several = several[0], []  # soudeur / soudeuse
        found: dict[tuple[str, ...], float] = {}
        if whole := tuple(words(text)):
            found[whole] = 1.0
        if self.signals.readings:
            for part, worth in ((text, 1.0), *((part, _ONE_OF_SEVERAL) for part in _whole_titles(several))):
                told = tuple(telling(words(part)))
                if told and told not in found:
                    found[told] = worth if told == tuple(words(part)) else worth * _NOISE_LEFT_OUT
        return [Reading(*each) for each in found.items()]

    def _compare(self, reading: Reading, query: Query, senses: Senses, most: int) -> list[Candidate]:
        names, weights = self.names, self.weights
        codes = np.unique(grams([" ".join(reading.words)])[0])
        meanings = [senses.of(word) for word in dict.fromkeys(reading.words)]
        of_concept = {
            "concept_letters": weights.concept_letters * self._concept_letters(codes),
            "concept_words": weights.concept_words * _held(names.concept_words, names.concept_word_rarity, meanings),
            "description": weights.description * _held(names.texts, names.text_rarity, meanings),
            "generality": weights.generality * names.generality,
        }
        if query.isco08:
            of_concept = {name: (1 - _CONTEXT) * part for name, part in of_concept.items()}
            of_concept["context"] = _CONTEXT * self._in_context(query.isco08)
        together = np.sum(list(of_concept.values()), axis=0)
        concepts = np.sort(np.argpartition(-together, min(_CANDIDATES, len(together)) - 1)[:_CANDIDATES])
        labels = names.labels_of(concepts)
        spans = Spans(names.first[concepts], names.first[concepts + 1], labels)
        of_label = self._of_labels(spans, codes, meanings, reading, query)
        if query.isco08:
            of_label = {name: (1 - _CONTEXT) * part for name, part in of_label.items()}
        concept = names.concept[labels]
        total = together[concept] + np.sum(list(of_label.values()), axis=0)
        found: dict[int, int] = {}
        for place in np.argsort(-total, kind="stable").tolist():
            found.setdefault(int(concept[place]), place)
            if len(found) == most:
                break
        return [
            self._candidate(
                int(labels[place]),
                {name: float(part[number]) * reading.worth for name, part in of_concept.items()}
                | {name: float(part[place]) * reading.worth for name, part in of_label.items()},
            )
            for number, place in found.items()
        ]

    def _concept_letters(self, codes: NDArray[np.int32]) -> Reals:
        rarity = self.names.concept_letter_rarity[codes]
        return coverage(self.names.concept_letters, codes, rarity) / max(float(rarity.sum()), 1e-9)

    def _of_labels(
        self,
        spans: Spans,
        codes: NDArray[np.int32],
        meanings: list[list[Meanings]],
        reading: Reading,
        query: Query,
    ) -> dict[str, Reals]:
        names, weights, labels = self.names, self.weights, spans.labels
        letters = np.zeros(CODES, np.float32)
        letters[codes] = names.letter_rarity[codes] ** 2
        alike = _cosine(names.letters, spans, letters, names.letter_norm, float(letters[codes].sum()))
        said = np.zeros(len(names.word_rarity), np.float32)
        asked = 0.0
        for each in meanings:
            asked += 0.0 if each else _rarest(names.word_rarity)
            for meaning in each:
                asked += float(names.word_rarity[max(meaning, key=meaning.__getitem__)]) ** 2
                for number, sure in meaning.items():
                    said[number] = max(said[number], sure * names.word_rarity[number] ** 2)
        same_words = _cosine(names.words, spans, said, names.word_norm, asked)
        same = np.zeros(len(labels), np.float32)
        for place in np.flatnonzero(alike > 0.9999).tolist():
            if tuple(words(one_form(names.text(int(labels[place]))))) == reading.words:
                same[place] = 1.0 if names.preferred[labels[place]] else _ALTERNATIVE
        wanted = np.array([not query.languages or name in query.languages for name in names.languages])
        return {
            "name_letters": weights.name_letters * alike,
            "name_words": weights.name_words * same_words,
            "same_name": weights.same_name * same,
            "language": weights.language * wanted[names.language[labels]].astype(np.float32),
        }

    def _in_context(self, isco08: str) -> Reals:
        """The share of the digits that a concept's group shares with the expected one, from the left."""
        shared = np.zeros(len(self.names.isco08), np.float32)
        for digits in range(1, len(isco08) + 1):
            shared += [code[:digits] == isco08[:digits] for code in self.names.isco08]
        return shared / np.float32(len(isco08))

    def _candidate(self, label: int, named_parts: dict[str, float]) -> Candidate:
        names = self.names
        rounded = {name: round(part, 4) for name, part in named_parts.items()}
        return Candidate(
            uri=names.uris[names.concept[label]],
            score=min(1.0, round(sum(rounded.values()), 4)),
            label=names.text(label),
            language=names.languages[names.language[label]],
            preferred=bool(names.preferred[label]),
            parts=rounded,
        )


def _whole_titles(found: list[str]) -> list[str]:
    """Without those that another says whole: of "conducteur / conductrice de bus", the second."""
    stems = [frozenset(map(stem, words(part))) for part in found]
    return [part for part, own in zip(found, stems, strict=True) if not any(own < other for other in stems)]


def _rarest(rarity: Reals) -> float:
    """The weight of a word that no name has."""
    return float(rarity.max(initial=0.0)) ** 2


def _held(inverted: Rows, rarity: Reals, meanings: list[list[Meanings]]) -> Reals:
    """For each concept, the share of the words of a text that it holds, weighted by rarity, from 0 to 1."""
    total, asked = np.zeros(inverted.shape[1], np.float32), 0.0
    for each in meanings:
        asked += 0.0 if each else _rarest(rarity)
        for meaning in each:
            weight = float(rarity[max(meaning, key=meaning.__getitem__)]) ** 2
            held = np.zeros(inverted.shape[1], np.float32)
            for number, sure in sorted(meaning.items(), key=lambda item: item[1]):
                held[inverted.columns[inverted.starts[number] : inverted.starts[number + 1]]] = sure
            total += weight * held
            asked += weight
    return total / max(asked, 1e-9)


def _cosine(rows: Rows, spans: Spans, squares: Reals, norm: Reals, asked: float) -> Reals:
    """Cosine of a text with each row; `squares` are the text's squared weights by column, `asked` their sum."""
    begin, end, wanted = spans
    lengths = rows.starts[wanted + 1] - rows.starts[wanted]
    # Every label has a letter and a word, so no row is empty, as `reduceat` needs it.
    shared = np.add.reduceat(squares[rows.gather(begin, end)], np.cumsum(lengths) - lengths)
    cosine: Reals = np.minimum(1, shared / np.maximum(norm[wanted] * np.sqrt(asked), 1e-9)).astype(np.float32)
    return cosine
