"""Orders from service providers, and how a partnership's people were served."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import Country, Currency, Payer, ServiceOrderStatus, ServiceType
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.errors import Conflict, FieldError, Guard, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.models.membership import held, keep, kept, membership, read
from services.registry.models.partnerships import Partnership
from services.registry.models.providers import ServiceOrder, ServiceProvider
from services.registry.providers.schemas import RECRUITMENT_RELATED, OrderIn, OrderPatch, OrderSummary, UnitPrice

_CENT = Decimal("0.01")


async def order(session: AsyncSession, principal: Principal, partnership_id: UUID, data: OrderIn) -> ServiceOrder:
    """A new order. What the provider is on that day is kept with it. Raises NotFound, Forbidden, Unprocessable."""
    await membership(session, principal, partnership_id)
    _check(data)
    provider = await session.get(ServiceProvider, data.provider_id)
    if provider is None:
        message = "No service provider has this id."
        raise Unprocessable.fields([FieldError("/provider_id", "unknown_provider", message)])
    values = data.model_dump() | {
        "price": data.price.model_dump(mode="json"),
        "usable_when_ordered": provider.usable_on(data.ordered_on, data.origin, data.destination),
        "fee_free_when_ordered": provider.fee_free_on(data.ordered_on),
    }
    return await keep(session, principal, ServiceOrder, partnership_id, values)


async def change(session: AsyncSession, order_id: UUID, version: int, patch: OrderPatch) -> ServiceOrder:
    """Merge the patch while the order is open. Raises NotFound, Forbidden, Unprocessable, Conflict once it is
    delivered or cancelled."""
    placed = await held(session, ServiceOrder, order_id)
    concurrency.check(placed, version)
    if placed.status != ServiceOrderStatus.ORDERED:
        raise Conflict.guards([Guard("ORDER_OPEN", False, placed.status, "ORDERED", "Place a new order.")])
    data = merged(OrderIn, fields_of(OrderIn, placed), patch)
    _check(data)
    for name, value in (data.model_dump() | {"price": data.price.model_dump(mode="json")}).items():
        setattr(placed, name, value)
    placed.touch()
    await session.flush()
    return placed


def _check(data: OrderIn) -> None:
    errors = []
    if data.payer is Payer.WORKER and data.service in RECRUITMENT_RELATED:
        message = "Recruitment fees and related costs are the employer's to pay (S-35, Employer Pays)."
        errors.append(FieldError("/payer", "employer_pays", message))
    if data.origin == data.destination:
        errors.append(FieldError("/destination", "not_a_corridor", "Must differ from origin."))
    if errors:
        raise Unprocessable.fields(errors)


async def get(session: AsyncSession, order_id: UUID, as_of: datetime | None = None) -> ServiceOrder:
    """Raises NotFound for missing and foreign alike."""
    return await read(session, ServiceOrder, order_id, as_of)


async def of(
    session: AsyncSession, partnership_id: UUID, status: str | None = None, provider_id: UUID | None = None
) -> Select[Any]:
    """Orders of a partnership that match the filters given. Raises NotFound for whoever may not read it."""
    await found(session, Partnership, partnership_id)
    query = kept(ServiceOrder, partnership_id)
    if status:
        query = query.where(ServiceOrder.status == status)
    return query.where(ServiceOrder.provider_id == provider_id) if provider_id else query


async def summary(session: AsyncSession, partnership_id: UUID) -> OrderSummary:
    """How the people of a partnership were served, and at which prices. Raises NotFound."""
    return summed((await session.scalars(await of(session, partnership_id))).all())


def summed(orders: Iterable[ServiceOrder]) -> OrderSummary:
    """The summary of these orders; cancelled ones do not count."""
    counted = [each for each in orders if each.status != ServiceOrderStatus.CANCELLED]
    well = sum(each.usable_when_ordered for each in counted)
    return OrderSummary(
        orders=len(counted),
        persons=sum(each.persons for each in counted),
        served_well=well,
        served_well_share=round(well / len(counted), 4) if counted else None,
        paid_by_workers=sum(each.payer == Payer.WORKER for each in counted),
        unit_prices=_unit_prices(counted),
    )


def _unit_prices(orders: list[ServiceOrder]) -> list[UnitPrice]:
    groups: dict[tuple[str, str, str, str], list[ServiceOrder]] = defaultdict(list)
    for each in orders:
        groups[each.service, each.origin, each.destination, each.price["currency"]].append(each)
    return [
        UnitPrice(
            service=ServiceType(service),
            origin=Country(origin),
            destination=Country(destination),
            currency=Currency(currency),
            orders=len(group),
            persons=(persons := sum(each.persons for each in group)),
            price_per_person=(sum((Decimal(each.price["amount"]) for each in group), Decimal(0)) / persons).quantize(
                _CENT
            ),
        )
        for (service, origin, destination, currency), group in sorted(groups.items())
    ]
