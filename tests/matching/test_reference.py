"""Looking up reference figures: fallback, age, as-of, and unknown instead of zero."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.contracts.vocabulary import FigureKind as Kind
from services.matching.reference import RULES, Figure, Figures, skill_level

TODAY = date(2026, 11, 24)


def figure(kind: Kind, value: float, **said: Any) -> Figure:
    unit = said.pop("unit", sorted(RULES[kind].units)[0])
    blank = dict.fromkeys(
        ("country", "from_country", "isco08", "nace", "currency", "per_currency", "price_year", "note")
    )
    fields: dict[str, Any] = {
        "id": UUID(int=round(value * 1000)),
        "period_from": date(2025, 1, 1),
        "period_to": date(2025, 12, 31),
        "source": "Sample, invented",
        "source_url": None,
        "licence": "CC0 1.0",
        "released_on": date(2026, 3, 1),
        "version": 1,
        "recorded_at": datetime(2026, 3, 2, tzinfo=UTC),
    }
    return Figure(kind=kind, value=value, unit=unit, **blank | fields | said)


@pytest.mark.parametrize(
    ("asked", "value", "group"),
    [("7411", 0.5, "7411"), ("7412", 0.4, "741"), ("7421", 0.3, "74"), ("7233", 0.2, "7"), ("2144", 0.1, "total")],
)
def test_an_occupation_falls_to_the_group_around_it_and_says_which(asked: str, value: float, group: str) -> None:
    shares = [(0.5, "7411"), (0.4, "741"), (0.3, "74"), (0.2, "7"), (0.1, None)]
    known = Figures(figure(Kind.UNFILLED_SHARE, v, country="BEL", isco08=code) for v, code in shares)
    found = known.find(Kind.UNFILLED_SHARE, TODAY, country="BEL", isco08=asked)
    assert found
    assert (found.value, found.group) == (value, group)


def test_an_industry_falls_from_division_to_section() -> None:
    known = Figures([figure(Kind.VALUE_MARGIN, 0.3, country="BEL", nace="F")])
    found = known.find(Kind.VALUE_MARGIN, TODAY, country="BEL", nace="F43")
    assert found
    assert found.group == "F"


def test_a_corridor_of_transfers_falls_to_the_country_that_receives() -> None:
    known = Figures([figure(Kind.TRANSFER_COST, 0.06, country="MAR")])
    found = known.find(Kind.TRANSFER_COST, TODAY, country="MAR", from_country="BEL")
    assert found
    assert found.value == 0.06


def test_what_is_missing_is_none_and_never_another_countrys() -> None:
    known = Figures([figure(Kind.UNFILLED_SHARE, 0.5, country="BEL")])
    assert known.find(Kind.UNFILLED_SHARE, TODAY, country="FRA") is None


def test_a_zero_is_known() -> None:
    found = Figures([figure(Kind.UNFILLED_SHARE, 0.0, country="BEL")]).find(Kind.UNFILLED_SHARE, TODAY, country="BEL")
    assert found is not None
    assert found.value == 0.0


def test_what_is_too_old_counts_as_missing() -> None:
    share = figure(Kind.UNFILLED_SHARE, 0.5, country="BEL")
    asked = {"country": "BEL"}
    last_day = date(2028, 1, 1)  # 731 days after the period
    assert Figures([share]).find(Kind.UNFILLED_SHARE, last_day, **asked)
    assert Figures([share]).find(Kind.UNFILLED_SHARE, date(2028, 1, 2), **asked) is None
    assert Figures([share], {"UNFILLED_SHARE": 30}).find(Kind.UNFILLED_SHARE, TODAY, **asked) is None


def test_a_fine_figure_that_is_too_old_gives_way_to_a_coarse_one() -> None:
    old = figure(
        Kind.UNFILLED_SHARE,
        0.9,
        country="BEL",
        isco08="7411",
        period_from=date(2015, 1, 1),
        period_to=date(2015, 12, 31),
    )
    known = Figures([old, figure(Kind.UNFILLED_SHARE, 0.4, country="BEL")])
    found = known.find(Kind.UNFILLED_SHARE, TODAY, country="BEL", isco08="7411")
    assert found
    assert found.value == 0.4


def test_a_figure_of_the_future_does_not_count() -> None:
    share = figure(Kind.UNFILLED_SHARE, 0.5, country="BEL")
    assert Figures([share]).find(Kind.UNFILLED_SHARE, date(2024, 12, 31), country="BEL") is None


def test_a_newer_release_supersedes_and_the_old_one_is_found_as_of_its_time() -> None:
    first = figure(Kind.UNFILLED_SHARE, 0.5, country="BEL")
    second = replace(first, id=UUID(int=2), value=0.6, released_on=date(2026, 9, 1), version=2,
                     recorded_at=datetime(2026, 9, 2, tzinfo=UTC))  # fmt: skip
    asked = {"kind": Kind.UNFILLED_SHARE, "on": TODAY, "country": "BEL"}
    now, then = Figures([second, first]), Figures([second, first], known_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert [found.value for each in (now, then) if (found := each.find(**asked))] == [0.6, 0.5]


def rate(value: float, currency: str, per: str) -> Figure:
    month = {"period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31)}
    return figure(Kind.EXCHANGE_RATE, value, currency=currency, per_currency=per, **month)


@pytest.mark.parametrize(
    ("currency", "per", "value"),
    [("MAD", "EUR", 10.8), ("EUR", "MAD", 1 / 10.8), ("EUR", "EUR", 1.0), ("MAD", "CHF", 10.8 / 0.9)],
)
def test_a_rate_is_found_either_way_round_and_through_the_euro(currency: str, per: str, value: float) -> None:
    known = Figures([rate(10.8, "MAD", "EUR"), rate(0.9, "CHF", "EUR")])
    found = known.exchange_rate(currency, per, TODAY)
    assert found
    assert found.value == pytest.approx(value)


def test_a_rate_of_a_currency_that_nobody_recorded_is_unknown() -> None:
    assert Figures([rate(10.8, "MAD", "EUR")]).exchange_rate("XOF", "MAD", TODAY) is None


def real_wage(**said: Any) -> Figure:
    return figure(Kind.REFERENCE_WAGE, 900.0, unit="INTERNATIONAL_DOLLARS_PER_MONTH", price_year=2021, **said)


def level(year: int) -> Figure:
    period = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
    return figure(Kind.PRICE_LEVEL, 4.0, country="MAR", currency="MAD", **period)


def test_a_wage_in_international_dollars_is_turned_by_the_price_level_of_its_year() -> None:
    found = Figures([real_wage(country="MAR"), level(2021)]).monthly_wage("MAR", "7411", "MAD", TODAY)
    assert found
    assert found.value == 3600.0
    assert len(found.figures) == 2


def test_a_wage_in_international_dollars_is_unknown_without_that_price_level() -> None:
    assert Figures([real_wage(country="MAR"), level(2020)]).monthly_wage("MAR", "7411", "MAD", TODAY) is None


def test_a_finer_wage_counts_before_one_in_the_right_currency() -> None:
    paid = figure(Kind.REFERENCE_WAGE, 5000.0, unit="CURRENCY_PER_MONTH", currency="MAD", country="MAR")
    known = Figures([paid, real_wage(country="MAR", isco08="7"), level(2021)])
    found = known.monthly_wage("MAR", "7411", "MAD", TODAY)
    assert found
    assert (found.value, found.group) == (3600.0, "7")


@pytest.mark.parametrize(
    ("isco08", "level"),
    [
        ("1120", 4),
        ("1411", 3),
        ("2144", 4),
        ("3112", 3),
        ("7411", 2),
        ("9313", 1),
        ("0110", 4),
        ("0310", 1),
        ("x", None),
    ],
)
def test_skill_levels_are_those_of_the_standard(isco08: str, level: int | None) -> None:
    assert skill_level(isco08) == level
