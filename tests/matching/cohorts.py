"""Random small cohorts for the tests of allocation, and stability told without the code that is tested."""

import numpy as np

from services.matching.assignment import Market
from services.matching.cohorts import Cohort, Reserve, holders, usage

GROUPS = 2


def cohort(
    seed: int,
    persons: int,
    targets: int = 8,
    edges: int = 4,
    *,
    crossing: bool = False,
    ratio: bool = False,
    reserves: bool = False,
) -> Cohort:
    """Places within employers within corridors; where asked two families that cross them, a home:away ratio of 1:2 and
    a reserve at every other target. Priorities have ties."""
    draw = np.random.default_rng(seed)
    edges = min(edges, targets)
    first = np.arange(persons + 1, dtype=np.int64) * edges
    option = np.array([draw.permutation(targets)[:edges] for _ in range(persons)], np.int32).reshape(-1)
    employer, corridor = np.arange(targets) // 2, np.arange(targets) // 4
    families = [np.arange(targets), targets + employer, 2 * targets + corridor]
    limits = [draw.integers(1, 3, targets), draw.integers(1, 4, targets), draw.integers(1, 6, targets)]
    if crossing:
        families += [3 * targets + draw.integers(0, 2, targets), 3 * targets + 2 + draw.integers(0, 3, targets)]
        limits.append(draw.integers(1, max(persons // 2, 1) + 2, 5))
    if ratio:
        families.append(np.full(targets, sum(map(len, limits))))
        limits.append(np.array([0]))
    quota = np.stack(families, axis=1).astype(np.int32)
    use = np.ones(quota.shape)
    if ratio:
        use[:, -1] = np.where(np.arange(targets) % 2, 2.0, -1.0)
    market = Market(
        first,
        option,
        draw.uniform(0.05, 1.0, persons * edges).round(3),
        quota,
        use,
        np.concatenate(limits).astype(np.float64),
    )
    unknown = draw.uniform(size=(persons * edges, 4)) < 0.1
    return Cohort(
        market,
        preference=draw.permutation(persons * edges).astype(np.float64),
        priority=draw.uniform(0, 1, persons * edges).round(1),
        seats=np.arange(targets, dtype=np.int32),
        group=draw.integers(0, 1 << GROUPS, persons),
        parties=np.where(unknown, np.nan, draw.uniform(size=unknown.shape)),
        outcome=draw.uniform(0, 1, persons * edges),
        lottery=draw.permutation(persons),
        reserve=tuple(Reserve(q, q // 2 % GROUPS, 1) for q in range(0, targets, 2)) if reserves else (),
    )


def only_places(given: Cohort) -> Cohort:
    """The same with the places of targets as the one family of quotas."""
    market = given.market
    return Cohort(
        market._replace(quota=market.quota[:, :1], use=market.use[:, :1]),
        given.preference,
        given.priority,
        given.seats,
        given.group,
        given.parties,
        given.outcome,
        given.lottery,
        given.reserve,
    )


def keeps_quotas(given: Cohort, edge: np.ndarray) -> bool:
    return bool((usage(given.market, edge) <= given.market.limit + 1e-9).all())


def own_edges(given: Cohort, edge: np.ndarray) -> bool:
    """Individual rationality: nobody is sent where they did not ask to go."""
    placed = np.flatnonzero(edge >= 0)
    return bool((holders(given.market)[edge[placed]] == placed).all())


def blocks(given: Cohort, edge: np.ndarray) -> list[tuple[int, int]]:
    """Pairs whose edge is among those that the quotas would choose out of what is held and the edge itself."""
    found = []
    for person in range(given.persons):
        for e in given.edges(person):
            if e == edge[person]:
                break
            if e in chosen(given, [*edge[edge >= 0], e]):
                found.append((person, int(e)))
    return found


def chosen(given: Cohort, offers: list[int]) -> set[int]:
    """Of the offers those with reserved places first, then by priority and lottery, each person once."""
    person = holders(given.market)
    ranked = sorted(offers, key=lambda e: (-given.priority[e], given.lottery[person[e]]))
    rows = {e: set(given.market.quota[given.market.option[e]].tolist()) for e in offers}
    first = set()
    for reserve in given.reserve:
        claiming = [e for e in ranked if reserve.quota in rows[e] and given.group[person[e]] >> reserve.group & 1]
        first.update(claiming[: reserve.seats])
    taken: set[int] = set()
    for e in [*(e for e in ranked if e in first), *(e for e in ranked if e not in first)]:
        held = np.full(given.persons, -1)
        for each in taken:
            held[person[each]] = each
        if held[person[e]] < 0:
            held[person[e]] = e
            if keeps_quotas(given, held):
                taken.add(e)
    return taken
