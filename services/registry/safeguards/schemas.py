"""What is said and heard about brain-drain safeguards."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.vocabulary import Country, SafeguardMode, ShortageClass
from services.kit.schemas import Count, Date, In, Paragraph, Resource

MinorGroup = Annotated[
    str,
    StringConstraints(min_length=3, max_length=3, pattern=r"^[0-9]{3}$"),
    Field(description="ISCO-08 minor group, three digits; leading zeros matter.", examples=["741"]),
]
Ratio = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
EXAMPLE: dict[str, Any] = {
    "origin": "MAR",
    "isco08_minor": "712",
    "mode": "TRAIN_FIRST",
    "ratio": 1.0,
    "away_cap": 30,
    "valid_from": "2026-11-23",
    "expires_on": "2027-11-22",
    "reason": "The building plan needs 4,000 insulation workers until 2030.",
}


class SafeguardIn(In):
    """How far the partnership may recruit in an occupation of the origin, for a period of up to twelve months."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    origin: Country
    isco08_minor: MinorGroup
    mode: SafeguardMode | None = Field(None, description="Absent: the default that follows from status and list.")
    ratio: Ratio | None = Field(
        None, description="Home places for each away place; absent: 1 for TRAIN_FIRST, 2 for PROTECTED; never less."
    )
    away_cap: Count | None = Field(None, description="Most people who start away while it holds, persons.")
    valid_from: Date = Field(description="First day on which it holds.")
    expires_on: Date = Field(description="Last day on which it holds; then the default holds again.")
    reason: Paragraph

    @model_validator(mode="after")
    def _within_a_year(self) -> "SafeguardIn":
        if not 0 <= (self.expires_on - self.valid_from).days <= 366:
            raise ValueError("expires_on must lie within twelve months after valid_from")
        return self


class SafeguardPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"mode": "BLOCKED", "reason": "Closed by decree until the summer."}]}
    )

    mode: SafeguardMode | None = None
    ratio: Ratio | None = None
    away_cap: Count | None = Field(None, description="Persons.")
    expires_on: Date | None = Field(None, description="Last day on which it holds.")
    reason: Paragraph | None = None


class SafeguardOut(Resource):
    """A safeguard. It limits what the partnership recruits, and bans no person: everybody keeps the right to leave."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The origin's authority.")
    origin: Country
    isco08_minor: str
    origin_status: ShortageClass = Field(description="The tightest class of its occupations in the last round.")
    list_flag: bool = Field(description="Whether it is a health profession of a country on WHO's list of 2023.")
    default_mode: SafeguardMode = Field(description="What follows from status and list.")
    mode: SafeguardMode
    ratio: float | None = Field(description="Home places for each away place, at least.")
    away_cap: int | None = Field(description="Most people who start away while it holds, persons.")
    valid_from: date
    expires_on: date
    reason: str


class ConsentIn(In):
    """The destination's key to a mode looser than the default, with the agreement that compensates the origin."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mode": "TRAIN_FIRST",
                    "agreement_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "reason": "We fund 200 nursing places a year at the origin.",
                }
            ]
        }
    )

    mode: SafeguardMode = Field(description="The loosest mode consented to.")
    agreement_id: UUID = Field(
        description="A binding BLMA or SECTORAL_ARRANGEMENT of both sides of this partnership, in force. When it ends,"
        " the default mode holds again."
    )
    reason: Paragraph


class ConsentOut(Resource):
    """A consent and whose it is."""

    safeguard_id: UUID
    organisation_id: UUID
    mode: SafeguardMode
    agreement_id: UUID
    reason: str
