"""What is said and heard about obligations, their fulfilments and what other parties say of them."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import ClosureOutcome, ObligationKind, ObligationStatus, PartySide, Recurrence
from services.kit.schemas import (
    Date,
    Flag,
    In,
    Isco08,
    LocalisedParagraph,
    Money,
    Out,
    Paragraph,
    PositiveCount,
    Resource,
)

_MAX_YEARS = 30
_WITH_PLACES = {ObligationKind.EMPLOYER_COMMITMENT, ObligationKind.TRAINING_PLACES}
_WITH_AMOUNT = {ObligationKind.FUNDING, ObligationKind.WAGE_LEVEL}

EXAMPLE: dict[str, Any] = {
    "kind": "EMPLOYER_COMMITMENT",
    "side": "ORIGIN",
    "text": {"en": "Thirty jobs for graduates of the home track, with a mentor each."},
    "isco08": "7411",
    "places": 30,
    "due_on": "2027-09-30",
    "recurrence": "ONCE",
}


class ObligationIn(In):
    """A promise of one's own organisation (S-44, S-63). It cannot be changed: other parties count on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: ObligationKind
    side: PartySide = Field(description="The side for which one's own organisation promises.")
    to_party: UUID | None = Field(None, description="The party it is promised to; left out, all of them.")
    agreement_id: UUID | None = Field(None, description="The agreement of the same partnership that it follows from.")
    text: LocalisedParagraph
    isco08: Isco08 | None = None
    places: PositiveCount | None = Field(None, description="Persons; needed for commitments of jobs and training.")
    amount: Money | None = Field(None, description="Per due date for FUNDING, gross a month for WAGE_LEVEL.")
    due_on: Date = Field(description="The day by which it is to be done, or the first of these.")
    recurrence: Recurrence = Recurrence.ONCE
    ends_on: Date | None = Field(None, description="No due date comes after this day; needed when it recurs.")

    @model_validator(mode="after")
    def _coherent(self) -> "ObligationIn":
        if self.kind in _WITH_PLACES and self.places is None:
            raise ValueError(f"places are needed for {self.kind}")
        if self.kind in _WITH_AMOUNT and self.amount is None:
            raise ValueError(f"an amount is needed for {self.kind}")
        if (self.recurrence is not Recurrence.ONCE) != (self.ends_on is not None):
            raise ValueError("ends_on is needed when the obligation recurs, and only then")
        if self.ends_on and not self.due_on <= self.ends_on <= date(self.due_on.year + _MAX_YEARS, 12, 31):
            raise ValueError(f"ends_on must be from due_on to {_MAX_YEARS} years later")
        return self


class FulfilmentIn(In):
    """Evidence that one's own promise was kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "due_on": "2027-09-30",
                    "fulfilled_on": "2027-09-12",
                    "document_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20",
                    "note": "Thirty signed contracts.",
                }
            ]
        }
    )

    due_on: Date | None = Field(None, description="Which due date it is for; left out, the first that has none.")
    fulfilled_on: Date = Field(description="The day it was done; not after today.")
    document_id: UUID = Field(description="The evidence, a document of the same partnership.")
    note: Paragraph | None = None


class ConfirmationIn(In):
    """What another party than the promiser says of a fulfilment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"accepted": True}]})

    fulfilment_id: UUID | None = Field(None, description="Left out, the last one that nobody has answered.")
    accepted: Flag
    reason: Paragraph | None = Field(None, description="Needed when it is not accepted.")

    @model_validator(mode="after")
    def _reason_for_refusal(self) -> "ConfirmationIn":
        if not self.accepted and not self.reason:
            raise ValueError("a reason is needed when it is not accepted")
        return self


class ClosureIn(In):
    """Another party than the promiser ends an obligation."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "WAIVED", "reason": "The pilot ended a year early."}]}
    )

    outcome: ClosureOutcome
    reason: Paragraph


class ConfirmationOut(Resource):
    """A party's answer to a fulfilment."""

    fulfilment_id: UUID
    organisation_id: UUID
    accepted: bool
    reason: str | None


class FulfilmentOut(Resource):
    """Evidence for a due date, and whether other parties accept it."""

    obligation_id: UUID
    organisation_id: UUID
    due_on: date
    fulfilled_on: date
    document_id: UUID
    note: str | None
    accepted: bool | None = Field(description="Absent until another party has answered.")
    confirmations: list[ConfirmationOut]


class ClosureOut(Resource):
    """How another party ended it."""

    obligation_id: UUID
    organisation_id: UUID
    outcome: ClosureOutcome
    reason: str


class ObligationOut(Resource):
    """A promise and how it was kept."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who promised.")
    kind: ObligationKind
    side: PartySide
    to_party: UUID | None
    agreement_id: UUID | None
    text: LocalisedParagraph
    isco08: str | None
    places: int | None
    amount: Money | None
    due_on: date
    recurrence: Recurrence
    ends_on: date | None
    fulfilments: list[FulfilmentOut]
    closures: list[ClosureOut]
    status: ObligationStatus = Field(description="Follows from dates, fulfilments and answers; nobody sets it.")


class TallyOut(Out):
    """How due dates were met until today; waived obligations count nowhere."""

    due: int = Field(description="Due dates that have passed, or were met before.")
    on_time: int = Field(description="Met by their day, confirmed by another party.")
    late: int = Field(description="Met after their day, confirmed by another party.")
    pending: int = Field(description="With evidence that nobody has answered yet.")
    missed: int = Field(description="Passed without evidence that was accepted.")
    on_time_percent: float | None = Field(
        ge=0, le=100, description="on_time ÷ due, in percent; absent when nothing fell due.", examples=[92.3]
    )


class PartyTallyOut(TallyOut):
    """The same, of one party's promises."""

    organisation_id: UUID


class ObligationSummaryOut(Out):
    """Obligations fulfilled on time (S-63)."""

    obligations: int
    total: TallyOut
    by_party: list[PartyTallyOut]
