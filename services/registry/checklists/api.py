"""The checklist of a partnership over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.route import SessionDep, api_router
from services.registry.checklists import service
from services.registry.checklists.schemas import (
    ChecklistEntryIn,
    ChecklistEntryOut,
    ChecklistEntryPatch,
    ChecklistOut,
    ChecklistWaiverIn,
    ChecklistWaiverOut,
)
from services.registry.models.checklists import ChecklistEntry, ChecklistWaiver
from services.registry.models.membership import read

router = api_router("/v1", "checklists")


@router.get(
    "/partnerships/{partnership_id}/checklist",
    operation_id="get_checklist",
    summary="Get the checklist of a partnership",
    response_model=ChecklistOut,
    dependencies=[requires("partnerships:read")],
)
async def get_checklist(partnership_id: UUID, session: SessionDep) -> ChecklistOut:
    """All 28 items with answers and waivers, the conformity, and the critical items that still block signing."""
    return await service.checklist(session, partnership_id)


@router.post(
    "/partnerships/{partnership_id}/checklist-entries",
    operation_id="answer_checklist_item",
    summary="Answer a checklist item",
    status_code=201,
    response_model=ChecklistEntryOut,
    dependencies=[requires("partnerships:write")],
)
async def answer_checklist_item(
    partnership_id: UUID, data: ChecklistEntryIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ChecklistEntry:
    """Any party answers first; an item has one answer, which is corrected by PATCH."""
    return tagged(response, await service.answer(session, principal, partnership_id, data))


@router.get(
    "/checklist-entries/{checklist_entry_id}",
    operation_id="get_checklist_entry",
    summary="Get the answer to a checklist item",
    response_model=ChecklistEntryOut,
    dependencies=[requires("partnerships:read")],
)
async def get_checklist_entry(
    checklist_entry_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ChecklistEntry:
    """The answer as it is, or as it stood."""
    return tagged(response, await read(session, ChecklistEntry, checklist_entry_id, as_of))


@router.patch(
    "/checklist-entries/{checklist_entry_id}",
    operation_id="correct_checklist_entry",
    summary="Correct the answer to a checklist item",
    response_model=ChecklistEntryOut,
    dependencies=[requires("partnerships:write")],
)
async def correct_checklist_entry(
    checklist_entry_id: UUID,
    data: ChecklistEntryPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ChecklistEntry:
    """Whoever gave the answer and the leads of either side do; its history keeps what was said before, by whom."""
    return tagged(response, await service.correct(session, principal, checklist_entry_id, version, data))


@router.post(
    "/partnerships/{partnership_id}/checklist-waivers",
    operation_id="waive_checklist_item",
    summary="Waive a critical checklist item",
    status_code=201,
    response_model=ChecklistWaiverOut,
    dependencies=[requires("partnerships:write")],
)
async def waive_checklist_item(
    partnership_id: UUID, data: ChecklistWaiverIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ChecklistWaiver:
    """A lead or signatory waives for its side, with a reason; the item passes when the other side waives too."""
    return tagged(response, await service.waive(session, principal, partnership_id, data))


@router.get(
    "/checklist-waivers/{checklist_waiver_id}",
    operation_id="get_checklist_waiver",
    summary="Get a waiver",
    response_model=ChecklistWaiverOut,
    dependencies=[requires("partnerships:read")],
)
async def get_checklist_waiver(
    checklist_waiver_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ChecklistWaiver:
    """Who waived what for which side, and why."""
    return tagged(response, await read(session, ChecklistWaiver, checklist_waiver_id, as_of))


history_route(router, "/checklist-entries/{checklist_entry_id}", ChecklistEntry, "checklist_entry", "partnerships:read")
history_route(
    router, "/checklist-waivers/{checklist_waiver_id}", ChecklistWaiver, "checklist_waiver", "partnerships:read"
)
