"""What is said and heard about proposals: one candidate, one vacancy, two answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import ClosingReason, ProposalStatus, Track
from services.kit.schemas import Flag, In, Out, Paragraph, Resource


class ProposalIn(In):
    """A person at the candidate's organisation puts a match forward."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "vacancy_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "note": "Wants to start in spring.",
                }
            ]
        }
    )

    candidate_id: UUID
    vacancy_id: UUID
    note: Paragraph | None = None


class Side(StrEnum):
    """Who answers a proposal."""

    CANDIDATE = "CANDIDATE"
    EMPLOYER = "EMPLOYER"


class Decision(StrEnum):
    """An answer."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"


class AnswerIn(In):
    """One side's answer; the side follows from who sends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "ACCEPT", "share_identity": True},
                {"decision": "DECLINE", "reason": "CANDIDATE_REJECTS_OFFER"},
            ]
        }
    )

    decision: Decision
    reason: ClosingReason | None = Field(None, description="Mandatory with DECLINE.")
    comment: Paragraph | None = None
    share_identity: Flag = Field(
        False, description="Candidate's consent that this employer sees who they are, for this proposal only."
    )

    @model_validator(mode="after")
    def _declining_needs_a_reason(self) -> "AnswerIn":
        if self.decision is Decision.DECLINE and self.reason is None:
            raise ValueError("reason is mandatory with DECLINE")
        return self


class AnswerOut(Out):
    """An answer that was given."""

    side: Side
    decision: Decision
    reason: ClosingReason | None
    comment: str | None
    answered_at: datetime


class ProposalOut(Resource):
    """A proposal as its two sides see it."""

    candidate_id: UUID
    vacancy_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    employer_id: UUID
    partnership_id: UUID
    track: Track
    status: ProposalStatus
    score: float | None
    note: str | None
    answers: list[AnswerOut]
    placement_id: UUID | None
    candidate: dict[str, Any] = Field(
        description="Pseudonymous profile; with the person's consent to this proposal, and until it is declined, also"
        " name and birth date. Empty once the consent to matching has ended without a placement.",
        examples=[{"candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "residence": "MAR", "eqf": 4}],
    )
