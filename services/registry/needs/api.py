"""Needs of the four parties over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import FourfoldParty
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.membership import read
from services.registry.models.needs import Need
from services.registry.needs import service
from services.registry.needs.schemas import NeedIn, NeedOut, NeedPatch

router = api_router("/v1", "needs")


@router.post(
    "/partnerships/{partnership_id}/needs",
    operation_id="record_need",
    summary="Record a need",
    status_code=201,
    response_model=NeedOut,
    dependencies=[requires("partnerships:write")],
)
async def record_need(
    partnership_id: UUID, data: NeedIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Need:
    """Any party of the side does. A partnership is signed only with a need of each of the four parties."""
    return tagged(response, await service.record(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/needs",
    operation_id="list_needs",
    summary="List the needs of a partnership",
    response_model=Page[NeedOut],
    dependencies=[requires("partnerships:read")],
)
async def list_needs(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    party: Annotated[FourfoldParty | None, Query(description="Only the needs of this party.")] = None,
) -> Rows[Need]:
    """In the order they were recorded."""
    return await paging.by_id(session, await service.listed(session, partnership_id, party), Need.id)


@router.get(
    "/needs/{need_id}",
    operation_id="get_need",
    summary="Get a need",
    response_model=NeedOut,
    dependencies=[requires("partnerships:read")],
)
async def get_need(need_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Need:
    """The need as it is, or as it stood."""
    return tagged(response, await read(session, Need, need_id, as_of))


@router.patch(
    "/needs/{need_id}",
    operation_id="change_need",
    summary="Change a need",
    response_model=NeedOut,
    dependencies=[requires("partnerships:write")],
)
async def change_need(
    need_id: UUID,
    data: NeedPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Need:
    """Only the party that wrote it down changes it."""
    return tagged(response, await service.change(session, need_id, version, data))


history_route(router, "/needs/{need_id}", Need, "need", "partnerships:read")
