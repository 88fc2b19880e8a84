"""Sessions on offer that teach something in particular, with the seats that are left."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.matching import capacity
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.models.copies import Programme, TrainingSession
from services.matching.profiles import Session
from services.matching.translation import session_of

_MOST = 500  # sessions looked at, those that begin first
_TEACHING = text("SELECT DISTINCT programme_id FROM taught WHERE what = ANY(:wanted)")


async def teaching(
    session: AsyncSession, engine: Engine, organisation: UUID, wanted: set[str], language: str
) -> list[Session]:
    """Sessions from today on that teach one of `wanted` (skill URIs, "language:code") and that an active partnership
    of the organisation offers; row-level security shows no others."""
    async with acting_for_the_house(session):
        programmes = list(await session.scalars(_TEACHING, {"wanted": sorted(wanted)}))
    query = (
        select(TrainingSession, Programme)
        .join(Programme, Programme.id == TrainingSession.programme_id)
        .where(TrainingSession.programme_id.in_(programmes), TrainingSession.starts_on >= now().date())
        .order_by(TrainingSession.starts_on, TrainingSession.id)
        .limit(_MOST)
    )
    offered = [
        (run, programme)
        for run, programme in await session.execute(query)
        if any(a.active and organisation in a.parties for a in engine.agreements_of(programme.partnership_ids))
    ]
    async with acting_for_the_house(session):
        taken = await capacity.used(session, [run.id for run, _ in offered])
    parties = frozenset({organisation})
    return [
        session_of(programme.data, run, parties, run.seats - taken.get(run.id, 0), language)
        for run, programme in offered
    ]
