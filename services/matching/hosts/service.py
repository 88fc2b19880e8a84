"""Ranking: hosts for an entrepreneur, firms for a host."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen, PartnershipStatus, StayStatus
from services.kit.db import now
from services.kit.errors import Conflict, Guard, NotFound
from services.matching import access_log, occupancy
from services.matching.entrepreneurs import PROFILE, FirmProfile, Fit, euros, fit
from services.matching.explanations import DroppedOut, GateOut
from services.matching.hosting import HostOffer, LongStay, Scheme
from services.matching.hosts.schemas import (
    FirmBrief,
    FirmMatchOut,
    HostBrief,
    HostExplanationOut,
    HostMatchOut,
    HostVersionsOut,
    PeriodOut,
    SideTermOut,
)
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Host, Partnership
from services.matching.models.entrepreneurs import Firm, Stay
from services.matching.profiles import CEFR_CODE, Rates
from services.matching.translation import title_of

Place = tuple[bool, float, str]
"""Where a result stands: near misses after all that pass, then by falling score, then by id."""
_AT_ONCE = 20  # pairs judged before others have their turn: some 5 ms
# What these gates saw is the person's own affair.
_PRIVATE = frozenset({"H01", "P04"})


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of a ranking is asked for."""

    limit: int
    after: Place | None
    near_misses: bool
    language: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of results; `refused` are those that are not listed at all."""

    items: list[HostMatchOut] | list[FirmMatchOut]
    last: Place | None
    more: bool
    refused: int


async def for_candidate(
    session: AsyncSession, rates: Rates, candidate_id: UUID, scheme_id: UUID | None, asked: Question
) -> Ranking:
    """Hosts for a candidate of the caller's organisation. Raises NotFound, and Conflict without a firm."""
    person = await session.get(Candidate, candidate_id)
    if person is None:
        raise NotFound
    firm = (await session.scalars(select(Firm).where(Firm.candidate_id == candidate_id))).one_or_none()
    if firm is None:
        remedy = "register the firm of the candidate"
        raise Conflict.guards([Guard("FIRM_REGISTERED", False, "no firm", "a firm", remedy)])
    active = {each.id for each in await session.scalars(_active())}
    schemes = await _open_schemes(session, active, person.persona, scheme_id)
    if scheme_id:
        active = {each.partnership_id for each in schemes}
    rows = await session.scalars(select(Host).where(Host.partnership_ids.overlap(list(active))).order_by(Host.id))
    offered = {row.id: row.data for row in rows if person.persona in row.data["personas"]}
    stays = await occupancy.of_person(session, candidate_id)
    profile = FirmProfile.of(firm, person, euros(firm.turnover, rates), stays)
    async with acting_for_the_house(session):
        hosts, ways = await occupancy.with_room(session, offered), await occupancy.long_stays(session)
    today = now().date()
    judged = []
    for number, host in enumerate(hosts, 1):
        judged.append((host, fit(profile, host, _of(schemes, host, active), ways, today)))
        await _others_turn(number)
    shown, last, more, refused = _page([(host.id, found) for host, found in judged], asked)
    by_id = {host.id: (host, found) for host, found in judged}
    items = [_host_match(by_id[id][0], offered[id], by_id[id][1], asked.language) for id in shown]
    return Ranking(items, last, more, refused)


async def for_host(
    session: AsyncSession, rates: Rates, organisation_id: UUID, host_id: UUID, asked: Question
) -> Ranking:
    """Firms for a host of the caller's own, under pseudonyms. Raises NotFound."""
    row = await session.get(Host, host_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound
    async with acting_for_the_house(session):
        host = (await occupancy.with_room(session, {row.id: row.data}))[0]
        partnerships = (await session.scalars(_active().where(Partnership.id.in_(row.partnership_ids)))).all()
        active = {each.id for each in partnerships}
        found = await _people(session, partnerships, row.data["personas"])
        schemes = await _open_schemes(session, active, None, None)
        ways, today = await occupancy.long_stays(session), now().date()
        judged = {}
        for number, (person, firm, stays) in enumerate(found, 1):
            judged[person.id] = person, firm, _judge(host, person, firm, stays, rates, schemes, active, ways, today)
            await _others_turn(number)
        shown, last, more, refused = _page([(id, each[2]) for id, each in judged.items()], asked)
        await access_log.note(session, DataSeen.PROFILE, AccessPurpose.RECRUITMENT, shown)
    return Ranking([_firm_match(*judged[id]) for id in shown], last, more, refused)


async def _others_turn(number: int) -> None:
    """Judging everybody may take seconds: other requests have their turn in between."""
    if number % _AT_ONCE == 0:
        await asyncio.sleep(0)


def _active() -> Select[Partnership]:
    return select(Partnership).where(Partnership.status == PartnershipStatus.ACTIVE)


async def _open_schemes(
    session: AsyncSession, partnerships: set[UUID], persona: str | None, scheme_id: UUID | None
) -> list[Scheme]:
    """Schemes that both sides approved, for such people. Raises NotFound for a chosen one that is not among them."""
    found = [each for each in await occupancy.schemes(session, partnerships) if each.approved]
    found = [each for each in found if persona in (None, each.persona) and scheme_id in (None, each.id)]
    if scheme_id and not found:
        raise NotFound
    return found


def _of(schemes: Sequence[Scheme], host: HostOffer, active: set[UUID]) -> Sequence[Scheme | None]:
    """Schemes of the partnerships that the host is offered to; without any the host's own terms count alone."""
    return [each for each in schemes if each.partnership_id in host.partnership_ids & active] or [None]


async def _people(
    session: AsyncSession, partnerships: Iterable[Partnership], personas: list[str]
) -> list[tuple[Candidate, Firm, list[Stay]]]:
    """Who may be shown to a host: people of the parties who consented to be matched abroad and still look."""
    parties = {UUID(party["organisation_id"]) for each in partnerships for party in each.data["parties"]}
    query = select(Candidate, Firm).join(Firm, Firm.candidate_id == Candidate.id)
    query = query.where(
        Candidate.organisation_id.in_(parties), Candidate.persona.in_(personas), Candidate.dormant_since.is_(None)
    )
    people = (await session.execute(query.order_by(Candidate.id))).all()
    kept = select(Stay).where(Stay.candidate_id.in_([p.id for p, _ in people]), Stay.status != StayStatus.CANCELLED)
    stays: dict[UUID, list[Stay]] = {}
    for stay in await session.scalars(kept.order_by(Stay.id)):
        stays.setdefault(stay.candidate_id, []).append(stay)
    return [(person, firm, stays.get(person.id, [])) for person, firm in people]


def _judge(
    host: HostOffer,
    person: Candidate,
    firm: Firm,
    stays: list[Stay],
    rates: Rates,
    schemes: list[Scheme],
    active: set[UUID],
    ways: list[LongStay],
    today: date,
) -> Fit:
    profile = FirmProfile.of(firm, person, euros(firm.turnover, rates), stays)
    for_them = [each for each in schemes if each.persona == person.persona]
    return fit(profile, host, _of(for_them, host, active), ways, today)


def _page(judged: list[tuple[UUID, Fit]], asked: Question) -> tuple[list[UUID], Place | None, bool, int]:
    listed = [(id, each) for id, each in judged if not each.failed or each.near_miss]
    placed = sorted(
        ((each.near_miss, -each.score, str(id)), id) for id, each in listed if asked.near_misses or not each.near_miss
    )
    rest = [each for each in placed if asked.after is None or each[0] > asked.after]
    shown = rest[: asked.limit]
    return [id for _, id in shown], shown[-1][0] if shown else None, len(rest) > asked.limit, len(judged) - len(listed)


def _host_match(host: HostOffer, data: dict[str, Any], found: Fit, language: str) -> HostMatchOut:
    brief = HostBrief.model_validate(
        data
        | {
            "title": title_of(data["title"], language),
            "days_left": host.room.days_left(found.period.first.year),
            "places_left": host.room.places_left(found.period),
        },
        from_attributes=False,
    )
    return HostMatchOut(host=brief, **_fitted(found, frozenset()))


def _firm_match(person: Candidate, firm: Firm, found: Fit) -> FirmMatchOut:
    profile = FirmProfile.of(firm, person, None)
    brief = FirmBrief(
        candidate_id=person.id,
        persona=person.persona,
        country=firm.country,
        sector=firm.sector,
        registered=profile.registered,
        founded_in=firm.founded_on.year if firm.founded_on else None,
        staff=firm.staff,
        innovation=firm.innovation,
        export_readiness=firm.export_readiness,
        green_product=firm.green_product,
        capabilities_wanted=firm.capabilities_wanted,
        cooperation_sought=firm.cooperation_sought,
        languages=[f"{code} {CEFR_CODE[level]}" for code, level in sorted(profile.languages.items())],
    )
    return FirmMatchOut(firm=brief, **_fitted(found, _PRIVATE))


def _fitted(found: Fit, private: frozenset[str]) -> dict[str, object]:
    gates = [GateOut.model_validate(each) for each in found.gates]
    for gate in gates:
        if gate.code in private:
            gate.value = gate.threshold = gate.remedy = None
    terms = [
        SideTermOut(
            name=each.term.name,
            side=each.side,
            weight=each.term.weight,
            value=each.term.value,
            side_contribution=each.term.contribution,
            contribution=each.contribution,
            evidence=each.term.evidence,
        )
        for each in found.terms
    ]
    explanation = HostExplanationOut(
        firm_side=found.firm_side,
        host_side=found.host_side,
        terms=terms,
        dropped=[DroppedOut.model_validate(each) for each in found.dropped],
        confidence=found.confidence,
        gates=gates,
        versions=HostVersionsOut(profile=PROFILE),
    )
    period = PeriodOut(from_date=found.period.first, to_date=found.period.last, days=found.period.days)
    return {
        "score": found.score,
        "near_miss": found.near_miss,
        "period": period,
        "visa_class": found.visa_class,
        "scheme_id": found.scheme_id,
        "explanation": explanation,
    }
