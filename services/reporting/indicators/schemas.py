"""What is heard about indicators, their values and the facts behind them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.schemas import Line, Out, Paragraph
from services.reporting.catalogue import DIMENSIONS, ClaimClass

_DIMENSION = "|".join(DIMENSIONS)
By = Annotated[
    str,
    Field(
        max_length=120,
        pattern=rf"^(?:{_DIMENSION})(?:,(?:{_DIMENSION})){{0,3}}$",
        description="Up to four dimensions, separated by commas; margins (`_T`) are shown as well.",
        examples=["sex,track"],
    ),
]
Period = Annotated[
    str,
    Field(
        max_length=8,
        pattern=r"^(?:19|20|21)[0-9]{2}(?:-Q[1-4]|-M(?:0[1-9]|1[0-2]))?$",
        description="A year, quarter or month; all time when left out.",
        examples=["2027-Q1"],
    ),
]
CorridorCode = Annotated[
    str,
    Field(
        max_length=7,
        pattern=r"^[A-Z]{3}-[A-Z]{3}$",
        description="Origin and destination, ISO 3166-1 alpha-3.",
        examples=["MAR-BEL"],
    ),
]
IndicatorCode = Annotated[
    str,
    Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.]+$", examples=["PLACEMENTS"]),
]


class IndicatorOut(Out):
    """A catalogue entry: what is counted, and what may be claimed for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "WOMEN_SHARE",
                    "title": "Women's share of placements started",
                    "aligned_indicator": None,
                    "sdg_target": None,
                    "claim_class": "NONE",
                    "unit": "share",
                    "numerator": "Placements of women that started in the period",
                    "denominator": "Placements that started in the period, of people whose sex is known",
                    "formula": "numerator / denominator",
                    "population_rule": None,
                    "missing_values": "People whose sex is not known are left out.",
                    "disaggregations": ["track", "corridor"],
                    "minimum_contributors": 5,
                    "method_version": "1.0",
                    "sources": ["placements"],
                    "explanation": None,
                }
            ]
        }
    )

    code: Line
    title: Line = Field(description="The programme's own title, in the language of Content-Language.")
    aligned_indicator: Line | None = Field(description="SDG indicator it is aligned with; it is not that indicator.")
    sdg_target: Line | None
    claim_class: ClaimClass
    unit: Line
    numerator: Paragraph | None
    denominator: Paragraph | None
    formula: Paragraph | None
    population_rule: Paragraph | None
    missing_values: Paragraph | None
    disaggregations: list[Line] = Field(max_length=20, description="Dimensions allowed in `by`.")
    minimum_contributors: int = Field(description="Fewer are withheld, status Q.", ge=1, le=1000)
    method_version: Line
    sources: list[Line] = Field(max_length=20)
    explanation: Paragraph | None = Field(description="Why there is nothing to compute, where that is so.")


class IndicatorList(Out):
    """The whole catalogue."""

    items: list[IndicatorOut] = Field(max_length=200)


class CellOut(Out):
    """One figure. What is withheld has no value and status Q."""

    dims: dict[str, str] = Field(description="Value of each dimension: `_T` all, `_U` not known.")
    measure: Line = Field(description="count, share, mean, median, p80 or per_mille.", examples=["count"])
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None = Field(description="Contributors.")
    status: str = Field(
        max_length=1,
        description="SDMX CL_OBS_STATUS: A normal, D definition differs, P provisional, U low reliability, Q withheld, "
        "L not collected, M cannot exist.",
    )
    flags: list[str] = Field(max_length=10, description="All flags that apply; `status` is the weightiest.")


class FeedPositions(Out):
    """How far each feed had been read: the same positions give the same figures."""

    registry: int
    matching: int


EXAMPLE_VALUES: dict[str, Any] = {
    "code": "WOMEN_SHARE",
    "title": "Women's share of placements started",
    "aligned_indicator": None,
    "claim_class": "NONE",
    "unit": "share",
    "numerator": "Placements of women that started in the period",
    "denominator": "Placements that started in the period, of people whose sex is known",
    "formula": "numerator / denominator",
    "method_version": "1.0",
    "partnership": None,
    "period": "2027",
    "feed_positions": {"registry": 412, "matching": 9210},
    "as_of": "2028-01-10",
    "draft": True,
    "cells": [
        {
            "dims": {"track": "AWAY"},
            "measure": "share",
            "value": 0.4,
            "numerator": 40,
            "denominator": 100,
            "n": 100,
            "status": "A",
            "flags": ["A"],
        }
    ],
}


class ValuesOut(Out):
    """An indicator's figures with the definitions they stand on. Drafts: seen by the parties, not released."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE_VALUES]})

    code: Line
    title: Line
    aligned_indicator: Line | None
    claim_class: ClaimClass
    unit: Line
    numerator: Paragraph | None
    denominator: Paragraph | None
    formula: Paragraph | None
    method_version: Line
    partnership: UUID | None
    period: Line | None
    feed_positions: FeedPositions
    as_of: date
    draft: bool
    cells: list[CellOut] = Field(max_length=10_000)


class PartnershipOut(Out):
    """The partnership reported on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "code": "SOLAR-MA-BE",
                    "title": {"en": "Solar and heat-pump skills, Morocco and Belgium"},
                    "status": "ACTIVE",
                    "parties": ["AGENCE-EMPLOI-ATLAS"],
                }
            ]
        }
    )

    id: UUID
    code: Line
    title: dict[str, str]
    status: Line
    parties: list[Line] = Field(max_length=500, description="Codes of the organisations, as far as known.")


class NotComputed(Out):
    """An SDG indicator of which the programme's data says nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "10.7.2", "explanation": "Policies of a country are not seen in a programme's data."}]
        }
    )

    code: Line
    explanation: Paragraph


class ReportOut(Out):
    """Every indicator of the catalogue in one answer."""

    partnership: PartnershipOut | None
    period: Line | None
    feed_positions: FeedPositions
    as_of: date
    indicators: list[ValuesOut] = Field(max_length=200)
    not_computed: list[NotComputed] = Field(max_length=200)


EXAMPLE_FACT: dict[str, Any] = {
    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20",
    "feed": "matching",
    "position": 9210,
    "kind": "placement_started",
    "subject_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a21",
    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "period": "2027-06-01",
    "corridor": "MAR-BEL",
    "track": "AWAY",
    "sex": "F",
    "age_band": "Y25T34",
    "persona": "WORKER",
    "country": "BEL",
    "isco08": "7411",
    "hourly_earnings": "17.90",
    "earnings_currency": "EUR",
    "weekly_hours": 38,
    "net_monthly_earnings": "2150.00",
    "recruitment_costs": "0.00",
    "net_currency": "EUR",
}


class FactOut(Out):
    """A fact as it came; `id` and `position` find its event in the feed. The person's pseudonym stays inside."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE_FACT]})

    id: UUID
    feed: Line
    position: int
    kind: Line
    subject_id: UUID
    partnership_id: UUID | None
    period: date
    corridor: Line | None
    track: Line | None
    status: Line | None
    reason: Line | None
    sex: Line | None
    age_band: Line | None
    persona: Line | None
    country: Line | None
    isco08: Line | None
    hourly_earnings: Decimal | None
    earnings_currency: Line | None
    weekly_hours: int | None
    net_monthly_earnings: Decimal | None
    recruitment_costs: Decimal | None
    net_currency: Line | None
