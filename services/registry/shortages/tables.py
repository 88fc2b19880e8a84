"""Signals as offices keep them: NDJSON, CSV or XLSX, and the list of shortage occupations that EURES publishes.

Each row becomes a signal or is reported with what is wrong with it.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from services.contracts.vocabulary import ShortageSignalCode
from services.kit import bulk, tables
from services.kit.bulk import MEDIA_TYPE, Row
from services.kit.errors import FieldError
from services.kit.json import pointers
from services.registry.shortages.schemas import SignalIn


class SignalLayout(StrEnum):
    """How the rows of a file are meant.

    SIGNALS: a signal a row, with the fields of a signal as headers.
    EURES: the list of shortage occupations of ELA/EURES: Country, Job Title, ISCO08. Rows of the destination become
        official_list signals; the leading zeros that spreadsheets lose are put back.
    """

    SIGNALS = "SIGNALS"
    EURES = "EURES"


# Countries of the EURES reports; EL and UK are EU usage.
EURES_COUNTRIES = {
    "AT": "AUT", "BE": "BEL", "BG": "BGR", "CH": "CHE", "CY": "CYP", "CZ": "CZE", "DE": "DEU", "DK": "DNK",
    "EE": "EST", "EL": "GRC", "ES": "ESP", "FI": "FIN", "FR": "FRA", "GR": "GRC", "HR": "HRV", "HU": "HUN",
    "IE": "IRL", "IS": "ISL", "IT": "ITA", "LI": "LIE", "LT": "LTU", "LU": "LUX", "LV": "LVA", "MT": "MLT",
    "NL": "NLD", "NO": "NOR", "PL": "POL", "PT": "PRT", "RO": "ROU", "SE": "SWE", "SI": "SVN", "SK": "SVK",
    "UK": "GBR",
}  # fmt: skip


def read(media_type: str, body: bytes, layout: SignalLayout, destination: str, period: str) -> list[Row[SignalIn]]:
    """The rows of a body. Raises UnsupportedMedia, TooLarge, BadRequest and Unprocessable for the body as a whole."""
    if media_type.partition(";")[0].strip().lower() == MEDIA_TYPE and layout == SignalLayout.SIGNALS:
        return list(bulk.rows(body, SignalIn))
    if layout == SignalLayout.EURES:
        return [_eures(number, cells, destination, period) for number, cells in tables.rows(media_type, body)]
    return list(_signals(media_type, body))


def _signals(media_type: str, body: bytes) -> Iterator[Row[SignalIn]]:
    for number, cells in tables.rows(media_type, body):
        data: dict[str, Any] = {name: cell for name, cell in cells.items() if cell}
        try:
            data["value"] = float(cells.get("value", "").replace(",", "."))
        except ValueError:
            wrong = FieldError("/value", "not_a_number", "Must be a number, such as 6.4.")
            yield Row(number, None, None, [wrong])
            continue
        data["causes"] = cells.get("causes", "").replace(",", " ").split()
        yield _row(number, data)


def _row(number: int, data: dict[str, Any]) -> Row[SignalIn]:
    try:
        return Row(number, SignalIn.model_validate(data), None, [])
    except ValidationError as error:
        return Row(number, None, None, pointers(error.errors(include_url=False, include_input=False)))


def _eures(number: int, cells: dict[str, str], destination: str, period: str) -> Row[SignalIn]:
    country, code = cells.get("Country", ""), cells.get("ISCO08", "")
    if EURES_COUNTRIES.get(country) != destination:
        message = f"Not a row of {destination}; its own rounds take it."
        return Row(number, None, None, [FieldError("/Country", "other_country", message)])
    if not code.isdecimal() or not 1 <= len(code) <= 4:
        return Row(number, None, None, [FieldError("/ISCO08", "no_code", "The row names no ISCO-08 unit group.")])
    return _row(
        number,
        {
            "isco08": code.zfill(4),
            "signal": ShortageSignalCode.OFFICIAL_LIST,
            "value": 1.0,
            "period": period,
            "source": "ELA/EURES shortage occupations",
            "method": "Reported by the national coordination office; methods differ by country",
            "note": cells.get("Job Title") or None,
        },
    )
