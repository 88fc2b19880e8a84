"""What is said and heard about training programmes and their sessions."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import AccreditationBasis, Cefr, Country, DeliveryMode, ProgrammeType
from services.kit.schemas import (
    Date,
    EscoUri,
    ExternalId,
    Flag,
    In,
    Isco08,
    Language,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Money,
    Out,
    PositiveCount,
    Resource,
)

Eqf = Annotated[int, Field(strict=True, ge=1, le=8, description="European Qualifications Framework level.")]
SkillLevel = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (beginner) to 5 (expert).")]


class TaughtSkill(In):
    """An ESCO skill and the level a graduate reaches."""

    model_config = ConfigDict(from_attributes=True)

    uri: EscoUri
    level: SkillLevel = 3


class TaughtLanguage(In):
    """A language course: from which level to which."""

    model_config = ConfigDict(from_attributes=True)

    code: Language
    from_cefr: Cefr | None = Field(None, description="Absent: no knowledge needed.")
    to_cefr: Cefr


_NATIONAL_LEVEL = "Level in the national qualifications framework, named first."
_CURRICULUM_OWNER = "Who owns the curriculum and may change it, where it is not the provider."
EXAMPLE: dict[str, Any] = {
    "external_id": "PV-INSTALL-12W",
    "title": {"en": "Photovoltaic installation", "fr": "Installation photovoltaïque"},
    "type": "VOCATIONAL",
    "country": "MAR",
    "location": "Ouarzazate",
    "delivery_mode": "ON_SITE",
    "hours": 420,
    "eqf": 4,
    "national_level": "CNC level 4",
    "curriculum_owner": "Invented ministry of vocational training",
    "isco08": ["7411"],
    "skills": [{"uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b", "level": 3}],
    "prerequisites": [],
    "language": None,
    "cost_per_trainee": {"amount": "1850.00", "currency": "EUR"},
    "trainee_pays": {"amount": "0.00", "currency": "EUR"},
    "accredited": True,
    "certificate": "Certificate of professional aptitude, photovoltaic installer",
    "partnership_ids": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"],
}


class ProgrammeIn(In):
    """A course with its ESCO learning outcomes."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    title: LocalisedLine
    description: LocalisedParagraph | None = None
    type: ProgrammeType
    country: Country
    location: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None
    delivery_mode: DeliveryMode = DeliveryMode.ON_SITE
    hours: PositiveCount
    eqf: Eqf | None = None
    national_level: Line | None = Field(None, description=_NATIONAL_LEVEL)
    curriculum_owner: Line | None = Field(None, description=_CURRICULUM_OWNER)
    isco08: list[Isco08] = Field(default_factory=list, max_length=20)
    skills: list[TaughtSkill] = Field(default_factory=list, max_length=100)
    prerequisites: list[EscoUri] = Field(
        default_factory=list, max_length=50, description="Skills a trainee must have before."
    )
    language: TaughtLanguage | None = None
    cost_per_trainee: Money = Field(description="Full cost of one place, whoever pays.")
    trainee_pays: Money | None = Field(None, description="Share the trainee pays; absent means nothing.")
    accredited: Flag = Field(
        False, description="The provider's own statement; authorities put accreditations on record themselves."
    )
    certificate: Line | None = Field(None, description="What graduates are given, as it is called.")
    partnership_ids: list[UUID] = Field(
        default_factory=list, max_length=50, description="The partnerships this is offered to."
    )


class ProgrammePatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"accredited": True}]})

    title: LocalisedLine | None = None
    description: LocalisedParagraph | None = None
    hours: PositiveCount | None = None
    eqf: Eqf | None = None
    national_level: Line | None = Field(None, description=_NATIONAL_LEVEL)
    curriculum_owner: Line | None = Field(None, description=_CURRICULUM_OWNER)
    isco08: list[Isco08] | None = Field(None, max_length=20)
    skills: list[TaughtSkill] | None = Field(None, max_length=100)
    prerequisites: list[EscoUri] | None = Field(None, max_length=50)
    language: TaughtLanguage | None = None
    cost_per_trainee: Money | None = None
    trainee_pays: Money | None = None
    accredited: Flag | None = None
    certificate: Line | None = None
    partnership_ids: list[UUID] | None = Field(None, max_length=50)


class ProgrammeOut(Resource):
    """A programme as the parties of its partnerships see it."""

    organisation_id: UUID = Field(description="The training provider.")
    external_id: str
    title: LocalisedLine
    description: LocalisedParagraph | None
    type: ProgrammeType
    country: Country
    location: str | None
    delivery_mode: DeliveryMode
    hours: int
    eqf: int | None
    national_level: str | None = Field(description=_NATIONAL_LEVEL)
    curriculum_owner: str | None = Field(description=_CURRICULUM_OWNER)
    isco08: list[str]
    skills: list[TaughtSkill]
    prerequisites: list[str]
    language: TaughtLanguage | None
    cost_per_trainee: Money
    trainee_pays: Money | None
    accredited: bool = Field(description="Stated by the provider, or on record and valid today; see accreditation.")
    accreditation: AccreditationBasis
    certificate: str | None
    partnership_ids: list[UUID]


class AccreditationIn(In):
    """An authority's accreditation of a programme."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reference": "ACC-2026-0417", "valid_from": "2026-09-01", "valid_to": "2031-08-31"}]
        }
    )

    reference: Line = Field(description="Number of the decision, as the authority keeps it.")
    valid_from: Date = Field(description="First day on which it holds.")
    valid_to: Date = Field(description="Last day on which it holds.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> "AccreditationIn":
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be before valid_from")
        return self


class AccreditationPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_to": "2027-01-31"}]})

    reference: Line | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None


class AccreditationOut(Resource):
    """An accreditation as its authority wrote it."""

    programme_id: UUID
    organisation_id: UUID = Field(description="The authority.")
    reference: str
    valid_from: date = Field(description="First day on which it holds.")
    valid_to: date = Field(description="Last day on which it holds.")


class SkillDemand(Out):
    """What the open vacancies of a partnership ask for, against what its sessions teach."""

    skill: str = Field(description="ESCO skill URI.")
    places_home: int = Field(description="Places at origin whose vacancies ask for it.")
    places_away: int = Field(description="Places at destination whose vacancies ask for it.")
    essential_places: int = Field(description="Of all these places, those that cannot do without it.")
    seats: int = Field(description="Seats of current and coming sessions that teach it.")
    expected: int = Field(description="Places less seats: trainees still to be trained; below 0, more than asked for.")
    needed_by: date = Field(description="First day on which one of these jobs may start.")
    isco08: list[str] = Field(description="Occupations that ask for it.", max_length=1000)


class SkillDemands(Out):
    """Those with the most people still to be trained first."""

    items: list[SkillDemand] = Field(max_length=500)


class SessionIn(In):
    """One run of a programme with its seats."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"external_id": "PV-2027-1", "starts_on": "2027-02-01", "ends_on": "2027-04-23", "seats": 24}]
        }
    )

    external_id: ExternalId
    starts_on: Date
    ends_on: Date
    seats: PositiveCount

    @model_validator(mode="after")
    def _ends_after_start(self) -> "SessionIn":
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class SessionPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seats": 20}]})

    starts_on: Date | None = None
    ends_on: Date | None = None
    seats: PositiveCount | None = None


class SessionOut(Resource):
    """A session of a programme."""

    programme_id: UUID
    organisation_id: UUID
    external_id: str
    starts_on: date
    ends_on: date
    seats: int
