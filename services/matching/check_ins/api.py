"""Check-ins over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.db import now
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.check_ins import service
from services.matching.check_ins.schemas import CheckInIn, CheckInOut, DueCheckInsOut, VerificationIn
from services.matching.models.care import CheckIn
from services.matching.models.proposals import Placement
from services.matching.web import no_store

router = api_router("/v1", "check-ins")


@router.post(
    "/placements/{placement_id}/check-ins",
    operation_id="record_check_in",
    summary="Record a check-in",
    status_code=201,
    response_model=CheckInOut,
    dependencies=[requires("check-ins:write"), Depends(no_store)],
)
async def record_check_in(
    placement_id: UUID, data: CheckInIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CheckIn:
    """What the worker said after three, six or twelve months; the employer never reads it. A breach that was verified
    opens a guard-rail case, without the worker's words."""
    return tagged(response, await service.record(session, principal, placement_id, data))


@router.get(
    "/check-ins",
    operation_id="list_check_ins",
    summary="List check-ins",
    response_model=Page[CheckInOut],
    dependencies=[requires("check-ins:read"), Depends(no_store)],
)
async def list_check_ins(
    session: SessionDep, paging: PagingDep, placement_id: Annotated[UUID | None, Query()] = None
) -> Rows[CheckIn]:
    """Of one's own candidates, in the order in which they were recorded."""
    page: Rows[CheckIn] = await paging.by_id(session, service.listed(placement_id), CheckIn.id)
    await service.seen(session, page.items)
    return page


@router.get(
    "/due-check-ins",
    operation_id="list_due_check_ins",
    summary="List whom to ask",
    response_model=Page[DueCheckInsOut],
    dependencies=[requires("check-ins:read"), Depends(no_store)],
)
async def list_due_check_ins(
    session: SessionDep,
    paging: PagingDep,
    principal: PrincipalDep,
    overdue: Annotated[bool, Query(description="Only those more than 14 days late.")] = False,
) -> Rows[DueCheckInsOut]:
    """Placements of one's candidates who are at work and were not asked yet, with the months that are missing."""
    today = now().date()
    query = service.due(principal.acts_for, today, overdue)
    page: Rows[Placement] = await paging.by_id(session, query, Placement.id)
    return Rows(await service.to_ask(session, list(page.items), today), page.next)


@router.get(
    "/check-ins/{check_in_id}",
    operation_id="get_check_in",
    summary="Get a check-in",
    response_model=CheckInOut,
    dependencies=[requires("check-ins:read"), Depends(no_store)],
)
async def get_check_in(check_in_id: UUID, session: SessionDep, response: Response) -> CheckIn:
    """What the worker said, as the candidate's organisation wrote it down."""
    return tagged(response, await service.get(session, check_in_id))


@router.post(
    "/check-ins/{check_in_id}/verification",
    operation_id="verify_check_in",
    summary="Verify a breach",
    response_model=CheckInOut,
    dependencies=[requires("check-ins:write"), Depends(no_store)],
)
async def verify_check_in(
    check_in_id: UUID,
    data: VerificationIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> CheckIn:
    """What the worker told of is true: the guard rails trip."""
    return tagged(response, await service.verify(session, principal, check_in_id, version, data))
