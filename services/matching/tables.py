"""Answers looked up by two numbers, each worked out once, when it is first asked for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Grid:
    """Arrays over two kinds of `rows.Names`, all of one shape; `of` gives the entries of all arrays for two values."""

    def __init__(self, of: Callable[[Any, Any], tuple[Any, ...]], *dtypes: Any) -> None:
        self._of = of
        self._known = np.zeros((0, 0), dtype=np.bool_)
        self.arrays: tuple[NDArray[Any], ...] = tuple(np.zeros((0, 0), dtype=dtype) for dtype in dtypes)

    def fill(
        self, rows: Mapping[Any, int], columns: Mapping[Any, int], row: int | None = None, column: int | None = None
    ) -> tuple[NDArray[Any], ...]:
        """The arrays, with all entries known, or those of one row or one column."""
        self._grow(len(rows), len(columns))
        top, left = row or 0, column or 0
        bottom = len(rows) if row is None else row + 1
        right = len(columns) if column is None else column + 1
        missing = np.argwhere(~self._known[top:bottom, left:right])
        if len(missing):
            self._work_out(list(rows), list(columns), (missing + np.array([top, left])).tolist())
        return self.arrays

    def _grow(self, height: int, width: int) -> None:
        if height > self._known.shape[0] or width > self._known.shape[1]:
            # With room to spare: names come one by one. A ranking in another thread keeps the old arrays.
            shape = (max(height, self._known.shape[0]) * 5 // 4 + 1, max(width, self._known.shape[1]) * 5 // 4 + 1)
            self._known, *arrays = (_grown(array, shape) for array in (self._known, *self.arrays))
            self.arrays = tuple(arrays)

    def _work_out(self, rows: list[Any], columns: list[Any], places: Iterable[tuple[int, int]]) -> None:
        for i, j in places:
            for array, value in zip(self.arrays, self._of(rows[i], columns[j]), strict=True):
                array[i, j] = value
            self._known[i, j] = True


def _grown(array: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    grown = np.zeros(shape, dtype=array.dtype)
    grown[: array.shape[0], : array.shape[1]] = array
    return grown
