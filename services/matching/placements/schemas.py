"""What is said and heard about placements."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import ClosingReason, Country, PlacementStatus, Track
from services.kit.schemas import Date, In, Money, Paragraph, Resource
from services.matching.moves import DecidedBy, MoveIn, NextSteps


class StartIn(In):
    """The job has begun: what is paid and what the worker paid to get it.

    The amounts feed the same-worker recruitment-cost ratio (method of SDG 10.7.1) and hourly earnings
    (method of SDG 8.5.1).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "started_on": "2027-06-01",
                    "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
                    "weekly_hours": 38,
                    "net_monthly_earnings": {"amount": "2150.00", "currency": "EUR"},
                    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
                }
            ]
        }
    )

    started_on: Date
    gross_hourly_earnings: Money
    weekly_hours: Annotated[int, Field(strict=True, ge=1, le=80)]
    net_monthly_earnings: Money = Field(
        description="Last month's net earnings in the first job, less deductions that recover recruitment costs."
    )
    recruitment_costs_paid_by_worker: Money = Field(
        description="All costs the worker or family bore to find, qualify for and reach the job."
    )

    @model_validator(mode="after")
    def _one_currency(self) -> "StartIn":
        if self.net_monthly_earnings.currency != self.recruitment_costs_paid_by_worker.currency:
            raise ValueError("recruitment costs and net earnings must be in one currency")
        return self


class BeginIn(StartIn):
    """The job has begun, whatever came before; where no offer was recorded, with the person who decided on it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "started_on": "2027-06-01",
                    "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
                    "weekly_hours": 38,
                    "net_monthly_earnings": {"amount": "2150.00", "currency": "EUR"},
                    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
                    "decided_by": "Head of works 7",
                }
            ]
        }
    )

    decided_by: DecidedBy = None
    override_reason: Paragraph | None = Field(
        None, description="Why this person begins while somebody who ranks higher waits, where no offer was recorded."
    )


class PlacementTransitionIn(MoveIn):
    """The next step of a placement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "OFFER", "on": "2027-02-01", "decided_by": "Head of works 7"},
                {
                    "to": "CONTRACT_VERIFIED",
                    "on": "2027-02-10",
                    "decided_by": "Counsellor 12",
                    "evidence": "C-2027-118",
                },
            ]
        }
    )

    to: PlacementStatus
    reason: ClosingReason | None = Field(None, description="Mandatory where the placement closes.")
    start: StartIn | None = Field(None, description="Mandatory for STARTED, and only there.")


class EndIn(In):
    """The placement ended or never began."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ended_on": "2027-12-01",
                    "reason": "CANDIDATE_WITHDRAWS",
                    "next_steps": [{"kind": "RETURN_SERVICE", "text": "The return desk in Rabat expects you."}],
                    "decided_by": "Counsellor 12",
                }
            ]
        }
    )

    ended_on: Date
    reason: ClosingReason
    next_steps: NextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None
    comment: Paragraph | None = None


class PlacementOut(Resource):
    """A placement as the origin service and the employer see it."""

    proposal_id: UUID
    candidate_id: UUID
    vacancy_id: UUID
    organisation_id: UUID = Field(description="The candidate's organisation.")
    employer_id: UUID
    partnership_id: UUID
    track: Track
    country: Country
    isco08: str
    status: PlacementStatus
    told_status: PlacementStatus | None = Field(
        description="The last status that the person may be told: what the employer closed waits until the candidate's"
        " organisation confirms it."
    )
    started_on: date | None
    gross_hourly_earnings: Money | None
    weekly_hours: int | None
    net_monthly_earnings: Money | None
    recruitment_costs_paid_by_worker: Money | None
    ended_on: date | None
    reason: ClosingReason | None
