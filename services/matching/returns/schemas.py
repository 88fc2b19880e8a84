"""What is said and heard about returns and remittances."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import Evidence, ReturnService, ReturnStatus
from services.kit.schemas import Amount, Date, EscoUri, Flag, In, Line, Money, Out, Paragraph, Resource


class PlannedService(In):
    """Something that helps to start again, and who gives it."""

    model_config = ConfigDict(from_attributes=True)

    kind: ReturnService
    given_by: Line


class ReturnIn(In):
    """A return that was agreed with the person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "planned_on": "2027-06-01",
                    "services": [{"kind": "JOB_SEARCH", "given_by": "Employment office in Rabat"}],
                }
            ]
        }
    )

    planned_on: Date
    services: list[PlannedService] = Field(min_length=1, max_length=10)


class SkillGained(In):
    """A skill that was learned or deepened at work."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                    "level": 4,
                    "evidence": "REFERENCE",
                }
            ]
        },
    )

    uri: EscoUri
    level: Annotated[int, Field(strict=True, ge=1, le=5, description="From 1 (beginner) to 5 (expert).")]
    evidence: Literal[Evidence.REFERENCE, Evidence.TESTED, Evidence.CERTIFIED] = Evidence.REFERENCE


class ArrivalIn(In):
    """The person is back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "returned_on": "2026-06-02",
                    "certificate": "Experience certificate 2026-44",
                    "skills_gained": [
                        {"uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b", "level": 4}
                    ],
                }
            ]
        }
    )

    returned_on: Date
    certificate: Line | None = Field(None, description="Reference of the employer's certificate of experience.")
    skills_gained: list[SkillGained] = Field(default_factory=list, max_length=100)


class ReintegrationIn(In):
    """How it goes six months after the return."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-12-05", "employed": True, "using_skills": True}]}
    )

    on: Date
    employed: Flag = Field(description="Whether the person works, for others or in a business of their own.")
    using_skills: Flag | None = Field(None, description="Whether what was learned is used.")
    comment: Paragraph | None = None


class ReintegrationOut(Out):
    """How it went six months after the return."""

    on: date
    employed: bool
    using_skills: bool | None
    comment: str | None


class ReturnOut(Resource):
    """A return, for the candidate's organisation."""

    candidate_id: UUID
    placement_id: UUID
    partnership_id: UUID
    status: ReturnStatus
    planned_on: date
    services: list[PlannedService]
    returned_on: date | None
    certificate: str | None
    skills_gained: list[SkillGained]
    follow_up_from: date | None = Field(description="First day of the follow-up: six months after the return.")
    follow_up: ReintegrationOut | None
    home_jobs: str = Field(description="Where jobs at origin that fit the returnee are listed, best first.")


class RemittanceIn(In):
    """Money sent home, which the person agreed to tell."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sent_on": "2026-05-02",
                    "amount": {"amount": "200.00", "currency": "EUR"},
                    "fee": "6.00",
                    "consented": True,
                }
            ]
        }
    )

    sent_on: Date
    amount: Money = Field(description="What was sent, without the fee.")
    fee: Amount = Field(description="What sending it cost, in the currency of the amount.")
    consented: Literal[True] = Field(description="That the person agreed to have it recorded.")


class RemittanceOut(Out):
    """Money sent home."""

    id: UUID
    placement_id: UUID
    sent_on: date
    amount: Money
    fee: str = Field(description="In the currency of the amount.", examples=["6.00"])
    cost_share: float | None = Field(
        description="Fee by amount, 0 to 1 (method of SDG 10.c.1); absent for nothing sent."
    )
