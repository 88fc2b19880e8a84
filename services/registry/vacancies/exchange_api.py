"""Vacancies from and for other systems, over HTTP."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.contracts.vocabulary import Country, VacancyStatus
from services.kit import bulk, tables
from services.kit.auth import PrincipalDep, requires
from services.kit.limits import BULK_BODY_BYTES
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isco08
from services.registry.vacancies import exchange, service, spreadsheet
from services.registry.vacancies.schemas import ImportOut, VacancyOut

router = api_router("/v1/vacancies", "vacancies")
JSON_LD = "application/ld+json"

POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "identifier": "HP-2027-04",
    "inLanguage": "en",
    "title": "Heat pump technician",
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "BE"}},
    "occupationalCategory": "7127",
    "skills": [
        {"@type": "DefinedTerm", "@id": "http://data.europa.eu/esco/skill/a9de86ad-3d4f-4a04-80e9-7a4b18e5db9b"}
    ],
    "employmentType": "FULL_TIME",
    "workHours": "38 hours per week",
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 35400, "unitText": "YEAR"},
    },
    "totalJobOpenings": 3,
    "jobStartDate": "2027-06-01",
}


def _open(schema: dict[str, Any]) -> None:
    schema.pop("properties", None)
    schema.update({"maxProperties": 1000, "examples": [POSTING]})


class JobPosting(BaseModel):
    """A JobPosting of https://schema.org/JobPosting; members that a vacancy has no place for are passed over."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_open)


Postings = JobPosting | Annotated[list[JobPosting], Field(max_length=exchange.MAX_POSTINGS)]
_REFERENCE = {"$ref": "#/components/schemas/JobPosting"}
_IMPORT: dict[str, Any] = {
    "requestBody": {
        "content": {
            JSON_LD: {
                "schema": {
                    "anyOf": [
                        dict(_REFERENCE),
                        {"type": "array", "maxItems": exchange.MAX_POSTINGS, "items": dict(_REFERENCE)},
                    ]
                },
                "example": POSTING,
            }
        },
    }
}


class ExportFormat(StrEnum):
    """Form of an export.

    csv: comma-separated values in UTF-8.
    xlsx: a workbook.
    ndjson: a vacancy a line, as JSON.
    jsonld: one JSON-LD document of schema.org JobPostings.
    """

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    JSONLD = "jsonld"


_MEDIA_TYPES = {
    ExportFormat.CSV: tables.CSV,
    ExportFormat.XLSX: tables.XLSX,
    ExportFormat.NDJSON: bulk.MEDIA_TYPE,
    ExportFormat.JSONLD: JSON_LD,
}
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 100 * BULK_BODY_BYTES}
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The vacancies, in the order of publication.",
        "content": {
            tables.CSV: {"schema": dict(_TEXT), "example": "external_id,title.en\nHP-2027-04,Heat pump technician\n"},
            tables.XLSX: {"schema": dict(_TEXT), "example": "the bytes of a workbook"},
            bulk.MEDIA_TYPE: {"schema": dict(_TEXT), "example": '{"external_id": "HP-2027-04"}\n'},
            JSON_LD: {"schema": {"type": "object"}, "example": {"@context": "https://schema.org", "@graph": [POSTING]}},
        },
    }
}


@router.post(
    ":import",
    operation_id="import_job_postings",
    summary="Import job postings of schema.org",
    response_model=ImportOut,
    dependencies=[requires("vacancies:write")],
    openapi_extra=_IMPORT,
)
async def import_job_postings(
    data: Annotated[
        Postings, Body(description=f"One, or a list of up to {exchange.MAX_POSTINGS}; 1 MB.", examples=[POSTING])
    ],
    session: SessionDep,
    principal: PrincipalDep,
    partnership: Annotated[
        list[UUID] | None, Query(max_length=50, description="Offer them to this partnership; may be repeated.")
    ] = None,
    on_behalf_of: Annotated[UUID | None, Query(description="The employer, when published by its mandate.")] = None,
    validate_only: Annotated[bool, Query(description="Check everything, write nothing.")] = False,
) -> ImportOut:
    """Each becomes a vacancy or is refused with reasons; what it does not say and was assumed is told. Upserts by
    identifier. Wages become monthly; skills are named by ESCO URI or by a label that names exactly one."""
    common = {
        "partnership_ids": [str(each) for each in partnership or ()],
        "on_behalf_of": str(on_behalf_of) if on_behalf_of else None,
    }
    postings = [posting.model_dump() for posting in (data if isinstance(data, list) else [data])]
    return await exchange.import_postings(session, principal, postings, common, validate_only)


@router.get(
    ":export",
    operation_id="export_vacancies",
    summary="Export vacancies",
    response_class=Response,
    responses=_EXPORTED,
    dependencies=[requires("vacancies:read")],
)
async def export_vacancies(
    session: SessionDep,
    format: Annotated[ExportFormat, Query(description="Form of the export.")] = ExportFormat.CSV,
    partnership: Annotated[UUID | None, Query(description="Offered to this partnership.")] = None,
    country: Annotated[Country | None, Query()] = None,
    isco08: Annotated[Isco08 | None, Query()] = None,
    status: Annotated[VacancyStatus | None, Query()] = None,
) -> Response:
    """Up to 10,000 vacancies that one may read. A table can be changed and sent to `:batch` again; its cells hold no
    formulas (a text that looks like one begins with an apostrophe)."""
    vacancies = await exchange.chosen(session, service.Filters(partnership, country, isco08, status))
    if format == ExportFormat.JSONLD:
        graph = await exchange.postings_of(session, vacancies)
        content = orjson.dumps({"@context": "https://schema.org", "@graph": graph})
    elif format == ExportFormat.NDJSON:
        lines = [VacancyOut.model_validate(vacancy).model_dump_json() for vacancy in vacancies]
        content = "".join(f"{line}\n" for line in lines).encode()
    else:
        write = tables.to_csv if format == ExportFormat.CSV else tables.to_xlsx
        names = spreadsheet.header(vacancies)
        # Ten thousand rows take long enough to write that others would wait.
        content = await asyncio.to_thread(lambda: write(names, (spreadsheet.cells(v, names) for v in vacancies)))
    disposition = f'attachment; filename="vacancies.{format}"'
    return Response(content, media_type=_MEDIA_TYPES[format], headers={"Content-Disposition": disposition})


@router.get(
    "/{vacancy_id}/job-posting",
    operation_id="get_job_posting",
    summary="Get a vacancy as schema.org JobPosting",
    response_class=Response,
    responses={
        200: {"description": "JSON-LD.", "content": {JSON_LD: {"schema": {"type": "object"}, "example": POSTING}}}
    },
    dependencies=[requires("vacancies:read")],
)
async def get_job_posting(vacancy_id: UUID, session: SessionDep) -> Response:
    """For job boards and search engines; what schema.org has no word for is left out."""
    [posting] = await exchange.postings_of(session, [await service.get(session, vacancy_id)])
    return Response(orjson.dumps(posting), media_type=JSON_LD)
