"""Candidates and openings as rows of numbers for the index: one function a side, used for storing and asking."""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import numpy as np

from services.matching.columns import CRITICAL, ESSENTIAL, LEVELS, OPTIONAL, Floats
from services.matching.gates import LEGAL_AGE, counts_from, offer_stands, tracks
from services.matching.profiles import OPEN, UNLIMITED, Candidate, Opening, language_levels, required_skills
from services.matching.scoring import B_TERMS, destination_value
from services.matching.similarity import Taxonomy
from services.matching.weights import A_TERMS, DEFAULT_PROFILE, WeightProfile, profile_for

Lists = dict[str, list[tuple[Any, ...]]]
Row = tuple[dict[str, Any], Lists]
NEVER = 99991231
ANYWHERE = -1


class Names(dict[Hashable, int]):
    """Numbers for values, given in order of first appearance; they order nothing in a result."""

    def __missing__(self, value: Hashable) -> int:
        self[value] = len(self)
        return self[value]


def day_number(day: date | None, otherwise: int = NEVER) -> int:
    """yyyymmdd: ordered like dates, and the difference of two, divided by 10,000, is an age in full years."""
    return otherwise if day is None else day.year * 10000 + day.month * 100 + day.day


def text_word(text: str) -> tuple[int, int]:
    """Up to eight ASCII characters as a number, and the mask under which a longer text equals it if it begins so."""
    code = text.encode("ascii")[:8]
    return int.from_bytes(code.ljust(8, b"\0"), "big"), int.from_bytes((b"\xff" * len(code)).ljust(8, b"\0"), "big")


class Rows:
    """Turns profiles into rows; keeps the numbers given to skills, countries, codes."""

    def __init__(self, taxonomy: Taxonomy, profile: WeightProfile | None) -> None:
        self.taxonomy, self.profile = taxonomy, profile
        self.skills = Names(taxonomy.number)
        self.kinds: dict[str, Names] = {"sector": Names({None: 0})}
        evidence = (profile or DEFAULT_PROFILE).evidence
        self._classes = {
            (level, kind): n for n, (level, kind) in enumerate((le, k) for le in range(1, 6) for k in evidence)
        }
        required = np.arange(1, LEVELS + 1)
        self.worth: Floats = np.array([np.minimum(1.0, le / required) * evidence[k] for le, k in self._classes])

    def names(self, kind: str) -> Names:
        return self.kinds.setdefault(kind, Names())

    def opening(self, opening: Opening) -> Row:
        """Values and lists of `columns.Openings`."""
        skills, asked = required_skills(opening), language_levels(opening.languages)
        profile = self.profile or profile_for(opening.isco08)
        omega = [self.taxonomy.weight(skill.uri) for skill in skills]
        essential = _sum(weight for weight, skill in zip(omega, skills, strict=True) if skill.essential)
        optional = _sum(weight for weight, skill in zip(omega, skills, strict=True) if not skill.essential)
        e_weight, o_weight = profile.coverage_weights(essential, optional)
        net, spoken = opening.net_monthly_wage_estimate, self._languages(asked)
        values = {
            "country": self.names("country")[opening.country],
            "parties": self.names("parties")[opening.parties],
            "full": self.names("full")[opening.full],
            "access": self.names("access")[opening.access],
            "isco": self.names("isco")[opening.isco08[:3]],
            "post": text_word(opening.isco08)[0],
            "regulated": opening.regulated,
            "sector": self.names("sector")[opening.sector],
            "contract": self.names("contract")[opening.contract_type],
            "employer": self.names("employer")[opening.country, opening.organisation_id, opening.sector],
            "currency": self.names("currency")[opening.currency],
            "start_from": day_number(opening.start_from),
            "start_to": day_number(opening.start_to),
            "min_age": max(LEGAL_AGE, opening.min_age or 0),
            "max_age": 999 if opening.max_age is None else opening.max_age,
            "eqf_min": opening.eqf_min or 0,
            "experience": opening.min_experience_months or 0,
            "enough": max(profile.equivalent_months, opening.min_experience_months or 0),
            "equivalent": opening.equivalent_experience,
            "stands": offer_stands(opening) and opening.places_left > 0 and opening.status == OPEN,
            "net": np.nan if net is None else float(net),
            "green": np.nan if opening.green_share is None else opening.green_share,
            "months": np.inf if opening.contract_months is None else max(opening.contract_months, 1),
            "essential": essential,
            "optional": optional,
            "half_shared": profile.half_shared,
            "e_min": profile.e_min,
            "covered": profile.covered,
            "critical": any(skill.critical for skill in skills),
        }
        weights = {**profile.a, "E": e_weight, "O": o_weight}
        values |= {f"a_{term.lower()}": weights[term] for term in A_TERMS}
        kinds = [CRITICAL if skill.critical else ESSENTIAL if skill.essential else OPTIONAL for skill in skills]
        numbers = [self.skills[skill.uri] for skill in skills]
        levels = [skill.level for skill in skills]
        return values, {
            "skills": list(zip(omega, numbers, levels, kinds, strict=True)),
            "languages": spoken,
        }

    def candidate(self, candidate: Candidate) -> Row:
        """Values and lists of `columns.Candidates`."""
        wishes, consent = candidate.preferences, candidate.consent
        least, allowed = wishes.min_net_monthly_wage, tracks(candidate)
        values = {
            "organisation": self.names("organisation")[candidate.organisation_id],
            "residence": self.names("country")[candidate.residence],
            "mover": self.names("mover")[candidate.mover],
            "granted": day_number(consent.granted_on),
            "expires": day_number(consent.expires_on),
            "withdrawn": day_number(consent.withdrawn_on),
            "home": "HOME" in allowed and "MATCHING_HOME" in consent.scopes,
            "away": "AWAY" in allowed and "MATCHING_AWAY" in consent.scopes,
            "birth": day_number(candidate.birth_date),
            "available_from": day_number(candidate.available_from),
            "available_to": day_number(candidate.available_to),
            "trained": candidate.trained_by_partnership,
            "kept": self.names("kept")[candidate.post],
            "worked": bool(candidate.occupations),
            "excludes": bool(wishes.excluded_countries),
            "limited": consent.limits != UNLIMITED,
            "limits": self.names("limits")[candidate.residence, consent.limits] if consent.limits != UNLIMITED else 0,
            "eqf": candidate.eqf or 0,
            "min_wage": np.nan if least is None else float(least.amount),
            "wage_currency": self.names("currency")[least.currency if least else ""],
            "max_months": np.nan if wishes.max_months_away is None else wishes.max_months_away,
            **{f"w_{term}": weight for term, weight in _declared(candidate).items()},
        }
        return values, self._candidate_lists(candidate)

    def _candidate_lists(self, candidate: Candidate) -> Lists:
        wishes, country = candidate.preferences, self.names("country")
        ranked, recognised = wishes.destinations, candidate.recognition
        held = ((self.skills[skill.uri], self._classes[skill.level, skill.evidence]) for skill in candidate.skills)
        return {
            "skills": sorted(held),
            "languages": self._languages(language_levels(candidate.languages)),
            "jobs": [(self.names("isco")[job.isco08[:3]], job.months) for job in candidate.occupations],
            "recognition": [
                (
                    *text_word(item.isco08),
                    ANYWHERE if item.country is None else country[item.country],
                    day_number(counts_from(item), NEVER + 1),
                )
                for item in recognised
            ],
            "destinations": [(destination_value(ranked, code), country[code]) for code in ranked],
            "excluded": [(country[code],) for code in sorted(wishes.excluded_countries)],
            "sectors": [(self.names("wish")[name],) for name in sorted(wishes.sectors)],
            "contracts": [(self.names("contract")[name],) for name in sorted(wishes.contract_types)],
        }

    def _languages(self, levels: Mapping[str, int]) -> list[tuple[int, int]]:
        return [(self.names("language")[code], level) for code, level in levels.items()]


def _sum(weights: Any) -> float:
    """From left to right, as `scoring` does: sum() of newer Pythons rounds otherwise."""
    total = 0.0
    for weight in weights:
        total += weight
    return total


def _declared(candidate: Candidate) -> dict[str, float]:
    """Weight of each candidate-side term, 0 where the preference is not declared."""
    wishes = candidate.preferences
    least = wishes.min_net_monthly_wage
    declared = {
        "wage": least is not None and least.amount > 0,
        "destination": bool(wishes.destinations),
        "sector": bool(wishes.sectors),
        "contract": bool(wishes.contract_types),
        "duration": wishes.max_months_away is not None,
        "green": "green" in wishes.weights,
    }
    return {term: wishes.weights.get(term, 1.0) if declared[term] else 0.0 for term in B_TERMS}
