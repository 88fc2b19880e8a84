"""What is said and heard about skills partnerships."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import (
    Cefr,
    Country,
    Currency,
    PartnershipMaturity,
    PartnershipModel,
    PartnershipStatus,
    PartyRole,
    PartySide,
    Track,
)
from services.kit.schemas import (
    Amount,
    Count,
    Date,
    EscoUri,
    ExternalId,
    In,
    Isco08,
    Language,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Out,
    Paragraph,
    Resource,
    Share,
)


class Corridor(In):
    """One way from an origin to a destination, with its own quota, pathway and currencies."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "origin": "MAR",
                    "destination": "BEL",
                    "quota_per_year": 40,
                    "pathway": "BE-SINGLE-PERMIT-SHORTAGE",
                    "origin_currency": "MAD",
                    "destination_currency": "EUR",
                }
            ]
        },
    )

    origin: Country
    destination: Country
    quota_per_year: Count = Field(description="Away placements a year that both sides agreed on.")
    pathway: ExternalId | None = Field(None, description="Key of the regular migration pathway that is used.")
    origin_currency: Currency
    destination_currency: Currency


class TargetOccupation(In):
    """An occupation the partnership trains for."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "isco08": "7411",
                    "track": None,
                    "sector": "D35",
                    "planned_persons_per_year": 30,
                    "minimum_eqf": 3,
                    "minimum_language": "fr",
                    "minimum_cefr": "B1",
                    "wage_floor": "2300.00",
                    "wage_floor_currency": "EUR",
                }
            ]
        },
    )

    isco08: Isco08
    esco_uri: EscoUri | None = None
    sector: Line | None = Field(None, description="ISIC Rev. 4 division or group.", examples=["E38"])
    track: Track | None = Field(None, description="Only this track; absent means both.")
    planned_persons_per_year: Count = 0
    green_share: Share | None = None
    minimum_eqf: Annotated[int, Field(strict=True, ge=1, le=8)] | None = None
    minimum_language: Language | None = None
    minimum_cefr: Cefr | None = None
    wage_floor: Amount | None = Field(None, description="Lowest gross monthly wage the partners accept.")
    wage_floor_currency: Currency | None = None


class Party(In):
    """An organisation, the side it stands on and what it does."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "side": "ORIGIN", "role": "LEAD"}]
        },
    )

    organisation_id: UUID
    side: PartySide
    role: PartyRole
    joined_on: Date | None = None
    left_on: Date | None = None


EXAMPLE: dict[str, Any] = {
    "code": "SOLAR-MA-BE",
    "title": {"en": "Solar and heat-pump skills, Morocco and Belgium", "fr": "Solaire et pompes à chaleur"},
    "summary": {"en": "Electricians trained in Morocco; some stay, some move."},
    "model": "GSP_DUAL_TRACK",
    "maturity": "PILOT",
    "themes": ["GREEN_JUST_TRANSITION"],
    "corridors": Corridor.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
    "targets": TargetOccupation.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
    "home_places": 90,
    "away_places": 30,
    "ratio_target": 3.0,
    "planned_start": "2026-09-01",
    "planned_end": "2029-08-31",
    "parties": Party.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
}


class PartnershipIn(In):
    """A skills partnership as first registered; it starts as IDEA."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: ExternalId = Field(description="Human key, unique across the registry.")
    title: LocalisedLine
    summary: LocalisedParagraph | None = None
    model: PartnershipModel
    maturity: PartnershipMaturity = PartnershipMaturity.DESIGN
    themes: list[ExternalId] = Field(default_factory=list, max_length=20)
    corridors: list[Corridor] = Field(default_factory=list, max_length=50)
    targets: list[TargetOccupation] = Field(default_factory=list, max_length=100)
    home_places: Count = 0
    away_places: Count = 0
    ratio_target: Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Home places per away place."
    )
    planned_start: Date | None = None
    planned_end: Date | None = None
    parties: list[Party] = Field(default_factory=list, max_length=200)


class PartnershipPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"home_places": 100}]})

    title: LocalisedLine | None = None
    summary: LocalisedParagraph | None = None
    maturity: PartnershipMaturity | None = None
    themes: list[ExternalId] | None = Field(None, max_length=20)
    corridors: list[Corridor] | None = Field(None, max_length=50)
    targets: list[TargetOccupation] | None = Field(None, max_length=100)
    home_places: Count | None = None
    away_places: Count | None = None
    ratio_target: Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)] | None = None
    planned_start: Date | None = None
    planned_end: Date | None = None
    parties: list[Party] | None = Field(None, max_length=200)


class PartnershipOut(Resource):
    """A partnership as its parties see it."""

    organisation_id: UUID = Field(description="The organisation that registered it.")
    code: Line
    title: LocalisedLine
    summary: LocalisedParagraph | None
    model: PartnershipModel
    maturity: PartnershipMaturity
    status: PartnershipStatus
    themes: list[str]
    corridors: list[Corridor]
    targets: list[TargetOccupation]
    home_places: int
    away_places: int
    ratio_target: float | None
    planned_start: Date | None
    planned_end: Date | None
    parties: list[Party]


class TransitionIn(In):
    """A wish to move the partnership to another state."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "SCOPING", "reason": "Both leads are named."}]})

    to: PartnershipStatus
    reason: Paragraph | None = Field(None, description="Mandatory for SUSPENDED and TERMINATED.")


class GuardOut(Out):
    """One condition of a transition."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "leads_named",
                    "passed": False,
                    "seen": "a lead at origin",
                    "needed": "a lead on both sides",
                    "remedy": "Add a party with role LEAD at the destination.",
                }
            ]
        }
    )

    code: str
    passed: bool
    seen: str = Field(description="What the record holds.")
    needed: str
    remedy: str


class ReadinessOut(Out):
    """Whether a transition would be granted now, guard by guard."""

    status: PartnershipStatus
    to: PartnershipStatus
    ready: bool
    guards: list[GuardOut]


class StatusChangeOut(Out):
    """One step of a partnership's life."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a16",
                    "from_status": "IDEA",
                    "to_status": "SCOPING",
                    "reason": "Both leads are named.",
                    "actor": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "at": "2026-11-23T08:30:00Z",
                }
            ]
        }
    )

    id: UUID
    from_status: PartnershipStatus | None
    to_status: PartnershipStatus
    reason: str | None
    actor: str
    at: datetime
