"""Mobilities of entrepreneurs: from interest to the follow-up, with the agreements that came of them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import MobilityChanged
from services.contracts.vocabulary import MobilityStatus, PartnershipStatus, Persona
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.kit.records import found, locked
from services.matching import capacity, occupancy
from services.matching.corridors import Agreement
from services.matching.entrepreneurs import FirmProfile, euros, fit
from services.matching.hosting import Scheme
from services.matching.house import acting_for_the_house
from services.matching.mobilities import steps
from services.matching.mobilities.schemas import FirmAgreementIn, FollowUpIn, MobilityIn, MobilityTransitionIn
from services.matching.models.candidates import Candidate
from services.matching.models.cases import CaseStep
from services.matching.models.copies import Host, MobilityScheme, Partnership
from services.matching.models.entrepreneurs import Firm, FirmAgreement, Mobility, MobilityFollowUp, Stay
from services.matching.next_steps import write_step
from services.matching.profiles import Rates
from services.matching.pseudonyms import statistical

_S = MobilityStatus
_PERSONAS = (Persona.ENTREPRENEUR, Persona.EMPLOYEE_OF_SME)


def listed(status: str | None, candidate_id: UUID | None, partnership_id: UUID | None) -> Select[Any]:
    """Mobilities of the caller's candidates that match all filters given."""
    query = select(Mobility)
    if status:
        query = query.where(Mobility.status == status)
    if candidate_id:
        query = query.where(Mobility.candidate_id == candidate_id)
    if partnership_id:
        query = query.where(Mobility.partnership_id == partnership_id)
    return query


async def get(session: AsyncSession, mobility_id: UUID) -> Mobility:
    """Raises NotFound."""
    return await found(session, Mobility, mobility_id)


async def begin(session: AsyncSession, principal: Principal, data: MobilityIn) -> Mobility:
    """INTERESTED. Raises Unprocessable for an unknown person, partnership or scheme; one that is open already in the
    partnership gives 409."""
    # Held, so that nobody begins while being erased.
    person = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    partnership = await session.get(Partnership, data.partnership_id)
    scheme = await session.get(MobilityScheme, data.scheme_id) if data.scheme_id else None
    corridor = None
    if person and partnership:
        corridor = Agreement.of(partnership.id, partnership.data).corridor(person.residence, None, "AWAY")
    checks = {
        ("candidate_id", "unknown_candidate", "No candidate of yours has this id."): person is not None,
        ("candidate_id", "other_persona", f"The persona must be {' or '.join(_PERSONAS)}."): person is None
        or person.persona in _PERSONAS,
        ("partnership_id", "unknown_partnership", "No partnership of yours has this id."): partnership is not None,
        ("partnership_id", "not_active", "The partnership must be ACTIVE."): partnership is None
        or partnership.status == PartnershipStatus.ACTIVE,
        ("partnership_id", "no_corridor", "No corridor of the partnership begins where the person lives."): corridor
        is not None
        or not (person and partnership),
        ("scheme_id", "unknown_scheme", "No approved scheme of the partnership for such people has this id."): (
            data.scheme_id is None or _open(scheme, person, data.partnership_id)
        ),
        ("on", "future", "Must not be to come."): data.on <= now().date(),
    }
    if errors := [FieldError(f"/{name}", code, text) for (name, code, text), holds in checks.items() if not holds]:
        raise Unprocessable.fields(errors)
    assert person is not None
    assert corridor is not None
    mobility = Mobility(
        organisation_id=person.organisation_id,
        candidate_id=person.id,
        partnership_id=data.partnership_id,
        scheme_id=data.scheme_id,
        corridor=corridor.name,
        status=_S.INTERESTED.value,
        status_date=data.on,
        next_steps=[],
    )
    session.add(mobility)
    await session.flush()
    await write_step(session, principal, mobility, None, data.on)
    await _tell(session, mobility)
    return mobility


def _open(scheme: MobilityScheme | None, person: Candidate | None, partnership_id: UUID) -> bool:
    if scheme is None or partnership_id not in scheme.partnership_ids:
        return False
    return bool(scheme.data["approved"]) and (person is None or scheme.data["persona"] == person.persona)


async def move(
    session: AsyncSession,
    principal: Principal,
    rates: Rates,
    mobility_id: UUID,
    version: int,
    data: MobilityTransitionIn,
) -> Mobility:
    """Take the next step. Raises NotFound, and Conflict with everything that refuses it."""
    mobility = await _held(session, mobility_id)
    concurrency.check(mobility, version)
    facts = await _facts(session, rates, mobility, data)
    if failed := steps.refusals(facts, data):
        raise Conflict.guards(failed)
    if data.to is _S.HOST_MATCHED and facts.scheme:
        await _take_quota(session, facts.scheme, data.on.year)
        mobility.quota_year = data.on.year
    if data.to is _S.CLOSED and not steps.went(facts.stays):
        async with acting_for_the_house(session):
            await capacity.release_mobility(session, mobility)
        mobility.quota_year = None
    before = mobility.status
    mobility.status, mobility.status_date = data.to.value, data.on
    mobility.reason = data.reason
    mobility.next_steps = [each.model_dump(mode="json") for each in data.next_steps]
    mobility.referral = data.referral.model_dump(mode="json") if data.referral else mobility.referral
    for name in ("diagnosis", "preparation", "host_id"):
        if (value := getattr(data, name)) is not None:
            setattr(mobility, name, value)
    if data.to is _S.RETURNED:
        mobility.returned_on = data.on
    mobility.touch()
    await session.flush()
    await write_step(session, principal, mobility, before, data.on, data.decided_by, data.override_reason)
    await _tell(session, mobility)
    return mobility


async def steps_of(session: AsyncSession, mobility_id: UUID) -> Select[Any]:
    """The steps that were taken. Raises NotFound."""
    await get(session, mobility_id)
    return select(CaseStep).where(CaseStep.case_id == mobility_id)


async def sign(session: AsyncSession, rates: Rates, mobility_id: UUID, data: FirmAgreementIn) -> FirmAgreement:
    """Record an agreement between firms. Raises NotFound, Unprocessable for a stay of another mobility."""
    mobility = await _held(session, mobility_id)
    errors = []
    if data.stay_id:
        stay = await session.get(Stay, data.stay_id)
        if stay is None or stay.mobility_id != mobility_id:
            errors.append(FieldError("/stay_id", "unknown_stay", "The mobility has no stay with this id."))
    if data.signed_on > now().date():
        errors.append(FieldError("/signed_on", "future", "Must not be to come."))
    if errors:
        raise Unprocessable.fields(errors)
    value = data.value.model_dump(mode="json") if data.value else None
    agreement = FirmAgreement(
        organisation_id=mobility.organisation_id,
        mobility_id=mobility.id,
        candidate_id=mobility.candidate_id,
        **data.model_dump() | {"value": value, "value_eur": euros(value, rates)},
    )
    session.add(agreement)
    await session.flush()
    await _tell(session, mobility)
    return agreement


async def agreements_of(session: AsyncSession, mobility_id: UUID) -> Select[Any]:
    """Agreements that came of a mobility. Raises NotFound."""
    await get(session, mobility_id)
    return select(FirmAgreement).where(FirmAgreement.mobility_id == mobility_id)


async def follow_up(session: AsyncSession, mobility_id: UUID, data: FollowUpIn) -> MobilityFollowUp:
    """Record what became of the firm; one a month named. Raises NotFound, and Conflict before it is due."""
    mobility = await _held(session, mobility_id)
    returned, today = mobility.returned_on, now().date()
    day = steps.due(returned, data.month) if returned else None
    guards = [
        Guard("RETURNED", returned is not None, mobility.status, "RETURNED", "record the return first"),
        Guard(
            "FOLLOW_UP_DUE",
            day is None or day <= data.took_place_on <= today,
            str(data.took_place_on),
            f"{day} to {today}",
            "ask when it is due",
        ),
    ]
    if failed := [guard for guard in guards if not guard.passed]:
        raise Conflict.guards(failed)
    values = data.model_dump() | {"turnover": data.turnover.model_dump(mode="json") if data.turnover else None}
    record = MobilityFollowUp(
        organisation_id=mobility.organisation_id, mobility_id=mobility.id, candidate_id=mobility.candidate_id, **values
    )
    session.add(record)
    await session.flush()
    await _tell(session, mobility)
    return record


async def follow_ups_of(session: AsyncSession, mobility_id: UUID) -> Select[Any]:
    """What became of the firm of a mobility. Raises NotFound."""
    await get(session, mobility_id)
    return select(MobilityFollowUp).where(MobilityFollowUp.mobility_id == mobility_id)


async def _held(session: AsyncSession, mobility_id: UUID) -> Mobility:
    """The person first, as erasure does: two that lock in another order wait for each other."""
    seen = await get(session, mobility_id)
    if await session.get(Candidate, seen.candidate_id, with_for_update=True) is None:
        raise NotFound
    return await locked(session, Mobility, mobility_id)


async def _facts(session: AsyncSession, rates: Rates, mobility: Mobility, data: MobilityTransitionIn) -> steps.Facts:
    person = await session.get_one(Candidate, mobility.candidate_id)
    firm = (await session.scalars(select(Firm).where(Firm.candidate_id == person.id))).one_or_none()
    copy = await session.get(MobilityScheme, mobility.scheme_id) if mobility.scheme_id else None
    scheme = Scheme.of(copy.data) if copy else None
    host = await session.get(Host, data.host_id) if data.host_id else None
    agreements = select(func.count()).select_from(FirmAgreement).where(FirmAgreement.mobility_id == mobility.id)
    least = None
    if scheme and scheme.minimum_turnover:
        amount, currency = scheme.minimum_turnover
        least = euros({"amount": str(amount), "currency": currency}, rates)
    kept = await occupancy.of_person(session, person.id)
    profile = FirmProfile.of(firm, person, euros(firm.turnover, rates), kept) if firm else None
    known = host is not None and mobility.partnership_id in host.partnership_ids
    higher = 0
    if profile and host and known and data.to is _S.HOST_MATCHED:
        higher = await _higher(session, person, profile, mobility, scheme, host.id)
    return steps.Facts(
        status=_S(mobility.status),
        status_date=mobility.status_date,
        today=now().date(),
        firm=profile,
        scheme=scheme,
        turnover_needed=least,
        stays=[each for each in kept if each.mobility_id == mobility.id],
        agreements=int(await session.scalar(agreements) or 0),
        follow_ups=await _follow_ups(session, mobility),
        returned_on=mobility.returned_on,
        host_known=known,
        higher=higher,
    )


async def _follow_ups(session: AsyncSession, mobility: Mobility) -> Sequence[MobilityFollowUp]:
    query = select(MobilityFollowUp).where(MobilityFollowUp.mobility_id == mobility.id)
    return (await session.scalars(query.order_by(MobilityFollowUp.month))).all()


async def _take_quota(session: AsyncSession, scheme: Scheme, year: int) -> None:
    async with acting_for_the_house(session):
        if not await capacity.take(session, scheme.id, scheme.quota, year=year):
            remedy = "wait for next year, or choose another scheme"
            guard = Guard("SCHEME_QUOTA_LEFT", False, "0", f"1 of {scheme.quota} in {year}", remedy)
            raise Conflict.guards([guard])


async def _higher(
    session: AsyncSession,
    person: Candidate,
    profile: FirmProfile,
    mobility: Mobility,
    scheme: Scheme | None,
    host: UUID,
) -> int:
    """How many hosts of the partnership pass every gate and rank above the one named."""
    rows = (await session.scalars(select(Host).where(Host.partnership_ids.contains([mobility.partnership_id])))).all()
    offered = {row.id: row.data for row in rows if person.persona in row.data["personas"] or row.id == host}
    async with acting_for_the_house(session):
        hosts, ways = await occupancy.with_room(session, offered), await occupancy.long_stays(session)
    today = now().date()
    judged = {each.id: fit(profile, each, [scheme], ways, today) for each in hosts}
    place = {id: (bool(found.failed), -found.score) for id, found in judged.items()}
    return sum(not failed and (failed, score) < place[host] for failed, score in place.values())


async def _tell(session: AsyncSession, mobility: Mobility) -> None:
    person = await session.get_one(Candidate, mobility.candidate_id)
    sector = await session.scalar(select(Firm.sector).where(Firm.candidate_id == person.id))
    query = select(func.count(), func.coalesce(func.sum(FirmAgreement.value_eur), 0))
    count, value = (await session.execute(query.where(FirmAgreement.mobility_id == mobility.id))).one()
    follow_ups = await _follow_ups(session, mobility)
    last = follow_ups[-1] if follow_ups else None
    told = MobilityChanged(
        mobility_id=mobility.id,
        candidate_id=person.id,
        partnership_id=mobility.partnership_id,
        scheme_id=mobility.scheme_id,
        corridor=mobility.corridor,
        status=mobility.status,
        reason=mobility.reason,
        on=mobility.status_date,
        persona=person.persona,
        sector=sector,
        agreements=count,
        agreements_value_eur=value or Decimal(0),
        returned=last.returned if last else None,
        trading=last.trading if last else None,
        jobs_created=last.jobs_created if last else None,
        jobs_kept=last.jobs_kept if last else None,
        **statistical(person, now().date()),
    )
    await events.publish(session, (mobility.id, told))
