"""Mandates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.mandates import service
from services.registry.mandates.schemas import MandateIn, MandateOut, RevocationIn
from services.registry.models.mandates import Mandate

router = api_router("/v1/mandates", "mandates")


@router.post(
    "",
    operation_id="give_mandate",
    summary="Let another organisation act in one's name",
    status_code=201,
    response_model=MandateOut,
    dependencies=[requires("organisations:write")],
)
async def give_mandate(data: MandateIn, session: SessionDep, principal: PrincipalDep, response: Response) -> Mandate:
    """The member gives it; it cannot be asked for or taken. It is not changed later: revoke it and give another."""
    return tagged(response, await service.give(session, principal, data))


@router.get(
    "",
    operation_id="list_mandates",
    summary="List mandates",
    response_model=Page[MandateOut],
    dependencies=[requires("organisations:read")],
)
async def list_mandates(
    session: SessionDep,
    paging: PagingDep,
    organisation: Annotated[UUID | None, Query(description="Given by this member.")] = None,
    to_organisation: Annotated[UUID | None, Query(description="Given to this organisation.")] = None,
) -> Rows[Mandate]:
    """Those one gave and those one was given, also ended ones, in the order in which they were given."""
    return await paging.by_id(session, service.listed(organisation, to_organisation), Mandate.id)


@router.get(
    "/{mandate_id}",
    operation_id="get_mandate",
    summary="Get a mandate",
    response_model=MandateOut,
    dependencies=[requires("organisations:read")],
)
async def get_mandate(mandate_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Mandate:
    """Both ends read it."""
    return tagged(response, await service.get(session, mandate_id, as_of))


@router.post(
    "/{mandate_id}/revocation",
    operation_id="revoke_mandate",
    summary="Revoke a mandate",
    response_model=MandateOut,
    dependencies=[requires("organisations:write")],
)
async def revoke_mandate(mandate_id: UUID, data: RevocationIn, session: SessionDep, response: Response) -> Mandate:
    """The member ends it at once; what was published in its name stays its own."""
    return tagged(response, await service.revoke(session, mandate_id, data))


history_route(router, "/{mandate_id}", Mandate, "mandate", "organisations:read")
