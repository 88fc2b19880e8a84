"""What is said and heard about places in training sessions."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import EnrolmentStatus, Track
from services.kit.schemas import Date, EscoUri, In, Paragraph, Resource


class EnrolmentIn(In):
    """A candidate takes a seat."""

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


class EnrolmentTransitionIn(In):
    """A result of the training."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "CERTIFIED", "on": "2027-04-23"}]})

    to: EnrolmentStatus
    on: Date
    reason: Paragraph | None = Field(None, description="Mandatory for FAILED and DROPPED.")
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
    status_date: date
    reason: str | None
