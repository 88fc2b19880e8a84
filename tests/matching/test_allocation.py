"""A whole cohort allocated in four modes: quotas, ratio and reserves hold, and each mode does what it promises."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as draws
from hypothesis import strategies as st

from services.matching.allocation import Allocation, Cancelled, Cohort, Mode, Reserve, allocate
from services.matching.cohorts import holders
from services.matching.fair_shares import SLACK, known_values
from tests.matching.cohorts import blocks, cohort, keeps_quotas, only_places, own_edges

MODES: tuple[Mode, ...] = ("stable", "welfare", "fair", "constrained_priority")
FLOOR = 0.55
seeds = st.integers(0, 100_000)


def run(who: Cohort, mode: Mode, exact: bool = False) -> Allocation:
    return allocate(who, mode, floor=FLOOR if mode == "constrained_priority" else None, exact=exact)


def rank(who: Cohort, person: int, edge: int) -> int:
    """0 for the best liked; as many as there are for none."""
    liked = who.edges(person).tolist()
    return liked.index(edge) if edge >= 0 else len(liked)


def permuted(who: Cohort, seed: int) -> tuple[Cohort, np.ndarray, np.ndarray]:
    """Persons and each one's edges in another order, and which they were."""
    draw = np.random.default_rng(seed)
    people = draw.permutation(who.persons)
    first = who.market.first
    edges = np.concatenate([first[p] + draw.permutation(first[p + 1] - first[p]) for p in people])
    market = who.market._replace(
        first=np.concatenate([[0], np.cumsum(np.diff(first)[people])]),
        option=who.market.option[edges],
        score=who.market.score[edges],
    )
    other = replace(
        who,
        market=market,
        preference=who.preference[edges],
        priority=who.priority[edges],
        group=who.group[people],
        parties=who.parties[edges],
        outcome=who.outcome[edges],
        lottery=who.lottery[people],
    )
    return other, people, edges


def without(who: Cohort, person: int) -> Cohort:
    """The cohort without one person's edges."""
    keep = holders(who.market) != person
    sizes = np.diff(who.market.first)
    sizes[person] = 0
    market = who.market._replace(
        first=np.concatenate([[0], np.cumsum(sizes)]), option=who.market.option[keep], score=who.market.score[keep]
    )
    return replace(
        who,
        market=market,
        preference=who.preference[keep],
        priority=who.priority[keep],
        parties=who.parties[keep],
        outcome=who.outcome[keep],
    )


def options(who: Cohort, found: Allocation) -> np.ndarray:
    """Where everybody goes, -1 for nowhere."""
    return np.where(found.edge >= 0, np.append(who.market.option, -1)[found.edge], -1)


@pytest.mark.parametrize("mode", MODES)
@given(seed=seeds, persons=st.integers(1, 14), crossing=st.booleans(), ratio=st.booleans(), reserves=st.booleans())
@draws(max_examples=25)
def test_quotas_and_ratio_hold_and_nobody_goes_where_they_did_not_ask(
    mode: Mode, seed: int, persons: int, crossing: bool, ratio: bool, reserves: bool
) -> None:
    who = cohort(seed, persons, crossing=crossing, ratio=ratio, reserves=reserves)
    edge = run(who, mode).edge
    assert keeps_quotas(who, edge)
    assert own_edges(who, edge)


@pytest.mark.parametrize("mode", MODES)
@given(seed=seeds, other=seeds, ratio=st.booleans(), reserves=st.booleans())
@draws(max_examples=15)
def test_the_order_of_persons_and_edges_changes_nothing(
    mode: Mode, seed: int, other: int, ratio: bool, reserves: bool
) -> None:
    who = cohort(seed, 12, crossing=True, ratio=ratio, reserves=reserves)
    shuffled, people, edges = permuted(who, other)
    first, second = run(who, mode), run(shuffled, mode)
    assert np.where(second.edge >= 0, edges[second.edge], -1).tolist() == first.edge[people].tolist()


@pytest.mark.parametrize("mode", MODES)
@given(seed=seeds)
@draws(max_examples=20)
def test_no_reserved_place_is_empty_or_taken_by_others_while_one_of_the_group_is_left_out(
    mode: Mode, seed: int
) -> None:
    who = only_places(cohort(seed, 14, targets=5, reserves=True))
    who = replace(who, outcome=np.full(len(who.outcome), 0.9))
    found = run(who, mode)
    left_out = [p for p in range(who.persons) if found.edge[p] < 0]
    for reserve, filled in zip(who.reserve, found.reserved, strict=True):
        waiting = [
            p
            for p in left_out
            if who.group[p] >> reserve.group & 1 and reserve.quota in who.market.option[who.edges(p)].tolist()
        ]
        assert filled == reserve.seats or not waiting


def test_unused_reserved_places_are_open_to_all() -> None:
    who = only_places(cohort(3, 14, targets=4))
    nobody = replace(who, group=np.zeros(14, np.int64), reserve=tuple(Reserve(q, 0, 1) for q in range(4)))
    for mode in MODES:
        assert run(nobody, mode).used.tolist() == run(who, mode).used.tolist(), mode


@given(seed=seeds, persons=st.integers(1, 14), reserves=st.booleans())
@draws(max_examples=60)
def test_stable_has_no_blocking_pair_where_quotas_are_nested(seed: int, persons: int, reserves: bool) -> None:
    who = cohort(seed, persons, reserves=reserves)
    if reserves:
        who = only_places(who)
    found = run(who, "stable")
    assert found.stable
    assert found.nested
    assert blocks(who, found.edge) == []


@given(seed=seeds, ratio=st.booleans())
@draws(max_examples=40)
def test_stable_counts_the_pairs_that_block_and_leaves_nothing_free_that_somebody_prefers(
    seed: int, ratio: bool
) -> None:
    who = cohort(seed, 14, crossing=True, ratio=ratio)
    found = run(who, "stable")
    assert found.stable == (found.blocking_count == 0)
    assert len(found.blocking) == found.blocking_count
    for person, edge in found.blocking:
        assert rank(who, person, edge) < rank(who, person, int(found.edge[person]))
        moved = found.edge.copy()
        moved[person] = edge
        assert not keeps_quotas(who, moved), "it was free"


def test_crossing_quotas_do_make_pairs_block() -> None:
    """Else the test above would look at nothing."""
    counts = [run(cohort(seed, 14, crossing=True), "stable").blocking_count for seed in range(40)]
    assert any(counts)


@given(seed=seeds, lie=seeds, reserves=st.booleans())
@draws(max_examples=60)
def test_nobody_gains_by_stating_other_wishes_in_stable(seed: int, lie: int, reserves: bool) -> None:
    who = only_places(cohort(seed, 12, targets=5, reserves=reserves)) if reserves else cohort(seed, 12)
    honest = run(who, "stable").edge
    for person in range(who.persons):
        own = slice(who.market.first[person], who.market.first[person + 1])
        stated = who.preference.copy()
        stated[own] = np.random.default_rng(lie + person).permutation(stated[own])
        lied = run(replace(who, preference=stated), "stable").edge
        assert rank(who, person, honest[person]) <= rank(who, person, lied[person])


@given(seed=seeds)
@draws(max_examples=60)
def test_without_an_unplaced_person_nobody_is_worse_off_and_the_same_are_placed_in_stable(seed: int) -> None:
    who = cohort(seed, 12)
    before = run(who, "stable")
    for person in np.flatnonzero(before.edge < 0):
        fewer = without(who, int(person))
        after = run(fewer, "stable")
        assert ((after.edge >= 0) == (before.edge >= 0)).all()
        liked = [who.market.option[who.edges(p)].tolist() for p in range(who.persons)]
        was, now = options(who, before), options(fewer, after)
        assert all(liked[p].index(now[p]) <= liked[p].index(was[p]) for p in range(who.persons) if was[p] >= 0), (
            "somebody lost"
        )


@given(seed=seeds)
@draws(max_examples=30)
def test_without_an_unplaced_person_nothing_changes_where_all_targets_agree_on_the_order(seed: int) -> None:
    who = cohort(seed, 12)
    who = replace(who, priority=np.random.default_rng(seed).permutation(12)[holders(who.market)].astype(float))
    before = run(who, "stable")
    for person in np.flatnonzero(before.edge < 0):
        fewer = without(who, int(person))
        assert options(fewer, run(fewer, "stable")).tolist() == options(who, before).tolist()


@given(seed=seeds)
@draws(max_examples=10)
def test_without_an_unplaced_person_the_largest_total_is_the_same(seed: int) -> None:
    who = cohort(seed, 10, crossing=True, ratio=True)
    before = run(who, "welfare", exact=True)
    for person in np.flatnonzero(before.edge < 0)[:2]:
        assert run(without(who, int(person)), "welfare", exact=True).total == pytest.approx(before.total)


def test_the_bound_holds_on_500_small_cohorts_and_the_total_is_close() -> None:
    """Against branch and bound: total ≤ optimum ≤ bound, and on average within one percent."""
    totals = best = 0.0
    for seed in range(500):
        who = cohort(seed, 4 + seed % 9, crossing=seed % 2 == 0, ratio=seed % 3 == 0)
        found, exact = run(who, "welfare"), run(who, "welfare", exact=True)
        assert found.bound is not None
        assert found.total <= exact.total + 1e-6 <= found.bound + 2e-6, seed
        totals, best = totals + found.total, best + exact.total
    assert totals >= 0.99 * best


@given(seed=seeds, crossing=st.booleans())
@draws(max_examples=25)
def test_fair_leaves_the_worst_off_party_no_less_than_welfare_does(seed: int, crossing: bool) -> None:
    who = cohort(seed, 12, crossing=crossing)
    value = known_values(who.parties)
    fair, welfare, exact = run(who, "fair"), run(who, "welfare", exact=True), run(who, "fair", exact=True)
    assert fair.worst is not None
    assert exact.worst is not None
    assert fair.worst_bound is not None
    assert exact.worst >= (1 - SLACK) * value[welfare.edge[welfare.edge >= 0]].sum(axis=0).min() - 1e-9
    assert fair.worst <= exact.worst / (1 - SLACK) + 1e-9
    assert exact.worst <= fair.worst_bound + 1e-9


def test_fair_comes_close_to_the_exact_optimum() -> None:
    pairs = [(run(who, "fair"), run(who, "fair", exact=True)) for who in (cohort(s, 40, 20) for s in range(6))]
    assert sum(fair.worst for fair, _ in pairs) >= 0.97 * sum(exact.worst for _, exact in pairs)  # type: ignore[misc]


def test_an_unknown_value_is_left_out_and_reported() -> None:
    who = cohort(5, 12)
    silent = replace(who, parties=np.where(np.arange(4) == 2, np.nan, who.parties))
    found = run(silent, "fair")
    assert found.known[2] == 0.0
    assert np.isnan(found.parties[2])
    assert found.edge.tolist() == run(replace(who, parties=who.parties[:, [0, 1, 3]]), "fair").edge.tolist()


@pytest.mark.parametrize("exact", [False, True])
@given(seed=seeds, crossing=st.booleans(), ratio=st.booleans())
@draws(max_examples=20)
def test_the_mean_outcome_stays_above_the_floor(exact: bool, seed: int, crossing: bool, ratio: bool) -> None:
    found = run(cohort(seed, 6, crossing=crossing, ratio=ratio), "constrained_priority", exact)
    assert np.isnan(found.outcome) or found.outcome >= FLOOR - 1e-9


def test_without_a_floor_each_in_turn_takes_the_best_that_is_left() -> None:
    who = replace(only_places(cohort(8, 12, targets=6)), turn=np.arange(12)[::-1].copy())
    found = allocate(who, "constrained_priority", floor=0.0)
    left = who.market.limit[:6].copy()
    for person in range(11, -1, -1):
        fitting = [e for e in who.edges(person) if left[who.market.option[e]] >= 1]
        assert found.edge[person] == (fitting[0] if fitting else -1)
        left[who.market.option[fitting[:1]]] -= 1


@given(seed=seeds, lie=seeds)
@draws(max_examples=30)
def test_nobody_gains_by_stating_other_wishes_under_a_floor(seed: int, lie: int) -> None:
    who = cohort(seed, 10, crossing=True, ratio=True)
    honest = run(who, "constrained_priority").edge
    for person in range(who.persons):
        own = slice(who.market.first[person], who.market.first[person + 1])
        stated = who.preference.copy()
        stated[own] = np.random.default_rng(lie + person).permutation(stated[own])
        lied = run(replace(who, preference=stated), "constrained_priority").edge
        assert rank(who, person, honest[person]) <= rank(who, person, lied[person])


def test_ties_are_broken_by_the_lottery_alone() -> None:
    who = only_places(cohort(1, 10, targets=1, edges=1))
    who = replace(who, priority=np.full(10, 0.5), market=who.market._replace(limit=np.ones_like(who.market.limit)))
    assert run(who, "stable").edge.argmax() == who.lottery.argmin()


def test_a_run_tells_how_far_it_is_and_can_be_cancelled() -> None:
    stages: list[str] = []
    allocate(cohort(1, 10), "welfare", progress=lambda stage, done: stages.append(stage))
    assert set(stages) == {"prices", "placing"}
    with pytest.raises(Cancelled):
        allocate(cohort(1, 10), "stable", cancelled=lambda: True)


def test_a_lottery_with_equals_is_refused() -> None:
    with pytest.raises(ValueError, match="lottery"):
        run(replace(cohort(1, 4), lottery=np.zeros(4, np.int64)), "stable")


def test_a_missing_floor_is_refused() -> None:
    with pytest.raises(ValueError, match="floor"):
        allocate(cohort(1, 4), "constrained_priority")
