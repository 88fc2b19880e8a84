"""Shortage indices and corridor classes: pure, exact, recomputable."""

import json
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.safeguards import HEALTH_LIST, default_mode
from services.contracts.vocabulary import CorridorClass as C
from services.contracts.vocabulary import ShortageClass as K
from services.contracts.vocabulary import ShortageSignalCode as S
from services.registry.shortages.corridor_classes import (
    MATRIX,
    PROTECTIVE,
    Circumstances,
    brain_drain_pressure,
    decide,
    matrix,
    more_protective,
    terms,
)
from services.registry.shortages.indices import (
    Index,
    Score,
    Signal,
    classify,
    fact_of,
    index_of,
    indices,
    inputs_hash,
    standard_score,
)
from services.registry.shortages.parameters import WEIGHTS, Parameters

P = Parameters()
NORMAL = Parameters(normal_scores_below=2)

# Standard scores of the four fixtures of the reference method.
FIXTURES: dict[str, dict[S, float]] = {
    "BE_7412": {
        S.VACANCY_RATE: 1.4,
        S.JOBSEEKERS_PER_VACANCY: -1.2,
        S.UNFILLED_SHARE: 1.3,
        S.MEDIAN_DAYS_OPEN: 1.1,
        S.UNEMPLOYMENT_RATE: -0.9,
        S.WAGE_GROWTH_REL_3Y: 1.0,
        S.HARD_TO_FILL_SEVERITY: 1.6,
        S.OFFICIAL_LIST: 1.0,
    },
    "MA_7412": {S.JOBSEEKERS_PER_VACANCY: 0.8, S.UNEMPLOYMENT_RATE: 0.5, S.WAGE_GROWTH_REL_3Y: -0.4},
    "MA_2221_thin": {S.VACANCY_RATE: 0.5, S.UNEMPLOYMENT_RATE: 0.2},
    "BE_conditions_only": {
        S.VACANCY_RATE: 1.6,
        S.JOBSEEKERS_PER_VACANCY: 1.2,
        S.WAGE_GROWTH_REL_3Y: -1.3,
        S.MEDIAN_DAYS_OPEN: 0.5,
    },
}
VECTORS = Path(__file__).parent / "shortage_vectors.json"


def index(scores: dict[S, float], level: int = 4, year: int = 2026, **more: Any) -> Index:
    return index_of("7412", {s: Score(z, level, year) for s, z in scores.items()}, P, 2026, **more)


@pytest.mark.parametrize("name", FIXTURES)
def test_the_reference_vectors_are_met(name: str) -> None:
    """S-67: the fixtures of the joint method, to four digits."""
    wanted = json.loads(VECTORS.read_text())[name]
    found = index(FIXTURES[name])
    assert found.si == wanted["SI"]
    assert found.s01 == wanted.get("S01")
    assert found.shortage_class == wanted["klass"]
    assert found.coverage == wanted["coverage"]
    assert len(found.signals) == wanted["n"]
    assert list(found.families) == wanted["families"]


def test_the_reference_weights_sum_to_one() -> None:
    assert sum(Decimal(str(weight)) for weight in WEIGHTS.values()) == 1


def test_two_families_are_needed_and_unknown_is_never_balance() -> None:
    quantities = index({S.VACANCY_RATE: 0.0, S.UNFILLED_SHARE: 0.0, S.MEDIAN_DAYS_OPEN: 0.0})
    with_prices = index({S.VACANCY_RATE: 0.0, S.UNFILLED_SHARE: 0.0, S.WAGE_GROWTH_REL_3Y: 0.0})
    assert (quantities.si, quantities.shortage_class) == (None, K.UNKNOWN)
    assert (with_prices.si, with_prices.shortage_class) == (0.0, K.BALANCE)


def test_facts_beside_the_signals_weigh_nothing() -> None:
    assert index({**FIXTURES["MA_7412"], S.REGULATED: 3.0}) == index(FIXTURES["MA_7412"])


@pytest.mark.parametrize(
    ("si", "before", "wanted"),
    [
        (1.0, None, K.SEVERE_SHORTAGE),
        (0.9999, None, K.SHORTAGE),
        (0.5, None, K.SHORTAGE),
        (0.4999, None, K.BALANCE),
        (-0.5, None, K.SURPLUS),
        (-0.4999, None, K.BALANCE),
        (0.41, "SHORTAGE", K.SHORTAGE),
        (0.39, "SHORTAGE", K.BALANCE),
        (0.59, "BALANCE", K.BALANCE),
        (0.61, "BALANCE", K.SHORTAGE),
        (-0.45, "SURPLUS", K.SURPLUS),
        (0.95, "SEVERE_SHORTAGE", K.SEVERE_SHORTAGE),
        (0.45, "SURPLUS", K.BALANCE),
        (0.45, "UNKNOWN", K.BALANCE),
        (None, "SHORTAGE", K.UNKNOWN),
    ],
)
def test_a_class_does_not_flap_at_its_bound(si: float | None, before: str | None, wanted: K) -> None:
    assert classify(si, P, before) == wanted


def test_scores_are_winsorised() -> None:
    assert standard_score(1000.0, sorted([0.0] * 99 + [1000.0]), NORMAL) == 3.0
    assert standard_score(-1000.0, sorted([0.0] * 99 + [-1000.0]), NORMAL) == -3.0


def test_few_occupations_are_ranked() -> None:
    """An outlier among few says no more than its rank."""
    five = [1.0, 2.0, 3.0, 4.0, 1e6]
    assert standard_score(3.0, five, P) == 0.0
    assert standard_score(1e6, five, P) == pytest.approx(1.2816, abs=1e-4)  # the 90th percentile
    assert standard_score(1.0, five, P) == pytest.approx(-1.2816, abs=1e-4)


def test_equal_values_say_nothing() -> None:
    assert standard_score(2.0, [2.0] * 40, P) == 0.0
    assert standard_score(2.0, [2.0] * 4, P) == 0.0


def signal(isco08: str, code: S, value: float, period: str = "2026", source: str = "survey", **more: Any) -> Signal:
    return Signal(isco08, code, Decimal(str(value)), period, source, **more)


def market(*codes: S, occupations: int = 40) -> list[Signal]:
    """Forty occupations whose values rise with their codes."""
    return [signal(f"7{n:03d}", code, float(n)) for code in codes for n in range(occupations)]


ALL = (S.VACANCY_RATE, S.UNFILLED_SHARE, S.WAGE_GROWTH_REL_3Y)


def test_z_is_taken_within_one_source() -> None:
    """S-67: contributors use different methods, so figures of one are never compared with those of another."""
    # The second source writes everything ten times as high; what counts is the place among its own.
    other = [signal(s.isco08, s.signal, float(s.value) * 10, source="register") for s in market(*ALL)]
    [alone] = indices(["7039"], market(*ALL), P, 2026)
    [both] = indices(["7039"], market(*ALL) + other, P, 2026)
    assert alone.si is not None
    assert both.si == alone.si


def test_one_occupation_alone_can_be_compared_with_nothing() -> None:
    [lonely] = indices(["7412"], [signal("7412", code, 5.0) for code in ALL], P, 2026)
    assert (lonely.shortage_class, lonely.signals) == (K.UNKNOWN, ())


def test_missing_occupations_fall_back_to_wider_groups_and_say_so() -> None:
    wide = [signal(group, code, float(value)) for code in ALL for group, value in (("741", 9), ("742", 1), ("721", 2))]
    exact = [signal("7412", S.VACANCY_RATE, 3.0), signal("7411", S.VACANCY_RATE, 1.0)]
    [found] = indices(["7412"], wide + exact, P, 2026)
    [fine] = indices(["7039"], market(*ALL), P, 2026)
    assert (found.level, fine.level) == (3, 4)
    assert found.confidence > fine.confidence  # letters: A before D


def test_the_latest_period_counts() -> None:
    old = [signal(s.isco08, s.signal, 100.0 - float(s.value), period="2024") for s in market(*ALL)]
    assert indices(["7039"], old + market(*ALL), P, 2026) == indices(["7039"], market(*ALL), P, 2026)


def test_confidence_falls_with_age_and_missing_weight() -> None:
    full = FIXTURES["BE_7412"]
    assert index(full).confidence == "A"
    assert index(full, year=2024).confidence == "B"
    assert index(full, year=2020).confidence == "D"
    assert index(full, level=3).confidence == "B"
    assert index(FIXTURES["MA_7412"]).confidence == "C"
    assert index(FIXTURES["MA_2221_thin"]).confidence == "D"


def test_a_list_says_of_all_others_that_they_are_not_on_it() -> None:
    listed = [signal(f"7{n:03d}", S.OFFICIAL_LIST, 1.0, source="official") for n in range(60)]
    [on, off] = indices(["7039", "2111"], market(*ALL) + listed, P, 2026)
    assert (S.OFFICIAL_LIST in on.signals, S.OFFICIAL_LIST in off.signals) == (True, False)
    assert on.coverage > off.coverage  # being one of 60 among 436 is a score of its own


def test_disagreement_with_a_third_partys_list_is_shown() -> None:
    """S-67, step 3."""
    listed = [signal("7000", S.OFFICIAL_LIST, 1.0, source="official")]
    [loose, tight] = indices(["7000", "7039"], market(*ALL) + listed, P, 2026)
    assert loose.disagreements == ({"source": "official", "says": "listed", "computed": loose.shortage_class.value},)
    assert [each["says"] for each in tight.disagreements] == ["not listed"]


def test_a_shortage_has_a_cause_and_others_have_none() -> None:
    tight = {S.VACANCY_RATE: 2.0, S.UNFILLED_SHARE: 2.0, S.MEDIAN_DAYS_OPEN: 2.0}
    few = index({**tight, S.JOBSEEKERS_PER_VACANCY: -1.0, S.WAGE_GROWTH_REL_3Y: 1.0})
    bad_jobs = index({**tight, S.JOBSEEKERS_PER_VACANCY: 0.5, S.WAGE_GROWTH_REL_3Y: -0.5})
    unskilled = index({**tight, S.JOBSEEKERS_PER_VACANCY: 0.5, S.WAGE_GROWTH_REL_3Y: 0.5})
    stated = index({**tight, S.WAGE_GROWTH_REL_3Y: 1.0}, stated=["REGION"])
    assert [each.causes for each in (few, bad_jobs, unskilled)] == [("QUANT",), ("CONDITIONS",), ("QUAL",)]
    assert (stated.causes, stated.causes_stated, few.causes_stated) == (("REGION",), True, False)
    assert index(FIXTURES["MA_7412"]).causes == ()


def canonical(found: list[Index]) -> str:
    return json.dumps([repr(each) for each in found])


@given(st.integers(0, 2**32))
def test_the_same_signals_in_any_order_give_the_same_bytes(seed: int) -> None:
    """Story 5: recomputable from its inputs."""
    random = Random(seed)
    sent = [
        signal(f"7{random.randrange(60):03d}", random.choice(list(WEIGHTS)), random.uniform(-5, 50), source=source)
        for source in ("a", "b")
        for _ in range(60)
    ]
    unique = list({(s.isco08, s.signal, s.source): s for s in sent}.values())
    shuffled = random.sample(unique, len(unique))
    scope = [f"7{n:03d}" for n in range(60)]
    assert canonical(indices(scope, unique, P, 2026)) == canonical(indices(scope, shuffled, P, 2026))
    digest = [inputs_hash({"signals": sorted(s.canonical() for s in each)}) for each in (unique, shuffled)]
    assert digest[0] == digest[1]


@given(st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.floats(-3, 3), min_size=3))
def test_an_index_stays_within_its_scores_and_s01_within_one(scores: dict[S, float]) -> None:
    found = index(scores)
    if found.si is not None and found.s01 is not None:
        assert abs(found.si) <= max(abs(z) for z in scores.values()) + 1e-4
        assert -1 <= found.s01 <= 1
    assert (found.si is None) == (found.shortage_class == K.UNKNOWN)


# The corridor matrix.

FACTS = Circumstances("MAR", "7412", pathway=True)


@pytest.mark.parametrize("destination", list(MATRIX))
@pytest.mark.parametrize("origin", list(MATRIX))
def test_no_cell_of_the_matrix_opens_more_than_the_origin_bears(destination: K, origin: K) -> None:
    """S-67: an origin in shortage is never recruited from without protection, an unknown one never openly."""
    found = decide(destination, origin, FACTS, P)
    if origin == K.SHORTAGE and found.away_open:
        assert (found.mode, found.ratio) == ("PROTECTED", 2.0)
    if origin == K.UNKNOWN and found.away_open:
        assert (found.mode, found.quota_hint) == ("TRAIN_FIRST", 30)
    assert found.away_open == (found.mode != "BLOCKED")
    assert (found.quota_hint == 0) == (not found.away_open)


def test_a_severe_shortage_stands_where_a_shortage_does() -> None:
    for other in K:
        assert matrix("SEVERE_SHORTAGE", other) == matrix("SHORTAGE", other)
        assert matrix(other, "SEVERE_SHORTAGE") == matrix(other, "SHORTAGE")


@pytest.mark.parametrize(
    ("change", "wanted", "reason"),
    [
        ({"pathway": False}, C.HOME_ONLY, "NO_PATHWAY"),
        ({"causes": ("CONDITIONS",)}, C.HOME_ONLY, "CONDITIONS_ONLY"),
        ({"causes": ("CONDITIONS",), "improvement_plan": True}, C.AWAY_OPEN, None),
        ({"causes": ("CONDITIONS", "QUANT")}, C.AWAY_OPEN, None),
        ({"employed_stock": 1000, "incumbent_departures": 20}, C.HOME_ONLY, "BRAIN_DRAIN_STOP"),
        ({"employed_stock": 1000, "incumbent_departures": 19}, C.AWAY_OPEN, None),
        ({"origin": "SEN", "isco08": "2221"}, C.BLOCKED, "WHO_LIST"),
        ({"origin": "SEN", "isco08": "2221", "compensation_agreement": True}, C.AWAY_OPEN, None),
        ({"origin": "SEN", "isco08": "2250"}, C.AWAY_OPEN, None),
        ({"isco08": "2221"}, C.AWAY_OPEN, None),
    ],
)
def test_what_closes_the_away_track(change: dict[str, Any], wanted: C, reason: str | None) -> None:
    facts = Circumstances(**({"origin": "MAR", "isco08": "7412", "pathway": True} | change))
    found = decide("SHORTAGE", "SURPLUS", facts, P)
    assert found.corridor_class == wanted
    assert [each for each in found.reasons if reason and each.startswith(reason)] or reason is None


def test_who_lists_fifty_five_countries() -> None:
    """S-67 and the brain-drain safeguard: the list of 2023."""
    assert len(HEALTH_LIST) == 55
    assert (default_mode("SEN", "222"), default_mode("SEN", "741"), default_mode("MAR", "222")) == (
        "BLOCKED",
        "TRAIN_FIRST",
        "TRAIN_FIRST",
    )


def test_regulated_without_a_route_means_trainee() -> None:
    facts = Circumstances("MAR", "2221", pathway=True, regulated=True)
    with_route = Circumstances("MAR", "2221", pathway=True, regulated=True, recognition_route=True)
    assert "TRAINEE_ONLY" in decide("SHORTAGE", "SURPLUS", facts, P).safeguards
    assert "TRAINEE_ONLY" not in decide("SHORTAGE", "SURPLUS", with_route, P).safeguards


def test_green_skills_that_both_need_raise_the_ratio() -> None:
    """S-30: green skills are short on both sides."""
    facts = Circumstances("MAR", "7412", pathway=True, green_critical_both=True)
    assert [decide("SHORTAGE", origin, facts, P).ratio for origin in ("SURPLUS", "BALANCE", "SHORTAGE")] == [
        0.5,
        1.5,
        2.5,
    ]


def test_a_lack_of_skills_means_training_first() -> None:
    facts = Circumstances("MAR", "7412", pathway=True, causes=("QUAL",))
    assert decide("SHORTAGE", "SURPLUS", facts, P).mode == "TRAIN_FIRST"


def test_the_quota_hint_is_the_least_of_its_bounds() -> None:
    """S-33: only the share of the demand that mobility is meant to meet counts."""
    every = {
        "unmet_demand": 400.0,
        "mobility_share": 25.0,  # 100
        "training_capacity": 150.0,  # at a ratio of 1: 75
        "pathway_quota": 80.0,
        "employed_stock": 3000.0,  # 2 %: 60
        "additional_graduates": 10.0,  # 70
    }
    facts = Circumstances("MAR", "7412", pathway=True, **every)  # type: ignore[arg-type]
    found = decide("SHORTAGE", "BALANCE", facts, P)
    assert (found.corridor_class, found.quota_hint) == (C.DUAL_TRACK, 70)
    assert decide("SHORTAGE", "BALANCE", FACTS, P).quota_hint is None


def test_brain_drain_pressure() -> None:
    assert brain_drain_pressure(31, 3100) == 1.0
    assert brain_drain_pressure(31, None) is None
    assert brain_drain_pressure(31, 0) is None


@given(st.lists(st.sampled_from(list(C)), min_size=1, max_size=3))
def test_the_more_protective_class_depends_on_no_order(classes: list[C]) -> None:
    """Story 5: a dissent never makes a class less protective."""
    found = {more_protective(order) for order in permutations(classes)}
    assert len(found) == 1
    assert all(PROTECTIVE.index(found.copy().pop()) >= PROTECTIVE.index(each) for each in classes)


@given(st.sampled_from(list(C)), st.booleans(), st.booleans())
def test_modifiers_only_ever_protect(corridor_class: C, pathway: bool, listed: bool) -> None:
    facts = Circumstances("SEN" if listed else "MAR", "2221", pathway=pathway)
    found = terms(corridor_class, facts, P).corridor_class
    assert PROTECTIVE.index(found) >= PROTECTIVE.index(corridor_class)


def test_facts_come_from_the_finest_level() -> None:
    sent = [signal("741", S.EMPLOYED_STOCK, 9000), signal("7412", S.EMPLOYED_STOCK, 3100)]
    assert fact_of("7412", S.EMPLOYED_STOCK, sent) == 3100
    assert fact_of("7411", S.EMPLOYED_STOCK, sent) == 9000
    assert fact_of("2221", S.EMPLOYED_STOCK, sent) is None


def test_parameters_that_contradict_each_other_are_refused() -> None:
    wrong = {
        "needed": {"severe": 0.4},
        "above": {"brain_drain_alarm_percent": 3.0},
        "weight": {"weights": {"regulated": 1}},
    }
    for message, given_ in wrong.items():
        with pytest.raises(ValueError, match=message):
            Parameters.model_validate(given_)


def test_a_round_takes_no_longer_than_a_request_may() -> None:
    """500 occupations, nine signals about each of 436 unit groups, from two sources."""
    codes = [f"{n:04d}" for n in range(436)]
    sent = [
        signal(code, s, float(n), source=source) for s in WEIGHTS for source in "ab" for n, code in enumerate(codes)
    ]
    assert len(indices([*codes, *(f"9{n:03d}" for n in range(64))], sent, P, 2026)) == 500
