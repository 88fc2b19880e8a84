"""What is looked at before a person is put forward, agreed on or taken up again: gates, consent, partnership, place.

What proposals and placements share. To be called while acting for the house.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import Guard
from services.matching import capacity
from services.matching.corridors import Agreement, choose
from services.matching.engine import Engine
from services.matching.gates import Gate, away_gates
from services.matching.lives import Check
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Placement, Proposal
from services.matching.profiles import Candidate as Profile
from services.matching.profiles import Consent, Opening, Side, side_of, within_limits
from services.matching.scoring import Explanation, explain
from services.matching.translation import candidate_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate and an opening within the partnership that serves them best."""

    opening: Opening
    agreement: Agreement
    side: Side
    explained: Explanation


def pair_of(engine: Engine, candidate: Candidate, vacancy_id: UUID) -> Pair | None:
    """None where no active partnership of the candidate's organisation offers the vacancy."""
    opening = engine.opening(vacancy_id)
    if opening is None or candidate.organisation_id not in opening.parties:
        return None
    person = candidate_of(candidate)
    side = side_of(person, opening)
    offered = engine.agreements_of(opening.partnership_ids)
    agreement = choose(
        offered, candidate.organisation_id, candidate.residence, opening.country, side, engine.used, engine.year
    )
    assert agreement is not None  # the opening's parties come from its active partnerships
    return pair_within(engine, candidate, vacancy_id, agreement)


def pair_within(engine: Engine, candidate: Candidate, vacancy_id: UUID, agreement: Agreement) -> Pair | None:
    """The pair within one partnership, with the rules of that one alone; None where the vacancy is not known."""
    opening = engine.opening_within(vacancy_id, agreement)
    if opening is None:
        return None
    person = candidate_of(candidate)
    side = side_of(person, opening)
    explained = explain(person, opening, engine.taxonomy, engine.rates, now().date())
    return Pair(opening, agreement, side, explained)


def gates(pair: Pair | None) -> list[Guard]:
    """Every gate that fails."""
    if pair is None:
        return [Guard("VACANCY_OFFERED", False, "not offered", "offered by an active partnership", "choose another")]
    return [guard_of(gate) for gate in pair.explained.gates if not gate.passed]


def consents(person: Candidate, case: Proposal | Placement, opening: Opening | None = None) -> bool:
    """Whether the person still agrees to be matched on this track, and with this job as far as it is known."""
    agreed = Consent.of(person.consent).covers(f"MATCHING_{case.track}", now().date())
    return agreed and (opening is None or within_limits(candidate_of(person), opening))


async def look(
    session: AsyncSession,
    engine: Engine,
    case: Proposal | Placement,
    candidate: Candidate,
    checks: Collection[Check],
    year: int,
) -> dict[Check, list[Guard]]:
    """What an agreement asks to be looked at. A place and a part of the year's quota are taken where they are looked
    at; when anything fails, that is rolled back with the request."""
    agreement = engine.agreements.get(case.partnership_id)
    opening = engine.opening_within(case.vacancy_id, agreement) if agreement else None
    found: dict[Check, list[Guard]] = {}
    if Check.CONSENT in checks:
        needed = f"MATCHING_{case.track}"
        found[Check.CONSENT] = [
            Guard("H01_CONSENT", consents(candidate, case, opening), "ended", needed, "renew the consent")
        ]
    if Check.PARTNERSHIP in checks:
        found[Check.PARTNERSHIP] = active(agreement)
    if Check.PLACE in checks:
        found[Check.PLACE] = await _take_place(session, case, agreement, opening, year)
    if Check.WAY in checks:
        away = opening is not None and case.track == "AWAY"
        found[Check.WAY] = refusals(candidate_of(candidate), opening, now().date()) if opening and away else []
    return found


def active(agreement: Agreement | None) -> list[Guard]:
    """Whether the partnership works."""
    seen = agreement.status if agreement else "unknown"
    passed = agreement is not None and agreement.active
    return [Guard("PARTNERSHIP_ACTIVE", passed, seen, "ACTIVE", "wait until the partnership is active again")]


def refusals(person: Profile, opening: Opening, today: date, start: date | None = None) -> list[Guard]:
    """What has closed the way abroad for this person since the proposal: pathway, safeguard or joint decision."""
    return [guard_of(gate) for gate in away_gates(person, opening, today, start) if not gate.passed]


def guard_of(gate: Gate) -> Guard:
    """A gate as the guard of a move."""
    seen, needed = (str(value) if value is not None else "unknown" for value in (gate.value, gate.threshold))
    return Guard(f"{gate.code}_{gate.name}", gate.passed, seen, needed, gate.remedy or "none")


async def _take_place(
    session: AsyncSession, case: Proposal | Placement, agreement: Agreement | None, opening: Opening | None, year: int
) -> list[Guard]:
    """Take a place, and for a job away one of the corridor's quota."""
    if opening is None or opening.status != "OPEN":
        return [Guard("VACANCY_OPEN", False, "closed", "OPEN", "propose another vacancy")]
    failed = []
    if not await capacity.take(session, case.vacancy_id, opening.places):
        failed.append(Guard("PLACES_LEFT", False, "0", "1", "wait until a place becomes free"))
    corridors = agreement.corridors if agreement and case.track == "AWAY" else ()
    quota = next((corridor.quota for corridor in corridors if corridor.name == case.corridor), None)
    if quota is not None and not await capacity.take(session, case.partnership_id, quota, case.corridor, year):
        failed.append(Guard("QUOTA_LEFT", False, "0", "1", "wait for next year's quota"))
    return failed
