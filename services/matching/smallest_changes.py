"""The smallest change that would have placed one who was not: a higher priority, score or outcome at the place where
the least is missing, or one more place under a quota. Found by computing the allocation again, one person at a time.

In `stable` and `constrained_priority` the whole mode is run again with the change. In `welfare` two optima are
compared: a person is placed when what they add is more than what the others lose by it. `fair` and cohorts too large
for that go by the prices of quotas, which are about right.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from services.matching.allocation import Allocation, allocate
from services.matching.assignment import Floats, Market, option_prices
from services.matching.cohorts import Cohort, holders
from services.matching.integer_program import MOST_EDGES, Unsolvable, optimum
from services.matching.reserved_places import kept

_TRIED = 8  # quotas of which one more place is tried, and edges whose score is
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """`measure` of `edge` from `have` to at least `needed`, where that would do; or one more place in `quota`, where
    that would do. `sure`: computed again and least, not judged by prices or where quotas cross."""

    measure: Literal["priority", "score", "outcome"]
    edge: int | None
    have: float | None
    needed: float | None
    quota: int | None
    sure: bool


def smallest_change(cohort: Cohort, found: Allocation, person: int, floor: float | None = None) -> Change | None:
    """None for who was placed, and where nothing of the kind would have placed them. `floor` as it was."""
    if found.edge[person] >= 0 or not len(cohort.edges(person)):
        return None
    if found.mode in ("welfare", "fair"):
        if found.mode == "welfare" and len(cohort.market.score) <= MOST_EDGES:
            return _by_optima(cohort, found, person)
        return _by_prices(cohort, found, person)

    def placed(changed: Cohort) -> bool:
        return bool(allocate(changed, found.mode, floor=floor).edge[person] >= 0)

    if found.mode == "stable":
        return _by_priority(cohort, found, person, placed)
    return _by_outcome(cohort, found, person, placed)


def _full(market: Market, found: Allocation, edge: int) -> list[int]:
    """Quotas that leave no room for the edge."""
    option = market.option[edge]
    rows = zip(market.quota[option], market.use[option], strict=True)
    return [int(q) for q, use in rows if q >= 0 and found.used[q] + use > market.limit[q] + _LEAST]


def _one_more(cohort: Cohort, quotas: list[int], placed: Callable[[Cohort], bool]) -> int | None:
    """The first quota in which one more place would do."""
    for quota in quotas[:_TRIED]:
        limit = cohort.market.limit.copy()
        limit[quota] += 1
        if placed(replace(cohort, market=cohort.market._replace(limit=limit))):
            return quota
    return None


def _quotas(cohort: Cohort, found: Allocation, person: int) -> list[int]:
    """Full quotas of the person's edges, those of the best liked first."""
    return list(dict.fromkeys(q for edge in cohort.edges(person) for q in _full(cohort.market, found, int(edge))))


def _with(values: Floats, edge: int, value: float) -> Floats:
    changed = values.copy()
    changed[edge] = value
    return changed


def _by_priority(cohort: Cohort, found: Allocation, person: int, placed: Callable[[Cohort], bool]) -> Change | None:
    """A higher priority never harms, so that the least that suffices is found by halving what others have."""
    market, held = cohort.market, found.edge[found.edge >= 0]
    rows = market.quota[market.option[held]]
    best: tuple[float, int, float] | None = None
    for edge in cohort.edges(person):
        have = float(cohort.priority[edge])
        others = cohort.priority[held[np.isin(rows, _full(market, found, int(edge))).any(axis=1)]]
        steps = np.unique(np.concatenate([others, np.nextafter(others, np.inf)]))
        steps = steps[(steps > have) & (steps < (have + best[0] if best else np.inf))]

        def enough(value: float, edge: int = int(edge)) -> bool:
            return placed(replace(cohort, priority=_with(cohort.priority, edge, value)))

        needed = _least(steps, enough)
        if needed is not None:
            best = (needed - have, int(edge), needed)
    quota = _one_more(cohort, _quotas(cohort, found, person), placed)
    return _change("priority", cohort.priority, best, quota, found.nested)


def _change(
    measure: Literal["priority", "outcome"],
    values: Floats,
    best: tuple[float, int, float] | None,
    quota: int | None,
    sure: bool,
) -> Change | None:
    """`best`: how much more, of which edge, to what value."""
    if best is None:
        return None if quota is None else Change(measure, None, None, None, quota, sure)
    return Change(measure, best[1], float(values[best[1]]), best[2], quota, sure)


def _least(steps: Floats, enough: Callable[[float], bool]) -> float | None:
    """The first of the rising steps that is enough, if the last is."""
    if not len(steps) or not enough(float(steps[-1])):
        return None
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(float(steps[middle])) else (middle + 1, high)
    return float(steps[high])


def _by_outcome(cohort: Cohort, found: Allocation, person: int, placed: Callable[[Cohort], bool]) -> Change | None:
    """To the percent."""
    best: tuple[float, int, float] | None = None
    for edge in cohort.edges(person):
        have = float(np.nan_to_num(cohort.outcome[edge]))
        steps = np.arange(np.floor(have * 100) + 1, 101) / 100
        steps = steps[steps < (have + best[0] if best else np.inf)]

        def enough(value: float, edge: int = int(edge)) -> bool:
            return placed(replace(cohort, outcome=_with(cohort.outcome, edge, value)))

        needed = _least(steps, enough)
        if needed is not None:
            best = (needed - have, int(edge), needed)
    quota = _one_more(cohort, _quotas(cohort, found, person), placed)
    return _change("outcome", cohort.outcome, best, quota, False)


def _costs(cohort: Cohort, found: Allocation) -> Floats:
    assert found.price is not None
    return option_prices(cohort.market, found.price)


def _by_prices(cohort: Cohort, found: Allocation, person: int) -> Change:
    market, costs = cohort.market, _costs(cohort, found)
    edges = cohort.edges(person)
    missing = np.maximum(costs[market.option[edges]] - market.score[edges], 0.0)
    edge = int(edges[missing.argmin()])
    full = _full(market, found, edge)
    assert found.price is not None
    quota = full[int(found.price[full].argmax())] if len(full) == 1 else None
    return Change("score", edge, float(market.score[edge]), float(market.score[edge] + missing.min()), quota, False)


def _by_optima(cohort: Cohort, found: Allocation, person: int) -> Change | None:
    """A place is worth to others what they lose when somebody has it."""
    market = kept(cohort, found.reserved)
    mine = holders(market) == person
    others = _only(market, ~mine)
    best = optimum(others, others.score).value
    costs = _costs(cohort, found)[cohort.market.option]
    edges = cohort.edges(person)
    tried = edges[np.argsort(costs[edges] - market.score[edges], kind="stable")][:_TRIED]
    needed = []
    for edge in tried:
        option = market.option[edge]
        known = market.quota[option] >= 0
        limit = market.limit.copy()
        np.subtract.at(limit, market.quota[option][known], market.use[option][known])
        try:
            needed.append(best - optimum(others._replace(limit=limit), others.score).value)
        except Unsolvable:
            needed.append(np.inf)
    missing = np.maximum(np.array(needed) - market.score[tried], 0.0)
    at = int(missing.argmin())
    if np.isinf(missing[at]):
        return None

    def placed(changed: Cohort) -> bool:
        whole = kept(changed, found.reserved)
        rest = _only(whole, ~mine)
        return optimum(whole, whole.score).value > optimum(rest, rest.score).value + _LEAST

    quota = _one_more(cohort, _quotas(cohort, found, person), placed)
    edge, have = int(tried[at]), float(market.score[tried[at]])
    return Change("score", edge, have, have + float(missing[at]), quota, len(tried) == len(edges))


def _only(market: Market, kept_edges: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Market:
    """The market with some of its edges."""
    edges = np.flatnonzero(kept_edges)
    first = np.searchsorted(edges, market.first).astype(np.int64)
    return market._replace(first=first, option=market.option[edges], score=market.score[edges])
