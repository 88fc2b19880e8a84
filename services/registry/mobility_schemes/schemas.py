"""What is said and heard about mobility schemes."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import PartySide, Persona, SchemeBasis, SchemePhase
from services.kit.schemas import ExternalId, Flag, In, Isic, Line, LocalisedLine, Money, PositiveCount, Resource

Days = Annotated[int, Field(strict=True, ge=1, le=3650, description="Length of one stay, in days.")]


class Basis(In):
    """The decision or need that a scheme rests on, on the record of the same partnership."""

    model_config = ConfigDict(from_attributes=True)

    kind: SchemeBasis
    id: UUID


class Eligibility(In):
    """Who may take part, beside what the pathway asks for."""

    model_config = ConfigDict(from_attributes=True)

    formalised: Flag = Field(False, description="Whether the firm must be registered; if not, it is referred first.")
    minimum_turnover: Money | None = Field(None, description="Turnover of the firm, a year.")
    sectors: list[Isic] = Field(default_factory=list, max_length=30, description="Empty: all sectors.")


EXAMPLE: dict[str, Any] = {
    "title": {"fr": "Missions d'entrepreneurs", "en": "Missions of entrepreneurs"},
    "persona": "ENTREPRENEUR",
    "duration_days_min": 9,
    "duration_days_max": 180,
    "circular": True,
    "stays_per_person": 3,
    "multi_entry": True,
    "re_entry_right": "Multiple-entry visa for 12 months, 90 days in any 180.",
    "post_return_status": "Runs the own firm at home; may apply again for the next stay without a new selection.",
    "quota": 120,
    "pathway": "BE-SHORT-BUSINESS",
    "rests_on": {"kind": "NEED", "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"},
    "eligibility": {
        "formalised": True,
        "minimum_turnover": {"amount": "5000000", "currency": "XOF"},
        "sectors": ["A01", "C10"],
    },
    "phases": ["CALL", "FORMALISATION_CHECK", "DIAGNOSTIC", "HOST_MATCHING", "STAY", "RETURN", "FOLLOW_UP"],
}


class SchemeIn(In):
    """A way for people of one kind to go, to stay and, if it is circular, to come back."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    title: LocalisedLine
    persona: Persona
    duration_days_min: Days = 1
    duration_days_max: Days
    circular: Flag = Field(False, description="Whether people are to return, and may go again.")
    stays_per_person: Annotated[int, Field(strict=True, ge=1, le=50)] = 1
    multi_entry: Flag = Field(False, description="Whether the permit allows several entries.")
    re_entry_right: Line | None = Field(None, description="By what right people enter again; needed when circular.")
    post_return_status: Line | None = Field(None, description="What they are after return; needed when circular.")
    quota: PositiveCount = Field(description="People a year.")
    pathway: ExternalId | None = Field(None, description="Key of the legal pathway.")
    rests_on: Basis
    eligibility: Eligibility | None = None
    phases: list[SchemePhase] = Field(default_factory=list, max_length=9, description="Steps, in their order.")

    @model_validator(mode="after")
    def _fits(self) -> "SchemeIn":
        if self.duration_days_max < self.duration_days_min:
            raise ValueError("duration_days_max must not be below duration_days_min")
        if self.stays_per_person > 1 and not self.circular:
            raise ValueError("several stays for each person make a scheme circular")
        if len(set(self.phases)) < len(self.phases):
            raise ValueError("a phase is named twice")
        return self


class SchemePatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole. Approvals must be given again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quota": 60}]})

    title: LocalisedLine | None = None
    duration_days_min: Days | None = None
    duration_days_max: Days | None = None
    circular: Flag | None = None
    stays_per_person: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None
    multi_entry: Flag | None = None
    re_entry_right: Line | None = None
    post_return_status: Line | None = None
    quota: PositiveCount | None = None
    pathway: ExternalId | None = None
    rests_on: Basis | None = None
    eligibility: Eligibility | None = None
    phases: list[SchemePhase] | None = Field(None, max_length=9)


class SchemeOut(Resource):
    """A scheme as the parties of its partnership see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that wrote it.")
    edition: int = Field(description="Grows when the scheme itself changes.")
    title: LocalisedLine
    persona: Persona
    duration_days_min: int = Field(description="Days.")
    duration_days_max: int = Field(description="Days.")
    circular: bool
    stays_per_person: int
    multi_entry: bool
    re_entry_right: str | None
    post_return_status: str | None
    quota: int = Field(description="People a year.")
    pathway: str | None
    rests_on: Basis
    eligibility: Eligibility | None
    phases: list[SchemePhase]
    approved_by: list[PartySide] = Field(description="Sides that approved it as it stands.")
    approved: bool = Field(description="Whether origin and destination both did.")


class ApprovalIn(In):
    """The word of one's own side."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"side": "ORIGIN"}]})

    side: PartySide


class ApprovalOut(Resource):
    """An approval of a scheme by one side."""

    partnership_id: UUID
    organisation_id: UUID
    scheme_id: UUID
    edition: int = Field(description="The edition that was approved; a later one needs a new approval.")
    side: PartySide
    approved_on: date
