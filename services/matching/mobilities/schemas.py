"""What is said and heard about mobilities, agreements between firms and follow-ups."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.contracts.vocabulary import (
    Country,
    FirmAgreementType,
    MobilityReason,
    MobilityStatus,
    StructureKind,
)
from services.kit.schemas import Count, Date, Flag, In, Line, Money, Paragraph, Resource
from services.matching.next_steps import DecidedBy, FirmNextStep, FirmNextSteps


class MobilityIn(In):
    """An entrepreneur answers the call of a partnership."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "partnership_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a13",
                    "scheme_id": None,
                    "on": "2027-01-11",
                }
            ]
        }
    )

    candidate_id: UUID
    partnership_id: UUID
    scheme_id: UUID | None = Field(None, description="The mobility scheme of the partnership, approved by both sides.")
    on: Date = Field(description="Day on which the person answered.")


class Referral(In):
    """To a support structure that helps to register a firm."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"name": "Invented chamber of trades", "kind": "CHAMBER", "by": "2027-03-31"}]},
    )

    name: Line
    kind: StructureKind
    support_structure_id: UUID | None = Field(None, description="Its id in the registry, where it is on record.")
    by: Date | None = Field(None, description="Day by which the person will have been there.")


class MobilityTransitionIn(In):
    """A step. What it has to say depends on it; 409 names everything that is missing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "FORMALISATION_CHECK", "on": "2027-01-12"},
                {
                    "to": "FAILED_FORMALISATION",
                    "on": "2027-01-20",
                    "reason": "NOT_FORMALISED",
                    "referral": {"name": "Invented chamber of trades", "kind": "CHAMBER", "by": "2027-03-31"},
                    "next_steps": [{"kind": "FORMALISE", "text": "Make an appointment with the chamber."}],
                    "decided_by": "Adviser 4",
                },
            ]
        }
    )

    to: MobilityStatus
    on: Date = Field(description="Day on which it happened.")
    diagnosis: Paragraph | None = Field(None, description="What the firm needs; for DIAGNOSED.")
    preparation: Paragraph | None = Field(None, description="What was learnt before the stay; for HOST_MATCHED.")
    host_id: UUID | None = Field(None, description="For HOST_MATCHED.")
    referral: Referral | None = Field(None, description="For FAILED_FORMALISATION.")
    reason: MobilityReason | None = Field(None, description="For FAILED_FORMALISATION and CLOSED.")
    next_steps: FirmNextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None
    override_reason: Paragraph | None = Field(
        None, description="Why another host than the one that ranks highest; for HOST_MATCHED."
    )


class MobilityOut(Resource):
    """The way of an entrepreneur, for the candidate's organisation."""

    organisation_id: UUID
    candidate_id: UUID
    partnership_id: UUID
    scheme_id: UUID | None
    host_id: UUID | None
    corridor: str = Field(examples=["SEN-BEL"])
    status: MobilityStatus
    status_date: date
    diagnosis: str | None
    preparation: str | None
    referral: Referral | None
    reason: MobilityReason | None
    next_steps: list[FirmNextStep]
    returned_on: date | None = Field(description="Day of the last return.")


class FirmAgreementIn(In):
    """What the entrepreneur's firm and another one agreed on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "SUPPLY",
                    "counterpart": "Invented Foods SA",
                    "counterpart_country": "BEL",
                    "signed_on": "2027-04-02",
                    "value": {"amount": "24000.00", "currency": "EUR"},
                }
            ]
        }
    )

    stay_id: UUID | None = Field(None, description="The stay during which it came about.")
    type: FirmAgreementType
    counterpart: Line
    counterpart_country: Country
    signed_on: Date
    value: Money | None = Field(None, description="Over its whole term; absent: none or not known.")


class FirmAgreementOut(Resource):
    """An agreement between firms."""

    mobility_id: UUID
    stay_id: UUID | None
    type: FirmAgreementType
    counterpart: str
    counterpart_country: Country
    signed_on: date
    value: Money | None = Field(description="Over its whole term.")
    value_eur: Decimal | None = Field(description="EUR; absent when the rate is not known.")


class FollowUpIn(In):
    """What became of the firm."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "month": 6,
                    "took_place_on": "2027-11-02",
                    "trading": True,
                    "returned": True,
                    "turnover": {"amount": "21000000", "currency": "XOF"},
                    "jobs_created": 2,
                    "jobs_kept": 6,
                }
            ]
        }
    )

    month: Annotated[
        int, Field(strict=True, ge=6, le=12, multiple_of=6, description="6 or 12 months after the return.")
    ]
    took_place_on: Date
    trading: Flag = Field(description="Whether the firm works.")
    returned: Flag = Field(description="Whether the person lives at origin.")
    turnover: Money | None = Field(None, description="A year; absent: not known.")
    jobs_created: Count = Field(description="Jobs since the mobility began.")
    jobs_kept: Count = Field(description="Jobs of before that are still there.")

    @model_validator(mode="after")
    def _works_for_somebody(self) -> "FollowUpIn":
        if not self.trading and self.jobs_created:
            raise ValueError("a firm that does not trade has created no jobs")
        return self


class FollowUpOut(Resource):
    """What became of the firm."""

    mobility_id: UUID
    month: int = Field(description="Months after the return.")
    took_place_on: date
    trading: bool
    returned: bool
    turnover: Money | None = Field(description="A year.")
    jobs_created: int
    jobs_kept: int
