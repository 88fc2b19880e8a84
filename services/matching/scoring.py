"""The two-sided score of one candidate for one opening, and its explanation.

Employer side A: E and O, how far the essential and the optional skills are covered; S, how much is shared outright; L
language, X experience, Q qualification; with the weights of the profile of the occupation's family (`weights`). B over
declared preferences, match R = 2AB/(A+B). Terms that do not apply or are not known are dropped, the other weights
renormalised, and the drop reported: nothing unknown counts as zero. Lists of skills and languages are read as complete
(what is not listed is a gap), otherwise naming a first skill could lower a score. Sex, nationality and age enter no
term.

E and O are shares of what the vacancy asks, and alone they favour vacancies that ask for little. S is an amount:
x / (x + h), where x is the weight of the skills held under the very same URI and h that of an average handful. So the
score is symmetric without a term that more skills could lower: nobody is worth less for being able to do more.

Sums run from left to right over skills in order of URI, so that the same input gives the same bytes and the
index, which sums in the same order, gives the same float.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.matching.coverage import Holdings as Holdings
from services.matching.coverage import SkillCredit as SkillCredit
from services.matching.coverage import mean_credit, skill_terms, to_learn
from services.matching.gates import Coverage, Gate, evaluate, near_miss
from services.matching.profiles import (
    CLAIMED,
    Candidate,
    Opening,
    Rates,
    in_euro,
    in_sectors,
    language_levels,
    relevant_months,
    required_skills,
    side_of,
)
from services.matching.similarity import Taxonomy
from services.matching.weights import WeightProfile, profile_for

ENGINE = "matching-2"
B_TERMS = ("wage", "destination", "sector", "contract", "duration", "green")
Why = Literal["unknown", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Term:
    """`weight` is the weight after renormalisation: value * weight = contribution."""

    name: str
    weight: float
    value: float
    contribution: float
    evidence: str
    source_date: date | None


@dataclass(frozen=True, slots=True)
class Dropped:
    name: str
    weight: float
    reason: Why
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`a`, `b` are None when no term of that side is known; `score` is then the other side alone."""

    candidate_id: UUID
    opening_id: UUID
    side: str
    score: float
    a: float | None
    b: float | None
    a_terms: tuple[Term, ...]
    b_terms: tuple[Term, ...]
    dropped: tuple[Dropped, ...]
    confidence: float
    matched_skills: tuple[SkillCredit, ...]
    missing_skills: tuple[SkillCredit, ...]
    claimed: int
    evidenced: int
    gates: tuple[Gate, ...]
    passed: bool
    near_miss: bool
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """A term before weighing: a known value, or the reason why there is none."""

    name: str
    weight: float
    value: float | None
    evidence: str = ""
    source_date: date | None = None
    reason: Why = "not_applicable"


def harmonic(a: float | None, b: float | None) -> float:
    """R = 2AB/(A+B); one side unknown: the other alone."""
    if a is None or b is None:
        return (a if a is not None else b) or 0.0
    return 2.0 * a * b / (a + b) if a + b else 0.0


def candidate_side(candidate: Candidate, opening: Opening, rates: Rates) -> float | None:
    """B alone, which looks at wishes and not at skills; None where none is declared and known."""
    return _weigh(_candidate_values(candidate, opening, rates))[0]


def employer_side(score: float, b: float | None) -> float | None:
    """A of a pair whose R and B are known. None where B is 0: so is R then, whatever A is."""
    if b is None:
        return score
    return score * b / (2.0 * b - score) if b else None


def qualification(eqf: int, asked: int, months: int, opening: Opening, profile: WeightProfile) -> float:
    """1 at or above the EQF level asked, .7 one below where experience counts and is there, else .3."""
    if eqf >= asked:
        return 1.0
    enough = max(profile.equivalent_months, opening.min_experience_months or 0)
    return 0.7 if eqf == asked - 1 and opening.equivalent_experience and months >= enough else 0.3


def explain(
    candidate: Candidate,
    opening: Opening,
    taxonomy: Taxonomy,
    rates: Rates,
    today: date,
    profile: WeightProfile | None = None,
    language: str = "en",
) -> Explanation:
    """Score, terms, skills and gates of one pair, by the profile in force for the occupation unless another is given.
    Pure: same arguments, same result to the last bit."""
    profile = profile or profile_for(opening.isco08)
    holdings = Holdings(candidate.skills, taxonomy, profile)
    credits = [holdings.best(skill, language) for skill in required_skills(opening)]
    essential = mean_credit([credit for credit in credits if credit.essential])
    weak = tuple(c.uri for c in credits if c.critical and c.credit < profile.covered)
    coverage = Coverage(essential, weak, profile.e_min, profile.covered, to_learn(credits, profile))
    gates = evaluate(candidate, opening, coverage, rates, today)

    a, a_terms, a_dropped, a_known = _weigh(_employer_values(candidate, opening, credits, profile))
    b, b_terms, b_dropped, b_known = _weigh(_candidate_values(candidate, opening, rates))
    matched = tuple(credit for credit in credits if credit.credit >= profile.covered)
    claimed = sum(credit.evidence in CLAIMED for credit in matched)
    return Explanation(
        candidate_id=candidate.id,
        opening_id=opening.id,
        side=side_of(candidate, opening),
        score=harmonic(a, b),
        a=a,
        b=b,
        a_terms=a_terms,
        b_terms=b_terms,
        dropped=a_dropped + b_dropped,
        confidence=_mean([share for share in (a_known, b_known) if share is not None]),
        matched_skills=matched,
        missing_skills=tuple(credit for credit in credits if credit.credit < profile.covered),
        claimed=claimed,
        evidenced=len(matched) - claimed,
        gates=gates,
        passed=all(gate.passed for gate in gates),
        near_miss=near_miss(gates),
        versions={"profile": profile.name, "taxonomy": taxonomy.version, "engine": ENGINE},
    )


def _weigh(
    values: list[Value],
) -> tuple[float | None, tuple[Term, ...], tuple[Dropped, ...], float | None]:
    """Weighted mean over the known values, its terms, what was dropped, and the share of weight that is known
    (None when no term applies)."""
    total = weights = unknown = 0.0
    for item in values:
        if item.value is not None:
            total += item.weight * item.value
            weights += item.weight
        elif item.reason == "unknown":
            unknown += item.weight
    dropped = tuple(
        Dropped(item.name, item.weight, item.reason, item.evidence) for item in values if item.value is None
    )
    known = weights / (weights + unknown) if weights + unknown else None
    if not weights:
        return None, (), dropped, known
    terms = tuple(
        Term(
            name=item.name,
            weight=item.weight / weights,
            value=item.value,
            contribution=item.weight * item.value / weights,
            evidence=item.evidence,
            source_date=item.source_date,
        )
        for item in values
        if item.value is not None
    )
    return total / weights, terms, dropped, known


def _mean(shares: list[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


def _employer_values(
    candidate: Candidate, opening: Opening, credits: list[SkillCredit], profile: WeightProfile
) -> list[Value]:
    dated = sorted(candidate.skills, key=lambda skill: skill.dated or date.min)
    held: dict[tuple[str, str], date | None] = {(s.uri, s.evidence): s.dated for s in dated}
    months = relevant_months(candidate, opening.isco08)
    return [
        *(_skill_value(name, weight, value, used, held) for name, weight, value, used in skill_terms(credits, profile)),
        _language_value(candidate, opening, profile),
        _experience_value(candidate, opening, months, profile),
        _qualification_value(candidate, opening, months, profile),
    ]


def _skill_value(
    name: str,
    weight: float,
    value: float | None,
    credits: list[SkillCredit],
    held: Mapping[tuple[str, str], date | None],
) -> Value:
    used = [credit for credit in credits if credit.credit > 0]
    classes = [credit.evidence for credit in used]
    seen = ", ".join(f"{classes.count(kind)} {kind}" for kind in sorted({str(kind) for kind in classes}))
    dates = [day for credit in used if (day := held.get((str(credit.by_uri), str(credit.evidence)))) is not None]
    detail = "no such skill is asked" if value is None else seen or "no skill found"
    return Value(name, weight, value, detail, max(dates, default=None))


def _language_value(candidate: Candidate, opening: Opening, profile: WeightProfile) -> Value:
    have, asked = language_levels(candidate.languages), language_levels(opening.languages)
    if not asked:
        return Value("L", profile.a["L"], None, "no language is asked")
    total = 0.0
    for code, level in asked.items():
        total += min(1.0, max(0.0, 1.0 + 0.25 * (have.get(code, 0) - level)))
    return Value("L", profile.a["L"], total / len(asked), "stated CEFR levels")


def _experience_value(candidate: Candidate, opening: Opening, months: int, profile: WeightProfile) -> Value:
    weight, asked = profile.a["X"], opening.min_experience_months
    if not asked:
        return Value("X", weight, None, "no experience is asked")
    if not candidate.occupations:
        return Value("X", weight, None, "no occupations stated", reason="unknown")
    group = opening.isco08[:3]
    dates = [job.last_date for job in candidate.occupations if job.last_date and job.isco08[:3] == group]
    seen = f"{months} of {asked} months in ISCO-08 group {group}"
    return Value("X", weight, min(1.0, months / asked), seen, max(dates, default=None))


def _qualification_value(candidate: Candidate, opening: Opening, months: int, profile: WeightProfile) -> Value:
    weight, asked = profile.a["Q"], opening.eqf_min
    if not asked:
        return Value("Q", weight, None, "no EQF level is asked")
    if candidate.eqf is None:
        return Value("Q", weight, None, "EQF level not stated", reason="unknown")
    value = qualification(candidate.eqf, asked, months, opening, profile)
    return Value("Q", weight, value, f"EQF {candidate.eqf}, asked {asked}")


def _candidate_values(candidate: Candidate, opening: Opening, rates: Rates) -> list[Value]:
    """v of each declared preference; what is not declared has weight 0 and is not mentioned."""
    wishes = candidate.preferences
    away = side_of(candidate, opening) == "AWAY"
    values = []
    least = wishes.min_net_monthly_wage
    if least is not None and least.amount > 0:
        net = in_euro(opening.net_monthly_wage_estimate, opening.currency, rates)
        asked = in_euro(least.amount, least.currency, rates)
        ratio = None if net is None or asked is None else min(1.0, 0.5 * net / asked)
        # As in the fourfold scale: .5 is break-even, 1 twice the minimum.
        values.append(_wish(wishes.weights, "wage", ratio, "net wage against minimum", "unknown"))
    if wishes.destinations:
        place = destination_value(wishes.destinations, opening.country)
        applies = away or opening.country in wishes.destinations
        values.append(_wish(wishes.weights, "destination", place if applies else None, opening.country))
    if wishes.sectors:
        found = None if opening.sector is None else float(in_sectors(wishes.sectors, opening.sector))
        values.append(_wish(wishes.weights, "sector", found, opening.sector or "not stated", "unknown"))
    if wishes.contract_types:
        fits = float(opening.contract_type in wishes.contract_types)
        values.append(_wish(wishes.weights, "contract", fits, opening.contract_type))
    if wishes.max_months_away is not None:
        months = opening.contract_months
        short = 0.0 if months is None else min(1.0, wishes.max_months_away / max(months, 1))
        values.append(_wish(wishes.weights, "duration", short if away else None, f"{months or 'open'} months"))
    if "green" in wishes.weights:
        values.append(_wish(wishes.weights, "green", opening.green_share, "green share of the job", "unknown"))
    return [value for value in values if value.weight > 0]


def _wish(
    weights: Mapping[str, float], name: str, value: float | None, detail: str, reason: Why = "not_applicable"
) -> Value:
    return Value(name, weights.get(name, 1.0), value, detail, None, reason)


def destination_value(ranked: tuple[str, ...], country: str) -> float:
    """1 for the first choice, falling evenly to 1/n for the last, 0 for a country not named."""
    return (len(ranked) - ranked.index(country)) / len(ranked) if country in ranked else 0.0
