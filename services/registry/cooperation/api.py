"""Cooperation programmes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date, ExternalId
from services.registry.cooperation import service
from services.registry.cooperation.schemas import (
    CooperationProgrammeIn,
    CooperationProgrammeOut,
    CooperationProgrammePatch,
    Implementer,
)
from services.registry.models.cooperation import CooperationProgramme

router = api_router("/v1/cooperation-programmes", "cooperation")


@router.post(
    "",
    operation_id="register_cooperation_programme",
    summary="Register a cooperation programme or component",
    status_code=201,
    response_model=CooperationProgrammeOut,
    dependencies=[requires("partnerships:write")],
)
async def register_cooperation_programme(
    data: CooperationProgrammeIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CooperationProgramme:
    """It is the caller's to change and everybody's to read; components name their programme as `parent_id`."""
    return tagged(response, await service.register(session, principal, data))


@router.get(
    "",
    operation_id="list_cooperation_programmes",
    summary="List cooperation programmes",
    response_model=Page[CooperationProgrammeOut],
    dependencies=[requires("organisations:read")],
)
async def list_cooperation_programmes(
    session: SessionDep,
    paging: PagingDep,
    parent_id: Annotated[UUID | None, Query(description="Components of this programme.")] = None,
    origin: Annotated[Country | None, Query()] = None,
    implementer_id: Annotated[UUID | None, Query(description="Carried out, now or once, by this one.")] = None,
    code: Annotated[ExternalId | None, Query()] = None,
) -> Rows[CooperationProgramme]:
    """Programmes and components, in the order of registration."""
    query = service.listed(parent_id, origin, implementer_id, code)
    return await paging.by_id(session, query, CooperationProgramme.id)


@router.get(
    "/{cooperation_programme_id}",
    operation_id="get_cooperation_programme",
    summary="Get a cooperation programme",
    response_model=CooperationProgrammeOut,
    dependencies=[requires("organisations:read")],
)
async def get_cooperation_programme(
    cooperation_programme_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> CooperationProgramme:
    """The public entry, as it is or as it stood."""
    return tagged(response, await service.get(session, cooperation_programme_id, as_of))


@router.patch(
    "/{cooperation_programme_id}",
    operation_id="change_cooperation_programme",
    summary="Change a cooperation programme",
    response_model=CooperationProgrammeOut,
    dependencies=[requires("partnerships:write")],
)
async def change_cooperation_programme(
    cooperation_programme_id: UUID,
    data: CooperationProgrammePatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> CooperationProgramme:
    """The organisation that registered it changes it."""
    return tagged(response, await service.change(session, cooperation_programme_id, version, data))


@router.get(
    "/{cooperation_programme_id}/implementers",
    operation_id="list_cooperation_implementers",
    summary="List the implementers of a cooperation programme",
    response_model=Page[Implementer],
    dependencies=[requires("organisations:read")],
)
async def list_cooperation_implementers(
    cooperation_programme_id: UUID,
    session: SessionDep,
    on: Annotated[Date | None, Query(description="Only those who carried it out on this day.")] = None,
) -> Rows[Implementer]:
    """Who carries it out and who did, in the order of joining; at most 100."""
    return Rows(await service.implementers(session, cooperation_programme_id, on), None)


history_route(
    router, "/{cooperation_programme_id}", CooperationProgramme, "cooperation_programme", "organisations:read"
)
