"""Placements: from the two acceptances to the return, moved by either side."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.envelope import Event
from services.contracts.matching import PlacementEnded, PlacementStarted
from services.contracts.vocabulary import AccessPurpose, ClosingReason, DataSeen, PlacementStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.matching import access_log, capacity, casework, pay_guards
from services.matching.casework import Said
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.lives import Ask
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Placement
from services.matching.placements import guards
from services.matching.placements.schemas import BeginIn, EndIn, PlacementTransitionIn, StartIn
from services.matching.pseudonyms import statistical

# The person no longer works there.
_LEFT = frozenset(
    {PlacementStatus.CHANGED_EMPLOYER, PlacementStatus.RETURNED, PlacementStatus.ENDED, PlacementStatus.CANCELLED}
)


def listed(status: str | None, candidate_id: UUID | None, vacancy_id: UUID | None) -> Select[Any]:
    """Placements one is a side of that match all filters given."""
    query = select(Placement)
    if status:
        query = query.where(Placement.status == status)
    if candidate_id:
        query = query.where(Placement.candidate_id == candidate_id)
    if vacancy_id:
        query = query.where(Placement.vacancy_id == vacancy_id)
    return query


async def get(session: AsyncSession, placement_id: UUID) -> Placement:
    """Raises NotFound."""
    found = await session.get(Placement, placement_id)
    if found is None:
        raise NotFound
    await seen(session, [found])
    return found


async def seen(session: AsyncSession, placements: Iterable[Placement]) -> None:
    """Write down that these were read."""
    people = [placement.candidate_id for placement in placements]
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, people)


async def start(
    session: AsyncSession, engine: Engine, principal: Principal, placement_id: UUID, data: BeginIn
) -> Placement:
    """The job has begun. Raises NotFound, and Conflict with all that keeps it from beginning."""
    said = Said(
        data.started_on,
        decided_by=data.decided_by,
        override_reason=data.override_reason,
        more=frozenset({Ask.START}),
    )
    return await _move(session, engine, principal, placement_id, lambda _: PlacementStatus.STARTED, said, data)


async def end(
    session: AsyncSession, engine: Engine, principal: Principal, placement_id: UUID, data: EndIn
) -> Placement:
    """The job ended, or never began and gives its place back. Raises NotFound, Conflict, Unprocessable."""
    steps = [step.model_dump(mode="json") for step in data.next_steps]
    said = Said(data.ended_on, data.reason.value, steps, data.decided_by, comment=data.comment)

    def last(placement: Placement) -> PlacementStatus:
        if placement.started_on and data.ended_on < placement.started_on:
            raise Unprocessable.fields([FieldError("/ended_on", "before_start", "Must not be before started_on.")])
        return PlacementStatus.ENDED if placement.started_on else PlacementStatus.CANCELLED

    return await _move(session, engine, principal, placement_id, last, said)


async def move(
    session: AsyncSession,
    engine: Engine,
    principal: Principal,
    placement_id: UUID,
    version: int,
    data: PlacementTransitionIn,
) -> Placement:
    """Take the next step. Raises NotFound, PreconditionFailed, Unprocessable, and Conflict with all that is missing."""
    if data.start is not None and data.to is not PlacementStatus.STARTED:
        raise Unprocessable.fields([FieldError("/start", "not_allowed", "Only STARTED says what is earned.")])
    if data.start is not None and data.start.started_on != data.on:
        raise Unprocessable.fields([FieldError("/on", "not_the_start", "Must be start.started_on.")])

    def next_state(placement: Placement) -> PlacementStatus:
        concurrency.check(placement, version)
        return data.to

    said = Said.of(data, data.reason, *([Ask.START] if data.start else []))
    return await _move(session, engine, principal, placement_id, next_state, said, data.start)


async def _move(
    session: AsyncSession,
    engine: Engine,
    principal: Principal,
    placement_id: UUID,
    to: Callable[[Placement], PlacementStatus],
    said: Said,
    begun: StartIn | None = None,
) -> Placement:
    """Any move: look at what the table asks for, then write, count and tell."""
    candidate_id = (await get(session, placement_id)).candidate_id
    await engine.refresh(session)
    async with acting_for_the_house(session):  # the employer may say it of a record that the other side owns
        # The person first, as erasure does; after it there is nobody to lock.
        candidate = await session.get(Candidate, candidate_id, with_for_update={"read": True})
        query = select(Placement).where(Placement.id == placement_id).with_for_update()
        placement = (await session.scalars(query.execution_options(populate_existing=True))).one()
        target, mover, before = to(placement), casework.mover_of(principal, placement), placement.status
        looked = await guards.look(session, engine, placement, candidate, target, said)
        casework.check(placement, target, mover, said, looked)
        told = await _take_effect(session, placement, candidate, target, said, begun)
        await casework.enter(session, placement, target, mover, said)
        if begun is not None:
            await pay_guards.look(session, placement)
        events_told = [casework.moved(placement, candidate, before, said), *told]
        await events.publish(session, *((placement.id, event) for event in events_told))
    return placement


async def _take_effect(
    session: AsyncSession,
    placement: Placement,
    candidate: Candidate | None,
    target: PlacementStatus,
    said: Said,
    begun: StartIn | None,
) -> list[Event]:
    """Dates, amounts and the place, as the next state has them; returns what is told besides the move."""
    if said.reason:
        placement.reason, placement.comment = said.reason, said.comment
    if begun is not None:
        for name, value in begun.model_dump(mode="json", exclude={"decided_by", "override_reason"}).items():
            setattr(placement, name, value)
        placement.started_on = begun.started_on
        return [_started(placement, candidate, begun)]
    if target is PlacementStatus.PREPARING:  # taken up again
        placement.ended_on = placement.reason = placement.comment = None
        placement.quota_year = now().year
    if target is PlacementStatus.CANCELLED:
        await capacity.release_placement(session, placement)
    if target in _LEFT and placement.ended_on is None:
        placement.ended_on = said.on
        reason = said.reason or ClosingReason.RETURNED_HOME
        return [_ended(placement, reason, placement.started_on is not None)]
    return []


def _started(placement: Placement, candidate: Candidate | None, data: StartIn) -> PlacementStarted:
    return PlacementStarted(
        placement_id=placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        organisation_id=placement.organisation_id,
        employer_id=placement.employer_id,
        corridor=placement.corridor,
        track=placement.track,
        country=placement.country,
        isco08=placement.isco08,
        persona=placement.persona,
        started_on=data.started_on,
        gross_hourly_earnings=data.gross_hourly_earnings.amount,
        earnings_currency=data.gross_hourly_earnings.currency,
        weekly_hours=data.weekly_hours,
        net_monthly_earnings=data.net_monthly_earnings.amount,
        recruitment_costs=data.recruitment_costs_paid_by_worker.amount,
        net_currency=data.net_monthly_earnings.currency,
        **statistical(candidate, now().date()),
    )


def _ended(placement: Placement, reason: str, had_started: bool) -> PlacementEnded:
    assert placement.ended_on is not None
    return PlacementEnded(
        placement_id=placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        corridor=placement.corridor,
        track=placement.track,
        ended_on=placement.ended_on,
        reason=reason,
        had_started=had_started,
    )
