"""Organisations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, OrganisationType
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import ExternalId
from services.registry.models.organisations import Organisation
from services.registry.organisations import service
from services.registry.organisations.schemas import OrganisationIn, OrganisationOut, OrganisationPatch

router = api_router("/v1/organisations", "organisations")


@router.post(
    "",
    operation_id="register_organisation",
    summary="Register an organisation",
    status_code=201,
    response_model=OrganisationOut,
    dependencies=[requires("organisations:write")],
)
async def register_organisation(data: OrganisationIn, session: SessionDep, response: Response) -> Organisation:
    """Operations register partners; partners then change their own entry."""
    return tagged(response, await service.register(session, data))


@router.get(
    "",
    operation_id="list_organisations",
    summary="List organisations",
    response_model=Page[OrganisationOut],
    dependencies=[requires("organisations:read")],
)
async def list_organisations(
    session: SessionDep,
    paging: PagingDep,
    code: Annotated[ExternalId | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
    type: Annotated[OrganisationType | None, Query()] = None,
) -> Rows[Organisation]:
    """Public entries, in the order of registration."""
    return await paging.by_id(session, service.listed(code, country, type), Organisation.id)


@router.get(
    "/{organisation_id}",
    operation_id="get_organisation",
    summary="Get an organisation",
    response_model=OrganisationOut,
    dependencies=[requires("organisations:read")],
)
async def get_organisation(
    organisation_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Organisation:
    """The public entry."""
    return tagged(response, await service.get(session, organisation_id, as_of))


@router.get(
    "/{organisation_id}/members",
    operation_id="list_organisation_members",
    summary="List the members of an organisation",
    response_model=Page[OrganisationOut],
    dependencies=[requires("organisations:read")],
)
async def list_organisation_members(
    organisation_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    all: Annotated[bool, Query(description="Also members of members, however deep.")] = False,
) -> Rows[Organisation]:
    """Those that name it as the federation or network they belong to, in the order of registration."""
    return await paging.by_id(session, await service.members(session, organisation_id, all), Organisation.id)


@router.patch(
    "/{organisation_id}",
    operation_id="change_organisation",
    summary="Change an organisation",
    response_model=OrganisationOut,
    dependencies=[requires("organisations:write")],
)
async def change_organisation(
    organisation_id: UUID,
    data: OrganisationPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Organisation:
    """Change one's own entry. Its type, from which authority follows, is changed by operations alone."""
    return tagged(response, await service.change(session, principal, organisation_id, version, data))


history_route(router, "/{organisation_id}", Organisation, "organisation", "organisations:read", public=True)
