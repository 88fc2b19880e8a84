"""What is said and heard about the needs of the four parties."""

from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import FourfoldParty, NeedKind, PartySide, Persona, Urgency
from services.kit.schemas import Count, EscoUri, In, Isco08, Line, LocalisedParagraph, Paragraph, Resource

_SECTOR = "ISIC Rev. 4 section, division or group."
EXAMPLE: dict[str, Any] = {
    "party": "ORIGIN",
    "side": "ORIGIN",
    "kind": "SECTOR",
    "persona": "WORKER",
    "isco08": "7411",
    "sector": "F43",
    "quantity": 30,
    "urgency": "HIGH",
    "statement": {"en": "Electricians for the solar plan of 2030.", "fr": "Des électriciens pour le plan solaire."},
    "evidence": "Survey among 112 invented installers, spring 2026.",
}


class NeedIn(In):
    """What one of the four parties needs of the partnership (S-34, S-62)."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    party: FourfoldParty = Field(description="Whose need it is.")
    side: PartySide = Field(description="Where; the need of a country is that of its own side.")
    kind: NeedKind
    persona: Persona = Persona.WORKER
    isco08: Isco08 | None = None
    skill: EscoUri | None = None
    sector: Line | None = Field(None, description=_SECTOR + " Mandatory for SECTOR.", examples=["F43"])
    quantity: Count = Field(description="Persons; firms where the persona is ENTREPRENEUR. 0 where none are counted.")
    urgency: Urgency
    statement: LocalisedParagraph
    evidence: Paragraph | None = Field(None, description="Where it is known from: survey, statistics, reference.")

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if self.kind == NeedKind.SECTOR and not self.sector:
            raise ValueError("a SECTOR need names its sector")
        if self.party.value in ("ORIGIN", "DESTINATION") and self.side.value != self.party.value:
            raise ValueError("the need of a country stands on its own side")
        return self


class NeedPatch(In):
    """Fields to change (JSON merge-patch); whose need it is does not change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 40}]})

    kind: NeedKind | None = None
    persona: Persona | None = None
    isco08: Isco08 | None = None
    skill: EscoUri | None = None
    sector: Line | None = Field(None, description=_SECTOR)
    quantity: Count | None = None
    urgency: Urgency | None = None
    statement: LocalisedParagraph | None = None
    evidence: Paragraph | None = None


class NeedOut(Resource):
    """A need as the parties see it."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="The party that wrote it down.")
    party: FourfoldParty
    side: PartySide
    kind: NeedKind
    persona: Persona
    isco08: str | None
    skill: str | None
    sector: str | None
    quantity: int
    urgency: Urgency
    statement: LocalisedParagraph
    evidence: str | None
