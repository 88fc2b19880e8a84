"""Placements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import PlacementStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.casework import shown, steps_of
from services.matching.models.cases import CaseStep
from services.matching.models.proposals import Placement
from services.matching.moves import StepOut
from services.matching.placements import service
from services.matching.placements.schemas import BeginIn, EndIn, PlacementOut, PlacementTransitionIn
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
    query = service.listed(status, candidate_id, vacancy_id)
    page: Rows[Placement] = await paging.by_id(session, query, Placement.id)
    await service.seen(session, page.items)
    return page


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
    placement_id: UUID,
    data: BeginIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
) -> Placement:
    """Shorthand for a move to STARTED, also straight from PREPARING for partners who keep the states between
    elsewhere: what is earned, and what the worker paid to get it. Abroad, pathway, safeguard, quota, home places and
    cap must hold; from PREPARING also all that an offer looks at: an active partnership, and the ranking."""
    return tagged(response, await service.start(session, engine, principal, placement_id, data))


@router.post(
    "/{placement_id}/end",
    operation_id="end_placement",
    summary="End a placement",
    response_model=PlacementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def end_placement(
    placement_id: UUID,
    data: EndIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
) -> Placement:
    """Shorthand for a move to ENDED, or to CANCELLED where the job never began; the place is then given back."""
    return tagged(response, await service.end(session, engine, principal, placement_id, data))


@router.post(
    "/{placement_id}/transitions",
    operation_id="move_placement",
    summary="Take a placement a step further",
    response_model=PlacementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def move_placement(
    placement_id: UUID,
    data: PlacementTransitionIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Placement:
    """From the offer to the return; 409 names all that is missing. Pathway, safeguard and quota are looked at again at
    the offer and at the start; whatever closes needs a reason, a next step and who decided."""
    return tagged(response, await service.move(session, engine, principal, placement_id, version, data))


@router.get(
    "/{placement_id}/transitions",
    operation_id="list_placement_transitions",
    summary="List the steps of a placement",
    response_model=Page[StepOut],
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def list_placement_transitions(
    placement_id: UUID, session: SessionDep, paging: PagingDep, principal: PrincipalDep
) -> Rows[StepOut]:
    """Who took it from state to state, when and why, first to last."""
    await service.get(session, placement_id)
    page: Rows[CaseStep] = await paging.by_id(session, steps_of(placement_id), CaseStep.id)
    return Rows(shown(page.items, principal.organisation_id), page.next)
