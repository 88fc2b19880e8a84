"""Plans: which training sessions close the gap between a candidate and a vacancy in time."""

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import NotFound
from services.kit.schemas import Money
from services.matching import capacity
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.copies import Programme, TrainingSession
from services.matching.planning import Gap, Plan, Planning, Step, plan
from services.matching.plans.schemas import GapOut, PlanOut, PlansOut, RelaxationOut, SkillName, StepOut
from services.matching.profiles import Session
from services.matching.similarity import Taxonomy
from services.matching.translation import candidate_of, session_of


async def plans(session: AsyncSession, engine: Engine, candidate_id: UUID, vacancy_id: UUID, language: str) -> PlansOut:
    """Plans of a candidate of the caller's organisation for a vacancy offered to it.

    Raises NotFound for either of them.
    """
    row = await session.get(CandidateRow, candidate_id)
    if row is None:
        raise NotFound
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or row.organisation_id not in opening.parties:
        raise NotFound
    sessions = await _sessions(session, engine, row.organisation_id, language)
    # In a thread: with much on offer the search takes longer than other requests should wait.
    found = await asyncio.to_thread(
        plan, candidate_of(row), opening, sessions, engine.taxonomy, engine.rates, now().date()
    )
    return _out(found, candidate_id, vacancy_id, Names(engine.taxonomy, language))


async def _sessions(session: AsyncSession, engine: Engine, organisation: UUID, language: str) -> list[Session]:
    """Sessions that an active partnership of the organisation offers; row-level security shows no others."""
    query = (
        select(TrainingSession, Programme)
        .join(Programme, Programme.id == TrainingSession.programme_id)
        .where(TrainingSession.starts_on >= now().date())
        .order_by(TrainingSession.id)
    )
    offered = [
        (run, programme)
        for run, programme in await session.execute(query)
        if any(a.active and organisation in a.parties for a in engine.agreements_of(programme.partnership_ids))
    ]
    async with acting_for_the_house(session):
        taken = await capacity.used(session, [run.id for run, _ in offered])
    parties = frozenset({organisation})
    return [
        session_of(programme.data, run, parties, run.seats - taken.get(run.id, 0), language)
        for run, programme in offered
    ]


class Names:
    """Skill URIs with the labels of the reader's language."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        self._taxonomy, self._language = taxonomy, language

    def skills(self, uris: Iterable[str]) -> list[SkillName]:
        return [SkillName(uri=uri, label=self._taxonomy.label(uri, self._language)) for uri in uris]

    def gap(self, gap: Gap) -> GapOut:
        return GapOut(skills=self.skills(gap.skills), languages=list(gap.languages))


def _out(found: Planning, candidate_id: UUID, vacancy_id: UUID, names: Names) -> PlansOut:
    relax = found.relaxation
    return PlansOut(
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        gap=names.gap(found.gap),
        plans=[_plan(each, names) for each in found.plans],
        relaxation=relax
        and RelaxationOut(
            start_later_days=relax.start_later_days,
            full_sessions=list(relax.full_sessions),
            untaught_skills=names.skills(relax.untaught_skills),
            untaught_languages=list(relax.untaught_languages),
        ),
        exact=found.exact,
        unpriced=list(found.unpriced),
    )


def _plan(found: Plan, names: Names) -> PlanOut:
    return PlanOut(
        kind=found.kind,
        steps=[_step(each, names) for each in found.steps],
        complete=found.complete,
        total_cost_eur=_euro(found.total_cost_eur),
        worker_cost_eur=_euro(found.worker_cost_eur),
        total_weeks=found.total_weeks,
        ends_on=found.ends_on,
        gap_after=names.gap(found.gap_after),
        score_before=found.score_before,
        score_after=found.score_after,
        still_failing=list(found.still_failing),
    )


def _step(step: Step, names: Names) -> StepOut:
    return StepOut(
        session_id=step.session_id,
        programme_id=step.programme_id,
        provider_id=step.provider_id,
        title=step.title,
        kind=step.kind,
        country=step.country,
        starts_on=step.start,
        ends_on=step.end,
        weeks=step.weeks,
        cost=Money.model_validate({"amount": step.cost, "currency": step.currency}),
        worker_pays=Money.model_validate({"amount": step.worker_cost, "currency": step.currency}),
        closes_skills=names.skills(step.closes_skills),
        closes_languages=list(step.closes_languages),
    )


def _euro(amount: float) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
