"""Whether groups of eligible people are put forward, and seen, in equal measure. Pure.

Selection rates are compared by the four-fifths rule (29 CFR 1607.4 D), chances of the well suited by equal opportunity
(Hardt, Price and Srebro 2016), attention by exposure against merit (Singh and Joachims 2018), with the logarithmic
discount of a place in a list. Only people in the pool of those who pass every gate count, and of them those who agreed
to be counted. A figure about fewer than `threshold` people is withheld, and so are as many others as it takes that
none follows by subtraction, over groups and runs alike (`services/kit/disclosure.py`), nor over periods
(`nested_periods`).
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import astuple, dataclass
from math import log2

from services.kit.disclosure import TOTAL, Coordinate, withheld

ALARM = 0.8
STRONG = 0.7
MIN_CELL = 10


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody eligible in a run. `merit` is the employer's side of the score, 0 to 1; `rank` counts from 1."""

    run: str
    groups: Mapping[str, str]
    merit: float
    rank: int
    selected: bool

    @property
    def exposure(self) -> float:
        return 1 / log2(1 + self.rank)


@dataclass(frozen=True, slots=True)
class Sums:
    """What members add up to; `strong` are those whose merit is STRONG or more."""

    eligible: int = 0
    selected: int = 0
    strong: int = 0
    strong_selected: int = 0
    exposure: float = 0.0
    merit: float = 0.0

    @classmethod
    def of(cls, member: Member) -> "Sums":
        strong = member.merit >= STRONG
        return cls(1, member.selected, strong, strong and member.selected, member.exposure, member.merit)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def rate(self) -> float:
        return self.selected / self.eligible


Table = dict[tuple[str, str], Sums]  # (run, group)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is said of a group in a run (TOTAL: over all runs). All but the names is None where it is withheld."""

    run: str
    dimension: str
    group: str
    withheld: bool
    eligible: int | None = None
    selected: int | None = None
    selection_rate: float | None = None
    ratio: float | None = None
    alarm: bool | None = None
    selection_rate_of_strong: float | None = None
    exposure_share: float | None = None
    merit_share: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A dimension over all runs: the difference between the best and the worst chance of the well suited, None where
    fewer than two groups can be shown, and the groups whose rate is below four fifths of the highest."""

    dimension: str
    equal_opportunity_gap: float | None
    alarms: tuple[str, ...]


def sums(members: Iterable[Member], dimension: str) -> Table:
    """What is kept of the members of a month: sums by run and group, and nobody in particular."""
    table: Table = {}
    for member in members:
        if group := member.groups.get(dimension):
            cell = (member.run, group)
            table[cell] = table.get(cell, Sums()) + Sums.of(member)
    return table


def hidden_in(table: Table, threshold: int) -> set[Coordinate]:
    """Cells and margins of a month's table that are withheld, whatever else is known of the month."""
    return withheld({cell: (found.eligible,) for cell, found in with_margins(table).items()}, threshold)


def with_margins(table: Table) -> Table:
    """The cells, and their sums over groups, over runs and over both."""
    whole: Table = {}
    for (run, group), found in table.items():
        for cell in {(run, group), (run, TOTAL), (TOTAL, group), (TOTAL, TOTAL)}:
            whole[cell] = whole.get(cell, Sums()) + found
    return whole


def figures(members: Iterable[Member], dimension: str, threshold: int) -> list[Figures]:
    """Each group in each run and over all, of figures that stand alone."""
    table = sums(members, dimension)
    return figures_of(with_margins(table), dimension, hidden_in(table, threshold), threshold)


def figures_of(table: Table, dimension: str, hidden: Set[Coordinate], threshold: int) -> list[Figures]:
    """Each group in each run and over all, in order of name; `table` has the margins."""
    best: dict[str, float] = {}
    for (run, group), found in table.items():
        if group != TOTAL and (run, group) not in hidden:
            best[run] = max(best.get(run, 0.0), found.rate)
    return [
        Figures(run, dimension, group, True)
        if (run, group) in hidden
        else _shown(run, dimension, group, table[run, group], table[run, TOTAL], best.get(run, 0.0), threshold)
        for run, group in sorted(table)
    ]


def compare(found: Iterable[Figures], dimension: str) -> Comparison:
    """The dimension as a whole, from what may be shown of it."""
    groups = [each for each in found if (each.run, each.dimension) == (TOTAL, dimension) and each.group != TOTAL]
    chances = [each.selection_rate_of_strong for each in groups if each.selection_rate_of_strong is not None]
    return Comparison(
        dimension,
        max(chances) - min(chances) if len(chances) > 1 else None,
        tuple(each.group for each in groups if each.alarm),
    )


def gini(values: Iterable[float]) -> float | None:
    """Inequality from 0 (all the same) towards 1 (one has all); None of nothing."""
    ordered = sorted(values)
    total, count = sum(ordered), len(ordered)
    if not total:
        return None
    return 2 * sum(place * value for place, value in enumerate(ordered, 1)) / (count * total) - (count + 1) / count


def _shown(run: str, dimension: str, group: str, found: Sums, everybody: Sums, best: float, threshold: int) -> Figures:
    ratio = found.rate / best if best else None
    is_group = group != TOTAL
    return Figures(
        run=run,
        dimension=dimension,
        group=group,
        withheld=False,
        eligible=found.eligible,
        selected=found.selected,
        selection_rate=found.rate,
        ratio=ratio if is_group else None,
        alarm=(ratio is not None and ratio < ALARM) if is_group else None,
        selection_rate_of_strong=found.strong_selected / found.strong if found.strong >= threshold else None,
        exposure_share=found.exposure / everybody.exposure if everybody.exposure else None,
        merit_share=found.merit / everybody.merit if everybody.merit else None,
    )
