"""Mentors for a candidate: gates M01-M04 and the score of a diaspora engagement. Pure.

Score = .35 occupation + .35 language + .15 region + .15 hours left; what an engagement or a person does not say is
dropped, the other weights renormalised. Source: S-20 (language, occupation, region) and story 23 (vetting, hours).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.matching.entrepreneurs import Value, weighed
from services.matching.profiles import CEFR, CEFR_CODE, Candidate, language_levels
from services.matching.remedies import Gate
from services.matching.scoring import Dropped, Term

PROFILE = "mentors-1"
WEIGHTS = {"occupation": 0.35, "language": 0.35, "region": 0.15, "hours": 0.15}
CONVERSATION = CEFR["B1"]
FLUENT = CEFR["B2"]
ENOUGH_HOURS = 10  # of which a mentor can make something; more is no better


@dataclass(frozen=True, slots=True)
class Mentors:
    """A diaspora engagement of type MENTOR. `hours_taken` are booked or given; its people come from `origin`."""

    id: UUID
    organisation_id: UUID
    origin: str
    languages: frozenset[str]
    isco08: frozenset[str]
    regions: frozenset[str]
    hours_offered: int
    hours_taken: Decimal
    vetting: str
    vetted_to: date | None
    open: bool

    @classmethod
    def of(cls, data: Mapping[str, Any], taken: Decimal) -> "Mentors":
        """From the data of a DiasporaEngagementChanged event and the hours taken here."""
        return cls(
            id=UUID(data["id"]),
            organisation_id=UUID(data["organisation_id"]),
            origin=data["origin"],
            languages=frozenset(data["languages"]),
            isco08=frozenset(data["isco08"]),
            regions=frozenset(data["regions"]),
            hours_offered=data["hours_offered"],
            hours_taken=taken,
            vetting=data["vetting"],
            vetted_to=date.fromisoformat(data["vetted_to"]) if data.get("vetted_to") else None,
            open=data["open"],
        )

    @property
    def hours_left(self) -> Decimal:
        return max(Decimal(0), self.hours_offered - self.hours_taken)


@dataclass(frozen=True, slots=True)
class Mentored:
    """How mentors suit a candidate; contributions add up to `score`."""

    score: float
    terms: tuple[Term, ...]
    dropped: tuple[Dropped, ...]
    gates: tuple[Gate, ...]

    @property
    def failed(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if not gate.passed)


def judge(
    person: Candidate, region: str | None, mentors: Mentors, today: date, hours: Decimal = Decimal(1)
) -> Mentored:
    """Whether the mentors may be asked for so many hours, and how well they suit the person; `region` is that of the
    person's firm, where there is one."""
    terms, dropped = weighed(_values(person, region, mentors), WEIGHTS)
    return Mentored(
        sum(each.contribution for each in terms), tuple(terms), tuple(dropped), _gates(person, mentors, today, hours)
    )


def _gates(person: Candidate, mentors: Mentors, today: date, hours: Decimal) -> tuple[Gate, ...]:
    vetted = mentors.vetting == "VETTED" and mentors.vetted_to is not None and mentors.vetted_to >= today
    seen = f"{mentors.vetting} until {mentors.vetted_to}" if mentors.vetted_to else mentors.vetting
    level, code = _best(person, mentors)
    spoken = f"{code} {CEFR_CODE.get(level, 'none')}"
    languages = ", ".join(sorted(mentors.languages))
    consent = person.consent.covers("MATCHING_HOME", today) or person.consent.covers("MATCHING_AWAY", today)
    return (
        _gate("H01", "CONSENT", consent, person.consent.state(today), "MATCHING_HOME or MATCHING_AWAY", "give consent"),
        _gate("M01", "VETTED", vetted, seen, f"VETTED on {today}", "have the engagement vetted by another party"),
        _gate("M02", "OPEN", mentors.open, str(mentors.open).lower(), "true", "ask the organisation to open it again"),
        _gate(
            "M03",
            "HOURS_LEFT",
            mentors.hours_left >= hours,
            float(mentors.hours_left),
            float(hours),
            "book fewer hours, or ask the organisation to offer more",
        ),
        _gate("M04", "LANGUAGE", level >= CONVERSATION, spoken, f"B1 in one of {languages}", "a language course to B1"),
    )


def _gate(code: str, name: str, passed: bool, value: str | float, threshold: str | float, remedy: str) -> Gate:
    return Gate(code, name, passed, value, threshold, None if passed else remedy, True)


def _best(person: Candidate, mentors: Mentors) -> tuple[int, str]:
    levels = language_levels(person.languages)
    return max(((levels.get(code, 0), code) for code in sorted(mentors.languages)), default=(0, "none"))


def _values(person: Candidate, region: str | None, mentors: Mentors) -> dict[str, Value]:
    level, code = _best(person, mentors)
    known = sorted({job.isco08 for job in person.occupations})
    near = max(((_likeness(a, b), f"{a} and {b}") for a in known for b in sorted(mentors.isco08)), default=None)
    left = mentors.hours_left
    return {
        "occupation": near or (None, "no occupation recorded" if mentors.isco08 else "the mentors name no occupation"),
        "language": (min(1.0, level / FLUENT), f"{code} {CEFR_CODE.get(level, 'none')}"),
        "region": _region(person, region, mentors),
        "hours": (min(1.0, float(left) / ENOUGH_HOURS), f"{left} of {mentors.hours_offered} hours left"),
    }


def _region(person: Candidate, region: str | None, mentors: Mentors) -> Value:
    """The same region is best, the same country of origin second."""
    if person.residence != mentors.origin:
        return 0.0, f"{person.residence}, not {mentors.origin}"
    if region is None or not mentors.regions:
        return 1.0 if not mentors.regions else 0.5, mentors.origin
    named = region in mentors.regions
    return 1.0 if named else 0.5, f"{region}, {'named' if named else 'not named'}"


def _likeness(own: str, other: str) -> float:
    """Of two ISCO-08 codes: a quarter for each leading digit that they share."""
    shared = next((n for n, (a, b) in enumerate(zip(own, other, strict=False)) if a != b), min(len(own), len(other)))
    return shared / 4
