"""What is said about hosts for entrepreneurs, and about firms for hosts."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import CooperationType, Country, HostService, Persona, VisaClass
from services.kit.pagination import Page
from services.kit.schemas import Out
from services.matching.explanations import DroppedOut, GateOut


class SideTermOut(Out):
    """One term of the score. `weight` × `value` is the `side_contribution` to the value of its side; the
    `contribution`s of both sides add up to the score."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "need",
                    "side": "FIRM",
                    "weight": 0.35,
                    "value": 0.5,
                    "side_contribution": 0.175,
                    "contribution": 0.09,
                    "evidence": "1 of 2 capabilities wanted: MENTORING",
                }
            ]
        }
    )

    name: str = Field(examples=["need"])
    side: Literal["FIRM", "HOST"]
    weight: float
    value: float
    side_contribution: float
    contribution: float
    evidence: str


class HostVersionsOut(Out):
    """Same input and same versions give the same output."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"profile": "pem-1"}]})

    profile: str


class HostExplanationOut(Out):
    """Why this score: additive terms of both sides, what is unknown, gates, and versions."""

    firm_side: float
    host_side: float
    terms: list[SideTermOut] = Field(max_length=20)
    dropped: list[DroppedOut] = Field(max_length=20)
    confidence: float = Field(description="Share of the weight that is backed by known data.")
    gates: list[GateOut] = Field(max_length=20)
    versions: HostVersionsOut


class PeriodOut(Out):
    """The stay that was judged: the first that fits, else the first that was asked for; both days included."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from_date": "2027-03-01", "to_date": "2027-03-30", "days": 30}]}
    )

    from_date: date
    to_date: date
    days: int


class Fitted(Out):
    """A result. Near misses fail only gates that can be remedied; they come after all that pass."""

    score: float = Field(ge=0, le=1)
    near_miss: bool
    period: PeriodOut
    visa_class: VisaClass
    scheme_id: UUID | None
    explanation: HostExplanationOut


class HostBrief(Out):
    """A host as an entrepreneur's counsellor needs it."""

    id: UUID
    organisation_id: UUID
    title: str
    country: Country
    region: str | None
    sectors: list[str]
    services: list[HostService]
    languages: list[str]
    cooperation_sought: list[CooperationType]
    diaspora_firm: bool
    days_left: int = Field(description="Person-days left in the calendar year in which the period begins.")
    places_left: int = Field(description="Places free on every day of the period.")


class HostMatchOut(Fitted):
    """A host for an entrepreneur."""

    host: HostBrief


class HostMatchesOut(Page[HostMatchOut]):
    """Hosts for an entrepreneur, best first."""

    refused: int = Field(description="Hosts that are not listed: they fail a gate that cannot be remedied.")


class FirmBrief(Out):
    """A firm under its person's pseudonym: no name, number, turnover or need in its own words."""

    candidate_id: UUID
    persona: Persona
    country: Country
    sector: str
    registered: bool
    founded_in: int | None = Field(description="Year.")
    staff: int | None = Field(description="People who work in it.")
    innovation: int | None = Field(description="1 to 5.")
    export_readiness: int | None = Field(description="1 to 5.")
    green_product: bool | None
    capabilities_wanted: list[HostService]
    cooperation_sought: list[CooperationType]
    languages: list[str] = Field(description="With CEFR levels.", examples=[["fr C1"]])


class FirmMatchOut(Fitted):
    """A firm for a host."""

    firm: FirmBrief


class FirmMatchesOut(Page[FirmMatchOut]):
    """Firms for a host, best first."""

    refused: int = Field(description="Firms that are not listed: they fail a gate that cannot be remedied.")
