"""Gates and score of one candidate and one opening, compiled: row `i` of the one, row `j` of the other.

`gates.evaluate` and `scoring.explain` are the definition; this does the same sums in the same order, so that the floats
are equal. Which way a ranking goes makes no difference here.
"""

import numpy as np

from services.matching.columns import NEAR, PASSES, REFUSED, Asked, Candidates, Openings, Tables
from services.matching.compiled import inlined


@inlined
def may_be_matched(c: Candidates, i: int, country: int, t: Tables, asked: Asked) -> bool:
    """H01, H14 and the countries of H13: whether the person may be matched there at all, and is asked for there."""
    person = c.rows[i]
    if not (person.alive and person.granted <= t.today <= person.expires and t.today < person.withdrawn):
        return False
    home = country == person.residence
    if not ((asked.home and person.home) if home else (asked.away and person.away)):
        return False
    excluded = False
    if person.excludes:
        details = c.details[i]
        for p in range(details.excluded_at, details.excluded_end):
            excluded = excluded or c.excluded[p].number == country
    return not excluded


@inlined
def cefr(c: Candidates, i: int, language: int) -> int:
    """Level held, 0 if none."""
    details = c.details[i]
    for p in range(details.languages_at, details.languages_end):
        if c.languages[p].language == language:
            return int(c.languages[p].level)
    return 0


@inlined
def recognised(c: Candidates, i: int, o: Openings, j: int) -> bool:
    """H06: whether a recognition counts for the post by its last day to start."""
    details, job, asks = c.details[i], o.rows[j], o.details[j]
    for p in range(details.recognition_at, details.recognition_end):
        where = c.recognition[p].country
        if (
            c.recognition[p].on <= job.start_to
            and (where < 0 or where == job.country)
            and (asks.post & c.recognition[p].mask) == c.recognition[p].post
        ):
            return True
    return False


@inlined
def verdict(c: Candidates, i: int, o: Openings, j: int, t: Tables) -> int:
    """REFUSED, NEAR or PASSES by all gates but those of `may_be_matched` and H08; of H01 the limits of the consent."""
    person, job, asks = c.rows[i], o.rows[j], o.details[j]
    if not (job.alive and job.stands and t.offered[person.organisation, job.parties]):
        return REFUSED
    if person.limited and not t.agreed[c.details[i].limits, asks.employer]:
        return REFUSED
    residence, away = person.residence, job.country != person.residence
    start = max(max(job.start_from, person.available_from), t.today)
    age = (start - person.birth) // 10000
    if job.start_to < t.today or not job.min_age <= age <= job.max_age:
        return REFUSED
    result = PASSES
    if away:
        mover, access = person.mover, job.access
        incumbent = t.incumbency[person.kept, job.isco]
        result = t.admission[t.strictness[mover, access], 1 if person.trained else 0, incumbent]
        if (
            result == REFUSED
            or not t.way_from[mover, access] <= start <= t.way_to[mover, access]
            or not t.way_min_age[mover, access] <= age <= t.way_max_age[mover, access]
            or t.full[job.full, residence]
            or job.months > person.max_months
        ):
            return REFUSED
    if job.net / t.rate[job.currency] < person.min_wage / t.rate[person.wage_currency]:
        return REFUSED
    if start > min(job.start_to, person.available_to) or (job.regulated and not recognised(c, i, o, j)):
        return NEAR
    for p in range(asks.languages_at, asks.languages_end):
        if cefr(c, i, o.languages[p].language) < o.languages[p].level:
            return NEAR
    return result


@inlined
def employer_side(
    c: Candidates, i: int, o: Openings, j: int, e: float, opt: float, alone: float
) -> tuple[float, float]:
    """Weighted sum and weights of the known terms E, O, S, L, X, Q. `e`, `opt`: sums of weight times credit over
    essential and optional skills; `alone`: over all, of what the very same skill earns."""
    person, details, job, asks = c.rows[i], c.details[i], o.rows[j], o.details[j]
    total = weights = 0.0
    if asks.essential > 0:
        total += asks.a_e * (e / asks.essential)
        weights += asks.a_e
    if asks.optional > 0:
        total += asks.a_o * (opt / asks.optional)
        weights += asks.a_o
    if asks.skills_end > asks.skills_at:
        total += asks.a_s * (alone / (alone + asks.half_shared))
        weights += asks.a_s
    asked = asks.languages_end - asks.languages_at
    if asked > 0:
        spoken = 0.0
        for p in range(asks.languages_at, asks.languages_end):
            gap = cefr(c, i, o.languages[p].language) - o.languages[p].level
            spoken += min(1.0, max(0.0, 1.0 + 0.25 * gap))
        total += asks.a_l * (spoken / asked)
        weights += asks.a_l
    months = 0
    for p in range(details.jobs_at, details.jobs_end):
        if c.jobs[p].isco == job.isco:
            months += c.jobs[p].months
    if asks.experience > 0 and person.worked:
        total += asks.a_x * min(1.0, months / asks.experience)
        weights += asks.a_x
    eqf, least = person.eqf, asks.eqf_min
    if least > 0 and eqf > 0:
        one_below = eqf == least - 1 and asks.equivalent and months >= asks.enough
        total += asks.a_q * (1.0 if eqf >= least else 0.7 if one_below else 0.3)
        weights += asks.a_q
    return total, weights


@inlined
def candidate_side(c: Candidates, i: int, o: Openings, j: int, t: Tables) -> tuple[float, float]:
    """Weighted sum and weights of the wishes that are declared and known."""
    person, details, job, asks = c.rows[i], c.details[i], o.rows[j], o.details[j]
    country, away = job.country, job.country != person.residence
    total = weights = 0.0
    least = person.min_wage / t.rate[person.wage_currency]
    ratio = 0.5 * (job.net / t.rate[job.currency]) / least
    if details.w_wage > 0 and not np.isnan(ratio):
        total += details.w_wage * min(1.0, ratio)
        weights += details.w_wage
    if details.w_destination > 0:
        place = 0.0
        for p in range(details.destinations_at, details.destinations_end):
            if c.destinations[p].country == country:
                place = max(place, c.destinations[p].value)
        if away or place > 0:
            total += details.w_destination * place
            weights += details.w_destination
    if details.w_sector > 0 and asks.sector != 0:
        met = False
        for p in range(details.sectors_at, details.sectors_end):
            met = met or t.sector_met[c.sectors[p].number, asks.sector]
        total += details.w_sector * (1.0 if met else 0.0)
        weights += details.w_sector
    if details.w_contract > 0:
        met = False
        for p in range(details.contracts_at, details.contracts_end):
            met = met or c.contracts[p].number == asks.contract
        total += details.w_contract * (1.0 if met else 0.0)
        weights += details.w_contract
    if details.w_duration > 0 and away:
        total += details.w_duration * min(1.0, person.max_months / job.months)
        weights += details.w_duration
    if details.w_green > 0 and not np.isnan(asks.green):
        total += details.w_green * asks.green
        weights += details.w_green
    return total, weights


@inlined
def score(c: Candidates, i: int, o: Openings, j: int, t: Tables, e: float, opt: float, alone: float) -> float:
    """R = 2AB/(A+B) of the pair; one side unknown: the other alone."""
    a, known_a = employer_side(c, i, o, j, e, opt, alone)
    b, known_b = candidate_side(c, i, o, j, t)
    if known_a > 0:
        a /= known_a
    if known_b > 0:
        b /= known_b
    if not (known_a > 0 and known_b > 0):
        return a if known_a > 0 else b
    return 2.0 * a * b / (a + b) if a + b > 0 else 0.0
