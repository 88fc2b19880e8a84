"""Who was not placed learns the smallest change that would have placed them, and it does."""

from dataclasses import replace

import numpy as np
import pytest

from services.matching.allocation import Allocation, Cohort, Mode, allocate
from services.matching.smallest_changes import Change, smallest_change
from tests.matching.cohorts import cohort, only_places

FLOOR = 0.55


def run(who: Cohort, mode: Mode) -> Allocation:
    return allocate(who, mode, floor=FLOOR if mode == "constrained_priority" else None, exact=mode == "welfare")


def answers(who: Cohort, mode: Mode, most: int = 3) -> list[tuple[int, Change]]:
    found = run(who, mode)
    people = np.flatnonzero(found.edge < 0)[:most]
    answers = [(int(p), smallest_change(who, found, int(p), FLOOR)) for p in people]
    return [(person, change) for person, change in answers if change]


def changed(who: Cohort, change: Change, value: float) -> Cohort:
    """The cohort with the measure at a value."""
    if change.measure == "score":
        score = who.market.score.copy()
        score[change.edge] = value
        return replace(who, market=who.market._replace(score=score))
    values = getattr(who, change.measure).copy()
    values[change.edge] = value
    return replace(who, **{change.measure: values})


@pytest.mark.parametrize("mode", ["stable", "welfare", "constrained_priority"])
def test_the_change_places_them(mode: Mode) -> None:
    told = 0
    for who in (cohort(seed, 16) for seed in range(4)):
        for person, change in answers(who, mode):
            if change.needed is not None:
                told += 1
                margin = 1e-6 if mode == "welfare" else 0.0
                assert run(changed(who, change, change.needed + margin), mode).edge[person] >= 0
    assert told


@pytest.mark.parametrize("mode", ["stable", "welfare"])
def test_a_little_less_does_not(mode: Mode) -> None:
    for who in (cohort(seed, 16) for seed in range(4)):
        for person, change in answers(who, mode):
            if change.needed is not None:
                assert run(changed(who, change, change.needed - 1e-6), mode).edge[person] < 0


@pytest.mark.parametrize("mode", ["stable", "welfare", "constrained_priority"])
def test_one_more_place_places_them(mode: Mode) -> None:
    who = only_places(cohort(2, 10, targets=5))
    told = [(person, change.quota) for person, change in answers(who, mode, 10) if change.quota is not None]
    assert told
    for person, quota in told:
        limit = who.market.limit.copy()
        limit[quota] += 1
        assert run(replace(who, market=who.market._replace(limit=limit)), mode).edge[person] >= 0


def test_who_was_placed_needs_no_change() -> None:
    who = cohort(1, 8)
    found = run(who, "stable")
    assert smallest_change(who, found, int(found.edge.argmax())) is None


def test_by_prices_it_says_that_it_is_not_sure() -> None:
    who = cohort(1, 20)
    found = run(who, "fair")
    change = smallest_change(who, found, int(found.edge.argmin()))
    assert change is not None
    assert not change.sure
    assert change.needed is not None
    assert change.have is not None
    assert change.needed >= change.have
