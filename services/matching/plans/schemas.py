"""What is said about plans."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.kit.schemas import Money, Out


class SkillName(Out):
    """A skill by URI and label."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                    "label": "install photovoltaic systems",
                }
            ]
        }
    )

    uri: str
    label: str


class GapOut(Out):
    """What is missing: skills, and languages as code and CEFR level. Empty when nothing is."""

    skills: list[SkillName] = Field(max_length=500)
    languages: list[str] = Field(max_length=50, examples=[["fr B1"]])


class StepOut(Out):
    """One training session of a plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
                    "programme_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a13",
                    "provider_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a14",
                    "title": "Photovoltaic installation",
                    "kind": "VOCATIONAL",
                    "country": "MAR",
                    "starts_on": "2027-02-01",
                    "ends_on": "2027-04-23",
                    "weeks": 12,
                    "cost": {"amount": "1850.00", "currency": "EUR"},
                    "worker_pays": {"amount": "0.00", "currency": "EUR"},
                    "closes_skills": [
                        {
                            "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
                            "label": "install photovoltaic systems",
                        }
                    ],
                    "closes_languages": [],
                }
            ]
        }
    )

    session_id: UUID
    programme_id: UUID
    provider_id: UUID
    title: str
    kind: str
    country: str
    starts_on: date
    ends_on: date
    weeks: int
    cost: Money
    worker_pays: Money
    closes_skills: list[SkillName] = Field(max_length=500)
    closes_languages: list[str] = Field(max_length=50)


class PlanOut(Out):
    """A chain of sessions that ends before the last day on which the job can begin. Not `complete`: it reaches
    gates H07 and H08, and `gap_after` stays open. `still_failing` are gates that no training mends."""

    kind: Literal["CHEAPEST", "SHORTEST"]
    steps: list[StepOut] = Field(max_length=100)
    complete: bool
    total_cost_eur: Decimal = Field(examples=["1850.00"])
    worker_cost_eur: Decimal = Field(examples=["0.00"])
    total_weeks: int
    ends_on: date | None
    gap_after: GapOut
    score_before: float
    score_after: float
    still_failing: list[str] = Field(max_length=20)


class RelaxationOut(Out):
    """The least that would make a full plan possible, or what no session on offer teaches."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "start_later_days": 30,
                    "full_sessions": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12"],
                    "untaught_skills": [],
                    "untaught_languages": [],
                }
            ]
        }
    )

    start_later_days: int | None
    full_sessions: list[UUID] = Field(max_length=100, description="Sessions that would help had they a seat left.")
    untaught_skills: list[SkillName] = Field(max_length=500)
    untaught_languages: list[str] = Field(max_length=50)


class PlansOut(Out):
    """How the gap between a candidate and a vacancy can be closed."""

    candidate_id: UUID
    vacancy_id: UUID
    gap: GapOut
    plans: list[PlanOut] = Field(max_length=10)
    relaxation: RelaxationOut | None
    exact: bool = Field(description="False when there was too much on offer to look at every combination.")
    unpriced: list[UUID] = Field(
        max_length=1000, description="Sessions left out because the rate of their currency is not known."
    )
