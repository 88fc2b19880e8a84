"""What is said and heard about cases that closed, and what the person can do next."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import CaseKind
from services.kit.schemas import In, Line, Out, Resource
from services.matching.moves import NextStepIn, NextStepOut


class ConfirmationIn(In):
    """A person at the candidate's organisation has looked at the closing: the candidate may be told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "confirmed_by": "Counsellor 12",
                    "next_steps": [{"kind": "PLAN", "text": "Four weeks of wiring close the gap; seats are free."}],
                }
            ]
        }
    )

    confirmed_by: Line = Field(description="Who has looked at it, by the name or number that your organisation uses.")
    next_steps: list[NextStepIn] = Field(
        default_factory=list, max_length=10, description="Added to those that came with the closing."
    )


class ClosingOut(Resource):
    """A case that closed, as the candidate's organisation reads it."""

    kind: CaseKind
    case_id: UUID = Field(description="The enrolment, proposal or placement.")
    candidate_id: UUID
    organisation_id: UUID
    partnership_id: UUID
    status: str = Field(examples=["DECLINED"])
    reason: str = Field(examples=["NOT_FIT_FOR_ROLE"])
    next_steps: list[NextStepOut]
    closed_at: datetime = Field(examples=["2027-01-15T09:00:00Z"])
    closed_by: UUID = Field(description="The organisation that closed it.")
    decided_by: str | None = Field(description="The person there who decided.", examples=["Head of works 7"])
    tell_by: datetime = Field(description="Tell the person before: 48 hours.", examples=["2027-01-17T09:00:00Z"])
    confirmed_at: datetime | None = Field(
        description="Since when the candidate may be told; absent until a person of yours has looked at it.",
        examples=["2027-01-15T14:00:00Z"],
    )
    confirmed_by: str | None


class NextStepsOfCaseOut(Out):
    """What a candidate is told of a case that closed: why, and what comes next."""

    closing_id: UUID
    kind: CaseKind
    case_id: UUID
    status: str = Field(examples=["DECLINED"])
    reason: str = Field(examples=["NOT_FIT_FOR_ROLE"])
    next_steps: list[NextStepOut]
    told_since: datetime = Field(examples=["2027-01-15T14:00:00Z"])


class CandidateNextStepsOut(Out):
    """All that a candidate may be told today of cases that closed, newest first."""

    candidate_id: UUID
    cases: list[NextStepsOfCaseOut]
    awaiting_confirmation: int = Field(description="Closings that a person of yours has yet to look at.")
