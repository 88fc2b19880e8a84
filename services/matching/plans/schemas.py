"""What is said and heard about plans."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import PlanObstacle, PlanStatus, PlanTrait, RelaxationKind, StepBasis, Track
from services.kit.schemas import Amount, In, Money, Out, Resource

_SKILL: dict[str, Any] = {
    "uri": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b",
    "label": "install photovoltaic systems",
}
_STEP: dict[str, Any] = {
    "kind": "VOCATIONAL",
    "basis": "SESSION",
    "title": "Photovoltaic installation",
    "session_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
    "programme_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a13",
    "provider_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a14",
    "country": "MAR",
    "seats_left": 4,
    "starts_on": "2027-02-01",
    "ends_on": "2027-04-23",
    "weeks": 12,
    "cost": {"amount": "1850.00", "currency": "EUR"},
    "worker_pays": {"amount": "0.00", "currency": "EUR"},
    "payer": None,
    "success": 0.85,
    "closes_skills": [_SKILL],
    "closes_languages": [],
    "unlocks": 12,
}


class SkillName(Out):
    """A skill by URI and label."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SKILL]})

    uri: str
    label: str


class GapOut(Out):
    """What is missing: skills, and languages as code and CEFR level. Empty when nothing is."""

    skills: list[SkillName] = Field(max_length=500)
    languages: list[str] = Field(max_length=50, examples=[["fr B1"]])


class PlanStepOut(Out):
    """One step of a plan. A STANDARD step has no session: usual durations and prices are assumed, and somebody has
    still to arrange it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STEP]})

    kind: str = Field(description="Type of the programme, LANGUAGE, RECOGNITION or PERMIT.")
    basis: StepBasis
    title: str
    session_id: UUID | None
    programme_id: UUID | None
    provider_id: UUID | None
    country: str | None
    seats_left: int | None = Field(description="Seats left in the session.")
    starts_on: date
    ends_on: date
    weeks: int = Field(description="Weeks begun.")
    cost: Money = Field(description="All that the step costs, whoever pays.")
    worker_pays: Money = Field(description="The worker's part of the cost.")
    payer: str | None = Field(description="Who bears the rest; absent: as the partnership's cost plan says.")
    success: float = Field(description="Chance to succeed, from 0 to 1: the share of earlier participants, or assumed.")
    closes_skills: list[SkillName] = Field(max_length=500)
    closes_languages: list[str] = Field(max_length=50)
    unlocks: int | None = Field(description="Vacancies that pass every gate after this step alone and did not before.")


class PlanOut(Out):
    """A chain of steps after which the candidate is ready before the last day on which the job can begin. Not
    `complete`: it opens gates H07 and H08, and `gap_after` stays open. `still_failing` are gates that no step mends."""

    key: str = Field(description="Names this plan when it is chosen.", examples=["6f1d0c3b9a7e4d21"])
    vacancy_id: UUID = Field(description="The job that it leads to; another one than asked for in a plan at home.")
    vacancy_title: str
    track: Track
    best_in: list[PlanTrait] = Field(max_length=3, description="In what no other plan is better.")
    steps: list[PlanStepOut] = Field(max_length=100)
    complete: bool
    total_cost_eur: Decimal = Field(description="Euro, whoever pays.", examples=["1850.00"])
    worker_cost_eur: Decimal = Field(description="Euro that the worker pays.", examples=["0.00"])
    total_weeks: int = Field(description="Weeks from today until ready.")
    success: float = Field(description="Chance that every step succeeds, from 0 to 1.")
    ends_on: date | None = Field(description="Last day of the last step.")
    gap_after: GapOut
    score_before: float
    score_after: float
    still_failing: list[str] = Field(max_length=20)


class LoweredOut(Out):
    """A requirement and what it would have to be."""

    requirement: str = Field(description="Skill URI, or language code.")
    asked: str = Field(description="Level asked: 1 to 5, or CEFR.", examples=["4"])
    lowered_to: str | None = Field(description="Highest level that would do; absent: not asked at all.")


class RelaxationOut(Out):
    """A change that would make a full plan possible, and no smaller one of its kind would. All that is named changes
    together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "START_LATER",
                    "start_later_days": 30,
                    "full_sessions": [],
                    "worker_pays_eur": "0.00",
                    "lowered": [],
                    "missing": {"skills": [], "languages": []},
                }
            ]
        }
    )

    kind: RelaxationKind
    start_later_days: int = Field(description="Days by which the last start day would have to move.")
    full_sessions: list[UUID] = Field(max_length=100, description="Full sessions in which a seat would be needed.")
    worker_pays_eur: Decimal = Field(description="Euro that the worker would have to pay.")
    lowered: list[LoweredOut] = Field(max_length=500)
    missing: GapOut = Field(description="What sessions would have to be opened for.")


class AssumptionsOut(Out):
    """Durations, prices and chances assumed where nobody on offer states them."""

    guided_hours_per_cefr_step: int
    guided_hours_per_week: int
    language_eur_per_hour: Decimal = Field(description="Euro a guided hour.")
    recognition_days: int
    recognition_eur: Decimal = Field(description="Euro a procedure.")
    permit_days: int = Field(description="Days, as the legal pathway states them or else assumed.")
    permit_eur: Decimal = Field(description="Euro a permit.")


class PlansOut(Out):
    """How the gap between a candidate and a vacancy can be closed: plans for the vacancy, none of which another beats
    in weeks, worker's cost, total cost and chance; then those for a similar job at home."""

    candidate_id: UUID
    vacancy_id: UUID
    gap: GapOut
    plans: list[PlanOut] = Field(max_length=20)
    learn_first: list[SkillName] = Field(
        max_length=500,
        description="Cross-disciplinary skills of the gap that open three vacancies or more by themselves.",
    )
    relaxations: list[RelaxationOut] = Field(max_length=10, description="Empty when a plan closes the gap.")
    proven_optimal: bool = Field(
        description="The cheapest, shortest and surest plans are so of all that is on offer; false when there was too"
        " much on offer to look at every combination."
    )
    whole_front: bool = Field(description="No plan that no other beats is left out between them.")
    assumptions: AssumptionsOut
    unpriced: list[UUID] = Field(
        max_length=1000, description="Sessions left out because the rate of their currency is not known."
    )


class KeepPlanIn(In):
    """A candidate follows one of the plans offered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "candidate_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
                    "vacancy_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "key": "6f1d0c3b9a7e4d21",
                }
            ]
        }
    )

    candidate_id: UUID
    vacancy_id: UUID = Field(description="The vacancy that plans were asked for.")
    key: str = Field(min_length=16, max_length=16, pattern="^[0-9a-f]+$", description="Of the plan chosen.")
    worker_may_pay_eur: Amount = Field(Decimal(0), description="Euro; as when plans were asked for.")


class ReplanIn(In):
    """Another plan takes the place of the one chosen before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "6f1d0c3b9a7e4d21"}]})

    key: str = Field(min_length=16, max_length=16, pattern="^[0-9a-f]+$", description="Of the plan chosen.")
    worker_may_pay_eur: Amount = Field(Decimal(0), description="Euro; as when plans were asked for.")


class VanishedOut(Out):
    """Something that the plan counted on and that is no longer so."""

    step: int | None = Field(description="Number of the step, from 1; absent: the job itself.")
    session_id: UUID | None
    obstacle: PlanObstacle


class KeptPlanOut(Resource):
    """A plan that was chosen, looked at as things stand now."""

    candidate_id: UUID
    vacancy_id: UUID
    worker_may_pay_eur: Decimal = Field(description="Euro; the limit it was computed with.")
    status: PlanStatus
    vanished: list[VanishedOut] = Field(max_length=200)
    chosen: PlanOut = Field(description="As it was answered when it was chosen.")


class KeptPlanWithAlternatives(KeptPlanOut):
    """With what else could be done where the plan can no longer be followed."""

    alternatives: PlansOut | None = Field(description="Plans as they stand now; absent while the plan is valid.")
