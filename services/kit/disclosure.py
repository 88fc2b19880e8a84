"""Withholding small cells so that subtraction does not bring them back. Pure.

Primary: a cell is withheld when one of its counts lies in 1 … threshold-1. Complementary: the cells withheld in a line
(a total and the cells it sums) must number two or more, and together hold nothing or at least `threshold`; then the
whole table is audited as one linear system, and cells are added until none of the small ones follows from the rest.

What this does not see: bounds tighter than the threshold that follow from inequalities, tables of other indicators,
other `by`, other filters, and earlier answers. Those need one pass over all linked tables, as a release has.
"""

from collections.abc import Iterable, Mapping

import numpy as np

TOTAL = "_T"

Coordinate = tuple[str, ...]
Counts = tuple[int, ...]
Line = tuple[Coordinate, ...]  # a total, then the cells it sums


def withheld(table: Mapping[Coordinate, Counts], threshold: int) -> set[Coordinate]:
    """Coordinates whose figures must not be shown.

    `table` holds every cell and every margin (value TOTAL in a dimension); its first count is the cell's size.
    """
    small = {c for c, counts in table.items() if any(0 < count < threshold for count in counts)}
    hidden = set(small)
    lines = _lines(table)
    while True:
        _complement(table, lines, hidden, threshold)
        exposed = small & _determined(lines, hidden)
        if not exposed:
            return hidden
        for cell in sorted(exposed):
            beside = (other for line in lines if cell in line for other in line)
            if (more := _smallest(table, beside, hidden)) is None:
                return {c for c, counts in table.items() if counts[0]}  # nothing left to pair it with
            hidden.add(more)


def following(table: Mapping[Coordinate, Counts], hidden: set[Coordinate]) -> set[Coordinate]:
    """Withheld cells whose figures follow from the shown ones all the same; none of them is small."""
    return _determined(_lines(table), hidden)


def _lines(table: Mapping[Coordinate, Counts]) -> list[Line]:
    lines: dict[Coordinate, dict[int, list[Coordinate]]] = {}
    for cell in table:
        for place, value in enumerate(cell):
            if value != TOTAL:
                total = (*cell[:place], TOTAL, *cell[place + 1 :])
                lines.setdefault(total, {}).setdefault(place, []).append(cell)
    return [(total, *cells) for total, by_place in lines.items() for cells in by_place.values()]


def _complement(table: Mapping[Coordinate, Counts], lines: list[Line], hidden: set[Coordinate], threshold: int) -> None:
    """Add cells to `hidden` until every line is safe by itself."""
    changed = True
    while changed:
        changed = False
        for line in lines:
            while not _safe(table, line, hidden, threshold):
                cells = _smallest(table, line[1:], hidden)
                hidden.add(cells if cells is not None else line[0])
                changed = True


def _safe(table: Mapping[Coordinate, Counts], line: Line, hidden: set[Coordinate], threshold: int) -> bool:
    total, *cells = line
    gone = [cell for cell in cells if cell in hidden]
    if total in hidden:
        # All cells shown would add up to the total; where all are zero or gone there is nothing more to hide.
        return bool(gone) or not any(table[cell][0] for cell in cells)
    if not gone:
        return True
    sums = [sum(counts) for counts in zip(*(table[cell] for cell in gone), strict=True)]
    return len(gone) > 1 and all(s == 0 or s >= threshold for s in sums)


def _smallest(
    table: Mapping[Coordinate, Counts], cells: Iterable[Coordinate], hidden: set[Coordinate]
) -> Coordinate | None:
    """The smallest shown cell that is not empty; empty ones protect nobody."""
    return min((c for c in cells if c not in hidden and table[c][0]), key=lambda c: (table[c][0], c), default=None)


def _determined(lines: list[Line], hidden: set[Coordinate]) -> set[Coordinate]:
    """Hidden cells whose value follows from the shown ones: those that no solution of the homogeneous system moves."""
    order = {cell: column for column, cell in enumerate(sorted(hidden))}
    rows = [line for line in lines if not hidden.isdisjoint(line)]
    if not rows:
        return set()
    system = np.zeros((len(rows), len(order)))
    for row, (total, *cells) in enumerate(rows):
        for cell in cells:
            if cell in order:
                system[row, order[cell]] = 1
        if total in order:
            system[row, order[total]] = -1
    values, vectors = np.linalg.eigh(system.T @ system)
    free = vectors[:, values < 1e-9]
    moves = np.abs(free).max(axis=1, initial=0.0)
    return {cell for cell, column in order.items() if moves[column] < 1e-9}
