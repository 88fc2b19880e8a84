"""Entrepreneurs and hosts: gates P01-P05, the period that would fit, and the two-sided score. Pure.

Firm side: .35 need and capability + .20 nearness of sectors + .15 language + .15 timing + .15 kind of cooperation.
Host side: .35 maturity + .25 complementarity + .15 green and innovative + .15 language + .10 diaspora. Together R =
2AB/(A+B). Terms that are not known are dropped, the other weights of their side renormalised, and the drop reported.
Sex, age and nationality enter no term and no gate.

Source of what is counted as mature: PEM N'Zassa asked for a registered firm with a turnover of 5 million XOF
(EUR 7,622.45 at the rate fixed by treaty); three years and five people are this profile's own, published as `pem-1`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.matching.hosting import HostOffer, LongStay, Scheme
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.entrepreneurs import Firm as FirmRow
from services.matching.models.entrepreneurs import Stay as StayRow
from services.matching.profiles import CEFR, CEFR_CODE, Consent, Rates
from services.matching.remedies import Gate, Seen
from services.matching.scoring import Dropped, Term
from services.matching.short_stays import MOST_DAYS, WINDOW_DAYS, Period, area_of, breach, earliest, longest

PROFILE = "pem-1"
FIRM_WEIGHTS = {"need": 0.35, "sector": 0.20, "language": 0.15, "timing": 0.15, "cooperation": 0.15}
HOST_WEIGHTS = {"maturity": 0.35, "complementarity": 0.25, "green_innovation": 0.15, "language": 0.15, "diaspora": 0.10}
MATURE_TURNOVER_EUR = 7622.45
MATURE_MONTHS = 36
MATURE_STAFF = 5
FLUENT = CEFR["B2"]
LOOK_AHEAD_DAYS = 730
REMEDIABLE = frozenset({"P01", "P03", "P04", "P05"})
SHORT, LONG = "SHORT_STAY", "LONG_STAY"
Side = Literal["FIRM", "HOST"]


@dataclass(frozen=True, slots=True)
class FirmProfile:
    """A firm and its person. `turnover_eur` is EUR a year, None when unknown; `innovation` and `export_readiness` are
    1 to 5; `periods` are stays abroad as short stays, by country, `busy` all that are kept, whatever the visa."""

    candidate_id: UUID
    country: str
    persona: str
    sector: str
    registered: bool
    registration: str
    consent: Consent
    languages: dict[str, int]
    available_from: date
    available_to: date | None
    stay_days: int
    capabilities: frozenset[str]
    cooperation: frozenset[str]
    continuity: bool
    turnover_eur: Decimal | None
    founded_on: date | None
    staff: int | None
    innovation: int | None
    export_readiness: int | None
    green: bool | None
    periods: tuple[tuple[str, Period], ...] = ()
    busy: tuple[Period, ...] = ()

    @classmethod
    def of(
        cls, row: FirmRow, person: CandidateRow, turnover_eur: Decimal | None, stays: Sequence[StayRow] = ()
    ) -> "FirmProfile":
        """From the records of the firm, its person, and the stays that are kept for the person."""
        kept = [(each.country, Period(each.from_date, each.to_date)) for each in stays if each.visa_class == SHORT]
        visits = [
            (each["country"], Period(date.fromisoformat(each["from_date"]), date.fromisoformat(each["to_date"])))
            for each in row.visits
            if not each["long_stay"]
        ]
        evidence = row.registration_evidence or "none"
        return cls(
            candidate_id=person.id,
            country=row.country,
            persona=person.persona,
            sector=row.sector,
            registered=row.formalised and row.registration_number is not None and evidence != "STATED",
            registration=evidence if row.formalised else "not registered",
            consent=Consent.of(person.consent),
            languages={each["code"]: CEFR[each["cefr"]] for each in person.languages},
            available_from=person.available_from,
            available_to=person.available_to,
            stay_days=row.stay_days_wanted,
            capabilities=frozenset(row.capabilities_wanted),
            cooperation=frozenset(row.cooperation_sought),
            continuity=row.continuity_person is not None,
            turnover_eur=turnover_eur,
            founded_on=row.founded_on,
            staff=row.staff,
            innovation=row.innovation,
            export_readiness=row.export_readiness,
            green=row.green_product,
            periods=tuple(sorted([*visits, *kept])),
            busy=tuple(sorted(Period(each.from_date, each.to_date) for each in stays)),
        )

    def stayed_in(self, area: frozenset[str]) -> tuple[Period, ...]:
        """Short stays in the countries of the area."""
        return tuple(period for country, period in self.periods if country in area)


def euros(money: Mapping[str, str] | None, rates: Rates) -> Decimal | None:
    """An amount in EUR, to four decimals; None when it or the rate is not known."""
    rate = rates.get(money["currency"]) if money else None
    return None if money is None or not rate else round(Decimal(money["amount"]) / Decimal(rate), 4)


@dataclass(frozen=True, slots=True)
class SideTerm:
    """A term of one side; `weight` is that of the side, `share` how much of the side's value goes into the score."""

    side: Side
    term: Term
    share: float

    @property
    def contribution(self) -> float:
        """To the score."""
        return self.term.contribution * self.share


@dataclass(frozen=True, slots=True)
class Fit:
    """How a firm and a host fit: `score` is the sum of all contributions, `period` what was judged."""

    score: float
    firm_side: float
    host_side: float
    terms: tuple[SideTerm, ...]
    dropped: tuple[Dropped, ...]
    confidence: float
    gates: tuple[Gate, ...]
    period: Period
    visa_class: str
    scheme_id: UUID | None

    @property
    def failed(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if not gate.passed)

    @property
    def near_miss(self) -> bool:
        """Only what can be remedied is missing."""
        return bool(self.failed) and all(gate.remediable for gate in self.failed)


def fit(
    firm: FirmProfile, host: HostOffer, schemes: Sequence[Scheme | None], ways: Sequence[LongStay], today: date
) -> Fit:
    """The firm with the host under the scheme that refuses least; None among `schemes` stands for no scheme."""
    return min((_fit(firm, host, scheme, ways, today) for scheme in schemes or (None,)), key=_refusal)


def _refusal(found: Fit) -> tuple[int, bool, str]:
    return len(found.failed), not found.near_miss, str(found.scheme_id or "")


def _fit(firm: FirmProfile, host: HostOffer, scheme: Scheme | None, ways: Sequence[LongStay], today: date) -> Fit:
    period = proposed(firm, host, scheme, ways, today)
    way = long_way(firm, host.country, ways, period)
    visa = _visa(firm, host, way, period, scheme)
    first = (_consent(firm, today), _formalised(firm), _sector(firm, host, scheme))
    gates = (*first, _room(firm, host, period, today), visa, _continuity(firm))
    a, a_dropped = weighed(_firm_values(firm, host, period, today), FIRM_WEIGHTS)
    b, b_dropped = weighed(_host_values(firm, host, today), HOST_WEIGHTS)
    of_firm, of_host = sum(t.contribution for t in a), sum(t.contribution for t in b)
    both = of_firm + of_host
    shares = (of_host / both, of_firm / both) if both else (0.0, 0.0)
    terms = [SideTerm("FIRM", t, shares[0]) for t in a] + [SideTerm("HOST", t, shares[1]) for t in b]
    dropped = (*a_dropped, *b_dropped)
    return Fit(
        score=sum(each.contribution for each in terms),
        firm_side=of_firm,
        host_side=of_host,
        terms=tuple(terms),
        dropped=dropped,
        confidence=1 - sum(each.weight for each in dropped) / 2,
        gates=gates,
        period=period,
        visa_class=SHORT if way is None or _short(firm, host.country, period) else LONG,
        scheme_id=scheme.id if scheme else None,
    )


def proposed(
    firm: FirmProfile, host: HostOffer, scheme: Scheme | None, ways: Sequence[LongStay], today: date
) -> Period:
    """The first period that suits the person, the host's room and the days a visa allows; else the first one the
    person asks for, so that the gates can say what is in its way."""
    low, high = host.stay_days_min, host.stay_days_max
    if scheme:
        low, high = max(low, scheme.days_min), min(high, scheme.days_max)
    days = max(low, min(firm.stay_days, high))
    start = max(firm.available_from, today)
    until = min(firm.available_to or date.max, start + timedelta(days=LOOK_AHEAD_DAYS))
    first = start
    while (found := host.room.earliest(days, first, until)) is not None:
        away = [each.last for each in firm.busy if each.overlap(found)]
        if away:
            first = max(away) + timedelta(days=1)
        elif _short(firm, host.country, found) or long_way(firm, host.country, ways, found):
            return found
        elif (later := earliest(firm.stayed_in(area_of(host.country)), days, found.first)) is not None:
            first = later
        else:
            break
    return Period.of(start, days)


def long_way(firm: FirmProfile, country: str, ways: Sequence[LongStay], period: Period) -> LongStay | None:
    """The pathway for a longer stay that is open to the person, the first by key."""
    found = [way for way in ways if way.allows(firm.country, country, firm.persona, period)]
    return min(found, key=lambda way: way.key, default=None)


def _short(firm: FirmProfile, country: str, period: Period) -> bool:
    return breach((*firm.stayed_in(area_of(country)), period)) is None


def _gate(code: str, name: str, passed: bool, value: Seen, threshold: Seen, remedy: str, can: bool = True) -> Gate:
    return Gate(code, name, passed, value, threshold, None if passed else remedy, code in REMEDIABLE and can)


def _consent(firm: FirmProfile, today: date) -> Gate:
    needed = "MATCHING_AWAY"
    seen = f"{firm.consent.state(today)}: {', '.join(sorted(firm.consent.scopes)) or 'no scope'}"
    held = firm.consent.covers(needed, today)
    return _gate("H01", "CONSENT", held, seen, needed, f"give or renew consent to {needed}")


def _formalised(firm: FirmProfile) -> Gate:
    needed = "registered, with a number, seen in a DOCUMENT or the REGISTER"
    remedy = "register the firm, with the help of a support structure, and record number and evidence"
    return _gate("P01", "FORMALISED", firm.registered, firm.registration, needed, remedy)


def _sector(firm: FirmProfile, host: HostOffer, scheme: Scheme | None) -> Gate:
    if scheme and scheme.sectors:
        passed = any(nearness(firm.sector, each) == 1 for each in scheme.sectors)
        needed = f"one of the scheme's: {', '.join(scheme.sectors)}"
    else:
        passed = any(nearness(firm.sector, each) > 0 for each in host.sectors)
        needed = f"the section of one of the host's: {', '.join(host.sectors)}"
    return _gate("P02", "SECTOR_IN_SCOPE", passed, firm.sector, needed, "look at another scheme or host")


def _room(firm: FirmProfile, host: HostOffer, period: Period, today: date) -> Gate:
    lacks = host.room.lacks(period)
    left = f"{host.room.days_left(period.first.year)} days, {host.room.places_left(period)} places left"
    needed = f"{period.days} days and 1 place from {period.first} to {period.last}"
    later = host.room.earliest(period.days, max(period.first, today), period.last + timedelta(days=LOOK_AHEAD_DAYS))
    remedy = f"come from {later.first} to {later.last}" if later else "look at another host, or ask it for room"
    if later and firm.available_to and later.last > firm.available_to:
        remedy += ": be available until then"
    seen = left if not lacks else f"{left}; {'; '.join(lacks)}"
    return _gate("P03", "HOST_CAPACITY", not lacks, seen, needed, remedy, later is not None)


def _visa(firm: FirmProfile, host: HostOffer, way: LongStay | None, period: Period, scheme: Scheme | None) -> Gate:
    stays = firm.stayed_in(area_of(host.country))
    needed = f"at most {MOST_DAYS} days in any {WINDOW_DAYS}, or a pathway for a long stay"
    most = longest(stays, period.first)
    seen = f"{period.days} days from {period.first}; {most} possible as a short stay"
    if way is not None and not _short(firm, host.country, period):
        seen = f"{period.days} days by {way.key}"
    passed = way is not None or _short(firm, host.country, period)
    low = max(host.stay_days_min, scheme.days_min if scheme else 0)
    later = earliest(stays, period.days, period.first)
    steps = [f"go from {later} on"] if later else []
    steps += [f"stay at most {most} days"] if most >= low else []
    remedy = ", or ".join([*steps, "find a pathway for a long stay"])
    return _gate("P04", "VISA_CLASS", passed, seen, needed, remedy, bool(steps))


def _continuity(firm: FirmProfile) -> Gate:
    seen = "named" if firm.continuity else "nobody named"
    remedy = "name who runs the firm meanwhile"
    return _gate("P05", "FIRM_CONTINUITY", firm.continuity, seen, "somebody runs the firm meanwhile", remedy)


def nearness(sector: str, other: str) -> float:
    """How near two codes of NACE or ISIC are: 1 when one contains the other, .9 in one group, .8 in one division, .5
    in one section, else 0. A section as a whole (`C`) contains what lies in it."""
    if sector.startswith(other) or other.startswith(sector):
        return 1.0
    for length, value in ((4, 0.9), (3, 0.8), (1, 0.5)):
        if sector[:length] == other[:length] and min(len(sector), len(other)) >= length:
            return value
    return 0.0


Value = tuple[float | None, str]
"""Of a term: from 0 to 1 or None when not known, and what it rests on."""


def _firm_values(firm: FirmProfile, host: HostOffer, period: Period, today: date) -> dict[str, Value]:
    delay = (period.first - max(firm.available_from, today)).days
    fits = not host.room.lacks(period)
    timing = min(1.0, period.days / firm.stay_days) * max(0.0, 1 - delay / 365) if fits else 0.0
    near, sector = max((nearness(firm.sector, each), each) for each in host.sectors)
    return {
        "need": _covered(firm.capabilities, host.services, "capabilities wanted"),
        "sector": (near, f"{firm.sector} and {sector}"),
        "language": _spoken(firm, host.languages),
        "timing": (timing, f"{period.days} of {firm.stay_days} days wanted, {delay} days later than asked"),
        "cooperation": _covered(firm.cooperation, host.cooperation, "kinds of cooperation sought")
        if host.cooperation
        else (None, "the host does not say what it seeks"),
    }


def _host_values(firm: FirmProfile, host: HostOffer, today: date) -> dict[str, Value]:
    if host.cooperation and not firm.cooperation:
        complement: Value = (None, "the firm does not say what it seeks")
    else:
        complement = _covered(host.cooperation, firm.cooperation, "kinds of cooperation the host seeks")
    return {
        "maturity": _mean(
            {
                "turnover": _part(firm.turnover_eur, MATURE_TURNOVER_EUR),
                "age": _part(_months(firm.founded_on, today), MATURE_MONTHS),
                "staff": _part(firm.staff, MATURE_STAFF),
                "export": _part(firm.export_readiness, 5),
            }
        ),
        "complementarity": complement,
        "green_innovation": _mean(
            {
                "green": None if firm.green is None else float(firm.green),
                "innovation": _part(firm.innovation, 5),
            }
        ),
        "language": _spoken(firm, host.mentor_languages or host.languages),
        "diaspora": (float(host.diaspora), "a firm of the diaspora" if host.diaspora else "not of the diaspora"),
    }


def _covered(wanted: frozenset[str], offered: frozenset[str], what: str) -> Value:
    if not wanted:
        return None, f"no {what} recorded"
    met = sorted(wanted & offered)
    return len(met) / len(wanted), f"{len(met)} of {len(wanted)} {what}: {', '.join(met) or 'none'}"


def _spoken(firm: FirmProfile, languages: frozenset[str]) -> Value:
    level, code = max(((firm.languages.get(code, 0), code) for code in sorted(languages)), default=(0, "none"))
    return min(1.0, level / FLUENT), f"{code} {CEFR_CODE.get(level, 'none')}"


def _part(value: float | Decimal | None, whole: float) -> float | None:
    return None if value is None else max(0.0, min(1.0, float(value) / whole))


def _months(founded_on: date | None, today: date) -> int | None:
    if founded_on is None:
        return None
    return (today.year - founded_on.year) * 12 + today.month - founded_on.month


def _mean(parts: dict[str, float | None]) -> Value:
    known = {name: value for name, value in parts.items() if value is not None}
    if not known:
        return None, f"none of {', '.join(parts)} known"
    return sum(known.values()) / len(known), ", ".join(f"{name} {value:.2f}" for name, value in known.items())


def weighed(values: dict[str, Value], weights: dict[str, float]) -> tuple[list[Term], list[Dropped]]:
    """Terms of what is known, with weights that add up to 1, and what was dropped."""
    whole = sum(weights[name] for name, (value, _) in values.items() if value is not None)
    terms, dropped = [], []
    for name, (value, evidence) in values.items():
        if value is None:
            dropped.append(Dropped(name, weights[name], "unknown", evidence))
        else:
            weight = weights[name] / whole
            terms.append(Term(name, weight, value, weight * value, evidence, None))
    return terms, dropped
