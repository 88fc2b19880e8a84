"""What is said and heard about mentors and their hours."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema

from services.contracts.vocabulary import Country, MentoringStatus, MobilityReason
from services.kit.pagination import Page
from services.kit.schemas import Date, In, Money, Out, Resource, decimal_from_text
from services.matching.explanations import DroppedOut, GateOut
from services.matching.next_steps import DecidedBy, FirmNextStep, FirmNextSteps

_HOURS = r"^(?:0\.[0-9]?[1-9]|0\.[1-9][0-9]?|[1-9][0-9]{0,3}(?:\.[0-9]{1,2})?)$"  # never zero
Hours = Annotated[
    Decimal,
    decimal_from_text(_HOURS),
    Field(description="Hours, more than none, as a decimal string.", examples=["1.50"]),
    WithJsonSchema({"type": "string", "pattern": _HOURS, "maxLength": 7}),
]


class MentorTermOut(Out):
    """One term of the score: `weight` × `value` = `contribution`, and all contributions add up to the score."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "language", "weight": 0.35, "value": 1.0, "contribution": 0.35, "evidence": "fr B2"},
            ]
        }
    )

    name: str = Field(examples=["language"])
    weight: float
    value: float
    contribution: float
    evidence: str


class MentorBrief(Out):
    """A vetted engagement of a diaspora organisation."""

    engagement_id: UUID
    organisation_id: UUID
    title: str
    residence: Country
    origin: Country
    languages: list[str]
    isco08: list[str]
    regions: list[str]
    hours_left: float = Field(description="Hours that nobody has booked.")


class MentorMatchOut(Out):
    """Mentors for a candidate. Near misses come after all whose gates hold."""

    score: float = Field(ge=0, le=1)
    near_miss: bool
    mentors: MentorBrief
    terms: list[MentorTermOut] = Field(max_length=10)
    dropped: list[DroppedOut] = Field(max_length=10)
    gates: list[GateOut] = Field(max_length=10)


class MentorMatchesOut(Page[MentorMatchOut]):
    """Mentors for a candidate, best first."""

    profile: str = Field(description="Version of the weights.", examples=["mentors-1"])


class MentoringIn(In):
    """Hours to be booked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "engagement_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a16",
                    "planned_on": "2027-03-08",
                    "hours": "1.50",
                }
            ]
        }
    )

    candidate_id: UUID
    engagement_id: UUID
    planned_on: Date
    hours: Hours


class MentoringTransitionIn(In):
    """The hours were given, or will not be. 409 names everything that is missing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "HELD", "on": "2027-03-08", "hours": "2.00", "amount": {"amount": "150.00", "currency": "EUR"}}
            ]
        }
    )

    to: MentoringStatus
    on: Date = Field(description="Day on which the hours were given, or were cancelled.")
    hours: Hours | None = Field(None, description="Hours that were given; absent: as booked.")
    amount: Money | None = Field(None, description="Money given along with them; absent: none.")
    reason: MobilityReason | None = Field(None, description="For CANCELLED.")
    next_steps: FirmNextSteps = Field(default_factory=list)
    decided_by: DecidedBy = None


class MentoringOut(Resource):
    """Hours with a mentor, for the candidate's organisation and the mentor's."""

    organisation_id: UUID = Field(description="The candidate's organisation.")
    candidate_id: UUID = Field(description="A pseudonym to everybody else.")
    engagement_id: UUID
    mentor_organisation_id: UUID
    status: MentoringStatus
    planned_on: date
    hours: Decimal = Field(description="Hours booked, then given.")
    held_on: date | None
    amount: Money | None = Field(description="Money given along with the hours.")
    amount_eur: Decimal | None = Field(description="EUR; absent when none was given or the rate is not known.")
    reason: MobilityReason | None
    next_steps: list[FirmNextStep]


class MentoringTotalsOut(Out):
    """What was booked and given under an engagement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "engagement_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a16",
                    "hours_offered": 240,
                    "hours_booked": "3.00",
                    "hours_held": "12.50",
                    "hours_left": "224.50",
                    "amount_eur": "150.0000",
                    "candidates": 4,
                }
            ]
        }
    )

    engagement_id: UUID
    hours_offered: int = Field(description="Hours.")
    hours_booked: Decimal = Field(description="Hours that are still to come.")
    hours_held: Decimal = Field(description="Hours that were given.")
    hours_left: Decimal = Field(description="Hours that nobody has booked.")
    amount_eur: Decimal = Field(description="EUR given.")
    candidates: int = Field(description="People who have or had hours.")
