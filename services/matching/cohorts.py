"""A cohort to be allocated: who may go where, as either side sees it, and what limits it.

Pure: arrays, sorted by nobody's name. Whoever makes them turns ids into numbers and draws the lottery from a seed.
"""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Floats, Ints, Market
from services.matching.compiled import compiled

PARTIES = 4  # worker, employer, destination, origin

Booleans = NDArray[np.bool_]


class Reserve(NamedTuple):
    """Of a quota's places `seats` go first to the persons of a group (bit number). They are open to all as far as the
    group does not take them (minority reserves: Hafalir, Yenmez and Yildirim 2013). Who belongs to several groups with
    a reserve in one quota counts against the first of them, so that reserves never cross."""

    quota: int
    group: int
    seats: int


@dataclass(frozen=True)
class Cohort:
    """n candidates, E edges to options, Q quotas.

    `market`: a home:away ratio is a quota of limit 0 that away options use and home options give to (use below 0).
    `preference` (E): the candidate's view, higher is liked better; only the order counts. `priority` (E): the target's
    view, higher comes first; compared across the targets of one quota, so one scale for all. `seats` (O): the quota
    that is the places of an option's target. `group` (n): bits of the groups a person belongs to. `parties` (E, 4):
    expected value for each party, 0 to 1, NaN where unknown. `outcome` (E): probability of being in the job after
    twelve months. `lottery` (n): all different; the smaller goes first among equals. `turn` (n): who chooses first
    where one after the other chooses, the smaller first; the lottery alone where it is not given.
    """

    market: Market
    preference: Floats
    priority: Floats
    seats: Ints
    group: NDArray[np.int64]
    parties: Floats
    outcome: Floats
    lottery: NDArray[np.int64]
    reserve: tuple[Reserve, ...] = ()
    turn: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def persons(self) -> int:
        return len(self.market.first) - 1

    def edges(self, person: int) -> NDArray[np.int64]:
        """The person's edges, the best liked first; of equals the one listed first."""
        start, end = self.market.first[person], self.market.first[person + 1]
        return np.asarray(start + np.argsort(-self.preference[start:end], kind="stable"))


def holders(market: Market) -> NDArray[np.int64]:
    """Whose each edge is (E)."""
    return np.repeat(np.arange(len(market.first) - 1), np.diff(market.first))


def usage(market: Market, edge: NDArray[np.int64]) -> Floats:
    """How much of each quota (Q) the placement `edge` (n) uses."""
    chosen = market.option[edge[edge >= 0]]
    size = len(market.limit) + 1  # the last collects what counts against nothing
    quota = market.quota[chosen].ravel() % size
    return np.bincount(quota, market.use[chosen].ravel(), size)[:-1].astype(np.float64)


def arranged(cohort: Cohort) -> tuple[Cohort, NDArray[np.int64], NDArray[np.int64]]:
    """The same cohort with persons in the order of the lottery and each one's edges the best liked first, so that the
    answer does not depend on the order they came in; and which person (n) and edge (E) each was."""
    market = cohort.market
    people = np.argsort(cohort.lottery, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.diff(market.first)[people])]).astype(np.int64)
    edges = np.empty(len(market.option), np.int64)
    _liked(market.first, market.option, cohort.preference, people, edges)
    moved = Market(  # of one memory layout, which compiled code asks for
        first,
        np.asarray(market.option[edges], np.int32),
        market.score[edges],
        np.ascontiguousarray(market.quota, np.int32),
        np.ascontiguousarray(market.use, np.float64),
        np.ascontiguousarray(market.limit, np.float64),
    )
    mine = replace(
        cohort,
        market=moved,
        preference=cohort.preference[edges],
        priority=cohort.priority[edges],
        group=cohort.group[people],
        parties=cohort.parties[edges],
        outcome=cohort.outcome[edges],
        lottery=cohort.lottery[people],
        turn=cohort.turn[people] if len(cohort.turn) else cohort.turn,
    )
    return mine, people, edges


@compiled
def _liked(first: Any, option: Any, preference: Any, people: Any, edges: Any) -> None:
    """Everybody's edges in turn, the best liked first, of equals that of the lower option. By insertion: few each."""
    begin = 0
    for person in people:
        for edge in range(first[person], first[person + 1]):
            at = begin + edge - first[person]
            while at > begin:
                other = edges[at - 1]
                if preference[other] > preference[edge] or (
                    preference[other] == preference[edge] and option[other] <= option[edge]
                ):
                    break
                edges[at] = other
                at -= 1
            edges[at] = edge
        begin += first[person + 1] - first[person]
