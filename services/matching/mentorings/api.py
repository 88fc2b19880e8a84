"""Mentors and their hours over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import MentoringStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.mentorings import service
from services.matching.mentorings.schemas import (
    MentoringIn,
    MentoringOut,
    MentoringTotalsOut,
    MentoringTransitionIn,
    MentorMatchesOut,
)
from services.matching.mentors import PROFILE
from services.matching.models.entrepreneurs import Mentoring
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "mentorings")


@router.get(
    "/candidates/{candidate_id}/mentors",
    operation_id="match_mentors",
    summary="Find mentors for a candidate",
    response_model=MentorMatchesOut,
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def match_mentors(
    candidate_id: UUID, session: SessionDep, paging: PagingDep, language: LanguageDep
) -> MentorMatchesOut:
    """Mentors of the diaspora by occupation, language, region and hours left; those that may not be asked yet come
    last, with what is missing."""
    after = None if paging.after is None else (bool(paging.after[0]), float(paging.after[1]), str(paging.after[2]))
    found = await service.for_candidate(session, candidate_id, paging.limit, after, language)
    page = paging.page(found.items, found.last, found.more)
    return MentorMatchesOut(items=found.items, next=page.next, profile=PROFILE)


@router.post(
    "/mentorings",
    operation_id="book_mentoring",
    summary="Book hours with a mentor",
    status_code=201,
    response_model=MentoringOut,
    dependencies=[requires("mobilities:write"), requires("candidates:read"), Depends(no_store)],
)
async def book_mentoring(
    data: MentoringIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Mentoring:
    """Under a vetted engagement, and never more hours than it offers."""
    return tagged(response, await service.book(session, principal, data))


@router.get(
    "/mentorings",
    operation_id="list_mentorings",
    summary="List hours with mentors",
    response_model=Page[MentoringOut],
    dependencies=[requires("mobilities:read"), Depends(no_store)],
)
async def list_mentorings(
    session: SessionDep,
    paging: PagingDep,
    candidate_id: Annotated[UUID | None, Query()] = None,
    engagement_id: Annotated[UUID | None, Query()] = None,
    status: Annotated[MentoringStatus | None, Query()] = None,
) -> Rows[Mentoring]:
    """Hours of one's candidates and of one's mentors, in the order of booking."""
    return await paging.by_id(session, service.listed(candidate_id, engagement_id, status), Mentoring.id)


@router.get(
    "/mentorings/{mentoring_id}",
    operation_id="get_mentoring",
    summary="Get hours with a mentor",
    response_model=MentoringOut,
    dependencies=[requires("mobilities:read"), Depends(no_store)],
)
async def get_mentoring(mentoring_id: UUID, session: SessionDep, response: Response) -> Mentoring:
    """For the candidate's organisation and the mentor's."""
    return tagged(response, await service.get(session, mentoring_id))


@router.post(
    "/mentorings/{mentoring_id}/transitions",
    operation_id="move_mentoring",
    summary="Record or cancel hours with a mentor",
    response_model=MentoringOut,
    dependencies=[requires("mobilities:answer"), Depends(no_store)],
)
async def move_mentoring(
    mentoring_id: UUID,
    data: MentoringTransitionIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Mentoring:
    """HELD with the hours and the money that were given, or CANCELLED with a reason and a next step."""
    return tagged(response, await service.move(session, principal, engine.rates, mentoring_id, version, data))


@router.get(
    "/diaspora-engagements/{engagement_id}/mentoring-totals",
    operation_id="sum_mentorings",
    summary="Sum up the hours of an engagement",
    response_model=MentoringTotalsOut,
    dependencies=[requires("mobilities:read")],
)
async def sum_mentorings(engagement_id: UUID, session: SessionDep, principal: PrincipalDep) -> MentoringTotalsOut:
    """Hours booked, given and left, and EUR given, over all organisations, for the one whose mentors they are."""
    return await service.totals(session, principal.acts_for, engagement_id)
