"""Which part of a ranking is shown: filters before ranks, pages that join, a count that is that of the list."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from services.matching.columns import Flags
from services.matching.index import Listing, MatchingIndex, Ranked
from services.matching.listing import digest
from services.matching.profiles import in_sectors
from services.matching.rows import text_word

EVERYTHING = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page before ended: at which result, and a digest of all that was listed until there."""

    after: Ranked
    digest: str

    def encoded(self) -> list[object]:
        """For the cursor."""
        return [self.after.score, str(self.after.id), self.after.near_miss, self.digest]

    @classmethod
    def decoded(cls, values: list[Any]) -> "Place":
        """From the cursor."""
        score, id, near_miss, listed_before = values
        return cls(Ranked(UUID(id), score, near_miss), listed_before)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page: `before` is how many come before it, `count` the length of the whole list as it is now; `moved` says
    that what the pages before held would be listed otherwise now."""

    items: list[Ranked]
    before: int
    count: int
    moved: bool
    next: Place | None


@dataclass(frozen=True, slots=True)
class OpeningFilter:
    """What a vacancy must be like; None: anything. `isco08` is a code or the beginning of one."""

    country: str | None = None
    isco08: str | None = None
    sector: str | None = None
    contract_type: str | None = None
    regulated: bool | None = None
    min_green_share: float | None = None
    min_score: float | None = None
    feasible: bool = True

    @property
    def asks(self) -> bool:
        """Whether it leaves anything out."""
        return self != OpeningFilter()

    def only(self, found: Listing, index: MatchingIndex) -> Listing:
        """Those that are listed. What is not known of a vacancy does not meet a filter that asks for it."""
        mask = _asked(found, self.min_score, self.feasible)
        for name, value in (("country", self.country), ("contract", self.contract_type)):
            if value is not None:
                mask &= found.column(name) == index.number(name, value)
        if self.isco08:
            word, under = text_word(self.isco08)
            mask &= (found.column("post") & np.uint64(under)) == np.uint64(word)
        if self.sector is not None:
            within = {self.sector}
            mask &= np.isin(found.column("sector"), index.numbers("sector", lambda name: in_sectors(within, name)))
        if self.regulated is not None:
            mask &= found.column("regulated") == self.regulated
        if self.min_green_share is not None:
            mask &= found.column("green") >= self.min_green_share
        return found.only(mask)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What a candidate must be like, as an employer sees it of a profile anyway; None: anything."""

    residence: str | None = None
    minimum_eqf: int | None = None
    skill: str | None = None
    min_score: float | None = None
    feasible: bool = True

    def only(self, found: Listing, index: MatchingIndex) -> Listing:
        """Those that are listed."""
        mask = _asked(found, self.min_score, self.feasible)
        if self.residence is not None:
            mask &= found.column("residence") == index.number("country", self.residence)
        if self.minimum_eqf is not None:
            mask &= found.column("eqf") >= self.minimum_eqf
        found = found.only(mask)
        return found if self.skill is None else found.only(index.holding(found, self.skill))


def _asked(found: Listing, min_score: float | None, feasible: bool) -> Flags:
    mask: Flags = (found.score >= (min_score or 0.0)) & (found.near | feasible)
    return mask


def listed(found: Listing, limit: int, place: Place | None) -> Listed:
    """The page behind `place`."""
    until = found.until(place.after) if place else np.zeros(len(found), dtype=np.bool_)
    before, shown = found.only(until), found.only(~until).first(limit)
    before = before.first(len(before))
    moved = place is not None and digest(before) != place.digest
    items = shown.ranked()
    more = len(found) > len(before) + len(items)
    return Listed(items, len(before), len(found), moved, Place(items[-1], digest(before, shown)) if more else None)
