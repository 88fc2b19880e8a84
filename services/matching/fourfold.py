"""Whether all four parties gain: components, party scores with bounds, and a verdict.

A component made from a gain g is s = clamp(0.5 + 0.5·g/g_ref, 0, 1): 0.5 is break-even, 1 a gain of the size of the
reference, 0 a loss of that size. A component with an unknown input is None, never zero. Families of benefits after
Clemens (2015), "Global Skill Partnerships", IZA Journal of Labor Policy 4:2, Table 1; the product of the four is the
welfare function of Nash (1950).

Pure. Shares are 0..1, times months, amounts floats in one currency; each formula names its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

PARTIES = ("CANDIDATE", "EMPLOYER", "DESTINATION", "ORIGIN")

# Stored with each result, so that a recomputation knows which arithmetic it repeats.
METHOD_VERSION = "fourfold-1"

_WEIGHTS = {
    "CANDIDATE": {"W1": 0.50, "W2": 0.25, "W3": 0.25},
    "EMPLOYER": {"E1": 0.50, "E2": 0.30, "E3": 0.20},
    "DESTINATION": {"D1": 0.45, "D2": 0.35, "D3": 0.20},
    "ORIGIN": {"O1": 0.40, "O2": 0.30, "O3": 0.15, "O4": 0.15},
}


@dataclass(frozen=True)
class Parameters:
    """Weights within each party, reference gains and horizon; frozen per partnership before its first placement."""

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: _WEIGHTS)
    income_gain: float = 2.0  # W1: the income at origin, twice, on top of it
    employer_wages: float = 3.0  # E1: gross monthly wages
    yearly_taxes: float = 1.0  # D2: median yearly taxes and contributions in the occupation
    persons: float = 1.0  # O1: persons with the skill
    training_costs: float = 1.0  # O2: costs of one trainee
    remittance_share: float = 0.5  # O3: of the income not earned at origin
    horizon_months: float = 12.0
    enough_coverage: float = 0.6


@dataclass(frozen=True)
class Component:
    """One benefit of one party. `score` 0..1, or None with the names of the inputs that are `missing`."""

    code: str
    score: float | None
    gain: float | None = None
    reference: float | None = None
    inputs: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.inputs.items() if value is None)


@dataclass(frozen=True)
class PartyScore:
    """Score over what is known (None when nothing is); bounds if the rest were worst or best; weight that is known."""

    party: str
    score: float | None
    low: float
    high: float
    coverage: float
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Fourfold:
    """`nash` is the geometric mean of the four scores, `worst` the least, `balance` worst / best; None while a party
    is wholly unknown. The verdict never follows from `nash`: a loser hides in a mean."""

    parties: tuple[PartyScore, ...]
    nash: float | None
    worst: float | None
    balance: float | None
    verdict: str
    losers: tuple[str, ...]
    guards: tuple[str, ...]


def clamp(value: float) -> float:
    """`value`, held within 0..1."""
    return min(1.0, max(0.0, value))


def of_gain(
    code: str, formula: Callable[..., float], inputs: Mapping[str, float | None], reference: float | None
) -> Component:
    """The component whose raw gain is `formula(**inputs)`, measured against `reference`, in the same unit."""
    if None in inputs.values() or not reference:
        return Component(code, None, None, reference, {**inputs, "reference": reference})
    gain = formula(**inputs)
    return Component(code, clamp(0.5 + 0.5 * gain / reference), gain, reference, inputs)


def of_score(code: str, formula: Callable[..., float], inputs: Mapping[str, float | None]) -> Component:
    """The component whose score is `formula(**inputs)` itself."""
    known = None not in inputs.values()
    return Component(code, clamp(formula(**inputs)) if known else None, inputs=inputs)


# The candidate


def income_gain(
    net_monthly: float,
    worker_costs: float,
    price_level: float,
    remitted_share: float,
    exchange_rate: float,
    origin_monthly: float,
    origin_price_level: float,
    employed_at_origin: float,
    months: float,
) -> float:
    """W1: real income over what it would have been at origin, as a share of that.

    `net_monthly` and `worker_costs` in the currency of work, `origin_monthly` in origin's; price levels are currency
    units per international dollar (ICP, private consumption); `exchange_rate` is origin's units for one of work's;
    `employed_at_origin` the probability of having a job there. What is remitted is spent at origin's prices.
    """
    kept = net_monthly * (1 - remitted_share) / price_level
    sent = net_monthly * remitted_share * exchange_rate / origin_price_level
    otherwise = months * origin_monthly * employed_at_origin / origin_price_level
    return (months * (kept + sent) - worker_costs / price_level - otherwise) / otherwise


def skills_gain(certified: float, planned: float, own_skill_level: float, job_skill_level: float) -> float:
    """W2: certified of the planned skills, less a quarter for each ISCO skill level (1–4) worked below one's own."""
    return 0.5 + 0.5 * certified / planned - 0.25 * max(0.0, own_skill_level - job_skill_level)


def decent_work(items_met: float, items_verified: float, breaches: float) -> float:
    """W3: share of the verified items of decent work that hold; one verified breach makes it zero."""
    return 0.0 if breaches else items_met / items_verified


# The employer


def employer_gain(
    months_filled: float, unfilled_share: float, value_margin: float, gross_monthly: float, employer_costs: float
) -> float:
    """E1, EUR: months filled × share of such vacancies that stay empty × `value_margin` × wage, less costs.

    `value_margin` is value added over labour cost, minus 1, in the industry (Eurostat, wage-adjusted productivity).
    """
    return months_filled * unfilled_share * value_margin * gross_monthly - employer_costs


def retention(months_served: float, contract_months: float, benchmark: float) -> float:
    """E2: 0.5 where the share of the contract served equals the sector's."""
    return 0.5 * (months_served / contract_months) / benchmark


def fit(essential_match: float) -> float:
    """E3: the essential skills' match E at the start, after training."""
    return essential_match


# The country of destination


def shortage_relief(shortage_index: float) -> float:
    """D1: from the destination's shortage index of the occupation, −1 (surplus) to 1."""
    return 0.5 + 0.5 * shortage_index


def fiscal_gain(taxes: float, programme_costs: float, benefits_drawn: float) -> float:
    """D2, EUR over the horizon: taxes and contributions of worker and employer, less public costs and benefits."""
    return taxes - programme_costs - benefits_drawn


def green_work(green_share: float, brown_share: float) -> float:
    """D3: above break-even by the green share of the job, below it by the brown."""
    return 0.5 + 0.5 * (green_share - brown_share)


# The country of origin


def skill_stock_gain(
    home_graduates_per_departure: float, home_employment: float, returned: float, departure: float
) -> float:
    """O1, persons: home graduates at work for each departure, plus the person if back and in the occupation, less
    `departure`: 1 for a qualified incumbent where origin is short, 0.5 in balance, 0 in surplus or newly trained."""
    return home_graduates_per_departure * home_employment + returned - departure


def training_finance_gain(foreign_money_per_departure: float, public_cost_embodied: float) -> float:
    """O2, EUR: foreign money into training at origin for each departure, less what origin had paid for the mover."""
    return foreign_money_per_departure - public_cost_embodied


def remittance_gain(
    remitted: float, transfer_cost_share: float, origin_monthly: float, employed_at_origin: float, months: float
) -> float:
    """O3: what arrives, as a share of the income not earned at origin; both in origin's currency."""
    return remitted * (1 - transfer_cost_share) / (origin_monthly * employed_at_origin * months)


def return_and_transfer(share: float) -> float:
    """O4: 1 returned and using the skills or mentoring; 0.5 not due; less when due and not returned. Entrepreneurs:
    jobs created or kept, of those planned."""
    return share


# Together


def score_party(party: str, components: Sequence[Component], weights: Mapping[str, float]) -> PartyScore:
    """Σ w·s / Σ w over what is known, with the bounds that the unknown leaves.

    A weight without a component counts as unknown. Raises KeyError for a component without a weight.
    """
    total = sum(weights.values())
    coverage = sum(weights[each.code] for each in components if each.score is not None) / total
    low = sum(weights[each.code] * each.score for each in components if each.score is not None) / total
    score = low / coverage if coverage else None
    return PartyScore(party, score, low, low + 1 - coverage, coverage, tuple(components))


def judge(parties: Sequence[PartyScore], guards: Sequence[str], enough_coverage: float = 0.6) -> Fourfold:
    """The verdict, in this order: BLOCKED by any guard; NOT_A_FOURFOLD_WIN where a party surely or probably loses;
    FOURFOLD_WIN where all win even if the unknown is worst; PROVISIONAL_WIN where all win on enough that is known;
    else UNKNOWN."""
    scores = [each.score for each in parties if each.score is not None]
    everyone = len(scores) == len(parties)
    losers = tuple(each.party for each in parties if _loses(each, enough_coverage))
    if guards:
        verdict = "BLOCKED"
    elif losers:
        verdict = "NOT_A_FOURFOLD_WIN"
    elif all(_at_least_even(each.low) for each in parties):
        verdict = "FOURFOLD_WIN"
    elif everyone and all(_at_least_even(s) for s in scores) and all(p.coverage >= enough_coverage for p in parties):
        verdict = "PROVISIONAL_WIN"
    else:
        verdict = "UNKNOWN"
    worst, best = (min(scores), max(scores)) if everyone else (None, None)
    return Fourfold(
        tuple(parties),
        prod(scores) ** (1 / len(scores)) if everyone else None,
        worst,
        worst / best if worst is not None and best else None,
        verdict,
        losers,
        tuple(guards),
    )


def _at_least_even(score: float) -> bool:
    return score >= 0.5 - 1e-12  # sums of weights are not exact


def _loses(party: PartyScore, enough_coverage: float) -> bool:
    if not _at_least_even(party.high):
        return True
    return party.score is not None and not _at_least_even(party.score) and party.coverage >= enough_coverage - 1e-12
