"""What a ledger sums up to: who bore what, and the recruitment cost of one worker in months of pay. Pure.

The ratio is that of SDG indicator 10.7.1 for one person: C, what the worker and the family paid to find, qualify for,
secure and reach the job, by E, the last month's net earnings in it, less what was deducted in that month to recover
costs that the employer had advanced. Such a deduction lowers E and is no part of C, so that nothing counts twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.contracts.vocabulary import CostGroup, LedgerKind, LedgerPayee, Payer

Rates = Mapping[str, Decimal | float | None]  # units of a currency for one EUR
_SPENT = (LedgerKind.FEE, LedgerKind.COST)
COUNTED_GROUPS = frozenset({CostGroup.RECRUITMENT, CostGroup.MIGRATION, CostGroup.RECOGNITION, CostGroup.TRAINING})


@dataclass(frozen=True, slots=True)
class Payment:
    """An entry of a ledger, as it counts."""

    id: UUID
    kind: str
    group: str
    payer: str
    payee: str
    amount: Decimal
    currency: str
    on: date
    corrects: UUID | None = None
    reimburses: UUID | None = None
    agreed: bool = True  # whether a reimbursement is known from the worker's side too


@dataclass(frozen=True, slots=True)
class Ratio:
    """Amounts in `currency`; `months` is None where E or a rate is unknown."""

    currency: str
    paid: Decimal
    reimbursed: Decimal
    deducted: Decimal
    earned: Decimal | None
    unconverted: tuple[str, ...]

    @property
    def borne(self) -> Decimal:
        """C, never below zero."""
        return max(self.paid - self.reimbursed, Decimal(0))

    @property
    def months(self) -> Decimal | None:
        """C / E, to four decimals."""
        earned = None if self.earned is None else self.earned - self.deducted
        if earned is None or earned <= 0 or self.unconverted:
            return None
        return round(self.borne / earned, 4)


def standing(payments: Sequence[Payment]) -> list[Payment]:
    """Without those that were taken back, and without what took them back."""
    gone = {each.corrects for each in payments if each.corrects}
    return [each for each in payments if each.id not in gone and each.corrects is None]


def totals(payments: Sequence[Payment]) -> dict[tuple[str, str, str], Decimal]:
    """What each payer paid by (payer, group, currency), given back and taken over by who reimbursed."""
    sums: dict[tuple[str, str, str], Decimal] = {}
    for each in standing(payments):
        if each.kind not in (*_SPENT, LedgerKind.DEDUCTION, LedgerKind.REIMBURSEMENT):
            continue  # pay and remittances are nobody's cost
        key = (each.payer, each.group, each.currency)
        sums[key] = sums.get(key, Decimal(0)) + each.amount
        if each.kind == LedgerKind.REIMBURSEMENT and each.payee == LedgerPayee.WORKER:
            worker = (Payer.WORKER.value, each.group, each.currency)
            sums[worker] = sums.get(worker, Decimal(0)) - each.amount
    return sums


def is_recruitment_fee(each: Payment) -> bool:
    """Whether the worker paid what the employer pays (guard rail G01), directly or out of their pay."""
    paid = each.kind in (*_SPENT, LedgerKind.DEDUCTION) and each.payer == Payer.WORKER
    return paid and each.group == CostGroup.RECRUITMENT and each.corrects is None and each.amount > 0


def reimbursed(fee: Payment, payments: Sequence[Payment]) -> bool:
    """Whether the fee was given back whole, in its currency, as the worker's side knows too."""
    back = [each for each in standing(payments) if each.reimburses == fee.id and each.agreed]
    return sum((each.amount for each in back if each.currency == fee.currency), Decimal(0)) >= fee.amount


def ratio(payments: Sequence[Payment], stated: tuple[Decimal, str] | None, rates: Rates) -> Ratio:
    """The ratio of one worker. `stated` is what the placement says of net monthly earnings, less deductions; pay in
    the ledger goes before it: that of the last month, with its deductions."""
    counted = standing(payments)
    currency = stated[1] if stated else next((p.currency for p in counted if p.kind == LedgerKind.WAGE), "EUR")
    unknown: set[str] = set()

    def total(chosen: Iterable[Payment]) -> Decimal:
        amounts = [(each.currency, _into(currency, each.amount, each.currency, rates)) for each in chosen]
        unknown.update(code for code, amount in amounts if amount is None)
        return sum((amount for _, amount in amounts if amount is not None), Decimal(0))

    of_job = [each for each in counted if each.group in COUNTED_GROUPS]
    paid = total(each for each in of_job if each.kind in _SPENT and each.payer == Payer.WORKER)
    back = total(each for each in of_job if each.kind == LedgerKind.REIMBURSEMENT and each.payee == LedgerPayee.WORKER)
    wages = [each for each in counted if each.kind == LedgerKind.WAGE]
    if not wages:
        return Ratio(currency, paid, back, Decimal(0), stated[0] if stated else None, tuple(sorted(unknown)))
    last = max((each.on.year, each.on.month) for each in wages)
    of_month = [each for each in counted if (each.on.year, each.on.month) == last]
    deducted = total(each for each in of_month if each.kind == LedgerKind.DEDUCTION and each.group in COUNTED_GROUPS)
    earned = total(each for each in of_month if each.kind == LedgerKind.WAGE)
    return Ratio(currency, paid, back, deducted, earned, tuple(sorted(unknown)))


def _into(currency: str, amount: Decimal, given: str, rates: Rates) -> Decimal | None:
    if given == currency:
        return amount
    if not rates.get(given) or not rates.get(currency):
        return None
    return amount / Decimal(rates[given] or 1) * Decimal(rates[currency] or 1)
