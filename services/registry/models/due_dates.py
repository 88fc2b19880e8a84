"""When a promise falls due, and how it was kept. Pure: dates in, verdicts out (S-63)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.vocabulary import ClosureOutcome, ObligationStatus, Recurrence

_MONTHS = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3, Recurrence.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Kept:
    """A fulfilment: for which due date, on which day; `accepted` by another party, None while none has said."""

    due_on: date
    fulfilled_on: date
    accepted: bool | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the due dates up to a day were met: in time, late, with evidence that nobody confirmed yet, not at all."""

    on_time: int = 0
    late: int = 0
    pending: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        """All due dates."""
        return self.on_time + self.late + self.pending + self.missed

    @property
    def on_time_percent(self) -> float | None:
        """Share of due dates met in time and confirmed, in percent with one decimal; None when nothing fell due."""
        return round(100 * self.on_time / self.due, 1) if self.due else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.on_time + other.on_time,
            self.late + other.late,
            self.pending + other.pending,
            self.missed + other.missed,
        )


def due_dates(first: date, recurrence: Recurrence, last: date | None) -> Iterator[date]:
    """Every due date from `first` to `last`; in months without that day, the last day of the month."""
    yield first
    step = _MONTHS.get(recurrence)
    if step is None or last is None:
        return
    month = first.year * 12 + first.month - 1
    while True:
        month += step
        year, index = divmod(month, 12)
        due = date(year, index + 1, min(first.day, monthrange(year, index + 1)[1]))
        if due > last:
            return
        yield due


def status(dues: Sequence[date], kept: Iterable[Kept], closure: ClosureOutcome | None, today: date) -> ObligationStatus:
    """Where a promise stands. Evidence that nobody has answered yet makes nobody late."""
    if closure:
        return ObligationStatus(closure)
    best = _by_due_date(kept)
    if all(due in best and best[due].accepted for due in dues):
        return ObligationStatus.FULFILLED
    late = any(due < today and due not in best for due in dues)
    return ObligationStatus.LATE if late else ObligationStatus.OPEN


def tally(dues: Sequence[date], kept: Iterable[Kept], today: date) -> Tally:
    """How what fell due before `today`, or was met before it fell due, was kept."""
    best = _by_due_date(kept)
    counts = {"on_time": 0, "late": 0, "pending": 0, "missed": 0}
    for due in dues:
        met = best.get(due)
        if met is None:
            counts["missed"] += due < today
        elif met.accepted:
            counts["on_time" if met.fulfilled_on <= due else "late"] += 1
        else:
            counts["pending"] += due < today
    return Tally(**counts)


def _by_due_date(kept: Iterable[Kept]) -> dict[date, Kept]:
    """The fulfilment of each due date that another party accepted or has yet to answer; refused ones count nothing."""
    return {each.due_on: each for each in kept if each.accepted is not False}
