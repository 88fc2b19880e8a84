"""What the matching arithmetic reads: candidates, openings, training sessions. Plain values, no I/O.

Dates are calendar days, wages are per month, CEFR and EQF are the European frameworks, `isco08` is a code of up
to four digits kept as text (leading zeros matter).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.matching.recruitment import DIRECT, GOOD_STANDING, Recruitment, Standing
from services.matching.safeguards import Access, Mover
from services.matching.safeguards import Rates as Rates

Evidence = Literal["SELF", "CV", "REFERENCE", "TESTED", "CERTIFIED"]
Track = Literal["HOME", "AWAY", "EITHER"]
Side = Literal["HOME", "AWAY"]

CEFR: dict[str, int] = {"A1": 1, "A2": 2, "B1": 3, "B2": 4, "C1": 5, "C2": 6}
CEFR_CODE: dict[int, str] = {rank: code for code, rank in CEFR.items()}
CLAIMED: frozenset[str] = frozenset({"SELF", "CV"})
OPEN = "OPEN"


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Occupation:
    isco08: str
    months: int
    esco_uri: str | None = None
    last_date: date | None = None


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill somebody has: level 1-5 and how it is evidenced."""

    uri: str
    level: int
    evidence: Evidence
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class RequiredSkill:
    uri: str
    level: int
    essential: bool = True
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP 47 code and an overall CEFR level, held or asked."""

    code: str
    cefr: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """Recognition of qualifications in `country` (None: anywhere) for occupations whose ISCO-08 code starts with
    `isco08`. FULL and NOT_REQUIRED count at once, PARTIAL from the end of the compensation path, others never."""

    isco08: str
    status: str
    path_ends_on: date | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """For whom a consent holds: `destinations` abroad (None: all), and employers and sectors (ISIC Rev. 4) it excludes,
    at home too."""

    destinations: frozenset[str] | None = None
    organisations: frozenset[UUID] = frozenset()
    sectors: frozenset[str] = frozenset()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Limits":
        """As a receipt has them."""
        destinations = said.get("destinations")
        return cls(
            None if destinations is None else frozenset(destinations),
            frozenset(UUID(each) for each in said.get("excluded_organisations") or ()),
            frozenset(said.get("excluded_sectors") or ()),
        )

    def allow(self, residence: str, country: str, organisation_id: UUID, sector: str | None) -> bool:
        """Whether the person agreed to be matched with such a job."""
        there = country == residence or self.destinations is None or country in self.destinations
        return there and organisation_id not in self.organisations and not in_sectors(self.sectors, sector)


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Consent:
    """`expires_on` is the last valid day; a withdrawal of the whole counts from its own day on, that of a single scope
    at once: `scopes` are those left, `lost` those withdrawn."""

    scopes: frozenset[str]
    granted_on: date
    expires_on: date | None = None
    withdrawn_on: date | None = None
    lost: frozenset[str] = frozenset()
    dormant: bool = False
    limits: Limits = UNLIMITED

    @classmethod
    def of(cls, receipt: Mapping[str, Any]) -> "Consent":
        """The consent that a stored receipt proves; it ends with itself or with the text it was given to."""
        ends = [receipt[name] for name in ("expires_on", "text_ends_on") if receipt.get(name)]
        withdrawn, lost = receipt.get("withdrawn_on"), frozenset(receipt.get("withdrawn") or ())
        return cls(
            scopes=frozenset(receipt["scopes"]) - lost,
            granted_on=date.fromisoformat(receipt["granted_on"]),
            expires_on=date.fromisoformat(min(ends)) if ends else None,
            withdrawn_on=date.fromisoformat(withdrawn) if withdrawn else None,
            lost=lost,
            limits=Limits.of(receipt["limits"]) if receipt.get("limits") else UNLIMITED,
        )

    def asleep_since(self, day: date) -> "Consent":
        """Of a person who has not said for long that they still look: nothing is done with it until they do."""
        return replace(self, withdrawn_on=min(day, self.withdrawn_on or day), dormant=True)

    def state(self, on: date) -> str:
        """`valid`, or why it is not."""
        if self.withdrawn_on is not None and self.withdrawn_on <= on:
            return "dormant" if self.dormant else "withdrawn"
        if self.expires_on is not None and self.expires_on < on:
            return "expired"
        return "valid" if self.granted_on <= on else "not yet valid"

    def covers(self, scope: str, on: date) -> bool:
        return scope in self.scopes and self.state(on) == "valid"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`weights` keys: wage, destination, sector, contract, duration, green (default 1 where declared)."""

    track: Track = "EITHER"
    destinations: tuple[str, ...] = ()
    excluded_countries: frozenset[str] = frozenset()
    min_net_monthly_wage: Money | None = None
    sectors: frozenset[str] = frozenset()
    contract_types: frozenset[str] = frozenset()
    max_months_away: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Nationality is carried for the legal-pathway gate; no score reads it. Where only year and month of birth
    are known, give the last day of that month: nobody is counted as older than they are."""

    id: UUID
    organisation_id: UUID
    birth_date: date
    nationality: str
    residence: str
    consent: Consent
    available_from: date
    available_to: date | None = None
    occupations: tuple[Occupation, ...] = ()
    skills: tuple[HeldSkill, ...] = ()
    eqf: int | None = None
    languages: tuple[Language, ...] = ()
    preferences: Preferences = Preferences()
    recognition: tuple[Recognition, ...] = ()
    trained_by_partnership: bool = False
    track_chosen: Side | None = None
    origin_employment: str | None = None
    persona: str = "WORKER"

    @property
    def mover(self) -> Mover:
        """What the law of a destination asks about."""
        return Mover(self.residence, self.nationality, self.persona)

    @property
    def post(self) -> tuple[str | None, frozenset[str]]:
        """Main employment at origin and the ISCO-08 minor groups of the jobs held now: those without a last day, else
        the last one; empty when no job is stated."""
        jobs = self.occupations
        open_ended = {job.isco08[:3] for job in jobs if job.last_date is None}
        last = max((job.last_date for job in jobs if job.last_date), default=None)
        return self.origin_employment, frozenset(
            open_ended or {job.isco08[:3] for job in jobs if job.last_date == last}
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """A vacancy, at home or away. `parties` are the organisations whose candidates it is offered to; `quotas`
    is how many persons may still come this year, by country of origin (absent: no limit), `quota_of` what sets the
    smallest; `employer` and `recruitment` say how they stand today; `access` says for each
    active partnership it is offered to who may be recruited for it from abroad; `wage_floor`
    is the highest of statutory, collective and partnership floors, in the currency of the wage."""

    id: UUID
    organisation_id: UUID
    parties: frozenset[UUID]
    country: str
    title: str
    isco08: str
    gross_monthly_wage: Decimal
    currency: str
    contract_type: str
    start_from: date
    start_to: date
    places: int
    places_left: int
    sector: str | None
    partnership_ids: frozenset[UUID] = frozenset()
    esco_uri: str | None = None
    skills: tuple[RequiredSkill, ...] = ()
    eqf_min: int | None = None
    equivalent_experience: bool = False
    min_experience_months: int | None = None
    languages: tuple[Language, ...] = ()
    regulated: bool = False
    net_monthly_wage_estimate: Decimal | None = None
    wage_floor: Decimal | None = None
    contract_months: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    quota_of: Mapping[str, str] = field(default_factory=dict)
    employer: Standing = GOOD_STANDING
    recruitment: Recruitment = DIRECT
    green_share: float | None = None
    min_age: int | None = None
    max_age: int | None = None
    pathway: str | None = None
    access: tuple[Access, ...] = ()
    status: str = OPEN

    @property
    def full(self) -> frozenset[str]:
        """Origins from where nobody may come any more this year."""
        return frozenset(origin for origin, left in self.quotas.items() if left < 1)


@dataclass(frozen=True, slots=True)
class LanguageStep:
    """What a language course teaches: from a CEFR level (None: beginners) to a higher one."""

    code: str
    cefr_from: str | None
    cefr_to: str


@dataclass(frozen=True, slots=True)
class Session:
    """One dated run of a training programme. `cost` is borne by whoever runs the partnership; what the worker
    pays is `worker_cost`, zero unless somebody says otherwise, in `worker_currency` (None: that of the cost). `success`
    is the share of earlier participants who were certified, None where too few results are known."""

    id: UUID
    programme_id: UUID
    provider_id: UUID
    parties: frozenset[UUID]
    title: str
    kind: str
    country: str
    start: date
    end: date
    weeks: int
    seats_left: int
    cost: Decimal
    currency: str
    teaches: tuple[tuple[str, int], ...] = ()
    prerequisites: frozenset[str] = frozenset()
    language: LanguageStep | None = None
    worker_cost: Decimal = Decimal(0)
    worker_currency: str | None = None
    success: float | None = None
    online: bool = False


def side_of(candidate: Candidate, opening: Opening) -> Side:
    """Home is where the candidate lives; a flag on the vacancy could not be right for every candidate."""
    return "HOME" if opening.country == candidate.residence else "AWAY"


def within_limits(candidate: Candidate, opening: Opening) -> bool:
    """Whether the person's consent extends to this corridor, employer and sector."""
    job = (opening.country, opening.organisation_id, opening.sector)
    return candidate.consent.limits.allow(candidate.residence, *job)


def required_skills(opening: Opening) -> list[RequiredSkill]:
    """The opening's skills once each, by URI: the order in which they are summed, whatever order they came in.
    Of two mentions of a skill the higher level counts, and it is essential or critical if either says so."""
    if len({skill.uri for skill in opening.skills}) == len(opening.skills) and not any(
        skill.critical and not skill.essential for skill in opening.skills
    ):
        return sorted(opening.skills, key=lambda skill: skill.uri)  # the usual case, without making copies
    merged: dict[str, RequiredSkill] = {}
    for skill in opening.skills:
        seen = merged.get(skill.uri, skill)
        critical = seen.critical or skill.critical
        merged[skill.uri] = RequiredSkill(
            uri=skill.uri,
            level=max(seen.level, skill.level),
            essential=seen.essential or skill.essential or critical,
            critical=critical,
        )
    return [merged[uri] for uri in sorted(merged)]


def language_levels(languages: tuple[Language, ...]) -> dict[str, int]:
    """Best CEFR rank (A1=1 … C2=6) by code, in order of code."""
    best: dict[str, int] = {}
    for language in languages:
        best[language.code] = max(best.get(language.code, 0), CEFR[language.cefr])
    return dict(sorted(best.items()))


def in_sectors(sectors: Collection[str], sector: str | None) -> bool:
    """Sectors are ISIC Rev. 4 codes: a wish for section F is met by its division F43."""
    return sector is not None and any(sector.startswith(wish) for wish in sectors)


def relevant_months(candidate: Candidate, isco08: str) -> int:
    """Months worked in the same ISCO-08 minor group (three digits): jobs in it share most of their tasks."""
    return sum(job.months for job in candidate.occupations if job.isco08[:3] == isco08[:3])


def in_euro(amount: Decimal | None, currency: str, rates: Rates) -> float | None:
    """The amount in euro, or None when the amount or the rate is unknown."""
    rate = rates.get(currency)
    return None if amount is None or not rate else float(amount) / float(rate)
