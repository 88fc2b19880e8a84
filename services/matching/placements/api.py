"""Placements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import PlacementStatus
from services.kit.auth import requires
from services.kit.concurrency import tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.models.proposals import Placement
from services.matching.placements import service
from services.matching.placements.schemas import EndIn, PlacementOut, StartIn
from services.matching.web import EngineDep, no_store

router = api_router("/v1/placements", "placements")


@router.get(
    "",
    operation_id="list_placements",
    summary="List placements",
    response_model=Page[PlacementOut],
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def list_placements(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[PlacementStatus | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    vacancy_id: Annotated[UUID | None, Query()] = None,
) -> Rows[Placement]:
    """Placements one is a side of, in the order in which they were prepared."""
    return await paging.by_id(session, service.listed(status, candidate_id, vacancy_id), Placement.id)


@router.get(
    "/{placement_id}",
    operation_id="get_placement",
    summary="Get a placement",
    response_model=PlacementOut,
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def get_placement(placement_id: UUID, session: SessionDep, response: Response) -> Placement:
    """The placement as the candidate's organisation and the employer see it."""
    return tagged(response, await service.get(session, placement_id))


@router.post(
    "/{placement_id}/start",
    operation_id="start_placement",
    summary="Start a placement",
    response_model=PlacementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def start_placement(
    placement_id: UUID, data: StartIn, engine: EngineDep, session: SessionDep, response: Response
) -> Placement:
    """The job has begun: what is earned, and what the worker paid to get it. Abroad, pathway, safeguard, home places
    and cap must hold."""
    return tagged(response, await service.start(session, engine, placement_id, data))


@router.post(
    "/{placement_id}/end",
    operation_id="end_placement",
    summary="End a placement",
    response_model=PlacementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def end_placement(placement_id: UUID, data: EndIn, session: SessionDep, response: Response) -> Placement:
    """The job ended; one that never began is cancelled and gives its place back."""
    return tagged(response, await service.end(session, placement_id, data))
