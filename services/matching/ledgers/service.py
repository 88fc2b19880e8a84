"""The ledger of a placement: each side records its own facts, the other confirms, nothing is ever changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import LedgerEntryRecorded
from services.contracts.vocabulary import AccessPurpose, DataSeen, LedgerKind, Track
from services.kit import events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found
from services.kit.schemas import Money
from services.matching import access_log, guard_rails, recruitment_costs
from services.matching.engine import Engine
from services.matching.erasure import held_placement
from services.matching.house import acting_for_the_house
from services.matching.ledgers.schemas import (
    LedgerCorrectionIn,
    LedgerEntryIn,
    LedgerEntryOut,
    LedgerSummaryOut,
    LedgerTotalOut,
    RecruitmentCostOut,
)
from services.matching.models.care import LedgerEntry
from services.matching.models.proposals import Placement
from services.matching.recruitment_costs import Payment

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('ledger of ' || :placement, 0))")
_COUNTED_PERSONAS = ("WORKER", "APPRENTICE")
_SAME = ("kind", "cost_group", "phase", "payer", "payee", "amount", "currency", "paid_on", "reimburses")


async def listed(session: AsyncSession, placement_id: UUID) -> Select[Any]:
    """Entries of a placement that the caller may read. Raises NotFound."""
    placement = await found(session, Placement, placement_id)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [placement.candidate_id])
    return select(LedgerEntry).where(LedgerEntry.placement_id == placement_id)


async def get(session: AsyncSession, entry_id: UUID) -> LedgerEntry:
    """Raises NotFound."""
    entry = await found(session, LedgerEntry, entry_id)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [entry.candidate_id])
    return entry


def view(entry: LedgerEntry) -> LedgerEntryOut:
    """As it is shown."""
    fields = {name: getattr(entry, name) for name in LedgerEntryOut.model_fields if name not in ("amount", "evidence")}
    money = {"amount": entry.amount, "currency": entry.currency}
    evidence = "CONFIRMED" if entry.confirmed_by else "SELF_DECLARED"
    return LedgerEntryOut.model_validate(fields | {"amount": money, "evidence": evidence})


async def record(session: AsyncSession, principal: Principal, placement_id: UUID, data: LedgerEntryIn) -> LedgerEntry:
    """Write down a payment. A recruitment fee that the worker paid starts the clock of G01. Raises NotFound,
    Unprocessable."""
    placement = await held_placement(session, placement_id)
    own = principal.acts_for == placement.organisation_id
    if wrong := _wrong(data, own):
        raise Unprocessable.fields(wrong)
    async with acting_for_the_house(session):  # either side records in a ledger that one side owns
        if data.reimburses:
            repaid = await session.get(LedgerEntry, data.reimburses)
            if repaid is None or repaid.placement_id != placement.id:
                raise Unprocessable.fields([FieldError("/reimburses", "unknown", "No entry of this placement.")])
        said = data.model_dump(exclude={"amount", "kept_from_employer"}, mode="python")
        entry = _entry(
            placement,
            principal,
            None if data.kept_from_employer else placement.id,
            **{name: getattr(value, "value", value) for name, value in said.items()},
            amount=data.amount.amount,
            currency=data.amount.currency.value,
        )
        await _add(session, placement, entry)
    return entry


def _wrong(data: LedgerEntryIn, own: bool) -> list[FieldError]:
    wrong = []
    if data.paid_on > now().date():
        wrong.append(FieldError("/paid_on", "in_the_future", "Record what was paid, not what will be."))
    if data.kept_from_employer and not own:
        wrong.append(FieldError("/kept_from_employer", "not_allowed", "Only the candidate's organisation may."))
    if data.reimburses and data.kind is not LedgerKind.REIMBURSEMENT:
        wrong.append(FieldError("/reimburses", "not_allowed", "Only a REIMBURSEMENT gives back."))
    return wrong


def _entry(placement: Placement, principal: Principal, shared: UUID | None, **fields: Any) -> LedgerEntry:
    return LedgerEntry(
        organisation_id=placement.organisation_id,
        placement_id=placement.id,
        shared_placement_id=shared,
        candidate_id=placement.candidate_id,
        partnership_id=placement.partnership_id,
        recorded_by=principal.acts_for,
        recorded_by_client=principal.client_id,
        **fields,
    )


async def _add(session: AsyncSession, placement: Placement, entry: LedgerEntry) -> None:
    """Keep it, tell it, and look at the clocks of G01."""
    session.add(entry)
    await session.flush()
    names = ("placement_id", "candidate_id", "partnership_id", "corrects", *(n for n in _SAME if n != "reimburses"))
    told = LedgerEntryRecorded(
        **{name: getattr(entry, name) for name in names}, entry_id=entry.id, corridor=placement.corridor
    )
    await events.publish(session, (entry.id, told))
    await _watch(session, placement)


async def _watch(session: AsyncSession, placement: Placement) -> None:
    """G01 of every fee that the worker paid in this placement. To be called acting for the house."""
    # One at a time: of two halves that are given back at the same moment, the second has to see the first.
    await session.execute(_ONE_AT_A_TIME, {"placement": str(placement.id)})
    entries = await _entries(session, placement.id)
    payments = [_payment(each) for each in entries]
    standing = {each.id for each in recruitment_costs.standing(payments)}
    for entry, payment in zip(entries, payments, strict=True):
        if recruitment_costs.is_recruitment_fee(payment):
            settled = entry.id not in standing or recruitment_costs.reimbursed(payment, payments)
            await guard_rails.watch_fee(session, placement, entry, settled)


async def _entries(session: AsyncSession, placement_id: UUID) -> Sequence[LedgerEntry]:
    query = select(LedgerEntry).where(LedgerEntry.placement_id == placement_id).order_by(LedgerEntry.id)
    return (await session.scalars(query)).all()


def _payment(entry: LedgerEntry) -> Payment:
    # The candidate's organisation speaks for the worker: what was given back counts once it knows of it.
    agreed = entry.recorded_by == entry.organisation_id or entry.confirmed_by is not None
    return Payment(
        entry.id,
        entry.kind,
        entry.cost_group,
        entry.payer,
        entry.payee,
        entry.amount,
        entry.currency,
        entry.paid_on,
        entry.corrects,
        entry.reimburses,
        agreed,
    )


async def correct(session: AsyncSession, principal: Principal, entry_id: UUID, data: LedgerCorrectionIn) -> LedgerEntry:
    """Take an entry of one's own back by a counter-entry. Raises NotFound, Forbidden, Conflict."""
    wrong = await get(session, entry_id)
    if principal.acts_for != wrong.recorded_by:
        raise Forbidden("Who recorded an entry takes it back.", "not_the_recorder")
    if wrong.corrects:
        raise Conflict.guards([Guard("ENTRY", False, "a counter-entry", "an entry", "record the payment anew")])
    placement = await held_placement(session, wrong.placement_id)
    async with acting_for_the_house(session):
        kept = {name: getattr(wrong, name) for name in _SAME}
        entry = _entry(placement, principal, wrong.shared_placement_id, **kept, corrects=wrong.id, note=data.note)
        await _add(session, placement, entry)
    return entry


async def confirm(session: AsyncSession, principal: Principal, entry_id: UUID) -> LedgerEntry:
    """Agree with what the other side recorded. Raises NotFound, Forbidden for one's own, Conflict when done."""
    await get(session, entry_id)
    async with acting_for_the_house(session):
        query = select(LedgerEntry).where(LedgerEntry.id == entry_id).with_for_update()
        entry = (await session.scalars(query.execution_options(populate_existing=True))).one()
        placement = await session.get_one(Placement, entry.placement_id)
        if principal.acts_for not in (placement.organisation_id, placement.employer_id):
            raise NotFound
        if principal.acts_for == entry.recorded_by:
            raise Forbidden("The other side confirms an entry.", "own_entry")
        if entry.confirmed_by:
            raise Conflict.guards([Guard("CONFIRMED", False, "confirmed", "not confirmed yet", "none")])
        entry.confirmed_by, entry.confirmed_at = principal.acts_for, now()
        await session.flush()
        await _watch(session, placement)
    return entry


async def summary(session: AsyncSession, engine: Engine, placement_id: UUID) -> LedgerSummaryOut:
    """Who bore what, of the entries that the caller may read. Raises NotFound."""
    placement = await found(session, Placement, placement_id)
    await access_log.note(session, DataSeen.PLACEMENT, AccessPurpose.EMPLOYMENT, [placement.candidate_id])
    payments = [_payment(each) for each in await _entries(session, placement_id)]
    earned = placement.net_monthly_earnings
    stated = Money.model_validate(earned) if earned else None
    cost = recruitment_costs.ratio(payments, (stated.amount, stated.currency.value) if stated else None, engine.rates)
    sums = recruitment_costs.totals(payments)
    unpaid = [
        each.id
        for each in recruitment_costs.standing(payments)
        if recruitment_costs.is_recruitment_fee(each) and not recruitment_costs.reimbursed(each, payments)
    ]
    counts = placement.track == Track.AWAY and placement.persona in _COUNTED_PERSONAS
    return LedgerSummaryOut(
        placement_id=placement_id,
        totals=[
            LedgerTotalOut(payer=payer, cost_group=group, currency=currency, total=total)
            for (payer, group, currency), total in sorted(sums.items())
        ],
        recruitment_cost=RecruitmentCostOut(
            ratio_months=cost.months,
            currency=cost.currency,
            paid_by_worker=cost.paid,
            reimbursed=cost.reimbursed,
            earned=cost.earned,
            deducted=cost.deducted,
            unconverted=list(cost.unconverted),
            counts_for_indicator=counts,
        ),
        unreimbursed_fees=unpaid,
    )
