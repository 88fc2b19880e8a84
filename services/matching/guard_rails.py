"""Cases of guard rails G01 to G12: what opens one, what blocks, and how it is put right.

A case that has tripped blocks what would take the placement further, never what protects the worker: check-ins, a
change of employer, the return and the end stay open. Clocks are tripped by `trip_overdue`, hourly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import CaseChanged
from services.contracts.vocabulary import GuardCaseStatus as S
from services.contracts.vocabulary import GuardRail
from services.kit import events
from services.kit.db import now
from services.kit.errors import Guard
from services.kit.tenancy import CALLER, Caller
from services.matching.models.care import GuardCase, LedgerEntry
from services.matching.models.cases import CaseStep
from services.matching.models.proposals import Placement

REIMBURSE_WITHIN = timedelta(days=30)  # G01
TRIPPED = (S.OPEN, S.UNDER_REVIEW, S.CONFIRMED)
# What a person may do with a case; two keys are asked for wherever a block is taken away.
MOVES: Mapping[S, tuple[S, ...]] = {
    S.PENDING: (),
    S.OPEN: (S.UNDER_REVIEW,),
    S.UNDER_REVIEW: (S.CONFIRMED, S.REFUTED),
    S.CONFIRMED: (S.LIFTED,),
    S.REFUTED: (),
    S.LIFTED: (),
}
TWO_KEYS = frozenset({S.REFUTED, S.LIFTED})
_BATCH = 500
_RULE = "rule"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it; a rule acts for the candidate's organisation and is no person."""

    organisation_id: UUID
    client_id: str
    person: str | None = None


_HELD = Guard(
    "PLACEMENT_HELD",
    False,
    "held by the candidate's organisation",
    "released by it",
    "ask the candidate's organisation",
)


async def blocking(session: AsyncSession, placement: Placement) -> list[Guard]:
    """A failed guard for each case that has tripped and was not put right. Of one that is kept from the employer, the
    employer learns that the candidate's organisation holds the placement, and not why. To be called acting for the
    house."""
    query = select(GuardCase).where(GuardCase.placement_id == placement.id, GuardCase.status.in_(TRIPPED))
    caller: Caller | None = session.info.get(CALLER)
    own = caller is not None and caller.organisation_id == placement.organisation_id
    return [
        _HELD
        if case.shared_placement_id is None and not own
        else Guard(
            f"GUARD_RAIL_{case.code}",
            False,
            f"case {case.id} is {case.status}",
            "REFUTED or LIFTED, by both sides",
            "put right what happened, then let both sides say so in the case",
        )
        for case in await session.scalars(query.order_by(GuardCase.id))
    ]


async def open_case(
    session: AsyncSession,
    placement: Placement,
    code: GuardRail,
    reason: str,
    *,
    by: Actor | None = None,
    evidence: str | None = None,
    trips_on: date | None = None,
    ledger_entry_id: UUID | None = None,
    kept_from_employer: bool = False,
) -> GuardCase:
    """Open a case, by a party or (without `by`) by a rule: PENDING while a clock runs, else tripped at once. To be
    called acting for the house."""
    running = trips_on is not None and trips_on >= now().date()
    case = GuardCase(
        organisation_id=placement.organisation_id,
        placement_id=placement.id,
        shared_placement_id=None if kept_from_employer else placement.id,
        candidate_id=placement.candidate_id,
        employer_id=placement.employer_id,
        partnership_id=placement.partnership_id,
        corridor=placement.corridor,
        code=code.value,
        status=(S.PENDING if running else S.OPEN).value,
        reason=reason,
        evidence=evidence,
        opened_by=by.organisation_id if by else None,
        trips_on=trips_on,
        ledger_entry_id=ledger_entry_id,
    )
    session.add(case)
    await session.flush()
    await _write(session, case, None, by, reason)
    return case


async def enter(session: AsyncSession, case: GuardCase, status: S, by: Actor | None, reason: str) -> None:
    """Put the case into its next state and write it down. To be called acting for the house."""
    before, case.status = case.status, status.value
    case.closed_at = now() if status in TWO_KEYS else None
    case.touch()
    await session.flush()
    await _write(session, case, before, by, reason)


async def note_key(session: AsyncSession, case: GuardCase, to: S, by: Actor, reason: str) -> bool:
    """Keep one side's key; True once both sides have turned theirs for the same outcome. Where one organisation is
    both sides, or the other side does not know of the case, two of its people are asked for."""
    one_side = case.organisation_id == case.employer_id or case.shared_placement_id is None
    key = {
        "organisation_id": str(by.organisation_id),
        "to": to.value,
        "decided_by": by.person,
        "reason": reason,
        "at": now().isoformat(),
    }
    holder = "decided_by" if one_side else "organisation_id"
    case.keys = [*(each for each in case.keys if each[holder] != key[holder]), key]
    turned = {each[holder] for each in case.keys if each["to"] == to}
    if len(turned) == 2:
        return True
    case.touch()
    await session.flush()
    await _write_step(session, case, case.status, by, f"Key for {to}: {reason}")
    return False


async def watch_fee(session: AsyncSession, placement: Placement, fee: LedgerEntry, settled: bool) -> None:
    """G01: let the clock of a fee run from the day on which it was paid, and stop it once the fee was given back or
    turns out never to have been paid. What has tripped needs two keys. To be called acting for the house."""
    query = select(GuardCase).where(GuardCase.ledger_entry_id == fee.id).with_for_update()
    case = (await session.scalars(query)).one_or_none()
    last_day = fee.paid_on + REIMBURSE_WITHIN
    if case is None and not settled:
        reason = "The worker paid for recruitment, and was not reimbursed."
        kept = fee.shared_placement_id is None
        await open_case(
            session,
            placement,
            GuardRail.G01,
            reason,
            trips_on=last_day,
            ledger_entry_id=fee.id,
            kept_from_employer=kept,
        )
    elif case is not None and settled and case.status == S.PENDING:
        await enter(session, case, S.LIFTED, None, "Reimbursed in time, or taken back.")
    elif case is not None and not settled and case.status == S.LIFTED and not case.keys:
        status = S.PENDING if last_day >= now().date() else S.OPEN
        await enter(session, case, status, None, "The reimbursement was taken back.")


async def disclose(session: AsyncSession, case: GuardCase, by: Actor, agreed_on: date) -> None:
    """Let the employer read the case, and the payment that it is about, from now on. To be called acting for the
    house."""
    case.shared_placement_id = case.placement_id
    case.touch()
    about = or_(*(c == case.ledger_entry_id for c in (LedgerEntry.id, LedgerEntry.reimburses, LedgerEntry.corrects)))
    opened = update(LedgerEntry).where(LedgerEntry.placement_id == case.placement_id, about)
    await session.execute(opened.values(shared_placement_id=case.placement_id))
    await session.flush()
    await _write_step(session, case, case.status, by, f"The worker agreed on {agreed_on} that the employer reads this.")


async def trip_overdue(session: AsyncSession) -> bool:
    """Trip cases whose clock has ended; done hourly, for the house. True when there may be more."""
    due = select(GuardCase).where(GuardCase.status == S.PENDING, GuardCase.trips_on < now().date())
    cases = (await session.scalars(due.order_by(GuardCase.id).limit(_BATCH).with_for_update(skip_locked=True))).all()
    for case in cases:
        await enter(session, case, S.OPEN, None, "The clock has ended.")
    return len(cases) == _BATCH


async def _write(session: AsyncSession, case: GuardCase, before: str | None, by: Actor | None, reason: str) -> None:
    await _write_step(session, case, before, by, reason)
    names = ("code", "status", "placement_id", "candidate_id", "partnership_id", "corridor", "trips_on")
    told = CaseChanged(
        **{name: getattr(case, name) for name in names},
        case_id=case.id,
        previous=before,
        by_rule=by is None,
        on=now().date(),
    )
    await events.publish(session, (case.id, told))


async def _write_step(
    session: AsyncSession, case: GuardCase, before: str | None, by: Actor | None, reason: str
) -> None:
    step = CaseStep(
        organisation_id=case.organisation_id,
        kind="GUARD_CASE",
        case_id=case.id,
        shared_case_id=case.shared_placement_id,
        candidate_id=case.candidate_id,
        from_status=before,
        to_status=case.status,
        took_place_on=now().date(),
        by_organisation=by.organisation_id if by else case.organisation_id,
        by_client=by.client_id if by else _RULE,
        decided_by=by.person if by else None,
        reason=reason,
        evidence=case.evidence,
    )
    session.add(step)
    await session.flush()
