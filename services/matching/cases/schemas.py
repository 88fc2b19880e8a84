"""What is said and heard about guard-rail cases."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import GuardCaseStatus, GuardRail
from services.kit.schemas import Date, In, Line, Out, Paragraph, Resource


class CaseIn(In):
    """A guard rail is said to have tripped."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"code": "G02", "reason": "The employer keeps the passport.", "evidence": "Photograph 7",
                 "decided_by": "Counsellor 12"}
            ]
        }
    )  # fmt: skip

    code: GuardRail
    reason: Paragraph = Field(description="What happened; the other side reads it.")
    evidence: Line | None = Field(None, description="What shows it, such as the number of a document.")
    decided_by: Line = Field(description="The person who decided to open the case.")


class CaseTransitionIn(In):
    """The next state of a case, as one side sees it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"to": "UNDER_REVIEW", "reason": "The file was opened.", "decided_by": "Inspector 3"}]
        }
    )

    to: Literal[
        GuardCaseStatus.UNDER_REVIEW, GuardCaseStatus.CONFIRMED, GuardCaseStatus.REFUTED, GuardCaseStatus.LIFTED
    ] = Field(description="REFUTED and LIFTED take the block away and wait for the other side's key.")
    reason: Paragraph
    decided_by: Line = Field(description="The person who decided.")


class CaseDisclosureIn(In):
    """The worker agrees that the employer reads a case that was kept from it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"agreed_on": "2026-11-20", "decided_by": "Counsellor 12"}]}
    )

    agreed_on: Date = Field(description="The day on which the worker agreed.")
    decided_by: Line = Field(description="The person who asked the worker.")


class CaseKeyOut(Out):
    """One side's word that the block may go."""

    organisation_id: UUID
    to: GuardCaseStatus
    decided_by: str
    reason: str
    at: datetime


class CaseOut(Resource):
    """A guard-rail case as both sides of the placement see it."""

    placement_id: UUID
    candidate_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    employer_id: UUID
    partnership_id: UUID
    code: GuardRail
    status: GuardCaseStatus
    reason: str
    evidence: str | None
    opened_by: UUID | None = Field(description="Absent where a rule opened it.")
    opened_at: datetime
    trips_on: date | None = Field(description="Last day to put it right before it trips.")
    ledger_entry_id: UUID | None
    kept_from_employer: bool = Field(description="True until the worker agrees that the employer reads it.")
    keys: list[CaseKeyOut]
    closed_at: datetime | None
