"""Contestations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ContestationStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.contestations import service
from services.matching.contestations.schemas import ContestationAnswerIn, ContestationIn, ContestationOut
from services.matching.models.cases import Contestation
from services.matching.web import no_store

router = api_router("/v1", "contestations")


@router.post(
    "/closings/{closing_id}/contestations",
    operation_id="contest_closing",
    summary="Contest a closing",
    status_code=201,
    response_model=ContestationOut,
    dependencies=[requires("contestations:write"), requires("candidates:read"), Depends(no_store)],
)
async def contest_closing(
    closing_id: UUID, data: ContestationIn, session: SessionDep, response: Response
) -> Contestation:
    """Ask, for a candidate of yours, that another person looks at the decision; the answer is due within 30 days."""
    return tagged(response, await service.contest(session, closing_id, data))


@router.get(
    "/contestations",
    operation_id="list_contestations",
    summary="List contestations",
    response_model=Page[ContestationOut],
    dependencies=[requires("contestations:read"), Depends(no_store)],
)
async def list_contestations(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[ContestationStatus | None, Query()] = None,
    overdue: Annotated[bool | None, Query(description="Not answered within 30 days.")] = None,
) -> Rows[Contestation]:
    """What one's candidates contest, and what is contested of one's own decisions, in the order of coming in."""
    return await paging.by_id(session, service.listed(status, overdue), Contestation.id)


@router.get(
    "/contestations/{contestation_id}",
    operation_id="get_contestation",
    summary="Get a contestation",
    response_model=ContestationOut,
    dependencies=[requires("contestations:read"), Depends(no_store)],
)
async def get_contestation(contestation_id: UUID, session: SessionDep, response: Response) -> Contestation:
    """A contested closing as both sides of the case see it."""
    return tagged(response, await service.get(session, contestation_id))


@router.post(
    "/contestations/{contestation_id}/answer",
    operation_id="answer_contestation",
    summary="Answer a contestation",
    response_model=ContestationOut,
    dependencies=[requires("contestations:write"), Depends(no_store)],
)
async def answer_contestation(
    contestation_id: UUID,
    data: ContestationAnswerIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Contestation:
    """A person other than the one who decided looks again: the decision stands (UPHELD), or falls (REVERSED) and the
    case may be taken up again; a declined proposal may be made anew in any case."""
    return tagged(response, await service.answer(session, principal, contestation_id, version, data))
