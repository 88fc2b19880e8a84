"""Rows of plain numbers in growing numpy columns, with ragged lists beside them.

A removed row stays as a tombstone until somebody asks for a copy without it. In arrays once handed out nothing is
moved, so that a ranking in another thread goes on with what it began with.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.matching.columns import LAYOUT

Array = NDArray[Any]
Columns = TypeVar("Columns")
_LOW = (1 << 64) - 1


class Growing:
    """A numpy array that grows by doubling; `view` is the part in use.

    Values wait in a list until somebody looks: written one by one, numpy costs more than all else of a load.
    """

    def __init__(self, array: Array) -> None:
        self._array = array
        self._size = len(self._array)
        self._waiting: list[Any] = []

    @property
    def view(self) -> Array:
        if self._waiting:
            end = self._size + len(self._waiting)
            if end > len(self._array):
                grown = np.zeros(max(64, end, 2 * len(self._array)), dtype=self._array.dtype)
                grown[: self._size] = self._array[: self._size]
                self._array = grown
            self._array[self._size : end] = self._waiting
            self._size, self._waiting = end, []
        return self._array[: self._size]

    def append(self, value: Any) -> None:
        self._waiting.append(value)

    def extend(self, values: Iterable[Any]) -> None:
        self._waiting.extend(values)


class Packed(Generic[Columns]):
    """Rows by id, as the arrays of `columns` (a NamedTuple of `columns.py`)."""

    def __init__(self, columns: type[Columns]) -> None:
        self._type, self._layout = columns, LAYOUT[columns]
        self._heads: list[str] = [name for name in ("rows", "details") if name in self._layout]
        self._lists = [name for name in self._layout if name not in self._heads]
        self._begin({name: np.zeros(0, dtype) for name, dtype in self._layout.items()}, [])

    def _begin(self, arrays: Mapping[str, Array], ids: list[UUID]) -> None:
        self._arrays = {name: Growing(arrays[name]) for name in self._layout}
        self._ends = {name: len(arrays[name]) for name in self._lists}
        self.ids = ids
        self.row = {id: row for row, id in enumerate(ids)}

    def __len__(self) -> int:
        return len(self.row)

    @property
    def size(self) -> int:
        """Rows including tombstones: the length of every column."""
        return len(self.ids)

    @property
    def dead(self) -> int:
        """Tombstones."""
        return len(self.ids) - len(self.row)

    def columns(self) -> Columns:
        """Views of all arrays as they are now."""
        return self._type(**{name: array.view for name, array in self._arrays.items()})

    def put(self, id: UUID, values: dict[str, Any], lists: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        """Adds a row, in place of the one with its id; each entry of a list has the fields in the order declared."""
        self.remove(id)
        values |= {"alive": True, "id_high": id.int >> 64, "id_low": id.int & _LOW}
        for name in self._lists:
            given = lists[name]
            self._arrays[name].extend(given)
            begin = self._ends[name]
            values[f"{name}_at"], values[f"{name}_end"] = begin, begin + len(given)
            self._ends[name] = begin + len(given)
        for name in self._heads:
            fields = self._layout[name].names or ()
            self._arrays[name].append(tuple([values[field] for field in fields]))
        self.row[id] = len(self.ids)
        self.ids.append(id)

    def remove(self, id: UUID) -> None:
        """Removes the row; unknown ids are nothing to remove."""
        row = self.row.pop(id, None)
        if row is not None:
            self._arrays["rows"].view["alive"][row] = False

    def sorted(self, *by: str) -> "Packed[Columns]":
        """A copy of the rows that are alive, sorted by the fields `by` if given, otherwise as they are."""
        arrays = {name: array.view for name, array in self._arrays.items()}
        order = np.flatnonzero(arrays["rows"]["alive"])
        if by:
            order = order[np.lexsort([arrays["rows"][field][order] for field in reversed(by)])]
        copied = {name: arrays[name][order] for name in self._heads}
        for name in self._lists:
            head = copied[self._heads[-1]]
            begin, length = head[f"{name}_at"].astype(np.int64), head[f"{name}_end"] - head[f"{name}_at"]
            ends = np.cumsum(length)
            entries = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - (ends - length), length)
            copied[name] = arrays[name][entries]
            head[f"{name}_at"], head[f"{name}_end"] = ends - length, ends
        copy, ids = Packed(self._type), self.ids
        copy._begin(copied, [ids[row] for row in order.tolist()])
        return copy
