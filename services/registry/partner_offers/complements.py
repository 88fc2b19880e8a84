"""Which offers and needs complement each other, and why.

Only an offer and a need of the same role complement each other at all. On top of that the points below are added, so
that a reader can check each suggestion by its reasons. Pure: no clock, no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from services.contracts.vocabulary import ComplementReason

# Points, of 100. Where one side says nothing, it is open to everything and neither gains nor loses.
ROLE = 40
CORRIDOR = 25
SECTOR = 15
SAME_SECTION = 7
MODEL = 10
LANGUAGE = 5
CAPACITY = 5
_DIVISION = 3


class Wish(Protocol):
    """What is looked at of an offer or a need."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def origin(self) -> str | None: ...
    @property
    def destination(self) -> str | None: ...
    @property
    def sector(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def languages(self) -> list[str]: ...


W = TypeVar("W", bound=Wish)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a suggestion, and its points."""

    code: ComplementReason
    points: int
    said: str


def reasons_for(one: Wish, other: Wish) -> list[Reason]:
    """Why `other` complements `one`; empty when it does not. Symmetric in points."""
    if one.organisation_id == other.organisation_id or one.kind == other.kind or one.role != other.role:
        return []
    found = [Reason(ComplementReason.ROLE, ROLE, f"One offers {one.role}, the other looks for it.")]
    if corridor := _corridor(one, other):
        found.append(corridor)
    if sector := _sector(one.sector, other.sector):
        found.append(sector)
    if one.model and one.model == other.model:
        found.append(Reason(ComplementReason.MODEL, MODEL, f"Both mean {one.model}."))
    if shared := sorted(set(one.languages) & set(other.languages)):
        found.append(Reason(ComplementReason.LANGUAGE, LANGUAGE, f"Both speak {', '.join(shared)}."))
    offer, need = (one, other) if one.kind == "OFFER" else (other, one)
    if offer.capacity and need.capacity and offer.capacity >= need.capacity:
        said = f"{offer.capacity} are offered, {need.capacity} are needed."
        found.append(Reason(ComplementReason.CAPACITY, CAPACITY, said))
    return found


def _corridor(one: Wish, other: Wish) -> Reason | None:
    ends = [
        country
        for country, same in ((one.origin, other.origin), (one.destination, other.destination))
        if country and country == same
    ]
    if not ends or _apart(one.origin, other.origin) or _apart(one.destination, other.destination):
        return None
    points = CORRIDOR if len(ends) == 2 else CORRIDOR // 2
    return Reason(ComplementReason.CORRIDOR, points, f"Both name {' to '.join(ends)}.")


def _apart(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _sector(one: str | None, other: str | None) -> Reason | None:
    if not one or not other or one[0] != other[0]:
        return None
    if len(one) == 1 or len(other) == 1 or one[:_DIVISION] != other[:_DIVISION]:
        return Reason(ComplementReason.SECTOR, SAME_SECTION, f"Both are in ISIC section {one[0]}.")
    return Reason(ComplementReason.SECTOR, SECTOR, f"Both are in ISIC division {one[:_DIVISION]}.")


def score(reasons: Sequence[Reason]) -> int:
    """Points of all reasons, from 0 to 100."""
    return sum(reason.points for reason in reasons)


def ranked(one: Wish, others: Iterable[W]) -> list[tuple[W, list[Reason]]]:
    """Those of `others` that complement `one`, the best first; equals stay in the order given."""
    found = [(other, reasons) for other in others if (reasons := reasons_for(one, other))]
    return sorted(found, key=lambda pair: -score(pair[1]))
