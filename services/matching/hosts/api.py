"""Hosts for entrepreneurs and firms for hosts, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.kit.auth import PrincipalDep, requires
from services.kit.languages import LanguageDep
from services.kit.pagination import PagingDep
from services.kit.route import SessionDep, api_router
from services.matching.hosts import service
from services.matching.hosts.schemas import FirmMatchesOut, HostMatchesOut
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "hosts")


def _question(
    paging: PagingDep,
    language: LanguageDep,
    near_misses: Annotated[bool, Query(description="Also what fails only gates that can be remedied.")] = True,
) -> service.Question:
    after = None if paging.after is None else (bool(paging.after[0]), float(paging.after[1]), str(paging.after[2]))
    return service.Question(paging.limit, after, near_misses, language)


QuestionDep = Annotated[service.Question, Depends(_question)]


@router.get(
    "/candidates/{candidate_id}/hosts",
    operation_id="match_hosts",
    summary="Find hosts for an entrepreneur",
    response_model=HostMatchesOut,
    responses={409: {"description": "The candidate has no registered firm."}},
    dependencies=[requires("matches:read"), requires("candidates:read"), Depends(no_store)],
)
async def match_hosts(
    candidate_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    paging: PagingDep,
    asked: QuestionDep,
    scheme: Annotated[UUID | None, Query(description="Under this mobility scheme; absent: the best for each.")] = None,
) -> HostMatchesOut:
    """Hosts of one's partnerships, best first, each with the first stay that fits, gates P01 to P05 and reasons."""
    found = await service.for_candidate(session, engine.rates, candidate_id, scheme, asked)
    page = paging.page(found.items, found.last, found.more)
    return HostMatchesOut(items=found.items, next=page.next, refused=found.refused)


@router.get(
    "/hosts/{host_id}/firms",
    operation_id="match_firms",
    summary="Find firms for a host",
    response_model=FirmMatchesOut,
    dependencies=[requires("matches:read"), Depends(no_store)],
)
async def match_firms(
    host_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    paging: PagingDep,
    asked: QuestionDep,
) -> FirmMatchesOut:
    """Firms for one's own host, under pseudonyms, of people who consented to be matched abroad."""
    found = await service.for_host(session, engine.rates, principal.acts_for, host_id, asked)
    page = paging.page(found.items, found.last, found.more)
    return FirmMatchesOut(items=found.items, next=page.next, refused=found.refused)
