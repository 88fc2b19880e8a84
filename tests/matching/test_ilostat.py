"""ILOSTAT's monthly earnings into reference wages: what is taken, what is left out and why, wrong files."""

import os
from datetime import date
from pathlib import Path

import pytest

from services.contracts.vocabulary import FigureUnit
from services.kit.bulk import checked
from services.matching.reference_figures import ilostat
from services.matching.reference_figures.schemas import FigureIn
from services.matching.reference_figures.service import wrong

DATA = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL = DATA / "labour-market" / "EAR_4MTH_SEX_GEO_CUR_NB_A-filtered-2025-06-01.csv"
HEADER = (
    '"ref_area.label","source.label","indicator.label","sex.label","classif1.label","classif2.label","time","obs_value",'
    '"obs_status.label","note_indicator.label","note_source.label"'
)
LINE = (
    '"Invented","LFS - Invented Survey","Average monthly earnings of employees by sex","{sex}","{group}","{currency}",'
    '"2024",{value},"{status}","Currency: MAR - Dirham (MAD)","Repository: Invented"'
)
RELEASED = date(2025, 6, 1)


def export(
    sex: str = "Total",
    group: str = "Area type: National",
    currency: str = "Currency: 2021 PPP $",
    value: str = "900.5",
    status: str = "",
) -> bytes:
    good = LINE.format(sex="Total", group="Area type: National", currency="Currency: 2021 PPP $", value=1, status="")
    line = LINE.format(sex=sex, group=group, currency=currency, value=value, status=status)
    return "\n".join([HEADER, good.replace(",1,", ",999,"), line]).encode("utf-8-sig")


@pytest.mark.skipif(not REAL.exists(), reason=f"ILOSTAT's export is not at {REAL}; set PASSERELLE_DATA")
def test_the_real_export_gives_a_wage_for_each_country_and_year_it_can() -> None:
    read = ilostat.wages(REAL.read_bytes(), RELEASED)
    rows = list(checked(enumerate(read.figures, 1), FigureIn))
    assert read.lines == 6234
    assert len(rows) == 694  # 695 lines for both sexes and a whole country, less Rwanda 2024
    assert [row.errors for row in rows if row.value is None or wrong(row.value, date(2026, 1, 1))] == []
    assert len({row.value.country for row in rows if row.value}) == 111
    belgium = {row.value.period_from.year: row.value for row in rows if row.value and row.value.country == "BEL"}
    assert (str(belgium[2023].value), belgium[2023].price_year) == ("7240.152", 2021)


@pytest.mark.skipif(not REAL.exists(), reason=f"ILOSTAT's export is not at {REAL}; set PASSERELLE_DATA")
def test_the_real_exports_impossible_line_is_left_out_with_its_reason() -> None:
    read = ilostat.wages(REAL.read_bytes(), RELEASED)
    assert [count for reason, count in read.left_out.items() if reason.startswith("below 10 international")] == [1]


def test_source_licence_and_release_come_with_the_figure() -> None:
    figure = ilostat.wages(export(), RELEASED).figures[1]
    assert (figure["source"], figure["licence"]) == ("ILOSTAT EAR_4MTH, LFS - Invented Survey", "CC BY 4.0")
    assert (figure["released_on"], figure["country"], figure["value"]) == ("2025-06-01", "MAR", "900.5")


def test_an_occupation_in_the_national_currency_is_taken_as_such() -> None:
    body = export(
        group="Occupation (ISCO-08): 7. Craft and related trades workers", currency="Currency: Local currency"
    )
    figure = ilostat.wages(body, RELEASED).figures[1]
    assert (figure["isco08"], figure["currency"], figure["unit"]) == ("7", "MAD", FigureUnit.CURRENCY_PER_MONTH)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"sex": "Female"}, "one sex only"),
        ({"group": "Area type: Rural"}, "part of a country, or another classification"),
        ({"currency": "Currency: U.S. dollars"}, "another currency"),
        ({"value": '""'}, "no value"),
        ({"status": "Unreliable"}, "unreliable, as ILOSTAT says"),
    ],
)
def test_other_lines_are_left_out_with_their_reason(said: dict[str, str], reason: str) -> None:
    read = ilostat.wages(export(**said), RELEASED)
    assert (len(read.figures), dict(read.left_out)) == (1, {reason: 1})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"a,b\n1,2\n", "lacks the columns"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (HEADER.encode(), "no line for both sexes"),
        (export().replace(b"Average monthly", b"Mean weekly"), "Line 2 is not about"),
    ],
)
def test_another_file_is_refused_with_what_is_wrong(body: bytes, problem: str) -> None:
    with pytest.raises(ilostat.NotTheSeriesError, match=problem):
        ilostat.wages(body, RELEASED)


def test_the_day_of_release_ends_the_name_of_an_export() -> None:
    assert ilostat.released_on(REAL.name) == RELEASED
    assert ilostat.released_on("wages.csv") is None
