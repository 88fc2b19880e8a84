"""Rows of plain numbers in growing numpy columns, with ragged lists beside them.

A removed row stays as a tombstone until more than half of the rows are dead; then everything is copied together.
Within a row, list entries keep the order in which they were given: sums over them are reproducible.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
COMPACT_FROM = 1024


class Growing:
    """A numpy array that grows by doubling; `view` is the part in use.

    Values wait in a list until somebody looks: written one by one, numpy costs more than all else of a load.
    """

    def __init__(self, dtype: Any) -> None:
        self._array: Array = np.zeros(64, dtype=dtype)
        self._size = 0
        self._waiting: list[Any] = []

    @property
    def view(self) -> Array:
        if self._waiting:
            end = self._size + len(self._waiting)
            if end > len(self._array):
                grown = np.zeros(max(end, 2 * len(self._array)), dtype=self._array.dtype)
                grown[: self._size] = self._array[: self._size]
                self._array = grown
            self._array[self._size : end] = self._waiting
            self._size, self._waiting = end, []
        return self._array[: self._size]

    def append(self, value: Any) -> None:
        self._waiting.append(value)

    def extend(self, values: Iterable[Any]) -> None:
        self._waiting.extend(values)

    def keep(self, mask: Array) -> None:
        self._array = self.view[mask].copy()
        self._size = len(self._array)


class Packed:
    """Rows by id. `columns` and `lists` are declared once: name -> dtype, list name -> field name -> dtype."""

    def __init__(self, columns: Mapping[str, Any], lists: Mapping[str, Mapping[str, Any]]) -> None:
        self._columns = {name: Growing(dtype) for name, dtype in columns.items()}
        self._lists = {
            name: {field: Growing(dtype) for field, dtype in {"row": np.intp, **fields}.items()}
            for name, fields in lists.items()
        }
        self._alive = Growing(np.bool_)
        self.ids: list[UUID] = []
        self.row: dict[UUID, int] = {}

    def __len__(self) -> int:
        return len(self.row)

    @property
    def size(self) -> int:
        """Rows including tombstones: the length of every column."""
        return len(self.ids)

    @property
    def alive(self) -> Array:
        return self._alive.view

    def columns(self) -> dict[str, Array]:
        return {name: column.view for name, column in self._columns.items()}

    def ragged(self, name: str) -> dict[str, Array]:
        return {field: column.view for field, column in self._lists[name].items()}

    def sum_rows(self, name: str, table: Any) -> Array:
        """Sum of `table` over each row's list of keys, left to right as `scoring` does."""
        entries = self.ragged(name)
        return np.bincount(entries["row"], np.asarray(table)[entries["key"]], self.size)

    def put(self, id: UUID, values: Mapping[str, Any], lists: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        self.remove(id)
        row = self.size
        for name, column in self._columns.items():
            column.append(values[name])
        for name, fields in self._lists.items():
            given = lists[name]
            length = len(next(iter(given.values())))
            for field, column in fields.items():
                column.extend([row] * length if field == "row" else given[field])
        self._alive.append(True)
        self.ids.append(id)
        self.row[id] = row

    def remove(self, id: UUID) -> None:
        row = self.row.pop(id, None)
        if row is None:
            return
        self._alive.view[row] = False
        if self.size > COMPACT_FROM and len(self.row) < self.size // 2:
            self._compact()

    def _compact(self) -> None:
        alive = self.alive.copy()
        place = np.cumsum(alive) - 1
        for fields in self._lists.values():
            kept = alive[fields["row"].view]
            for column in fields.values():
                column.keep(kept)
            fields["row"].view[:] = place[fields["row"].view]
        for column in self._columns.values():
            column.keep(alive)
        self._alive.keep(alive)
        self.ids = [id for id, live in zip(self.ids, alive.tolist(), strict=True) if live]
        self.row = {id: row for row, id in enumerate(self.ids)}
