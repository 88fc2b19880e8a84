"""How far a target is reached, and what that says of the hypothesis behind it. Pure arithmetic."""

from datetime import date

from services.contracts.vocabulary import TargetVerdict


def percent(baseline: float | None, target: float, achieved: float) -> float:
    """How much of the way from the baseline (0 when absent) to the target is done, in percent with one decimal.

    Beyond 100 when more was reached, below 0 when things got worse; whether more or less is better follows from
    which of the two numbers is larger.
    """
    start = baseline or 0.0
    if target == start:
        return 100.0 if achieved == target else 0.0
    return round((achieved - start) / (target - start) * 100, 1)


def verdict(target: float, less_is_better: bool, achieved: float | None, due_on: date, today: date) -> TargetVerdict:
    """Whether what was expected beforehand came true; open until it did or was due."""
    if achieved is not None and (achieved <= target if less_is_better else achieved >= target):
        return TargetVerdict.MET
    return TargetVerdict.NOT_MET if achieved is not None and due_on < today else TargetVerdict.OPEN
