"""Hosts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, Persona
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isic
from services.registry.hosts import service
from services.registry.hosts.schemas import HostIn, HostOut, HostPatch
from services.registry.models.hosts import Host

router = api_router("/v1/hosts", "hosts")


@router.post(
    "",
    operation_id="publish_host",
    summary="Publish a host",
    status_code=201,
    response_model=HostOut,
    dependencies=[requires("offers:write")],
)
async def publish_host(data: HostIn, session: SessionDep, principal: PrincipalDep, response: Response) -> Host:
    """It is read by the parties of the partnerships it is offered to."""
    return tagged(response, await service.publish(session, principal, data))


@router.get(
    "",
    operation_id="list_hosts",
    summary="List hosts",
    response_model=Page[HostOut],
    dependencies=[requires("offers:read")],
)
async def list_hosts(
    session: SessionDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Offered to this partnership.")] = None,
    country: Annotated[Country | None, Query()] = None,
    sector: Annotated[Isic | None, Query()] = None,
    persona: Annotated[Persona | None, Query(description="Takes such people.")] = None,
    diaspora_firm: Annotated[bool | None, Query(description="Firms of the diaspora, or all others.")] = None,
) -> Rows[Host]:
    """One's own hosts and those offered to one's partnerships, in the order of publication."""
    query = service.listed(partnership, country, sector, persona, diaspora_firm)
    return await paging.by_id(session, query, Host.id)


@router.get(
    "/{host_id}",
    operation_id="get_host",
    summary="Get a host",
    response_model=HostOut,
    dependencies=[requires("offers:read")],
)
async def get_host(host_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Host:
    """What the host has room for."""
    return tagged(response, await service.get(session, host_id, as_of))


@router.patch(
    "/{host_id}",
    operation_id="change_host",
    summary="Change a host",
    response_model=HostOut,
    dependencies=[requires("offers:write")],
)
async def change_host(
    host_id: UUID,
    data: HostPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Host:
    """The host changes, opens or closes its own offer."""
    return tagged(response, await service.change(session, principal, host_id, version, data))


history_route(router, "/{host_id}", Host, "host", "offers:read")
