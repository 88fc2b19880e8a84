"""What is said and heard about candidates. The only schemas of the system that carry personal data."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import (
    Cefr,
    ConsentScope,
    ContractType,
    Country,
    Evidence,
    OriginEmployment,
    Persona,
    RecognitionStatus,
    Sex,
    Track,
    TrackPreference,
)
from services.kit.bulk import MAX_ROWS, BatchOut
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
    Money,
    Out,
    Resource,
    Share,
    Uri,
)
from services.matching.consent_limits import ConsentLimits

Sha256 = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        min_length=64,
        max_length=64,
        description="SHA-256 of the text as it was shown (UTF-8), in hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Eqf = Annotated[int, Field(strict=True, ge=1, le=8, description="European Qualifications Framework level.")]
SkillLevel = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (beginner) to 5 (expert).")]


class HeldSkill(In):
    """An ESCO skill the person has, how well, and how that is known."""

    model_config = ConfigDict(from_attributes=True)

    uri: EscoUri
    level: SkillLevel = 3
    evidence: Evidence = Evidence.SELF
    dated: Date | None = Field(None, description="When the evidence was given.")


class HeldLanguage(In):
    """A language and the level overall."""

    model_config = ConfigDict(from_attributes=True)

    code: Language
    cefr: Cefr
    certificate: Line | None = None
    valid_to: Date | None = None


class Experience(In):
    """Time spent in an occupation."""

    model_config = ConfigDict(from_attributes=True)

    isco08: Isco08
    esco_uri: EscoUri | None = None
    months: Count
    last_date: Date | None = None
    country: Country | None = None


class Recognition(In):
    """State of a professional recognition for an occupation."""

    model_config = ConfigDict(from_attributes=True)

    isco08: Isco08
    country: Country
    status: RecognitionStatus
    compensation_ends_on: Date | None = Field(None, description="When the compensation measures will be done.")


class Preferences(In):
    """What the person wants; limits are kept to (gate H13), the rest is weighed."""

    model_config = ConfigDict(from_attributes=True)

    track: TrackPreference = TrackPreference.EITHER
    destinations: list[Country] = Field(default_factory=list, max_length=20, description="Best first; empty: any.")
    excluded_countries: list[Country] = Field(default_factory=list, max_length=50)
    minimum_net_monthly_wage: Money | None = None
    sectors: list[Line] = Field(default_factory=list, max_length=20, description="ISIC Rev. 4.")
    contract_types: list[ContractType] = Field(default_factory=list, max_length=5)
    maximum_months_away: Annotated[int, Field(strict=True, ge=1, le=600)] | None = None
    green_work: Flag | None = None
    weights: dict[Annotated[str, Field(min_length=1, max_length=30, pattern=r"^[a-z_]+$")], Share] = Field(
        default_factory=dict, max_length=10, description="Importance from 0 to 1 of a named preference."
    )


class ConsentReceipt(In):
    """Proof that the person agreed: to what, when, to which text."""

    model_config = ConfigDict(from_attributes=True)

    scopes: list[ConsentScope] = Field(min_length=1, max_length=4)
    granted_on: Date
    expires_on: Date | None = Field(None, description="The last valid day.")
    withdrawn_on: Date | None = Field(None, description="When the person withdrew it; it is void from that day on.")
    text_version: Line = Field(description="Version of the consent text that was shown.")
    text_language: Language | None = Field(None, description="Language in which it was shown, BCP 47.")
    text_sha256: Sha256 | None = None
    text_uri: Uri | None = None
    limits: ConsentLimits | None = Field(None, description="For which corridors and employers it is; null for all.")


class ConsentInForce(ConsentReceipt):
    """The receipt, and what has become of it since."""

    withdrawn: dict[ConsentScope, Date] = Field(
        default_factory=dict, description="Scopes that the person withdrew since, and when."
    )
    text_ends_on: Date | None = Field(
        None, description="The last day on which a consent to this version of the text counts; then it must be renewed."
    )


EXAMPLE: dict[str, Any] = {
    "external_id": "AT-000123",
    "given_name": "Invented",
    "family_name": "Person",
    "birth_date": "1999-04-12",
    "sex": "F",
    "nationality": "MAR",
    "residence": "MAR",
    "persona": "WORKER",
    "occupations": [{"isco08": "7411", "months": 30, "last_date": "2026-09-30", "country": "MAR"}],
    "skills": [
        {
            "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
            "level": 3,
            "evidence": "TESTED",
            "dated": "2026-06-01",
        }
    ],
    "eqf": 4,
    "languages": [{"code": "fr", "cefr": "B2"}, {"code": "ar", "cefr": "C2"}],
    "available_from": "2027-01-01",
    "origin_employment": "PRIVATE_SECTOR",
    "preferences": {"track": "EITHER", "destinations": ["BEL"]},
    "consent": {
        "scopes": ["MATCHING_HOME", "MATCHING_AWAY", "STATISTICS"],
        "granted_on": "2026-10-01",
        "text_version": "2026-1",
    },
}


class CandidateIn(In):
    """A person as the registering organisation knows them, with the receipt of their consent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    given_name: Line | None = None
    family_name: Line | None = None
    birth_date: Date
    sex: Sex
    nationality: Country
    residence: Country
    persona: Persona = Persona.WORKER
    occupations: list[Experience] = Field(default_factory=list, max_length=30)
    skills: list[HeldSkill] = Field(min_length=1, max_length=200)
    eqf: Eqf | None = None
    languages: list[HeldLanguage] = Field(default_factory=list, max_length=15)
    recognitions: list[Recognition] = Field(default_factory=list, max_length=20)
    available_from: Date
    available_to: Date | None = None
    preferences: Preferences = Field(default_factory=Preferences)
    track_chosen: Track | None = None
    origin_employment: OriginEmployment | None = Field(
        None, description="Main employment at origin; a PROTECTED safeguard asks for it (gate H10). Absent: unknown."
    )
    consent: ConsentReceipt

    @model_validator(mode="after")
    def _no_skill_twice(self) -> "CandidateIn":
        if len({skill.uri for skill in self.skills}) < len(self.skills):
            raise ValueError("a skill is named twice")
        if self.available_to and self.available_to < self.available_from:
            raise ValueError("available_to must not be before available_from")
        return self


class CandidatePatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"available_from": "2027-03-01"}]})

    given_name: Line | None = None
    family_name: Line | None = None
    occupations: list[Experience] | None = Field(None, max_length=30)
    skills: list[HeldSkill] | None = Field(None, min_length=1, max_length=200)
    eqf: Eqf | None = None
    languages: list[HeldLanguage] | None = Field(None, max_length=15)
    recognitions: list[Recognition] | None = Field(None, max_length=20)
    available_from: Date | None = None
    available_to: Date | None = None
    preferences: Preferences | None = None
    track_chosen: Track | None = None
    origin_employment: OriginEmployment | None = Field(
        None, description="Main employment at origin; a PROTECTED safeguard asks for it (gate H10). Absent: unknown."
    )
    consent: ConsentReceipt | None = None


class CandidateOut(Resource):
    """A person, as seen by the organisation that registered them."""

    organisation_id: UUID
    external_id: str
    given_name: str | None
    family_name: str | None
    birth_date: date
    sex: Sex
    nationality: Country
    residence: Country
    persona: Persona
    occupations: list[Experience]
    skills: list[HeldSkill]
    eqf: int | None
    languages: list[HeldLanguage]
    recognitions: list[Recognition]
    available_from: date
    available_to: date | None
    preferences: Preferences
    track_chosen: Track | None
    origin_employment: OriginEmployment | None
    consent: ConsentInForce
    reconfirmed_at: datetime = Field(description="When the person last said that they still look.")
    dormant_since: date | None = Field(description="Not matched since then, until the person reconfirms.")


class Review(Out):
    """A row whose person you may have registered already. To be looked at by people: alike is not the same. Whether a
    partner should be asked is said for one person at a time, by `list_duplicates`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "row": 3,
                    "external_id": "AT-000123",
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "alike": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12"],
                }
            ]
        }
    )

    row: int
    external_id: str
    candidate_id: UUID
    alike: list[UUID] = Field(description="Other candidates of yours with a like name and the same date of birth.")


class CandidateBatchOut(BatchOut):
    """Results of the rows, and who may be there twice."""

    review: list[Review] = Field(default_factory=list, max_length=MAX_ROWS)
