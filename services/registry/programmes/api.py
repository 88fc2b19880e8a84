"""Training programmes and their sessions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, ProgrammeType
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import EscoUri
from services.registry.models.programmes import Programme, TrainingSession
from services.registry.programmes import service
from services.registry.programmes.schemas import (
    ProgrammeIn,
    ProgrammeOut,
    ProgrammePatch,
    SessionIn,
    SessionOut,
    SessionPatch,
)

router = api_router("/v1/programmes", "programmes")


@router.post(
    "",
    operation_id="publish_programme",
    summary="Publish a training programme",
    status_code=201,
    response_model=ProgrammeOut,
    dependencies=[requires("programmes:write")],
)
async def publish_programme(
    data: ProgrammeIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Programme:
    """It is read by the parties of the partnerships it is offered to."""
    return tagged(response, await service.publish(session, principal, data))


@router.get(
    "",
    operation_id="list_programmes",
    summary="List training programmes",
    response_model=Page[ProgrammeOut],
    dependencies=[requires("programmes:read")],
)
async def list_programmes(
    session: SessionDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Offered to this partnership.")] = None,
    skill: Annotated[EscoUri | None, Query(description="Teaches this ESCO skill.")] = None,
    type: Annotated[ProgrammeType | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
) -> Rows[Programme]:
    """One's own programmes and those offered to one's partnerships, in the order of publication."""
    return await paging.by_id(session, service.listed(partnership, skill, type, country), Programme.id)


@router.get(
    "/{programme_id}",
    operation_id="get_programme",
    summary="Get a training programme",
    response_model=ProgrammeOut,
    dependencies=[requires("programmes:read")],
)
async def get_programme(programme_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Programme:
    """The programme with its learning outcomes."""
    return tagged(response, await service.get(session, programme_id, as_of))


@router.patch(
    "/{programme_id}",
    operation_id="change_programme",
    summary="Change a training programme",
    response_model=ProgrammeOut,
    dependencies=[requires("programmes:write")],
)
async def change_programme(
    programme_id: UUID,
    data: ProgrammePatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Programme:
    """The provider changes its own programme."""
    return tagged(response, await service.change(session, principal, programme_id, version, data))


@router.post(
    "/{programme_id}/sessions",
    operation_id="schedule_session",
    summary="Schedule a session",
    status_code=201,
    response_model=SessionOut,
    dependencies=[requires("programmes:write")],
)
async def schedule_session(
    programme_id: UUID, data: SessionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> TrainingSession:
    """One run of the programme, with its seats."""
    return tagged(response, await service.schedule(session, principal, programme_id, data))


@router.get(
    "/{programme_id}/sessions",
    operation_id="list_sessions",
    summary="List the sessions of a programme",
    response_model=Page[SessionOut],
    dependencies=[requires("programmes:read")],
)
async def list_sessions(programme_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[TrainingSession]:
    """In the order in which they were scheduled."""
    query = service.sessions_of(await service.get(session, programme_id))
    return await paging.by_id(session, query, TrainingSession.id)


@router.get(
    "/{programme_id}/sessions/{session_id}",
    operation_id="get_session",
    summary="Get a session",
    response_model=SessionOut,
    dependencies=[requires("programmes:read")],
)
async def get_session(
    programme_id: UUID, session_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> TrainingSession:
    """Dates and seats."""
    return tagged(response, await service.session_of(session, programme_id, session_id, as_of))


@router.patch(
    "/{programme_id}/sessions/{session_id}",
    operation_id="change_session",
    summary="Change a session",
    response_model=SessionOut,
    dependencies=[requires("programmes:write")],
)
async def change_session(
    programme_id: UUID,
    session_id: UUID,
    data: SessionPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> TrainingSession:
    """The provider moves it or changes its seats."""
    return tagged(response, await service.reschedule(session, programme_id, session_id, version, data))


history_route(router, "/{programme_id}", Programme, "programme", "programmes:read")
history_route(router, "/{programme_id}/sessions/{session_id}", TrainingSession, "session", "programmes:read")
