"""Engagements of the diaspora over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, DiasporaEngagementType
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isco08, Language
from services.registry.diaspora import service
from services.registry.diaspora.schemas import (
    DeliveryIn,
    DeliveryOut,
    DeliveryPatch,
    DeliveryTotals,
    EngagementIn,
    EngagementOut,
    EngagementPatch,
    VettingIn,
    VettingOut,
)
from services.registry.models.diaspora import DiasporaDelivery, DiasporaEngagement, DiasporaVetting

router = api_router("/v1/diaspora-engagements", "diaspora")


@router.post(
    "",
    operation_id="publish_diaspora_engagement",
    summary="Publish an engagement of the diaspora",
    status_code=201,
    response_model=EngagementOut,
    dependencies=[requires("offers:write")],
)
async def publish_diaspora_engagement(
    data: EngagementIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> DiasporaEngagement:
    """It is read by the parties of the partnerships it is offered to, and starts unvetted."""
    return tagged(response, await service.publish(session, principal, data))


@router.get(
    "",
    operation_id="list_diaspora_engagements",
    summary="List engagements of the diaspora",
    response_model=Page[EngagementOut],
    dependencies=[requires("offers:read")],
)
async def list_diaspora_engagements(
    session: SessionDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Offered to this partnership.")] = None,
    type: Annotated[DiasporaEngagementType | None, Query()] = None,
    origin: Annotated[Country | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
    isco08: Annotated[Isco08 | None, Query()] = None,
) -> Rows[DiasporaEngagement]:
    """One's own and those offered to one's partnerships, in the order of publication."""
    query = service.listed(partnership, type, origin, language, isco08)
    return await paging.by_id(session, query, DiasporaEngagement.id)


@router.get(
    "/{engagement_id}",
    operation_id="get_diaspora_engagement",
    summary="Get an engagement of the diaspora",
    response_model=EngagementOut,
    dependencies=[requires("offers:read")],
)
async def get_diaspora_engagement(
    engagement_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> DiasporaEngagement:
    """What is offered, and whether another party vetted it."""
    return tagged(response, await service.get(session, engagement_id, as_of))


@router.patch(
    "/{engagement_id}",
    operation_id="change_diaspora_engagement",
    summary="Change an engagement of the diaspora",
    response_model=EngagementOut,
    dependencies=[requires("offers:write")],
)
async def change_diaspora_engagement(
    engagement_id: UUID,
    data: EngagementPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> DiasporaEngagement:
    """The organisation changes its own."""
    return tagged(response, await service.change(session, principal, engagement_id, version, data))


@router.post(
    "/{engagement_id}/vettings",
    operation_id="vet_diaspora_engagement",
    summary="Vet an engagement of the diaspora",
    status_code=201,
    response_model=VettingOut,
    dependencies=[requires("offers:vet")],
)
async def vet_diaspora_engagement(
    engagement_id: UUID, data: VettingIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> DiasporaVetting:
    """Operations, or a lead or implementer of a partnership it is offered to; never the organisation itself."""
    return tagged(response, await service.vet(session, principal, engagement_id, data))


@router.get(
    "/{engagement_id}/vettings",
    operation_id="list_diaspora_vettings",
    summary="List the vettings of an engagement",
    response_model=Page[VettingOut],
    dependencies=[requires("offers:read")],
)
async def list_diaspora_vettings(engagement_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[DiasporaVetting]:
    """In the order in which they were given; the last one counts."""
    return await paging.by_id(session, await service.vettings_of(session, engagement_id), DiasporaVetting.id)


@router.post(
    "/{engagement_id}/deliveries",
    operation_id="record_diaspora_delivery",
    summary="Record what was given under an engagement",
    status_code=201,
    response_model=DeliveryOut,
    dependencies=[requires("offers:write")],
)
async def record_diaspora_delivery(
    engagement_id: UUID, data: DeliveryIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> DiasporaDelivery:
    """Hours, money, and how many people had something of it."""
    return tagged(response, await service.deliver(session, principal, engagement_id, data))


@router.get(
    "/{engagement_id}/deliveries",
    operation_id="list_diaspora_deliveries",
    summary="List what was given under an engagement",
    response_model=Page[DeliveryOut],
    dependencies=[requires("offers:read")],
)
async def list_diaspora_deliveries(
    engagement_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[DiasporaDelivery]:
    """In the order in which it was recorded."""
    return await paging.by_id(session, await service.deliveries_of(session, engagement_id), DiasporaDelivery.id)


@router.get(
    "/{engagement_id}/totals",
    operation_id="get_diaspora_totals",
    summary="Sum up what was given under an engagement",
    response_model=DeliveryTotals,
    dependencies=[requires("offers:read")],
)
async def get_diaspora_totals(engagement_id: UUID, session: SessionDep) -> DeliveryTotals:
    """Hours, money in EUR and beneficiaries."""
    return await service.totals(session, engagement_id)


@router.get(
    "/{engagement_id}/deliveries/{delivery_id}",
    operation_id="get_diaspora_delivery",
    summary="Get a delivery",
    response_model=DeliveryOut,
    dependencies=[requires("offers:read")],
)
async def get_diaspora_delivery(
    engagement_id: UUID, delivery_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> DiasporaDelivery:
    """What was given, when and to how many."""
    return tagged(response, await service.delivery_of(session, engagement_id, delivery_id, as_of))


@router.patch(
    "/{engagement_id}/deliveries/{delivery_id}",
    operation_id="correct_diaspora_delivery",
    summary="Correct a delivery",
    response_model=DeliveryOut,
    dependencies=[requires("offers:write")],
)
async def correct_diaspora_delivery(
    engagement_id: UUID,
    delivery_id: UUID,
    data: DeliveryPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> DiasporaDelivery:
    """The organisation corrects what it recorded."""
    return tagged(response, await service.correct(session, engagement_id, delivery_id, version, data))


history_route(router, "/{engagement_id}", DiasporaEngagement, "diaspora_engagement", "offers:read")
history_route(router, "/{engagement_id}/deliveries/{delivery_id}", DiasporaDelivery, "diaspora_delivery", "offers:read")
