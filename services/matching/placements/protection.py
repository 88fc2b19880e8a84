"""What must hold when a job abroad is offered and when it begins: pathway, safeguard, the home places that go with
it, and its cap.

Checked at the last moment, in the transaction that starts the job: what was agreed months ago may have expired, and the
origin may have closed the occupation since. Only new starts are refused; nobody who has moved is touched.
"""

from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import EnrolmentStatus
from services.kit.db import now
from services.kit.errors import Guard
from services.matching import admission
from services.matching.engine import Engine
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Partnership
from services.matching.models.enrolments import Enrolment
from services.matching.models.proposals import Placement
from services.matching.profiles import Opening
from services.matching.safeguards import Ruling, ruling
from services.matching.translation import candidate_of

_COMMITTED = (
    EnrolmentStatus.ENROLLED.value,
    EnrolmentStatus.COMPLETED.value,
    EnrolmentStatus.CERTIFIED.value,
    EnrolmentStatus.TRACK_CHOSEN.value,
)


async def refusals(
    session: AsyncSession, engine: Engine, placement: Placement, candidate: Candidate | None, starts: date | None
) -> list[Guard]:
    """Guards that fail for a job abroad that would begin on `starts`, as early as both can where that is not known yet.
    To be called while acting for the house."""
    if placement.track != "AWAY" or candidate is None:
        return []
    agreement = engine.agreements.get(placement.partnership_id)
    opening = engine.opening_within(placement.vacancy_id, agreement) if agreement else None
    if opening is None:
        return [Guard("PARTNERSHIP_KNOWN", False, "unknown", "a known vacancy and partnership", "wait and try again")]
    today = now().date()
    failed = admission.refusals(candidate_of(candidate), opening, today, starts)
    rule = ruling(opening.access, candidate.residence, today)
    return failed + await _counted(session, placement, opening, rule)


async def _counted(session: AsyncSession, placement: Placement, opening: Opening, rule: Ruling) -> list[Guard]:
    """Home places and cap; of two starts at the same moment the second counts the first."""
    if not rule.ratio and (rule.limit is None or rule.limit.away_cap is None):
        return []
    held = select(Partnership.id).where(Partnership.id == placement.partnership_id).with_for_update()
    await session.execute(held)
    failed = []
    if rule.ratio:
        every = 1 + await _away(session, placement, "", None)
        home = await _home(session, placement)
        if home < rule.ratio * every:
            needed = f"{rule.ratio:g} home places for each of {every} away"
            remedy = "enrol or place people on the home track first"
            failed.append(Guard("H10_HOME_AWAY_RATIO", False, f"{home} home places", needed, remedy))
    if rule.limit is not None and rule.limit.away_cap is not None:
        away = 1 + await _away(session, placement, opening.isco08[:3], rule.limit.valid_from)
        if away > rule.limit.away_cap:
            needed = f"at most {rule.limit.away_cap} since {rule.limit.valid_from}"
            failed.append(Guard("H10_AWAY_CAP", False, str(away), needed, "wait for the origin to renew the safeguard"))
    return failed


async def _away(session: AsyncSession, placement: Placement, minor: str, since: date | None) -> int:
    """People who have begun a job abroad in this partnership, in an ISCO-08 minor group and since a day if given."""
    query = select(func.count()).where(
        Placement.partnership_id == placement.partnership_id,
        Placement.track == "AWAY",
        Placement.started_on.is_not(None),
        Placement.isco08.startswith(minor),
    )
    if since is not None:
        query = query.where(Placement.started_on >= since)
    return int(await session.scalar(query) or 0)


async def _home(session: AsyncSession, placement: Placement) -> int:
    """People who are committed to the home track of this partnership: in training for it or in a job."""
    trained = select(Enrolment.candidate_id).where(
        Enrolment.partnership_id == placement.partnership_id,
        Enrolment.track == "HOME",
        Enrolment.status.in_(_COMMITTED),
    )
    placed = select(Placement.candidate_id).where(
        Placement.partnership_id == placement.partnership_id,
        Placement.track == "HOME",
        Placement.started_on.is_not(None),
    )
    return int(await session.scalar(select(func.count()).select_from(union(trained, placed).subquery())) or 0)
