"""What is said and heard about places in training sessions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import EnrolmentStatus, Track, TrainingClosingReason
from services.kit.schemas import EscoUri, In, Out, Resource
from services.matching.moves import MoveIn


class EnrolmentIn(In):
    """A candidate asks for a seat, or takes one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "session_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
                    "track": "HOME",
                }
            ]
        }
    )

    candidate_id: UUID
    session_id: UUID
    track: Track = Field(description="The track the person trains for.")
    status: Literal[EnrolmentStatus.APPLIED, EnrolmentStatus.ENROLLED] = Field(
        EnrolmentStatus.ENROLLED,
        description="APPLIED: to be screened and selected. ENROLLED: selected already by the candidate's organisation,"
        " and the seat is taken at once.",
    )


class EnrolmentTransitionIn(MoveIn):
    """A step on the way through a training session."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "CERTIFIED", "on": "2027-04-23"},
                {
                    "to": "NOT_SELECTED",
                    "on": "2027-01-15",
                    "reason": "OTHERS_RANKED_HIGHER",
                    "next_steps": [{"kind": "APPLY_AGAIN", "text": "The next session takes applications in March."}],
                    "decided_by": "Head of training 3",
                },
            ]
        }
    )

    to: EnrolmentStatus
    reason: TrainingClosingReason | None = Field(None, description="Mandatory where the enrolment closes.")
    track: Track | None = Field(None, description="The track that the person chose; mandatory for TRACK_CHOSEN.")
    skills: list[EscoUri] | None = Field(
        None, max_length=100, description="Skills certified; absent: all that the programme teaches."
    )


class EnrolmentOut(Resource):
    """A person's place in a session."""

    candidate_id: UUID
    session_id: UUID
    programme_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    provider_id: UUID
    partnership_id: UUID
    track: Track
    status: EnrolmentStatus
    told_status: EnrolmentStatus | None = Field(
        description="The last status that the person may be told: screening is internal, and what the provider closed"
        " waits until the candidate's organisation confirms it."
    )
    status_date: date = Field(examples=["2027-01-15"])
    reason: str | None = Field(description="Why it closed.", examples=["OTHERS_RANKED_HIGHER"])


class WaitingOut(Out):
    """Somebody who waits for a seat; `place` counts everybody who waits, also those one may not see."""

    place: int = Field(description="1 is next.")
    since: datetime = Field(examples=["2027-01-15T09:00:00Z"])
    enrolment: EnrolmentOut


class WaitingListOut(Out):
    """Seats of a session and who waits for one, longest first. Nobody moves up by itself: a person selects."""

    session_id: UUID
    seats: int
    taken: int = Field(description="Seats of people who are selected or enrolled.")
    free: int
    waiting: list[WaitingOut]
