"""Costs, spending and exchange rates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import CostGroup, Currency, MobilityPhase, Payer
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.registry.costs import service
from services.registry.costs.schemas import (
    CostEntryIn,
    CostEntryOut,
    CostMatrixIn,
    CostMatrixOut,
    CostSummaryOut,
    ExchangeRateIn,
    ExchangeRateOut,
    ReversalIn,
)
from services.registry.models.costs import CostEntry, CostMatrix, ExchangeRate
from services.registry.models.membership import read

router = api_router("/v1", "costs")


@router.post(
    "/partnerships/{partnership_id}/cost-matrices",
    operation_id="agree_cost_matrix",
    summary="Agree on the cost matrix",
    status_code=201,
    response_model=CostMatrixOut,
    dependencies=[requires("partnerships:write")],
)
async def agree_cost_matrix(
    partnership_id: UUID, data: CostMatrixIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CostMatrix:
    """Who bears which share of which group; one matrix a partnership. A lead or funder keeps it. Shares of a group
    sum to 100; recruitment costs the worker nothing; training is repaid only out of income, capped."""
    return tagged(response, await service.agree(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/cost-matrices",
    operation_id="list_cost_matrices",
    summary="Find the cost matrix of a partnership",
    response_model=Page[CostMatrixOut],
    dependencies=[requires("partnerships:read")],
)
async def list_cost_matrices(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[CostMatrix]:
    """A list of one matrix, or of none."""
    return await paging.by_id(session, await service.matrices(session, partnership_id), CostMatrix.id)


@router.get(
    "/cost-matrices/{cost_matrix_id}",
    operation_id="get_cost_matrix",
    summary="Get a cost matrix",
    response_model=CostMatrixOut,
    dependencies=[requires("partnerships:read")],
)
async def get_cost_matrix(
    cost_matrix_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> CostMatrix:
    """All shares and budgets."""
    return tagged(response, await read(session, CostMatrix, cost_matrix_id, as_of))


@router.put(
    "/cost-matrices/{cost_matrix_id}",
    operation_id="replace_cost_matrix",
    summary="Replace a cost matrix",
    response_model=CostMatrixOut,
    dependencies=[requires("partnerships:write")],
)
async def replace_cost_matrix(
    cost_matrix_id: UUID,
    data: CostMatrixIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> CostMatrix:
    """All lines at once, so that no state in between has shares that do not sum to 100."""
    return tagged(response, await service.replace(session, principal, cost_matrix_id, version, data))


@router.get(
    "/partnerships/{partnership_id}/cost-summary",
    operation_id="get_cost_summary",
    summary="Compare plan and spending",
    response_model=CostSummaryOut,
    dependencies=[requires("partnerships:read")],
)
async def get_cost_summary(partnership_id: UUID, session: SessionDep) -> service.CostSummary:
    """By group and payer, with the private share, and what a trained, certified, placed or retained person cost."""
    return await service.summarise(session, partnership_id)


@router.post(
    "/partnerships/{partnership_id}/cost-entries",
    operation_id="record_cost_entry",
    summary="Record spending",
    status_code=201,
    response_model=CostEntryOut,
    dependencies=[requires("partnerships:write")],
)
async def record_cost_entry(
    partnership_id: UUID, data: CostEntryIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CostEntry:
    """Any party does. The entry keeps the exchange rate of its day, or the last one of the 31 days before, and says
    which. It never changes; reverse it when it is wrong."""
    return tagged(response, await service.spend(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/cost-entries",
    operation_id="list_cost_entries",
    summary="List the spending of a partnership",
    response_model=Page[CostEntryOut],
    dependencies=[requires("partnerships:read")],
)
async def list_cost_entries(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    group: Annotated[CostGroup | None, Query()] = None,
    payer: Annotated[Payer | None, Query()] = None,
    phase: Annotated[MobilityPhase | None, Query()] = None,
) -> Rows[CostEntry]:
    """In the order it was recorded, reversals included."""
    query = await service.entries(session, partnership_id, group, payer, phase)
    return await paging.by_id(session, query, CostEntry.id)


@router.get(
    "/cost-entries/{cost_entry_id}",
    operation_id="get_cost_entry",
    summary="Get a cost entry",
    response_model=CostEntryOut,
    dependencies=[requires("partnerships:read")],
)
async def get_cost_entry(cost_entry_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> CostEntry:
    """With the exchange rate that was used."""
    return tagged(response, await read(session, CostEntry, cost_entry_id, as_of))


@router.post(
    "/cost-entries/{cost_entry_id}/reversals",
    operation_id="reverse_cost_entry",
    summary="Reverse a cost entry",
    status_code=201,
    response_model=CostEntryOut,
    dependencies=[requires("partnerships:write")],
)
async def reverse_cost_entry(
    cost_entry_id: UUID, data: ReversalIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CostEntry:
    """Adds an entry with the same sums below zero that names the first; once, by whoever recorded it."""
    return tagged(response, await service.reverse(session, principal, cost_entry_id, data))


@router.post(
    "/exchange-rates",
    operation_id="record_exchange_rate",
    summary="Record an exchange rate",
    status_code=201,
    response_model=ExchangeRateOut,
    dependencies=[requires("rates:write")],
)
async def record_exchange_rate(data: ExchangeRateIn, session: SessionDep, principal: PrincipalDep) -> ExchangeRate:
    """Of operations: used by every partnership. Of a partner: used by the partnerships it is a party to. A rate never
    changes; a later one for the same day is used in its place."""
    return await service.record_rate(session, principal, data)


@router.get(
    "/exchange-rates",
    operation_id="list_exchange_rates",
    summary="List exchange rates",
    response_model=Page[ExchangeRateOut],
    dependencies=[requires("rates:read")],
)
async def list_exchange_rates(
    session: SessionDep,
    paging: PagingDep,
    base: Annotated[Currency | None, Query()] = None,
    quote: Annotated[Currency | None, Query()] = None,
    on: Annotated[Date | None, Query(description="Fixed on this day.")] = None,
) -> Rows[ExchangeRate]:
    """Those of everybody, in the order they were recorded."""
    return await paging.by_id(session, service.rates(base, quote, on), ExchangeRate.id)


@router.get(
    "/exchange-rates/{exchange_rate_id}",
    operation_id="get_exchange_rate",
    summary="Get an exchange rate",
    response_model=ExchangeRateOut,
    dependencies=[requires("rates:read")],
)
async def get_exchange_rate(exchange_rate_id: UUID, session: SessionDep) -> ExchangeRate:
    """With its source."""
    return await service.rate_of(session, exchange_rate_id)


history_route(router, "/cost-matrices/{cost_matrix_id}", CostMatrix, "cost_matrix", "partnerships:read")
history_route(router, "/cost-entries/{cost_entry_id}", CostEntry, "cost_entry", "partnerships:read")
