"""One after the other chooses the best liked place, as long as the expected mean outcome of all stays above a floor.

Acharya, Bansak and Hainmueller 2021 (Combining outcome-based and preference-based matching). Whether those who follow
can still lift the mean is asked of a plan: a placement of everybody who has not chosen, made for the outcome alone. Who
chooses what the plan did not foresee may put others of the plan out, who are given their best place left. The choice
stands if the sum of (outcome - floor), over those who chose and the plan, is not below 0. The plan knows nothing of
wishes, so a person chooses from a list that their wishes do not change: nobody gains by stating others. It is one plan
and not all of them, so that now and then a choice is refused that a cleverer plan would have allowed; never the other
way round. With `exact` all plans are looked at, by branch and bound.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import NOWHERE, Floats, Market, assign
from services.matching.cohorts import Cohort, holders
from services.matching.compiled import called, compiled
from services.matching.integer_program import Unsolvable, optimum
from services.matching.rolls import NOBODY, Numbers, Rolls, fits, give, over, rolls, take

_BLOCK = 5_000  # persons who choose between two looks at whether the run was cancelled


def choose(
    cohort: Cohort, market: Market, floor: float, exact: bool, step: Callable[[str, float], None]
) -> NDArray[np.int64]:
    """Each person's edge or -1. The cohort is arranged; `market` is its own, with places kept for groups.

    An unknown outcome neither lifts nor lowers the mean.
    """
    value = np.nan_to_num(cohort.outcome - floor, nan=0.0)
    order = np.argsort(cohort.turn, kind="stable") if len(cohort.turn) else np.arange(cohort.persons)
    if exact:
        return _exactly(market, value, order)
    step("plan", 0.0)
    plan = planned(market, value)
    r = rolls(replace(cohort, market=market, reserve=()), value.copy())
    _follow(r, plan)
    late = np.flatnonzero(r.late)
    sums = np.array([value[plan[plan >= 0]].sum()])
    put_out = np.zeros((cohort.persons + 1, 2), np.int64)
    chosen = np.full(cohort.persons, NOWHERE, np.int64)
    for start in range(0, cohort.persons, _BLOCK):
        step("choosing", start / cohort.persons)
        _choose(r, order[start : start + _BLOCK], value, late, sums, put_out, chosen)
    return chosen


def planned(market: Market, value: Floats) -> NDArray[np.int64]:
    """The placement (n) with the largest sum of value, of edges that add to it."""
    good = np.flatnonzero(value > 0)
    person = holders(market)[good]
    first = np.searchsorted(person, np.arange(len(market.first))).astype(np.int64)
    found = assign(market._replace(first=first, option=market.option[good], score=value[good]))
    return np.where(found.edge >= 0, np.append(good, NOWHERE)[found.edge], NOWHERE)


def _exactly(market: Market, value: Floats, order: Numbers) -> NDArray[np.int64]:
    chosen = np.full(len(order), NOWHERE, np.int64)
    for position, person in enumerate(order):
        for edge in range(market.first[person], market.first[person + 1]):
            chosen[person] = edge
            if _best_total(market, value, chosen, order[position + 1 :]) >= -1e-9:
                break
            chosen[person] = NOWHERE
    return chosen


def _best_total(market: Market, value: Floats, chosen: NDArray[np.int64], rest: Numbers) -> float:
    """What those who chose have, and the most that the rest may add; -inf where a quota cannot hold."""
    held = chosen[chosen >= 0]
    limit, quota, use = market.limit.copy(), market.quota[market.option[held]], market.use[market.option[held]]
    np.subtract.at(limit, quota[quota >= 0], use[quota >= 0])
    free = np.isin(holders(market), rest)
    kept = np.flatnonzero(free)
    first = np.searchsorted(kept, market.first).astype(np.int64)
    left = market._replace(first=first, option=market.option[kept], score=value[kept], limit=limit)
    if not len(kept):
        return float(value[held].sum()) if (limit >= -1e-9).all() else -np.inf
    try:
        return float(value[held].sum()) + optimum(left, value[kept]).value
    except Unsolvable:
        return -np.inf


@compiled
def _follow(r: Rolls, plan: Numbers) -> None:
    for person in range(len(plan)):
        if plan[person] >= 0:
            give(r, person, plan[person])


@called
def _exceeded(r: Rolls, edge: int, late: Numbers) -> int:
    """A quota that is exceeded: of this edge, or one that others gave to; else -1."""
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0 and over(r, q, 0.0):
            return int(q)
    for q in late:
        if over(r, q, 0.0):
            return int(q)
    return NOBODY


@called
def _best_left(r: Rolls, person: int, value: Floats) -> int:
    """The person's edge with the largest value above 0 that fits; else -1."""
    best, most = NOBODY, 0.0
    for edge in range(r.market.first[person], r.market.first[person + 1]):
        if value[edge] > most and fits(r, edge, NOBODY, NOBODY):
            best, most = edge, value[edge]
    return best


@called
def _try(r: Rolls, person: int, edge: int, value: Floats, late: Numbers, sums: Floats, put_out: Numbers) -> bool:
    """Let the person have the edge if the plan can be mended so that the mean holds; else all is as it was."""
    before, total, count = r.edge[person], sums[0], 0
    if before >= 0:
        total -= value[before]
        take(r, person)
    r.keep[edge] = np.inf  # never put out again
    give(r, person, edge)
    total += value[edge]
    q = _exceeded(r, edge, late)
    while q >= 0 and r.size[q] > 0 and r.keep[r.edge[r.heap[r.begin[q]]]] < np.inf:
        out = r.heap[r.begin[q]]
        put_out[count, 0], put_out[count, 1] = out, r.edge[out]
        count += 1
        total -= value[r.edge[out]]
        take(r, out)
        q = _exceeded(r, edge, late)
    if q < 0:
        for k in range(count):
            again = _best_left(r, put_out[k, 0], value)
            if again >= 0:
                give(r, put_out[k, 0], again)
                total += value[again]
        if total >= -1e-9:
            sums[0] = total
            return True
    take(r, person)
    r.keep[edge] = value[edge]
    for k in range(count):
        if r.edge[put_out[k, 0]] >= 0:
            take(r, put_out[k, 0])
    for k in range(count):
        give(r, put_out[k, 0], put_out[k, 1])
    if before >= 0:
        give(r, person, before)
    return False


@compiled
def _choose(
    r: Rolls, order: Numbers, value: Floats, late: Numbers, sums: Floats, put_out: Numbers, chosen: Numbers
) -> None:
    for person in order:
        for edge in range(r.market.first[person], r.market.first[person + 1]):
            if _try(r, person, edge, value, late, sums, put_out):
                chosen[person] = edge
                break
