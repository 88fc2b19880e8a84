"""A whole cohort placed at once under every quota, in one of four ways, and an answer for everybody.

- `stable`: nobody prefers a place whose target would rather have them than somebody it has.
- `welfare`: the largest total score, with a bound that no placement exceeds.
- `fair`: the worst-off of the four parties first, then the total score.
- `constrained_priority`: one after the other chooses, as long as the expected outcome of all stays above a floor.

Pure: arrays in, arrays out; the same input gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Floats, assign
from services.matching.cohorts import Cohort, Reserve, usage

__all__ = ["Allocation", "Cancelled", "Cohort", "Mode", "Reserve", "allocate"]

Mode = Literal["stable", "welfare", "fair", "constrained_priority"]


class Cancelled(Exception):
    """Somebody asked for the run to end."""


@dataclass(frozen=True)
class Allocation:
    """Who goes where. n persons, Q quotas.

    `edge` (n): each person's edge, -1 for none. `total`: sum of scores; `bound`: what no placement exceeds, `gap`: how
    far below it, as a share. `price` (Q): what one more of a quota would add to the total, about. `used` (Q). `stable`:
    no pair blocks; `nested`: the quotas that bound are nested, so that stability and honesty were promised beforehand.
    `blocking`: (person, edge) of those who would rather be there and would be taken before somebody who is, at most
    `LISTED` of `blocking_count`. `reserved`: places of each reserve taken by its group. `parties` (4): mean value for
    each party over the placed where known, `known` (4): for which share of them. `worst`, `worst_bound`: the least sum
    of values of a party and what no placement exceeds. `outcome`: mean probability over the placed.
    """

    mode: Mode
    edge: NDArray[np.int64]
    total: float
    used: Floats
    bound: float | None = None
    gap: float | None = None
    price: Floats | None = None
    stable: bool = False
    nested: bool = False
    blocking: tuple[tuple[int, int], ...] = ()
    blocking_count: int = 0
    reserved: tuple[int, ...] = ()
    parties: tuple[float, ...] = ()
    known: tuple[float, ...] = ()
    worst: float | None = None
    worst_bound: float | None = None
    outcome: float | None = None


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

    `floor`: least mean outcome, for `constrained_priority` alone. `exact`: by branch and bound, for small cohorts.
    `progress(stage, share)` is told how far it is; `cancelled()` is asked as often. Raises `Cancelled`, and ValueError
    for a mode that lacks what it needs.
    """
    if mode != "welfare":
        raise ValueError(mode)
    found = assign(cohort.market)
    used = usage(cohort.market, found.edge)
    return Allocation(mode, found.edge, found.total, used, found.bound, found.gap, found.price)
