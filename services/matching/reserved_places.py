"""Reserved places where a total is maximised: what is reserved for a group is a limit on everybody else.

Such a reserve is soft: places that the group does not fill when they are kept for it are opened to all in a second
solution, in which the group keeps those it did fill.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Market
from services.matching.cohorts import Cohort, holders
from services.matching.rolls import reserved


class Placement(Protocol):
    """Whatever says where everybody goes."""

    @property
    def edge(self) -> NDArray[np.int64]:
        """Each person's edge or -1."""


Solution = TypeVar("Solution", bound=Placement)


def kept_and_released(cohort: Cohort, solve: Callable[[Market], Solution]) -> Solution:
    """The solution with all reserves kept, or with those that were filled then."""
    seats = [each.seats for each in cohort.reserve]
    found = solve(kept(cohort, seats))
    filled = reserved(cohort, found.edge)
    return found if list(filled) == seats else solve(kept(cohort, filled))


def kept(cohort: Cohort, seats: Sequence[int]) -> Market:
    """The market with a further quota for each reserve: those who do not count against it leave so many seats free.

    Edges stay as they are; options are told apart by whether they count. Prices of these quotas come last.
    """
    market = cohort.market
    if not cohort.reserve:
        return market
    number = np.arange(len(cohort.reserve))
    quota = np.array([each.quota for each in cohort.reserve])
    place = np.array([int((quota[:r] == quota[r]).sum()) for r in number])  # among the reserves of its quota
    wide = int(place.max()) + 1
    table = np.full((len(market.limit) + 1, wide), -1)
    table[quota, place] = number
    columns = [f for f in range(market.quota.shape[1]) if (table[market.quota[:, f]] >= 0).any()]
    rows = np.concatenate([table[market.quota[:, f]] for f in columns], axis=1)  # (O, reserves), -1 for none
    uses = np.repeat(market.use[:, columns], wide, axis=1)
    outside = _outside(cohort, rows[market.option], wide)
    code = (outside.astype(np.int64) << np.arange(rows.shape[1])).sum(axis=1)
    kinds, option = np.unique(np.stack([market.option.astype(np.int64), code], axis=1), axis=0, return_inverse=True)
    old, counts = kinds[:, 0], ((kinds[:, 1:] >> np.arange(rows.shape[1])) & 1).astype(bool)
    further = np.where(counts, len(market.limit) + rows[old], -1)
    return market._replace(
        option=option.reshape(-1).astype(np.int32),
        quota=np.concatenate([market.quota[old], further], axis=1).astype(np.int32),
        use=np.concatenate([market.use[old], uses[old]], axis=1),
        limit=np.concatenate([market.limit, (market.limit[quota] - np.asarray(seats, float)).clip(0)]),
    )


def _outside(cohort: Cohort, reserve: NDArray[np.int64], wide: int) -> NDArray[np.bool_]:
    """Whether an edge's person does not count against each reserve of its option (E, reserves); `wide` a quota."""
    bits = np.array([each.group for each in cohort.reserve])
    member = ((cohort.group[holders(cohort.market)][:, None] >> bits[reserve]) & 1).astype(bool) & (reserve >= 0)
    for column in range(reserve.shape[1]):
        for earlier in range(column - column % wide, column):
            member[:, column] &= ~member[:, earlier]
    return np.asarray(~member & (reserve >= 0))
