"""When a partnership's own record proposes to suspend it (02 §3). Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.contracts.vocabulary import IncidentKind


@dataclass(frozen=True, slots=True)
class Rule:
    """From how many trips of one hard guard, or confirmed indicators of forced labour, on."""

    guard_trips: int = 3
    forced_labour_indicators: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """An incident; `guard` is the hard guard that tripped."""

    kind: str
    guard: str | None
    confirmed: bool


def proposal(reports: Sequence[Report], rule: Rule) -> str | None:
    """Why to suspend, or None. A guard that tripped is counted at once, an indicator when it is confirmed."""
    trips = Counter(report.guard for report in reports if report.kind == IncidentKind.GUARD_TRIPPED)
    reasons = [f"{guard} tripped {n} times" for guard, n in sorted(trips.items()) if n >= rule.guard_trips]
    indicators = sum(report.confirmed for report in reports if report.kind == IncidentKind.FORCED_LABOUR_INDICATOR)
    if indicators >= rule.forced_labour_indicators:
        reasons.append(f"{indicators} confirmed indicators of forced labour")
    return "; ".join(reasons) or None
