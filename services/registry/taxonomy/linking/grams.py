"""PURE: letters of many texts at once as numbered n-grams, and sparse rows of them, in numpy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Reals = NDArray[np.float32]
Places = NDArray[np.integer[Any]]

CODES = 1 << 18  # n-grams are hashed into so many numbers: some 30,000 are in use, so collisions are rare
_LINE = ord("\n")
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xBF58476D1CE4E5B9))


def grams(texts: Sequence[str], lengths: tuple[int, ...] = (3,)) -> tuple[Numbers, Numbers]:
    """The n-grams of each text with a space at either end: their codes, and the numbers of their texts."""
    letters = np.frombuffer("\n".join(f" {text} " for text in texts).encode("utf-32-le"), np.uint32)
    number = np.cumsum(letters == _LINE, dtype=np.int32)
    codes, owners = [], []
    for length in lengths:
        size = max(0, len(letters) - length + 1)
        code = np.full(size, length, np.uint64)
        across = np.zeros(size, bool)  # two texts
        for place in range(length):
            letter = letters[place : place + size]
            code = (code * _MULTIPLIERS[0]) ^ (letter * _MULTIPLIERS[1])
            across |= letter == _LINE
        code = ((code ^ (code >> np.uint64(29))) * _MULTIPLIERS[2]) >> np.uint64(40)
        codes.append((code[~across] & np.uint64(CODES - 1)).astype(np.int32))
        owners.append(number[:size][~across])
    return np.concatenate(codes), np.concatenate(owners)


class Rows:
    """A sparse 0/1 matrix by rows (CSR without values): row i holds the ascending numbers `of(i)`."""

    def __init__(self, row: Numbers, column: Numbers, shape: tuple[int, int]) -> None:
        self.shape = shape
        packed = row.astype(np.int64) * shape[1] + column
        packed.sort()  # np.unique of so many would hash them, at six times the cost
        packed = packed[np.concatenate([[True], packed[1:] != packed[:-1]])] if len(packed) else packed
        self.columns: Numbers = (packed % shape[1]).astype(np.int32)
        self.starts = np.zeros(shape[0] + 1, np.int64)
        np.cumsum(np.bincount(packed // shape[1], minlength=shape[0]), out=self.starts[1:])

    def gather(self, begin: Places, end: Places) -> Numbers:
        """The columns of the rows of each span `begin[i]` to `end[i]`, one after another."""
        spans = zip(self.starts[begin].tolist(), self.starts[end].tolist(), strict=True)
        found = [self.columns[a:b] for a, b in spans]
        return np.concatenate(found) if found else np.zeros(0, np.int32)

    def sums(self, weights: Reals) -> Reals:
        """For each row the sum of the weights of its columns."""
        total = np.zeros(len(self.columns) + 1, np.float64)
        np.cumsum(weights[self.columns], out=total[1:])
        return (total[self.starts[1:]] - total[self.starts[:-1]]).astype(np.float32)


def rarity(documents: Rows) -> Reals:
    """Inverse document frequency of each row of an inverted index (rows: terms, columns: documents)."""
    return np.log1p(documents.shape[1] / np.maximum(np.diff(documents.starts), 1)).astype(np.float32)


def coverage(inverted: Rows, terms: Numbers, weights: Reals) -> Reals:
    """For each document, the sum of the weights of the `terms` that it holds."""
    documents, lengths = inverted.gather(terms, terms + 1), inverted.starts[terms + 1] - inverted.starts[terms]
    found = np.bincount(documents, weights=np.repeat(weights, lengths), minlength=inverted.shape[1])
    return found.astype(np.float32)
