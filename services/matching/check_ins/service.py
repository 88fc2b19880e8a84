"""Check-ins three, six and twelve months after the start: what is due, what was said, and what follows from it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import CheckInRecorded
from services.contracts.vocabulary import AccessPurpose, DataSeen, GuardRail, PlacementStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked
from services.matching import access_log, assessing, guard_rails
from services.matching.check_ins.schemas import CheckInAnswers, CheckInIn, DueCheckInsOut, DueOut, VerificationIn
from services.matching.erasure import held_placement
from services.matching.guard_rails import Actor
from services.matching.house import acting_for_the_house
from services.matching.lives import MONTHS, months_after
from services.matching.models.care import CheckIn
from services.matching.models.proposals import Placement

GRACE = timedelta(days=14)
# The guard rail that a No trips, once it was verified.
BREACHES = {
    "documents_kept_by_worker": GuardRail.G02,
    "free_to_leave": GuardRail.G02,
    "paid_on_time": GuardRail.G02,
    "paid_in_full": GuardRail.G03,
    "hours_as_agreed": GuardRail.G03,
}
_AT_WORK = (
    PlacementStatus.STARTED,
    PlacementStatus.CHECK_3M,
    PlacementStatus.CHECK_6M,
    PlacementStatus.CHECK_12M,
    PlacementStatus.RENEWED,
)


def breaches(answers: CheckInAnswers) -> list[GuardRail]:
    """Guard rails that the answers trip, once each; what is unknown trips none."""
    return sorted({rail for name, rail in BREACHES.items() if getattr(answers, name) is False})


async def record(session: AsyncSession, principal: Principal, placement_id: UUID, data: CheckInIn) -> CheckIn:
    """Write down what the worker said; a verified breach opens its cases. Raises NotFound, Forbidden for the employer,
    Unprocessable, Conflict when the month is not over yet or was asked before."""
    placement = await held_placement(session, placement_id)
    if principal.acts_for != placement.organisation_id:
        raise Forbidden("The candidate's organisation asks, out of the employer's hearing.", "not_the_owner")
    if data.took_place_on > now().date():
        raise Unprocessable.fields([FieldError("/took_place_on", "in_the_future", "Record it once it was held.")])
    if (failed := _early(placement, data)) is not None:
        raise Conflict.guards([failed])
    check_in = CheckIn(
        organisation_id=placement.organisation_id,
        placement_id=placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        month=data.month,
        took_place_on=data.took_place_on,
        asked_by=data.asked_by,
        answers=data.answers.model_dump(mode="json"),
        breaches=[rail.value for rail in breaches(data.answers)],
        verified_by=data.verified_by,
        comment=data.comment,
    )
    session.add(check_in)
    await session.flush()
    await _follow(session, principal, placement, check_in)
    return check_in


def _early(placement: Placement, data: CheckInIn) -> Guard | None:
    first = months_after(placement.started_on, data.month) if placement.started_on else None
    if first is not None and data.took_place_on >= first:
        return None
    needed = f"{first} or later" if first else "a job that has begun"
    return Guard("DUE", False, str(data.took_place_on), needed, "ask once the months have passed")


async def _follow(session: AsyncSession, principal: Principal, placement: Placement, check_in: CheckIn) -> None:
    """Tell it, and open cases of what was verified."""
    answers = check_in.answers
    told = CheckInRecorded(
        check_in_id=check_in.id,
        placement_id=placement.id,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        corridor=placement.corridor,
        track=placement.track,
        month=check_in.month,
        on=check_in.took_place_on,
        employed=answers["employed"],
        social_security=answers["social_security"],
        skills_used=answers["skills_used"],
        breaches=len(check_in.breaches),
        verified=check_in.verified_by is not None,
    )
    await events.publish(session, (check_in.id, told))
    by = Actor(principal.acts_for, principal.client_id, check_in.asked_by)
    async with acting_for_the_house(session):
        for rail in check_in.breaches if check_in.verified_by is not None else ():
            # Not what the worker said: the employer reads the case.
            reason = "A breach was verified."
            await guard_rails.open_case(session, placement, GuardRail(rail), reason, by=by)
    await assessing.keep(session, placement, assessing.moment_of(check_in.month), by)


async def verify(
    session: AsyncSession, principal: Principal, check_in_id: UUID, version: int, data: VerificationIn
) -> CheckIn:
    """Say how the breaches were verified, which opens their cases. Raises NotFound, PreconditionFailed, Conflict."""
    check_in = await locked(session, CheckIn, check_in_id)
    concurrency.check(check_in, version)
    if check_in.verified_by is not None or not check_in.breaches:
        needed = "breaches that nobody has verified yet"
        raise Conflict.guards([Guard("TO_VERIFY", False, f"{len(check_in.breaches)} breaches", needed, "none")])
    check_in.verified_by = data.verified_by
    check_in.touch()
    await session.flush()
    await _follow(session, principal, await session.get_one(Placement, check_in.placement_id), check_in)
    return check_in


async def get(session: AsyncSession, check_in_id: UUID) -> CheckIn:
    """Raises NotFound."""
    check_in = await found(session, CheckIn, check_in_id)
    await seen(session, [check_in])
    return check_in


async def seen(session: AsyncSession, check_ins: Iterable[CheckIn]) -> None:
    """Write down that these were read."""
    people = [each.candidate_id for each in check_ins]
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.COUNSELLING, people)


def listed(placement_id: UUID | None) -> Select[Any]:
    """Check-ins with one's own candidates, of one placement if given."""
    query = select(CheckIn)
    return query.where(CheckIn.placement_id == placement_id) if placement_id else query


def due(organisation_id: UUID, today: date, overdue: bool) -> Select[Any]:
    """Placements of one's candidates who are at work and were not asked in time, or are late by more than GRACE."""
    last = today - GRACE if overdue else today
    missing = [
        and_(
            Placement.started_on + func.make_interval(0, month) <= last,
            ~select(CheckIn.id).where(CheckIn.placement_id == Placement.id, CheckIn.month == month).exists(),
        )
        for month in MONTHS.values()
    ]
    return select(Placement).where(
        Placement.organisation_id == organisation_id, Placement.status.in_(_AT_WORK), or_(*missing)
    )


async def to_ask(session: AsyncSession, placements: list[Placement], today: date) -> list[DueCheckInsOut]:
    """What is still to be asked in these placements."""
    ids = [placement.id for placement in placements]
    kept = await session.execute(select(CheckIn.placement_id, CheckIn.month).where(CheckIn.placement_id.in_(ids)))
    asked = {(row.placement_id, row.month) for row in kept}
    await access_log.note(
        session, DataSeen.PLACEMENT, AccessPurpose.COUNSELLING, [placement.candidate_id for placement in placements]
    )
    return [
        DueCheckInsOut(
            placement_id=placement.id,
            candidate_id=placement.candidate_id,
            started_on=started,
            due=[
                DueOut(month=month, due_on=day, overdue=day + GRACE < today)
                for month in sorted(MONTHS.values())
                if (day := months_after(started, month)) <= today and (placement.id, month) not in asked
            ],
        )
        for placement in placements
        if (started := placement.started_on) is not None
    ]
