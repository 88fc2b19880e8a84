"""People who may be registered twice, for review by people. Nothing here merges records, and nobody is told more of
another organisation's record than that there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.house import acting_for_the_house

_ALIKE = text(
    """
    SELECT own.id, coalesce(array_agg(other.id ORDER BY other.id)
                            FILTER (WHERE other.organisation_id = own.organisation_id), '{}') AS alike,
           bool_or(other.organisation_id <> own.organisation_id) AS elsewhere
    FROM candidates AS own JOIN candidates AS other ON other.likeness = own.likeness AND other.id <> own.id
    WHERE own.id = ANY(:ids) GROUP BY own.id
    """
)

_COUNT = text(
    """
    SELECT count(*) FROM candidates AS own WHERE own.organisation_id = :organisation_id AND EXISTS (
        SELECT 1 FROM candidates AS other WHERE other.likeness = own.likeness AND other.id <> own.id)
    """
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Other candidates of the same organisation, and whether another organisation has one."""

    alike: list[UUID]
    elsewhere: bool


async def alike(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Alike]:
    """Who of these candidates, which the caller may read, is like another one."""
    if not ids:
        return {}
    async with acting_for_the_house(session):
        rows = (await session.execute(_ALIKE, {"ids": list(ids)})).all()
    return {row.id: Alike(list(row.alike), row.elsewhere) for row in rows}


async def count(session: AsyncSession, organisation_id: UUID) -> int:
    """How many candidates of an organisation are like another one, its own or not."""
    async with acting_for_the_house(session):
        return int(await session.scalar(_COUNT, {"organisation_id": organisation_id}) or 0)
