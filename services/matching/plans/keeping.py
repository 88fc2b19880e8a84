"""Plans that somebody follows: looked at as things stand whenever they are read, so that no seat vanishes unseen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.vocabulary import EnrolmentStatus, PlanObstacle, PlanStatus
from services.kit import concurrency
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.kit.records import found, locked
from services.matching import capacity
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.copies import TrainingSession
from services.matching.models.enrolments import Enrolment
from services.matching.models.plans import KeptPlan
from services.matching.plans import service
from services.matching.plans.schemas import (
    KeepPlanIn,
    KeptPlanOut,
    KeptPlanWithAlternatives,
    PlanOut,
    PlanStepOut,
    ReplanIn,
    VanishedOut,
)
from services.matching.plans.service import Asked
from services.matching.profiles import OPEN

_S = EnrolmentStatus
_SEATED = frozenset({_S.SELECTED, _S.ENROLLED, _S.SUSPENDED, _S.COMPLETED, _S.CERTIFIED, _S.TRACK_CHOSEN})
_LOST = frozenset({_S.FAILED, _S.DROPPED, _S.NOT_SELECTED})


def listed(candidate_id: UUID | None) -> Select[Any]:
    """Plans chosen for candidates of the caller's organisation."""
    query = select(KeptPlan)
    return query.where(KeptPlan.candidate_id == candidate_id) if candidate_id else query


async def keep(session: AsyncSession, engine: Engine, data: KeepPlanIn, asked: Asked) -> KeptPlanOut:
    """Choose a plan. Raises Unprocessable for an unknown candidate or vacancy, Conflict when the plan is no longer
    offered; a second plan for the same vacancy gives 409."""
    # Locked, so that nothing is kept of somebody who is being erased.
    candidate = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    if candidate is None:
        raise Unprocessable.fields(
            [FieldError("/candidate_id", "unknown_candidate", "No candidate of yours has this id.")]
        )
    asked = replace(asked, worker_may_pay_eur=data.worker_may_pay_eur)
    try:
        chosen = await _offered(session, engine, data.candidate_id, data.vacancy_id, data.key, asked)
    except NotFound:
        message = "No vacancy with this id is offered to your partnerships."
        raise Unprocessable.fields([FieldError("/vacancy_id", "unknown_vacancy", message)]) from None
    kept = KeptPlan(
        id=uuid7(),
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        vacancy_id=data.vacancy_id,
        worker_may_pay_eur=data.worker_may_pay_eur,
        chosen=chosen.model_dump(mode="json"),
    )
    session.add(kept)
    await session.flush()
    return (await views(session, engine, [kept]))[0]


async def get(session: AsyncSession, engine: Engine, plan_id: UUID, asked: Asked) -> KeptPlanWithAlternatives:
    """A plan chosen, with what else could be done when it can no longer be followed. Raises NotFound."""
    kept = await found(session, KeptPlan, plan_id)
    view = (await views(session, engine, [kept]))[0]
    alternatives = None
    if view.status is PlanStatus.NEEDS_REPLAN and engine.opening(kept.vacancy_id):
        asked = replace(asked, worker_may_pay_eur=kept.worker_may_pay_eur)
        alternatives = await service.plans(session, engine, kept.candidate_id, kept.vacancy_id, asked)
    return KeptPlanWithAlternatives(**dict(view), alternatives=alternatives)


async def replan(
    session: AsyncSession, engine: Engine, plan_id: UUID, version: int, data: ReplanIn, asked: Asked
) -> KeptPlanOut:
    """Put another plan in its place. Raises NotFound, PreconditionFailed, Conflict when it is no longer offered."""
    kept = await locked(session, KeptPlan, plan_id)
    concurrency.check(kept, version)
    asked = replace(asked, worker_may_pay_eur=data.worker_may_pay_eur)
    chosen = await _offered(session, engine, kept.candidate_id, kept.vacancy_id, data.key, asked)
    kept.chosen, kept.worker_may_pay_eur = chosen.model_dump(mode="json"), data.worker_may_pay_eur
    kept.touch()
    await session.flush()
    return (await views(session, engine, [kept]))[0]


async def drop(session: AsyncSession, plan_id: UUID, version: int) -> None:
    """Forget a plan. Raises NotFound, PreconditionFailed."""
    kept = await locked(session, KeptPlan, plan_id)
    concurrency.check(kept, version)
    await session.delete(kept)
    await session.flush()


async def views(session: AsyncSession, engine: Engine, kept: Sequence[KeptPlan]) -> list[KeptPlanOut]:
    """Plans with what has vanished, in four statements however many there are."""
    await engine.refresh(session)
    chosen = [PlanOut.model_validate(each.chosen) for each in kept]
    world = await _World.of(session, [each.candidate_id for each in kept], chosen)
    shown = []
    for record, plan in zip(kept, chosen, strict=True):
        vanished = [*_job(engine, plan), *world.vanished(record.candidate_id, plan)]
        shown.append(
            KeptPlanOut(
                id=record.id,
                version=record.version,
                created_at=record.created_at,
                updated_at=record.updated_at,
                candidate_id=record.candidate_id,
                vacancy_id=record.vacancy_id,
                worker_may_pay_eur=record.worker_may_pay_eur,
                status=PlanStatus.NEEDS_REPLAN if vanished else PlanStatus.VALID,
                vanished=vanished,
                chosen=plan,
            )
        )
    return shown


async def _offered(
    session: AsyncSession, engine: Engine, candidate_id: UUID, vacancy_id: UUID, key: str, asked: Asked
) -> PlanOut:
    offered = await service.plans(session, engine, candidate_id, vacancy_id, asked)
    for plan in offered.plans:
        if plan.key == key:
            return plan
    keys = ", ".join(plan.key for plan in offered.plans) or "none"
    raise Conflict.guards([Guard("PLAN_OFFERED", False, key, keys, "ask for plans again and choose one of them")])


def _job(engine: Engine, plan: PlanOut) -> list[VanishedOut]:
    opening = engine.opening(plan.vacancy_id)
    if opening is None or opening.status != OPEN or opening.places_left < 1:
        return [VanishedOut(step=None, session_id=None, obstacle=PlanObstacle.VACANCY_CLOSED)]
    if plan.ends_on is not None and plan.ends_on >= opening.start_to:
        return [VanishedOut(step=None, session_id=None, obstacle=PlanObstacle.VACANCY_EARLIER)]
    return []


class _World:
    """What steps of plans count on, as it is."""

    def __init__(self, runs: dict[UUID, TrainingSession], taken: dict[UUID, int], states: dict[Any, str]) -> None:
        self.runs, self.taken, self.states = runs, taken, states
        self.today: date = now().date()

    @classmethod
    async def of(cls, session: AsyncSession, candidates: list[UUID], plans: list[PlanOut]) -> "_World":
        """Of these plans. Sessions are read with the eyes of the caller: one that is no longer offered is not seen."""
        ids = sorted({step.session_id for plan in plans for step in plan.steps if step.session_id})
        runs = {
            run.id: run for run in await session.scalars(select(TrainingSession).where(TrainingSession.id.in_(ids)))
        }
        enrolments = select(Enrolment).where(Enrolment.candidate_id.in_(candidates), Enrolment.session_id.in_(ids))
        states = {(each.candidate_id, each.session_id): each.status for each in await session.scalars(enrolments)}
        async with acting_for_the_house(session):
            taken = await capacity.used(session, ids)
        return cls(runs, taken, states)

    def vanished(self, candidate_id: UUID, plan: PlanOut) -> list[VanishedOut]:
        """Steps that can no longer be taken."""
        return [
            VanishedOut(step=number, session_id=step.session_id, obstacle=obstacle)
            for number, step in enumerate(plan.steps, 1)
            if step.session_id and (obstacle := self._obstacle(candidate_id, step.session_id, step))
        ]

    def _obstacle(self, candidate_id: UUID, session_id: UUID, step: PlanStepOut) -> PlanObstacle | None:
        run, state = self.runs.get(session_id), self.states.get((candidate_id, session_id))
        if state in _LOST:
            return PlanObstacle.NOT_PASSED
        if run is None:
            return PlanObstacle.SESSION_WITHDRAWN
        if (run.starts_on, run.ends_on) != (step.starts_on, step.ends_on):
            return PlanObstacle.SESSION_MOVED
        if state in _SEATED:
            return None
        if run.starts_on < self.today:
            return PlanObstacle.SESSION_MISSED
        return PlanObstacle.SESSION_FULL if self.taken.get(session_id, 0) >= run.seats else None
