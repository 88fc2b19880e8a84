"""Names of ESCO that are taken out of the index and asked for: a development and a test half, and typing errors."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from services.registry.taxonomy.linking.names import About, Named, names_in
from services.registry.taxonomy.linking.normalising import words
from services.registry.taxonomy.reading import read
from services.registry.taxonomy.records import Taxonomy

DATA = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data"))
ASKED = 200  # names in each half of each language
_LATIN, _ARABIC = "abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


@dataclass(frozen=True, slots=True)
class Question:
    """A name that was taken out, and the concepts that had it."""

    text: str
    language: str
    uris: frozenset[str]


@dataclass(frozen=True, slots=True)
class Split:
    """What is left to be indexed, and what is asked."""

    named: list[Named]
    about: dict[str, About]
    development: list[Question]
    test: list[Question]


def taxonomy() -> Taxonomy:
    return read([DATA / "esco-1.1.1", DATA / "esco-labels"])


def names(esco: Taxonomy, kind: str) -> list[Named]:
    """All names of occupations or skills; labels of other versions are joined by URI."""
    english = esco.occupations if kind == "occupation" else esco.skills
    found = {(c.uri, "en"): Named(c.uri, "en", c.label, _alone(c.alt_labels)) for c in english}
    for each in esco.labels:
        if each.kind == kind and (each.uri, "en") in found:
            found.setdefault(
                (each.uri, each.language), Named(each.uri, each.language, each.label, _alone(each.alt_labels))
            )
    return list(found.values())


def _alone(labels: list[str]) -> list[str]:
    return [name for label in labels for name in names_in(label)]


def about(esco: Taxonomy) -> dict[str, About]:
    groups = defaultdict(list)
    code_of = {group.uri: group.code for group in esco.isco_groups}
    for group in esco.isco_groups:
        groups[group.code].append(group.label)
    for label in esco.labels:
        if label.uri in code_of:
            groups[code_of[label.uri]].append(label.label)
    found = {o.uri: About(o.isco08, o.code, " ".join([o.description, *groups[o.isco08]])) for o in esco.occupations}
    return found | {skill.uri: About(text=skill.description) for skill in esco.skills}


def split(esco: Taxonomy, kind: str) -> Split:
    """Alternative labels are drawn per language; a name that is asked is taken from every concept that has it. ESCO
    has no alternative labels in Arabic: there the feminine half of a label is asked, only the masculine is kept."""
    named = names(esco, kind)
    drawn: list[list[Question]] = []
    for language in sorted({each.language for each in named}):
        holders: dict[str, set[str]] = defaultdict(set)
        preferred: set[str] = set()
        for each in named:
            if each.language == language:
                main, *forms = names_in(each.label)
                preferred.update(_key(name) for name in ((main,) if language == "ar" else (main, *forms)))
                for name in forms if language == "ar" else each.alternatives:
                    holders[_key(name)].add(each.uri)
        candidates = sorted(key for key in holders if key and key not in preferred)
        Random(f"{kind} {language}").shuffle(candidates)
        drawn.append([Question(key, language, frozenset(holders[key])) for key in candidates[: 2 * ASKED]])
    out = {(question.language, question.text) for questions in drawn for question in questions}
    return Split(
        named=list(_without(named, out)),
        about=about(esco),
        development=[question for questions in drawn for question in questions[:ASKED]],
        test=[question for questions in drawn for question in questions[ASKED:]],
    )


def _without(named: list[Named], out: set[tuple[str, str]]) -> Iterator[Named]:
    for each in named:
        label = names_in(each.label)[0] if each.language == "ar" else each.label
        yield each._replace(
            label=label, alternatives=[a for a in each.alternatives if (each.language, _key(a)) not in out]
        )


def _key(name: str) -> str:
    return " ".join(words(name))


def misspelt(question: Question, r: Random) -> Question:
    """One slip (letters swapped, dropped, inserted or replaced), two in names of more than 15 letters."""
    text = question.text
    for _ in range(2 if len(text) > 15 else 1):
        place = r.randrange(len(text))
        letter = r.choice(_ARABIC if question.language == "ar" else _LATIN)
        text = {
            "swap": text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :],
            "drop": text[:place] + text[place + 1 :],
            "insert": text[:place] + letter + text[place:],
            "replace": text[:place] + letter + text[place + 1 :],
        }[r.choice(["swap", "drop", "insert", "replace"])]
    return Question(text, question.language, question.uris)
