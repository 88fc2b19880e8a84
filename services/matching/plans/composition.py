"""From plans as computed to plans as answered."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.kit.schemas import Money
from services.matching.gaps import Gap, Terms
from services.matching.planning import Plan, Planning, Step
from services.matching.plans.schemas import (
    AssumptionsOut,
    GapOut,
    LoweredOut,
    PlanOut,
    PlansOut,
    PlanStepOut,
    RelaxationOut,
    SkillName,
)
from services.matching.profiles import Candidate, Opening, Session
from services.matching.relaxations import Relaxation
from services.matching.similarity import Taxonomy

Unlocked = Callable[[Session], int]
_AT_HOME = 2  # plans shown for the job at home


@dataclass(frozen=True, slots=True)
class Target:
    """A vacancy and the plans for it; `first` are skills to be learnt before others."""

    opening: Opening
    title: str
    planning: Planning
    terms: Terms
    first: tuple[str, ...]


def compose(
    candidate: Candidate, target: Target, home: Target | None, taxonomy: Taxonomy, unlocked: Unlocked, language: str
) -> PlansOut:
    """The answer: plans for the vacancy, then those for the job at home."""
    names = _Names(taxonomy, language)
    found = target.planning
    shown = [_plan(each, target, names, unlocked) for each in found.plans]
    if home:
        shown += [_plan(each, home, names, unlocked) for each in home.planning.plans[:_AT_HOME]]
    return PlansOut(
        candidate_id=candidate.id,
        vacancy_id=target.opening.id,
        gap=names.gap(found.gap),
        plans=shown,
        learn_first=names.skills(target.first),
        relaxations=[_relaxation(each, names) for each in found.relaxations],
        proven_optimal=found.proven_optimal,
        whole_front=found.whole_front,
        assumptions=_assumptions(target.terms),
        unpriced=list(found.unpriced),
    )


class _Names:
    """Skill URIs with the labels of the reader's language."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        self._taxonomy, self._language = taxonomy, language

    def skills(self, uris: Iterable[str]) -> list[SkillName]:
        return [SkillName(uri=uri, label=self._taxonomy.label(uri, self._language)) for uri in uris]

    def gap(self, gap: Gap) -> GapOut:
        return GapOut(skills=self.skills(gap.skills), languages=list(gap.languages))


def _plan(found: Plan, target: Target, names: _Names, unlocked: Unlocked) -> PlanOut:
    return PlanOut(
        key=_key(found, target.opening),
        vacancy_id=target.opening.id,
        vacancy_title=target.title,
        track=found.track,
        best_in=list(found.best_in),
        steps=[_step(each, names, unlocked) for each in found.steps],
        complete=found.complete,
        total_cost_eur=_euro(found.total_cost_eur),
        worker_cost_eur=_euro(found.worker_cost_eur),
        total_weeks=found.total_weeks,
        success=round(found.success, 4),
        ends_on=found.ends_on,
        gap_after=names.gap(found.gap_after),
        score_before=found.score_before,
        score_after=found.score_after,
        still_failing=list(found.still_failing),
    )


def _key(found: Plan, opening: Opening) -> str:
    """The same for the same job and steps, on whatever day it is computed: standard steps may begin on any."""
    steps = [str(step.session.id) if step.session else step.title for step in found.steps]
    return hashlib.sha256("\n".join([str(opening.id), *steps]).encode()).hexdigest()[:16]


def _step(step: Step, names: _Names, unlocked: Unlocked) -> PlanStepOut:
    session = step.session
    return PlanStepOut(
        kind=step.kind,
        basis=step.basis,
        title=step.title,
        session_id=session.id if session else None,
        programme_id=session.programme_id if session else None,
        provider_id=session.provider_id if session else None,
        country=session.country if session else None,
        seats_left=session.seats_left if session else None,
        starts_on=step.start,
        ends_on=step.end,
        weeks=step.weeks,
        cost=_money(step.cost, step.currency),
        worker_pays=_money(step.worker_cost, step.worker_currency),
        payer=step.payer,
        success=round(step.success, 4),
        closes_skills=names.skills(step.closes_skills),
        closes_languages=list(step.closes_languages),
        unlocks=unlocked(session) if session else None,
    )


def _relaxation(found: Relaxation, names: _Names) -> RelaxationOut:
    return RelaxationOut(
        kind=found.kind,
        start_later_days=found.start_later_days,
        full_sessions=list(found.full_sessions),
        worker_pays_eur=_euro(found.worker_pays_eur),
        lowered=[
            LoweredOut(requirement=each.requirement, asked=each.asked, lowered_to=each.lowered_to)
            for each in found.lowered
        ],
        missing=names.gap(found.missing),
    )


def _assumptions(terms: Terms) -> AssumptionsOut:
    standards = terms.standards
    return AssumptionsOut(
        guided_hours_per_cefr_step=standards.guided_hours_per_cefr_step,
        guided_hours_per_week=standards.guided_hours_per_week,
        language_eur_per_hour=_euro(standards.language_eur_per_hour),
        recognition_days=standards.recognition_days,
        recognition_eur=_euro(standards.recognition_eur),
        permit_days=standards.permit_days if terms.permit_days is None else terms.permit_days,
        permit_eur=_euro(standards.permit_eur),
    )


def _money(amount: Decimal, currency: str) -> Money:
    return Money.model_validate({"amount": amount, "currency": currency})


def _euro(amount: float) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
