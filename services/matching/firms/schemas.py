"""What is said and heard about firms of entrepreneurs."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import CooperationType, Country, HostService, RegistrationEvidence
from services.kit.schemas import Count, Date, Flag, In, Isic, Line, Money, Paragraph, Resource

Grade = Annotated[int, Field(strict=True, ge=1, le=5)]
StayDays = Annotated[int, Field(strict=True, ge=1, le=1095, description="Length of the stay that is wanted, in days.")]


class Visit(In):
    """A stay abroad outside of any mobility; its days count towards the 90 in any 180 unless it was a long stay."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {"country": "FRA", "from_date": "2027-01-04", "to_date": "2027-01-13", "long_stay": False},
            ]
        },
    )

    country: Country
    from_date: Date = Field(description="Day of entry, which counts.")
    to_date: Date = Field(description="Day of exit, which counts.")
    long_stay: Flag = Field(False, description="Under a long-stay visa or residence permit.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> "Visit":
        if self.to_date < self.from_date:
            raise ValueError("to_date must not be before from_date")
        if (self.to_date - self.from_date).days > 1095:
            raise ValueError("a visit may last three years at most")
        return self


EXAMPLE: dict[str, Any] = {
    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "name": "Atelier Inventé",
    "country": "SEN",
    "region": "SN-DK",
    "sector": "C10",
    "formalised": True,
    "registration_number": "SN-DKR-2021-B-00001",
    "registration_evidence": "DOCUMENT",
    "turnover": {"amount": "18000000", "currency": "XOF"},
    "founded_on": "2021-05-03",
    "staff": 6,
    "innovation": 3,
    "export_readiness": 3,
    "green_product": True,
    "need": "A drier for fruit that runs on little power.",
    "capabilities_wanted": ["B2B_MATCHMAKING", "MENTORING"],
    "cooperation_sought": ["SOURCING", "CO_DEVELOPMENT"],
    "continuity_person": "The production manager",
    "stay_days_wanted": 30,
    "visits": [],
}


class FirmIn(In):
    """The firm of an entrepreneur, or the small firm that sends its employee."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    candidate_id: UUID = Field(description="Its person, with the persona ENTREPRENEUR or EMPLOYEE_OF_SME.")
    name: Line
    country: Country = Field(description="Where it works.")
    region: Line | None = Field(None, description="ISO 3166-2 code or name of the region.", examples=["SN-DK"])
    sector: Isic
    formalised: Flag = Field(description="Whether it is registered.")
    registration_number: Line | None = Field(None, examples=["SN-DKR-2021-B-00001"])
    registration_evidence: RegistrationEvidence | None = None
    turnover: Money | None = Field(None, description="A year; absent: not known.")
    founded_on: Date | None = Field(None, description="Day on which it began.")
    staff: Count | None = Field(None, description="People who work in it, its owner included.")
    innovation: Grade | None = Field(None, description="1: what others do, to 5: new to the market.")
    export_readiness: Grade | None = Field(None, description="1: sells in its own town, to 5: exports already.")
    green_product: Flag | None = Field(None, description="Whether what it makes serves the environment.")
    need: Paragraph | None = Field(None, description="What it needs, in its own words.")
    capabilities_wanted: list[HostService] = Field(default_factory=list, max_length=20)
    cooperation_sought: list[CooperationType] = Field(default_factory=list, max_length=5)
    continuity_person: Line | None = Field(None, description="Who runs it meanwhile, by name or function.")
    stay_days_wanted: StayDays
    visits: list[Visit] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def _registration_has_evidence(self) -> "FirmIn":
        if self.registration_number and self.registration_evidence is None:
            raise ValueError("registration_number needs registration_evidence")
        if not self.formalised and self.registration_number:
            raise ValueError("a firm with a registration_number is formalised")
        return self


class FirmPatch(In):
    """Fields to change (JSON merge-patch: null removes); lists are replaced whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"formalised": True, "registration_number": "SN-DKR-2027-B-1", "registration_evidence": "DOCUMENT"}
            ]
        }
    )

    name: Line | None = None
    country: Country | None = None
    region: Line | None = None
    sector: Isic | None = None
    formalised: Flag | None = None
    registration_number: Line | None = None
    registration_evidence: RegistrationEvidence | None = None
    turnover: Money | None = Field(None, description="A year.")
    founded_on: Date | None = Field(None, description="Day on which it began.")
    staff: Count | None = Field(None, description="People who work in it.")
    innovation: Grade | None = None
    export_readiness: Grade | None = None
    green_product: Flag | None = None
    need: Paragraph | None = None
    capabilities_wanted: list[HostService] | None = Field(None, max_length=20)
    cooperation_sought: list[CooperationType] | None = Field(None, max_length=5)
    continuity_person: Line | None = None
    stay_days_wanted: StayDays | None = None
    visits: list[Visit] | None = Field(None, max_length=200)


class FirmOut(Resource):
    """A firm, for the organisation that registered its person."""

    organisation_id: UUID = Field(description="The candidate's organisation.")
    candidate_id: UUID
    name: str
    country: Country
    region: str | None
    sector: str = Field(description="ISIC Rev. 4.")
    formalised: bool
    registration_number: str | None
    registration_evidence: RegistrationEvidence | None
    turnover: Money | None = Field(description="A year.")
    founded_on: date | None = Field(description="Day on which it began.")
    staff: int | None = Field(description="People who work in it.")
    innovation: int | None = Field(description="1 to 5.")
    export_readiness: int | None = Field(description="1 to 5.")
    green_product: bool | None
    need: str | None
    capabilities_wanted: list[HostService]
    cooperation_sought: list[CooperationType]
    continuity_person: str | None
    stay_days_wanted: int = Field(description="Days.")
    visits: list[Visit]
