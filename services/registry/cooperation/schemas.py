"""What is said and heard about cooperation programmes."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.contracts.vocabulary import Country, OutcomeFamily
from services.kit.schemas import (
    LINE,
    Date,
    ExternalId,
    In,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Money,
    Resource,
    Uri,
)

_ORGANISATION = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"
EXAMPLE: dict[str, Any] = {
    "code": "ATLAS-2026",
    "title": {"en": "Labour mobility with North Africa", "fr": "Mobilité de travail avec l'Afrique du Nord"},
    "acronym": "ATLAS",
    "origins": ["EGY", "MAR", "TUN"],
    "destinations": ["BEL", "DEU", "FRA"],
    "objectives": [
        {"code": "SO1", "title": {"en": "Governance of labour migration"}, "family": "PARTNERSHIPS"},
        {"code": "SO2", "title": {"en": "Recognition of skills"}, "family": "SKILLS"},
    ],
    "funders": [{"name": "Invented trust fund", "amount": {"amount": "20000000.00", "currency": "EUR"}}],
    "implementers": [
        {"organisation_id": _ORGANISATION, "joined_on": "2026-09-01", "left_on": None, "objectives": ["SO2"]}
    ],
    "starts_on": "2026-09-01",
    "ends_on": "2029-08-31",
}


def _examples(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [example]})


class Objective(In):
    """A specific objective of the programme and the family its outcomes belong to (S-68)."""

    model_config = _examples(EXAMPLE["objectives"][0])

    code: ExternalId = Field(description="Key within the programme.")
    title: LocalisedLine
    family: OutcomeFamily


class Funder(In):
    """Who pays, and how much."""

    model_config = _examples(EXAMPLE["funders"][0])

    name: Line
    organisation_id: UUID | None = Field(None, description="Its entry, when it is registered.")
    amount: Money | None = Field(None, description="What it commits to the programme as a whole.")


class Implementer(In):
    """Who carries a part of the programme out, from the day it joined to the day before it left."""

    model_config = _examples(EXAMPLE["implementers"][0])

    organisation_id: UUID
    joined_on: Date
    left_on: Date | None = Field(None, description="First day on which it is no implementer any more.")
    objectives: list[ExternalId] = Field(default_factory=list, max_length=50, description="Codes of its objectives.")


class Details(BaseModel):
    """Fields that may be absent; a client that clears one sends null."""

    acronym: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=LINE)] | None = None
    summary: LocalisedParagraph | None = None
    parent_id: UUID | None = Field(None, description="The programme this is a component of.")
    successor_of: UUID | None = Field(None, description="The programme this one continues.")
    starts_on: Date | None = None
    ends_on: Date | None = None
    website: Uri | None = None


Countries = Annotated[list[Country], Field(max_length=60)]
Objectives = Annotated[list[Objective], Field(max_length=50)]
Funders = Annotated[list[Funder], Field(max_length=100)]
Implementers = Annotated[list[Implementer], Field(max_length=100)]


class CooperationProgrammeIn(Details, In):
    """A programme, or a component of one."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: ExternalId = Field(description="Human key, unique across the registry.")
    title: LocalisedLine
    origins: Countries = Field(default_factory=list)
    destinations: Countries = Field(default_factory=list)
    objectives: Objectives = Field(default_factory=list)
    funders: Funders = Field(default_factory=list)
    implementers: Implementers = Field(default_factory=list)


class CooperationProgrammePatch(Details, In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2030-12-31"}]})

    title: LocalisedLine | None = None
    origins: Countries | None = None
    destinations: Countries | None = None
    objectives: Objectives | None = None
    funders: Funders | None = None
    implementers: Implementers | None = None


class CooperationProgrammeOut(Details, Resource):
    """A programme or component; public to every client."""

    organisation_id: UUID = Field(description="The organisation that registered it, and alone may change it.")
    code: Line
    title: LocalisedLine
    origins: list[Country]
    destinations: list[Country]
    objectives: list[Objective]
    funders: list[Funder]
    implementers: list[Implementer]
