"""The worst-off party first, then the total score.

What is maximised is the least of four sums: over the placed, each party's expected value. An unknown value counts as
the party's mean over all edges where it is known, so that it neither helps nor hurts; a party of whom nothing is known
is left out. Any weights of the parties give a bound: the worst-off cannot have more than the weighted sum, and that is
bounded by prices of quotas (`assignment`). The weights that bound most are looked for by multiplicative updates. Then
weights between them and the total score are halved until the total is largest with the worst-off within `SLACK` of the
best found.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Assignment, Floats, Market, assign
from services.matching.integer_program import largest_minimum, optimum

SLACK = 0.001  # of the worst-off party's sum, given up for the total
_SEARCHES = 8  # for weights of the parties
_HALVINGS = 6
_ROUNDS = 60  # of prices; each search begins anew


@dataclass(frozen=True)
class Shares:
    """`edge` (n), `total` score and its `bound` with the worst-off at what they have; `worst` sum and `worst_bound`."""

    edge: NDArray[np.int64]
    total: float
    bound: float
    price: Floats
    worst: float
    worst_bound: float


def known_values(parties: Floats) -> Floats:
    """Values (E, parties) with the unknown at the mean of the known, without parties of whom nothing is known."""
    known = ~np.isnan(parties)
    some = known.any(axis=0)
    value = np.where(known, parties, 0.0)[:, some]
    mean = value.sum(axis=0) / known[:, some].sum(axis=0)
    return np.where(known[:, some], value, mean)


def share(market: Market, parties: Floats, exact: bool, step: Callable[[str, float], None]) -> Shares:
    """Raises ValueError where nothing is known of any party."""
    value = known_values(parties)
    if not value.shape[1]:
        raise ValueError("no value is known for any party")
    if exact:
        return _exactly(market, value)
    weights, worst, worst_bound, best = _weigh(market, value, step)
    return _raise_total(market, value, weights, (worst, worst_bound), best, step)


def _exactly(market: Market, value: Floats) -> Shares:
    first = largest_minimum(market, value)
    least = first.value * (1 - SLACK)
    second = optimum(market, market.score, value, least)
    worst = float(_sums(value, second.edge).min())
    price = assign(market).price
    return Shares(second.edge, second.value, second.bound, price, worst, first.bound)


def _sums(value: Floats, edge: NDArray[np.int64]) -> Floats:
    return np.asarray(value[edge[edge >= 0]].sum(axis=0))


def _weigh(
    market: Market, value: Floats, step: Callable[[str, float], None]
) -> tuple[Floats, float, float, Assignment]:
    """Weights of the parties, the best least sum found, what it cannot exceed, and the placement."""
    weights = np.full(value.shape[1], 1 / value.shape[1])
    best_weights, worst, bound, best = weights, -1.0, np.inf, None
    for number in range(_SEARCHES):
        step("weights of the parties", number / _SEARCHES)
        found = assign(market._replace(score=value @ weights), _ROUNDS)
        sums = _sums(value, found.edge)
        if found.bound < bound:
            bound, best_weights = found.bound, weights
        if best is None or sums.min() > worst:
            worst, best = float(sums.min()), found
        spread = sums / max(float(sums.mean()), 1e-12) - 1
        weights = weights * np.exp(-8.0 / (1 + number / 2) * spread)
        weights = weights / weights.sum()
    assert best is not None
    return best_weights, worst, float(bound), best


def _raise_total(
    market: Market,
    value: Floats,
    weights: Floats,
    worst: tuple[float, float],
    best: Assignment,
    step: Callable[[str, float], None],
) -> Shares:
    """The largest total with the worst-off at `worst[0]`, less `SLACK`. At first for the total alone, then halfway."""
    least = worst[0] * (1 - SLACK)
    fair = value @ weights
    scale = float(market.score.mean()) / max(float(fair.mean()), 1e-12) if len(fair) else 1.0
    low, high, mix, bound = 0.0, 1.0, 0.0, np.inf
    kept, price = best.edge, best.price * scale
    total = float(market.score[kept[kept >= 0]].sum())
    for number in range(_HALVINGS + 1):
        step("total", number / (_HALVINGS + 1))
        found = assign(market._replace(score=(1 - mix) * market.score + mix * scale * fair), _ROUNDS)
        bound = min(bound, (found.bound - mix * scale * least) / (1 - mix))
        reached = float(market.score[found.edge[found.edge >= 0]].sum())
        enough = float(_sums(value, found.edge).min()) >= least
        if enough and reached >= total:
            kept, total, price = found.edge, reached, found.price / (1 - mix)
        if enough and mix == 0.0:
            break
        low, high = (low, mix) if enough else (mix, high)
        mix = (low + high) / 2
    return Shares(kept, total, max(bound, total), price, float(_sums(value, kept).min()), max(worst[1], worst[0]))
