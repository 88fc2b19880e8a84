"""Indicators, the report and the facts behind them over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Query, Response
from fastapi.responses import Response as PlainResponse

from services.contracts.vocabulary import Track
from services.kit.auth import requires
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.reporting.catalogue import ENTRIES
from services.reporting.indicators import service
from services.reporting.indicators.schemas import (
    By,
    CorridorCode,
    FactOut,
    IndicatorCode,
    IndicatorList,
    IndicatorOut,
    Period,
    ReportOut,
    ValuesOut,
)
from services.reporting.indicators.service import Question
from services.reporting.models import Fact

router = api_router("/v1/indicators", "indicators")
report_router = api_router("/v1/report", "indicators")
facts_router = api_router("/v1/facts", "facts")

_MISSING: dict[int | str, Any] = {404: {"description": "Not found"}}
_VALUES: dict[int | str, Any] = {
    200: {
        "content": {
            "text/csv": {
                "schema": {"type": "string", "maxLength": 1_000_000},
                "example": "track,measure,value,numerator,denominator,status\r\n_T,count,61,61,,A\r\n",
            }
        }
    },
    409: {"description": "Not given by these dimensions, or too fine"},
}


PartnershipQuery = Annotated[UUID | None, Query(description="One partnership; all that the caller sees if left out.")]


@router.get(
    "",
    operation_id="list_indicators",
    summary="List the catalogue",
    response_model=IndicatorList,
    dependencies=[requires("indicators:read")],
)
async def list_indicators(language: LanguageDep) -> IndicatorList:
    """Every entry, also those of which nothing can be said and why."""
    return IndicatorList(items=[service.described(entry, language) for entry in ENTRIES])


@router.get(
    "/{code}",
    operation_id="get_indicator",
    summary="Get an indicator's definition",
    response_model=IndicatorOut,
    dependencies=[requires("indicators:read")],
)
async def get_indicator(code: IndicatorCode, language: LanguageDep) -> IndicatorOut:
    """What is counted and what may be claimed for it; an unknown code names the nearest."""
    return service.described(service.entry(code), language)


@router.get(
    "/{code}/values",
    operation_id="get_indicator_values",
    summary="Get an indicator's values",
    response_model=ValuesOut,
    responses=_VALUES,
    dependencies=[requires("indicators:read")],
)
async def get_indicator_values(
    code: IndicatorCode,
    session: SessionDep,
    language: LanguageDep,
    by: Annotated[By | None, Query()] = None,
    partnership: PartnershipQuery = None,
    period: Annotated[Period | None, Query()] = None,
    corridor: Annotated[CorridorCode | None, Query()] = None,
    track: Annotated[Track | None, Query()] = None,
    format: Annotated[Literal["json", "csv"] | None, Query(description="Overrides Accept.")] = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Any:
    """Draft figures over the facts the caller may see; small cells are withheld, status Q."""
    question = Question(by or "", partnership, period, corridor, track)
    answer = await service.values(session, code, question, language)
    if format == "csv" or (format is None and (accept or "").startswith("text/csv")):
        return PlainResponse(service.as_csv(answer), media_type="text/csv", headers={"Content-Language": language})
    return answer


@report_router.get(
    "",
    operation_id="get_report",
    summary="Get the SDG-aligned report",
    response_model=ReportOut,
    responses=_MISSING,
    dependencies=[requires("indicators:read")],
)
async def get_report(
    session: SessionDep,
    language: LanguageDep,
    partnership: PartnershipQuery = None,
    period: Annotated[Period | None, Query()] = None,
) -> ReportOut:
    """All indicators of the catalogue at once, each with its definition and claim class."""
    return await service.report(session, partnership, period, language)


@facts_router.get(
    "",
    operation_id="list_facts",
    summary="List the facts behind a figure",
    response_model=Page[FactOut],
    responses=_MISSING,
    dependencies=[requires("facts:read")],
)
async def list_facts(
    session: SessionDep,
    paging: PagingDep,
    response: Response,
    indicator: Annotated[IndicatorCode | None, Query()] = None,
    partnership: PartnershipQuery = None,
    period: Annotated[Period | None, Query()] = None,
    corridor: Annotated[CorridorCode | None, Query()] = None,
    track: Annotated[Track | None, Query()] = None,
) -> Rows[Fact]:
    """For stewards and operations; a figure takes of these what its population rule says."""
    response.headers["Cache-Control"] = "no-store"  # rows about single people, if only by pseudonym
    question = Question(None, partnership, period, corridor, track)
    return await paging.by_id(session, await service.behind(session, indicator, question), Fact.id)
