"""Why, and why not: one candidate and one vacancy with all gates and terms, and what the nearest changes would do."""

import asyncio
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.db import now
from services.kit.errors import NotFound
from services.kit.schemas import Money
from services.matching import access_log, explanations
from services.matching.counterfactuals import Change, Counterfactual, Terms, nearest, wanted
from services.matching.courses import Wanted, first_for
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.matches.ranking import EVERYTHING
from services.matching.matches.schemas import (
    BookableSession,
    CounterfactualOut,
    EmployerWhyOut,
    SkillReached,
    TrainingTimeOut,
    WhyOut,
)
from services.matching.matches.service import brief
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.copies import Opening as OpeningRow
from services.matching.profiles import Candidate, Opening, Session, side_of, within_limits
from services.matching.pseudonyms import profile
from services.matching.similarity import Taxonomy
from services.matching.translation import candidate_of

_ENOUGH = 20  # results from which the share of participants who passed counts, as in plans


async def for_candidate(
    session: AsyncSession, engine: Engine, candidate_id: UUID, vacancy_id: UUID, language: str
) -> WhyOut:
    """A candidate of the caller's organisation and any vacancy that it may see, feasible or not. Raises NotFound."""
    row = await session.get(CandidateRow, candidate_id)
    if row is None:
        raise NotFound
    opening = await seen(session, engine, vacancy_id)
    candidate, terms = candidate_of(row), _terms(engine, language)
    found = terms.explain(candidate, opening)
    sessions = await _bookable(session, engine, candidate, opening, language)

    def feasible(person: Candidate) -> frozenset[UUID]:
        ranked = engine.index.rank_openings(person, terms.today, EVERYTHING, None, None, False)
        return frozenset(each.id for each in ranked)

    # In a thread: dozens of profiles are scored anew, while other requests should not wait.
    changes = await asyncio.to_thread(nearest, candidate, opening, sessions, terms, feasible)
    return WhyOut(
        vacancy=brief(engine, candidate, opening, language),
        feasible=found.passed and row.organisation_id in opening.parties,
        near_miss=found.near_miss,
        offered=row.organisation_id in opening.parties,
        score=found.score,
        explanation=explanations.for_candidate(found, language),
        counterfactuals=[_out(each, engine.taxonomy, language) for each in changes],
    )


async def for_employer(
    session: AsyncSession, engine: Engine, organisation_id: UUID, vacancy_id: UUID, candidate_id: UUID, language: str
) -> EmployerWhyOut:
    """A vacancy of the caller's own and a person who agreed to be matched to it. Raises NotFound for all others, so
    that nobody learns whether somebody is registered."""
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or opening.organisation_id != organisation_id:
        raise NotFound
    today = now().date()
    async with acting_for_the_house(session):
        row = await session.get(CandidateRow, candidate_id)
        if row is None or not _may_be_shown(candidate_of(row), opening, today):
            raise NotFound
        await access_log.note(session, DataSeen.PROFILE, AccessPurpose.RECRUITMENT, [candidate_id])
    candidate, terms = candidate_of(row), _terms(engine, language)
    found = terms.explain(candidate, opening)
    sessions = await _bookable(session, engine, candidate, opening, language)
    # What else a course would open is the candidate's to know.
    changes = await asyncio.to_thread(nearest, candidate, opening, sessions, terms, lambda _: frozenset())
    return EmployerWhyOut(
        candidate=profile(row, engine.taxonomy, language),
        feasible=found.passed,
        near_miss=found.near_miss,
        score=found.score,
        explanation=explanations.for_employer(found, language),
        training=[_training(each, engine.taxonomy, language) for each in changes if each.change.sessions],
    )


async def _bookable(
    session: AsyncSession, engine: Engine, candidate: Candidate, opening: Opening, language: str
) -> list[Session]:
    """Sessions that bear on what is missing."""
    looked_for = Wanted.by(candidate, wanted(candidate, opening), engine.agreements_of, language)
    return await first_for(session, looked_for, now().date(), _ENOUGH)


async def seen(session: AsyncSession, engine: Engine, vacancy_id: UUID) -> Opening:
    """A vacancy that the caller may see, whether or not it is offered at present. Raises NotFound."""
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or await session.get(OpeningRow, vacancy_id) is None:
        raise NotFound
    return opening


def _may_be_shown(candidate: Candidate, opening: Opening, today: date) -> bool:
    scope = f"MATCHING_{side_of(candidate, opening)}"
    agreed = candidate.consent.covers(scope, today) and within_limits(candidate, opening)
    return candidate.organisation_id in opening.parties and agreed


def _terms(engine: Engine, language: str) -> Terms:
    return Terms(engine.taxonomy, engine.rates, now().date(), language)


def _out(found: Counterfactual, taxonomy: Taxonomy, language: str) -> CounterfactualOut:
    change = found.change
    return CounterfactualOut(
        kind=change.kind,
        change=_words(change, taxonomy, language),
        skills=[
            SkillReached(uri=uri, label=taxonomy.label(uri, language), level=level) for uri, level in change.skills
        ],
        score_from=found.before.score,
        score_to=found.after.score,
        employer_side_from=found.before.a,
        employer_side_to=found.after.a,
        opens_gates=list(found.opened),
        feasible_after=found.after.passed,
        opens_vacancies=found.opens,
        weeks=change.sessions[0].weeks if change.sessions else None,
        sessions=[_session(each) for each in change.sessions],
    )


def _words(change: Change, taxonomy: Taxonomy, language: str) -> str:
    """In signs and labels, which need no translation."""
    parts = [f"{code} {before or '–'} → {then}" for code, before, then in change.languages]
    parts += [f"{taxonomy.label(uri, language)} → {level}" for uri, level in change.skills]
    return "; ".join(parts) or change.detail


def _training(found: Counterfactual, taxonomy: Taxonomy, language: str) -> TrainingTimeOut:
    first = found.change.sessions[0]
    return TrainingTimeOut(
        change=_words(found.change, taxonomy, language),
        title=first.title,
        weeks=first.weeks,
        starts_on=first.start,
        ends_on=first.end,
        employer_side_from=found.before.a,
        employer_side_to=found.after.a,
        feasible_after=found.after.passed,
    )


def _session(run: Session) -> BookableSession:
    return BookableSession(
        session_id=run.id,
        programme_id=run.programme_id,
        title=run.title,
        country=run.country,
        starts_on=run.start,
        ends_on=run.end,
        weeks=run.weeks,
        seats_left=run.seats_left,
        cost=Money.model_validate({"amount": run.cost, "currency": run.currency}),
        worker_pays=Money.model_validate(
            {"amount": run.worker_cost, "currency": getattr(run, "worker_currency", None) or run.currency}
        ),
    )
