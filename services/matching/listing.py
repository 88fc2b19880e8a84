"""Everything found for one question, as arrays: counted, filtered and cut into pages without an object a result."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.matching.columns import Flags, Floats, Found, Ints, Records


class Ranked(NamedTuple):
    """An opening or a candidate; near misses come after all that pass, each part by (-score, id)."""

    id: UUID
    score: float
    near_miss: bool


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Results in any order. `source` are the columns (Openings or Candidates) that `rows` are rows of."""

    source: Any
    ids: list[UUID]
    rows: Ints
    score: Floats
    near: Flags

    @classmethod
    def of(cls, source: Any, ids: list[UUID], found: Found, count: int) -> "Listing":
        """A copy of what was found: the room is used again."""
        return cls(source, ids, found.rows[:count].copy(), found.scores[:count].copy(), found.near[:count].copy())

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> NDArray[Any]:
        """A field of the rows, or of their details."""
        head: Records = self.source.rows if name in (self.source.rows.dtype.names or ()) else self.source.details
        found: NDArray[Any] = head[name][self.rows]
        return found

    def only(self, mask: Flags | Ints) -> "Listing":
        """Those of a mask, or of places in the order given."""
        return replace(self, rows=self.rows[mask], score=self.score[mask], near=self.near[mask])

    def until(self, place: Ranked) -> Flags:
        """Which come before `place` or are there."""
        high, low = self.column("id_high"), self.column("id_low")
        word, rest = np.uint64(place.id.int >> 64), np.uint64(place.id.int & (1 << 64) - 1)
        before = (high < word) | ((high == word) & (low <= rest))
        before = (self.score > place.score) | ((self.score == place.score) & before)
        mask: Flags = (self.near < place.near_miss) | ((self.near == place.near_miss) & before)
        return mask

    def first(self, limit: int) -> "Listing":
        """The first `limit`, in order."""
        passing = self._best(np.flatnonzero(~self.near), limit)
        return self.only(np.append(passing, self._best(np.flatnonzero(self.near), limit - len(passing))))

    def _best(self, places: Any, limit: int) -> Any:
        """Of these places the best, in order. All that score like the last one are sorted, as ids decide."""
        if limit < 1:
            return places[:0]
        if len(places) > limit:
            least = np.partition(self.score[places], len(places) - limit)[len(places) - limit]
            places = places[self.score[places] >= least]
        high, low = self.column("id_high")[places], self.column("id_low")[places]
        return places[np.lexsort((low, high, -self.score[places]))][:limit]

    def ranked(self) -> list[Ranked]:
        """As objects, in the order in which they are."""
        found = zip(self.rows.tolist(), self.score.tolist(), self.near.tolist(), strict=True)
        return [Ranked(self.ids[row], score, near) for row, score, near in found]

    def words(self) -> bytes:
        """Ids, scores and kinds, one after the other."""
        columns = (self.column("id_high"), self.column("id_low"), self.score.view(np.uint64), self.near.astype("u8"))
        return np.stack(columns, axis=1).astype("<u8").tobytes()


def digest(*parts: Listing) -> str:
    """Sixteen characters that differ when anything listed does, or its order."""
    return hashlib.blake2b(b"".join(part.words() for part in parts), digest_size=8).hexdigest()
