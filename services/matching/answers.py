"""Why a person got what they got in an allocation, and the smallest change that would have placed them. Pure.

A place that somebody would rather have is out of reach because a quota is full, and then because everybody who counts
against it is wanted more. The least wanted of them says what it would have taken. Prices of quotas are not unique, and
neither is the last person admitted where limits cross: answers are about right, and computed from what happened.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.allocation import Allocation
from services.matching.assignment import Floats
from services.matching.cohorts import Cohort


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What was in the way of an edge: the full quota that costs most (None: none is full), its price, and the priority
    of the last who was admitted to it, where the person has less."""

    edge: int
    quota: int | None
    price: float | None
    needed: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`rank`: which of their own choices a person got, from 1. `better`: what they would rather have, the best liked
    first. `change`: for the unplaced, the obstacle that the least would have moved: a higher priority, else one place
    more."""

    rank: int | None
    better: tuple[Obstacle, ...]
    change: Obstacle | None


class Answers:
    """Everybody's answers in one allocation."""

    def __init__(self, cohort: Cohort, found: Allocation) -> None:
        self._cohort, self._found = cohort, found
        self._last = _last_admitted(cohort, found)
        market = cohort.market
        padded = np.append(market.limit - found.used, np.inf)  # a quota of -1 limits nothing
        self._full = (market.use > 0) & (padded[market.quota] < market.use - 1e-9)

    def of(self, person: int) -> Answer:
        """In order of their own liking."""
        own, edges = int(self._found.edge[person]), [int(edge) for edge in self._cohort.edges(person)]
        rank = edges.index(own) + 1 if own >= 0 else None
        better = tuple(self._obstacle(edge) for edge in edges[: rank - 1 if rank else None])
        return Answer(rank, better, None if rank else min(better, key=self._effort, default=None))

    def _effort(self, obstacle: Obstacle) -> tuple[bool, float]:
        gap = None if obstacle.needed is None else obstacle.needed - float(self._cohort.priority[obstacle.edge])
        return gap is None, gap or 0.0

    def _obstacle(self, edge: int) -> Obstacle:
        market, option = self._cohort.market, self._cohort.market.option[edge]
        full = [int(q) for q, is_full in zip(market.quota[option], self._full[option], strict=True) if is_full]
        if not full:
            return Obstacle(edge, None, None, None)
        price = self._found.price
        quota = max(full, key=lambda q: (float(price[q]), -full.index(q))) if price is not None else full[0]
        last = float(self._last[quota])
        needed = last if np.inf > last >= float(self._cohort.priority[edge]) else None
        return Obstacle(edge, quota, None if price is None else float(price[quota]), needed)


def _last_admitted(cohort: Cohort, found: Allocation) -> Floats:
    """The least priority of those who use each quota (Q); infinite where nobody does."""
    market, chosen = cohort.market, found.edge[found.edge >= 0]
    last = np.full(len(market.limit), np.inf)
    for column in range(market.quota.shape[1]):
        quota, use = market.quota[market.option[chosen], column], market.use[market.option[chosen], column]
        counts = (quota >= 0) & (use > 0)
        np.minimum.at(last, quota[counts], cohort.priority[chosen[counts]])
    return last
