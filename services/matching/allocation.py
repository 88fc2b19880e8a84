"""A whole cohort placed at once under every quota, in one of four ways, and an answer for everybody.

- `stable`: nobody prefers a place whose target would rather have them than somebody it has (`deferred_acceptance`).
- `welfare`: the largest total score, with a bound that no placement exceeds (`assignment`).
- `fair`: the worst-off of the four parties first, then the total score (`fair_shares`).
- `constrained_priority`: one after the other chooses, as long as the expected outcome of all stays above a floor.

Pure: arrays in, arrays out; the same input gives the same bytes, and the order of persons and of their edges is no part
of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Assignment, Floats, Market, assign
from services.matching.cohorts import Cohort, Reserve, arranged, usage
from services.matching.constrained_priority import choose
from services.matching.deferred_acceptance import defer
from services.matching.fair_shares import Shares, share
from services.matching.integer_program import optimum
from services.matching.reserved_places import kept_and_released
from services.matching.rolls import reserved

__all__ = ["Allocation", "Cancelled", "Cohort", "Mode", "Reserve", "allocate"]

Mode = Literal["stable", "welfare", "fair", "constrained_priority"]
Step = Callable[[str, float], None]


class Cancelled(Exception):
    """Somebody asked for the run to end."""


@dataclass(frozen=True)
class Allocation:
    """Who goes where. n persons, Q quotas.

    `edge` (n): each person's edge, -1 for none. `total`: sum of scores; `used` (Q). `parties` (4): mean value for each
    party over the placed where it is known, `known` (4): for which share of them; `outcome`: mean probability over the
    placed; NaN for nobody. `reserved`: places of each reserve taken by its group, at most its seats.

    `bound`: what no placement exceeds, `gap`: how far below it, as a share; in `fair` of those that leave the worst-off
    what they have; with reserves, of those that keep as many places free as the groups fill. `price` (Q): what one more
    of a quota would add to the total, about.

    `stable`: no pair blocks; `nested`: the quotas that refused anybody are nested, so that it was sure beforehand.
    `blocking`: (person, edge) who would rather be there and fits, or would if one of less priority left; some of
    `blocking_count`.

    `worst`: the least sum of values of a party; `worst_bound`: what no placement exceeds.
    """

    mode: Mode
    edge: NDArray[np.int64]
    total: float
    used: Floats
    reserved: tuple[int, ...]
    parties: tuple[float, ...]
    known: tuple[float, ...]
    outcome: float
    bound: float | None = None
    gap: float | None = None
    price: Floats | None = None
    stable: bool = False
    nested: bool = False
    blocking: tuple[tuple[int, int], ...] = ()
    blocking_count: int = 0
    worst: float | None = None
    worst_bound: float | None = None


def allocate(
    cohort: Cohort,
    mode: Mode,
    *,
    floor: float | None = None,
    exact: bool = False,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Allocation:
    """Place the cohort.

    `floor`: least mean outcome, for `constrained_priority` alone. `exact`: by branch and bound, for small cohorts;
    `stable` is exact as it is. `progress(stage, share)` is told how far a stage is; `cancelled()` is asked as often.
    Raises `Cancelled`; and ValueError for a lottery with equals, a floor that is missing, too many edges to be exact.
    """
    if len(np.unique(cohort.lottery)) < cohort.persons:
        raise ValueError("two persons have the same place in the lottery")

    def step(stage: str, done: float) -> None:
        if cancelled and cancelled():
            raise Cancelled
        if progress:
            progress(stage, done)

    own, people, edges = arranged(cohort)
    given: dict[str, object] = {}
    if mode == "stable":
        outcome = defer(own, step)
        edge, pairs = outcome.edge, outcome.blocking
        listed = tuple((int(people[i]), int(edges[e])) for i, e in pairs)
        given = {"stable": not outcome.count, "nested": outcome.nested}
        given |= {"blocking": listed, "blocking_count": outcome.count}
    elif mode == "constrained_priority":
        if floor is None:
            raise ValueError("the floor of the mean outcome is missing")
        least = floor
        edge = kept_and_released(own, lambda market: _Chosen(choose(own, market, least, exact, step))).edge
    else:
        found = kept_and_released(own, lambda market: _best(own, market, mode, exact, step))
        edge = found.edge
        given = {"bound": found.bound, "price": found.price[: len(cohort.market.limit)]}
        given["gap"] = 1 - found.total / found.bound if found.bound > 0 else 0.0
        if isinstance(found, Shares):
            given |= {"worst": found.worst, "worst_bound": found.worst_bound}
    back = np.full(cohort.persons, -1, np.int64)
    back[people] = np.where(edge >= 0, np.append(edges, -1)[edge], -1)
    return _described(cohort, mode, back, given)


@dataclass(frozen=True)
class _Chosen:
    edge: NDArray[np.int64]


def _best(cohort: Cohort, market: Market, mode: Mode, exact: bool, step: Step) -> Assignment | Shares:
    if mode == "fair":
        return share(market, cohort.parties, exact, step)
    found = assign(market, step=step)
    if not exact:
        return found
    best = optimum(market, market.score)
    return Assignment(best.edge, best.value, best.bound, found.price)


def _described(cohort: Cohort, mode: Mode, edge: NDArray[np.int64], given: dict[str, object]) -> Allocation:
    chosen = edge[edge >= 0]
    values = cohort.parties[chosen]
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        parties = np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)
        share_known = known.sum(axis=0) / len(chosen)
        seen = cohort.outcome[chosen][~np.isnan(cohort.outcome[chosen])]
        outcome = seen.sum() / len(seen) if len(seen) else np.nan
    return Allocation(
        mode=mode,
        edge=edge,
        total=float(cohort.market.score[chosen].sum()),
        used=usage(cohort.market, edge),
        reserved=reserved(cohort, edge),
        parties=tuple(float(each) for each in parties),
        known=tuple(float(each) for each in share_known),
        outcome=float(outcome),
        **given,  # type: ignore[arg-type]
    )
