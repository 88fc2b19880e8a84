"""Matches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.contracts.vocabulary import Track
from services.kit.auth import PrincipalDep, requires
from services.kit.languages import LanguageDep
from services.kit.pagination import PagingDep
from services.kit.route import SessionDep, api_router
from services.matching.index import Ranked
from services.matching.matches import service
from services.matching.matches.schemas import CandidateMatchesOut, MatchesOut
from services.matching.profiles import Side
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "matches")


def _question(
    paging: PagingDep,
    language: LanguageDep,
    track: Annotated[Track | None, Query(description="Only this side: where the person lives, or away.")] = None,
    near_misses: Annotated[bool, Query(description="Also what fails only gates that can be remedied.")] = True,
    explain: Annotated[bool, Query(description="With the explanation of each score.")] = True,
) -> service.Question:
    after, rank = None, 0
    if paging.after is not None:
        score, id, near_miss, rank = paging.after
        after = Ranked(UUID(id), score, near_miss)
    side: Side | None = None if track is None else ("HOME" if track is Track.HOME else "AWAY")
    return service.Question(paging.limit, after, rank, side, near_misses, explain, language)


QuestionDep = Annotated[service.Question, Depends(_question)]


def _place(last: Ranked | None, rank: int) -> list[object]:
    return [last.score, str(last.id), last.near_miss, rank] if last else []


@router.get(
    "/candidates/{candidate_id}/matches",
    operation_id="match_candidate",
    summary="Find vacancies for a candidate",
    response_model=MatchesOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def match_candidate(
    candidate_id: UUID, engine: EngineDep, session: SessionDep, paging: PagingDep, asked: QuestionDep
) -> MatchesOut:
    """Vacancies at home and abroad, best first, with reasons; near misses after all that pass."""
    found = await service.for_candidate(session, engine, candidate_id, asked)
    page = paging.page(found.items, _place(found.last, asked.rank + len(found.items)), found.more)
    return MatchesOut(
        items=found.items,
        next=page.next,
        best_home=found.best_home,
        best_away=found.best_away,
        reason=found.reason,
    )


@router.get(
    "/vacancies/{vacancy_id}/matches",
    operation_id="match_vacancy",
    summary="Find candidates for a vacancy",
    response_model=CandidateMatchesOut,
    dependencies=[requires("matches:read"), Depends(no_store)],
)
async def match_vacancy(
    vacancy_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    paging: PagingDep,
    asked: QuestionDep,
) -> CandidateMatchesOut:
    """Candidates for one's own vacancy, pseudonymously, with claimed and evidenced skills told apart."""
    found = await service.for_vacancy(session, engine, principal.acts_for, vacancy_id, asked)
    page = paging.page(found.items, _place(found.last, asked.rank + len(found.items)), found.more)
    return CandidateMatchesOut(items=found.items, next=page.next)
