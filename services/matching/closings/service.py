"""Closings: why a case ended and what comes next, confirmed by a person before the candidate is told."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import CaseKind, NextStepKind
from services.kit import concurrency, events
from services.kit.db import now
from services.kit.errors import Conflict, NotFound
from services.kit.records import found, locked
from services.matching import casework, lives
from services.matching.closings.schemas import CandidateNextStepsOut, ConfirmationIn, NextStepsOfCaseOut
from services.matching.models.candidates import Candidate
from services.matching.models.cases import Closing
from services.matching.models.enrolments import Enrolment


def listed(
    kind: CaseKind | None, candidate_id: UUID | None, confirmed: bool | None, overdue: bool | None
) -> Select[Any]:
    """Closings of one's candidates that match all filters given."""
    query = select(Closing)
    if kind:
        query = query.where(Closing.kind == kind)
    if candidate_id:
        query = query.where(Closing.candidate_id == candidate_id)
    if confirmed is not None:
        query = query.where(Closing.confirmed_at.is_not(None) if confirmed else Closing.confirmed_at.is_(None))
    if overdue is not None:
        late = Closing.confirmed_at.is_(None) & (Closing.tell_by < now())
        query = query.where(late if overdue else ~late)
    return query


async def get(session: AsyncSession, closing_id: UUID) -> Closing:
    """Raises NotFound."""
    return await found(session, Closing, closing_id)


async def confirm(session: AsyncSession, closing_id: UUID, version: int, data: ConfirmationIn) -> Closing:
    """Release a closing for the candidate, with further next steps if there are any. Raises NotFound,
    PreconditionFailed, and Conflict when it was released already."""
    closing = await locked(session, Closing, closing_id)
    concurrency.check(closing, version)
    if closing.confirmed_at is not None:
        raise Conflict("A person has confirmed it already.", "already_confirmed")
    case = await casework.case_of(session, CaseKind(closing.kind), closing.case_id)
    vacancy_id = None if case is None or isinstance(case, Enrolment) else case.vacancy_id
    added = [step.model_dump(mode="json") for step in data.next_steps]
    for step in added:
        step["link"] = step["link"] or lives.link_of(NextStepKind(step["kind"]), closing.candidate_id, vacancy_id)
    closing.next_steps = [*closing.next_steps, *added]
    closing.confirmed_at, closing.confirmed_by = now(), data.confirmed_by
    closing.touch()
    if case is not None and case.status == closing.status:  # not where it was taken up again meanwhile
        case.told_status = case.status
        case.touch()
    await session.flush()
    await events.publish(session, (closing.id, casework.closed_event(closing)))
    return closing


async def next_steps(session: AsyncSession, candidate_id: UUID) -> CandidateNextStepsOut:
    """What the candidate may be told. Raises NotFound for a candidate who is not one's own."""
    if await session.get(Candidate, candidate_id) is None:
        raise NotFound
    of_candidate = listed(None, candidate_id, None, None).order_by(Closing.id.desc())
    closings = list(await session.scalars(of_candidate))
    return CandidateNextStepsOut(
        candidate_id=candidate_id,
        cases=[
            NextStepsOfCaseOut.model_validate(
                {"closing_id": each.id, "told_since": each.confirmed_at}
                | {name: getattr(each, name) for name in ("kind", "case_id", "status", "reason", "next_steps")}
            )
            for each in closings
            if each.confirmed_at is not None
        ],
        awaiting_confirmation=sum(each.confirmed_at is None for each in closings),
    )
