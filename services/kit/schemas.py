"""The constrained types every schema is made of.

They are bounded so that nothing reaches the database that it cannot hold (NUL, lone surrogates, 2^63),
and the bounds stand in the OpenAPI document, so that a client can know them before it sends.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from services.contracts.vocabulary import Currency

MAX_INT = 2**53 - 1  # what JSON numbers carry safely (RFC 8259 §6)

# One line, no control characters, no space at either end (so that no value is silently trimmed).
LINE = r"^[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"
# Text of a header that we read.
VISIBLE = r"^[ -~]*$"
# Several lines: tab and line feed are allowed as well.
PARAGRAPH = r"^[^\x00-\x08\x0b-\x1f\x7f]+$"
# Letters and digits of partners' own keys: anything printable without spaces.
KEY = r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=PARAGRAPH)]
ExternalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=KEY),
    Field(description="The partner's own key for this record, unique within the organisation."),
]
Language = Annotated[
    str,
    StringConstraints(min_length=2, max_length=35, pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$"),
    Field(description="A language, BCP 47.", examples=["fr"]),
]
LocalisedLine = Annotated[
    dict[Language, Line],
    Field(min_length=1, max_length=20, description="The same text by language (BCP 47)."),
]
LocalisedParagraph = Annotated[
    dict[Language, Paragraph],
    Field(min_length=1, max_length=20, description="The same text by language (BCP 47)."),
]
Isco08 = Annotated[
    str,
    StringConstraints(min_length=4, max_length=4, pattern=r"^[0-9]{4}$"),
    Field(description="ISCO-08 unit group, four digits; leading zeros matter.", examples=["7412"]),
]
Isic = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5, pattern=r"^[A-U](?:[0-9]{2,4})?$"),
    Field(description="ISIC Rev. 4: section letter, with division, group or class.", examples=["C10"]),
]
Uri = Annotated[
    str,
    StringConstraints(min_length=10, max_length=200, pattern=r"^https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$"),
]
EscoUri = Annotated[
    str,
    StringConstraints(
        min_length=30,
        max_length=200,
        pattern=r"^http://data\.europa\.eu/esco/(?:skill|occupation)/[A-Za-z0-9._~-]+$",
    ),
    Field(description="ESCO concept URI."),
]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")
_DECIMAL = r"^-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,4})?$"
_POSITIVE_DECIMAL = r"^(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,4})?$"


def _only(pattern: re.Pattern[str], wanted: str) -> BeforeValidator:
    """Pydantic reads 0 or "20260101" as a date as well; the document promises one form, so only it passes."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and not pattern.fullmatch(value):
            raise ValueError(f"must be {wanted}")
        if isinstance(value, int | float):
            raise ValueError(f"must be {wanted}, as a string")
        return value

    return BeforeValidator(check)


def _year_of_our_time(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise ValueError("year must be from 1900 to 2200")
    return value


Date = Annotated[
    date,
    _only(_ISO_DATE, "an ISO 8601 date, YYYY-MM-DD"),
    AfterValidator(_year_of_our_time),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": r"^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
            "maxLength": 10,
        }
    ),
    Field(examples=["2027-03-01"]),
]
Instant = Annotated[
    AwareDatetime,
    _only(_ISO_DATETIME, "an RFC 3339 instant with an offset"),
    AfterValidator(_year_of_our_time),
    Field(examples=["2026-11-23T08:30:00Z"]),
]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
PositiveCount = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]
Flag = Annotated[bool, Strict()]
Share = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]


def decimal_from_text(pattern: str) -> BeforeValidator:
    """Takes a decimal number as a string of this pattern only."""
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError("must be a decimal number as a string, such as 1250.00")
        return value

    return BeforeValidator(check)


Amount = Annotated[
    Decimal,
    decimal_from_text(_POSITIVE_DECIMAL),
    WithJsonSchema({"type": "string", "pattern": _POSITIVE_DECIMAL, "maxLength": 19}),
    Field(description="A sum of money, zero or more, as a decimal string.", examples=["2450.00"]),
]

_PERCENT = r"^(?:100(?:\.0{1,4})?|(?:0|[1-9][0-9]?)(?:\.[0-9]{1,4})?)$"
Percent = Annotated[
    Decimal,
    decimal_from_text(_PERCENT),
    WithJsonSchema({"type": "string", "pattern": _PERCENT, "maxLength": 8}),
    Field(description="A share in percent, 0 to 100, as a decimal string.", examples=["60.00"]),
]
_RATE = r"^(?:0\.[0-9]{0,8}[1-9][0-9]{0,3}|[1-9][0-9]{0,7}(?:\.[0-9]{1,12})?)$"  # never zero
Rate = Annotated[
    Decimal,
    decimal_from_text(_RATE),
    Field(
        description="Units of one currency for one of another, as a decimal string.",
        examples=["0.0918"],
    ),
    WithJsonSchema({"type": "string", "pattern": _RATE, "maxLength": 21}),
]


class Money(BaseModel):
    """An amount in a currency."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"amount": "2450.00", "currency": "EUR"}]},
    )

    amount: Amount
    currency: Currency


class In(BaseModel):
    """What a client sends: unknown fields are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What a service answers; reads the attributes of table rows."""

    model_config = ConfigDict(from_attributes=True)


class Resource(Out):
    """A record that can be changed: `version` is the ETag that If-Match must name."""

    id: UUID
    version: int = Field(ge=1, le=MAX_INT, description="Grows by one with each change; quoted, it is the ETag.")
    created_at: datetime
    updated_at: datetime
