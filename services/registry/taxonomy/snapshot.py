"""The active version as one document; see `schemas` for its shape."""

import gzip
import hashlib
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.languages import DEFAULT
from services.registry.models.taxonomy import (
    BroaderConcept,
    ConceptLabel,
    IscoGroup,
    Occupation,
    OccupationSkill,
    Skill,
    SkillGroup,
    TaxonomySnapshot,
    TaxonomyVersion,
)


async def build(session: AsyncSession, version: TaxonomyVersion) -> TaxonomySnapshot:
    """Read the version's rows and pack them; the same rows give the same bytes."""
    content = orjson.dumps(await _content(session, version))
    etag = f"{version.version}-{hashlib.blake2b(content, digest_size=12).hexdigest()}"
    return TaxonomySnapshot(taxonomy_id=version.id, etag=etag, body=gzip.compress(content, 6, mtime=0))


async def _content(session: AsyncSession, version: TaxonomyVersion) -> dict[str, Any]:
    labels = await _labels(session, version.id)
    english = labels.pop(DEFAULT)
    skills = await _rows(session, version.id, Skill.uri, Skill.green, Skill.reuse_level)
    groups = await _rows(session, version.id, SkillGroup.uri)
    isco = await _rows(session, version.id, IscoGroup.code)
    occupations = await _rows(session, version.id, Occupation.uri, Occupation.isco08)
    # Parents of occupations are their ISCO groups, which the codes tell.
    pillar = {uri for uri, *_ in (*skills, *groups)}
    broader = await _rows(session, version.id, BroaderConcept.narrower, BroaderConcept.broader)
    relations = await _relations(session, version.id, [uri for uri, *_ in skills])
    return {
        "version": version.version,
        "skills": [[uri, int(green), reuse, english[uri]] for uri, green, reuse in skills],
        "skill_groups": [[uri, english[uri]] for (uri,) in groups],
        "broader": [list(pair) for pair in broader if pair[0] in pillar],
        "isco08": [code for (code,) in isco if len(code) == 4],
        "occupations": [[uri, isco08, english[uri]] for uri, isco08 in occupations],
        "essential": [relations.get((uri, True), []) for uri, _ in occupations],
        "optional": [relations.get((uri, False), []) for uri, _ in occupations],
        "labels": {
            language: {
                "skills": [known.get(uri) for uri, *_ in skills],
                "occupations": [known.get(uri) for uri, _ in occupations],
            }
            for language, known in labels.items()
        },
    }


async def _rows(session: AsyncSession, taxonomy_id: int, *columns: Any) -> list[Any]:
    statement = select(*columns).where(columns[0].class_.taxonomy_id == taxonomy_id).order_by(*columns)
    return list(await session.execute(statement))


async def _labels(session: AsyncSession, taxonomy_id: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language, uri, label in await _rows(
        session, taxonomy_id, ConceptLabel.language, ConceptLabel.uri, ConceptLabel.label
    ):
        found.setdefault(language, {})[uri] = label
    return found


async def _relations(session: AsyncSession, taxonomy_id: int, skills: list[str]) -> dict[tuple[str, bool], list[int]]:
    """Numbers of the skills, ascending, by occupation and whether they are essential."""
    number = {uri: i for i, uri in enumerate(skills)}
    found: dict[tuple[str, bool], list[int]] = {}
    for occupation, skill, essential in await _rows(
        session, taxonomy_id, OccupationSkill.occupation, OccupationSkill.skill, OccupationSkill.essential
    ):
        found.setdefault((occupation, essential), []).append(number[skill])
    return found
