"""What is said and heard about support structures and capacity actions (S-24, S-48)."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import CapacityActionKind, Country, FourfoldParty, StructureKind
from services.kit.schemas import Count, Date, In, Line, LocalisedLine, LocalisedParagraph, Money, Out, Resource

_DOCUMENT = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20"
STRUCTURE: dict[str, Any] = {
    "name": {"fr": "Centre de formation de l'Atlas"},
    "kind": "TRAINING_CENTRE",
    "party": "ORIGIN",
    "country": "MAR",
    "location": "Ouarzazate",
}
ACTION: dict[str, Any] = {
    "kind": "TRAINERS_TRAINED",
    "description": {"en": "Course for trainers in heat pumps"},
    "quantity": 12,
    "places_added_per_year": 48,
    "cost": {"amount": "38500.00", "currency": "EUR"},
    "done_on": "2026-10-30",
    "document_id": _DOCUMENT,
}


class SupportStructureIn(In):
    """A structure in the ecosystem of one of the four parties."""

    model_config = ConfigDict(json_schema_extra={"examples": [STRUCTURE]})

    name: LocalisedLine
    kind: StructureKind
    party: FourfoldParty = Field(description="Whose ecosystem it belongs to.")
    country: Country
    location: Line | None = None
    linked_organisation_id: UUID | None = Field(None, description="The party of the partnership that it works with.")


class SupportStructurePatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"location": "Zagora"}]})

    name: LocalisedLine | None = None
    kind: StructureKind | None = None
    party: FourfoldParty | None = None
    country: Country | None = None
    location: Line | None = None
    linked_organisation_id: UUID | None = None


class SupportStructureOut(Resource):
    """A structure as the parties read it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who wrote it down.")
    name: LocalisedLine
    kind: StructureKind
    party: FourfoldParty
    country: Country
    location: str | None
    linked_organisation_id: UUID | None


class CapacityActionIn(In):
    """What a structure was given. It does not change."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACTION]})

    kind: CapacityActionKind
    description: LocalisedParagraph
    quantity: Count = Field(description="Pieces, curricula, persons, licences or accreditations, as the kind says.")
    places_added_per_year: Count = Field(0, description="Training places a year that there are because of it.")
    cost: Money | None = None
    done_on: Date
    document_id: UUID | None = Field(None, description="The evidence, a document of the same partnership.")


class CapacityActionOut(Resource):
    """What a structure was given."""

    support_structure_id: UUID
    partnership_id: UUID
    organisation_id: UUID = Field(description="Who wrote it down.")
    kind: CapacityActionKind
    description: LocalisedParagraph
    quantity: int
    places_added_per_year: int = Field(description="Training places a year.")
    cost: Money | None
    done_on: date
    document_id: UUID | None


class CapacitySummaryOut(Out):
    """Structures strengthened (S-24) and training capacity added (S-48), from the actions on record."""

    structures: int = Field(description="Structures on record.")
    structures_strengthened: int = Field(description="Structures with at least one action.")
    places_added_per_year: int = Field(description="Training places a year.")
    trainers_trained: int = Field(description="Persons.")
    staff_trained: int = Field(description="Persons.")
    accreditations_obtained: int
