"""From facts to the cells of an indicator. Pure: no clock, no database."""

import calendar
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.kit.disclosure import TOTAL, Coordinate, withheld
from services.reporting.catalogue import (
    Contribution,
    Indicator,
    Method,
    PerPerson,
    Population,
    SameWorkerRatio,
    Share,
    WeightedMean,
)

UNKNOWN = "_U"
SMALL = 5  # a count of 1 to 4 could point at a person
MAX_CELLS = 600

# Values that are shown even where nothing was counted; others as they occur.
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "sex": ("F", "M"),
    "track": ("HOME", "AWAY"),
    "age_band": ("Y15T24", "Y25T34", "Y35T54", "Y_GE55"),
}
_FLAGS_BY_RANK = "QLMUPD"  # when only one can be shown
_ENOUGH_FOR_RATE, _ENOUGH_FOR_MEAN = 20, 30  # below: U, low reliability


class TooFineError(ValueError):
    """The table asked for has more than MAX_CELLS cells, margins included."""


class FactRow(NamedTuple):
    """What folding reads of a fact; names as in `models.Fact`."""

    position: int
    kind: str
    subject_id: UUID
    person_id: UUID | None
    period: date
    corridor: str | None
    track: str | None
    status: str | None
    sex: str | None
    age_band: str | None
    persona: str | None
    country: str | None
    isco08: str | None
    hourly_earnings: Decimal | None
    earnings_currency: str | None
    weekly_hours: int | None
    net_monthly_earnings: Decimal | None
    recruitment_costs: Decimal | None


class Window(NamedTuple):
    """Days from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. Withheld: no value, numerator, denominator or n, and status Q."""

    dims: dict[str, str]
    measure: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    status: str
    flags: tuple[str, ...]


class Figure(NamedTuple):
    """A measure of a group of facts; `flag` says why there is no value."""

    measure: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    flag: str = ""


def window_of(period: str) -> Window:
    """Days of `2027`, `2027-Q1` or `2027-M03`."""
    year, part = int(period[:4]), period[5:]
    months = 12 if not part else 3 if part[0] == "Q" else 1
    first = 1 if not part else 3 * int(part[1:]) - 2 if part[0] == "Q" else int(part[1:])
    after = first + months
    end = date(year + (after > 12), after - 12 if after > 12 else after, 1) - timedelta(days=1)
    return Window(date(year, first, 1), end)


def fold(
    indicator: Indicator, facts: Iterable[FactRow], by: Sequence[str], window: Window | None, as_of: date
) -> list[Cell]:
    """Every cell of the table by `by`, margins (`_T`) included; one table for each value of `indicator.split`.

    Raises TooFineError. `window` None means all time, or the months before `as_of` that the indicator names.
    """
    assert indicator.method is not None
    if window is None and indicator.months:
        window = Window(_months_before(as_of, indicator.months) + timedelta(days=1), as_of)
    counted = [f for f in select(indicator.population, facts, window) if _usable(indicator.method, f)]
    tables: dict[Coordinate, list[FactRow]] = {} if indicator.split else {(): []}
    for fact in counted:
        tables.setdefault(tuple(dimension(fact, d) for d in indicator.split), []).append(fact)
    free = [d for d in by if d not in indicator.split]
    own: tuple[str, ...] = ("P",) if window is None or window.end >= as_of else ()
    own += ("D",) if indicator.claim_class == "PROXY" else ()
    return [
        cell
        for split, rows in sorted(tables.items())
        for cell in _table(indicator, rows, dict(zip(indicator.split, split, strict=True)), free, own)
    ]


def select(population: Population, facts: Iterable[FactRow], window: Window | None) -> list[FactRow]:
    """The facts that count: one for each placement or enrolment, or one for each person, in the window."""
    found = sorted((f for f in facts if _belongs(population, f)), key=lambda f: f.position)
    if population.current:  # a result that was corrected counts as it stands now
        found = sorted({f.subject_id: f for f in found}.values(), key=lambda f: f.position)
    if population.statuses:
        found = [f for f in found if f.status in population.statuses]
    if population.per_person is PerPerson.FIRST:  # before the window: a second job is not a first one next year
        latest_first = sorted(found, key=lambda f: (f.period, f.position), reverse=True)
        found = list({_person(f): f for f in latest_first}.values())
    if window:
        found = [f for f in found if window.start <= f.period <= window.end]
    if population.per_person is PerPerson.LAST:
        found = list({_person(f): f for f in found}.values())
    return found


def dimension(fact: FactRow, name: str) -> str:
    """The value of a dimension, `_U` when it is not known."""
    if name == "isco_major":
        return fact.isco08[0] if fact.isco08 else UNKNOWN
    value = fact.earnings_currency if name == "currency" else getattr(fact, name)
    return str(value) if value else UNKNOWN


def percentile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics (Hyndman and Fan's type 7). `values` is not empty."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def figures(method: Method, facts: Sequence[FactRow]) -> list[Figure]:
    """The measures of one group of facts, before anything is withheld."""
    n = len(facts)
    match method:
        case Share(dimension=name, value=value):
            part = sum(dimension(f, name) == value for f in facts)
            return [Figure("share", part / n, part, n) if n else Figure("share", None, 0, 0, "M")]
        case SameWorkerRatio():
            return _ratio_figures([_ratio(f) for f in facts])
        case WeightedMean():
            earned = math.fsum(float(f.hourly_earnings or 0) * float(f.weekly_hours or 0) for f in facts)
            hours = math.fsum(float(f.weekly_hours or 0) for f in facts)
            return [Figure("mean", earned / hours, earned, hours) if n else Figure("mean", None, 0, 0, "M")]
        case Contribution():
            # The population of the age group is an official figure that reporting does not hold.
            return [Figure("count", n, n), Figure("per_mille", None, n, None, "L")]
        case _:
            return [Figure("count", n, n)]


def _ratio_figures(ratios: list[float]) -> list[Figure]:
    n = len(ratios)
    if not n:
        return [Figure(measure, None, None, 0, "M") for measure in ("mean", "median", "p80")]
    total = math.fsum(ratios)
    return [
        Figure("mean", total / n, total, n),
        Figure("median", percentile(ratios, 0.5), None, n),
        Figure("p80", percentile(ratios, 0.8), None, n),
    ]


def _ratio(fact: FactRow) -> float:
    assert fact.recruitment_costs is not None
    assert fact.net_monthly_earnings
    return float(fact.recruitment_costs / fact.net_monthly_earnings)


def _belongs(population: Population, fact: FactRow) -> bool:
    return (
        fact.kind == population.kind
        and (not population.tracks or fact.track in population.tracks)
        and (not population.personas or fact.persona in population.personas)
    )


def _person(fact: FactRow) -> UUID:
    return fact.person_id or fact.subject_id


def _usable(method: Method, fact: FactRow) -> bool:
    match method:
        case Share(dimension=name):
            return dimension(fact, name) != UNKNOWN
        case SameWorkerRatio():
            return fact.recruitment_costs is not None and (fact.net_monthly_earnings or 0) > 0
        case WeightedMean():
            return fact.hourly_earnings is not None and (fact.weekly_hours or 0) > 0
        case _:
            return True


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _table(
    indicator: Indicator, rows: list[FactRow], split: dict[str, str], by: Sequence[str], own: tuple[str, ...]
) -> list[Cell]:
    assert indicator.method is not None
    axes = []
    for name in by:
        seen = {dimension(f, name) for f in rows}
        known = _DOMAINS.get(name, ())
        axes.append([*known, *sorted(seen - set(known)), TOTAL])
    if math.prod(map(len, axes)) > MAX_CELLS:
        raise TooFineError
    groups: dict[Coordinate, list[FactRow]] = {c: [] for c in itertools.product(*axes)}
    for fact in rows:
        for place in itertools.product(*((dimension(fact, name), TOTAL) for name in by)):
            groups[place].append(fact)
    made = {place: figures(indicator.method, facts) for place, facts in groups.items()}
    hidden = withheld(
        {place: _counts(indicator.method, len(facts), made[place]) for place, facts in groups.items()},
        indicator.minimum_contributors,
    )
    return [
        _cell(split | dict(zip(by, place, strict=True)), figure, len(groups[place]), place in hidden, own)
        for place, found in made.items()
        for figure in found
    ]


def _counts(method: Method, n: int, found: list[Figure]) -> tuple[int, ...]:
    """What must not be small: the group, and for a share also those in it and those not in it."""
    if isinstance(method, Share):
        part = int(found[0].numerator or 0)
        return n, part, n - part
    return (n,)


def _cell(dims: dict[str, str], figure: Figure, n: int, hidden: bool, own: tuple[str, ...]) -> Cell:
    if hidden:
        flags = ("Q", *own)
        return Cell(dims, figure.measure, None, None, None, None, "Q", flags)
    enough = {"share": _ENOUGH_FOR_RATE, "count": 0, "per_mille": 0}.get(figure.measure, _ENOUGH_FOR_MEAN)
    found = {*own, *([figure.flag] if figure.flag else ["U"] if n < enough else [])}
    flags = tuple(sorted(found, key=_FLAGS_BY_RANK.index)) or ("A",)
    value, numerator, denominator = (
        None if v is None else round(v, 6) for v in (figure.value, figure.numerator, figure.denominator)
    )
    return Cell(dims, figure.measure, value, numerator, denominator, n, flags[0], flags)
