"""Candidates and openings as rows of numbers for the index: one function a side, used for storing and asking."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.gates import LEGAL_AGE, counts_from, tracks
from services.matching.profiles import OPEN, Candidate, Opening, language_levels, required_skills
from services.matching.safeguards import Ruling
from services.matching.scoring import B_TERMS, destination_value
from services.matching.similarity import Taxonomy
from services.matching.weights import A_TERMS, EVIDENCE, WeightProfile, profile_for

Row = tuple[dict[str, Any], dict[str, dict[str, Any]]]
LEVELS = 5
NEVER = 99991231

OPENING_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(
        ("parties", "full", "access", "country", "isco", "post", "sector", "contract", "currency"), np.int32
    ),
    **dict.fromkeys(("start_from", "start_to", "min_age", "max_age"), np.int32),
    **dict.fromkeys(("eqf_min", "experience", "enough", "languages"), np.int32),
    **dict.fromkeys(("equivalent", "regulated", "wage_ok", "open"), np.bool_),
    **dict.fromkeys(("net", "green", "months", "essential", "optional", "half_shared", "e_min", "covered"), np.float64),
    **dict.fromkeys([f"a_{term}" for term in A_TERMS], np.float64),
}
OPENING_LISTS: dict[str, dict[str, Any]] = {
    **{name: {"key": np.intp} for name in ("essential", "optional", "critical")},
    "languages": {"code": np.int32, "level": np.int32},
}
CANDIDATE_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("organisation", "residence", "wage_currency", "eqf", "birth", "kept"), np.int32),
    **dict.fromkeys(("available_from", "available_to", "granted", "expires", "withdrawn"), np.int32),
    **dict.fromkeys(("scope_home", "scope_away", "home", "away", "worked", "trained"), np.bool_),
    **dict.fromkeys(("min_wage", "max_months", *(f"w_{term}" for term in B_TERMS)), np.float64),
}
CANDIDATE_LISTS: dict[str, dict[str, Any]] = {
    "skills": {"skill": np.int32, "level": np.int8, "evidence": np.float64},
    "languages": {"code": np.int32, "level": np.int32},
    "jobs": {"isco": np.int32, "months": np.int32},
    "recognition": {"post": np.int32, "on": np.int32},
    "destinations": {"country": np.int32, "value": np.float64},
    "excluded": {"country": np.int32},
    "sectors": {"sector": np.int32},
    "contracts": {"contract": np.int32},
}


class Names(dict[Hashable, int]):
    """Numbers for values, given in order of first appearance; they order nothing in a result."""

    def __missing__(self, value: Hashable) -> int:
        self[value] = len(self)
        return self[value]


def day_number(day: date | None, otherwise: int = NEVER) -> int:
    """yyyymmdd: ordered like dates, and the difference of two, divided by 10,000, is an age in full years."""
    return otherwise if day is None else day.year * 10000 + day.month * 100 + day.day


class Rows:
    """Turns profiles into rows; keeps the numbers given to skills, countries, codes."""

    def __init__(self, taxonomy: Taxonomy, profile: WeightProfile | None) -> None:
        self.taxonomy, self.profile = taxonomy, profile
        self.skills = Names(taxonomy.number)
        self.kinds: dict[str, Names] = {}

    def names(self, kind: str) -> Names:
        return self.kinds.setdefault(kind, Names())

    def key(self, uri: str, level: int) -> int:
        """Place of (skill, required level) in a flat credit table."""
        return self.skills[uri] * LEVELS + level - 1

    def ways(self, kind: str, of: Callable[[Any], Ruling], numbers: Any) -> dict[str, NDArray[Any]]:
        """Strictness, first and last day of the pathway, for each of `numbers`; no pathway is open on no day."""
        rulings = [of(name) for name in self.names(kind)]
        days = [(r.pathway.valid_from, r.pathway.valid_to) if r.pathway else (None, date.min) for r in rulings]
        known = [(r.strictness, day_number(d[0]), day_number(d[1])) for r, d in zip(rulings, days, strict=True)]
        gathered = np.array(known, dtype=np.int64).reshape(-1, 3)[numbers]
        return dict(zip(("strictness", "way_from", "way_to"), gathered.T, strict=True))

    def opening(self, opening: Opening) -> Row:
        skills = required_skills(opening)
        asked = language_levels(opening.languages)
        net = opening.net_monthly_wage_estimate
        profile = self.profile or profile_for(opening.isco08)
        essential = self._weight([skill.uri for skill in skills if skill.essential])
        optional = self._weight([skill.uri for skill in skills if not skill.essential])
        e_weight, o_weight = profile.coverage_weights(essential, optional)
        values = {
            "parties": self.names("parties")[opening.parties],
            "full": self.names("full")[opening.full],
            "access": self.names("access")[opening.access],
            "country": self.names("country")[opening.country],
            "isco": self.names("isco")[opening.isco08[:3]],
            # Only regulated posts ask for recognition: the others share one number, which keeps the table short.
            "post": self.names("post")[(opening.isco08, opening.country) if opening.regulated else ("", "")],
            "sector": self.names("sector")[opening.sector],
            "contract": self.names("contract")[opening.contract_type],
            "currency": self.names("currency")[opening.currency],
            "start_from": day_number(opening.start_from),
            "start_to": day_number(opening.start_to),
            "min_age": max(LEGAL_AGE, opening.min_age or 0),
            "max_age": 999 if opening.max_age is None else opening.max_age,
            "eqf_min": opening.eqf_min or 0,
            "experience": opening.min_experience_months or 0,
            "enough": max(profile.equivalent_months, opening.min_experience_months or 0),
            "languages": len(asked),
            "equivalent": opening.equivalent_experience,
            "regulated": opening.regulated,
            "wage_ok": opening.wage_floor is None or opening.gross_monthly_wage >= opening.wage_floor,
            "open": opening.places_left > 0 and opening.status == OPEN,
            "net": np.nan if net is None else float(net),
            "green": np.nan if opening.green_share is None else opening.green_share,
            "months": np.inf if opening.contract_months is None else max(opening.contract_months, 1),
            "essential": essential,
            "optional": optional,
            "half_shared": profile.half_shared,
            "e_min": profile.e_min,
            "covered": profile.covered,
            **{f"a_{term}": weight for term, weight in (profile.a | {"E": e_weight, "O": o_weight}).items()},
        }
        lists = {
            "essential": {"key": [self.key(s.uri, s.level) for s in skills if s.essential]},
            "optional": {"key": [self.key(s.uri, s.level) for s in skills if not s.essential]},
            "critical": {"key": [self.key(s.uri, s.level) for s in skills if s.critical]},
            "languages": self._languages(asked),
        }
        return values, lists

    def candidate(self, candidate: Candidate) -> Row:
        wishes, consent = candidate.preferences, candidate.consent
        least, allowed = wishes.min_net_monthly_wage, tracks(candidate)
        values = {
            "organisation": self.names("organisation")[candidate.organisation_id],
            "residence": self.names("country")[candidate.residence],
            "wage_currency": self.names("currency")[least.currency if least else ""],
            "eqf": candidate.eqf or 0,
            "birth": day_number(candidate.birth_date),
            "available_from": day_number(candidate.available_from),
            "available_to": day_number(candidate.available_to),
            "granted": day_number(consent.granted_on),
            "expires": day_number(consent.expires_on),
            "withdrawn": day_number(consent.withdrawn_on),
            "scope_home": "MATCHING_HOME" in consent.scopes,
            "scope_away": "MATCHING_AWAY" in consent.scopes,
            "home": "HOME" in allowed,
            "away": "AWAY" in allowed,
            "worked": bool(candidate.occupations),
            "trained": candidate.trained_by_partnership,
            "kept": self.names("kept")[candidate.post],
            "min_wage": np.nan if least is None else float(least.amount),
            "max_months": np.nan if wishes.max_months_away is None else wishes.max_months_away,
            **{f"w_{term}": weight for term, weight in _declared(candidate).items()},
        }
        return values, self._candidate_lists(candidate)

    def _candidate_lists(self, candidate: Candidate) -> dict[str, dict[str, Any]]:
        wishes, evidence = candidate.preferences, EVIDENCE
        country, ranked = self.names("country"), wishes.destinations
        return {
            "skills": {
                "skill": [self.skills[held.uri] for held in candidate.skills],
                "level": [held.level for held in candidate.skills],
                "evidence": [evidence[held.evidence] for held in candidate.skills],
            },
            "languages": self._languages(language_levels(candidate.languages)),
            "jobs": {
                "isco": [self.names("isco")[job.isco08[:3]] for job in candidate.occupations],
                "months": [job.months for job in candidate.occupations],
            },
            "recognition": {
                "post": [self.names("post")[(item.isco08, item.country)] for item in candidate.recognition],
                "on": [day_number(counts_from(item), NEVER + 1) for item in candidate.recognition],
            },
            "destinations": {
                "country": [country[code] for code in ranked],
                "value": [destination_value(ranked, code) for code in ranked],
            },
            "excluded": {"country": [country[code] for code in sorted(wishes.excluded_countries)]},
            "sectors": {"sector": [self.names("sector")[name] for name in sorted(wishes.sectors)]},
            "contracts": {"contract": [self.names("contract")[name] for name in sorted(wishes.contract_types)]},
        }

    def _weight(self, uris: list[str]) -> float:
        total = 0.0
        for uri in uris:
            total += self.taxonomy.weight(uri)
        return total

    def _languages(self, levels: Mapping[str, int]) -> dict[str, Any]:
        return {
            "code": [self.names("language")[code] for code in levels],
            "level": list(levels.values()),
        }


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
    return {term: wishes.weights.get(term, 1.0) if is_so else 0.0 for term, is_so in declared.items()}
