"""What is said and heard about legal pathways."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from services.contracts.vocabulary import ContractType, Country, EmployerChangeRight, FamilyRights, Payer, Persona
from services.kit.schemas import (
    Count,
    Date,
    ExternalId,
    Flag,
    In,
    Line,
    LocalisedLine,
    Money,
    Resource,
    Uri,
)

Months = Annotated[int, Field(strict=True, ge=1, le=600, description="Months.")]
Days = Annotated[int, Field(strict=True, ge=0, le=3650, description="Days.")]
Occupations = Annotated[
    list[Annotated[str, StringConstraints(max_length=4, pattern=r"^[0-9]{1,4}$")]],
    Field(max_length=500, description="ISCO-08 codes of any level that it is for; left out, all.", examples=[["7411"]]),
]
ContractTypes = Annotated[
    list[ContractType],
    Field(max_length=len(ContractType), description="Contracts that it is for; left out, all."),
]
Age = Annotated[int, Field(strict=True, ge=14, le=99, description="Years.")]

# Invented figures; the forms are those of two continents (S-10: nothing here is the European Union's alone).
_BELGIUM: dict[str, Any] = {
    "key": "BE-SINGLE-PERMIT",
    "title": {"en": "Single permit", "fr": "Permis unique"},
    "destination": "BEL",
    "permit_type": "Single permit for work and residence",
    "legal_reference": "Directive 2011/98/EU as transposed",
    "personas": ["WORKER", "APPRENTICE"],
    "family_rights": "AFTER_WAITING_PERIOD",
    "max_stay_months": 36,
    "renewable": True,
    "employer_change_right": "WITH_NEW_PERMIT",
    "path_to_residence": True,
    "processing_days": 120,
    "fee": {"amount": "400.00", "currency": "EUR"},
    "fee_payer": "EMPLOYER",
    "labour_market_test": True,
    "quota_per_year": None,
    "multi_entry": True,
    "minimum_age": 18,
    "minimum_wage": {"amount": "2650.00", "currency": "EUR"},
    "occupations": ["71", "7411", "7412"],
    "contract_types": ["PERMANENT", "FIXED_TERM"],
    "valid_from": "2026-01-01",
    "source_uri": "https://permits.example/single",
}
_AUSTRALIA: dict[str, Any] = {
    "key": "AU-403-PACIFIC",
    "title": {"en": "Pacific labour scheme visa"},
    "origins": ["FJI", "TON", "VUT", "WSM"],
    "destination": "AUS",
    "permit_type": "Temporary work visa, subclass 403",
    "legal_reference": "Migration Regulations 1994",
    "personas": ["WORKER"],
    "family_rights": "NONE",
    "max_stay_months": 48,
    "renewable": False,
    "employer_change_right": "NONE",
    "path_to_residence": False,
    "processing_days": 30,
    "fee": {"amount": "335.00", "currency": "AUD"},
    "fee_payer": "EMPLOYER",
    "labour_market_test": True,
    "quota_per_year": None,
    "multi_entry": True,
    "minimum_age": 21,
    "valid_from": "2026-07-01",
    "valid_to": "2030-06-30",
}


class LegalPathwayIn(In):
    """A permit or visa of a destination, as its law has it (S-40)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BELGIUM, _AUSTRALIA]})

    key: ExternalId = Field(description="Short key, unique across the registry; corridors and vacancies name it.")
    title: LocalisedLine
    origins: list[Country] = Field(
        default_factory=list, max_length=250, description="Nationals it is open to; left out, those of all countries."
    )
    destination: Country
    permit_type: Line = Field(description="What the law of the destination calls it.")
    legal_reference: Line = Field(description="The law or regulation.")
    personas: list[Persona] = Field(min_length=1, max_length=len(Persona), description="Who can take it.")
    family_rights: FamilyRights
    max_stay_months: Months | None = Field(None, description="Months of one permit; left out, unlimited.")
    renewable: Flag
    employer_change_right: EmployerChangeRight
    path_to_residence: Flag = Field(description="Whether time spent under it counts towards permanent residence.")
    processing_days: Days | None = Field(None, description="Usual days from application to decision.")
    fee: Money | None = Field(None, description="What the authority asks for one person; left out, nothing.")
    fee_payer: Payer | None = Field(None, description="Who pays the fee; needed with one.")
    labour_market_test: Flag = Field(description="Whether nobody else must be found for the job before.")
    quota_per_year: Count | None = Field(None, description="Persons a calendar year; left out, no quota.")
    multi_entry: Flag = Field(False, description="Whether a person may leave and return while it lasts (S-65).")
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    minimum_wage: Money | None = Field(None, description="Gross wage a month that it asks for, full-time.")
    occupations: Occupations = Field(default_factory=list)
    contract_types: ContractTypes = Field(default_factory=list)
    valid_from: Date = Field(description="The first day on which a stay under it can begin.")
    valid_to: Date | None = Field(None, description="The last such day; left out, none is known.")
    source_uri: Uri | None = Field(None, description="Where the authority describes it.")

    @model_validator(mode="after")
    def _coherent(self) -> "LegalPathwayIn":
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be before valid_from")
        if self.minimum_age and self.maximum_age and self.maximum_age < self.minimum_age:
            raise ValueError("maximum_age must not be below minimum_age")
        if self.fee and self.fee.amount > 0 and self.fee_payer is None:
            raise ValueError("fee_payer is needed with a fee")
        return self


class LegalPathwayPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole. The key and the destination stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"processing_days": 90, "valid_to": "2029-12-31"}]})

    title: LocalisedLine | None = None
    origins: list[Country] | None = Field(None, max_length=250)
    permit_type: Line | None = None
    legal_reference: Line | None = None
    personas: list[Persona] | None = Field(None, min_length=1, max_length=len(Persona))
    family_rights: FamilyRights | None = None
    max_stay_months: Months | None = None
    renewable: Flag | None = None
    employer_change_right: EmployerChangeRight | None = None
    path_to_residence: Flag | None = None
    processing_days: Days | None = None
    fee: Money | None = None
    fee_payer: Payer | None = None
    labour_market_test: Flag | None = None
    quota_per_year: Count | None = None
    multi_entry: Flag | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    minimum_wage: Money | None = None
    occupations: Occupations | None = None
    contract_types: ContractTypes | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None
    source_uri: Uri | None = None


class LegalPathwayOut(Resource):
    """A legal pathway as everybody reads it."""

    organisation_id: UUID = Field(description="Who registered it and keeps it up to date.")
    key: str
    title: LocalisedLine
    origins: list[Country]
    destination: Country
    permit_type: str
    legal_reference: str
    personas: list[Persona]
    family_rights: FamilyRights
    max_stay_months: int | None
    renewable: bool
    employer_change_right: EmployerChangeRight
    path_to_residence: bool
    processing_days: int | None
    fee: Money | None
    fee_payer: Payer | None
    labour_market_test: bool
    quota_per_year: int | None
    multi_entry: bool
    minimum_age: int | None
    maximum_age: int | None
    minimum_wage: Money | None
    occupations: Occupations
    contract_types: ContractTypes
    valid_from: date
    valid_to: date | None
    source_uri: Uri | None

    @field_validator("occupations", "contract_types", mode="before")
    @classmethod
    def _for_all(cls, value: list[str] | None) -> list[str]:
        """A version of before these were asked for has none."""
        return value or []
