"""Agreeing who bears which costs, recording what was spent, and comparing the two."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.registry import CostCellPart, PartnershipCostsChanged
from services.contracts.vocabulary import PartyRole
from services.kit import concurrency, events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import found
from services.registry.costs import matrix, summary
from services.registry.costs.schemas import CostEntryIn, CostMatrixIn, ExchangeRateIn, ReversalIn
from services.registry.costs.summary import Cell, Counted, UnitCost
from services.registry.models.attachments import check_document
from services.registry.models.costs import CostEntry, CostLine, CostMatrix, ExchangeRate
from services.registry.models.membership import Membership, held, keep, kept, membership
from services.registry.models.partnerships import Partnership
from services.registry.models.results import Achievement, ResultTarget

MAX_RATE_AGE = timedelta(days=31)
_STEP = Decimal("0.0001")
_RATE_STEP = Decimal("0.000000000001")
_TOO_LARGE = Decimal(10) ** 14
_COPIED = ("currency", "payer", "payee", "group", "phase", "person", "document_id", "receipt_uri", "paid_on")
_COPIED_RATE = ("reporting_currency", "rate", "rate_on", "rate_source")


async def agree(session: AsyncSession, principal: Principal, partnership_id: UUID, data: CostMatrixIn) -> CostMatrix:
    """The first matrix. A second gives 409; raises Unprocessable with every fault at once."""
    member = await membership(session, principal, partnership_id)
    member.require(PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.FUNDER)
    _check(data)
    agreed = await keep(session, principal, CostMatrix, partnership_id, data.model_dump(mode="json"))
    await _publish(session, principal, partnership_id)
    return agreed


async def replace(
    session: AsyncSession, principal: Principal, matrix_id: UUID, version: int, data: CostMatrixIn
) -> CostMatrix:
    """All lines anew. Raises Conflict when spending was recorded in another reporting currency."""
    record = await held(session, CostMatrix, matrix_id)
    concurrency.check(record, version)
    _check(data)
    if data.reporting_currency != record.reporting_currency:
        await _refuse_other_currency(session, principal, record)
    record.lines = data.model_dump(mode="json")["lines"]
    record.reporting_currency = data.reporting_currency
    record.touch()
    await session.flush()
    await _publish(session, principal, record.partnership_id)
    return record


def _check(data: CostMatrixIn) -> None:
    if faults := matrix.faults(data.lines, data.reporting_currency):
        raise Unprocessable.fields(faults)


async def _refuse_other_currency(session: AsyncSession, principal: Principal, record: CostMatrix) -> None:
    # Whoever records spending holds the partnership (see `membership`): wait for them, and let others wait.
    await tenancy.act_for(session, tenancy.HOUSE)
    await session.execute(select(Partnership.id).where(Partnership.id == record.partnership_id).with_for_update())
    await tenancy.act_for(session, principal.tenant)
    spent = await session.scalar(
        select(func.count()).select_from(CostEntry).where(CostEntry.partnership_id == record.partnership_id)
    )
    remedy = f"Keep {record.reporting_currency}."
    raise_if_failed(Guard("NOTHING_SPENT", not spent, f"{spent} cost entries", "no cost entry yet", remedy))


def raise_if_failed(*guards: Guard) -> None:
    """Raises Conflict with all guards that failed."""
    if not all(guard.passed for guard in guards):
        raise Conflict.guards(list(guards))


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many units of the reporting currency one unit is, since when, and who says so."""

    rate: Decimal
    rate_on: date
    rate_source: str


async def spend(session: AsyncSession, principal: Principal, partnership_id: UUID, data: CostEntryIn) -> CostEntry:
    """A new entry with the rate of its day, or the last one within 31 days. Raises Unprocessable without one."""
    member = await membership(session, principal, partnership_id)
    await check_document(session, partnership_id, data.document_id)
    if data.paid_on > now().date():
        raise Unprocessable.fields([FieldError("/paid_on", "in_future", "What was paid lies in the past.")])
    currency = await _reporting_currency(session, partnership_id)
    conversion = await _conversion(session, member, data, currency)
    reporting_amount = (data.amount * conversion.rate).quantize(_STEP, ROUND_HALF_EVEN)
    if reporting_amount >= _TOO_LARGE:
        raise Unprocessable.fields([FieldError("/amount", "too_large", "Too large in the reporting currency.")])
    values = data.model_dump() | {
        "reporting_currency": currency,
        "reporting_amount": reporting_amount,
        "rate": conversion.rate,
        "rate_on": conversion.rate_on,
        "rate_source": conversion.rate_source,
    }
    entry = await keep(session, principal, CostEntry, partnership_id, values)
    await _publish(session, principal, partnership_id)
    return entry


async def _reporting_currency(session: AsyncSession, partnership_id: UUID) -> str:
    currency = await session.scalar(
        select(CostMatrix.reporting_currency).where(CostMatrix.partnership_id == partnership_id)
    )
    remedy = "Let a lead or funder post one to /v1/partnerships/{partnership_id}/cost-matrices."
    raise_if_failed(Guard("COST_MATRIX", currency is not None, "no cost matrix", "an agreed cost matrix", remedy))
    return str(currency)


async def _conversion(
    session: AsyncSession, member: Membership, data: CostEntryIn, reporting_currency: str
) -> Conversion:
    if data.currency == reporting_currency:
        return Conversion(Decimal(1), data.paid_on, "the same currency")
    rates, oldest = ExchangeRate, data.paid_on - MAX_RATE_AGE
    query = (
        select(rates)
        .where(
            or_(
                and_(rates.base == data.currency, rates.quote == reporting_currency),
                and_(rates.base == reporting_currency, rates.quote == data.currency),
            ),
            rates.on.between(oldest, data.paid_on),
            # A rate that strangers recorded moves nobody's money.
            or_(rates.organisation_id.is_(None), rates.organisation_id.in_(member.partnership.readers())),
        )
        .order_by(rates.on.desc(), rates.organisation_id.is_(None).desc(), rates.id.desc())
        .limit(1)
    )
    found_rate = await session.scalar(query)
    if found_rate is None:
        message = (
            f"No exchange rate {data.currency}/{reporting_currency} from {oldest} to {data.paid_on}:"
            " record one at /v1/exchange-rates."
        )
        raise Unprocessable.fields([FieldError("/currency", "no_exchange_rate", message)])
    direct = found_rate.base == data.currency
    rate = found_rate.rate if direct else (1 / found_rate.rate).quantize(_RATE_STEP, ROUND_HALF_EVEN)
    source = found_rate.source if direct else f"{found_rate.source} (inverse)"
    return Conversion(rate, found_rate.on, source)


async def reverse(session: AsyncSession, principal: Principal, entry_id: UUID, data: ReversalIn) -> CostEntry:
    """Take an entry back by one with the same sums below zero; once. Raises Forbidden for others' entries."""
    entry = await found(session, CostEntry, entry_id)
    await membership(session, principal, entry.partnership_id)
    if entry.organisation_id != principal.organisation_id:
        raise Forbidden("Another organisation owns this record.", "not_the_owner")
    taken = await session.scalar(select(CostEntry.id).where(CostEntry.reverses == entry_id))
    remedy = "Enter what is right as a new entry."
    raise_if_failed(
        Guard("NOT_REVERSED", taken is None, "reversed already", "an entry that stands", remedy),
        Guard("NO_REVERSAL", entry.reverses is None, "a reversal itself", "an entry that is none", remedy),
    )
    values = {name: getattr(entry, name) for name in (*_COPIED, *_COPIED_RATE)} | {
        "amount": -entry.amount,
        "reporting_amount": -entry.reporting_amount,
        "reverses": entry.id,
        "note": data.note,
    }
    # Of two at once the unique key lets one pass; the other gets 409 as well.
    taken_back = await keep(session, principal, CostEntry, entry.partnership_id, values)
    await _publish(session, principal, entry.partnership_id)
    return taken_back


async def entries(
    session: AsyncSession, partnership_id: UUID, group: str | None, payer: str | None, phase: str | None
) -> Select[Any]:
    """Entries of a partnership that match all filters given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(CostEntry, partnership_id)
    for column, wanted in ((CostEntry.group, group), (CostEntry.payer, payer), (CostEntry.phase, phase)):
        if wanted:
            query = query.where(column == wanted)
    return query


async def matrices(session: AsyncSession, partnership_id: UUID) -> Select[Any]:
    """The matrix of a partnership, if there is one. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(CostMatrix, partnership_id)


async def record_rate(session: AsyncSession, principal: Principal, data: ExchangeRateIn) -> ExchangeRate:
    """A rate of one's own, or of the house when operations record it."""
    if data.on > now().date():
        raise Unprocessable.fields([FieldError("/on", "in_future", "A rate is fixed on its day, not before.")])
    rate = ExchangeRate(organisation_id=principal.organisation_id, **data.model_dump())
    session.add(rate)
    await session.flush()
    return rate


def rates(base: str | None, quote: str | None, on: date | None) -> Select[Any]:
    """Recorded rates that match all filters given."""
    query = select(ExchangeRate)
    for column, wanted in ((ExchangeRate.base, base), (ExchangeRate.quote, quote), (ExchangeRate.on, on)):
        if wanted:
            query = query.where(column == wanted)
    return query


async def rate_of(session: AsyncSession, rate_id: UUID) -> ExchangeRate:
    """Raises NotFound."""
    rate = await session.get(ExchangeRate, rate_id)
    if rate is None:
        raise NotFound
    return rate


@dataclass(frozen=True, slots=True)
class CellSums:
    """Plan and spending of a payer in a group."""

    group: str
    payer: str
    share_percent: Decimal | None
    budget: Decimal | None
    actual: Decimal


@dataclass(frozen=True, slots=True)
class CostSummary:
    """Plan and spending of a partnership, in its reporting currency."""

    partnership_id: UUID
    reporting_currency: str | None
    budget: Decimal
    actual: Decimal
    cells: list[CellSums]
    private_share_budget: Decimal | None
    private_share_actual: Decimal | None
    unit_costs: list[UnitCost]


async def summarise(session: AsyncSession, partnership_id: UUID) -> CostSummary:
    """Raises NotFound."""
    await found(session, Partnership, partnership_id)
    currency = await session.scalar(
        select(CostMatrix.reporting_currency).where(CostMatrix.partnership_id == partnership_id)
    )
    lines = (await session.scalars(select(CostLine).where(CostLine.partnership_id == partnership_id))).all()
    sums = (
        select(CostEntry.group, CostEntry.payer, func.sum(CostEntry.reporting_amount))
        .where(CostEntry.partnership_id == partnership_id)
        .group_by(CostEntry.group, CostEntry.payer)
    )
    actual: dict[Cell, Decimal] = {(group, payer): amount for group, payer, amount in await session.execute(sums)}
    planned: dict[Cell, CostLine] = {(line.group, line.payer): line for line in lines}
    budget: dict[Cell, Decimal] = {cell: line.budget_amount or Decimal(0) for cell, line in planned.items()}
    spent = sum(actual.values(), Decimal(0))
    return CostSummary(
        partnership_id,
        currency,
        sum(budget.values(), Decimal(0)),
        spent,
        [_cell(cell, planned.get(cell), actual.get(cell)) for cell in sorted(planned.keys() | actual.keys())],
        summary.private_share(budget),
        summary.private_share(actual),
        summary.unit_costs(spent, await _counted(session, partnership_id)),
    )


async def _publish(session: AsyncSession, principal: Principal, partnership_id: UUID) -> None:
    """Tell plan and spending whole, also what the caller may not read of them."""
    await tenancy.act_for(session, tenancy.HOUSE)
    owner = (await session.get_one(Partnership, partnership_id)).organisation_id
    whole = await summarise(session, partnership_id)
    told = PartnershipCostsChanged(
        id=partnership_id,
        organisation_id=owner,
        reporting_currency=str(whole.reporting_currency),
        cells=[
            CostCellPart(group=each.group, payer=each.payer, budget=each.budget or Decimal(0), spent=each.actual)
            for each in whole.cells
        ],
    )
    await events.publish(session, (partnership_id, told))
    await tenancy.act_for(session, principal.tenant)


def _cell(cell: Cell, line: CostLine | None, actual: Decimal | None) -> CellSums:
    share, budget = (line.share_percent, line.budget_amount) if line else (None, None)
    return CellSums(*cell, share, budget, actual or Decimal(0))


async def _counted(session: AsyncSession, partnership_id: UUID) -> dict[str, list[Counted]]:
    """The latest value against each target that counts all persons, by indicator."""
    target = ResultTarget
    query = (
        select(target.indicator_code, target.track, target.year, Achievement.value)
        .join(Achievement, Achievement.result_target_id == target.id)
        .where(target.partnership_id == partnership_id, target.sex.is_(None), target.age_band.is_(None))
        .where(target.indicator_code.in_([code for codes in summary.PER.values() for code in codes]))
        .ext(distinct_on(target.id))
        .order_by(target.id, Achievement.on.desc(), Achievement.id.desc())
    )
    counted: dict[str, list[Counted]] = {}
    for code, track, year, value in await session.execute(query):
        counted.setdefault(code, []).append(Counted(track, year, value))
    return counted
