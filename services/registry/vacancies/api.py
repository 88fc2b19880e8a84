"""Vacancies over HTTP."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.contracts.vocabulary import Country, JobEffect, Track, VacancyStatus
from services.kit import tables
from services.kit.auth import PrincipalDep, requires
from services.kit.bulk import MEDIA_TYPE, BatchOut
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.limits import BULK_BODY_BYTES
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isco08
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies import batch, service, spreadsheet
from services.registry.vacancies.schemas import EXAMPLE, VacancyIn, VacancyOut, VacancyPatch, VacancyTransitionIn

router = api_router("/v1/vacancies", "vacancies")

_LINES: dict[str, Any] = {"type": "string", "maxLength": BULK_BODY_BYTES}
_CSV = (
    "external_id,title.en,country,isco08,skills,gross_monthly_wage.amount,gross_monthly_wage.currency,start_from,start_to\n"
    "HP-2027-04,Heat pump technician,BEL,7127,"
    "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b;level=3,2950.00,EUR,2027-06-01,2027-10-01\n"
)
_BATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A vacancy a line as in `publish_vacancy`: NDJSON, or a CSV or XLSX table as `export_vacancies`"
        " writes it. At most 10,000 vacancies and 1 MB.",
        "content": {
            MEDIA_TYPE: {"schema": dict(_LINES), "example": json.dumps(EXAMPLE) + "\n"},
            tables.CSV: {"schema": dict(_LINES), "example": _CSV},
            tables.XLSX: {"schema": dict(_LINES), "example": "the bytes of a workbook"},
        },
    }
}


@router.post(
    "",
    operation_id="publish_vacancy",
    summary="Publish a vacancy",
    status_code=201,
    response_model=VacancyOut,
    dependencies=[requires("vacancies:write")],
)
async def publish_vacancy(data: VacancyIn, session: SessionDep, principal: PrincipalDep, response: Response) -> Vacancy:
    """It is OPEN, and read by the parties of the partnerships it is offered to."""
    return tagged(response, await service.publish(session, principal, data))


@router.post(
    ":batch",
    operation_id="upsert_vacancies",
    summary="Create or change many vacancies",
    response_model=BatchOut,
    dependencies=[requires("vacancies:write")],
    openapi_extra=_BATCH,
)
async def upsert_vacancies(
    request: Request,
    session: SessionDep,
    principal: PrincipalDep,
    validate_only: Annotated[bool, Query(description="Check everything, write nothing.")] = False,
) -> BatchOut:
    """Upserts by external_id, one result a row in order; a bad row never blocks a good one, a repeat changes
    nothing."""
    media_type, body = request.headers.get("content-type", ""), await request.body()
    # A workbook takes long enough to read that others would wait.
    rows = await asyncio.to_thread(lambda: list(tables.batch(media_type, body, VacancyIn, spreadsheet.fields)))
    return await batch.upsert(session, principal, rows, validate_only)


@router.get(
    "",
    operation_id="list_vacancies",
    summary="List vacancies",
    response_model=Page[VacancyOut],
    dependencies=[requires("vacancies:read")],
)
async def list_vacancies(
    session: SessionDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Offered to this partnership.")] = None,
    country: Annotated[Country | None, Query()] = None,
    isco08: Annotated[Isco08 | None, Query()] = None,
    status: Annotated[VacancyStatus | None, Query()] = None,
    side: Annotated[Track | None, Query(description="At home or away, seen from the partnership's origins.")] = None,
    job_effect: Annotated[JobEffect | None, Query()] = None,
) -> Rows[Vacancy]:
    """One's own vacancies and those offered to one's partnerships, in the order of publication."""
    wanted = service.Filters(partnership, country, isco08, status, side, job_effect)
    return await paging.by_id(session, service.listed(wanted), Vacancy.id)


@router.get(
    "/{vacancy_id}",
    operation_id="get_vacancy",
    summary="Get a vacancy",
    response_model=VacancyOut,
    dependencies=[requires("vacancies:read")],
)
async def get_vacancy(vacancy_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Vacancy:
    """The job with all it asks for and offers."""
    return tagged(response, await service.get(session, vacancy_id, as_of))


@router.patch(
    "/{vacancy_id}",
    operation_id="change_vacancy",
    summary="Change a vacancy",
    response_model=VacancyOut,
    dependencies=[requires("vacancies:write")],
)
async def change_vacancy(
    vacancy_id: UUID,
    data: VacancyPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Vacancy:
    """The employer changes its own vacancy."""
    return tagged(response, await service.change(session, principal, vacancy_id, version, data))


@router.post(
    "/{vacancy_id}/transitions",
    operation_id="move_vacancy",
    summary="Move a vacancy to another state",
    response_model=VacancyOut,
    dependencies=[requires("vacancies:write")],
)
async def move_vacancy(
    vacancy_id: UUID, data: VacancyTransitionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Vacancy:
    """OPEN and PAUSED alternate; FILLED and WITHDRAWN are final."""
    return tagged(response, await service.move(session, principal, vacancy_id, data))


@router.post(
    "/{vacancy_id}/reconfirmation",
    operation_id="reconfirm_vacancy",
    summary="Say that the job is still there",
    response_model=VacancyOut,
    dependencies=[requires("vacancies:write")],
)
async def reconfirm_vacancy(
    vacancy_id: UUID, session: SessionDep, principal: PrincipalDep, response: Response
) -> Vacancy:
    """To be done every 60 days, or the vacancy is paused as stale; a stale one is OPEN again. A change counts too."""
    return tagged(response, await service.reconfirm(session, principal, vacancy_id))


history_route(router, "/{vacancy_id}", Vacancy, "vacancy", "vacancies:read")
