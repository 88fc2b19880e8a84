"""What is said and heard about skills partnerships."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.contracts.vocabulary import (
    JustTransitionGroup,
    PartnershipMaturity,
    PartnershipModel,
    PartnershipStatus,
    TrackChoicePoint,
)
from services.kit.schemas import (
    LINE,
    Count,
    Date,
    ExternalId,
    In,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Out,
    Paragraph,
    Resource,
)
from services.registry.partnerships.protection import (
    Protection,
    RecruitmentPolicy,
    ReturnReintegration,
    SocialSecurity,
)
from services.registry.partnerships.terms import (
    Closing,
    Corridor,
    CriticalSector,
    DataProtection,
    GreenCode,
    Hypothesis,
    Monitoring,
    Party,
    PolicyReference,
    Recognition,
    TargetOccupation,
)

EXAMPLE: dict[str, Any] = {
    "code": "SOLAR-MA-BE",
    "title": {"en": "Solar and heat-pump skills, Morocco and Belgium", "fr": "Solaire et pompes à chaleur"},
    "summary": {"en": "Electricians trained in Morocco; some stay, some move."},
    "model": "GSP_DUAL_TRACK",
    "maturity": "PILOT",
    "acronym": "SOLMABE",
    "themes": ["GREEN_JUST_TRANSITION"],
    "just_transition_groups": ["WOMEN", "YOUTH"],
    "green_focus": ["D35.1"],
    "track_choice_point": "AT_GRADUATION",
    "corridors": Corridor.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
    "targets": TargetOccupation.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
    "home_places": 90,
    "away_places": 30,
    "ratio_target": 3.0,
    "planned_start": "2026-09-01",
    "planned_end": "2029-08-31",
    "parties": Party.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
}


class Terms(BaseModel):
    """Fields that may be absent; a client that clears one sends null."""

    acronym: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=LINE)] | None = None
    summary: LocalisedParagraph | None = None
    just_transition_statement: LocalisedParagraph | None = Field(
        None, description="How the partnership is just, and not only green."
    )
    iati_identifier: Line | None = Field(
        None,
        description="Key of its activity as published by IATI.",
        examples=["XX-INVENTED-7"],
    )
    programme_id: UUID | None = Field(None, description="The cooperation programme or component it is part of.")
    successor_of: UUID | None = Field(None, description="The partnership it continues.")
    replicated_from: UUID | None = Field(None, description="The partnership whose design it takes over.")
    ratio_target: Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Home places per away place."
    )
    track_choice_point: TrackChoicePoint | None = None
    track_switch_rule: Paragraph | None = Field(None, description="How a trainee changes tracks after the choice.")
    planned_start: Date | None = None
    planned_end: Date | None = None
    recognition: Recognition | None = None
    recruitment_policy: RecruitmentPolicy | None = None
    protection: Protection | None = None
    social_security: SocialSecurity | None = None
    return_reintegration: ReturnReintegration | None = None
    diaspora_engagement_plan: LocalisedParagraph | None = None
    monitoring: Monitoring | None = None
    data_protection: DataProtection | None = None
    closing: Closing | None = None


Themes = Annotated[list[ExternalId], Field(max_length=20)]
Groups = Annotated[list[JustTransitionGroup], Field(max_length=6)]
GreenFocus = Annotated[list[GreenCode], Field(max_length=100)]
PolicyReferences = Annotated[list[PolicyReference], Field(max_length=50)]
CriticalSectors = Annotated[list[CriticalSector], Field(max_length=50)]
Corridors = Annotated[list[Corridor], Field(max_length=50)]
Targets = Annotated[list[TargetOccupation], Field(max_length=100)]
Hypotheses = Annotated[list[Hypothesis], Field(max_length=20)]
Parties = Annotated[list[Party], Field(max_length=200)]


class PartnershipIn(Terms, In):
    """A skills partnership as first registered; it starts as IDEA."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: ExternalId = Field(description="Human key, unique across the registry.")
    title: LocalisedLine
    model: PartnershipModel
    maturity: PartnershipMaturity = PartnershipMaturity.DESIGN
    themes: Themes = Field(default_factory=list)
    just_transition_groups: Groups = Field(default_factory=list)
    green_focus: GreenFocus = Field(default_factory=list)
    policy_frames: PolicyReferences = Field(default_factory=list)
    critical_sectors: CriticalSectors = Field(default_factory=list)
    corridors: Corridors = Field(default_factory=list)
    targets: Targets = Field(default_factory=list)
    home_places: Count = 0
    away_places: Count = 0
    hypotheses: Hypotheses = Field(default_factory=list)
    parties: Parties = Field(default_factory=list)


class PartnershipPatch(Terms, In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"home_places": 100}]})

    title: LocalisedLine | None = None
    maturity: PartnershipMaturity | None = None
    themes: Themes | None = None
    just_transition_groups: Groups | None = None
    green_focus: GreenFocus | None = None
    policy_frames: PolicyReferences | None = None
    critical_sectors: CriticalSectors | None = None
    corridors: Corridors | None = None
    targets: Targets | None = None
    home_places: Count | None = None
    away_places: Count | None = None
    hypotheses: Hypotheses | None = Field(None, description="Fixed once the partnership is active.")
    parties: Parties | None = Field(None, description="Leads change the parties of their own side.")


class PartnershipOut(Terms, Resource):
    """A partnership as its parties see it."""

    organisation_id: UUID = Field(description="The organisation that registered it.")
    code: Line
    title: LocalisedLine
    model: PartnershipModel
    maturity: PartnershipMaturity
    status: PartnershipStatus
    themes: list[str]
    just_transition_groups: list[JustTransitionGroup]
    green_focus: list[str]
    policy_frames: list[PolicyReference]
    critical_sectors: list[CriticalSector]
    corridors: list[Corridor]
    targets: list[TargetOccupation]
    home_places: int
    away_places: int
    actual_start: Date | None = Field(description="When it became ACTIVE.")
    actual_end: Date | None = Field(description="When it was CLOSED or TERMINATED.")
    signature_date: Date | None = Field(description="When it became SIGNED.")
    hypotheses: list[Hypothesis]
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
                    "code": "THEME",
                    "passed": False,
                    "seen": "themes: none",
                    "needed": "at least 1 theme",
                    "remedy": "PATCH /v1/partnerships/{partnership_id} with themes, such as [GREEN_JUST_TRANSITION].",
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
    to: PartnershipStatus | None = Field(description="Absent when the state is final and none was asked for.")
    ready: bool
    guards: list[GuardOut]
    suspension_proposed: str | None = Field(
        description="Why the incidents propose to suspend; a party decides. Absent when they do not."
    )


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
