"""From stored records and events to the profiles that the arithmetic reads. Pure."""

import difflib
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.candidates import all_languages, all_recognitions, all_skills
from services.matching.profiles import (
    Candidate,
    Consent,
    HeldSkill,
    Language,
    LanguageStep,
    Money,
    Occupation,
    Opening,
    Preferences,
    Rates,
    Recognition,
    RequiredSkill,
    Session,
)

Data = Mapping[str, Any]


def candidate_of(row: CandidateRow | Row[Any]) -> Candidate:
    """The profile of a stored candidate, given as a record or as a plain row of its table."""
    skills = all_skills(row.stated_skills, row.earned_skills)
    languages = all_languages(row.stated_languages, row.earned_languages)
    return Candidate(
        id=row.id,
        organisation_id=row.organisation_id,
        birth_date=row.birth_date,
        nationality=row.nationality,
        residence=row.residence,
        consent=_consent(row),
        available_from=row.available_from,
        available_to=row.available_to,
        occupations=tuple(
            Occupation(job["isco08"], job["months"], job.get("esco_uri"), _day(job.get("last_date")))
            for job in row.occupations
        ),
        skills=tuple(HeldSkill(sys.intern(s["uri"]), s["level"], s["evidence"], _day(s.get("dated"))) for s in skills),
        eqf=row.eqf,
        languages=tuple(Language(item["code"], item["cefr"]) for item in languages),
        preferences=_preferences(row.preferences),
        recognition=tuple(
            Recognition(r["isco08"], r["status"], _day(r.get("compensation_ends_on")), r["country"])
            for r in all_recognitions(row.stated_recognitions, row.earned_recognitions)
        ),
        trained_by_partnership=row.trained_by_partnership,
        track_chosen=row.track_chosen,  # type: ignore[arg-type]  # the column holds HOME, AWAY or NULL
        origin_employment=row.origin_employment,
        persona=row.persona,
    )


def _consent(row: CandidateRow | Row[Any]) -> Consent:
    consent = Consent.of(row.consent)
    return consent.asleep_since(row.dormant_since) if row.dormant_since else consent


def _preferences(data: Data) -> Preferences:
    weights = dict(data.get("weights") or {})
    if data.get("green_work") is True:
        weights.setdefault("green", 1.0)
    if data.get("green_work") is False:
        weights.pop("green", None)
    least = data.get("minimum_net_monthly_wage")
    return Preferences(
        track=data.get("track", "EITHER"),
        destinations=tuple(dict.fromkeys(data.get("destinations") or ())),
        excluded_countries=frozenset(data.get("excluded_countries") or ()),
        min_net_monthly_wage=Money(Decimal(least["amount"]), least["currency"]) if least else None,
        sectors=frozenset(data.get("sectors") or ()),
        contract_types=frozenset(data.get("contract_types") or ()),
        max_months_away=data.get("maximum_months_away"),
        weights=weights,
    )


def opening_of(data: Data, rates: Rates) -> Opening:
    """An opening from a VacancyChanged event; parties, quota and places taken are filled in by the engine."""
    wage = data["gross_monthly_wage"]
    currency = wage["currency"]
    return Opening(
        id=UUID(data["id"]),
        organisation_id=UUID(data["organisation_id"]),
        parties=frozenset(),
        country=data["country"],
        title=title_of(data["title"], "en"),
        isco08=data["isco08"],
        gross_monthly_wage=Decimal(wage["amount"]),
        currency=currency,
        contract_type=data["contract_type"],
        start_from=date.fromisoformat(data["start_from"]),
        start_to=date.fromisoformat(data["start_to"]),
        places=data["places"],
        places_left=data["places"],
        sector=data.get("sector"),
        partnership_ids=frozenset(UUID(p) for p in data["partnership_ids"]),
        esco_uri=data.get("esco_uri"),
        skills=tuple(_required(s["uri"], s["level"], s["essential"], s["critical"]) for s in data["skills"]),
        eqf_min=data.get("minimum_eqf"),
        equivalent_experience=data["equivalent_experience"],
        min_experience_months=data.get("minimum_experience_months"),
        languages=tuple(Language(item["code"], item["cefr"]) for item in data["languages"]),
        regulated=data["regulated"],
        net_monthly_wage_estimate=_in(currency, data.get("net_monthly_wage_estimate"), rates),
        wage_floor=_in(currency, data.get("wage_floor"), rates),
        contract_months=data.get("contract_months"),
        green_share=data.get("green_share"),
        min_age=data.get("minimum_age"),
        max_age=data.get("maximum_age"),
        pathway=data.get("pathway"),
        status=data["status"],
    )


@lru_cache(maxsize=100_000)
def _required(uri: str, level: int, essential: bool, critical: bool) -> RequiredSkill:
    """One object for all openings that ask the same: they are kept in memory by the hundred thousand."""
    return RequiredSkill(sys.intern(uri), level, essential, critical)


def session_of(programme: Data, session: Any, parties: frozenset[UUID], seats_left: int, language: str) -> Session:
    """A training session from its stored row and the ProgrammeChanged event of its programme."""
    cost, pays, step = programme["cost_per_trainee"], programme.get("trainee_pays"), programme.get("language")
    return Session(
        id=session.id,
        programme_id=session.programme_id,
        provider_id=session.organisation_id,
        parties=parties,
        title=title_of(programme["title"], language),
        kind=programme["programme_type"],
        country=programme["country"],
        start=session.starts_on,
        end=session.ends_on,
        weeks=max(1, -(-((session.ends_on - session.starts_on).days + 1) // 7)),
        seats_left=max(0, seats_left),
        cost=Decimal(cost["amount"]),
        currency=cost["currency"],
        teaches=tuple((skill["uri"], skill["level"]) for skill in programme["skills"]),
        prerequisites=frozenset(programme["prerequisites"]),
        language=LanguageStep(step["code"], step.get("from_cefr"), step["to_cefr"]) if step else None,
        worker_cost=Decimal(pays["amount"]) if pays else Decimal(0),
        worker_currency=pays["currency"] if pays else None,
    )


def title_of(titles: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in English, else in the first language there is."""
    return titles.get(language) or titles.get("en") or titles[min(titles)]


def nearest(uri: str, known: Sequence[str]) -> str | None:
    """The known URI that `uri` was probably meant to be. Only those that share its first or last characters are
    compared, which a single slip of the pen leaves in place and keeps this quick over all of ESCO."""
    head, tail = uri.rpartition("/")[2][:4], uri[-4:]
    close = [other for other in known if other.endswith(tail) or other.rpartition("/")[2].startswith(head)]
    found = difflib.get_close_matches(uri, close, n=1, cutoff=0.8)
    return found[0] if found else None


def nearest_isco(code: str, known: Collection[str]) -> str:
    """The known unit group that shares the most leading digits with `code`, which is the nearest in the hierarchy."""
    shared = {other: sum(code.startswith(other[:n]) for n in range(1, 5)) for other in known}
    return min(known, key=lambda other: (-shared[other], other))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _in(currency: str, money: Data | None, rates: Rates) -> Decimal | None:
    """The amount in `currency`; None when there is none or a rate is not known."""
    if money is None:
        return None
    amount = Decimal(money["amount"])
    if money["currency"] == currency:
        return amount
    have, want = rates.get(money["currency"]), rates.get(currency)
    return (amount / Decimal(str(have)) * Decimal(str(want))).quantize(Decimal("0.01")) if have and want else None
