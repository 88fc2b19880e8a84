"""Places and quotas, counted where they are taken: one row a vacancy, session or corridor year, and its lock.

The row is updated only while something is left, in the transaction of the effect. PostgreSQL makes a second taker
wait for the first and look again, so that nothing is ever given twice. To be called while acting for the house.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models.entrepreneurs import Mobility
from services.matching.models.proposals import Placement

_TAKE = text(
    """
    INSERT INTO capacity_uses (subject_id, corridor, year, used)
    SELECT CAST(:subject AS uuid), CAST(:corridor AS text), CAST(:year AS integer), CAST(:count AS integer)
    WHERE CAST(:most AS integer) >= CAST(:count AS integer)
    ON CONFLICT (subject_id, corridor, year) DO UPDATE SET used = capacity_uses.used + EXCLUDED.used
    WHERE capacity_uses.used + EXCLUDED.used <= CAST(:most AS integer)
    RETURNING used
    """
)
_RELEASE = text(
    "UPDATE capacity_uses SET used = used - 1"
    " WHERE subject_id = :subject AND corridor = :corridor AND year = :year AND used > 0"
)
_USED = text("SELECT subject_id, used FROM capacity_uses WHERE subject_id = ANY(:subjects) AND corridor = ''")

_USED_OF_QUOTA = text(
    "SELECT used FROM capacity_uses WHERE subject_id = :subject AND corridor = :corridor AND year = :year"
)


async def take(
    session: AsyncSession, subject: UUID, most: int, corridor: str = "", year: int = 0, count: int = 1
) -> bool:
    """Take one of `most`, or `count` together; False when so many are not left."""
    values = {"subject": subject, "corridor": corridor, "year": year, "most": most, "count": count}
    return await session.scalar(_TAKE, values) is not None


async def release(session: AsyncSession, subject: UUID, corridor: str = "", year: int = 0) -> None:
    """Give one back."""
    await session.execute(_RELEASE, {"subject": subject, "corridor": corridor, "year": year})


async def release_placement(session: AsyncSession, placement: Placement) -> None:
    """Give back what a placement that never began had taken: its place, and its part of the quota if away."""
    await release(session, placement.vacancy_id)
    if placement.track == "AWAY":
        await release(session, placement.partnership_id, placement.corridor, placement.quota_year)


async def release_mobility(session: AsyncSession, mobility: Mobility) -> None:
    """Give back the part of its scheme's yearly quota that a mobility had, of which nobody went."""
    if mobility.scheme_id and mobility.quota_year:
        await release(session, mobility.scheme_id, year=mobility.quota_year)


async def used(session: AsyncSession, subjects: list[UUID]) -> dict[UUID, int]:
    """How many are taken of each vacancy or session; absent: none."""
    rows = await session.execute(_USED, {"subjects": subjects})
    return {row.subject_id: row.used for row in rows}


async def used_of_quota(session: AsyncSession, partnership: UUID, corridor: str, year: int) -> int:
    """How many of a corridor's yearly quota are taken."""
    values = {"subject": partnership, "corridor": corridor, "year": year}
    return int(await session.scalar(_USED_OF_QUOTA, values) or 0)
