"""What is said and heard about vacancies, at destination and at home alike."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import Cefr, ContractType, Country, GreenShareSource, JobEffect, VacancyStatus
from services.kit.bulk import RowResult
from services.kit.schemas import (
    Count,
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
    Paragraph,
    PositiveCount,
    Resource,
    Share,
)

Eqf = Annotated[int, Field(strict=True, ge=1, le=8, description="European Qualifications Framework level.")]
SkillLevel = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (beginner) to 5 (expert).")]


class RequiredSkill(In):
    """An ESCO skill the job asks for."""

    model_config = ConfigDict(from_attributes=True)

    uri: EscoUri
    essential: Flag = True
    critical: Flag = Field(False, description="Without it nobody is placed (gate H08).")
    level: SkillLevel = 3


class RequiredLanguage(In):
    """A language and the lowest level the job can be done with."""

    model_config = ConfigDict(from_attributes=True)

    code: Language
    cefr: Cefr


EXAMPLE: dict[str, Any] = {
    "external_id": "HP-2027-04",
    "title": {"en": "Heat pump technician", "nl": "Warmtepomptechnicus"},
    "country": "BEL",
    "location": "Gent",
    "isco08": "7127",
    "esco_uri": None,
    "skills": [
        {
            "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
            "essential": True,
            "critical": False,
            "level": 3,
        }
    ],
    "languages": [{"code": "fr", "cefr": "B1"}],
    "minimum_eqf": 4,
    "equivalent_experience": True,
    "minimum_experience_months": 12,
    "regulated": False,
    "gross_monthly_wage": {"amount": "2950.00", "currency": "EUR"},
    "net_monthly_wage_estimate": {"amount": "2150.00", "currency": "EUR"},
    "wage_floor": {"amount": "2400.00", "currency": "EUR"},
    "weekly_hours": 38,
    "contract_type": "PERMANENT",
    "places": 3,
    "start_from": "2027-06-01",
    "start_to": "2027-10-01",
    "sector": "F43",
    "job_effect": "CREATED",
    "pathway": "BE-SINGLE-PERMIT-SHORTAGE",
    "partnership_ids": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"],
}


class VacancyIn(In):
    """A job with its places. Whether it is home or away depends on who looks: it follows from `country`."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    on_behalf_of: UUID | None = Field(
        None, description="The employer, when another organisation publishes by its mandate; absent: the caller."
    )
    title: LocalisedLine
    description: LocalisedParagraph | None = None
    country: Country
    location: Line | None = None
    isco08: Isco08
    esco_uri: EscoUri | None = Field(None, description="ESCO occupation.")
    skills: list[RequiredSkill] = Field(
        default_factory=list,
        max_length=200,
        description="Absent: the essential skills that ESCO gives to `esco_uri`, which is then needed.",
    )
    languages: list[RequiredLanguage] = Field(default_factory=list, max_length=10)
    minimum_eqf: Eqf | None = None
    equivalent_experience: Flag = Field(True, description="Experience may stand in for the qualification.")
    minimum_experience_months: Count | None = None
    regulated: Flag = Field(False, description="The profession needs recognition before start (gate H06).")
    gross_monthly_wage: Money
    net_monthly_wage_estimate: Money | None = None
    wage_floor: Money | None = Field(
        None,
        description="Highest of statutory minimum, collective agreement and pathway threshold, gross a month.",
    )
    weekly_hours: Annotated[int, Field(strict=True, ge=1, le=80)] = 38
    contract_type: ContractType = ContractType.PERMANENT
    contract_months: Annotated[int, Field(strict=True, ge=1, le=120)] | None = None
    places: PositiveCount = 1
    start_from: Date
    start_to: Date
    minimum_age: Annotated[int, Field(strict=True, ge=18, le=80)] | None = None
    maximum_age: Annotated[int, Field(strict=True, ge=18, le=80)] | None = None
    sector: Line | None = Field(None, description="ISIC Rev. 4 division or group.", examples=["E38"])
    green_share: Share | None = Field(
        None, description="Share of the work that is green, 0 to 1; absent: computed from the ESCO green flags."
    )
    job_effect: JobEffect | None = Field(None, description="What filling it means for the number of jobs there.")
    housing_offered: Flag = False
    relocation_support: Flag = False
    pathway: ExternalId | None = Field(None, description="Regular migration pathway for people from abroad.")
    partnership_ids: list[UUID] = Field(
        default_factory=list, max_length=50, description="The partnerships this is offered to."
    )

    @model_validator(mode="after")
    def _windows_make_sense(self) -> "VacancyIn":
        if self.start_to < self.start_from:
            raise ValueError("start_to must not be before start_from")
        if self.minimum_age and self.maximum_age and self.maximum_age < self.minimum_age:
            raise ValueError("maximum_age must not be below minimum_age")
        if len({skill.uri for skill in self.skills}) < len(self.skills):
            raise ValueError("a skill is named twice")
        if not self.skills and not self.esco_uri:
            raise ValueError("name skills, or the ESCO occupation that stands for them")
        return self


class VacancyPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"places": 2}]})

    title: LocalisedLine | None = None
    description: LocalisedParagraph | None = None
    location: Line | None = None
    skills: list[RequiredSkill] | None = Field(None, min_length=1, max_length=200)
    languages: list[RequiredLanguage] | None = Field(None, max_length=10)
    minimum_eqf: Eqf | None = None
    equivalent_experience: Flag | None = None
    minimum_experience_months: Count | None = None
    gross_monthly_wage: Money | None = None
    net_monthly_wage_estimate: Money | None = None
    wage_floor: Money | None = None
    weekly_hours: Annotated[int, Field(strict=True, ge=1, le=80)] | None = None
    contract_type: ContractType | None = None
    contract_months: Annotated[int, Field(strict=True, ge=1, le=120)] | None = None
    places: PositiveCount | None = None
    start_from: Date | None = None
    start_to: Date | None = None
    green_share: Share | None = None
    job_effect: JobEffect | None = None
    housing_offered: Flag | None = None
    relocation_support: Flag | None = None
    pathway: ExternalId | None = None
    partnership_ids: list[UUID] | None = Field(None, max_length=50)


class VacancyOut(Resource):
    """A vacancy as the parties of its partnerships see it."""

    organisation_id: UUID = Field(description="The employer.")
    published_by: UUID | None = Field(description="Who published it in the employer's name, by a mandate.")
    external_id: str
    title: LocalisedLine
    description: LocalisedParagraph | None
    country: Country
    location: str | None
    isco08: str
    esco_uri: str | None
    skills: list[RequiredSkill]
    languages: list[RequiredLanguage]
    minimum_eqf: int | None
    equivalent_experience: bool
    minimum_experience_months: int | None
    regulated: bool
    gross_monthly_wage: Money
    net_monthly_wage_estimate: Money | None
    wage_floor: Money | None
    weekly_hours: int
    contract_type: ContractType
    contract_months: int | None
    places: int
    start_from: Date
    start_to: Date
    minimum_age: int | None
    maximum_age: int | None
    sector: str | None
    green_share: float | None = Field(description="From 0 to 1; see `green_share_source`.")
    green_share_source: GreenShareSource | None
    job_effect: JobEffect | None
    housing_offered: bool
    relocation_support: bool
    pathway: str | None
    partnership_ids: list[UUID]
    status: VacancyStatus
    status_reason: Paragraph | None = Field(
        description="Why it was last moved; `stale`: nobody reconfirmed it for 60 days."
    )
    confirmed_at: datetime = Field(description="When the job was last said to be there; stale after 60 days.")


class ImportResult(RowResult):
    """What became of a job posting. `pointer` leads into the posting where that could not be read, and into the
    vacancy that was made of it otherwise."""

    assumed: list[str] = Field(default_factory=list, max_length=300, description="What the posting does not say.")


class ImportOut(Out):
    """Results of an import, in the order of the postings."""

    results: list[ImportResult] = Field(max_length=1000)


class VacancyTransitionIn(In):
    """A wish to pause, reopen, fill or withdraw a vacancy."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "PAUSED", "reason": "Budget review."}]})

    to: VacancyStatus
    reason: Paragraph | None = None
