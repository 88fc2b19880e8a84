"""Reading the taxonomy in force. Lists are ordered by URI or code, searches by likeness."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Text, column, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import NotFound
from services.kit.languages import DEFAULT, preferred
from services.registry.models.taxonomy import (
    ACTIVE,
    BroaderConcept,
    ConceptLabel,
    IscoGroup,
    Occupation,
    OccupationSkill,
    Skill,
    TaxonomySnapshot,
    TaxonomyVersion,
)
from services.registry.taxonomy.languages import fold
from services.registry.taxonomy.records import Kind
from services.registry.taxonomy.schemas import (
    ConceptOut,
    IscoGroupOut,
    OccupationOut,
    OccupationSkillsOut,
    SkillOut,
)

_MOST_FOUND = 2000  # concepts that a search ranks before other filters choose among them


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list: `limit` rows after the key `after`, or the `limit` most like `search`."""

    language: str
    limit: int
    after: str | None = None
    search: str | None = None
    uris: Sequence[str] = ()


async def chosen_language(session: AsyncSession, accept_language: str) -> str:
    """The reader's first language that the active version has labels in, else English."""
    languages = await session.scalar(select(TaxonomyVersion.languages).where(TaxonomyVersion.active))
    return preferred(accept_language, languages or ())


async def skills(
    session: AsyncSession,
    wanted: Wanted,
    green: bool | None = None,
    reuse_level: str | None = None,
    occupation: str | None = None,
) -> list[SkillOut]:
    """Skills that match all filters given."""
    essential: Any = literal(None)
    statement = select(Skill).where(Skill.taxonomy_id == ACTIVE)
    if green is not None:
        statement = statement.where(Skill.green == green)
    if reuse_level:
        statement = statement.where(Skill.reuse_level == reuse_level)
    if occupation:
        asked = (OccupationSkill.taxonomy_id == ACTIVE) & (OccupationSkill.skill == Skill.uri)
        statement = statement.join(OccupationSkill, asked).where(OccupationSkill.occupation == occupation)
        essential = OccupationSkill.essential
    rows = (await session.execute(_ordered(statement, "skill", Skill.uri, wanted).add_columns(essential))).all()
    uris = [skill.uri for skill, *_ in rows]
    names, parents = await _names(session, uris, wanted.language), await _parents(session, uris)
    relation = {True: "essential", False: "optional", None: None}
    return [
        SkillOut(
            **names[skill.uri],
            type=skill.type,
            reuse_level=skill.reuse_level,
            green=skill.green,
            description=skill.description,
            broader=parents.get(skill.uri, []),
            relation=relation[row[-1]],
        )
        for skill, *row in rows
    ]


async def occupations(session: AsyncSession, wanted: Wanted, isco08: str | None = None) -> list[OccupationOut]:
    """Occupations that match all filters given."""
    statement = select(Occupation).where(Occupation.taxonomy_id == ACTIVE)
    if isco08:
        statement = statement.where(Occupation.isco08 == isco08)
    found = (await session.scalars(_ordered(statement, "occupation", Occupation.uri, wanted))).all()
    names = await _names(session, [row.uri for row in found], wanted.language)
    return [
        OccupationOut(
            **names[row.uri],
            isco08=row.isco08,
            code=row.code,
            regulated=row.regulated,
            description=row.description,
        )
        for row in found
    ]


async def occupation_skills(session: AsyncSession, uri: str, language: str) -> OccupationSkillsOut:
    """Raises NotFound for an occupation that the active version lacks."""
    known = select(Occupation.uri).where(Occupation.taxonomy_id == ACTIVE, Occupation.uri == uri)
    if await session.scalar(known) is None:
        raise NotFound
    asked = select(OccupationSkill.skill, OccupationSkill.essential).where(
        OccupationSkill.taxonomy_id == ACTIVE, OccupationSkill.occupation == uri
    )
    relations = (await session.execute(asked.order_by(OccupationSkill.skill))).all()
    names = await _names(session, [uri, *(skill for skill, _ in relations)], language)
    return OccupationSkillsOut(
        **_concept(names[uri]),
        essential=[ConceptOut(**_concept(names[skill])) for skill, essential in relations if essential],
        optional=[ConceptOut(**_concept(names[skill])) for skill, essential in relations if not essential],
    )


async def isco_groups(
    session: AsyncSession, wanted: Wanted, codes: Collection[str] = (), parent: str | None = None
) -> list[IscoGroupOut]:
    """Groups by code; `parent` gives those that lie in it directly."""
    statement = select(IscoGroup).where(IscoGroup.taxonomy_id == ACTIVE)
    if codes:
        statement = statement.where(IscoGroup.code.in_(codes))
    if parent is not None:
        statement = statement.where(
            func.left(IscoGroup.code, len(parent)) == parent, func.length(IscoGroup.code) == len(parent) + 1
        )
    if wanted.after is not None:
        statement = statement.where(IscoGroup.code > wanted.after)
    found = (await session.scalars(statement.order_by(IscoGroup.code).limit(wanted.limit))).all()
    names = await _names(session, [row.uri for row in found], wanted.language)
    return [
        IscoGroupOut(
            **_concept(names[row.uri]), code=row.code, parent=row.code[:-1] or None, description=row.description
        )
        for row in found
    ]


async def versions(session: AsyncSession, after: str | None, limit: int) -> Sequence[TaxonomyVersion]:
    """What was imported, by version."""
    statement = select(TaxonomyVersion).order_by(TaxonomyVersion.version).limit(limit)
    if after is not None:
        statement = statement.where(TaxonomyVersion.version > after)
    return (await session.scalars(statement)).all()


async def snapshot_etag(session: AsyncSession) -> str:
    """Raises NotFound while no version is active."""
    etag = await session.scalar(select(TaxonomySnapshot.etag).where(TaxonomySnapshot.taxonomy_id == ACTIVE))
    if etag is None:
        raise NotFound("No taxonomy has been imported.", "no_taxonomy")
    return etag


async def snapshot_body(session: AsyncSession, etag: str) -> bytes:
    """The snapshot, gzip-compressed. Raises NotFound when another version came into force meanwhile."""
    body = await session.scalar(select(TaxonomySnapshot.body).where(TaxonomySnapshot.etag == etag))
    if body is None:
        raise NotFound
    return body


def _ordered(statement: Select[Any], kind: Kind, uri: Any, wanted: Wanted) -> Select[Any]:
    if wanted.uris:
        statement = statement.where(uri.in_(wanted.uris))
    if wanted.search is not None:
        languages = func.string_to_array(" ".join({wanted.language, DEFAULT}), " ")
        found = func.find_concepts(kind, languages, fold(wanted.search), literal(_MOST_FOUND, Integer)).table_valued(
            column("uri", Text), "score", name="found"
        )
        statement = statement.join(found, found.c.uri == uri).order_by(found.c.score.desc(), uri)
    else:
        statement = statement.order_by(uri)
        if wanted.after is not None:
            statement = statement.where(uri > wanted.after)
    return statement.limit(wanted.limit)


async def _names(session: AsyncSession, uris: Collection[str], language: str) -> dict[str, dict[str, Any]]:
    """uri, label, language and alternatives of each concept: in the language, else in English."""
    statement = select(ConceptLabel).where(
        ConceptLabel.taxonomy_id == ACTIVE, ConceptLabel.uri.in_(uris), ConceptLabel.language.in_({language, DEFAULT})
    )
    found: dict[str, dict[str, Any]] = {}
    for row in await session.scalars(statement) if uris else ():
        if row.uri not in found or row.language == language:
            found[row.uri] = {
                "uri": row.uri,
                "label": row.label,
                "language": row.language,
                "alternatives": row.alternatives,
            }
    return found


def _concept(names: dict[str, Any]) -> dict[str, Any]:
    return {name: names[name] for name in ("uri", "label", "language")}


async def _parents(session: AsyncSession, uris: Collection[str]) -> dict[str, list[str]]:
    statement = select(BroaderConcept.narrower, BroaderConcept.broader).where(
        BroaderConcept.taxonomy_id == ACTIVE, BroaderConcept.narrower.in_(uris)
    )
    found: dict[str, list[str]] = {}
    if uris:
        for narrower, broader in await session.execute(statement.order_by(BroaderConcept.broader)):
            found.setdefault(narrower, []).append(broader)
    return found
