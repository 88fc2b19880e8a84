"""Reading ILOSTAT's average monthly earnings of employees (EAR_4MTH_SEX_…_CUR_NB) as ILOSTAT exports them with labels.

Taken are both sexes together, whole countries or groups of ISCO-08, in international dollars or the national currency;
the country's code stands in the note about the currency. Sex is left out on purpose: no score looks at it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.contracts.vocabulary import FigureKind, FigureUnit

LICENCE = "CC BY 4.0"
URL = "https://ilostat.ilo.org/data/"
_INDICATOR = "Average monthly earnings of employees"
_LEAST = 10.0  # international dollars a month; Rwanda 2024 stands in the export of 2025-06-01 with 0.003
_COLUMNS = frozenset(
    {
        "ref_area.label",
        "source.label",
        "indicator.label",
        "sex.label",
        "classif1.label",
        "classif2.label",
        "time",
        "obs_value",
        "obs_status.label",
        "note_indicator.label",
        "note_source.label",
    }
)
_CURRENCY = re.compile(r"Currency: ([A-Z]{3}) - .*?\(([A-Z]{3})\)")
_PPP = re.compile(r"Currency: (\d{4}) PPP \$")
_ISCO = re.compile(r"Occupation \(ISCO-08\): (\d)\. ")
_TOTALS = ("Area type: National", "Occupation (ISCO-08): Total")
_RELEASED = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv$")


class NotTheSeriesError(ValueError):
    """The file is not what ILOSTAT exports for this series; says what is missing."""


@dataclass(frozen=True)
class Wages:
    """Figures as FigureIn takes them, lines by the reason for which they were left out, and how many there were."""

    figures: list[dict[str, Any]]
    left_out: Counter[str]
    lines: int


def released_on(name: str) -> date | None:
    """The day that ends the name of an ILOSTAT export, such as …-2025-06-01.csv."""
    found = _RELEASED.search(name)
    return date.fromisoformat(found[1]) if found else None


def wages(body: bytes, released: date) -> Wages:
    """All reference wages of an export. Raises NotTheSeriesError."""
    figures, left_out, lines = [], Counter[str](), 0
    for lines, row in enumerate(_rows(body), 1):  # noqa: B007
        taken = _figure(row, released)
        if isinstance(taken, str):
            left_out[taken] += 1
        else:
            figures.append(taken)
    if not figures:
        raise NotTheSeriesError("The file has no line for both sexes and a whole country or an ISCO-08 group.")
    return Wages(figures, left_out, lines)


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        missing = _COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise NotTheSeriesError(f"The file lacks the columns {', '.join(sorted(missing))}.")
        for number, row in enumerate(reader, 2):
            if None in row.values() or not row["indicator.label"].startswith(_INDICATOR):
                raise NotTheSeriesError(f"Line {number} is not about {_INDICATOR.lower()}.")
            yield row
    except UnicodeDecodeError:
        raise NotTheSeriesError("The file is not UTF-8.") from None
    except csv.Error as error:
        raise NotTheSeriesError(f"The file cannot be read as CSV: {error}.") from None


def _figure(row: dict[str, str], released: date) -> dict[str, Any] | str:
    """The figure of a line, or why it is none."""
    group, real = _ISCO.match(row["classif1.label"]), _PPP.fullmatch(row["classif2.label"])
    codes = _CURRENCY.search(row["note_indicator.label"])
    if row["sex.label"] != "Total":
        return "one sex only"
    if group is None and row["classif1.label"] not in _TOTALS:
        return "part of a country, or another classification"
    if real is None and row["classif2.label"] != "Currency: Local currency":
        return "another currency"
    if codes is None:
        return "no country code in the note about the currency"
    if not re.fullmatch(r"\d{1,12}(\.\d{1,12})?", row["obs_value"]):
        return "no value"
    if real and float(row["obs_value"]) < _LEAST:
        return f"below {_LEAST:g} international dollars a month, which nobody lives on"
    if "Unreliable" in row["obs_status.label"]:
        return "unreliable, as ILOSTAT says"
    noted = (row[name].strip() for name in ("obs_status.label", "note_indicator.label", "note_source.label"))
    unit = FigureUnit.INTERNATIONAL_DOLLARS_PER_MONTH if real else FigureUnit.CURRENCY_PER_MONTH
    return {
        "kind": FigureKind.REFERENCE_WAGE.value,
        "country": codes[1],
        **({"isco08": group[1]} if group else {}),
        **({"price_year": int(real[1])} if real else {"currency": codes[2]}),
        "period_from": f"{row['time']}-01-01",
        "period_to": f"{row['time']}-12-31",
        "value": row["obs_value"],
        "unit": unit.value,
        "source": f"ILOSTAT EAR_4MTH, {row['source.label']}"[:200].strip(),
        "source_url": URL,
        "licence": LICENCE,
        "released_on": released.isoformat(),
        "note": " | ".join(filter(None, noted)),
    }
