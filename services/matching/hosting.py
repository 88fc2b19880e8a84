"""Hosts and mobility schemes as the arithmetic reads them, and the room that is left with a host. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.matching.short_stays import Period

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """What a host can take: person-days a calendar year, people at the same time, and when. `taken` are the stays that
    are kept or took place; without `windows` it is open at all times."""

    days_a_year: int
    places: int
    open: bool
    windows: tuple[Period, ...] = ()
    taken: tuple[Period, ...] = ()

    def days_left(self, year: int) -> int:
        """Person-days of the year that nobody has taken."""
        whole = Period(date(year, 1, 1), date(year, 12, 31))
        return self.days_a_year - sum(whole.overlap(each) for each in self.taken)

    def places_left(self, period: Period) -> int:
        """Places that are free on every day of the period."""
        meeting = [each for each in self.taken if each.overlap(period)]
        # The fullest day is one on which somebody arrives.
        arrivals = {max(period.first, each.first) for each in meeting}
        fullest = max((sum(e.first <= day <= e.last for e in meeting) for day in arrivals), default=0)
        return self.places - fullest

    def lacks(self, period: Period) -> list[str]:
        """Why the period does not fit, for people to read; empty when it does."""
        missing = [] if self.open else ["the host takes nobody at present"]
        if self.windows and not any(w.first <= period.first and period.last <= w.last for w in self.windows):
            missing.append("the host is not available throughout")
        for year in range(period.first.year, period.last.year + 1):
            wanted = period.overlap(Period(date(year, 1, 1), date(year, 12, 31)))
            if (left := self.days_left(year)) < wanted:
                missing.append(f"{left} of {wanted} days left in {year}")
        if self.places_left(period) < 1:
            missing.append("no place free on some days")
        return missing

    def earliest(self, days: int, start: date, until: date) -> Period | None:
        """The first period of so many days that fits, begins on `start` or later and ends on `until` or earlier."""
        for first in sorted(day for day in {start, *self._openings(start, until)} if day >= start):
            period = Period.of(first, days)
            if period.last > until:
                return None
            if not self.lacks(period):
                return period
        return None

    def _openings(self, start: date, until: date) -> Iterable[date]:
        """Days on which something becomes free: a window begins, somebody leaves, enough of a stay falls into the next
        year, whose days are counted anew."""
        yield from (window.first for window in self.windows)
        yield from (each.last + timedelta(days=1) for each in self.taken)
        for year in range(start.year, until.year):
            yield date(year, 12, 31) - timedelta(days=max(self.days_left(year), 0) - 1)


@dataclass(frozen=True, slots=True)
class HostOffer:
    """A host. `mentor_languages` are what its mentors speak."""

    id: UUID
    organisation_id: UUID
    partnership_ids: frozenset[UUID]
    country: str
    sectors: tuple[str, ...]
    services: frozenset[str]
    personas: frozenset[str]
    languages: frozenset[str]
    mentor_languages: frozenset[str]
    cooperation: frozenset[str]
    stay_days_min: int
    stay_days_max: int
    diaspora: bool
    room: Room

    @classmethod
    def of(cls, data: Data, taken: Iterable[Period] = ()) -> "HostOffer":
        """From the data of a HostChanged event and the stays that are kept with it."""
        windows = tuple(
            Period(date.fromisoformat(each["from_date"]), date.fromisoformat(each["to_date"]))
            for each in data["availability"]
        )
        return cls(
            id=UUID(data["id"]),
            organisation_id=UUID(data["organisation_id"]),
            partnership_ids=frozenset(UUID(each) for each in data["partnership_ids"]),
            country=data["country"],
            sectors=tuple(sorted(data["sectors"])),
            services=frozenset(data["services"]),
            personas=frozenset(data["personas"]),
            languages=frozenset(data["languages"]),
            mentor_languages=frozenset(code for each in data["mentors"] for code in each["languages"]),
            cooperation=frozenset(data.get("cooperation_sought") or ()),
            stay_days_min=data["stay_days_min"],
            stay_days_max=data["stay_days_max"],
            diaspora=data["diaspora_firm"],
            room=Room(data["capacity_days"], data["places"], data["open"], windows, tuple(sorted(taken))),
        )


@dataclass(frozen=True, slots=True)
class Scheme:
    """A mobility scheme; `sectors` are those it is open to, none for all; durations are days of one stay."""

    id: UUID
    partnership_id: UUID
    persona: str
    days_min: int
    days_max: int
    stays_per_person: int
    circular: bool
    quota: int
    pathway: str | None
    approved: bool
    sectors: tuple[str, ...] = ()
    formalised: bool = False
    minimum_turnover: tuple[Decimal, str] | None = None

    @classmethod
    def of(cls, data: Data) -> "Scheme":
        """From the data of a MobilitySchemeChanged event."""
        asked = data.get("eligibility") or {}
        least = asked.get("minimum_turnover")
        return cls(
            id=UUID(data["id"]),
            partnership_id=UUID(data["partnership_id"]),
            persona=data["persona"],
            days_min=data["duration_days_min"],
            days_max=data["duration_days_max"],
            stays_per_person=data["stays_per_person"],
            circular=data["circular"],
            quota=data["quota"],
            pathway=data.get("pathway"),
            approved=data["approved"],
            sectors=tuple(asked.get("sectors") or ()),
            formalised=bool(asked.get("formalised")),
            minimum_turnover=(Decimal(least["amount"]), least["currency"]) if least else None,
        )


@dataclass(frozen=True, slots=True)
class LongStay:
    """A legal pathway for a stay that the rule of 90 days does not allow."""

    key: str
    origins: frozenset[str]
    destination: str
    personas: frozenset[str]
    months: int | None
    valid_from: date
    valid_to: date

    @classmethod
    def of(cls, data: Data) -> "LongStay":
        """From the data of a LegalPathwayChanged event."""
        return cls(
            key=data["key"],
            origins=frozenset(data["origins"]),
            destination=data["destination"],
            personas=frozenset(data["personas"]),
            months=data.get("max_stay_months"),
            valid_from=date.fromisoformat(data["valid_from"]),
            valid_to=date.fromisoformat(data["valid_to"]) if data.get("valid_to") else date.max,
        )

    def allows(self, origin: str, country: str, persona: str, period: Period) -> bool:
        """Whether such a person may stay there for the whole period; a month is taken as 30 days."""
        fits = self.months is None or period.days <= self.months * 30
        open_to = (not self.origins or origin in self.origins) and (not self.personas or persona in self.personas)
        in_force = self.valid_from <= period.first and period.last <= self.valid_to
        # A pathway of three months or less is a short stay under another name.
        long = self.months is None or self.months > 3
        return fits and open_to and in_force and long and self.destination == country
