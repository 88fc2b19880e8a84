"""Whether groups of eligible people are put forward, and seen, in equal measure. Pure.

Selection rates are compared by the four-fifths rule (29 CFR 1607.4 D), chances of the well suited by equal opportunity
(Hardt, Price and Srebro 2016), attention by exposure against merit (Singh and Joachims 2018), with the logarithmic
discount of a place in a list. Only people in the pool of those who pass every gate count, and of them those who agreed
to be counted. A figure about fewer than `threshold` people is withheld, and so are as many others as it takes that
none follows by subtraction, over groups and runs alike (`services/kit/disclosure.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Drop:
    """How many proposals stand or ended at a stage, by reason; None where it is withheld."""

    stage: str
    reason: str
    proposals: int | None
    withheld: bool


def figures(members: Sequence[Member], dimension: str, threshold: int) -> list[Figures]:
    """Each group in each run and over all, in order of name."""
    cells: dict[Coordinate, list[Member]] = {}
    for member in members:
        if group := member.groups.get(dimension):
            for run in (member.run, TOTAL):
                for name in (group, TOTAL):
                    cells.setdefault((run, name), []).append(member)
    hidden = withheld({cell: (len(people),) for cell, people in cells.items()}, threshold)
    best: dict[str, float] = {}
    for (run, group), people in cells.items():
        if group != TOTAL and (run, group) not in hidden:
            best[run] = max(best.get(run, 0.0), _rate(people))
    return [
        Figures(run, dimension, group, True)
        if (run, group) in hidden
        else _shown(run, dimension, group, cells[run, group], cells[run, TOTAL], best.get(run, 0.0), threshold)
        for run, group in sorted(cells)
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


def funnel(ends: Iterable[tuple[str, str]], threshold: int) -> list[Drop]:
    """Proposals by (stage, reason), and by stage over all reasons."""
    table: dict[Coordinate, int] = {}
    for stage, reason in ends:
        for cell in ((stage, reason), (stage, TOTAL), (TOTAL, reason), (TOTAL, TOTAL)):
            table[cell] = table.get(cell, 0) + 1
    hidden = withheld({cell: (count,) for cell, count in table.items()}, threshold)
    return [
        Drop(stage, reason, None if (stage, reason) in hidden else table[stage, reason], (stage, reason) in hidden)
        for stage, reason in sorted(table)
    ]


def _shown(
    run: str,
    dimension: str,
    group: str,
    people: list[Member],
    everybody: list[Member],
    best: float,
    threshold: int,
) -> Figures:
    rate = _rate(people)
    ratio = rate / best if best else None
    strong = [member for member in people if member.merit >= STRONG]
    is_group = group != TOTAL
    return Figures(
        run=run,
        dimension=dimension,
        group=group,
        withheld=False,
        eligible=len(people),
        selected=sum(member.selected for member in people),
        selection_rate=rate,
        ratio=ratio if is_group else None,
        alarm=(ratio is not None and ratio < ALARM) if is_group else None,
        selection_rate_of_strong=_rate(strong) if len(strong) >= threshold else None,
        exposure_share=_share([m.exposure for m in people], [m.exposure for m in everybody]),
        merit_share=_share([m.merit for m in people], [m.merit for m in everybody]),
    )


def _rate(people: Sequence[Member]) -> float:
    return sum(member.selected for member in people) / len(people)


def _share(part: list[float], whole: list[float]) -> float | None:
    return sum(part) / sum(whole) if sum(whole) else None
