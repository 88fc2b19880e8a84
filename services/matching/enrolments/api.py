"""Enrolments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import EnrolmentStatus
from services.kit.auth import requires
from services.kit.concurrency import tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.enrolments import service
from services.matching.enrolments.schemas import EnrolmentIn, EnrolmentOut, EnrolmentTransitionIn
from services.matching.models.enrolments import Enrolment
from services.matching.web import EngineDep, no_store

router = api_router("/v1/enrolments", "enrolments")


@router.post(
    "",
    operation_id="enrol_candidate",
    summary="Enrol a candidate",
    status_code=201,
    response_model=EnrolmentOut,
    dependencies=[requires("enrolments:write"), requires("candidates:read"), Depends(no_store)],
)
async def enrol_candidate(data: EnrolmentIn, engine: EngineDep, session: SessionDep, response: Response) -> Enrolment:
    """Take a seat in a session for a candidate of yours; a seat is never given twice."""
    return tagged(response, await service.enrol(session, engine, data))


@router.get(
    "",
    operation_id="list_enrolments",
    summary="List enrolments",
    response_model=Page[EnrolmentOut],
    dependencies=[requires("enrolments:read"), Depends(no_store)],
)
async def list_enrolments(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[EnrolmentStatus | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    session_id: Annotated[UUID | None, Query()] = None,
) -> Rows[Enrolment]:
    """Enrolments of one's candidates, or in one's sessions, in the order in which they were made."""
    return await paging.by_id(session, service.listed(status, candidate_id, session_id), Enrolment.id)


@router.get(
    "/{enrolment_id}",
    operation_id="get_enrolment",
    summary="Get an enrolment",
    response_model=EnrolmentOut,
    dependencies=[requires("enrolments:read"), Depends(no_store)],
)
async def get_enrolment(enrolment_id: UUID, session: SessionDep, response: Response) -> Enrolment:
    """A place in a session, for the provider and the candidate's organisation."""
    return tagged(response, await service.get(session, enrolment_id))


@router.post(
    "/{enrolment_id}/transitions",
    operation_id="move_enrolment",
    summary="Record a result",
    response_model=EnrolmentOut,
    dependencies=[requires("enrolments:write"), Depends(no_store)],
)
async def move_enrolment(
    enrolment_id: UUID, data: EnrolmentTransitionIn, session: SessionDep, response: Response
) -> Enrolment:
    """COMPLETED, then CERTIFIED or FAILED; or DROPPED. A certificate is added to the candidate's skills."""
    return tagged(response, await service.move(session, enrolment_id, data))
