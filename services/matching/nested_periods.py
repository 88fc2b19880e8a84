"""Which counts of nested periods may stand beside each other: months, quarters, years, and all up to a month. Pure.

A count that is withheld must not follow from what was shown before and what is shown now. Each shown count is a sum of
unknowns, one for each month and group; what follows from them is what lies in the space that they span. A count that
would bring a small one into that space is not shown. Small is a count of 1 to `threshold` - 1 people, of any groups
taken together, in any run of months (Cox and Sande 1979; Willenborg and de Waal 2001, ch. 6, for linked tables).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.kit.disclosure import TOTAL

Counts = Mapping[date, Mapping[str, int]]  # month -> group -> people
Vector = NDArray[np.float64]
_ZERO = 1e-6
_MAX_JOINED = 6  # of more groups than these only each one and all together are looked at


class Shown(NamedTuple):
    """A count of a group (TOTAL: of all) from the first to the last month."""

    group: str
    first: date
    last: date

    @classmethod
    def read(cls, written: Sequence[str]) -> "Shown":
        group, first, last = written
        return cls(group, date.fromisoformat(first), date.fromisoformat(last))

    def written(self) -> list[str]:
        return [self.group, self.first.isoformat(), self.last.isoformat()]


def may_be_shown(counts: Counts, before: Iterable[Shown], asked: Iterable[Shown], threshold: int) -> list[Shown]:
    """Those of `asked` that bring nobody to light beside what was shown `before`: the largest first, totals before
    groups. `counts` has every month that is named, and each group of any month in all of them or not at all."""
    space = _Space(counts, threshold)
    space.know(list(before))
    order = sorted(asked, key=lambda cell: (cell.group != TOTAL, -space.count(cell), cell))
    return [cell for cell in order if space.admits(cell)]


class _Space:
    """What follows from all that was shown, and what of the small counts is still open."""

    def __init__(self, counts: Counts, threshold: int) -> None:
        self._months = sorted(counts)
        self._groups = sorted({group for month in counts.values() for group in month})
        self._table = np.array([[counts[m].get(g, 0) for g in self._groups] for m in self._months], dtype=np.float64)
        self._threshold = threshold
        self._basis = np.zeros((0, self._table.size))
        self._open = self._small()

    def vector(self, cell: Shown) -> Vector:
        months = np.array([cell.first <= month <= cell.last for month in self._months])
        groups = np.array([cell.group in (TOTAL, group) for group in self._groups])
        chosen = np.outer(months, groups).astype(np.float64)
        return chosen.ravel()

    def count(self, cell: Shown) -> int:
        return int(self.vector(cell) @ self._table.ravel())

    def admits(self, cell: Shown) -> bool:
        """Whether it may be shown; if so it is from now on."""
        if 0 < self.count(cell) < self._threshold:
            return False
        new = self._beyond(self.vector(cell))
        if new is not None:
            left = self._open - np.outer(self._open @ new, new)
            if len(left) and np.abs(left).max(axis=1).min() < _ZERO:
                return False
            self._basis = np.vstack([self._basis, new])
            self._open = left
        return True

    def know(self, cells: Sequence[Shown]) -> None:
        """What was shown already, whatever follows from it."""
        if not cells:
            return
        _, lengths, directions = np.linalg.svd(np.array([self.vector(cell) for cell in cells]), full_matrices=False)
        self._basis = directions[lengths > _ZERO]
        left = self._open - (self._open @ self._basis.T) @ self._basis
        self._open = left[np.abs(left).max(axis=1, initial=0.0) >= _ZERO]

    def _beyond(self, vector: Vector) -> Vector | None:
        """The part that does not follow yet, of length 1."""
        for _ in range(2):  # once leaves what rounding adds
            vector = vector - (vector @ self._basis.T) @ self._basis
        length = float(np.linalg.norm(vector))
        return vector / length if length > _ZERO else None

    def _small(self) -> Vector:
        """A row for each small count that nobody may learn."""
        sums = np.vstack([np.zeros(len(self._groups)), np.cumsum(self._table, axis=0)])
        rows = []
        for groups in _joined(len(self._groups)):
            reached = sums[:, list(groups)].sum(axis=1)
            between = reached[None, :] - reached[:, None]
            for first, end in np.argwhere(np.triu((between > 0) & (between < self._threshold), 1)):
                row = np.zeros(self._table.shape)
                row[first:end, list(groups)] = 1.0
                rows.append(row.ravel())
        return np.array(rows).reshape(len(rows), self._table.size)


def _joined(groups: int) -> Sequence[tuple[int, ...]]:
    sizes: Sequence[int] = range(1, groups + 1) if groups <= _MAX_JOINED else (1, groups)
    return [each for size in sizes for each in combinations(range(groups), size)]
