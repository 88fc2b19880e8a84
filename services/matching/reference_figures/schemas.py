"""What is said and heard about reference figures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

from services.contracts.vocabulary import Country, Currency, FigureKind, FigureUnit
from services.kit.schemas import Date, In, Isic, Line, Out, Paragraph, Uri, decimal_from_text

_VALUE = r"^-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?$"
IscoGroup = Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=r"^[0-9]{1,4}$")]


def _plain(value: Decimal) -> str:
    """No exponent, and no zeros at the end."""
    return f"{value.normalize():f}"


_TEXT = WithJsonSchema({"type": "string", "pattern": _VALUE, "maxLength": 26})
Value = Annotated[Decimal, decimal_from_text(_VALUE), PlainSerializer(_plain, return_type=str, when_used="json"), _TEXT]

_KIND = "What the figure tells; it decides which keys, unit and range are right."
_COUNTRY = "The country it is about; absent for exchange rates."
_FROM = "Of TRANSFER_COST: the country that the money is sent from; absent for all."
_ISCO = "ISCO-08 unit, minor, sub-major or major group, 1 to 4 digits; absent for all occupations."
_NACE = "NACE Rev. 2, as ISIC: section letter, with division; absent for all industries."
_CURRENCY = "In whose units the value is."
_PER = "Of EXCHANGE_RATE: the currency that one unit of is paid for."
_FIRST, _LAST = "First day that the figure describes.", "Last day that the figure describes, included."
_VALUE_TEXT = "In `unit`, as a decimal string of up to 12 decimals."
_YEAR = "The year whose prices international dollars are in; needed with them, and only then."
_SOURCE = "Who published it and in which series."
_LICENCE = "Under which terms it may be used."
_RELEASED = "Day of publication, today at the latest. A later release takes the place of this one."

EXAMPLE: dict[str, Any] = {
    "kind": "UNFILLED_SHARE",
    "country": "BEL",
    "isco08": "7411",
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
    "value": "0.55",
    "unit": "RATIO",
    "source": "Sample, invented",
    "licence": "CC0 1.0",
    "released_on": "2026-03-01",
}


class FigureIn(In):
    """A figure with its source. Once recorded it never changes; send a correction as a later release."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: FigureKind = Field(description=_KIND)
    country: Country | None = Field(None, description=_COUNTRY)
    from_country: Country | None = Field(None, description=_FROM)
    isco08: IscoGroup | None = Field(None, description=_ISCO, examples=["741"])
    nace: Isic | None = Field(None, description=_NACE)
    currency: Currency | None = Field(None, description=_CURRENCY)
    per_currency: Currency | None = Field(None, description=_PER)
    period_from: Date = Field(description=_FIRST)
    period_to: Date = Field(description=_LAST)
    value: Value = Field(description=_VALUE_TEXT, examples=["0.55"])
    unit: FigureUnit
    price_year: Annotated[int, Field(strict=True, ge=1990, le=2200)] | None = Field(None, description=_YEAR)
    source: Line = Field(description=_SOURCE)
    source_url: Uri | None = Field(None, description="Where it was published.")
    licence: Line = Field(description=_LICENCE)
    released_on: Date = Field(description=_RELEASED)
    note: Paragraph | None = Field(None, description="What its users should know, such as a break in the series.")


class FigureOut(Out):
    """A figure as it was recorded."""

    id: UUID
    kind: FigureKind = Field(description=_KIND)
    country: Country | None = Field(description=_COUNTRY)
    from_country: Country | None = Field(description=_FROM)
    isco08: str | None = Field(description=_ISCO)
    nace: str | None = Field(description=_NACE)
    currency: Currency | None = Field(description=_CURRENCY)
    per_currency: Currency | None = Field(description=_PER)
    period_from: date = Field(description=_FIRST)
    period_to: date = Field(description=_LAST)
    value: Value = Field(description=_VALUE_TEXT, examples=["0.55"])
    unit: FigureUnit
    price_year: int | None = Field(description=_YEAR)
    source: str = Field(description=_SOURCE)
    source_url: str | None
    licence: str = Field(description=_LICENCE)
    released_on: date = Field(description=_RELEASED)
    note: str | None
    version: int = Field(
        description="Counts the releases of the same figure, in the order in which they were recorded."
    )
    recorded_by: UUID | None = Field(description="The organisation that recorded it; absent: operations.")
    recorded_at: datetime
