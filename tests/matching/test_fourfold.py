"""Whether all four parties gain, in pure arithmetic."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching import fourfold
from services.matching.fourfold import PARTIES, Component, PartyScore, judge, score_party

# Points, bounds and coverages of the cases that the indicator's authors worked out by hand.
CASES: dict[str, dict[str, Any]] = {
    "all win": {
        "given": {
            "CANDIDATE": (0.975, 1.0),
            "EMPLOYER": (0.6741, 1.0),
            "DESTINATION": (0.8087, 1.0),
            "ORIGIN": (1, 0.85),
        },
        "nash": 0.8538,
        "worst": 0.6741,
        "verdict": "FOURFOLD_WIN",
    },
    "an incumbent leaves and nobody is trained": {
        "given": {"CANDIDATE": (0.75, 0.75), "EMPLOYER": (0.7521, 1), "DESTINATION": (0.8175, 1), "ORIGIN": (0.18, 1)},
        "nash": 0.5368,
        "worst": 0.18,
        "verdict": "NOT_A_FOURFOLD_WIN",
        "losers": ("ORIGIN",),
    },
    "the worker paid a fee": {
        "given": {"CANDIDATE": (0.7, 1), "EMPLOYER": (0.72, 1), "DESTINATION": (0.76, 1), "ORIGIN": (0.725, 1)},
        "guards": ("G01_WORKER_PAID_FEE",),
        "nash": 0.7259,
        "worst": 0.7,
        "verdict": "BLOCKED",
    },
    "half of the worker's side is not known": {
        "given": {"CANDIDATE": (0.95, 0.5), "EMPLOYER": (0.72, 1), "DESTINATION": (0.76, 1), "ORIGIN": (0.8, 0.7)},
        "nash": 0.803,
        "worst": 0.72,
        "verdict": "UNKNOWN",
    },
}


def _party(name: str, score: float, coverage: float) -> PartyScore:
    weights = {"known": coverage, "unknown": 1 - coverage}
    return score_party(name, [Component("known", score), Component("unknown", None)], weights)


@pytest.mark.parametrize("name", CASES)
def test_a_case_worked_by_hand(name: str) -> None:
    case = CASES[name]
    result = judge([_party(party, *case["given"][party]) for party in PARTIES], case.get("guards", ()))
    assert result.verdict == case["verdict"]
    assert result.losers == case.get("losers", ())
    assert result.nash == pytest.approx(case["nash"], abs=5e-5)
    assert result.worst == pytest.approx(case["worst"], abs=5e-5)


@pytest.mark.parametrize(
    ("score", "coverage", "low", "high"),
    [(0.75, 0.75, 0.5625, 0.8125), (0.95, 0.5, 0.475, 0.975), (0.8, 0.7, 0.56, 0.86)],
)
def test_the_unknown_leaves_bounds(score: float, coverage: float, low: float, high: float) -> None:
    party = _party("ORIGIN", score, coverage)
    assert (party.low, party.high, party.coverage) == pytest.approx((low, high, coverage))


def test_the_income_gain_by_hand() -> None:
    """2,000 EUR net, a fifth sent home at 10.8 MAD/EUR; 4,000 MAD at 60 % before; 600 EUR of costs; one year.

    Kept 1,600/0.8 = 2,000; sent 400·10.8/4 = 1,080; otherwise 4,000·0.6/4 = 600 a month, all in int.$:
    (12·3,080 − 750 − 7,200)/7,200 = 29,010/7,200.
    """
    gain = fourfold.income_gain(
        net_monthly=2_000,
        worker_costs=600,
        price_level=0.8,
        remitted_share=0.2,
        exchange_rate=10.8,
        origin_monthly=4_000,
        origin_price_level=4,
        employed_at_origin=0.6,
        months=12,
    )
    assert gain == pytest.approx(29_010 / 7_200)


def test_the_employers_gain_by_hand() -> None:
    """12 · 0.62 · 0.30 · 2,750 = 6,138 EUR, less 4,419 of costs."""
    inputs = {
        "months_filled": 12,
        "unfilled_share": 0.62,
        "value_margin": 0.3,
        "gross_monthly": 2_750,
        "employer_costs": 4_419,
    }
    component = fourfold.of_gain("E1", fourfold.employer_gain, inputs, reference=3 * 2_750)
    assert component.gain == pytest.approx(1_719)
    assert component.score == pytest.approx(0.5 + 0.5 * 1_719 / 8_250)


def test_an_unknown_input_is_named_and_not_zero() -> None:
    component = fourfold.of_gain(
        "O2",
        fourfold.training_finance_gain,
        {"foreign_money_per_departure": 9_000.0} | {"public_cost_embodied": None},
        12_000,
    )
    assert (component.score, component.missing) == (None, ("public_cost_embodied",))


def test_a_breach_undoes_all_other_items_of_decent_work() -> None:
    assert fourfold.decent_work(items_met=7, items_verified=8, breaches=1) == 0


@pytest.mark.parametrize(("gain", "score"), [(0, 0.5), (10, 1), (-10, 0), (99, 1), (-99, 0), (5, 0.75)])
def test_break_even_is_one_half(gain: float, score: float) -> None:
    assert fourfold.of_gain("X", lambda value: value, {"value": gain}, 10).score == score


scores = st.none() | st.floats(0, 1)


@given(st.lists(scores, min_size=1, max_size=5), st.data())
def test_what_becomes_known_stays_within_the_bounds(values: list[float | None], data: st.DataObject) -> None:
    weights = {str(i): 1 / len(values) for i in range(len(values))}
    before = score_party("ORIGIN", [Component(str(i), v) for i, v in enumerate(values)], weights)
    filled = [data.draw(st.floats(0, 1)) if v is None else v for v in values]
    after = score_party("ORIGIN", [Component(str(i), v) for i, v in enumerate(filled)], weights)
    assert after.score is not None
    assert before.low - 1e-9 <= after.score <= before.high + 1e-9


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.05, 1)), min_size=4, max_size=4))
def test_nobody_loses_in_a_win(drawn: list[tuple[float, float]]) -> None:
    result = judge([_party(party, *pair) for party, pair in zip(PARTIES, drawn, strict=True)], ())
    if result.verdict in ("FOURFOLD_WIN", "PROVISIONAL_WIN"):
        assert result.worst is not None
        assert result.worst >= 0.5 - 1e-9
        assert not result.losers


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.05, 1)), min_size=4, max_size=4), st.booleans())
def test_a_guard_blocks_whatever_the_scores(drawn: list[tuple[float, float]], both: bool) -> None:
    guards = ("G01", "G05") if both else ("G06",)
    assert judge([_party(p, *pair) for p, pair in zip(PARTIES, drawn, strict=True)], guards).verdict == "BLOCKED"
