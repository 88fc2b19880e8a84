"""Support structures and capacity actions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import FourfoldParty
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.membership import read
from services.registry.models.support_structures import CapacityAction, SupportStructure
from services.registry.support_structures import service
from services.registry.support_structures.schemas import (
    CapacityActionIn,
    CapacityActionOut,
    CapacitySummaryOut,
    SupportStructureIn,
    SupportStructureOut,
    SupportStructurePatch,
)

router = api_router("/v1", "support-structures")


@router.post(
    "/partnerships/{partnership_id}/support-structures",
    operation_id="add_support_structure",
    summary="Add a support structure",
    status_code=201,
    response_model=SupportStructureOut,
    dependencies=[requires("partnerships:write")],
)
async def add_support_structure(
    partnership_id: UUID, data: SupportStructureIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> SupportStructure:
    """A chamber, incubator, training centre or the like around one of the four parties."""
    return tagged(response, await service.add(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/support-structures",
    operation_id="list_support_structures",
    summary="List the support structures of a partnership",
    response_model=Page[SupportStructureOut],
    dependencies=[requires("partnerships:read")],
)
async def list_support_structures(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    party: Annotated[FourfoldParty | None, Query(description="Around this party.")] = None,
) -> Rows[SupportStructure]:
    """In the order they were added."""
    return await paging.by_id(session, await service.listed(session, partnership_id, party), SupportStructure.id)


@router.get(
    "/partnerships/{partnership_id}/capacity-summary",
    operation_id="summarise_capacity",
    summary="See which structures were strengthened",
    response_model=CapacitySummaryOut,
    dependencies=[requires("partnerships:read")],
)
async def summarise_capacity(partnership_id: UUID, session: SessionDep) -> CapacitySummaryOut:
    """Structures, training places, trainers and accreditations, counted from the actions on record."""
    return await service.summary(session, partnership_id)


@router.get(
    "/support-structures/{support_structure_id}",
    operation_id="get_support_structure",
    summary="Get a support structure",
    response_model=SupportStructureOut,
    dependencies=[requires("partnerships:read")],
)
async def get_support_structure(
    support_structure_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> SupportStructure:
    """What it is and whom it works with."""
    return tagged(response, await read(session, SupportStructure, support_structure_id, as_of))


@router.patch(
    "/support-structures/{support_structure_id}",
    operation_id="change_support_structure",
    summary="Change a support structure",
    response_model=SupportStructureOut,
    dependencies=[requires("partnerships:write")],
)
async def change_support_structure(
    support_structure_id: UUID,
    data: SupportStructurePatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> SupportStructure:
    """Who wrote it down changes it."""
    return tagged(response, await service.change(session, principal, support_structure_id, version, data))


@router.post(
    "/support-structures/{support_structure_id}/capacity-actions",
    operation_id="record_capacity_action",
    summary="Record what strengthened a structure",
    status_code=201,
    response_model=CapacityActionOut,
    dependencies=[requires("partnerships:write")],
)
async def record_capacity_action(
    support_structure_id: UUID,
    data: CapacityActionIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
) -> CapacityAction:
    """Equipment, a curriculum, trained trainers or staff, licences, an accreditation."""
    return tagged(response, await service.strengthen(session, principal, support_structure_id, data))


@router.get(
    "/support-structures/{support_structure_id}/capacity-actions",
    operation_id="list_capacity_actions",
    summary="List what strengthened a structure",
    response_model=Page[CapacityActionOut],
    dependencies=[requires("partnerships:read")],
)
async def list_capacity_actions(
    support_structure_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[CapacityAction]:
    """In the order they were recorded."""
    return await paging.by_id(session, await service.actions_of(session, support_structure_id), CapacityAction.id)


history_route(
    router, "/support-structures/{support_structure_id}", SupportStructure, "support_structure", "partnerships:read"
)
