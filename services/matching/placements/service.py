"""Placements: prepared when both sides have accepted, started and ended by either of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import PlacementEnded, PlacementStarted
from services.contracts.vocabulary import PlacementStatus
from services.kit import events
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import capacity
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Placement
from services.matching.placements import protection
from services.matching.placements.schemas import EndIn, StartIn
from services.matching.pseudonyms import statistical


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
    return found


async def start(session: AsyncSession, engine: Engine, placement_id: UUID, data: StartIn) -> Placement:
    """The job has begun. Raises NotFound, and Conflict unless it was being prepared and, abroad, the way is open."""
    await get(session, placement_id)
    await engine.refresh(session)
    async with acting_for_the_house(session):  # the employer may say it of a record that the other side owns
        placement = await _locked(session, placement_id)
        _needs(placement, PlacementStatus.PREPARING)
        candidate = await session.get(Candidate, placement.candidate_id)
        if failed := await protection.refusals(session, engine, placement, candidate, data.started_on):
            raise Conflict.guards(failed)
        for name, value in data.model_dump(mode="json").items():
            setattr(placement, name, value)
        placement.started_on = data.started_on
        placement.status = PlacementStatus.STARTED.value
        placement.touch()
        await session.flush()
        await events.publish(session, (placement.id, _started(placement, candidate, data)))
    return placement


async def end(session: AsyncSession, placement_id: UUID, data: EndIn) -> Placement:
    """The job ended, or never began and gives its place back. Raises NotFound, Conflict, Unprocessable."""
    await get(session, placement_id)
    async with acting_for_the_house(session):
        placement = await _locked(session, placement_id)
        _needs(placement, PlacementStatus.PREPARING, PlacementStatus.STARTED)
        if placement.started_on and data.ended_on < placement.started_on:
            raise Unprocessable.fields([FieldError("/ended_on", "before_start", "Must not be before started_on.")])
        had_started = placement.status == PlacementStatus.STARTED
        if not had_started:
            await capacity.release_placement(session, placement)
        placement.status = (PlacementStatus.ENDED if had_started else PlacementStatus.CANCELLED).value
        placement.ended_on, placement.reason, placement.comment = data.ended_on, data.reason.value, data.comment
        placement.touch()
        await session.flush()
        await events.publish(session, (placement.id, _ended(placement, data, had_started)))
    return placement


async def _locked(session: AsyncSession, placement_id: UUID) -> Placement:
    query = select(Placement).where(Placement.id == placement_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


def _needs(placement: Placement, *states: PlacementStatus) -> None:
    if placement.status not in states:
        needed = " or ".join(states)
        raise Conflict.guards([Guard("PLACEMENT_STATUS", False, placement.status, needed, "none")])


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


def _ended(placement: Placement, data: EndIn, had_started: bool) -> PlacementEnded:
    return PlacementEnded(
        placement_id=placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        corridor=placement.corridor,
        track=placement.track,
        ended_on=data.ended_on,
        reason=data.reason,
        had_started=had_started,
    )
