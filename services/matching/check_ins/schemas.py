"""What is asked of a worker, and what is still to be asked."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import GuardRail
from services.kit.schemas import Date, Flag, In, Line, Money, Out, Paragraph, Resource


class CheckInAnswers(In):
    """What the worker said; what was not asked or not answered is absent and counts as unknown, never as well."""

    employed: Flag = Field(description="Whether the person still works there.")
    contract_understood: Flag | None = Field(None, description="Whether the contract is in a language they read.")
    paid_on_time: Flag | None = None
    paid_in_full: Flag | None = None
    hours_as_agreed: Flag | None = None
    weekly_hours: Annotated[int, Field(strict=True, ge=0, le=120, description="Hours a week, as worked.")] | None = None
    covered_at_work: Flag | None = Field(None, description="Whether they are insured against accidents at work.")
    housing_adequate: Flag | None = None
    documents_kept_by_worker: Flag | None = None
    free_to_leave: Flag | None = None
    grievance_access: Flag | None = Field(None, description="Whether the person knows where to complain.")
    social_security: Flag | None = Field(None, description="Whether the person is registered.")
    skills_used: Flag | None = None
    remittances: Money | None = Field(None, description="Sent home a month, where the person wishes to say it.")


class CheckInIn(In):
    """A talk with the worker, out of the employer's hearing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "month": 3,
                    "took_place_on": "2026-03-02",
                    "asked_by": "Counsellor 12",
                    "answers": {"employed": True, "paid_on_time": True, "documents_kept_by_worker": True},
                }
            ]
        }
    )

    month: Literal[3, 6, 12] = Field(
        description="Months after the start.", json_schema_extra={"minimum": 3, "maximum": 12}
    )
    took_place_on: Date
    asked_by: Line = Field(description="Who asked, by the name or number that your organisation knows them by.")
    answers: CheckInAnswers
    verified_by: Line | None = Field(
        None,
        description="How the answers were verified, such as by payslips; only then do they count in the fourfold win.",
    )
    comment: Paragraph | None = None


class VerificationIn(In):
    """That the breaches that a worker told of are true."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"verified_by": "Payslips of March and April"}]})

    verified_by: Line


class CheckInOut(Resource):
    """What a worker said; for the candidate's organisation alone."""

    placement_id: UUID
    candidate_id: UUID
    month: int
    took_place_on: date
    asked_by: str
    answers: CheckInAnswers
    breaches: list[GuardRail] = Field(description="Guard rails that the answers, if true, trip.")
    verified_by: str | None
    comment: str | None


class DueOut(Out):
    """A check-in that was not held yet."""

    month: int
    due_on: date
    overdue: bool = Field(description="More than 14 days late.")


class DueCheckInsOut(Out):
    """A placement whose worker is to be asked."""

    placement_id: UUID
    candidate_id: UUID
    started_on: date
    due: list[DueOut]
