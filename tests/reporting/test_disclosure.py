"""What is withheld stays withheld: an attacker with the whole answer solves for what is missing and finds nothing."""

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.disclosure import TOTAL, Coordinate, withheld

Table = dict[Coordinate, tuple[int, ...]]


def with_margins(inner: dict[Coordinate, int]) -> Table:
    table: dict[Coordinate, int] = {}
    for cell, count in inner.items():
        for place in itertools.product(*((value, TOTAL) for value in cell)):
            table[place] = table.get(place, 0) + count
    return {cell: (count,) for cell, count in table.items()}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    cells = itertools.product(*(map(str, range(size)) for size in sizes))
    counts = st.one_of(st.just(0), st.integers(1, 6), st.integers(5, 60))
    return with_margins({cell: draw(counts) for cell in cells})


def solved(table: Table, hidden: set[Coordinate]) -> dict[Coordinate, Fraction]:
    """Every hidden cell whose value follows from the shown ones, by exact elimination (not as the audit does it)."""
    unknown = sorted(hidden)
    rows = []
    for total in table:
        for axis in (i for i, value in enumerate(total) if value == TOTAL):
            row = [Fraction(0)] * (len(unknown) + 1)
            for cell in table:
                others_agree = all(cell[i] == total[i] for i in range(len(cell)) if i != axis)
                if not others_agree:
                    continue
                sign = -1 if cell == total else 1
                if cell in hidden:
                    row[unknown.index(cell)] += sign
                else:
                    row[-1] -= sign * table[cell][0]
            rows.append(row)
    found = {}
    for row in reduced(rows, len(unknown)):
        involved = [i for i in range(len(unknown)) if row[i]]
        if len(involved) == 1:
            found[unknown[involved[0]]] = row[-1] / row[involved[0]]
    return found


def reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    done = 0
    for column in range(width):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column] / rows[done][column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows


def small(table: Table) -> set[Coordinate]:
    return {cell for cell, (count,) in table.items() if 0 < count < 5}


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_small_cell_is_shown_or_follows_from_what_is_shown(table: Table) -> None:
    hidden = withheld(table, 5)
    assert small(table) <= hidden
    assert not small(table) & solved(table, hidden).keys()


@settings(max_examples=60, deadline=None)
@given(tables())
def test_empty_cells_are_shown(table: Table) -> None:
    assert not withheld(table, 5) & {cell for cell, (count,) in table.items() if count == 0}


@given(tables())
@settings(max_examples=30, deadline=None)
def test_nothing_is_withheld_where_nothing_is_small(table: Table) -> None:
    large = {cell: (10 * count,) for cell, (count,) in table.items()}
    assert withheld(large, 5) == set()


# A 3 × 3 table in which hiding the one small cell alone would give it away: 35 - 12 - 20 = 3.
VECTOR = {
    (r, c): n
    for r, row in zip("abc", [[12, 3, 20], [15, 18, 9], [30, 11, 14]], strict=True)
    for c, n in zip("xyz", row, strict=True)
}


def test_the_small_cell_of_the_vector_takes_others_with_it() -> None:
    table = with_margins(VECTOR)
    naive = {("a", "y")}
    assert solved(table, naive) == {("a", "y"): 3}  # the attack works on the naive way
    hidden = withheld(table, 5)
    assert naive < hidden
    assert ("a", "y") not in solved(table, hidden)


def test_a_share_is_withheld_when_either_side_of_it_is_small() -> None:
    table: Table = {("x",): (20, 18, 2), ("y",): (30, 12, 18), ("z",): (40, 20, 20), (TOTAL,): (90, 50, 40)}
    assert withheld(table, 5) == {("x",), ("y",)}
