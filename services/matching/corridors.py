"""Which partnership a pair belongs to, which corridor, and what its quota leaves. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.matching.profiles import Opening, Rates, Side
from services.matching.recruitment import DIRECT, Directory, Recruitment
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
    away_places: int | None = None
    employer_pays: bool | None = None
    recruiters: tuple[UUID | None, ...] = ()

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
            away_places=data.get("away_places"),
            employer_pays=data.get("employer_pays"),
            recruiters=tuple(UUID(each) if each else None for each in data.get("recruiters") or ()),
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


class Quota(NamedTuple):
    """How many may still come from an origin, and what sets that limit."""

    left: int
    of: str


@dataclass(slots=True)
class Uses:
    """Places taken, as counted by `capacity`: by corridor and year, and away in all by partnership."""

    of: dict[tuple[UUID, str, int], int] = field(default_factory=dict)
    away: dict[UUID, int] = field(default_factory=dict)

    def put(self, subject: UUID, corridor: str, year: int, used: int) -> bool:
        """Whether that is news. Only corridors are counted by the year."""
        before = self.of.get((subject, corridor, year))
        self.of[subject, corridor, year] = used
        if year:
            self.away[subject] = self.away.get(subject, 0) + used - (before or 0)
        return before != used


def quotas_left(
    agreements: Mapping[UUID, Agreement], opening: Opening, rules: Rules, uses: Uses, year: int
) -> dict[str, Quota]:
    """Places left by where the corridors begin that lead to the opening's country, the most of any active partnership
    it is offered to; empty where no corridor leads there, as for jobs at home. Of a corridor's yearly quota, the away
    places of its partnership and the yearly quota of its scheme the smallest counts."""
    left: dict[str, Quota] = {}
    for id in sorted(opening.partnership_ids & agreements.keys()):
        agreement = agreements[id]
        for corridor in agreement.corridors if agreement.active else ():
            if corridor.destination == opening.country:
                limits = _limits(agreement, corridor, opening, agreements, rules, uses, year)
                left[corridor.origin] = max(min(limits), left.get(corridor.origin, Quota(0, "")))
    return left


def _limits(
    agreement: Agreement,
    corridor: Corridor,
    opening: Opening,
    agreements: Mapping[UUID, Agreement],
    rules: Rules,
    uses: Uses,
    year: int,
) -> Iterator[Quota]:
    taken = uses.of.get((agreement.id, corridor.name, year), 0)
    yield Quota(corridor.quota - taken, f"corridor {corridor.name} in {year}")
    if agreement.away_places is not None:
        yield Quota(agreement.away_places - uses.away.get(agreement.id, 0), "away places of the partnership")
    key = opening.pathway or corridor.pathway
    for law in rules.leading(key, opening.country):
        if law.quota is not None:
            came = sum(
                uses.of.get((other.id, each.name, year), 0)
                for other in agreements.values()
                for each in other.corridors
                if (each.pathway, each.destination) == (key, opening.country)
            )
            yield Quota(law.quota - came, f"scheme {key} in {year}")


def recruitment_of(agreements: Iterable[Agreement], directory: Directory, today: date) -> Recruitment:
    """How people are recruited in the partnership that does it best."""
    found = []
    for agreement in agreements:
        countries = {end for corridor in agreement.corridors for end in (corridor.origin, corridor.destination)}
        found.append(directory.recruitment(agreement.employer_pays, agreement.recruiters, countries, today))
    return max(found, key=lambda each: (each.fee_free, each.employer_pays is True, each.usable), default=DIRECT)


def access_to(agreement: Agreement, opening: Opening, rules: Rules, rates: Rates) -> Access:
    """Who may be recruited abroad for the opening within this partnership."""
    leading = {c.origin: c.pathway for c in agreement.corridors if c.destination == opening.country}
    return rules.access(agreement.id, opening, leading, rates)
