"""Counts of nested periods never bring a small one to light by subtraction (story 4, domain/03 §4)."""

from datetime import date
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.disclosure import TOTAL
from services.matching.nested_periods import Shown, may_be_shown

MONTHS = [date(2027, month, 1) for month in range(1, 7)]
LIMIT = 10


def asked(last: int) -> list[Shown]:
    """A month, the quarter it may end, and everything so far, of both groups and of all."""
    firsts = {last, 0} | ({last - 2} if last % 3 == 2 else set())
    return [Shown(group, MONTHS[first], MONTHS[last]) for first in sorted(firsts) for group in ("F", "M", TOTAL)]


def released(counts: list[tuple[int, int]]) -> list[Shown]:
    """What is shown when month after month is closed."""
    known: list[Shown] = []
    for last in range(len(counts)):
        table = {MONTHS[n]: {"F": counts[n][0], "M": counts[n][1]} for n in range(last + 1)}
        known += may_be_shown(table, known, asked(last), LIMIT)
    return known


def test_a_small_month_is_kept_out_of_what_goes_up_to_it() -> None:
    shown = released([(20, 20), (3, 20)])
    assert Shown("F", MONTHS[0], MONTHS[0]) in shown
    assert not {Shown("F", MONTHS[1], MONTHS[1]), Shown("F", MONTHS[0], MONTHS[1])} & set(shown)


def test_two_small_months_come_in_together_once_they_are_enough() -> None:
    shown = released([(20, 20), (6, 20), (6, 20)])
    assert Shown("F", MONTHS[0], MONTHS[2]) in shown
    assert Shown("F", MONTHS[0], MONTHS[1]) not in shown


def test_where_all_are_many_all_is_shown() -> None:
    assert len(released([(20, 30), (15, 12), (40, 11)])) == sum(len(asked(last)) for last in range(3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=6))
def test_no_small_count_follows_from_everything_released(counts: list[tuple[int, int]]) -> None:
    """Rank, in place of the arithmetic of the module: a sum follows when adding it as an equation adds nothing."""

    def equation(groups: tuple[str, ...], first: date, last: date) -> list[float]:
        return [float(group in groups and first <= month <= last) for month in MONTHS for group in ("F", "M")]

    known = [equation(("F", "M") if s.group == TOTAL else (s.group,), s.first, s.last) for s in released(counts)]
    rank = np.linalg.matrix_rank(np.array(known)) if known else 0
    for first, last in [*combinations(range(len(counts)), 2), *((n, n) for n in range(len(counts)))]:
        for groups in (("F",), ("M",), ("F", "M")):
            people = sum(counts[n]["FM".index(g)] for n in range(first, last + 1) for g in groups)
            if 0 < people < LIMIT:
                more = [*known, equation(groups, MONTHS[first], MONTHS[last])]
                assert np.linalg.matrix_rank(np.array(more)) == rank + 1
