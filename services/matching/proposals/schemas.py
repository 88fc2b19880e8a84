"""What is said and heard about proposals: one candidate, one vacancy, two answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import ClosingReason, FourfoldVerdict, ProposalStatus, Track
from services.kit.schemas import Flag, In, Out, Paragraph, Resource
from services.matching.moves import DecidedBy, MoveIn, NextSteps


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
    prospect: Flag = Field(
        False,
        description="Only think of it: neither the person nor the employer learns of it until a person at your"
        " organisation moves it to PROPOSED, when every gate must hold.",
    )


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
                {
                    "decision": "DECLINE",
                    "reason": "CANDIDATE_REJECTS_OFFER",
                    "next_steps": [{"kind": "OTHER_VACANCIES", "text": "Two employers nearby look for the same."}],
                    "decided_by": "Counsellor 12",
                },
            ]
        }
    )

    decision: Decision
    reason: ClosingReason | None = Field(None, description="Mandatory with DECLINE, as are next_steps and decided_by.")
    next_steps: NextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None
    comment: Paragraph | None = None
    share_identity: Flag = Field(
        False, description="Candidate's consent that this employer sees who they are, for this proposal only."
    )


class ProposalTransitionIn(MoveIn):
    """A move that is no answer: a prospect is put forward, or a proposal taken back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to": "WITHDRAWN",
                    "on": "2027-01-15",
                    "reason": "CANDIDATE_WITHDRAWS",
                    "next_steps": [{"kind": "HOME_TRACK", "text": "Three installers near you look for people."}],
                    "decided_by": "Counsellor 12",
                }
            ]
        }
    )

    to: Literal[ProposalStatus.PROPOSED, ProposalStatus.WITHDRAWN]
    reason: ClosingReason | None = Field(None, description="Mandatory where the proposal closes.")


class AnswerOut(Out):
    """An answer that was given."""

    side: Side
    decision: Decision
    reason: ClosingReason | None
    comment: str | None
    answered_at: datetime


class ExpectedOut(Out):
    """Whether all four parties may expect to gain, as it was assessed when the proposal was put forward. Scores are 0
    to 1 with 0.5 as break-even, absent where nothing is known; `GET …/fourfold` tells why."""

    verdict: FourfoldVerdict
    candidate: float | None = Field(description="Score of the candidate, 0 to 1.")
    employer: float | None = Field(description="Score of the employer, 0 to 1.")
    destination: float | None = Field(description="Score of the country of destination, 0 to 1.")
    origin: float | None = Field(description="Score of the country of origin, 0 to 1.")
    assessed_at: datetime


class ProposalOut(Resource):
    """A proposal as its two sides see it."""

    candidate_id: UUID
    vacancy_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    employer_id: UUID
    partnership_id: UUID
    track: Track
    status: ProposalStatus
    told_status: ProposalStatus | None = Field(
        description="The last status that the person may be told: nothing of a prospect, and what the employer declined"
        " once the candidate's organisation has confirmed it."
    )
    score: float | None
    fourfold: ExpectedOut | None = Field(description="Absent where it could not be assessed.")
    note: str | None
    answers: list[AnswerOut]
    placement_id: UUID | None
    candidate: dict[str, Any] = Field(
        description="Pseudonymous profile; with the person's consent to this proposal, and until it is declined, also"
        " name and birth date. Empty once the consent to matching has ended without a placement.",
        examples=[{"candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", "residence": "MAR", "eqf": 4}],
    )
