"""Guard rails about pay that a rule can see: below the floor (G03), eaten up by debts (G10), below natives (G11).

Looked at when a job begins and with each follow-up. A case is opened once a placement and code; what both sides have
put right stays so until a person opens another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import FigureKind, GuardRail, LedgerKind, Payer
from services.kit.db import now
from services.matching import guard_rails, known_figures
from services.matching.models.care import GuardCase, LedgerEntry
from services.matching.models.copies import Opening
from services.matching.models.proposals import Placement
from services.matching.recruitment_costs import COUNTED_GROUPS

DEBT_SHARE = Decimal("0.1")  # of net pay (IRIS, ILO fair recruitment: no debt bondage)
UNDERCUT = 0.85  # of the median pay of natives in the same occupation and country
EXPLAIN_WITHIN = timedelta(days=30)
_WEEKS = Decimal(52) / Decimal(12)


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay of a month in one currency; None is unknown, and trips nothing. `kept`: the employer may not know what `net`
    and `deducted` come from."""

    gross: Decimal | None
    floor: Decimal | None
    net: Decimal | None
    deducted: Decimal
    native_median: float | None
    kept: bool = False


def findings(pay: Pay) -> Iterator[tuple[GuardRail, str, timedelta | None]]:
    """Which guard rails have tripped, why, and how long there is to explain it before it counts. Pure."""
    if pay.gross is not None and pay.floor is not None and pay.gross < pay.floor:
        yield GuardRail.G03, f"Gross pay of {pay.gross:.2f} a month is below the floor of {pay.floor:.2f}.", None
    if pay.net and pay.deducted > DEBT_SHARE * pay.net:
        yield (
            GuardRail.G10,
            f"Deductions take {pay.deducted / pay.net:.0%} of a month's net pay, at most 10 % may.",
            None,
        )
    if pay.gross is not None and pay.native_median and float(pay.gross) < UNDERCUT * pay.native_median:
        median = f"{pay.native_median:.2f}"
        yield (
            GuardRail.G11,
            f"Gross pay is more than 15 % below the median of natives, {median} a month.",
            EXPLAIN_WITHIN,
        )


async def look(session: AsyncSession, placement: Placement) -> None:
    """Open a case for each guard rail about pay that has tripped. To be called acting for the house."""
    if placement.started_on is None:
        return
    known = set(await session.scalars(select(GuardCase.code).where(GuardCase.placement_id == placement.id)))
    pay = await _pay(session, placement)
    for rail, reason, within in findings(pay):
        if rail.value not in known:
            trips_on = now().date() + within if within else None
            kept = pay.kept and rail is GuardRail.G10
            await guard_rails.open_case(session, placement, rail, reason, trips_on=trips_on, kept_from_employer=kept)


async def _pay(session: AsyncSession, placement: Placement) -> Pay:
    hourly = placement.gross_hourly_earnings
    gross = Decimal(hourly["amount"]) * (placement.weekly_hours or 0) * _WEEKS if hourly else None
    currency = hourly["currency"] if hourly else None
    opening = await session.get(Opening, placement.vacancy_id)
    floor = (opening.data.get("wage_floor") if opening else None) or {}
    net, deducted, kept = await _last_month(session, placement)
    return Pay(
        gross=gross,
        floor=Decimal(floor["amount"]) if floor and floor["currency"] == currency else None,
        net=net,
        deducted=deducted,
        native_median=await _native_median(session, placement, currency, placement.started_on or now().date()),
        kept=kept,
    )


async def _last_month(session: AsyncSession, placement: Placement) -> tuple[Decimal | None, Decimal, bool]:
    """Net pay, and what was kept back of it for what the job had cost, in the last month that the ledger has pay of;
    and whether the employer may not read all of these entries."""
    query = select(LedgerEntry).where(LedgerEntry.placement_id == placement.id)
    entries = (await session.scalars(query)).all()
    gone = {entry.corrects for entry in entries}
    standing = [entry for entry in entries if entry.corrects is None and entry.id not in gone]
    wages = [entry for entry in standing if entry.kind == LedgerKind.WAGE]
    if not wages:
        return None, Decimal(0), False
    last = max(wages, key=lambda entry: entry.paid_on)
    month = (last.paid_on.year, last.paid_on.month)
    of_month = [e for e in standing if (e.paid_on.year, e.paid_on.month) == month and e.currency == last.currency]
    paid = [e for e in of_month if e.kind == LedgerKind.WAGE]
    # Rent or food taken from pay is no debt; what recovers the costs of recruitment is.
    debts = [
        e
        for e in of_month
        if e.kind == LedgerKind.DEDUCTION and e.payer == Payer.WORKER and e.cost_group in COUNTED_GROUPS
    ]
    net, deducted = (sum((e.amount for e in each), Decimal(0)) for each in (paid, debts))
    return net, deducted, any(e.shared_placement_id is None for e in (*paid, *debts))


async def _native_median(session: AsyncSession, placement: Placement, currency: str | None, on: date) -> float | None:
    if currency is None:
        return None
    figures = await known_figures.figures_for(session, [placement.country])
    on = min(on, now().date())
    found = figures.monthly_wage(placement.country, placement.isco08, currency, on, FigureKind.NATIVE_MEDIAN_WAGE)
    return found.value if found else None
