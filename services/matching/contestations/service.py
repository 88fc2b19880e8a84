"""Contestations: a candidate's right to have a person look again (GDPR article 22 (3)), with a clock."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.vocabulary import ContestationStatus
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Forbidden, Guard, NotFound
from services.kit.records import found
from services.matching.contestations.schemas import ContestationAnswerIn, ContestationIn
from services.matching.erasure import hold
from services.matching.house import acting_for_the_house
from services.matching.models.cases import Closing, Contestation

ANSWER_WITHIN = timedelta(days=30)  # GDPR article 12 (3): one month


def listed(status: str | None, overdue: bool | None) -> Select[Any]:
    """Contestations of one's candidates, and of what one closed, that match all filters given."""
    query = select(Contestation)
    if status:
        query = query.where(Contestation.status == status)
    if overdue is not None:
        late = (Contestation.status == ContestationStatus.OPEN) & (Contestation.answer_by < now().date())
        query = query.where(late if overdue else ~late)
    return query


async def get(session: AsyncSession, contestation_id: UUID) -> Contestation:
    """Raises NotFound."""
    return await found(session, Contestation, contestation_id)


async def contest(session: AsyncSession, closing_id: UUID, data: ContestationIn) -> Contestation:
    """Ask for a second look. Raises NotFound; a closing that was contested already gives 409."""
    closing = await session.get(Closing, closing_id)
    if closing is None:
        raise NotFound
    async with acting_for_the_house(session):
        if not await hold(session, closing.candidate_id):  # erased meanwhile, and the closing with them
            raise NotFound
    contestation = Contestation(
        id=uuid7(),
        organisation_id=closing.organisation_id,
        closing_id=closing.id,
        kind=closing.kind,
        case_id=closing.case_id,
        candidate_id=closing.candidate_id,
        answerer_id=closing.closed_by,
        decided_by=closing.decided_by,
        grounds=data.grounds,
        status=ContestationStatus.OPEN.value,
        contested_at=now(),
        answer_by=(now() + ANSWER_WITHIN).date(),
    )
    session.add(contestation)
    await session.flush()
    return contestation


async def answer(
    session: AsyncSession, principal: Principal, contestation_id: UUID, version: int, data: ContestationAnswerIn
) -> Contestation:
    """Answer for the organisation that closed the case; a reversal lets the case be taken up again, by a person.
    Raises NotFound, Forbidden, PreconditionFailed, Conflict with all that is missing."""
    await get(session, contestation_id)
    async with acting_for_the_house(session):  # who answers is seldom who owns the record
        query = select(Contestation).where(Contestation.id == contestation_id).with_for_update()
        contestation = (await session.scalars(query.execution_options(populate_existing=True))).one()
        if principal.acts_for != contestation.answerer_id:
            raise Forbidden("The organisation that closed the case answers.", "not_the_answerer")
        concurrency.check(contestation, version)
        is_open = contestation.status == ContestationStatus.OPEN
        another = data.answered_by.casefold() != (contestation.decided_by or "").casefold()
        guards = [
            Guard("CONTESTATION_OPEN", is_open, contestation.status, ContestationStatus.OPEN, "none"),
            Guard("ANOTHER_PERSON", another, "the one who decided", "somebody else", "let somebody else look again"),
        ]
        if not all(guard.passed for guard in guards):
            raise Conflict.guards(guards)
        contestation.status, contestation.answer = data.outcome.value, data.answer
        contestation.answered_at, contestation.answered_by = now(), data.answered_by
        contestation.touch()
    return contestation
