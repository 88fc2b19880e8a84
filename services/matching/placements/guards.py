"""What is looked at before a placement takes a step."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PlacementStatus, ProposalStatus
from services.kit.db import now
from services.kit.errors import Guard
from services.matching import admission, capacity, casework, guard_rails, lives
from services.matching.casework import Said
from services.matching.engine import Engine
from services.matching.gates import LEGAL_AGE, age_on
from services.matching.lives import Check
from services.matching.models.candidates import Candidate
from services.matching.models.care import CheckIn
from services.matching.models.proposals import Placement, Proposal
from services.matching.placements import protection


async def look(
    session: AsyncSession,
    engine: Engine,
    placement: Placement,
    candidate: Candidate | None,
    target: PlacementStatus,
    said: Said,
) -> dict[Check, list[Guard]]:
    """What the move to `target` asks to be looked at. To be called while acting for the house."""
    checks = casework.checks_of(placement, target)
    found: dict[Check, list[Guard]] = {}
    if Check.PLACE in checks:
        erased = [Guard("PERSON_KNOWN", False, "erased", "a candidate", "none")]
        found = {Check.PLACE: erased}
        if candidate is not None:
            found = await admission.look(session, engine, placement, candidate, {Check.PLACE}, now().year)
    agreement = engine.agreements.get(placement.partnership_id)
    for check in checks - found.keys():
        match check:
            case Check.PARTNERSHIP:
                found[check] = admission.active(agreement)
            case Check.WAY:
                starts = said.on if target is PlacementStatus.STARTED else None
                found[check] = await protection.refusals(session, engine, placement, candidate, starts)
            case Check.QUOTA:
                found[check] = await _quota(session, engine, placement)
            case Check.RANKING:
                found[check] = await _ranking(session, placement, said)
            case Check.GUARD_RAILS:
                found[check] = [*await guard_rails.blocking(session, placement), *_minor(candidate, target, said)]
            case Check.CHECK_IN:
                found[check] = await _checked_in(session, placement, target)
            case Check.CONTESTED:
                found[check] = await casework.contested(session, placement)
            case Check.AT_HOME | Check.ABROAD:
                needed = "HOME" if check is Check.AT_HOME else "AWAY"
                found[check] = [Guard("TRACK", placement.track == needed, placement.track, needed, "none")]
            case Check.DUE | Check.AFTER_START:
                found[check] = _in_time(placement, target, check, said)
    return found


def _minor(candidate: Candidate | None, target: PlacementStatus, said: Said) -> list[Guard]:
    """G06: a job may begin before the day that gate H03 looked at, or a birth date may have been corrected since. The
    day on which the person comes of age is not named: the employer reads this too."""
    if candidate is None or target is not PlacementStatus.STARTED or age_on(said.on, candidate.birth_date) >= LEGAL_AGE:
        return []
    needed = f"{LEGAL_AGE} years on the first day"
    return [Guard("GUARD_RAIL_G06", False, "a minor", needed, "start later, or correct the birth date")]


def _in_time(placement: Placement, target: PlacementStatus, check: Check, said: Said) -> list[Guard]:
    """A check-in counts once its months have passed; nothing that follows the start comes before it."""
    first = placement.started_on
    if first is None:  # a state before the start has no such move
        return []
    if check is Check.DUE:
        first = lives.due(target, first)
    passed = said.on >= first and (check is Check.AFTER_START or said.on <= now().date())
    needed = f"{first} or later" + ("" if check is Check.AFTER_START else ", and not in the future")
    return [Guard(check.name, passed, str(said.on), needed, "record it on the day")]


async def _checked_in(session: AsyncSession, placement: Placement, target: PlacementStatus) -> list[Guard]:
    """Whether the worker was asked: nobody is counted as kept in work by a mere tick."""
    month = lives.MONTHS[target]
    asked = select(CheckIn.id).where(CheckIn.placement_id == placement.id, CheckIn.month == month)
    passed = await session.scalar(asked) is not None
    seen, needed = "recorded" if passed else "absent", f"the check-in of month {month}"
    return [Guard("CHECK_IN", passed, seen, needed, "record what the worker said in check-ins")]


async def _quota(session: AsyncSession, engine: Engine, placement: Placement) -> list[Guard]:
    """H09 again: the quota may have been lowered since this placement took its part of it."""
    agreement = engine.agreements.get(placement.partnership_id)
    corridors = agreement.corridors if agreement and placement.track == "AWAY" else ()
    quota = next((corridor.quota for corridor in corridors if corridor.name == placement.corridor), None)
    if quota is None:
        return []
    used = await capacity.used_of_quota(session, placement.partnership_id, placement.corridor, placement.quota_year)
    needed = f"at most {quota} in {placement.quota_year}"
    return [Guard("H09_QUOTA", used <= quota, str(used), needed, "wait until the quota is raised again")]


async def _ranking(session: AsyncSession, placement: Placement, said: Said) -> list[Guard]:
    """Whether somebody who ranks higher waits for the employer's word on the same vacancy."""
    score = select(Proposal.score).where(Proposal.id == placement.proposal_id).scalar_subquery()
    undecided = select(Placement.proposal_id).where(
        Placement.vacancy_id == placement.vacancy_id, Placement.status == PlacementStatus.PREPARING
    )
    waiting = (ProposalStatus.PROPOSED, ProposalStatus.CANDIDATE_ACCEPTED)
    query = select(func.count()).where(
        Proposal.vacancy_id == placement.vacancy_id,
        Proposal.id != placement.proposal_id,
        Proposal.score > score,
        or_(Proposal.status.in_(waiting), Proposal.id.in_(undecided)),
    )
    higher = int(await session.scalar(query) or 0)
    passed = not higher or said.override_reason is not None
    remedy = "answer them first, or say in override_reason why"
    return [Guard("RANKING", passed, f"{higher} rank higher", "nobody, or override_reason", remedy)]
