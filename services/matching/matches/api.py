"""Matches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ContractType, Country, Track
from services.kit.auth import PrincipalDep, requires
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import EscoUri, Isic
from services.matching.matches import explaining, keeping, service
from services.matching.matches.ranking import OpeningFilter, PeopleFilter, Place
from services.matching.matches.schemas import (
    CandidateMatchesOut,
    EmployerWhyOut,
    MatchesOut,
    MatchIn,
    ReplayOut,
    StoredMatchOut,
    WhyOut,
)
from services.matching.models.matches import StoredMatch
from services.matching.profiles import Side
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "matches")

MinScore = Annotated[float | None, Query(ge=0, le=1, description="Least score R, 0 to 1.")]
Feasible = Annotated[bool, Query(description="Also what passes all gates; false with near_misses leaves only these.")]


def _question(
    paging: PagingDep,
    language: LanguageDep,
    track: Annotated[Track | None, Query(description="Only this side: where the person lives, or away.")] = None,
    near_misses: Annotated[bool, Query(description="Also what fails only gates that can be remedied.")] = True,
    explain: Annotated[bool, Query(description="With the explanation of each score.")] = True,
) -> service.Question:
    place = None if paging.after is None else Place.decoded(paging.after)
    side: Side | None = None if track is None else ("HOME" if track is Track.HOME else "AWAY")
    return service.Question(paging.limit, place, side, near_misses, explain, language)


def _openings(
    country: Annotated[Country | None, Query(description="Where the job is.")] = None,
    isco08: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,4}$", max_length=4, description="ISCO-08 code, or the beginning of one.")
    ] = None,
    sector: Annotated[Isic | None, Query(description="ISIC Rev. 4: a section holds its divisions.")] = None,
    contract_type: Annotated[ContractType | None, Query()] = None,
    regulated: Annotated[bool | None, Query(description="Whether the profession is regulated.")] = None,
    min_green_share: Annotated[float | None, Query(ge=0, le=1, description="Least share of green skills.")] = None,
    min_score: MinScore = None,
    feasible: Feasible = True,
) -> OpeningFilter:
    return OpeningFilter(
        country, isco08, sector, contract_type, regulated, min_green_share, min_score or None, feasible
    )


def _people(
    residence: Annotated[Country | None, Query(description="Where the person lives.")] = None,
    minimum_eqf: Annotated[int | None, Query(ge=1, le=8, description="Least EQF level.")] = None,
    skill: Annotated[EscoUri | None, Query(description="A skill that the person has.")] = None,
    min_score: MinScore = None,
    feasible: Feasible = True,
) -> PeopleFilter:
    return PeopleFilter(residence, minimum_eqf, skill, min_score or None, feasible)


QuestionDep = Annotated[service.Question, Depends(_question)]


def _last(place: Place | None) -> list[object]:
    return place.encoded() if place else []


@router.get(
    "/candidates/{candidate_id}/matches",
    operation_id="match_candidate",
    summary="Find vacancies for a candidate",
    response_model=MatchesOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def match_candidate(
    candidate_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    paging: PagingDep,
    asked: QuestionDep,
    wanted: Annotated[OpeningFilter, Depends(_openings)],
) -> MatchesOut:
    """Vacancies at home and abroad in one list, best first, with reasons; near misses after all that pass. Filters are
    applied before ranks are given, and `count` is the length of the list over all pages."""
    found = await service.for_candidate(session, engine, candidate_id, asked, wanted)
    page = paging.page(found.items, _last(found.page.next), found.page.next is not None)
    return MatchesOut(
        items=found.items,
        next=page.next,
        count=found.page.count,
        moved=found.page.moved,
        best_home=found.best_home,
        best_away=found.best_away,
        reason=found.reason,
    )


@router.get(
    "/candidates/{candidate_id}/matches/{vacancy_id}",
    operation_id="explain_match",
    summary="Explain one candidate and one vacancy",
    response_model=WhyOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def explain_match(
    candidate_id: UUID, vacancy_id: UUID, engine: EngineDep, session: SessionDep, language: LanguageDep
) -> WhyOut:
    """Why, or why not: every gate and term, fitting or not, and the three nearest changes with sessions to book."""
    return await explaining.for_candidate(session, engine, candidate_id, vacancy_id, language)


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
    wanted: Annotated[PeopleFilter, Depends(_people)],
) -> CandidateMatchesOut:
    """Candidates for one's own vacancy, pseudonymously, with claimed and evidenced skills told apart."""
    found = await service.for_vacancy(session, engine, principal.acts_for, vacancy_id, asked, wanted)
    page = paging.page(found.items, _last(found.page.next), found.page.next is not None)
    return CandidateMatchesOut(items=found.items, next=page.next, count=found.page.count, moved=found.page.moved)


@router.get(
    "/vacancies/{vacancy_id}/matches/{candidate_id}",
    operation_id="explain_candidate",
    summary="Explain one vacancy and one candidate",
    response_model=EmployerWhyOut,
    dependencies=[requires("matches:read"), Depends(no_store)],
)
async def explain_candidate(
    vacancy_id: UUID,
    candidate_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> EmployerWhyOut:
    """Why somebody fits one's own vacancy or does not, without the person's private limits and wishes."""
    return await explaining.for_employer(session, engine, principal.acts_for, vacancy_id, candidate_id, language)


@router.post(
    "/matches",
    operation_id="keep_match",
    summary="Keep a match to be replayed",
    status_code=201,
    response_model=StoredMatchOut,
    dependencies=[requires("matches:write"), requires("candidates:read"), Depends(no_store)],
)
async def keep_match(
    data: MatchIn, response: Response, engine: EngineDep, session: SessionDep, language: LanguageDep
) -> StoredMatch:
    """Explain a pair and keep the explanation with all that it was computed from. Proposals do so by themselves."""
    kept = await keeping.keep(session, engine, data, language)
    response.headers["Location"] = f"/v1/matches/{kept.id}"
    return kept


@router.get(
    "/matches",
    operation_id="list_matches",
    summary="List the matches that were kept",
    response_model=Page[StoredMatchOut],
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def list_matches(
    session: SessionDep,
    paging: PagingDep,
    candidate_id: Annotated[UUID | None, Query()] = None,
    vacancy_id: Annotated[UUID | None, Query()] = None,
    proposal_id: Annotated[UUID | None, Query(description="The match behind this proposal.")] = None,
) -> Rows[StoredMatch]:
    """Matches of one's own candidates, oldest first."""
    return await paging.by_id(session, keeping.listed(candidate_id, vacancy_id, proposal_id), StoredMatch.id)


@router.get(
    "/matches/{match_id}",
    operation_id="read_match",
    summary="Read a match that was kept",
    response_model=StoredMatchOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def read_match(match_id: UUID, session: SessionDep) -> StoredMatch:
    """Score, versions and hashes; the explanation comes with the replay."""
    return await keeping.get(session, match_id)


@router.get(
    "/matches/{match_id}/replay",
    operation_id="replay_match",
    summary="Compute a kept match again",
    response_model=ReplayOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def replay_match(match_id: UUID, session: SessionDep) -> ReplayOut:
    """From its stored inputs alone, compared byte by byte with what was answered then."""
    return await keeping.replay(session, match_id)
