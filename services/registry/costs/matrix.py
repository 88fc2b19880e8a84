"""What a cost matrix must fulfil. Pure arithmetic on exact decimals.

Sources: CGD's cost groups of a Global Skill Partnership; ILO general principles and definition of recruitment fees
and related costs (2019): the worker pays none of them.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from services.contracts.vocabulary import CostGroup, Currency, Payer
from services.kit.errors import FieldError
from services.registry.costs.schemas import CostLineIn

_WHOLE = Decimal(100)
_ROUNDING = Decimal("0.01")  # percentage points that a rounded share may differ from its budget
_MOST_OF_NET_PAY = Decimal(10)


def faults(lines: Sequence[CostLineIn], currency: Currency) -> list[FieldError]:
    """Everything that is wrong with a matrix; empty exactly when it may be agreed."""
    found = [*_repeated(lines), *_sums(lines)]
    for place, line in enumerate(lines):
        found += _of_line(f"/lines/{place}", line, currency)
    return found


def _repeated(lines: Sequence[CostLineIn]) -> Iterator[FieldError]:
    seen: set[tuple[CostGroup, Payer]] = set()
    for place, line in enumerate(lines):
        if (line.group, line.payer) in seen:
            yield FieldError(f"/lines/{place}/payer", "repeated", "This payer stands in this group already.")
        seen.add((line.group, line.payer))


def _sums(lines: Sequence[CostLineIn]) -> Iterator[FieldError]:
    placed = sorted(enumerate(lines), key=lambda each: each[1].group)
    for group, of_group in groupby(placed, key=lambda each: each[1].group):
        rows = list(of_group)
        total = sum((line.share_percent for _, line in rows), Decimal(0))
        if total != _WHOLE:
            message = f"The shares of {group} sum to {total}, not to 100."
            yield FieldError(f"/lines/{rows[0][0]}/share_percent", "shares_not_100", message)
        yield from _budgets(group, rows)


def _budgets(group: CostGroup, rows: list[tuple[int, CostLineIn]]) -> Iterator[FieldError]:
    """Where every payer of a group has a budget, budgets and shares must tell the same."""
    budgets = [line.budget.amount for _, line in rows if line.budget]
    total = sum(budgets, Decimal(0))
    if len(budgets) < len(rows) or not total:
        return
    for (place, line), budget in zip(rows, budgets, strict=True):
        share = budget * 100 / total
        if abs(share - line.share_percent) > _ROUNDING:
            message = f"The budget is {share:.2f} percent of that of {group}, the share says {line.share_percent}."
            yield FieldError(f"/lines/{place}/budget", "budget_differs", message)


def _of_line(pointer: str, line: CostLineIn, currency: Currency) -> Iterator[FieldError]:
    if line.budget and line.budget.currency != currency:
        message = "Budgets are in the reporting currency."
        yield FieldError(f"{pointer}/budget/currency", "not_reporting_currency", message)
    pays = line.share_percent > 0 or (line.budget is not None and line.budget.amount > 0)
    worker = line.payer == Payer.WORKER
    if worker and line.group == CostGroup.RECRUITMENT and pays:
        message = "Recruitment costs the worker nothing (Employer Pays)."
        yield FieldError(f"{pointer}/share_percent", "worker_pays_recruitment", message)
    if worker and line.group == CostGroup.TRAINING and pays:
        yield from _of_repayment(f"{pointer}/repayment", line)
    elif line.repayment:
        message = "Only what a worker bears of TRAINING is repaid."
        yield FieldError(f"{pointer}/repayment", "nothing_to_repay", message)


def _of_repayment(pointer: str, line: CostLineIn) -> Iterator[FieldError]:
    terms = line.repayment
    if terms is None:
        message = "A worker bears TRAINING only as a repayment out of income; name its terms."
        yield FieldError(pointer, "repayment_needed", message)
        return
    if terms.max_percent_of_net_pay > _MOST_OF_NET_PAY:
        message = "At most 10 percent of net pay."
        yield FieldError(f"{pointer}/max_percent_of_net_pay", "too_much_of_net_pay", message)
    if not terms.stops_on_job_loss:
        message = "Repayment must stop when the job is lost."
        yield FieldError(f"{pointer}/stops_on_job_loss", "must_stop", message)
    if line.budget is None or terms.total.currency != line.budget.currency or terms.total.amount > line.budget.amount:
        message = "At most what the training costs: the budget of this line, in its currency."
        yield FieldError(f"{pointer}/total", "more_than_cost", message)
