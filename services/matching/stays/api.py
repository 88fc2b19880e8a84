"""Stays over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, StayStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.db import now
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.matching.models.cases import CaseStep
from services.matching.models.entrepreneurs import Stay
from services.matching.next_steps import FirmStepOut
from services.matching.stays import service
from services.matching.stays.schemas import (
    StayAnswerIn,
    StayDaysOut,
    StayIn,
    StayOut,
    StayPatch,
    StayTransitionIn,
    StayWithGuestOut,
)
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "stays")
_READ = [requires("mobilities:read"), Depends(no_store)]
_WRITE = [requires("mobilities:write"), requires("candidates:read"), Depends(no_store)]


@router.post(
    "/stays",
    operation_id="plan_stay",
    summary="Plan a stay",
    status_code=201,
    response_model=StayOut,
    dependencies=_WRITE,
)
async def plan_stay(
    data: StayIn, engine: EngineDep, session: SessionDep, principal: PrincipalDep, response: Response
) -> Stay:
    """Keep room with a host. No day and no place is given twice; the 90 days in any 180 are counted over all stays of
    the person in the area. 409 names everything that refuses it at once."""
    return tagged(response, await service.plan(session, principal, engine.rates, data))


@router.get(
    "/stays",
    operation_id="list_stays",
    summary="List stays",
    response_model=Page[StayOut],
    dependencies=_READ,
)
async def list_stays(
    session: SessionDep,
    paging: PagingDep,
    mobility_id: Annotated[UUID | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    host_id: Annotated[UUID | None, Query()] = None,
    status: Annotated[StayStatus | None, Query()] = None,
) -> Rows[Stay]:
    """Stays of one's candidates and with one's hosts, in the order of planning."""
    return await paging.by_id(session, service.listed(mobility_id, candidate_id, host_id, status), Stay.id)


@router.get(
    "/stays/{stay_id}",
    operation_id="get_stay",
    summary="Get a stay",
    response_model=StayWithGuestOut,
    dependencies=_READ,
)
async def get_stay(stay_id: UUID, session: SessionDep, response: Response) -> StayWithGuestOut:
    """The host learns who comes once it accepted, and if the person agreed to it."""
    return tagged(response, await service.with_guest(session, stay_id))


@router.patch(
    "/stays/{stay_id}",
    operation_id="change_stay",
    summary="Change a stay",
    response_model=StayOut,
    dependencies=_WRITE,
)
async def change_stay(
    stay_id: UUID,
    data: StayPatch,
    engine: EngineDep,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Stay:
    """Other dates are checked as those of a new stay are, and the host is asked again."""
    return tagged(response, await service.change(session, engine.rates, stay_id, version, data))


@router.post(
    "/stays/{stay_id}/answer",
    operation_id="answer_stay",
    summary="Accept or decline a stay",
    response_model=StayOut,
    dependencies=[requires("mobilities:answer"), Depends(no_store)],
)
async def answer_stay(
    stay_id: UUID,
    data: StayAnswerIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Stay:
    """The host's word; declining cancels the stay and frees its room."""
    return tagged(response, await service.answer(session, principal, stay_id, version, data))


@router.post(
    "/stays/{stay_id}/transitions",
    operation_id="move_stay",
    summary="Move a stay on",
    response_model=StayOut,
    dependencies=_WRITE,
)
async def move_stay(
    stay_id: UUID,
    data: StayTransitionIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Stay:
    """PLANNED, VISA, ABROAD, ENDED; or CANCELLED, which frees the room."""
    return tagged(response, await service.move(session, principal, engine.rates, stay_id, version, data))


@router.get(
    "/stays/{stay_id}/transitions",
    operation_id="list_stay_steps",
    summary="List the steps of a stay",
    response_model=Page[FirmStepOut],
    dependencies=_READ,
)
async def list_stay_steps(stay_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[CaseStep]:
    """What happened, when, why and by whom; never changed afterwards."""
    return await paging.by_id(session, await service.steps_of(session, stay_id), CaseStep.id)


@router.get(
    "/candidates/{candidate_id}/stay-days",
    operation_id="count_stay_days",
    summary="Count the days of short stays",
    response_model=StayDaysOut,
    dependencies=[requires("mobilities:read"), requires("candidates:read"), Depends(no_store)],
)
async def count_stay_days(
    candidate_id: UUID,
    session: SessionDep,
    country: Annotated[Country, Query(description="Any country of the area.")],
    on: Annotated[Date | None, Query(description="Absent: today.")] = None,
) -> StayDaysOut:
    """Days used and left of 90 in 180, over all stays and visits of the person in the area of the country."""
    return await service.days_of(session, candidate_id, country, on or now().date())
