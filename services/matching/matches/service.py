"""Ranking: vacancies for a candidate, candidates for a vacancy."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import NotFound
from services.kit.schemas import Money
from services.matching import explanations
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.index import Ranked
from services.matching.matches.schemas import BestOut, CandidateMatchOut, MatchOut, ReasonOut, VacancyBrief
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.profiles import OPEN, Candidate, Opening, Side, side_of
from services.matching.pseudonyms import profile
from services.matching.scoring import Explanation, explain
from services.matching.translation import candidate_of

_LOOKED_AT = 300  # openings examined for a reason; beyond that the picture does not change


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of a ranking is asked for, and in what form."""

    limit: int
    after: Ranked | None
    rank: int  # of the last result before this page
    track: Side | None
    near_misses: bool
    explained: bool
    language: str


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of vacancies for a candidate; `last` is the place where it ends, `more` whether others follow."""

    items: list[MatchOut]
    last: Ranked | None
    more: bool
    best_home: BestOut | None
    best_away: BestOut | None
    reason: ReasonOut | None


@dataclass(frozen=True, slots=True)
class Fitting:
    """A page of candidates for a vacancy."""

    items: list[CandidateMatchOut]
    last: Ranked | None
    more: bool


async def for_candidate(session: AsyncSession, engine: Engine, candidate_id: UUID, asked: Question) -> Matches:
    """Vacancies for a candidate of the caller's organisation. Raises NotFound."""
    row = await session.get(CandidateRow, candidate_id)
    if row is None:
        raise NotFound
    await engine.refresh(session)
    candidate, today = candidate_of(row), now().date()
    found = engine.index.rank_openings(candidate, today, asked.limit + 1, asked.after, asked.track, asked.near_misses)
    shown = found[: asked.limit]
    nothing = not found and asked.after is None
    return Matches(
        items=[_match(engine, candidate, each, asked.rank + n, today, asked) for n, each in enumerate(shown, 1)],
        last=shown[-1] if shown else None,
        more=len(found) > asked.limit,
        best_home=_best(engine, candidate, "HOME", today, asked, found),
        best_away=_best(engine, candidate, "AWAY", today, asked, found),
        reason=_reason(engine, candidate, today, asked) if nothing else None,
    )


async def for_vacancy(
    session: AsyncSession, engine: Engine, organisation_id: UUID, vacancy_id: UUID, asked: Question
) -> Fitting:
    """Candidates for a vacancy of the caller's own organisation. Raises NotFound."""
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or opening.organisation_id != organisation_id:
        raise NotFound
    today = now().date()
    found = engine.index.rank_candidates(opening, today, asked.limit + 1, asked.after, asked.track, asked.near_misses)
    shown = found[: asked.limit]
    async with acting_for_the_house(session):
        rows = await session.scalars(select(CandidateRow).where(CandidateRow.id.in_([each.id for each in shown])))
        people = {row.id: row for row in rows}
    return Fitting(
        items=[
            _fitting(engine, people[each.id], opening, each, asked.rank + n, today, asked)
            for n, each in enumerate(shown, 1)
            if each.id in people
        ],
        last=shown[-1] if shown else None,
        more=len(found) > asked.limit,
    )


def _explain(engine: Engine, candidate: Candidate, opening: Opening, today: date, language: str) -> Explanation:
    return explain(candidate, opening, engine.taxonomy, engine.rates, today, language=language)


def _match(engine: Engine, candidate: Candidate, found: Ranked, rank: int, today: date, asked: Question) -> MatchOut:
    opening = _known(engine, found.id)
    explained = _explain(engine, candidate, opening, today, asked.language) if asked.explained else None
    return MatchOut(
        rank=rank,
        vacancy=_brief(engine, candidate, opening, asked.language),
        score=found.score,
        near_miss=found.near_miss,
        explanation=explanations.for_candidate(explained) if explained else None,
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
        explanation=explanations.for_employer(explained) if explained else None,
    )


def _best(
    engine: Engine, candidate: Candidate, side: Side, today: date, asked: Question, page: list[Ranked]
) -> BestOut | None:
    """The best on one side; on the first page it is mostly in sight already."""
    if asked.track not in (None, side):
        return None
    first_page = asked.after is None
    found = [each for each in page if first_page and side_of(candidate, _known(engine, each.id)) == side][:1]
    if not found and not (first_page and len(page) <= asked.limit):
        found = engine.index.rank_openings(candidate, today, 1, None, side, asked.near_misses)
    if not found:
        return None
    brief = _brief(engine, candidate, _known(engine, found[0].id), asked.language)
    return BestOut(vacancy=brief, score=found[0].score, near_miss=found[0].near_miss)


def _known(engine: Engine, id: UUID) -> Opening:
    opening = engine.opening(id)
    assert opening is not None  # the index holds nothing that the engine lacks
    return opening


def _brief(engine: Engine, candidate: Candidate, opening: Opening, language: str) -> VacancyBrief:
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
    )


def _reason(engine: Engine, candidate: Candidate, today: date, asked: Question) -> ReasonOut:
    """Why nothing was found: nothing is offered, or the gate that refuses most of what is."""
    offered = [
        opening
        for opening in engine.offered_to(candidate.organisation_id)
        if opening.status == OPEN and asked.track in (None, side_of(candidate, opening))
    ]
    if not offered:
        return ReasonOut(
            code="NO_OPENING_OFFERED",
            detail="No open vacancy is offered to an active partnership of your organisation"
            + (f" on the track {asked.track}." if asked.track else "."),
            remedy="ask the employers of your partnerships to offer vacancies, or look at the other track",
            openings=0,
            refused=0,
        )
    looked_at = offered[:_LOOKED_AT]
    judged = [_explain(engine, candidate, opening, today, asked.language) for opening in looked_at]
    # Where near misses were left out, gates that can be remedied refuse as well.
    gates = [g for each in judged for g in each.gates if not g.passed and not (g.remediable and asked.near_misses)]
    counts = Counter(gate.code for gate in gates)
    code = min(counts, key=lambda each: (-counts[each], each))
    gate = next(gate for gate in gates if gate.code == code)
    return ReasonOut(
        code=code,
        detail=f"{gate.name}: refuses {counts[code]} of {len(looked_at)} openings.",
        remedy=gate.remedy or "none",
        openings=len(looked_at),
        refused=counts[code],
    )
