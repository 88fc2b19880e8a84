"""What is said and heard about joint committees: meetings, decisions, action items (S-43)."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import ActionItemStatus, PartySide
from services.kit.schemas import (
    Date,
    Flag,
    In,
    Line,
    LocalisedLine,
    LocalisedParagraph,
    Paragraph,
    Resource,
)

_ORIGIN, _DESTINATION = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11", "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12"
_DOCUMENT = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a20"
Cadence = Annotated[int, Field(strict=True, ge=1, le=60, description="Months from one meeting to the next, at most.")]


class CommitteeMember(In):
    """An organisation that sits on a committee, and the office that does so for it; never a person's name."""

    organisation_id: UUID = Field(description="A party of the partnership.")
    side: PartySide
    office: Line


COMMITTEE: dict[str, Any] = {
    "name": {"en": "Joint monitoring committee", "fr": "Comité mixte de suivi"},
    "members": [
        {"organisation_id": _ORIGIN, "side": "ORIGIN", "office": "Director of Employment"},
        {"organisation_id": _DESTINATION, "side": "DESTINATION", "office": "Head of Labour Migration"},
    ],
    "cadence_months": 6,
}


class CommitteeIn(In):
    """A committee in which both country sides sit."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMITTEE]})

    name: LocalisedLine
    members: list[CommitteeMember] = Field(min_length=2, max_length=50)
    cadence_months: Cadence
    agreement_id: UUID | None = Field(None, description="The agreement of the same partnership that sets it up.")

    @model_validator(mode="after")
    def _both_sides(self) -> "CommitteeIn":
        if not {member.side for member in self.members} >= {PartySide.ORIGIN, PartySide.DESTINATION}:
            raise ValueError("members of ORIGIN and of DESTINATION are needed")
        if len({member.organisation_id for member in self.members}) != len(self.members):
            raise ValueError("an organisation has one seat")
        return self


class CommitteePatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cadence_months": 3}]})

    name: LocalisedLine | None = None
    members: list[CommitteeMember] | None = Field(None, min_length=2, max_length=50)
    cadence_months: Cadence | None = None
    agreement_id: UUID | None = None


class CommitteeOut(Resource):
    """A committee and when it is to meet next."""

    partnership_id: UUID
    organisation_id: UUID = Field(description="Who set it up in the registry.")
    name: LocalisedLine
    members: list[CommitteeMember]
    cadence_months: int = Field(description="Months from one meeting to the next, at most.")
    agreement_id: UUID | None
    next_meeting_by: date | None = Field(
        description="The last meeting and the cadence after it; absent before the first meeting."
    )


MEETING: dict[str, Any] = {
    "held_on": "2026-11-18",
    "place": "Rabat",
    "agenda": [{"en": "Results of the first course"}, {"en": "Places for 2027"}],
    "attended": [_ORIGIN, _DESTINATION],
    "minutes_document_id": _DOCUMENT,
}


class MeetingIn(In):
    """A sitting, or one that is planned."""

    model_config = ConfigDict(json_schema_extra={"examples": [MEETING]})

    held_on: Date
    place: Line | None = None
    agenda: list[LocalisedLine] = Field(min_length=1, max_length=50)
    attended: list[UUID] = Field(default_factory=list, max_length=50, description="Members that were there.")
    minutes_document_id: UUID | None = Field(None, description="The minutes, a document of the same partnership.")


class MeetingPatch(In):
    """Fields to change (JSON merge-patch); lists are replaced whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"minutes_document_id": _DOCUMENT}]})

    held_on: Date | None = None
    place: Line | None = None
    agenda: list[LocalisedLine] | None = Field(None, min_length=1, max_length=50)
    attended: list[UUID] | None = Field(None, max_length=50)
    minutes_document_id: UUID | None = None


class MeetingOut(Resource):
    """A sitting of a committee."""

    committee_id: UUID
    partnership_id: UUID
    organisation_id: UUID = Field(description="Who wrote it down.")
    held_on: date
    place: str | None
    agenda: list[LocalisedLine]
    attended: list[UUID]
    minutes_document_id: UUID | None


class DecisionIn(In):
    """A decision, to be adopted by each side. It does not change: decide anew."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": {"en": "Thirty places on the away track in 2027."}}]}
    )

    meeting_id: UUID | None = Field(None, description="The meeting of the same committee at which it was taken.")
    text: LocalisedParagraph


class AdoptionIn(In):
    """One's own side adopts a decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"side": "ORIGIN", "adopted_on": "2026-11-18"}]})

    side: PartySide
    adopted_on: Date = Field(description="Not after today.")


class AdoptionOut(Resource):
    """A side's adoption."""

    decision_id: UUID
    organisation_id: UUID
    side: PartySide
    adopted_on: date


class CommitteeDecisionOut(Resource):
    """A numbered decision and who has adopted it."""

    committee_id: UUID
    partnership_id: UUID
    organisation_id: UUID = Field(description="Who wrote it down.")
    meeting_id: UUID | None
    number: int = Field(ge=1, description="Counts the committee's decisions from 1.")
    text: LocalisedParagraph
    adoptions: list[AdoptionOut]
    adopted_on: date | None = Field(description="When both country sides had adopted it; absent before.")


class ActionItemIn(In):
    """Something that a party is to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "assignee_id": _ORIGIN,
                    "text": {"en": "Publish the call for candidates."},
                    "due_on": "2027-01-15",
                    "decision_id": None,
                    "cancelled": False,
                }
            ]
        }
    )

    assignee_id: UUID = Field(description="The party that is to do it.")
    text: LocalisedParagraph
    due_on: Date = Field(description="The day by which it is to be done.")
    decision_id: UUID | None = Field(None, description="The decision of the same committee that it follows from.")
    cancelled: Flag = False


class ActionItemPatch(In):
    """Fields to change (JSON merge-patch)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cancelled": True}]})

    text: LocalisedParagraph | None = None
    due_on: Date | None = None
    cancelled: Flag | None = None


class CompletionIn(In):
    """Evidence that it is done."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"done_on": "2026-11-20", "document_id": _DOCUMENT, "note": "Published."}]}
    )

    done_on: Date = Field(description="Not after today.")
    document_id: UUID = Field(description="The evidence, a document of the same partnership.")
    note: Paragraph | None = None


class CompletionOut(Resource):
    """The assignee's evidence."""

    action_item_id: UUID
    organisation_id: UUID
    done_on: date
    document_id: UUID
    note: str | None


class ActionItemOut(Resource):
    """Something that a party is to do, and whether it has."""

    committee_id: UUID
    partnership_id: UUID
    organisation_id: UUID = Field(description="Who wrote it down.")
    decision_id: UUID | None
    assignee_id: UUID
    text: LocalisedParagraph
    due_on: date
    cancelled: bool
    completions: list[CompletionOut]
    status: ActionItemStatus = Field(description="Follows from the due date and the evidence; nobody sets it.")
