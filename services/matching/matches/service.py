"""Ranking: vacancies for a candidate, candidates for a vacancy."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.db import now
from services.kit.errors import NotFound
from services.kit.schemas import Money
from services.matching import access_log, explanations
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.index import Ranked
from services.matching.matches.ranking import Listed, OpeningFilter, PeopleFilter, Place, listed
from services.matching.matches.schemas import BestOut, CandidateMatchOut, MatchOut, ReasonOut, VacancyBrief
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.obstacles import obstacles
from services.matching.profiles import OPEN, Candidate, Opening, Side, side_of
from services.matching.pseudonyms import profile
from services.matching.scoring import Explanation, explain
from services.matching.translation import candidate_of
from services.matching.wording import of_gate

_LOOKED_AT = 100  # openings examined for a reason; beyond that the picture does not change


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of a ranking is asked for, and in what form."""

    limit: int
    place: Place | None
    track: Side | None
    near_misses: bool
    explained: bool
    language: str


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of vacancies for a candidate."""

    items: list[MatchOut]
    page: Listed
    best_home: BestOut | None
    best_away: BestOut | None
    reason: ReasonOut | None


@dataclass(frozen=True, slots=True)
class Fitting:
    """A page of candidates for a vacancy."""

    items: list[CandidateMatchOut]
    page: Listed


async def for_candidate(
    session: AsyncSession, engine: Engine, candidate_id: UUID, asked: Question, wanted: OpeningFilter
) -> Matches:
    """Vacancies for a candidate of the caller's organisation. Raises NotFound."""
    row = await session.get(CandidateRow, candidate_id)
    if row is None:
        raise NotFound
    await engine.refresh(session)
    candidate, today = candidate_of(row), now().date()

    whole = await asyncio.to_thread(engine.index.list_openings(candidate, today, asked.track, asked.near_misses))
    page = listed(wanted.only(whole, engine.index) if wanted.asks else whole, asked.limit, asked.place)
    home = whole.column("country") == engine.index.number("country", candidate.residence)
    sides = {"HOME": whole.only(home).first(1).ranked(), "AWAY": whole.only(~home).first(1).ranked()}
    known = {each.id: engine.opening(each.id) for each in [*page.items, *sides["HOME"], *sides["AWAY"]]}
    items = []
    for rank, each in enumerate(page.items, page.before + 1):
        if opening := known[each.id]:  # others were withdrawn in these milliseconds
            items.append(_match(engine, candidate, opening, each, rank, today, asked))
            await asyncio.sleep(0)  # an explanation takes a millisecond: others have their turn in between
    best = {side: _best(engine, candidate, known, found, asked) for side, found in sides.items()}
    return Matches(
        items=items,
        page=page,
        best_home=best["HOME"],
        best_away=best["AWAY"],
        reason=None if page.count else await _reason(engine, candidate, today, asked, len(whole)),
    )


async def for_vacancy(
    session: AsyncSession,
    engine: Engine,
    organisation_id: UUID,
    vacancy_id: UUID,
    asked: Question,
    wanted: PeopleFilter,
) -> Fitting:
    """Candidates for a vacancy of the caller's own organisation. Raises NotFound."""
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or opening.organisation_id != organisation_id:
        raise NotFound
    today = now().date()

    whole = await asyncio.to_thread(engine.index.list_candidates(opening, today, asked.track, asked.near_misses))
    page = listed(whole if wanted == PeopleFilter() else wanted.only(whole, engine.index), asked.limit, asked.place)
    async with acting_for_the_house(session):
        rows = await session.scalars(select(CandidateRow).where(CandidateRow.id.in_([each.id for each in page.items])))
        people = {row.id: row for row in rows}
        await access_log.note(session, DataSeen.PROFILE, AccessPurpose.RECRUITMENT, people)
    items = []
    for rank, each in enumerate(page.items, page.before + 1):
        if row := people.get(each.id):
            items.append(_fitting(engine, row, opening, each, rank, today, asked))
            await asyncio.sleep(0)
    return Fitting(items, page)


def _explain(engine: Engine, candidate: Candidate, opening: Opening, today: date, language: str) -> Explanation:
    return explain(candidate, opening, engine.taxonomy, engine.rates, today, language=language)


def _match(
    engine: Engine, candidate: Candidate, opening: Opening, found: Ranked, rank: int, today: date, asked: Question
) -> MatchOut:
    explained = _explain(engine, candidate, opening, today, asked.language) if asked.explained else None
    return MatchOut(
        rank=rank,
        vacancy=brief(engine, candidate, opening, asked.language),
        score=found.score,
        near_miss=found.near_miss,
        explanation=explanations.for_candidate(explained, asked.language) if explained else None,
    )


def _fitting(
    engine: Engine, row: CandidateRow, opening: Opening, found: Ranked, rank: int, today: date, asked: Question
) -> CandidateMatchOut:
    candidate = candidate_of(row)
    explained = _explain(engine, candidate, opening, today, asked.language) if asked.explained else None
    return CandidateMatchOut(
        rank=rank,
        side=side_of(candidate, opening),
        candidate=profile(row, engine.taxonomy, asked.language),
        score=found.score,
        near_miss=found.near_miss,
        explanation=explanations.for_employer(explained, asked.language) if explained else None,
    )


def _best(
    engine: Engine, candidate: Candidate, known: Mapping[UUID, Opening | None], found: list[Ranked], asked: Question
) -> BestOut | None:
    """The best on one side, whatever else is filtered by."""
    opening = known[found[0].id] if found else None
    if opening is None:
        return None
    best = brief(engine, candidate, opening, asked.language)
    return BestOut(vacancy=best, score=found[0].score, near_miss=found[0].near_miss)


def brief(engine: Engine, candidate: Candidate, opening: Opening, language: str) -> VacancyBrief:
    """A vacancy as seen from the candidate."""
    return VacancyBrief(
        id=opening.id,
        title=engine.title(opening.id, language),
        employer_id=opening.organisation_id,
        country=opening.country,
        isco08=opening.isco08,
        side=side_of(candidate, opening),
        gross_monthly_wage=Money.model_validate({"amount": opening.gross_monthly_wage, "currency": opening.currency}),
        start_from=opening.start_from,
        start_to=opening.start_to,
        places_left=opening.places_left,
        sector=opening.sector,
        contract_type=opening.contract_type,
        regulated=opening.regulated,
        green_share=opening.green_share,
    )


async def _reason(
    engine: Engine, candidate: Candidate, today: date, asked: Question, listed_without_filters: int
) -> ReasonOut:
    """Why nothing was found: nothing is offered, nothing is as filtered, or the gate that refuses most."""
    if listed_without_filters:
        return _filtered(listed_without_filters)
    offered = (
        opening
        for opening in engine.offered_to(candidate.organisation_id)
        if opening.status == OPEN and asked.track in (None, side_of(candidate, opening))
    )
    looked_at = list(islice(offered, _LOOKED_AT))
    if not looked_at:
        return _no_opening(asked)
    # In a thread: so many explanations take longer than other requests should wait.
    judged = await asyncio.to_thread(
        lambda: [_explain(engine, candidate, opening, today, asked.language) for opening in looked_at]
    )
    # Where near misses were left out, gates that can be remedied refuse as well.
    found = obstacles(judged, hard_only=asked.near_misses)
    if not found:
        return _filtered(len(looked_at))
    first = found[0]
    words = of_gate(first.gate.code, asked.language)
    return ReasonOut(
        code=first.gate.code,
        detail=f"{first.gate.name}: refuses {first.refused} of {len(looked_at)} openings.",
        remedy=first.gate.remedy or "none",
        meaning=words[0] if words else None,
        advice=words[1] if words else None,
        openings=len(looked_at),
        refused=first.refused,
    )


def _filtered(openings: int) -> ReasonOut:
    detail, remedy = "No vacancy is as the filters ask.", "ask for less in the filters"
    return ReasonOut(code="FILTERS", detail=detail, remedy=remedy, openings=openings, refused=0)


def _no_opening(asked: Question) -> ReasonOut:
    code, on = "NO_OPENING_OFFERED", f" on the track {asked.track}" if asked.track else ""
    words = of_gate(code, asked.language)
    return ReasonOut(
        code=code,
        detail=f"No open vacancy is offered to an active partnership of your organisation{on}.",
        remedy="ask the employers of your partnerships to offer vacancies, or look at the other track",
        meaning=words[0] if words else None,
        advice=words[1] if words else None,
        openings=0,
        refused=0,
    )
