"""Licences of service providers, and measures against them, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.providers import Licence, ProviderSanction
from services.registry.providers import service
from services.registry.providers.schemas import (
    LicenceIn,
    LicenceOut,
    LicencePatch,
    SanctionIn,
    SanctionOut,
    SanctionPatch,
)

router = api_router("/v1/service-providers", "service-providers")


@router.post(
    "/{provider_id}/licences",
    operation_id="record_licence",
    summary="Record a licence of a service provider",
    status_code=201,
    response_model=LicenceOut,
    dependencies=[requires("offers:write")],
)
async def record_licence(
    provider_id: UUID, data: LicenceIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Licence:
    """By the provider itself or by an authority; `organisation_id` says who."""
    return tagged(response, await service.add_licence(session, principal, provider_id, data))


@router.get(
    "/{provider_id}/licences",
    operation_id="list_licences",
    summary="List the licences of a service provider",
    response_model=Page[LicenceOut],
    dependencies=[requires("offers:read")],
)
async def list_licences(provider_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Licence]:
    """Those that ran out as well."""
    return await paging.by_id(session, await service.about(session, Licence, provider_id), Licence.id)


@router.get(
    "/{provider_id}/licences/{licence_id}",
    operation_id="get_licence",
    summary="Get a licence",
    response_model=LicenceOut,
    dependencies=[requires("offers:read")],
)
async def get_licence(
    provider_id: UUID, licence_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Licence:
    """Authority, number and validity."""
    return tagged(response, await service.record_of(session, Licence, provider_id, licence_id, as_of))


@router.patch(
    "/{provider_id}/licences/{licence_id}",
    operation_id="change_licence",
    summary="Change a licence",
    response_model=LicenceOut,
    dependencies=[requires("offers:write")],
)
async def change_licence(
    provider_id: UUID,
    licence_id: UUID,
    data: LicencePatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Licence:
    """By whoever recorded it."""
    return tagged(response, await service.change_licence(session, principal, provider_id, licence_id, version, data))


@router.post(
    "/{provider_id}/sanctions",
    operation_id="sanction_service_provider",
    summary="Record a measure against a service provider",
    status_code=201,
    response_model=SanctionOut,
    dependencies=[requires("offers:vet")],
)
async def sanction_service_provider(
    provider_id: UUID, data: SanctionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ProviderSanction:
    """By an authority. While it is in force, the provider is not usable."""
    return tagged(response, await service.sanction(session, principal, provider_id, data))


@router.get(
    "/{provider_id}/sanctions",
    operation_id="list_sanctions",
    summary="List the measures against a service provider",
    response_model=Page[SanctionOut],
    dependencies=[requires("offers:read")],
)
async def list_sanctions(provider_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[ProviderSanction]:
    """Those that ended as well."""
    query = await service.about(session, ProviderSanction, provider_id)
    return await paging.by_id(session, query, ProviderSanction.id)


@router.get(
    "/{provider_id}/sanctions/{sanction_id}",
    operation_id="get_sanction",
    summary="Get a measure against a service provider",
    response_model=SanctionOut,
    dependencies=[requires("offers:read")],
)
async def get_sanction(
    provider_id: UUID, sanction_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ProviderSanction:
    """Kind, reason and time."""
    return tagged(response, await service.record_of(session, ProviderSanction, provider_id, sanction_id, as_of))


@router.patch(
    "/{provider_id}/sanctions/{sanction_id}",
    operation_id="change_sanction",
    summary="End or change a measure",
    response_model=SanctionOut,
    dependencies=[requires("offers:vet")],
)
async def change_sanction(
    provider_id: UUID,
    sanction_id: UUID,
    data: SanctionPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ProviderSanction:
    """By the authority that took it."""
    return tagged(response, await service.change_sanction(session, principal, provider_id, sanction_id, version, data))


history_route(router, "/{provider_id}/licences/{licence_id}", Licence, "licence", "offers:read")
history_route(router, "/{provider_id}/sanctions/{sanction_id}", ProviderSanction, "sanction", "offers:read")
