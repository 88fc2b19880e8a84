"""Returns and remittances over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ReturnStatus
from services.kit.auth import requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.models.returns import Remittance, Return
from services.matching.returns import service
from services.matching.returns.schemas import (
    ArrivalIn,
    ReintegrationIn,
    RemittanceIn,
    RemittanceOut,
    ReturnIn,
    ReturnOut,
)
from services.matching.web import no_store

router = api_router("/v1", "returns")
Version = Annotated[int, Depends(required_if_match)]


@router.post(
    "/placements/{placement_id}/returns",
    operation_id="plan_return",
    summary="Plan a return",
    status_code=201,
    dependencies=[requires("returns:write"), Depends(no_store)],
)
async def plan_return(placement_id: UUID, data: ReturnIn, session: SessionDep, response: Response) -> ReturnOut:
    """Agreed with the person, with what helps to start again; one a placement."""
    return tagged(response, await service.plan(session, placement_id, data))


@router.get(
    "/returns",
    operation_id="list_returns",
    summary="List returns",
    response_model=Page[ReturnOut],
    dependencies=[requires("returns:read"), Depends(no_store)],
)
async def list_returns(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[ReturnStatus | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
) -> Rows[ReturnOut]:
    """Of one's own candidates, in the order in which they were planned."""
    page: Rows[Return] = await paging.by_id(session, service.listed(status, candidate_id), Return.id)
    return Rows(await service.seen(session, page.items), page.next)


@router.get(
    "/returns/{return_id}",
    operation_id="get_return",
    summary="Get a return",
    dependencies=[requires("returns:read"), Depends(no_store)],
)
async def get_return(return_id: UUID, session: SessionDep, response: Response) -> ReturnOut:
    """With the link to jobs at home that fit."""
    return tagged(response, await service.get(session, return_id))


@router.post(
    "/returns/{return_id}/arrival",
    operation_id="record_return",
    summary="Record that a person is back",
    dependencies=[requires("returns:write"), Depends(no_store)],
)
async def record_return(
    return_id: UUID, data: ArrivalIn, session: SessionDep, response: Response, version: Version
) -> ReturnOut:
    """What was learned abroad becomes the person's, with its evidence, and counts in every match from now on."""
    return tagged(response, await service.arrive(session, return_id, version, data))


@router.post(
    "/returns/{return_id}/follow-up",
    operation_id="follow_up_return",
    summary="Record how a returnee fares",
    dependencies=[requires("returns:write"), Depends(no_store)],
)
async def follow_up_return(
    return_id: UUID, data: ReintegrationIn, session: SessionDep, response: Response, version: Version
) -> ReturnOut:
    """Six months after the return, or later."""
    return tagged(response, await service.follow_up(session, return_id, version, data))


@router.post(
    "/placements/{placement_id}/remittances",
    operation_id="record_remittance",
    summary="Record money sent home",
    status_code=201,
    dependencies=[requires("returns:write"), Depends(no_store)],
)
async def record_remittance(placement_id: UUID, data: RemittanceIn, session: SessionDep) -> RemittanceOut:
    """Only with the person's consent, and never shown to the employer."""
    return await service.remit(session, placement_id, data)


@router.get(
    "/placements/{placement_id}/remittances",
    operation_id="list_remittances",
    summary="List money sent home",
    response_model=Page[RemittanceOut],
    dependencies=[requires("returns:read"), Depends(no_store)],
)
async def list_remittances(placement_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[RemittanceOut]:
    """By one's own candidate in this placement; to the employer the list is empty."""
    query = await service.remittances(session, placement_id)
    page: Rows[Remittance] = await paging.by_id(session, query, Remittance.id)
    return Rows([service.remitted(row) for row in page.items], page.next)
