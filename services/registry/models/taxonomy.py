"""Versions of ESCO and what they hold. Public reference data: every client reads, only the house writes.

Rows are reached by the version's id and the concept's URI; `ACTIVE` is the version in force.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Text, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base

_NEAREST = 3
_MOST_EXPLAINED = 10  # unknown URIs that get suggestions in one call; each costs a pass over the URIs of its kind


class TaxonomyVersion(Base):
    """A version that was imported. `sources` has the digest of the files each language came from."""

    __tablename__ = "taxonomies"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    active: Mapped[bool]
    languages: Mapped[list[str]]
    sources: Mapped[dict[str, str]]
    report: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]


ACTIVE = select(TaxonomyVersion.id).where(TaxonomyVersion.active).scalar_subquery()


class _Of(Base):
    """Belongs to a version."""

    __abstract__ = True

    taxonomy_id: Mapped[int] = mapped_column(ForeignKey("taxonomies.id"), primary_key=True)


class Skill(_Of):
    """A skill, competence or knowledge."""

    __tablename__ = "skills"

    uri: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str | None]
    reuse_level: Mapped[str | None]
    green: Mapped[bool]
    description: Mapped[str]


class Occupation(_Of):
    """An occupation in its ISCO-08 unit group; `code` is ESCO's own."""

    __tablename__ = "occupations"

    uri: Mapped[str] = mapped_column(primary_key=True)
    isco08: Mapped[str]
    code: Mapped[str]
    regulated: Mapped[bool]
    description: Mapped[str]


class IscoGroup(_Of):
    """An ISCO-08 group of one to four digits."""

    __tablename__ = "isco_groups"

    code: Mapped[str] = mapped_column(primary_key=True)
    uri: Mapped[str]
    description: Mapped[str]


class SkillGroup(_Of):
    """A group of the skill pillar."""

    __tablename__ = "skill_groups"

    uri: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    description: Mapped[str]


class OccupationSkill(_Of):
    """An occupation asks for a skill; when not essential, optionally."""

    __tablename__ = "occupation_skills"

    occupation: Mapped[str] = mapped_column(primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    essential: Mapped[bool]


class SkillRelation(_Of):
    """A skill asks for, or is helped by, another."""

    __tablename__ = "skill_relations"

    skill: Mapped[str] = mapped_column(primary_key=True)
    related: Mapped[str] = mapped_column(primary_key=True)
    essential: Mapped[bool]


class BroaderConcept(_Of):
    """A concept and a direct parent of it: skills and skill groups, occupations and ISCO groups."""

    __tablename__ = "broader_concepts"

    narrower: Mapped[str] = mapped_column(primary_key=True)
    broader: Mapped[str] = mapped_column(primary_key=True)


class ConceptLabel(_Of):
    """What a concept is called in a language. `folded` is what a search compares: preferred label first."""

    __tablename__ = "concept_labels"

    uri: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    alternatives: Mapped[list[str]] = mapped_column(ARRAY(Text))
    folded: Mapped[str]


class TaxonomySnapshot(_Of):
    """The version as one document, compressed once at import. `etag` is without quotes."""

    __tablename__ = "taxonomy_snapshots"

    etag: Mapped[str]
    body: Mapped[bytes]


_UNKNOWN_URIS = text(
    """
    SELECT DISTINCT u FROM unnest(CAST(:uris AS text[])) AS u
    WHERE EXISTS (SELECT 1 FROM taxonomies WHERE active)
        AND NOT EXISTS (SELECT 1 FROM skills WHERE taxonomy_id = (SELECT id FROM taxonomies WHERE active) AND uri = u)
        AND NOT EXISTS (
            SELECT 1 FROM occupations WHERE taxonomy_id = (SELECT id FROM taxonomies WHERE active) AND uri = u)
    ORDER BY u
    """
)
_NEAREST_URIS = text(
    """
    SELECT u, n.uri FROM unnest(CAST(:uris AS text[])) AS u CROSS JOIN LATERAL (
        SELECT known.uri FROM (
            SELECT uri FROM skills WHERE taxonomy_id = (SELECT id FROM taxonomies WHERE active)
                AND u LIKE '%/skill/%'
            UNION ALL
            SELECT uri FROM occupations WHERE taxonomy_id = (SELECT id FROM taxonomies WHERE active)
                AND u NOT LIKE '%/skill/%'
        ) AS known
        ORDER BY similarity(substring(known.uri FROM '[^/]*$'), substring(u FROM '[^/]*$')) DESC, known.uri LIMIT :most
    ) AS n
    """
)
_ISCO_CODES = text(
    "SELECT code FROM isco_groups WHERE length(code) = 4"
    " AND taxonomy_id = (SELECT id FROM taxonomies WHERE active) ORDER BY code"
)


async def unknown_concepts(session: AsyncSession, uris: Collection[str], isco: Collection[str]) -> dict[str, list[str]]:
    """ESCO URIs (skills, occupations) and ISCO-08 unit groups that the active version lacks, each with up to three
    that come near it: URIs by the likeness of their last part, codes by their leading digits. Nothing is unknown
    while no version is active. At most three queries; only the first ten unknown URIs get suggestions."""
    unknown: dict[str, list[str]] = {}
    if uris:
        missing = list(await session.scalars(_UNKNOWN_URIS, {"uris": sorted(set(uris))}))
        unknown = {uri: [] for uri in missing}
        if missing:
            explained = {"uris": missing[:_MOST_EXPLAINED], "most": _NEAREST}
            for uri, near in await session.execute(_NEAREST_URIS, explained):
                unknown[uri].append(near)
    if isco:
        codes = list(await session.scalars(_ISCO_CODES))
        if codes:
            unknown |= {code: _nearest_codes(code, codes) for code in sorted(set(isco).difference(codes))}
    return unknown


def _nearest_codes(code: str, codes: list[str]) -> list[str]:
    def distance(known: str) -> tuple[int, int, str]:
        shared = next((i for i, (a, b) in enumerate(zip(code, known, strict=False)) if a != b), len(code))
        return -shared, abs(int(code) - int(known)) if code.isdecimal() else 0, known

    return sorted(codes, key=distance)[:_NEAREST]


async def green_uris(session: AsyncSession, uris: Collection[str]) -> set[str]:
    """Those of the skills that the active version calls green."""
    found = select(Skill.uri).where(Skill.taxonomy_id == ACTIVE, Skill.green, Skill.uri.in_(uris))
    return set(await session.scalars(found)) if uris else set()


@dataclass(frozen=True, slots=True)
class OccupationSkills:
    """Essential skills of an occupation, and the green share of all its skills, essential and optional (ESCO's
    greenShare of an occupation, from 0 to 1)."""

    essential: list[str]
    green_share: float


async def skills_of_occupations(session: AsyncSession, uris: Collection[str]) -> dict[str, OccupationSkills]:
    """Of those occupations that the active version gives essential skills."""
    query = (
        select(OccupationSkill.occupation, OccupationSkill.skill, OccupationSkill.essential, Skill.green)
        .join(Skill, (Skill.taxonomy_id == OccupationSkill.taxonomy_id) & (Skill.uri == OccupationSkill.skill))
        .where(OccupationSkill.taxonomy_id == ACTIVE, OccupationSkill.occupation.in_(uris))
        .order_by(OccupationSkill.skill)
    )
    rows: dict[str, list[Any]] = {}
    for row in await session.execute(query) if uris else ():
        rows.setdefault(row.occupation, []).append(row)
    told = {}
    for occupation, skills in rows.items():
        if essential := [row.skill for row in skills if row.essential]:
            told[occupation] = OccupationSkills(essential[:200], sum(row.green for row in skills) / len(skills))
    return told
