"""Whether an employer may be matched, and whether workers pay nothing: what gates H11 and H12 look at. Pure.

`Standing` and `Recruitment` are how things are on one day; `Directory` holds what the registry published about service
providers, with dates, so that a licence that ends does so by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

RECRUITER, EMPLOYER = "RECRUITER", "EMPLOYER"


class Standing(NamedTuple):
    """An employer today: whether it is a party to an active partnership that the vacancy is offered to, the measure of
    an authority in force against it, and whether operations have looked it up in a register. What workers complain of
    is no part: from a list that empties, an employer would learn that somebody complained, and an open grievance is not
    proven."""

    party: bool = True
    measure: str | None = None
    verified: bool = True

    @property
    def good(self) -> bool:
        return self.party and self.measure is None and self.verified

    @property
    def told(self) -> str:
        """For people to read."""
        left = "" if self.party else "no party to an active partnership"
        unknown = "" if self.verified else "not looked up in a register, or too long ago"
        measure = f"measure in force: {self.measure}" if self.measure else ""
        return "; ".join(filter(None, (left, unknown, measure))) or "in good standing"

    @property
    def remedy(self) -> str:
        """Whom to ask for what."""
        left = "" if self.party else "ask a lead of the partnership to invite the employer again"
        unknown = "" if self.verified else "ask the operations of this registry to look the employer up"
        measure = "ask the authority that took the measure to end it" if self.measure else ""
        return "; ".join(filter(None, (left, unknown, measure, "or another employer")))


class Recruitment(NamedTuple):
    """How people are recruited for a vacancy, in the partnership that does it best: whether it signed that employers
    pay (None: not stated), how many recruiters it names and how many of them may be used today (licensed, fee-free,
    under no measure)."""

    employer_pays: bool | None = None
    recruiters: int = 0
    usable: int = 0

    @property
    def told(self) -> str:
        """For people to read."""
        pays = {None: "not stated", True: "signed", False: "not signed"}[self.employer_pays]
        return f"employer pays: {pays}; {self.usable} of {self.recruiters} recruiters licensed and fee-free"

    @property
    def fee_free(self) -> bool:
        """Without a recruiter the partnership recruits itself."""
        return self.employer_pays is not False and (self.usable > 0 or not self.recruiters)


GOOD_STANDING, DIRECT = Standing(), Recruitment()


class Period(NamedTuple):
    """Days, both included; a country where it says one."""

    first: date
    last: date
    country: str = ""

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Provider:
    """An entry of the directory of service providers."""

    organisation_id: UUID
    employer_pays: bool
    licences: tuple[Period, ...]
    measures: tuple[tuple[str, Period], ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Provider":
        """From the data of a ServiceProviderChanged event."""
        return cls(
            UUID(data["organisation_id"]),
            data["employer_pays"],
            tuple(_period(each) for each in data["licences"]),
            tuple((each["kind"], _period(each)) for each in data["measures"]),
        )

    def measure_on(self, day: date) -> str | None:
        return min((kind for kind, period in self.measures if period.holds(day)), default=None)

    def usable_on(self, day: date, countries: Iterable[str]) -> bool:
        """Licensed in one of the countries, fee-free and under no measure (S-35)."""
        wanted = frozenset(countries)
        licensed = any(each.holds(day) and each.country in wanted for each in self.licences)
        return licensed and self.employer_pays and self.measure_on(day) is None


@dataclass(slots=True)
class Directory:
    """Providers by id and by organisation, and the last day on which an organisation counts as looked up."""

    providers: dict[UUID, Provider] = field(default_factory=dict)
    entries: dict[UUID, dict[UUID, Provider]] = field(default_factory=dict)
    verified_to: dict[UUID, date] = field(default_factory=dict)

    def put(self, id: UUID, provider: Provider) -> None:
        """Adds the entry, or replaces the one with its id."""
        self.forget(id)
        self.providers[id] = provider
        self.entries.setdefault(provider.organisation_id, {})[id] = provider

    def forget(self, id: UUID) -> None:
        """Unknown ids are nothing to forget."""
        self.verified_to.pop(id, None)
        if provider := self.providers.pop(id, None):
            del self.entries[provider.organisation_id][id]

    def recruitment(
        self, employer_pays: bool | None, recruiters: Iterable[UUID | None], countries: Iterable[str], day: date
    ) -> Recruitment:
        """A recruiter that is not in the directory is not known to be licensed: it counts, and may not be used."""
        named, where = list(recruiters), frozenset(countries)
        known = [self.providers[each] for each in named if each in self.providers]
        return Recruitment(employer_pays, len(named), sum(each.usable_on(day, where) for each in known))

    def put_organisation(self, id: UUID, data: Mapping[str, Any]) -> None:
        """From the data of an OrganisationChanged event."""
        last = data.get("verified_to")
        self.verified_to[id] = date.fromisoformat(last) if last else date.max if data["verified"] else date.min

    def standing(self, organisation: UUID, party: bool, day: date) -> Standing:
        """How an employer stands that day. Where the registry does not say whether it was looked up, since it was
        registered before anybody asked for that, nothing follows from it."""
        verified = day <= self.verified_to.get(organisation, date.max)
        return Standing(party, self.measure(organisation, day), verified)

    def measure(self, organisation: UUID, day: date) -> str | None:
        """A measure in force against any entry of the organisation."""
        own = (each.measure_on(day) for each in self.entries.get(organisation, {}).values())
        return min((kind for kind in own if kind), default=None)


def _period(data: Mapping[str, Any]) -> Period:
    last = data.get("valid_to")
    first = date.fromisoformat(data["valid_from"])
    return Period(first, date.fromisoformat(last) if last else date.max, data.get("country") or "")
