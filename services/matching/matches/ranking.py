"""Which part of a ranking is shown: filters before ranks, pages that join, a count that is that of the list."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.matching.index import Ranked
from services.matching.profiles import Opening, in_sectors

EVERYTHING = 1_000_000
Rank = Callable[[int, Ranked | None], list[Ranked]]
Admit = Callable[[list[Ranked]], Awaitable[list[Ranked]]]


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

    def admits(self, opening: Opening | None, found: Ranked) -> bool:
        """Whether the result is listed. What is not known of a vacancy does not meet a filter that asks for it."""
        return (
            opening is not None
            and (self.country is None or opening.country == self.country)
            and opening.isco08.startswith(self.isco08 or "")
            and (self.sector is None or in_sectors({self.sector}, opening.sector))
            and (self.contract_type is None or opening.contract_type == self.contract_type)
            and (self.regulated is None or opening.regulated == self.regulated)
            and (self.min_green_share is None or _at_least(opening.green_share, self.min_green_share))
            and found.score >= (self.min_score or 0.0)
            and (self.feasible or found.near_miss)
        )


async def listed(rank: Rank, admit: Admit | None, limit: int, place: Place | None) -> Listed:
    """The page behind `place`. The first page of an unfiltered list asks for no more than it shows, and a count."""
    if admit is None and place is None:
        first = rank(limit + 1, None)
        count = len(first) if len(first) <= limit else len(rank(EVERYTHING, None))
        return _page(first, 0, limit, count, place)
    whole = rank(EVERYTHING, None)
    if admit:
        whole = await admit(whole)
    before = sum(_order(each) <= _order(place.after) for each in whole) if place else 0
    return _page(whole, before, limit, len(whole), place)


def _page(ranking: list[Ranked], before: int, limit: int, count: int, place: Place | None) -> Listed:
    end = before + limit
    shown = ranking[before:end]
    moved = place is not None and digest(ranking[:before]) != place.digest
    return Listed(shown, before, count, moved, Place(shown[-1], digest(ranking[:end])) if count > end else None)


def digest(items: list[Ranked]) -> str:
    """Sixteen characters that differ when anything listed does."""
    text = "".join(f"{each.id}{each.score!r}{each.near_miss}" for each in items)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _at_least(share: float | None, least: float) -> bool:
    return share is not None and share >= least


def _order(each: Ranked) -> tuple[bool, float, UUID]:
    return each.near_miss, -each.score, each.id
