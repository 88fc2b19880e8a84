"""Mobility schemes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.mobility_schemes import service
from services.registry.mobility_schemes.schemas import ApprovalIn, ApprovalOut, SchemeIn, SchemeOut, SchemePatch
from services.registry.models.mobility_schemes import MobilityScheme, MobilitySchemeApproval

router = api_router("/v1", "mobility-schemes")


@router.post(
    "/partnerships/{partnership_id}/mobility-schemes",
    operation_id="create_mobility_scheme",
    summary="Create a mobility scheme",
    status_code=201,
    response_model=SchemeOut,
    dependencies=[requires("partnerships:write")],
)
async def create_mobility_scheme(
    partnership_id: UUID, data: SchemeIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> MobilityScheme:
    """It rests on a joint decision or a need of the same partnership; a circular one names the right of re-entry."""
    return tagged(response, await service.create(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/mobility-schemes",
    operation_id="list_mobility_schemes",
    summary="List the mobility schemes of a partnership",
    response_model=Page[SchemeOut],
    dependencies=[requires("partnerships:read")],
)
async def list_mobility_schemes(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[MobilityScheme]:
    """In the order in which they were written down."""
    return await paging.by_id(session, await service.of(session, partnership_id), MobilityScheme.id)


@router.get(
    "/mobility-schemes/{scheme_id}",
    operation_id="get_mobility_scheme",
    summary="Get a mobility scheme",
    response_model=SchemeOut,
    dependencies=[requires("partnerships:read")],
)
async def get_mobility_scheme(
    scheme_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> MobilityScheme:
    """The scheme, and which sides approved it as it stands."""
    return tagged(response, await service.get(session, scheme_id, as_of))


@router.patch(
    "/mobility-schemes/{scheme_id}",
    operation_id="change_mobility_scheme",
    summary="Change a mobility scheme",
    response_model=SchemeOut,
    dependencies=[requires("partnerships:write")],
)
async def change_mobility_scheme(
    scheme_id: UUID,
    data: SchemePatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> MobilityScheme:
    """The party that wrote it changes it; both sides then approve it again."""
    return tagged(response, await service.change(session, scheme_id, version, data))


@router.post(
    "/mobility-schemes/{scheme_id}/approvals",
    operation_id="approve_mobility_scheme",
    summary="Approve a mobility scheme for one's side",
    status_code=201,
    response_model=ApprovalOut,
    dependencies=[requires("partnerships:write")],
)
async def approve_mobility_scheme(
    scheme_id: UUID, data: ApprovalIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> MobilitySchemeApproval:
    """A lead or signatory speaks for the side it stands on, of the scheme as it stands."""
    return tagged(response, await service.approve(session, principal, scheme_id, data))


@router.get(
    "/mobility-schemes/{scheme_id}/approvals",
    operation_id="list_mobility_scheme_approvals",
    summary="List the approvals of a mobility scheme",
    response_model=Page[ApprovalOut],
    dependencies=[requires("partnerships:read")],
)
async def list_mobility_scheme_approvals(
    scheme_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[MobilitySchemeApproval]:
    """Of all editions of the scheme, in the order in which they were given."""
    query = service.approvals(await service.get(session, scheme_id))
    return await paging.by_id(session, query, MobilitySchemeApproval.id)


history_route(router, "/mobility-schemes/{scheme_id}", MobilityScheme, "mobility_scheme", "partnerships:read")
