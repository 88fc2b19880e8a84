"""Stays with hosts: room kept at once and never twice, 90 days in any 180 over all stays of the person."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import StayChanged
from services.contracts.vocabulary import (
    AccessPurpose,
    DataSeen,
    MobilityNextStep,
    MobilityReason,
    PartnershipStatus,
    StayStatus,
)
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found, locked
from services.matching import access_log, occupancy
from services.matching.entrepreneurs import FirmProfile, euros
from services.matching.hosting import HostOffer, Scheme
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.cases import CaseStep
from services.matching.models.copies import MobilityScheme, Partnership
from services.matching.models.entrepreneurs import Firm, Mobility, Stay
from services.matching.next_steps import decided, write_step
from services.matching.profiles import Rates
from services.matching.short_stays import Period, area_of, left, longest, used
from services.matching.stays import guards
from services.matching.stays.guards import Traveller
from services.matching.stays.schemas import (
    CountedStayOut,
    GuestOut,
    StayAnswerIn,
    StayDaysOut,
    StayIn,
    StayOut,
    StayPatch,
    StayTransitionIn,
    StayWithGuestOut,
)

_S = StayStatus
_OTHER_HOST = {"kind": MobilityNextStep.OTHER_HOST.value, "text": "Look at the other hosts that fit."}


def listed(
    mobility_id: UUID | None, candidate_id: UUID | None, host_id: UUID | None, status: str | None
) -> Select[Any]:
    """Stays of the caller's candidates and with its hosts that match all filters given."""
    query = select(Stay)
    wanted = {
        Stay.mobility_id: mobility_id,
        Stay.candidate_id: candidate_id,
        Stay.host_id: host_id,
        Stay.status: status,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    return query


async def get(session: AsyncSession, stay_id: UUID) -> Stay:
    """Raises NotFound."""
    return await found(session, Stay, stay_id)


async def with_guest(session: AsyncSession, stay_id: UUID) -> StayWithGuestOut:
    """The stay, with who comes where the person agreed and the host accepted. Raises NotFound."""
    stay = await get(session, stay_id)
    guest = None
    if stay.share_identity and stay.host_accepts and stay.status != _S.CANCELLED:
        async with acting_for_the_house(session):
            person = await session.get(Candidate, stay.candidate_id)
            name = await session.scalar(select(Firm.name).where(Firm.candidate_id == stay.candidate_id))
            await access_log.note(session, DataSeen.IDENTITY, AccessPurpose.RECRUITMENT, [stay.candidate_id])
        if person is not None:
            guest = GuestOut(given_name=person.given_name, family_name=person.family_name, firm=name)
    return StayWithGuestOut.model_validate(StayOut.model_validate(stay).model_dump() | {"guest": guest})


async def plan(session: AsyncSession, principal: Principal, rates: Rates, data: StayIn) -> Stay:
    """Keep room for a stay. Raises Unprocessable for an unknown mobility or host, and Conflict with everything that
    refuses it."""
    mobility = await session.get(Mobility, data.mobility_id)
    if mobility is None:
        raise _unknown("mobility_id", "No mobility of yours has this id.")
    who = await _traveller(session, rates, mobility)
    period = Period(data.from_date, data.to_date)
    host = await _host(session, data.host_id, None)
    if host is None or who.mobility.partnership_id not in host.partnership_ids:
        raise _unknown("host_id", "No host offered to the partnership has this id.")
    refusing = [*guards.of_person(who), *guards.of_dates(who, host, period), *guards.of_scheme(who)]
    if failed := [guard for guard in refusing if not guard.passed]:
        raise Conflict.guards(failed)
    stay = Stay(
        organisation_id=mobility.organisation_id,
        mobility_id=mobility.id,
        candidate_id=mobility.candidate_id,
        host_id=host.id,
        host_organisation_id=host.organisation_id,
        country=host.country,
        status=_S.PLANNED.value,
        share_identity=data.share_identity,
        next_steps=[],
        **guards.dates(who, host, period),
    )
    session.add(stay)
    await session.flush()
    await occupancy.share(session, stay.id, stay.host_organisation_id, stay.organisation_id)
    await write_step(session, principal, stay, None, now().date())
    await _tell(session, stay, who.mobility)
    return stay


async def change(session: AsyncSession, rates: Rates, stay_id: UUID, version: int, patch: StayPatch) -> Stay:
    """Other dates, or whether the host may know who comes. Raises NotFound, Forbidden for the host, Conflict with
    everything that refuses it."""
    who, stay = await _held(session, rates, stay_id)
    concurrency.check(stay, version)
    if stay.status in (_S.ENDED, _S.CANCELLED):
        needed = "PLANNED, VISA or ABROAD"
        raise Conflict.guards([Guard("STAY_STATUS", False, stay.status, needed, "plan another stay")])
    period = Period(patch.from_date or stay.from_date, patch.to_date or stay.to_date)
    if period.last < period.first or period.days > 1095:
        message = "The stay must end on or after its first day, and last three years at most."
        raise Unprocessable.fields([FieldError("/to_date", "out_of_range", message)])
    if period != (stay.from_date, stay.to_date):
        host = await _host(session, stay.host_id, stay.id)
        if host is None:
            raise _unknown("host_id", "The host is no longer offered.")
        begun = stay.status == _S.ABROAD
        arrived = Guard("ARRIVED", period.first == stay.from_date, str(period.first), str(stay.from_date), "keep it")
        refusing = [*guards.of_dates(who, host, period, known=True), *([arrived] if begun else [])]
        if failed := [guard for guard in refusing if not guard.passed]:
            raise Conflict.guards(failed)
        for name, value in guards.dates(who, host, period).items():
            setattr(stay, name, value)
        stay.host_accepts = stay.host_answered_on = stay.host_decided_by = None
    if patch.share_identity is not None:
        stay.share_identity = patch.share_identity
    stay.touch()
    await session.flush()
    await _tell(session, stay, who.mobility)
    return stay


async def answer(session: AsyncSession, principal: Principal, stay_id: UUID, version: int, data: StayAnswerIn) -> Stay:
    """The host accepts, or declines, which cancels the stay; either way a person there has decided, which is kept as a
    step. Raises NotFound, Forbidden for anybody else, Conflict for a stay that is under way or over."""
    seen = await get(session, stay_id)
    if seen.host_organisation_id != principal.acts_for:
        raise Forbidden("Only the host answers.", "not_the_host")
    async with acting_for_the_house(session):
        # The person first, as everybody does who changes a stay.
        await session.get(Candidate, seen.candidate_id, with_for_update=True)
        stay = await locked(session, Stay, stay_id)
        concurrency.check(stay, version)
        open_ = Guard("STAY_STATUS", stay.status in (_S.PLANNED, _S.VISA), stay.status, "PLANNED or VISA", "none")
        if failed := [guard for guard in (open_, decided(data.decided_by)) if not guard.passed]:
            raise Conflict.guards(failed)
        stay.host_decided_by = data.decided_by
        stay.host_accepts, stay.host_answered_on = data.accepts, now().date()
        before = stay.status
        if not data.accepts:
            stay.status, stay.reason = _S.CANCELLED.value, MobilityReason.HOST_WITHDRAWS.value
            stay.next_steps = [_OTHER_HOST]
        stay.touch()
        await session.flush()
        await write_step(session, principal, stay, before, now().date(), data.decided_by)
        await _tell(session, stay, await session.get_one(Mobility, stay.mobility_id))
    return stay


async def move(
    session: AsyncSession, principal: Principal, rates: Rates, stay_id: UUID, version: int, data: StayTransitionIn
) -> Stay:
    """Take the next step. Raises NotFound, Forbidden for the host, Conflict with everything that refuses it."""
    who, stay = await _held(session, rates, stay_id)
    concurrency.check(stay, version)
    if failed := [guard for guard in guards.of_step(who, stay, data) if not guard.passed]:
        raise Conflict.guards(failed)
    before, stay.status = stay.status, data.to.value
    stay.reason = data.reason
    stay.next_steps = [each.model_dump(mode="json") for each in data.next_steps]
    if data.to is _S.ABROAD:
        stay.visa_valid_from, stay.visa_valid_to = data.visa_valid_from, data.visa_valid_to
    if data.to is _S.ENDED:
        stay.to_date = data.on  # who leaves earlier gives days back; who stayed longer has used them
    stay.touch()
    await session.flush()
    await write_step(session, principal, stay, before, data.on, data.decided_by)
    await _tell(session, stay, who.mobility)
    return stay


async def steps_of(session: AsyncSession, stay_id: UUID) -> Select[Any]:
    """The steps that were taken. Raises NotFound."""
    await get(session, stay_id)
    return select(CaseStep).where(CaseStep.case_id == stay_id)


async def days_of(session: AsyncSession, candidate_id: UUID, country: str, on: date) -> StayDaysOut:
    """Days used and left of a candidate of the caller's organisation. Raises NotFound."""
    person = await session.get(Candidate, candidate_id)
    if person is None:
        raise NotFound
    firm = (await session.scalars(select(Firm).where(Firm.candidate_id == candidate_id))).one_or_none()
    stays = await occupancy.of_person(session, candidate_id)
    area = area_of(country)
    counted = FirmProfile.of(firm, person, None, stays).periods if firm else ()
    periods = tuple(period for at, period in counted if at in area)
    return StayDaysOut(
        country=country,
        area=sorted(area),
        on=on,
        used=used(periods, on),
        left=left(periods, on),
        longest=longest(periods, on),
        stays=[CountedStayOut(country=at, from_date=p.first, to_date=p.last) for at, p in counted if at in area],
    )


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])


async def _held(session: AsyncSession, rates: Rates, stay_id: UUID) -> tuple[Traveller, Stay]:
    """The stay and who goes, held. Raises NotFound, Forbidden for the host, who only reads it."""
    seen = await get(session, stay_id)
    mobility = await session.get(Mobility, seen.mobility_id)
    if mobility is None:
        raise Forbidden("Another organisation owns this record.", "not_the_owner")
    who = await _traveller(session, rates, mobility, stay_id)
    return who, await locked(session, Stay, stay_id)


async def _traveller(session: AsyncSession, rates: Rates, mobility: Mobility, without: UUID | None = None) -> Traveller:
    """Hold the person, then read what bears on the stay. Raises NotFound, and Conflict without a firm."""
    person = await session.get(Candidate, mobility.candidate_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound
    mobility = await locked(session, Mobility, mobility.id)
    firm = (await session.scalars(select(Firm).where(Firm.candidate_id == person.id))).one_or_none()
    if firm is None:
        raise Conflict.guards([Guard("FIRM_REGISTERED", False, "no firm", "a firm", "register the person's firm")])
    partnership = await session.get(Partnership, mobility.partnership_id)
    copy = await session.get(MobilityScheme, mobility.scheme_id) if mobility.scheme_id else None
    others = await occupancy.of_person(session, person.id, without)
    async with acting_for_the_house(session):
        ways = await occupancy.long_stays(session)
    return Traveller(
        person=person,
        mobility=mobility,
        firm=FirmProfile.of(firm, person, euros(firm.turnover, rates), others),
        scheme=Scheme.of(copy.data) if copy else None,
        partnership_active=partnership is not None and partnership.status == PartnershipStatus.ACTIVE,
        others=others,
        ways=ways,
    )


async def _host(session: AsyncSession, host_id: UUID, without: UUID | None) -> HostOffer | None:
    async with acting_for_the_house(session):
        return await occupancy.hold_host(session, host_id, without)


async def _tell(session: AsyncSession, stay: Stay, mobility: Mobility) -> None:
    told = StayChanged(
        stay_id=stay.id,
        mobility_id=stay.mobility_id,
        candidate_id=stay.candidate_id,
        partnership_id=mobility.partnership_id,
        host_id=stay.host_id,
        host_organisation_id=stay.host_organisation_id,
        corridor=mobility.corridor,
        country=stay.country,
        status=stay.status,
        from_date=stay.from_date,
        to_date=stay.to_date,
        days=stay.days,
        visa_class=stay.visa_class,
    )
    await events.publish(session, (stay.id, told))
