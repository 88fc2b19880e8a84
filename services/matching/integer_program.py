"""The exact optimum of a small cohort, by branch and bound (HiGHS, through SciPy), and what it is compared with."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from services.matching.assignment import Floats, Market
from services.matching.cohorts import holders

MOST_EDGES = 20_000  # beyond which nobody should wait for it


class Unsolvable(Exception):
    """No placement keeps all limits."""


@dataclass(frozen=True)
class Optimum:
    """`edge` (n), -1 for none; `value` of the objective; `bound` that it was proven against."""

    edge: NDArray[np.int64]
    value: float
    bound: float


def optimum(market: Market, gain: Floats, value: Floats | None = None, least: float = -np.inf) -> Optimum:
    """The largest sum of `gain` (E), where the sums of each column of `value` (E, P) are at least `least`."""
    columns = np.zeros((len(gain), 0)) if value is None else value
    return _solve(market, np.append(gain, 0.0), columns, least)


def largest_minimum(market: Market, value: Floats) -> Optimum:
    """The largest possible least sum among the columns of `value` (E, P)."""
    return _solve(market, np.append(np.zeros(len(value)), 1.0), value, 0.0)


def _solve(market: Market, gain: Floats, value: Floats, least: float) -> Optimum:
    """Variables: whether each edge is taken, and last the least sum, where that is the objective."""
    size, persons = len(market.score), len(market.first) - 1
    if size > MOST_EDGES:
        raise ValueError(f"more than {MOST_EDGES} edges")
    if not size:
        return Optimum(np.full(persons, -1, np.int64), 0.0, 0.0)
    one_place = sp.csr_matrix((np.ones(size), (holders(market), np.arange(size))), shape=(persons, size + 1))
    quota, use = market.quota[market.option], market.use[market.option]
    known = quota >= 0
    shape = (len(market.limit), size + 1)
    quotas = sp.csr_matrix((use[known], (quota[known], np.nonzero(known)[0])), shape=shape)
    sums = sp.csr_matrix(np.concatenate([value, np.full((1, value.shape[1]), -gain[-1])]).T)
    limits = [LinearConstraint(one_place, ub=1), LinearConstraint(quotas, ub=market.limit)]
    if value.shape[1]:
        limits.append(LinearConstraint(sums, lb=least))
    top = np.append(np.ones(size), np.inf if gain[-1] else 0.0)
    kinds = np.append(np.ones(size), 0)
    bounds = Bounds(np.zeros(size + 1), top)
    solved = milp(-gain, constraints=limits, integrality=kinds, bounds=bounds, options={"mip_rel_gap": 0.0})
    if solved.x is None:
        raise Unsolvable
    taken = np.flatnonzero(solved.x[:size] > 0.5)
    edge = np.full(persons, -1, np.int64)
    edge[holders(market)[taken]] = taken
    reached = float(gain[:size][taken].sum()) if not gain[-1] else float(value[taken].sum(axis=0).min())
    return Optimum(edge, reached, max(reached, float(-solved.mip_dual_bound)))
