"""Whether the ESCO concepts and ISCO-08 groups that a record names are known."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError
from services.kit.languages import LANGUAGES, fold
from services.registry.models import taxonomy

Named = Mapping[str, str]
"""JSON pointer → the ESCO URI or ISCO-08 code that stands there."""


async def unknown_among(session: AsyncSession, values: Collection[str]) -> dict[str, list[str]]:
    """Unknown value → nearest known ones; nothing is unknown while no taxonomy is loaded."""
    uris = {value for value in values if value.startswith("http")}
    return await taxonomy.unknown_concepts(session, uris, set(values) - uris)


def concept_errors(named: Named, unknown: Mapping[str, list[str]]) -> list[FieldError]:
    """An error for each pointer at an unknown value, naming the nearest known ones, or at one of the wrong kind."""
    errors: list[FieldError] = []
    for pointer, value in named.items():
        wanted = "occupation" if pointer.endswith("/esco_uri") else "skill"
        if value.startswith("http") and f"/esco/{wanted}/" not in value:
            errors.append(FieldError(pointer, "wrong_kind_of_concept", f"Name an ESCO {wanted} here."))
        elif value in unknown:
            near = ", ".join(unknown[value]) or "none"
            errors.append(FieldError(pointer, "unknown_concept", f"Not in the taxonomy; nearest: {near}."))
    return errors


async def check_concepts(session: AsyncSession, named: Named) -> list[FieldError]:
    """Errors of one record."""
    return concept_errors(named, await unknown_among(session, set(named.values())))


@dataclass(frozen=True, slots=True)
class Alike:
    """A concept whose label is like a text; `score` grows with the likeness, up to 2."""

    uri: str
    label: str
    score: float


_ALIKE = text(
    """
    SELECT w.ordinality AS place, found.uri, found.score, l.label
    FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS w
    CROSS JOIN LATERAL find_concepts(:kind, CAST(:languages AS text[]), w.w, 3) AS found
    JOIN concept_labels AS l ON l.uri = found.uri AND l.language = 'en'
        AND l.taxonomy_id = (SELECT id FROM taxonomies WHERE active)
    ORDER BY w.ordinality, found.score DESC, found.uri
    """
)
_MOST_EXPLAINED = 10  # texts that get suggestions in one call; each costs a search


async def alike(session: AsyncSession, kind: str, texts: Collection[str]) -> dict[str, list[Alike]]:
    """Up to three concepts of `kind` ("skill" or "occupation") for each of the first ten texts, by the likeness of
    their labels in any language held, most alike first. `label` is the English one."""
    asked = [each for each in dict.fromkeys(texts) if fold(each)][:_MOST_EXPLAINED]
    found: dict[str, list[Alike]] = {each: [] for each in asked}
    values = {"words": [fold(each) for each in asked], "kind": kind, "languages": list(LANGUAGES)}
    for row in await session.execute(_ALIKE, values) if asked else ():
        found[asked[row.place - 1]].append(Alike(row.uri, row.label, round(row.score, 3)))
    return found


_CALLED = text(
    """
    SELECT DISTINCT called.label, l.uri FROM concept_labels AS l
    CROSS JOIN LATERAL unnest(string_to_array(l.folded, E'\\n')) AS called (label)
    WHERE l.taxonomy_id = (SELECT id FROM taxonomies WHERE active) AND l.kind = :kind
        AND called.label = ANY (CAST(:words AS text[]))
    ORDER BY called.label, l.uri
    """
)


async def called(session: AsyncSession, kind: str, texts: Collection[str]) -> dict[str, list[str]]:
    """Concepts of `kind` that have exactly this label, preferred or alternative, in any language held."""
    asked = {each: fold(each) for each in texts if fold(each)}
    found: dict[str, list[str]] = {}
    values = {"words": sorted(set(asked.values())), "kind": kind}
    for row in await session.execute(_CALLED, values) if asked else ():
        found.setdefault(row.label, []).append(row.uri)
    return {each: found.get(folded, []) for each, folded in asked.items()}
