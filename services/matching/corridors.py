"""Which partnership a pair belongs to, which corridor, and what its quota leaves. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.matching.profiles import Opening, Side
from services.matching.safeguards import Access, Rules

ACTIVE = "ACTIVE"
Used = Mapping[tuple[UUID, str, int], int]
"""(partnership, corridor, year) -> places used."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """Countries are ISO 3166-1 alpha-3; `quota` is persons a year."""

    origin: str
    destination: str
    quota: int
    pathway: str | None = None

    @property
    def name(self) -> str:
        return f"{self.origin}-{self.destination}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What matching needs to know of a partnership."""

    id: UUID
    status: str
    parties: frozenset[UUID]
    corridors: tuple[Corridor, ...]

    @classmethod
    def of(cls, id: UUID, data: Mapping[str, Any]) -> "Agreement":
        """From the data of a PartnershipChanged event."""
        return cls(
            id=id,
            status=data["status"],
            parties=frozenset(UUID(party["organisation_id"]) for party in data["parties"]),
            corridors=tuple(
                Corridor(c["origin"], c["destination"], c["quota_per_year"], c.get("pathway"))
                for c in data["corridors"]
            ),
        )

    @property
    def active(self) -> bool:
        return self.status == ACTIVE

    def corridor(self, residence: str, country: str | None, side: Side) -> Corridor | None:
        """The corridor a person from `residence` takes: for a job away the one that ends in `country`, for one at
        home (or for training, without a country) the first that begins there."""
        for corridor in self.corridors:
            if corridor.origin == residence and (side == "HOME" or country in (None, corridor.destination)):
                return corridor
        return None


def name_of(agreement: Agreement, residence: str, country: str, side: Side) -> str:
    """ORIGIN-DESTINATION; a pair outside all corridors of its partnership has one of its own."""
    corridor = agreement.corridor(residence, country, side)
    return corridor.name if corridor else f"{residence}-{country}"


def choose(
    agreements: Iterable[Agreement],
    organisation: UUID,
    residence: str,
    country: str | None,
    side: Side,
    used: Used | None = None,
    year: int = 0,
) -> Agreement | None:
    """The active partnership of `organisation` whose corridor fits best and, for a job away, has places left this year;
    ties go to the older one."""

    def rank(agreement: Agreement) -> tuple[bool, bool, UUID]:
        corridor = agreement.corridor(residence, country, side)
        taken = (used or {}).get((agreement.id, corridor.name, year), 0) if corridor else 0
        full = corridor is not None and side == "AWAY" and taken >= corridor.quota
        return corridor is None, full, agreement.id

    return min((a for a in agreements if a.active and organisation in a.parties), key=rank, default=None)


def quotas_left(agreements: Iterable[Agreement], country: str, used: Used, year: int) -> dict[str, int]:
    """Places left this year in the corridors that lead to `country`, by where they begin, the most of any active
    partnership; empty where no corridor leads there, as for jobs at home."""
    left: dict[str, int] = {}
    for agreement in agreements:
        for corridor in agreement.corridors if agreement.active else ():
            if corridor.destination == country:
                free = corridor.quota - used.get((agreement.id, corridor.name, year), 0)
                left[corridor.origin] = max(free, left.get(corridor.origin, 0))
    return left


def access_to(agreement: Agreement, opening: Opening, rules: Rules) -> Access:
    """Who may be recruited abroad for the opening within this partnership."""
    leading = {c.origin: c.pathway for c in agreement.corridors if c.destination == opening.country}
    return rules.access(agreement.id, opening.isco08, opening.country, opening.pathway, leading)
