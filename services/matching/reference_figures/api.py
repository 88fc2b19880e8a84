"""Reference figures over HTTP."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request

from services.contracts.vocabulary import Country, Currency, FigureKind
from services.kit import tables
from services.kit.auth import PrincipalDep, requires
from services.kit.bulk import MEDIA_TYPE, BatchOut
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Instant, Isic
from services.matching.models.figures import ReferenceFigure
from services.matching.reference_figures import service
from services.matching.reference_figures.schemas import EXAMPLE, FigureIn, FigureOut, IscoGroup

router = api_router("/v1/reference-figures", "reference figures")

_LINES: dict[str, Any] = {"type": "string", "maxLength": 1024 * 1024}
_CSV = ",".join(EXAMPLE) + "\n" + ",".join(f'"{value}"' for value in EXAMPLE.values()) + "\n"
_BATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A figure a line: NDJSON, or a CSV or XLSX table whose headers are the names of the fields. At"
        " most 10,000 figures and 1 MB.",
        "content": {
            MEDIA_TYPE: {"schema": dict(_LINES), "example": json.dumps(EXAMPLE) + "\n"},
            tables.CSV: {"schema": dict(_LINES), "example": _CSV},
            tables.XLSX: {"schema": dict(_LINES), "example": "the bytes of a workbook"},
        },
    }
}


@router.post(
    ":batch",
    operation_id="record_reference_figures",
    summary="Record many reference figures",
    response_model=BatchOut,
    openapi_extra=_BATCH,
    dependencies=[requires("reference-figures:write")],
)
async def record_reference_figures(
    request: Request,
    session: SessionDep,
    principal: PrincipalDep,
    validate_only: Annotated[bool, Query(description="Check every row and write nothing.")] = False,
) -> BatchOut:
    """One result a row in order; a bad row never blocks a good one. A release that is there already is unchanged; one
    that says something else than before is refused. What was recorded stays, so that a score can be computed again."""
    media_type, body = request.headers.get("content-type", ""), await request.body()
    # A workbook takes long enough to read that others would wait.
    rows = await asyncio.to_thread(lambda: list(tables.batch(media_type, body, FigureIn, service.fields)))
    return BatchOut(results=await service.record_rows(session, principal.organisation_id, rows, validate_only))


@router.get(
    "",
    operation_id="list_reference_figures",
    summary="List reference figures",
    response_model=Page[FigureOut],
    dependencies=[requires("reference-figures:read")],
)
async def list_reference_figures(
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[FigureKind | None, Query(description="Only this kind.")] = None,
    country: Annotated[Country | None, Query(description="Only about this country.")] = None,
    isco08: Annotated[IscoGroup | None, Query(description="Only of this ISCO-08 group.", examples=["741"])] = None,
    nace: Annotated[Isic | None, Query(description="Only of this industry.")] = None,
    currency: Annotated[Currency | None, Query(description="Only in units of this currency.")] = None,
    as_of: Annotated[
        Instant | None,
        Query(description="What was released and recorded at this time.", examples=["2027-03-01T12:00:00Z"]),
    ] = None,
    newest: Annotated[bool, Query(description="Of several releases of a figure only the last.")] = False,
) -> Rows[ReferenceFigure]:
    """In the order in which they were recorded."""
    filters = {"kind": kind, "country": country, "isco08": isco08, "nace": nace, "currency": currency}
    return await paging.by_id(session, service.listed(filters, as_of, newest), ReferenceFigure.id)


@router.get(
    "/{figure_id}",
    operation_id="get_reference_figure",
    summary="Get a reference figure",
    response_model=FigureOut,
    dependencies=[requires("reference-figures:read")],
)
async def get_reference_figure(figure_id: UUID, session: SessionDep) -> ReferenceFigure:
    """With its source; it never changes."""
    return await service.get(session, figure_id)
