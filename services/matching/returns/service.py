"""Returns: planned with the person, made with what was learned, and followed up six months later; and remittances."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import RemittanceRecorded, ReturnChanged
from services.contracts.vocabulary import AccessPurpose, DataSeen, FourfoldMoment, NextStepKind, ReturnStatus, Track
from services.kit import concurrency, events
from services.kit.db import now
from services.kit.errors import Conflict, Guard
from services.kit.records import found, locked
from services.kit.schemas import Money
from services.matching import access_log, assessing
from services.matching.erasure import held_placement
from services.matching.lives import link_of, months_after
from services.matching.models.candidates import Candidate, all_skills
from services.matching.models.proposals import Placement
from services.matching.models.returns import Remittance, Return
from services.matching.returns.schemas import (
    ArrivalIn,
    ReintegrationIn,
    RemittanceIn,
    RemittanceOut,
    ReturnIn,
    ReturnOut,
)

FOLLOW_UP_MONTHS = 6
_KEPT = ("organisation_id", "candidate_id", "partnership_id")


def listed(status: str | None, candidate_id: UUID | None) -> Select[Any]:
    """Returns of one's candidates that match all filters given."""
    query = select(Return)
    if status:
        query = query.where(Return.status == status)
    return query.where(Return.candidate_id == candidate_id) if candidate_id else query


async def seen(session: AsyncSession, returns: Iterable[Return]) -> list[ReturnOut]:
    """As they are shown; written down as read."""
    rows = list(returns)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.COUNSELLING, [row.candidate_id for row in rows])
    return [view(row) for row in rows]


def view(row: Return) -> ReturnOut:
    """With the day of the follow-up, and where jobs at home are."""
    made = {
        "follow_up_from": months_after(row.returned_on, FOLLOW_UP_MONTHS) if row.returned_on else None,
        "home_jobs": link_of(NextStepKind.HOME_TRACK, row.candidate_id, None),
    }
    fields = {name: getattr(row, name) for name in ReturnOut.model_fields if name not in made}
    return ReturnOut.model_validate(fields | made)


async def get(session: AsyncSession, return_id: UUID) -> ReturnOut:
    """Raises NotFound."""
    return (await seen(session, [await found(session, Return, return_id)]))[0]


async def plan(session: AsyncSession, placement_id: UUID, data: ReturnIn) -> ReturnOut:
    """Agree on a return. Raises NotFound, Forbidden for the employer, Conflict for a job at home or not begun."""
    await held_placement(session, placement_id)
    placement = await locked(session, Placement, placement_id)
    started = placement.started_on is not None
    _refuse(
        Guard("TRACK", placement.track == Track.AWAY, placement.track, Track.AWAY, "none: the job is at home"),
        Guard("STARTED", started, placement.status, "a job that has begun", "cancel the placement instead"),
    )
    row = Return(
        **{name: getattr(placement, name) for name in _KEPT},
        placement_id=placement.id,
        status=ReturnStatus.RETURN_PLANNED.value,
        planned_on=data.planned_on,
        services=[each.model_dump(mode="json") for each in data.services],
        skills_gained=[],
    )
    session.add(row)
    await session.flush()
    await _tell(session, row)
    return view(row)


async def arrive(session: AsyncSession, return_id: UUID, version: int, data: ArrivalIn) -> ReturnOut:
    """The person is back, and what was learned counts with its evidence. Raises NotFound, PreconditionFailed,
    Conflict."""
    candidate, row = await _held(session, return_id, version)
    today, first = now().date(), (await session.get_one(Placement, row.placement_id)).started_on or now().date()
    on = data.returned_on
    _refuse(
        _status(row, ReturnStatus.RETURN_PLANNED),
        Guard("DATE", first <= on <= today, str(on), f"{first} to {today}", "record it once it was made"),
    )
    row.status, row.returned_on, row.certificate = ReturnStatus.RETURNED.value, on, data.certificate
    row.skills_gained = [skill.model_dump(mode="json") for skill in data.skills_gained]
    gained = [skill | {"dated": on.isoformat()} for skill in row.skills_gained]
    candidate.earned_skills = all_skills(candidate.earned_skills, gained)
    candidate.touch()
    row.touch()
    await session.flush()
    await _tell(session, row)
    return view(row)


async def follow_up(session: AsyncSession, return_id: UUID, version: int, data: ReintegrationIn) -> ReturnOut:
    """How it goes after six months. Raises NotFound, PreconditionFailed, Conflict."""
    _, row = await _held(session, return_id, version)
    today = now().date()
    first = months_after(row.returned_on or today, FOLLOW_UP_MONTHS)
    _refuse(
        _status(row, ReturnStatus.RETURNED),
        Guard("DUE", first <= data.on <= today, str(data.on), f"{first} or later", "ask once the months have passed"),
    )
    row.status, row.follow_up = ReturnStatus.REINTEGRATED.value, data.model_dump(mode="json")
    row.touch()
    await session.flush()
    await _tell(session, row)
    placement = await session.get_one(Placement, row.placement_id)
    await assessing.keep(session, placement, FourfoldMoment.AFTER_RETURN)
    return view(row)


async def _held(session: AsyncSession, return_id: UUID, version: int) -> tuple[Candidate, Return]:
    """The person first, as erasure does."""
    candidate = await locked(session, Candidate, (await found(session, Return, return_id)).candidate_id)
    row = await locked(session, Return, return_id)
    concurrency.check(row, version)
    return candidate, row


def _status(row: Return, needed: ReturnStatus) -> Guard:
    return Guard("RETURN_STATUS", row.status == needed, row.status, needed, "none")


def _refuse(*guards: Guard) -> None:
    if failed := [guard for guard in guards if not guard.passed]:
        raise Conflict.guards(failed)


async def _tell(session: AsyncSession, row: Return) -> None:
    said = row.follow_up or {}
    told = ReturnChanged(
        return_id=row.id,
        candidate_id=row.candidate_id,
        placement_id=row.placement_id,
        partnership_id=row.partnership_id,
        status=row.status,
        on=now().date(),
        employed=said.get("employed"),
        using_skills=said.get("using_skills"),
    )
    await events.publish(session, (row.id, told))


async def remit(session: AsyncSession, placement_id: UUID, data: RemittanceIn) -> RemittanceOut:
    """Write down what was sent home. Raises NotFound, Forbidden for the employer, Conflict for a day to come."""
    await held_placement(session, placement_id)
    placement = await locked(session, Placement, placement_id)
    today = now().date()
    _refuse(Guard("DATE", data.sent_on <= today, str(data.sent_on), f"{today} or earlier", "record it once it is sent"))
    row = Remittance(
        **{name: getattr(placement, name) for name in _KEPT},
        placement_id=placement.id,
        sent_on=data.sent_on,
        amount=data.amount.amount,
        currency=data.amount.currency.value,
        fee=data.fee,
    )
    session.add(row)
    await session.flush()
    names = ("candidate_id", "placement_id", "partnership_id", "amount", "fee", "currency")
    told = RemittanceRecorded(**{n: getattr(row, n) for n in names}, remittance_id=row.id, on=row.sent_on)
    await events.publish(session, (row.id, told))
    return remitted(row)


def remitted(row: Remittance) -> RemittanceOut:
    """With its cost."""
    return RemittanceOut(
        id=row.id,
        placement_id=row.placement_id,
        sent_on=row.sent_on,
        amount=Money.model_validate({"amount": row.amount, "currency": row.currency}),
        fee=str(row.fee),
        cost_share=round(float(row.fee / row.amount), 4) if row.amount else None,
    )


async def remittances(session: AsyncSession, placement_id: UUID) -> Select[Any]:
    """What one's candidate sent home from a placement. Raises NotFound."""
    placement = await found(session, Placement, placement_id)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.COUNSELLING, [placement.candidate_id])
    return select(Remittance).where(Remittance.placement_id == placement_id)
