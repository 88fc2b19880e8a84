"""Orders from service providers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ServiceOrderStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.providers import ServiceOrder
from services.registry.providers import ordering
from services.registry.providers.schemas import OrderIn, OrderOut, OrderPatch, OrderSummary

router = api_router("/v1", "service-orders")


@router.post(
    "/partnerships/{partnership_id}/service-orders",
    operation_id="order_service",
    summary="Order a service for people of a partnership",
    status_code=201,
    response_model=OrderOut,
    dependencies=[requires("partnerships:write")],
)
async def order_service(
    partnership_id: UUID, data: OrderIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ServiceOrder:
    """By any party. No worker pays for recruitment or what goes with it."""
    return tagged(response, await ordering.order(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/service-orders",
    operation_id="list_service_orders",
    summary="List the service orders of a partnership",
    response_model=Page[OrderOut],
    dependencies=[requires("partnerships:read")],
)
async def list_service_orders(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[ServiceOrderStatus | None, Query()] = None,
    provider_id: Annotated[UUID | None, Query(description="Only orders from this provider.")] = None,
) -> Rows[ServiceOrder]:
    """In the order in which they were recorded."""
    query = await ordering.of(session, partnership_id, status, provider_id)
    return await paging.by_id(session, query, ServiceOrder.id)


@router.get(
    "/partnerships/{partnership_id}/service-summary",
    operation_id="get_service_summary",
    summary="Sum up how a partnership's people were served",
    response_model=OrderSummary,
    dependencies=[requires("partnerships:read")],
)
async def get_service_summary(partnership_id: UUID, session: SessionDep) -> OrderSummary:
    """Share of orders from licensed and fee-free providers, and unit prices of each corridor."""
    return await ordering.summary(session, partnership_id)


@router.get(
    "/service-orders/{order_id}",
    operation_id="get_service_order",
    summary="Get a service order",
    response_model=OrderOut,
    dependencies=[requires("partnerships:read")],
)
async def get_service_order(
    order_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ServiceOrder:
    """What was ordered for how many, who pays, and what the provider was on that day."""
    return tagged(response, await ordering.get(session, order_id, as_of))


@router.patch(
    "/service-orders/{order_id}",
    operation_id="change_service_order",
    summary="Change, deliver or cancel a service order",
    response_model=OrderOut,
    dependencies=[requires("partnerships:write")],
)
async def change_service_order(
    order_id: UUID,
    data: OrderPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ServiceOrder:
    """The party that ordered changes it until it is delivered or cancelled."""
    return tagged(response, await ordering.change(session, order_id, version, data))


history_route(router, "/service-orders/{order_id}", ServiceOrder, "service_order", "partnerships:read")
