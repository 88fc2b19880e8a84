"""Enrolments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import EnrolmentStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import sent_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.casework import shown, steps_of
from services.matching.enrolments import service
from services.matching.enrolments.schemas import EnrolmentIn, EnrolmentOut, EnrolmentTransitionIn, WaitingListOut
from services.matching.models.cases import CaseStep
from services.matching.models.enrolments import Enrolment
from services.matching.moves import StepOut
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
async def enrol_candidate(
    data: EnrolmentIn, engine: EngineDep, session: SessionDep, principal: PrincipalDep, response: Response
) -> Enrolment:
    """Ask for a seat (APPLIED) or take one (ENROLLED) for a candidate of yours; a seat is never given twice."""
    return tagged(response, await service.enrol(session, engine, principal, data))


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
    query = service.listed(status, candidate_id, session_id)
    page: Rows[Enrolment] = await paging.by_id(session, query, Enrolment.id)
    await service.seen(session, page.items)
    return page


@router.get(
    "/waitlist",
    operation_id="get_waiting_list",
    summary="See who waits for a seat",
    response_model=WaitingListOut,
    responses={404: {}},
    dependencies=[requires("enrolments:read"), Depends(no_store)],
)
async def get_waiting_list(
    session: SessionDep, session_id: Annotated[UUID, Query(examples=["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12"])]
) -> WaitingListOut:
    """Seats of a session and who waits for one, longest first; whom else one may not see counts in the places."""
    return await service.waiting_list(session, session_id)


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
    summary="Take an enrolment a step further",
    response_model=EnrolmentOut,
    dependencies=[requires("enrolments:write"), Depends(no_store)],
)
async def move_enrolment(
    enrolment_id: UUID,
    data: EnrolmentTransitionIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int | None, Depends(sent_if_match)],
) -> Enrolment:
    """From application to certificate and choice of track; 409 names all that is missing. A seat is kept from SELECTED
    on; a certificate is added to the candidate's skills; whatever closes needs a reason, a next step and who decided.
    """
    return tagged(response, await service.move(session, principal, enrolment_id, version, data))


@router.get(
    "/{enrolment_id}/transitions",
    operation_id="list_enrolment_transitions",
    summary="List the steps of an enrolment",
    response_model=Page[StepOut],
    dependencies=[requires("enrolments:read"), Depends(no_store)],
)
async def list_enrolment_transitions(
    enrolment_id: UUID, session: SessionDep, paging: PagingDep, principal: PrincipalDep
) -> Rows[StepOut]:
    """Who took it from state to state, when and why, first to last."""
    await service.get(session, enrolment_id)
    page: Rows[CaseStep] = await paging.by_id(session, steps_of(enrolment_id), CaseStep.id)
    return Rows(shown(page.items, principal.organisation_id), page.next)
