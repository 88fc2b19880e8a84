"""What lets a partnership recruit for a job abroad: the origin's safeguard, the joint decision and the legal pathway.

`Rules` holds what the registry published; `Rules.access` works out, once an opening and partnership, all that bears on
it, so that a ranking looks up an answer an origin and day. Dates are compared at the question, so that what expires
does so by itself. None of this is a list of persons: it limits what the partnership does. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from services.contracts.safeguards import HEALTH_GROUPS, RATIO, STRICTNESS, default_mode, stricter
from services.contracts.vocabulary import OriginEmployment, SafeguardMode

SAFEGUARD, DECISION, PATHWAY = "SAFEGUARD", "DECISION", "PATHWAY"
Rates = Mapping[str, Decimal | float | None]
"""ISO 4217 currency -> units of it per euro; None or absent when the rate is unknown."""
ANYWHERE = ""  # a pathway that is open to all origins
OPEN, _, PROTECTED, BLOCKED = range(len(STRICTNESS))  # places in STRICTNESS


class Limit(NamedTuple):
    """A safeguard that a partnership keeps for an occupation of `origin`. A `mode` looser than `default` was agreed
    to in return for something: it holds until `loose_until`, the last day of the agreement that says so (None: without
    an end), then the default does."""

    origin: str
    mode: str
    valid_from: date
    expires_on: date
    ratio: float
    away_cap: int | None
    partnership: UUID = UUID(int=0)
    default: str | None = None
    loose_until: date | None = None

    def on(self, today: date) -> SafeguardMode:
        """The mode that holds that day."""
        mode = SafeguardMode(self.mode)
        if self.default is not None and self.loose_until is not None and self.loose_until < today:
            return stricter(mode, self.default)
        return mode


class Decision(NamedTuple):
    """A signed joint decision; `mode` is BLOCKED when it closes the away track. Of two of a partnership that came into
    force on one day the later holds, which has the greater id."""

    origin: str
    mode: str
    in_force_on: date
    expires_on: date
    ratio: float
    id: UUID = UUID(int=0)
    partnership: UUID = UUID(int=0)
    isco08: str = ""


class Job(Protocol):
    """What the law asks of a vacancy."""

    @property
    def isco08(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def pathway(self) -> str | None: ...
    @property
    def gross_monthly_wage(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def contract_months(self) -> int | None: ...
    @property
    def contract_type(self) -> str: ...


class Mover(NamedTuple):
    """What the law asks of who wants to come: where they live, their nationality, and as what they come."""

    residence: str
    nationality: str
    persona: str = "WORKER"


class Pathway(NamedTuple):
    """A legal pathway for people who live in `origin`; both days belong to it. `nationality` "" and no `personas`: it
    asks for none. `min_wage` (a month, in the currency of the vacancy's wage), `max_months` (without renewal),
    `occupations` (ISCO-08 codes of any level) and `contracts` are set only where the vacancy it was worked out for does
    not meet them."""

    origin: str
    key: str
    valid_from: date
    valid_to: date
    nationality: str = ""
    personas: tuple[str, ...] = ()
    min_age: int = 0
    max_age: int = 999
    min_wage: Decimal | None = None
    max_months: int | None = None
    occupations: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()

    def admits(self, who: Mover) -> bool:
        """Whether it is for such people at all."""
        return (
            self.origin in (ANYWHERE, who.residence)
            and self.nationality in (ANYWHERE, who.nationality)
            and (not self.personas or who.persona in self.personas)
        )

    @property
    def fits(self) -> bool:
        """Whether it is for such a job at all, apart from the wage."""
        return self.max_months is None and not self.occupations and not self.contracts

    @property
    def met(self) -> bool:
        """Whether the vacancy meets what it asks of a job."""
        return self.min_wage is None and self.fits


class Law(NamedTuple):
    """A pathway as published: `min_wage` with its currency, `max_months` None where it is renewed or unlimited,
    `quota` persons a year; without `occupations` (ISCO-08 codes of any level) or `contracts` it is for all."""

    pathway: Pathway
    min_wage: tuple[Decimal, str] | None
    max_months: int | None
    quota: int | None
    occupations: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()

    def asked_of(self, job: Job, rates: Rates) -> Pathway:
        """The pathway with what it asks and the job does not meet. A wage in a currency without a rate is not known to
        fall short."""
        short = None
        if self.min_wage is not None:
            amount, currency = self.min_wage
            have, want = rates.get(currency), rates.get(job.currency)
            if currency != job.currency:
                amount = amount / Decimal(str(have)) * Decimal(str(want)) if have and want else Decimal(0)
            short = amount.quantize(Decimal("0.01")) if amount > job.gross_monthly_wage else None
        months = job.contract_months
        too_long = self.max_months is not None and (months is None or months > self.max_months)
        return self.pathway._replace(
            min_wage=short,
            max_months=self.max_months if too_long else None,
            occupations=() if job.isco08.startswith(self.occupations or "") else self.occupations,
            contracts=() if job.contract_type in self.contracts else self.contracts,
        )


class Ruling(NamedTuple):
    """What holds for one origin on one day. `strictness` is a place in STRICTNESS, `why` is for people to read, `limit`
    is the safeguard in force with the smallest cap."""

    strictness: int
    pathway: Pathway | None
    ratio: float
    why: str
    limit: Limit | None

    @property
    def mode(self) -> SafeguardMode:
        return STRICTNESS[self.strictness]


class Held(NamedTuple):
    """A reason for a mode."""

    mode: SafeguardMode
    ratio: float
    why: str


@dataclass(frozen=True, slots=True)
class Access:
    """All that bears on an opening within one partnership. `health` is its ISCO-08 minor group if that is one of
    health workers, else "": openings of one kind share one value, which keeps the index small. `elsewhere` are
    safeguards that other partnerships of the same corridor keep, `decisions` those of all of them: what an origin has
    closed is not offered through a partnership that forgot to say so."""

    health: str = ""
    limits: tuple[Limit, ...] = ()
    decisions: tuple[Decision, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    elsewhere: tuple[Limit, ...] = ()

    def ruling(self, who: Mover, today: date) -> Ruling:
        """What holds for such people today: the strictest of all. A decision that has expired opens nothing. Of the
        pathways open to them the one that asks for least comes first."""
        origin = who.residence
        own = _in_force(self.limits, origin, today)
        others = _in_force(self.elsewhere, origin, today)
        held = [_of_limit(each, today, "safeguard of the origin") for each in own] or [_default(origin, self.health)]
        held += [_of_limit(each, today, "safeguard of the origin in another partnership") for each in others]
        held += _decided([each for each in self.decisions if each.origin == origin], today)
        strictest = max(held, key=lambda each: STRICTNESS.index(each.mode))
        ratio = max(RATIO.get(strictest.mode, 0.0), *(each.ratio for each in held))
        open_to = [each for each in self.pathways if each.admits(who)]
        pathway = max(open_to, key=lambda each: _ease(each, today), default=None)
        capped = [each for each in (*own, *others) if each.away_cap is not None]
        limit = min(capped, key=lambda each: (each.away_cap or 0, each.partnership), default=own[0] if own else None)
        return Ruling(STRICTNESS.index(strictest.mode), pathway, ratio, strictest.why, limit)


def _in_force(limits: tuple[Limit, ...], origin: str, today: date) -> list[Limit]:
    """Of each partnership the safeguard that began last, of those that hold today."""
    last: dict[UUID, Limit] = {}
    for each in sorted(limits, key=lambda limit: (limit.partnership, limit.valid_from, limit.mode)):
        if each.origin == origin and each.valid_from <= today <= each.expires_on:
            last[each.partnership] = each
    return list(last.values())


def _of_limit(limit: Limit, today: date, why: str) -> Held:
    mode = limit.on(today)
    if mode != limit.mode:
        why = f"{why}, tightened since the agreement that loosened it ended on {limit.loose_until}"
    return Held(mode, limit.ratio, why)


def _default(origin: str, health: str) -> Held:
    return Held(default_mode(origin, health), 0.0, "default where no safeguard is in force")


def _decided(decisions: list[Decision], today: date) -> list[Held]:
    """Of each partnership and occupation the last decision, as long as it is in force. Where none is left in force for
    an occupation that was decided on, the way is closed until somebody decides again."""
    last: dict[tuple[str, UUID], Decision] = {}
    for each in sorted(decisions, key=lambda decision: (decision.in_force_on, decision.id)):
        last[each.isco08, each.partnership] = each
    held = []
    for code in sorted({code for code, _ in last}):
        found = [each for (of, _), each in sorted(last.items()) if of == code]
        valid = [each for each in found if today <= each.expires_on]
        held += [Held(SafeguardMode(each.mode), each.ratio, "joint decision") for each in valid]
        if not valid:
            ended = max(each.expires_on for each in found)
            why = f"joint decision expired on {ended}"
            held.append(Held(SafeguardMode.BLOCKED, max(each.ratio for each in found), why))
    return held


class Incumbency(IntEnum):
    """Whether somebody holds a post of the public service in an occupation, which PROTECTED asks for. Not to know it is
    taken for a yes that the person may correct."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def incumbency(post: tuple[str | None, frozenset[str]], minor: str) -> Incumbency:
    """For an ISCO-08 minor group. A post is the main employment at origin (None: unknown) and the minor groups of the
    jobs held now (empty: unknown)."""
    employment, held = post
    if employment not in (None, OriginEmployment.PUBLIC_SERVICE) or (held and minor not in held):
        return Incumbency.NO
    return Incumbency.YES if employment and held else Incumbency.UNKNOWN


def ruling(access: tuple[Access, ...], who: Mover | str, today: date) -> Ruling:
    """Of the partnerships an opening is offered to the one that admits most: what binds a corridor binds each. A
    country alone stands for its own nationals who come to work."""
    who = Mover(who, who) if isinstance(who, str) else who
    rulings = [each.ruling(who, today) for each in access or (Access(),)]
    # Of equal ones the first, so that the order of partnerships decides and nothing else.
    return max(rulings, key=lambda each: (-each.strictness, each.pathway is not None, _ease(each.pathway, today)))


def _ease(pathway: Pathway | None, today: date) -> tuple[bool, bool, int, int, str]:
    """How little a pathway asks for."""
    if pathway is None:
        return False, False, 0, 0, ""
    ages, last = pathway.max_age - pathway.min_age, pathway.valid_to.toordinal()
    return pathway.met, pathway.valid_from <= today, ages, last, pathway.key


@dataclass(slots=True)
class Rules:
    """What the registry published, by where it is looked up: safeguards by ISCO-08 minor group, decisions by
    destination and occupation, pathways by key and destination."""

    limits: dict[str, dict[UUID, Limit]] = field(default_factory=dict)
    decisions: dict[tuple[str, str], dict[UUID, Decision]] = field(default_factory=dict)
    pathways: dict[tuple[str, str], dict[UUID, list[Law]]] = field(default_factory=dict)
    corridors: dict[UUID, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def put(self, id: UUID, kind: str, data: Mapping[str, Any]) -> None:
        """Take in the data of an event."""
        self.forget(id)
        if kind == SAFEGUARD:
            self.limits.setdefault(data["isco08_minor"], {})[id] = _limit(data)
        elif kind == DECISION and data["in_force_on"] is not None:  # before both have signed it says nothing
            self.decisions.setdefault((data["destination"], data["isco08"]), {})[id] = _decision(id, data)
        elif kind == PATHWAY:
            self.pathways.setdefault((data["key"], data["destination"]), {})[id] = _laws(data)

    def put_corridors(self, partnership: UUID, corridors: Iterable[tuple[str, str]]) -> bool:
        """Where a partnership leads from and to, whatever its status; whether that is news."""
        before, after = self.corridors.get(partnership), frozenset(corridors)
        self.corridors[partnership] = after
        return before != after

    def forget(self, id: UUID) -> None:
        """Leave out what a record said; unknown ids are nothing to forget."""
        self.corridors.pop(id, None)
        lookups: tuple[dict[Any, dict[UUID, Any]], ...] = (self.limits, self.decisions, self.pathways)
        for lookup in lookups:
            for held in lookup.values():
                held.pop(id, None)

    def access(self, partnership: UUID, job: Job, corridors: Mapping[str, str | None], rates: Rates) -> Access:
        """What bears on a job. `corridors` are those of the partnership that lead there, from origin to the key of its
        pathway; the job's own pathway comes before it."""
        isco08, country = job.isco08, job.country
        pathways = {law.asked_of(job, rates) for law in self.leading(job.pathway, country)}
        for origin, key in corridors.items() if job.pathway is None else ():
            pathways |= {law.asked_of(job, rates)._replace(origin=origin) for law in self.leading(key, country)}
        limits = sorted(self.limits.get(isco08[:3], {}).values(), key=repr)
        decided = (self.decisions.get((country, isco08[:digits]), {}).values() for digits in (4, 3))
        return Access(
            isco08[:3] if isco08[:3] in HEALTH_GROUPS else "",
            tuple(each for each in limits if each.partnership == partnership),
            tuple(sorted(decision for found in decided for decision in found)),
            tuple(sorted(pathways, key=repr)),
            tuple(each for each in limits if self._elsewhere(each, partnership, country)),
        )

    def _elsewhere(self, limit: Limit, partnership: UUID, country: str) -> bool:
        """Whether another partnership keeps it for the corridor to `country`."""
        return limit.partnership != partnership and (limit.origin, country) in self.corridors.get(
            limit.partnership, frozenset()
        )

    def leading(self, key: str | None, country: str) -> list[Law]:
        """Pathways of this key to a country."""
        return [each for found in self.pathways.get((key or "", country), {}).values() for each in found]


def _laws(data: Mapping[str, Any]) -> list[Law]:
    """One for each nationality it is open to."""
    first, last, wage = date.fromisoformat(data["valid_from"]), data.get("valid_to"), data.get("minimum_wage")
    pathway = Pathway(
        ANYWHERE,
        data["key"],
        first,
        date.fromisoformat(last) if last else date.max,
        personas=tuple(sorted(data.get("personas") or ())),
        min_age=data.get("minimum_age") or 0,
        max_age=data.get("maximum_age") or 999,
    )
    least = (Decimal(wage["amount"]), wage["currency"]) if wage else None
    months = None if data.get("renewable", True) else data.get("max_stay_months")
    jobs = (tuple(sorted(data.get("occupations") or ())), tuple(sorted(data.get("contract_types") or ())))
    return [
        Law(pathway._replace(nationality=each), least, months, data.get("quota_per_year"), *jobs)
        for each in data["origins"] or (ANYWHERE,)
    ]


def _limit(data: Mapping[str, Any]) -> Limit:
    until = data.get("loose_until")
    return Limit(
        data["origin"],
        data["mode"],
        date.fromisoformat(data["valid_from"]),
        date.fromisoformat(data["expires_on"]),
        data.get("ratio") or 0.0,
        data.get("away_cap"),
        UUID(data["partnership_id"]),
        data.get("default_mode"),
        date.fromisoformat(until) if until else None,
    )


def _decision(id: UUID, data: Mapping[str, Any]) -> Decision:
    return Decision(
        data["origin"],
        data["mode"] if data["away_open"] else SafeguardMode.BLOCKED.value,
        date.fromisoformat(data["in_force_on"]),
        date.fromisoformat(data["expires_on"]),
        data.get("ratio") or 0.0,
        id,
        UUID(data["partnership_id"]),
        data["isco08"],
    )
