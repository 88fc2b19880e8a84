"""Demand over HTTP."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.contracts.vocabulary import DemandKind
from services.kit import bulk, tables
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.history import AsOf, history_route
from services.kit.limits import BULK_BODY_BYTES
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isco08
from services.registry.demand import service
from services.registry.demand.schemas import EXAMPLE, DemandBatchOut, DemandIn, DemandOut, DemandSummary
from services.registry.models.demand import DemandForecast

router = api_router("/v1", "demand")

_LINES: dict[str, Any] = {"type": "string", "maxLength": BULK_BODY_BYTES}
_CSV = (
    "external_id,partnership_id,employer_key,isco08,country,persons,year,response_mix.domestic_training,"
    "response_mix.upskilling,response_mix.working_conditions,response_mix.intra_regional,"
    "response_mix.international_mobility\n"
    "L-1,01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10,MEMBER-7,7127,BEL,12,2027,40,20,10,10,20\n"
)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A line of demand each, for any number of employers: NDJSON, or a CSV or XLSX table whose"
        " headers are the fields (`response_mix.upskilling`; skill URIs separated by |). At most 10,000 lines, 1 MB.",
        "content": {
            bulk.MEDIA_TYPE: {"schema": dict(_LINES), "example": json.dumps(EXAMPLE) + "\n"},
            tables.CSV: {"schema": dict(_LINES), "example": _CSV},
            tables.XLSX: {"schema": dict(_LINES), "example": "the bytes of a workbook"},
        },
    }
}


@router.post(
    "/demand-forecasts:batch",
    operation_id="submit_demand",
    summary="Submit demand of many employers",
    response_model=DemandBatchOut,
    dependencies=[requires("partnerships:write")],
    openapi_extra=_BODY,
)
async def submit_demand(
    request: Request,
    session: SessionDep,
    principal: PrincipalDep,
    validate_only: Annotated[bool, Query(description="Check everything, write nothing.")] = False,
) -> DemandBatchOut:
    """Upserts by external_id within a partnership, one result a line in order; a bad line never blocks a good one.
    Who submits for another registered employer needs its mandate."""
    media_type, body = request.headers.get("content-type", ""), await request.body()
    # A workbook takes long enough to read that others would wait.
    rows = await asyncio.to_thread(lambda: list(tables.batch(media_type, body, DemandIn, service.fields)))
    return DemandBatchOut(results=await service.upsert(session, principal, rows, validate_only))


@router.get(
    "/demand-forecasts",
    operation_id="list_demand",
    summary="List demand",
    response_model=Page[DemandOut],
    dependencies=[requires("partnerships:read")],
)
async def list_demand(
    session: SessionDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Told to this partnership.")] = None,
    employer: Annotated[UUID | None, Query(description="Of this employer.")] = None,
    kind: Annotated[DemandKind | None, Query()] = None,
    isco08: Annotated[Isco08 | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Rows[DemandForecast]:
    """Of one's partnerships, and what others submitted for one's own organisation."""
    return await paging.by_id(session, service.listed(partnership, employer, kind, isco08, year), DemandForecast.id)


@router.get(
    "/demand-forecasts/summary",
    operation_id="summarise_demand",
    summary="Sum the demand of a partnership up",
    response_model=DemandSummary,
    responses={404: {}},
    dependencies=[requires("partnerships:read")],
)
async def summarise_demand(
    session: SessionDep,
    partnership: Annotated[UUID, Query(examples=["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"])],
) -> DemandSummary:
    """By employer, occupation and year, with the persons of each way of meeting it."""
    return await service.summary(session, partnership)


@router.get(
    "/demand-forecasts/{forecast_id}",
    operation_id="get_demand",
    summary="Get a line of demand",
    response_model=DemandOut,
    dependencies=[requires("partnerships:read")],
)
async def get_demand(forecast_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> DemandForecast:
    """Parties of the partnership and the employer read it."""
    return tagged(response, await service.get(session, forecast_id, as_of))


@router.get(
    "/partnerships/{partnership_id}/demand",
    operation_id="list_partnership_demand",
    summary="List the demand that a partnership was told",
    response_model=Page[DemandOut],
    dependencies=[requires("partnerships:read")],
)
async def list_partnership_demand(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[DemandKind | None, Query()] = None,
) -> Rows[DemandForecast]:
    """Forecasts and training needs, in the order in which they were submitted."""
    return await paging.by_id(session, await service.of_partnership(session, partnership_id, kind), DemandForecast.id)


history_route(router, "/demand-forecasts/{forecast_id}", DemandForecast, "demand", "partnerships:read")
