"""What is said and heard about costs, spending and exchange rates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from services.contracts.vocabulary import CostGroup, Currency, MobilityPhase, Payer
from services.kit.schemas import (
    Amount,
    Date,
    ExternalId,
    Flag,
    In,
    Line,
    Money,
    Out,
    Paragraph,
    Percent,
    Rate,
    Resource,
    Uri,
)


def _text(value: Decimal) -> str:
    """No exponent, two decimals at least, and none beyond them that say nothing."""
    whole, _, fraction = f"{value:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


# Exact, unlike a JSON number.
Sum = Annotated[
    Decimal,
    PlainSerializer(_text, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^-?[0-9]{1,30}\.[0-9]{2,30}$", "maxLength": 40, "examples": ["2450.00"]}
    ),
]

LINES: list[Any] = [
    {
        "group": "TRAINING",
        "payer": "DEST_GOV",
        "share_percent": "75",
        "budget": {"amount": "900000.00", "currency": "EUR"},
    },
    {
        "group": "TRAINING",
        "payer": "EMPLOYER",
        "share_percent": "25",
        "budget": {"amount": "300000.00", "currency": "EUR"},
    },
    {
        "group": "RECRUITMENT",
        "payer": "EMPLOYER",
        "share_percent": "100",
        "budget": {"amount": "60000.00", "currency": "EUR"},
    },
]


class Repayment(In):
    """Terms under which a worker bears part of the training: out of income, capped."""

    model_config = ConfigDict(from_attributes=True)

    max_percent_of_net_pay: Percent = Field(description="Of each month's net pay, at most 10.")
    total: Money = Field(description="What all workers together repay at most; never more than the budget of the line.")
    stops_on_job_loss: Flag = Field(description="Must be true.")


class CostLineIn(In):
    """What one payer bears of one group."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": LINES[:1]})

    group: CostGroup
    payer: Payer
    share_percent: Percent = Field(description="Share of the group in percent; the shares of a group sum to 100.")
    budget: Money | None = Field(None, description="Planned amount, in the reporting currency.")
    repayment: Repayment | None = Field(None, description="Only for WORKER in TRAINING, and needed there.")


class CostMatrixIn(In):
    """The whole matrix; groups without a line cost nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reporting_currency": "EUR", "lines": LINES}]})

    reporting_currency: Currency = Field(description="In which the partnership adds up; fixed once money was spent.")
    lines: list[CostLineIn] = Field(min_length=1, max_length=64)


class CostMatrixOut(Resource):
    """The matrix as it is."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that keeps it and may change it.")
    reporting_currency: Currency
    lines: list[CostLineIn]


ENTRY: dict[str, Any] = {
    "paid_on": "2026-10-15",
    "amount": "18500.00",
    "currency": "MAD",
    "payer": "DEST_GOV",
    "payee": "Invented training centre",
    "group": "TRAINING",
    "phase": "TRAINING",
    "person": "P-0042",
    "receipt_uri": "https://receipts.example/2026/0815",
    "note": "Second instalment",
}


class CostEntryIn(In):
    """Money that was spent."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY]})

    paid_on: Date = Field(description="Day of the payment; not in the future.")
    amount: Amount = Field(description="What was paid, in `currency`, as a decimal string; more than zero.", gt=0)
    currency: Currency
    payer: Payer
    payee: Line = Field(description="Who was paid; no name of a trainee or worker.")
    group: CostGroup
    phase: MobilityPhase
    person: ExternalId | None = Field(None, description="Pseudonym of the person it was spent on; never a name.")
    document_id: UUID | None = Field(None, description="The receipt, among the documents of the partnership.")
    receipt_uri: Uri | None = Field(None, description="The receipt, where it is kept elsewhere.")
    note: Paragraph | None = None

    @model_validator(mode="after")
    def _worker_pays_no_recruitment(self) -> Self:
        if self.payer == Payer.WORKER and self.group == CostGroup.RECRUITMENT and self.note is None:
            raise ValueError("recruitment that a worker paid needs a note that says how it is paid back")
        return self


class ReversalIn(In):
    """Why an entry is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Entered twice"}]})

    note: Paragraph


class CostEntryOut(Resource):
    """An entry, with the exchange rate that was used."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that entered it.")
    paid_on: date
    amount: Sum = Field(description="In `currency`; below zero when it reverses another.")
    currency: Currency
    payer: Payer
    payee: str
    group: CostGroup
    phase: MobilityPhase
    person: str | None
    document_id: UUID | None
    receipt_uri: str | None
    note: str | None
    reverses: UUID | None = Field(description="The entry that this one takes back.")
    reporting_currency: Currency
    reporting_amount: Sum = Field(description="`amount` times `rate`, in the reporting currency.")
    rate: Sum = Field(description="Units of the reporting currency for one of `currency`.")
    rate_on: date = Field(description="The day of the rate.")
    rate_source: str
    rate_days_before: int = Field(description="0: the rate of the day. Else the last one, so many days before it.")


class ExchangeRateIn(In):
    """A rate of a day, with where it comes from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "base": "MAD",
                    "quote": "EUR",
                    "rate": "0.0918",
                    "on": "2026-10-15",
                    "source": "Bank Al-Maghrib, reference rate",
                    "source_uri": "https://rates.example/2026-10-15",
                }
            ]
        }
    )

    base: Currency
    quote: Currency
    rate: Rate = Field(description="Units of `quote` for one unit of `base`.")
    on: Date = Field(description="The day it was fixed.")
    source: Line
    source_uri: Uri | None = None

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if self.base == self.quote:
            raise ValueError("base and quote must be two currencies")
        return self


class ExchangeRateOut(Out):
    """A recorded rate; it never changes."""

    id: UUID
    organisation_id: UUID | None = Field(description="Who recorded it; absent: operations, for everybody.")
    base: Currency
    quote: Currency
    rate: Sum = Field(description="Units of `quote` for one unit of `base`.")
    on: date
    source: str
    source_uri: str | None
    created_at: datetime


class CellOut(Out):
    """Plan and spending of one payer in one group, in the reporting currency."""

    group: CostGroup
    payer: Payer
    share_percent: Percent | None = Field(description="As agreed; absent where nothing was agreed.")
    budget: Sum | None
    actual: Sum


class UnitCostOut(Out):
    """What one person of a kind cost, all spending included."""

    per: str = Field(description="TRAINED, CERTIFIED, PLACED or RETAINED_12M.", examples=["TRAINED"])
    persons: float | None = Field(description="As achieved against the result targets.")
    cost: Sum | None = Field(description="In the reporting currency, rounded to its hundredth.")
    reason: str | None = Field(description="Why there is no figure.")


class CostSummaryOut(Out):
    """Plan and spending of a partnership."""

    partnership_id: UUID
    reporting_currency: Currency | None = Field(description="Absent while there is no cost matrix.")
    budget: Sum = Field(description="Sum of all budgets, in the reporting currency.")
    actual: Sum = Field(description="Sum of all spending, in the reporting currency.")
    cells: list[CellOut]
    private_share_budget: Percent | None = Field(
        description="Percent of the budget borne by EMPLOYER, ORIGIN_FIRM, PRIVATE_INVESTOR and DIASPORA."
    )
    private_share_actual: Percent | None = Field(description="The same of what was spent.")
    unit_costs: list[UnitCostOut]
