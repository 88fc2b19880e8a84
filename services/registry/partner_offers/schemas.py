"""What is said and heard in the partner finder."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import (
    ComplementReason,
    Country,
    PartnerOfferKind,
    PartnershipModel,
    PartyRole,
)
from services.kit.schemas import (
    Date,
    ExternalId,
    In,
    Isic,
    Language,
    LocalisedParagraph,
    Out,
    Paragraph,
    PositiveCount,
    Resource,
)

EXAMPLE: dict[str, Any] = {
    "external_id": "NEED-TRAINER-2027",
    "kind": "NEED",
    "role": "TRAINER",
    "origin": "MAR",
    "destination": "BEL",
    "sector": "E38",
    "model": "GSP_DUAL_TRACK",
    "capacity": 60,
    "languages": ["fr"],
    "description": {"fr": "Centre de formation aux métiers du recyclage recherché."},
    "valid_to": "2027-12-31",
}


class PartnerOfferIn(In):
    """A role that is offered or looked for. What is left out is open."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    external_id: ExternalId
    kind: PartnerOfferKind
    role: PartyRole = Field(description="The role that is offered, or looked for.")
    origin: Country | None = None
    destination: Country | None = None
    sector: Isic | None = None
    model: PartnershipModel | None = None
    capacity: PositiveCount | None = Field(None, description="Places or people a year.")
    languages: list[Language] = Field(default_factory=list, max_length=20)
    description: LocalisedParagraph | None = None
    valid_to: Date = Field(description="Last day on which it is suggested to others.")

    @model_validator(mode="after")
    def _corridor_has_two_ends(self) -> "PartnerOfferIn":
        if self.origin is not None and self.origin == self.destination:
            raise ValueError("origin and destination must differ")
        return self


class PartnerOfferPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_to": "2028-06-30"}]})

    origin: Country | None = None
    destination: Country | None = None
    sector: Isic | None = None
    model: PartnershipModel | None = None
    capacity: PositiveCount | None = None
    languages: list[Language] | None = Field(None, max_length=20)
    description: LocalisedParagraph | None = None
    valid_to: Date | None = None


class PartnerOfferOut(Resource):
    """An entry of the partner finder; every client reads it."""

    organisation_id: UUID
    external_id: str
    kind: PartnerOfferKind
    role: PartyRole
    origin: Country | None
    destination: Country | None
    sector: str | None
    model: PartnershipModel | None
    capacity: int | None = Field(description="Places or people a year.")
    languages: list[str]
    description: LocalisedParagraph | None
    valid_to: date = Field(description="Last day on which it is suggested to others.")


class ComplementReasonOut(Out):
    """One thing that speaks for a suggestion."""

    code: ComplementReason
    points: int = Field(description="Its share of the score.")
    said: str


class PartnerSuggestion(Out):
    """An entry that complements another, and why."""

    offer: PartnerOfferOut
    score: int = Field(ge=0, le=100, description="Sum of the points of the reasons, at most 100.")
    reasons: list[ComplementReasonOut]


class Suggestions(Out):
    """The best first."""

    items: list[PartnerSuggestion] = Field(max_length=100)


class PartnerOfferAnswerIn(In):
    """An answer to somebody else's entry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"message": "We train 80 people a year in sorting and recycling; let us talk."}]
        }
    )

    message: Paragraph
    with_offer_id: UUID | None = Field(None, description="One's own entry that complements it.")


class AnswerPatch(In):
    """What came of the answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"}]}
    )

    partnership_id: UUID = Field(description="The partnership that was started; the caller is a party to it.")


class AnswerOut(Resource):
    """An answer, for the two organisations it is between."""

    offer_id: UUID
    owner_id: UUID = Field(description="The organisation that was answered.")
    organisation_id: UUID = Field(description="The organisation that answered.")
    with_offer_id: UUID | None
    message: str
    partnership_id: UUID | None = Field(description="The partnership that was started from it.")


class FinderFigures(Out):
    """How the partner finder works, over all organisations."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"published": 40, "answered": 12, "answers": 19, "partnerships_started": 3}]}
    )

    published: int = Field(description="Offers and needs.")
    answered: int = Field(description="Offers and needs with at least one answer.")
    answers: int
    partnerships_started: int = Field(description="Partnerships that were started from an answer.")
