"""A synthetic cohort for the benchmarks of allocation, and what it is compared with: greedy, and min-cost flow mended.

Vacancies have 1 to 8 places. Five families of quotas cross: places, 80 corridors, origin × ISCO safeguards (2 × 40),
200 pools of training seats, employers of some ten vacancies; and a home:away ratio over all. Persons and vacancies lie
near each other in a space of tastes, and each person keeps the best of what the two sides think of each other.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from services.matching.assignment import Market, place
from services.matching.cohorts import Cohort, holders

EDGES = 20
_TASTES, _CHUNK, _SAMPLE = 8, 2_000, 4_000
_SCALE = 1_000_000  # min-cost flow takes whole numbers


def market(persons: int, seed: int = 0) -> Market:
    """A tenth as many vacancies as persons."""
    draw = np.random.default_rng(seed)
    vacancies = max(persons // 10, EDGES)
    people = draw.normal(size=(persons, _TASTES)).astype(np.float32)
    jobs = draw.normal(size=(vacancies, _TASTES)).astype(np.float32)
    target = np.empty((persons, EDGES), np.int32)
    score = np.empty((persons, EDGES))
    for start in range(0, persons, _CHUNK):
        those = slice(start, min(start + _CHUNK, persons))
        seen = np.sort(draw.choice(vacancies, min(_SAMPLE, vacancies), replace=False))
        worth = people[those] @ jobs[seen].T / _TASTES**0.5
        worth += draw.normal(0, 0.3, worth.shape).astype(np.float32)
        best = np.argpartition(-worth, EDGES - 1, axis=1)[:, :EDGES]
        target[those], score[those] = seen[best], np.take_along_axis(worth, best, 1)
    return _limited(draw, persons, vacancies, target.ravel(), 1 / (1 + np.exp(-score.ravel())))


def _limited(
    draw: np.random.Generator, persons: int, vacancies: int, target: NDArray[np.int32], score: NDArray[np.float64]
) -> Market:
    """Quotas in the order of the families; an option is a vacancy to persons of one of two origins."""
    employers = vacancies // 10 + 1
    corridor, isco = draw.integers(0, 80, vacancies), draw.integers(0, 40, vacancies)
    pool, employer = draw.integers(0, 200, vacancies), draw.integers(0, employers, vacancies)
    origin = np.repeat(draw.integers(0, 2, persons), EDGES)
    kinds, option = np.unique(target * 2 + origin, return_inverse=True)
    job, from_ = kinds // 2, kinds % 2
    at = np.cumsum([0, vacancies, 80, 80, 200, employers])
    families = [job, corridor[job], from_ * 40 + isco[job], pool[job], employer[job], np.zeros(len(job), int)]
    quota = np.stack([at[f] + family for f, family in enumerate(families)], axis=1).astype(np.int32)
    use = np.ones(quota.shape)
    use[:, -1] = np.where(corridor[job] % 4 == 0, -2.0, 1.0)  # a home place makes room for two away
    limits = [
        draw.integers(1, 9, vacancies),
        draw.integers(persons // 400 + 1, persons // 120 + 2, 80),
        draw.integers(persons // 300 + 1, persons // 100 + 2, 80),
        draw.integers(persons // 800 + 1, persons // 300 + 2, 200),
        draw.integers(5, 40, employers),
        [0],
    ]
    first = np.arange(persons + 1, dtype=np.int64) * EDGES
    return Market(
        first, option.astype(np.int32).reshape(-1), score, quota, use, np.concatenate(limits).astype(np.float64)
    )


def cohort(given: Market, seed: int = 1) -> Cohort:
    """With views of either side that differ from the score, and values for the parties."""
    draw = np.random.default_rng(seed)
    persons, edges = len(given.first) - 1, len(given.score)
    return Cohort(
        given,
        preference=given.score + draw.normal(0, 0.05, edges),
        priority=given.score + draw.normal(0, 0.05, edges),
        seats=given.quota[:, 0],
        group=np.zeros(persons, np.int64),
        parties=draw.uniform(0, 1, (edges, 4)),
        outcome=draw.uniform(0, 1, edges),
        lottery=draw.permutation(persons),
    )


def greedy(given: Market) -> NDArray[np.int64]:
    """Edges in the order of their score, while they fit."""
    return np.asarray(place(given, np.argsort(-given.score, kind="stable")))


def min_cost_flow_mended(given: Market) -> NDArray[np.int64]:
    """The optimum of persons and places, which is all that a flow can say; then edges that break a quota are given up,
    the least score first, and what is free is filled."""
    persons, size = len(given.first) - 1, len(given.score)
    vacancies = int(given.quota[:, 0].max()) + 1
    job = given.quota[given.option, 0]
    network = min_cost_flow.SimpleMinCostFlow()
    source, sink, out = persons + vacancies, persons + vacancies + 1, persons + vacancies + 2
    tails = [np.full(persons, source), holders(given), np.arange(vacancies) + persons, np.arange(persons), [out]]
    heads = [np.arange(persons), job + persons, np.full(vacancies, sink), np.full(persons, out), [sink]]
    room = [np.ones(persons), np.ones(size), given.limit[:vacancies], np.ones(persons), [persons]]
    cost = [np.zeros(persons), -(given.score * _SCALE), np.zeros(vacancies), np.zeros(persons), [0]]
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate(each).astype(kind) for each, kind in ((tails, np.int32), (heads, np.int32))),
        *(np.concatenate(each).round().astype(np.int64) for each in (room, cost)),
    )
    network.set_node_supply(source, persons)
    network.set_node_supply(sink, -persons)
    assert network.solve() == network.OPTIMAL
    taken = network.flows(arcs)[persons : persons + size] > 0
    first = np.flatnonzero(taken)[np.argsort(-given.score[taken], kind="stable")]
    rest = np.argsort(-given.score, kind="stable")
    return np.asarray(place(given, np.concatenate([first, rest[~taken[rest]]])))
