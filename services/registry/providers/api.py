"""The directory of service providers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, ServiceProviderKind
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.providers import IrisAssessment, ProviderRating, ServiceProvider
from services.registry.providers import service
from services.registry.providers.schemas import (
    AssessmentIn,
    AssessmentOut,
    ProviderIn,
    ProviderOut,
    ProviderPatch,
    RatingIn,
    RatingOut,
)

router = api_router("/v1/service-providers", "service-providers")


@router.post(
    "",
    operation_id="register_service_provider",
    summary="Register as a service provider",
    status_code=201,
    response_model=ProviderOut,
    dependencies=[requires("offers:write")],
)
async def register_service_provider(
    data: ProviderIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ServiceProvider:
    """The entry of one's own organisation, one for each kind of service; every client reads it."""
    return tagged(response, await service.register(session, principal, data))


@router.get(
    "",
    operation_id="list_service_providers",
    summary="List service providers",
    response_model=Page[ProviderOut],
    dependencies=[requires("offers:read")],
)
async def list_service_providers(
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[ServiceProviderKind | None, Query()] = None,
    country: Annotated[Country | None, Query(description="Works in this country.")] = None,
    organisation: Annotated[UUID | None, Query(description="Entries of this organisation.")] = None,
) -> Rows[ServiceProvider]:
    """With licences, assessments and sanctions taken into account, in the order of registration."""
    return await paging.by_id(session, service.listed(kind, country, organisation), ServiceProvider.id)


@router.get(
    "/{provider_id}",
    operation_id="get_service_provider",
    summary="Get a service provider",
    response_model=ProviderOut,
    dependencies=[requires("offers:read")],
)
async def get_service_provider(
    provider_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ServiceProvider:
    """Whether it may be used today, and why."""
    return tagged(response, await service.get(session, provider_id, as_of))


@router.patch(
    "/{provider_id}",
    operation_id="change_service_provider",
    summary="Change a service provider",
    response_model=ProviderOut,
    dependencies=[requires("offers:write")],
)
async def change_service_provider(
    provider_id: UUID,
    data: ProviderPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ServiceProvider:
    """The provider changes its own entry."""
    return tagged(response, await service.change(session, provider_id, version, data))


@router.post(
    "/{provider_id}/assessments",
    operation_id="assess_service_provider",
    summary="Assess a service provider against the IRIS principles",
    status_code=201,
    response_model=AssessmentOut,
    dependencies=[requires("offers:vet")],
)
async def assess_service_provider(
    provider_id: UUID, data: AssessmentIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> IrisAssessment:
    """By an intergovernmental organisation or an authority, never by the provider. It cannot be changed; a later
    one takes its place."""
    return tagged(response, await service.assess(session, principal, provider_id, data))


@router.get(
    "/{provider_id}/assessments",
    operation_id="list_service_provider_assessments",
    summary="List the assessments of a service provider",
    response_model=Page[AssessmentOut],
    dependencies=[requires("offers:read")],
)
async def list_service_provider_assessments(
    provider_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[IrisAssessment]:
    """In the order in which they were written."""
    return await paging.by_id(session, await service.about(session, IrisAssessment, provider_id), IrisAssessment.id)


@router.post(
    "/{provider_id}/ratings",
    operation_id="rate_service_provider",
    summary="Rate a service provider",
    status_code=201,
    response_model=RatingOut,
    dependencies=[requires("offers:vet")],
)
async def rate_service_provider(
    provider_id: UUID, data: RatingIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ProviderRating:
    """By any other organisation; its last rating counts."""
    return tagged(response, await service.rate(session, principal, provider_id, data))


@router.get(
    "/{provider_id}/ratings",
    operation_id="list_service_provider_ratings",
    summary="List the ratings of a service provider",
    response_model=Page[RatingOut],
    dependencies=[requires("offers:read")],
)
async def list_service_provider_ratings(
    provider_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[ProviderRating]:
    """In the order in which they were given."""
    return await paging.by_id(session, await service.about(session, ProviderRating, provider_id), ProviderRating.id)


history_route(router, "/{provider_id}", ServiceProvider, "service_provider", "offers:read")
