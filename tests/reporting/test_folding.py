"""Arithmetic of the indicators on rows made here; no database."""

import statistics
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.catalogue import BY_CODE, ENTRIES, ClaimClass, SameWorkerRatio, nearest
from services.reporting.folding import Cell, FactRow, TooFineError, Window, figures, fold, percentile, window_of

AS_OF = date(2028, 6, 1)
YEAR = window_of("2027")


def row(kind: str = "PLACEMENT_STARTED", **given: Any) -> FactRow:
    values: dict[str, Any] = dict.fromkeys(FactRow._fields)
    values |= {"position": 1, "kind": kind, "subject_id": uuid4(), "person_id": uuid4(), "period": date(2027, 3, 1)}
    values |= {"corridor": "MAR-BEL", "track": "AWAY", "sex": "F", "age_band": "Y25T34", "persona": "WORKER"}
    if kind == "PLACEMENT_STARTED":
        values |= {"country": "BEL", "isco08": "7412", "earnings_currency": "EUR"}
        values |= {"hourly_earnings": Decimal(20), "weekly_hours": 38}
        values |= {"net_monthly_earnings": Decimal(2000), "recruitment_costs": Decimal(400)}
    return FactRow(**(values | given))


def cells(code: str, rows: list[FactRow], *by: str, window: Window | None = YEAR) -> dict[tuple[str, ...], Cell]:
    found = fold(BY_CODE[code], rows, by, window, AS_OF)
    return {(*cell.dims.values(), cell.measure): cell for cell in found}


# Five workers whose ratios give mean .5658, median .2 and P80 1.0385, and .485 to who divides the totals.
COSTS_AND_INCOMES = [(0, 610), (90, 2000), (400, 2000), (2000, 2300), (1200, 700)]


def workers(times: int = 1) -> list[FactRow]:
    return [row(recruitment_costs=Decimal(c), net_monthly_earnings=Decimal(e)) for c, e in COSTS_AND_INCOMES * times]


def test_recruitment_cost_ratios_are_those_of_the_same_worker() -> None:
    found = {figure.measure: round(figure.value or 0, 4) for figure in figures(SameWorkerRatio(), workers())}
    assert found == {"mean": 0.5658, "median": 0.2, "p80": 1.0385}
    ratio_of_totals = sum(c for c, _ in COSTS_AND_INCOMES) / sum(e for _, e in COSTS_AND_INCOMES)
    assert round(ratio_of_totals, 3) == 0.485  # what must never come out


def test_recruitment_cost_ratio_needs_ten_workers() -> None:
    few, enough = cells("RECRUITMENT_COST_RATIO", workers()), cells("RECRUITMENT_COST_RATIO", workers(2))
    assert {(c.value, c.n, c.status) for c in few.values()} == {(None, None, "Q")}
    assert (round(enough[("mean",)].value or 0, 4), enough[("mean",)].n) == (0.5658, 10)


def test_recruitment_cost_ratio_is_of_first_jobs_abroad_of_wage_earners() -> None:
    counted = workers(2)
    second_job = row(person_id=counted[0].person_id, period=date(2027, 9, 1), recruitment_costs=Decimal(9000))
    others = [row(track="HOME"), row(persona="ENTREPRENEUR"), row(net_monthly_earnings=Decimal(0)), second_job]
    assert cells("RECRUITMENT_COST_RATIO", counted + others) == cells("RECRUITMENT_COST_RATIO", counted)


def test_a_second_job_is_not_a_first_one_in_its_own_year() -> None:
    person = uuid4()
    rows = [row(person_id=person, period=date(2026, 5, 1)), row(person_id=person, period=date(2027, 5, 1))]
    assert cells("RECRUITMENT_COST_RATIO", rows)[("mean",)].denominator == 0


def test_hourly_earnings_are_weighted_by_hours_and_never_mix_currencies() -> None:
    abroad = [row(hourly_earnings=Decimal(20), weekly_hours=40)] * 6 + [
        row(hourly_earnings=Decimal(10), weekly_hours=10)
    ] * 6
    home = [row(track="HOME", country="MAR", earnings_currency="MAD", hourly_earnings=Decimal(30))] * 12
    found = cells("HOURLY_EARNINGS", abroad + home)
    assert {dims: cell.value for dims, cell in found.items()} == {
        ("AWAY", "BEL", "EUR", "mean"): (20 * 40 + 10 * 10) / 50,
        ("HOME", "MAR", "MAD", "mean"): 30.0,
    }


def enrolment(status: str, person: UUID | None = None, **given: Any) -> FactRow:
    return row("ENROLMENT", status=status, person_id=person or uuid4(), **given)


def test_trained_counts_people_and_certified_those_with_a_certificate() -> None:
    twice = uuid4()
    rows = [enrolment("CERTIFIED") for _ in range(7)]
    rows += [enrolment("COMPLETED", twice, position=n) for n in (8, 9)] + [enrolment("DROPPED"), enrolment("ENROLLED")]
    assert cells("TRAINED", rows)[("count",)].value == 8
    assert cells("CERTIFIED", rows)[("count",)].value == 7


def test_a_corrected_result_counts_as_it_stands() -> None:
    subject = uuid4()
    rows = [enrolment("CERTIFIED") for _ in range(9)]
    rows += [enrolment(s, subject_id=subject, position=n) for n, s in enumerate(("CERTIFIED", "FAILED"), 50)]
    assert cells("CERTIFIED", rows)[("count",)].value == 9


def test_home_share_is_of_the_certified_on_both_tracks() -> None:
    rows = [enrolment("CERTIFIED", track="HOME") for _ in range(15)] + [enrolment("CERTIFIED") for _ in range(25)]
    assert cells("HOME_SHARE", rows)[("share",)].value == 15 / 40


def test_women_share_leaves_out_who_did_not_say() -> None:
    rows = [row() for _ in range(10)] + [row(sex="M") for _ in range(30)] + [row(sex=None) for _ in range(50)]
    cell = cells("WOMEN_SHARE", rows)[("share",)]
    assert (cell.numerator, cell.denominator, cell.value) == (10, 40, 0.25)


def test_a_small_cell_is_withheld_and_cannot_be_had_from_the_total() -> None:
    rows = [row() for _ in range(3)] + [row(sex="M") for _ in range(12)]
    found = cells("PLACEMENTS", rows, "sex")
    assert (found[("_T", "count")].value, found[("_T", "count")].status) == (15, "A")
    for sex in "FM":
        cell = found[(sex, "count")]
        assert (cell.value, cell.numerator, cell.n, cell.status) == (None, None, None, "Q")


def test_nothing_to_count_gives_zeros_and_not_errors() -> None:
    found = cells("PLACEMENTS", [], "track")
    assert {dims: cell.value for dims, cell in found.items()} == {
        ("HOME", "count"): 0,
        ("AWAY", "count"): 0,
        ("_T", "count"): 0,
    }
    assert cells("WOMEN_SHARE", [])[("share",)].status == "M"


def test_training_contribution_says_that_per_mille_is_unknown_and_is_a_proxy() -> None:
    rows = [enrolment("ENROLLED") for _ in range(8)]
    found = cells("TRAINING_PARTICIPATION_CONTRIBUTION", rows)
    assert (found[("count",)].value, found[("count",)].status) == (8, "D")
    assert (found[("per_mille",)].value, found[("per_mille",)].status) == (None, "L")


def test_training_contribution_without_a_period_is_of_twelve_months() -> None:
    rows = [enrolment("ENROLLED", period=date(2027, 6, 2)) for _ in range(6)]
    rows += [enrolment("ENROLLED", period=date(2027, 6, 1)) for _ in range(6)]
    assert cells("TRAINING_PARTICIPATION_CONTRIBUTION", rows, window=None)[("count",)].value == 6


def test_twelve_months_to_the_end_of_a_month_are_twelve_months() -> None:
    rows = [enrolment("ENROLLED", period=date(2026, 4, 1)) for _ in range(6)]
    rows += [enrolment("ENROLLED", period=date(2026, 3, 31)) for _ in range(6)]
    found = fold(BY_CODE["TRAINING_PARTICIPATION_CONTRIBUTION"], rows, (), None, date(2027, 3, 31))
    assert found[0].value == 6


def test_figures_of_a_period_that_has_not_ended_are_provisional() -> None:
    assert cells("PLACEMENTS", [], window=window_of("2028"))[("count",)].flags == ("P",)


def test_too_fine_a_table_is_refused() -> None:
    rows = [row(isco08=f"{n}000", country=f"C{n}") for n in range(10)]
    with pytest.raises(TooFineError):
        fold(BY_CODE["PLACEMENTS"], rows, ("isco_major", "country", "sex", "age_band"), None, AS_OF)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.sampled_from([0.2, 0.5, 0.8]))
def test_percentiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert percentile(values, share) == pytest.approx(np.quantile(values, share), rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_the_median_is_the_median(values: list[float]) -> None:
    assert percentile(values, 0.5) == pytest.approx(statistics.median(values))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("2027-Q4", date(2027, 10, 1), date(2027, 12, 31)),
        ("2028-M02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_periods_are_whole(period: str, start: date, end: date) -> None:
    assert window_of(period) == (start, end)


def test_a_proxy_cannot_be_given_the_official_title() -> None:
    proxy = BY_CODE["TRAINING_PARTICIPATION_CONTRIBUTION"]
    with pytest.raises(ValueError, match="official title"):
        replace(proxy, title={"en": proxy.official_title or ""})
    with pytest.raises(ValueError, match="official title"):
        replace(proxy, code="4.3.1")


def test_no_figure_can_be_labelled_official() -> None:
    assert "OFFICIAL" not in ClaimClass.__members__
    with pytest.raises(ValueError, match="not official"):
        replace(BY_CODE["PLACEMENTS"], title={"en": "Official placements"})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.code)
def test_every_entry_is_titled_in_english_and_french_and_says_its_method(entry: Any) -> None:
    assert {"en", "fr"} <= entry.title.keys()
    assert entry.explanation or (entry.numerator and entry.formula and entry.population_rule and entry.sources)


def test_the_code_of_an_sdg_indicator_leads_to_what_is_aligned_with_it() -> None:
    assert nearest("10.7.1") == ["RECRUITMENT_COST_RATIO"]
    assert nearest("PLACEMENT")[0] == "PLACEMENTS"
