"""Which training sessions can bear on a gap: found by what is taught, not by looking at every programme."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching import capacity
from services.matching.house import acting_for_the_house
from services.matching.models.copies import Programme, TrainingSession
from services.matching.profiles import Session
from services.matching.translation import session_of

Offered = Callable[[Collection[UUID]], bool]
"""Whether a programme of these partnerships is offered to the one who asks."""

_ROUNDS = 2  # what is wanted, and what that asks first; a course for a course for a course is nobody's way to a job
_TAUGHT = text("SELECT DISTINCT programme_id FROM taught WHERE what = ANY(:wanted)")
_RESULTS = text(
    "SELECT programme_id, count(*) AS results,"
    " count(*) FILTER (WHERE status IN ('CERTIFIED', 'TRACK_CHOSEN')) AS certified FROM enrolments"
    " WHERE programme_id = ANY(:ids) AND status IN ('CERTIFIED', 'TRACK_CHOSEN', 'FAILED', 'DROPPED')"
    " GROUP BY programme_id HAVING count(*) >= :enough"
)


def language(code: str) -> str:
    """How a language stands among what is taught."""
    return f"language:{code}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, by whom: `taught` to be taught, `owned` the skills that count as prerequisites met."""

    taught: set[str]
    owned: set[str]
    organisation: UUID
    offered: Offered
    language: str


async def sessions_for(session: AsyncSession, wanted: Wanted, today: date, enough: int) -> list[Session]:
    """Sessions to come that teach something wanted, or what such a session asks first; with seats left
    and, from `enough` results on, the share of participants who were certified."""
    to_look_for = set(wanted.taught)
    rows: dict[UUID, tuple[TrainingSession, Programme]] = {}
    async with acting_for_the_house(session):
        for _ in range(_ROUNDS):
            programmes = list(await session.scalars(_TAUGHT, {"wanted": sorted(to_look_for)}))
            query = (
                select(TrainingSession, Programme)
                .join(Programme, Programme.id == TrainingSession.programme_id)
                .where(Programme.id == func.any(programmes), TrainingSession.starts_on >= today)
            )
            found = [row for row in await session.execute(query) if wanted.offered(row[1].partnership_ids)]
            rows |= {run.id: (run, programme) for run, programme in found}
            to_look_for = {uri for _, course in found for uri in course.data["prerequisites"]} - wanted.owned
        taken = await capacity.used(session, list(rows))
        ids = list({programme.id for _, programme in rows.values()})
        results = await session.execute(_RESULTS, {"ids": ids, "enough": enough})
        success = {row.programme_id: row.certified / row.results for row in results}
    parties = frozenset({wanted.organisation})
    return [
        replace(
            session_of(programme.data, run, parties, run.seats - taken.get(run.id, 0), wanted.language),
            success=success.get(programme.id),
        )
        for run, programme in rows.values()
    ]
