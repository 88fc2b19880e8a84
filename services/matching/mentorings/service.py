"""Mentors for candidates, and their hours: booked, given, and never more than a diaspora engagement offers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import MentoringChanged
from services.contracts.vocabulary import DiasporaEngagementType, MentoringStatus, PartnershipStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found, locked
from services.matching import occupancy
from services.matching.entrepreneurs import euros
from services.matching.explanations import DroppedOut, GateOut
from services.matching.house import acting_for_the_house
from services.matching.mentorings.schemas import (
    MentorBrief,
    MentoringIn,
    MentoringTotalsOut,
    MentoringTransitionIn,
    MentorMatchOut,
    MentorTermOut,
)
from services.matching.mentors import Mentored, Mentors, judge
from services.matching.models.candidates import Candidate
from services.matching.models.copies import DiasporaEngagement, Partnership
from services.matching.models.entrepreneurs import Firm, Mentoring
from services.matching.next_steps import told_why, write_step
from services.matching.profiles import Rates
from services.matching.pseudonyms import statistical
from services.matching.translation import candidate_of, title_of

_S = MentoringStatus
Place = tuple[bool, float, str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of results, the place where it ends, and whether others follow."""

    items: list[MentorMatchOut]
    last: Place | None
    more: bool


async def for_candidate(
    session: AsyncSession, candidate_id: UUID, limit: int, after: Place | None, language: str
) -> Ranking:
    """Mentors of active partnerships for a candidate of the caller's organisation. Raises NotFound."""
    row = await session.get(Candidate, candidate_id)
    if row is None:
        raise NotFound
    active = select(Partnership.id).where(Partnership.status == PartnershipStatus.ACTIVE)
    offered = DiasporaEngagement.partnership_ids.overlap(list(await session.scalars(active)))
    mentoring = DiasporaEngagement.data["engagement_type"].astext == DiasporaEngagementType.MENTOR
    copies = (await session.scalars(select(DiasporaEngagement).where(offered, mentoring))).all()
    region = await session.scalar(select(Firm.region).where(Firm.candidate_id == candidate_id))
    async with acting_for_the_house(session):
        taken = await _hours_taken(session, [each.id for each in copies])
    person, today = candidate_of(row), now().date()
    judged = []
    for copy in copies:
        mentors = Mentors.of(copy.data, taken.get(copy.id, Decimal(0)))
        result = judge(person, region, mentors, today)
        judged.append(((bool(result.failed), -result.score, str(copy.id)), copy, mentors, result))
    rest = sorted((each for each in judged if after is None or each[0] > after), key=lambda each: each[0])
    shown = rest[:limit]
    items = [_match(copy, mentors, result, language) for _, copy, mentors, result in shown]
    return Ranking(items, shown[-1][0] if shown else None, len(rest) > limit)


def listed(candidate_id: UUID | None, engagement_id: UUID | None, status: str | None) -> Select[Any]:
    """Hours of the caller's candidates and of its mentors that match all filters given."""
    query = select(Mentoring)
    wanted = {
        Mentoring.candidate_id: candidate_id,
        Mentoring.engagement_id: engagement_id,
        Mentoring.status: status,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    return query


async def get(session: AsyncSession, mentoring_id: UUID) -> Mentoring:
    """Raises NotFound."""
    return await found(session, Mentoring, mentoring_id)


async def book(session: AsyncSession, principal: Principal, data: MentoringIn) -> Mentoring:
    """Keep hours of a mentor. Raises Unprocessable for an unknown person or engagement, Conflict with every gate that
    does not hold."""
    # Held, so that nobody is given hours while being erased.
    row = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    copy = await session.get(DiasporaEngagement, data.engagement_id)
    errors = []
    if row is None:
        errors.append(FieldError("/candidate_id", "unknown_candidate", "No candidate of yours has this id."))
    if copy is None or copy.data["engagement_type"] != DiasporaEngagementType.MENTOR:
        message = "No mentors with this id are offered to your partnerships."
        errors.append(FieldError("/engagement_id", "unknown_engagement", message))
    if data.planned_on < now().date():
        errors.append(FieldError("/planned_on", "past", "Must not have passed."))
    if errors or row is None or copy is None:
        raise Unprocessable.fields(errors)
    region = await session.scalar(select(Firm.region).where(Firm.candidate_id == row.id))
    async with acting_for_the_house(session):
        mentors = await _held_mentors(session, copy.id)
    judged = judge(candidate_of(row), region, mentors, now().date(), data.hours)
    if judged.failed:
        raise Conflict.guards(
            [Guard(f"{g.code}_{g.name}", False, str(g.value), str(g.threshold), g.remedy or "") for g in judged.failed]
        )
    mentoring = Mentoring(
        organisation_id=row.organisation_id,
        mentor_organisation_id=copy.organisation_id,
        status=_S.BOOKED.value,
        next_steps=[],
        **data.model_dump(),
    )
    session.add(mentoring)
    await session.flush()
    await occupancy.share(session, mentoring.id, mentoring.mentor_organisation_id, mentoring.organisation_id)
    await write_step(session, principal, mentoring, None, now().date())
    await _tell(session, mentoring, row, now().date())
    return mentoring


async def move(
    session: AsyncSession,
    principal: Principal,
    rates: Rates,
    mentoring_id: UUID,
    version: int,
    data: MentoringTransitionIn,
) -> Mentoring:
    """HELD or CANCELLED, said by either side. Raises NotFound, Conflict with everything that refuses it."""
    seen = await get(session, mentoring_id)
    if principal.acts_for not in (seen.organisation_id, seen.mentor_organisation_id):
        raise Forbidden("Only the two sides may do this.", "not_a_side")
    async with acting_for_the_house(session):
        # The person first, as erasure does, then the engagement, as whoever books does.
        person = await session.get(Candidate, seen.candidate_id, with_for_update={"read": True})
        if person is None:
            raise NotFound
        mentors = await _held_mentors(session, seen.engagement_id)
        mentoring = await locked(session, Mentoring, mentoring_id)
        concurrency.check(mentoring, version)
        if failed := [guard for guard in _refusals(mentoring, mentors, data) if not guard.passed]:
            raise Conflict.guards(failed)
        before, mentoring.status = mentoring.status, data.to.value
        mentoring.reason = data.reason
        mentoring.next_steps = [each.model_dump(mode="json") for each in data.next_steps]
        if data.to is _S.HELD:
            mentoring.held_on, mentoring.hours = data.on, data.hours or mentoring.hours
            mentoring.amount = data.amount.model_dump(mode="json") if data.amount else None
            mentoring.amount_eur = euros(mentoring.amount, rates)
        mentoring.touch()
        await session.flush()
        await write_step(session, principal, mentoring, before, data.on, data.decided_by)
        await _tell(session, mentoring, person, data.on)
    return mentoring


async def totals(session: AsyncSession, organisation_id: UUID, engagement_id: UUID) -> MentoringTotalsOut:
    """What was booked and given under an engagement of the caller's, by all organisations. Raises NotFound."""
    copy = await session.get(DiasporaEngagement, engagement_id)
    if copy is None or copy.organisation_id != organisation_id:
        raise NotFound
    hours, none = func.sum(Mentoring.hours), Decimal(0)
    query = select(
        func.coalesce(hours.filter(Mentoring.status == _S.BOOKED), none).label("booked"),
        func.coalesce(hours.filter(Mentoring.status == _S.HELD), none).label("held"),
        func.coalesce(func.sum(Mentoring.amount_eur), none).label("eur"),
        func.count(Mentoring.candidate_id.distinct()).label("people"),
    ).where(Mentoring.engagement_id == engagement_id, Mentoring.status != _S.CANCELLED)
    async with acting_for_the_house(session):
        sums = (await session.execute(query)).one()
    offered = int(copy.data["hours_offered"])
    return MentoringTotalsOut(
        engagement_id=engagement_id,
        hours_offered=offered,
        hours_booked=sums.booked,
        hours_held=sums.held,
        hours_left=max(Decimal(0), offered - sums.booked - sums.held),
        amount_eur=sums.eur,
        candidates=sums.people,
    )


async def _hours_taken(session: AsyncSession, ids: list[UUID]) -> dict[UUID, Decimal]:
    query = select(Mentoring.engagement_id, func.sum(Mentoring.hours)).group_by(Mentoring.engagement_id)
    rows = await session.execute(query.where(Mentoring.engagement_id.in_(ids), Mentoring.status != _S.CANCELLED))
    return {id: Decimal(hours) for id, hours in rows}


async def _held_mentors(session: AsyncSession, engagement_id: UUID) -> Mentors:
    """The engagement with the hours that are left, held until the transaction ends, so that no hour is given twice;
    acts for the house."""
    query = select(DiasporaEngagement.data).where(DiasporaEngagement.id == engagement_id).with_for_update()
    data = await session.scalar(query)
    if data is None:
        raise NotFound
    return Mentors.of(data, (await _hours_taken(session, [engagement_id])).get(engagement_id, Decimal(0)))


def _refusals(mentoring: Mentoring, mentors: Mentors, data: MentoringTransitionIn) -> list[Guard]:
    if mentoring.status != _S.BOOKED or data.to is _S.BOOKED:
        seen = f"{mentoring.status} to {data.to}"
        needed = "HELD or CANCELLED" if mentoring.status == _S.BOOKED else "nothing: it is over"
        return [Guard("STEP_FOLLOWS", False, seen, needed, "book other hours")]
    today = now().date()
    guards = [Guard("NOT_IN_FUTURE", data.on <= today, str(data.on), f"{today} or before", "record it afterwards")]
    if data.to is _S.CANCELLED:
        return guards + told_why(data.reason, data.next_steps, data.decided_by)
    more = (data.hours or mentoring.hours) - mentoring.hours
    left = mentors.hours_left
    remedy = "record fewer hours, or ask the organisation to offer more"
    return [*guards, Guard("M03_HOURS_LEFT", more <= left, f"{left} left", f"{more} more than booked", remedy)]


def _match(copy: DiasporaEngagement, mentors: Mentors, result: Mentored, language: str) -> MentorMatchOut:
    data = copy.data
    return MentorMatchOut(
        score=result.score,
        near_miss=bool(result.failed),
        mentors=MentorBrief(
            engagement_id=copy.id,
            organisation_id=copy.organisation_id,
            title=title_of(data["title"], language),
            residence=data["residence"],
            origin=data["origin"],
            languages=data["languages"],
            isco08=data["isco08"],
            regions=data["regions"],
            hours_left=float(mentors.hours_left),
        ),
        terms=[MentorTermOut.model_validate(each) for each in result.terms],
        dropped=[DroppedOut.model_validate(each) for each in result.dropped],
        gates=[GateOut.model_validate(each) for each in result.gates],
    )


async def _tell(session: AsyncSession, mentoring: Mentoring, person: Candidate, on: date) -> None:
    told = MentoringChanged(
        mentoring_id=mentoring.id,
        candidate_id=mentoring.candidate_id,
        engagement_id=mentoring.engagement_id,
        mentor_organisation_id=mentoring.mentor_organisation_id,
        status=mentoring.status,
        on=on,
        hours=mentoring.hours,
        amount_eur=mentoring.amount_eur or Decimal(0),
        persona=person.persona,
        **statistical(person, now().date()),
    )
    await events.publish(session, (mentoring.id, told))
