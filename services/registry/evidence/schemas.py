"""What is said and heard about evidence, lessons and risks."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.result_indicators import IndicatorCode
from services.contracts.vocabulary import (
    CausalClaim,
    Country,
    EvidenceStrength,
    InnovationMaturity,
    LessonType,
    PartnershipModel,
    RiskStatus,
    RiskType,
)
from services.kit.schemas import Flag, In, Line, LocalisedParagraph, Out, Resource, Uri

CONVINCING = (EvidenceStrength.EVALUATION, EvidenceStrength.RCT)
Sector = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4, pattern=r"^[A-U](?:[0-9]{2,3})?$"),
    Field(description="ISIC Rev. 4 section, or section with division or group.", examples=["F43"]),
]
FivePoints = Annotated[int, Field(strict=True, ge=1, le=5)]


class EvidenceItemIn(In):
    """Something that supports a claim or counts against it (S-38)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "claim": {"en": "Trained graduates move to the destination's labour market."},
                    "supports": False,
                    "method": "Tracer study of all graduates since the first year",
                    "source": "Invented institute, tracer study 2026",
                    "strength": "EVALUATION",
                    "counterfactual": False,
                    "causal_claim": "CONTRIBUTION",
                    "indicator_code": "PLACED_AWAY",
                    "uri": "https://studies.example/tracer-2026",
                }
            ]
        }
    )

    claim: LocalisedParagraph = Field(description="What is said to be so.")
    supports: Flag = Field(description="False: this counts against the claim.")
    method: Line = Field(description="How it was found out.")
    source: Line = Field(description="Who found it out, and where it can be read.")
    strength: EvidenceStrength
    counterfactual: Flag = Field(False, description="Whether it compares with what would have happened otherwise.")
    causal_claim: CausalClaim = Field(
        CausalClaim.CONTRIBUTION,
        description="ATTRIBUTION only from EVALUATION on, and with a counterfactual.",
    )
    indicator_code: IndicatorCode | None = Field(None, description="The result it is about.")
    document_id: UUID | None = Field(None, description="Among the documents of the partnership.")
    uri: Uri | None = None

    @model_validator(mode="after")
    def _claims_no_more_than_it_shows(self) -> Self:
        convincing = self.strength in CONVINCING and self.counterfactual
        if self.causal_claim == CausalClaim.ATTRIBUTION and not convincing:
            raise ValueError("ATTRIBUTION needs strength EVALUATION or RCT and a counterfactual; say CONTRIBUTION")
        return self


class EvidenceItemPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"strength": "MONITORING"}]})

    claim: LocalisedParagraph | None = None
    supports: Flag | None = None
    method: Line | None = None
    source: Line | None = None
    strength: EvidenceStrength | None = None
    counterfactual: Flag | None = None
    causal_claim: CausalClaim | None = None
    indicator_code: IndicatorCode | None = None
    document_id: UUID | None = None
    uri: Uri | None = None


class EvidenceItemOut(Resource):
    """Evidence, with how much it carries."""

    partnership_id: UUID | None = Field(description="Null for readers of a public lesson that are no party to it.")
    organisation_id: UUID
    claim: LocalisedParagraph
    supports: bool
    method: str
    source: str
    strength: EvidenceStrength
    counterfactual: bool
    causal_claim: CausalClaim
    indicator_code: IndicatorCode | None
    document_id: UUID | None
    uri: str | None


class Route(In):
    """A corridor: from where to where."""

    model_config = ConfigDict(from_attributes=True)

    origin: Country
    destination: Country


LESSON: dict[str, Any] = {
    "type": "INNOVATION",
    "maturity": "PILOT",
    "text": {"en": "Recognition was checked before the first lesson.", "fr": "Reconnaissance vérifiée d'abord."},
    "corridor": {"origin": "MAR", "destination": "BEL"},
    "sector": "F43",
    "evidence_item_ids": [],
    "replicable_to": [{"origin": "TUN", "destination": "BEL"}],
    "public": False,
}


class LessonIn(In):
    """What was learned (S-03, S-07, S-32)."""

    model_config = ConfigDict(json_schema_extra={"examples": [LESSON]})

    type: LessonType
    maturity: InnovationMaturity | None = Field(None, description="For an INNOVATION, and needed there.")
    text: LocalisedParagraph
    corridor: Route | None = Field(None, description="Where it was learned; absent: in all corridors.")
    sector: Sector | None = None
    evidence_item_ids: list[UUID] = Field(
        default_factory=list,
        max_length=50,
        description="What it rests on. Those of a public lesson are your own, and public with it.",
    )
    replicable_to: list[Route] = Field(default_factory=list, max_length=50, description="Where it may work as well.")
    public: Flag = Field(False, description="Whether every client reads it in the practice library.")

    @model_validator(mode="after")
    def _maturity_of_innovations(self) -> Self:
        if (self.type == LessonType.INNOVATION) != (self.maturity is not None):
            raise ValueError("maturity belongs to an INNOVATION, and to nothing else")
        return self


class LessonPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"public": True}]})

    type: LessonType | None = None
    maturity: InnovationMaturity | None = None
    text: LocalisedParagraph | None = None
    corridor: Route | None = None
    sector: Sector | None = None
    evidence_item_ids: list[UUID] | None = Field(None, max_length=50)
    replicable_to: list[Route] | None = Field(None, max_length=50)
    public: Flag | None = None


class PublicLessonOut(Resource):
    """A lesson as everybody reads it; which partnership it is from is for its parties to know."""

    organisation_id: UUID = Field(description="The party that wrote it down.")
    type: LessonType
    maturity: InnovationMaturity | None
    text: LocalisedParagraph
    model: PartnershipModel = Field(description="Of the partnership, when the lesson was last changed.")
    corridor: Route | None
    sector: str | None
    evidence_item_ids: list[UUID]
    replicable_to: list[Route]
    public: bool


class LessonOut(PublicLessonOut):
    """A lesson as the parties read it."""

    partnership_id: UUID | None = Field(description="Null for readers of a public lesson that are no party to it.")


class PracticeOut(Out):
    """A public lesson, with how far to trust it."""

    lesson: PublicLessonOut
    strength: EvidenceStrength | None = Field(description="Of the strongest evidence for it; absent: there is none.")
    counter_evidence: bool = Field(description="Whether evidence against it is among what it rests on.")
    causal_claim: CausalClaim = Field(description="ATTRIBUTION only where the evidence for it allows that.")


class RiskIn(In):
    """What may go wrong."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "RECOGNITION",
                    "description": {"en": "The professional body takes longer than a year."},
                    "likelihood": 3,
                    "impact": 4,
                    "mitigation": {"en": "Gap analysis before the first lesson."},
                    "owner_organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "status": "OPEN",
                }
            ]
        }
    )

    type: RiskType
    description: LocalisedParagraph
    likelihood: FivePoints = Field(description="From 1 (rare) to 5 (almost certain).")
    impact: FivePoints = Field(description="From 1 (hardly felt) to 5 (ends the partnership).")
    mitigation: LocalisedParagraph = Field(description="What is done against it.")
    owner_organisation_id: UUID = Field(description="The party that minds it.")
    status: RiskStatus = RiskStatus.OPEN


class RiskPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "MITIGATED"}]})

    type: RiskType | None = None
    description: LocalisedParagraph | None = None
    likelihood: FivePoints | None = None
    impact: FivePoints | None = None
    mitigation: LocalisedParagraph | None = None
    owner_organisation_id: UUID | None = None
    status: RiskStatus | None = None


class RiskOut(Resource):
    """A risk as it is seen."""

    partnership_id: UUID
    organisation_id: UUID
    type: RiskType
    description: LocalisedParagraph
    likelihood: int
    impact: int
    score: int = Field(description="Likelihood times impact, 1 to 25.")
    mitigation: LocalisedParagraph
    owner_organisation_id: UUID
    status: RiskStatus
