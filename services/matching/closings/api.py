"""Closings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import CaseKind
from services.kit.auth import requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.closings import service
from services.matching.closings.schemas import CandidateNextStepsOut, ClosingOut, ConfirmationIn
from services.matching.models.cases import Closing
from services.matching.web import no_store

router = api_router("/v1", "closings")


@router.get(
    "/closings",
    operation_id="list_closings",
    summary="List cases that closed",
    response_model=Page[ClosingOut],
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_closings(
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[CaseKind | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    confirmed: Annotated[bool | None, Query(description="Whether the candidate may be told.")] = None,
    overdue: Annotated[bool | None, Query(description="Not confirmed within 48 hours.")] = None,
) -> Rows[Closing]:
    """Enrolments, proposals and placements of one's candidates that closed, oldest first: the list to work through, so
    that everybody hears within 48 hours why and what comes next."""
    return await paging.by_id(session, service.listed(kind, candidate_id, confirmed, overdue), Closing.id)


@router.get(
    "/closings/{closing_id}",
    operation_id="get_closing",
    summary="Get a case that closed",
    response_model=ClosingOut,
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def get_closing(closing_id: UUID, session: SessionDep, response: Response) -> Closing:
    """Why a case closed, who decided, and what comes next; for the candidate's organisation alone."""
    return tagged(response, await service.get(session, closing_id))


@router.post(
    "/closings/{closing_id}/confirmation",
    operation_id="confirm_closing",
    summary="Confirm what the candidate is told",
    response_model=ClosingOut,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def confirm_closing(
    closing_id: UUID,
    data: ConfirmationIn,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Closing:
    """A person has looked at what the other side decided; from now on the candidate may be told, and is."""
    return tagged(response, await service.confirm(session, closing_id, version, data))


@router.get(
    "/candidates/{candidate_id}/next-steps",
    operation_id="get_next_steps",
    summary="See what a candidate can do next",
    response_model=CandidateNextStepsOut,
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def get_next_steps(candidate_id: UUID, session: SessionDep) -> CandidateNextStepsOut:
    """Reasons and next steps of cases that closed, once a person has confirmed them: what the candidate may read."""
    return await service.next_steps(session, candidate_id)
