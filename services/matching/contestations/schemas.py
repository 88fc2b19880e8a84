"""What is said and heard about closings that are contested."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import CaseKind, ContestationStatus
from services.kit.schemas import In, Line, Paragraph, Resource


class ContestationIn(In):
    """The candidate asks for a second look at why a case closed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"grounds": "The certificate of March was not taken into account."}]}
    )

    grounds: Paragraph = Field(description="What speaks against the decision, in the candidate's words.")


class ContestationAnswerIn(In):
    """The second look, by a person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "REVERSED",
                    "answered_by": "Director 1",
                    "answer": "The certificate counts; the application is taken up again.",
                }
            ]
        }
    )

    outcome: Literal[ContestationStatus.UPHELD, ContestationStatus.REVERSED]
    answered_by: Line = Field(description="Who looked again: another person than the one who decided.")
    answer: Paragraph = Field(description="Why, for the candidate.")


class ContestationOut(Resource):
    """A closing that is contested, and the answer."""

    closing_id: UUID
    kind: CaseKind
    case_id: UUID
    candidate_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    answerer_id: UUID = Field(description="The organisation that closed the case, and answers.")
    grounds: str
    status: ContestationStatus
    contested_at: datetime = Field(examples=["2027-01-20T09:00:00Z"])
    answer_by: date = Field(description="The last day for an answer: 30 days.", examples=["2027-02-19"])
    answered_at: datetime | None = Field(examples=["2027-01-28T09:00:00Z"])
    answered_by: str | None
    answer: str | None
