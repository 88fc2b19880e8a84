"""Joint committees over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.committees import service
from services.registry.committees.schemas import (
    ActionItemIn,
    ActionItemOut,
    ActionItemPatch,
    AdoptionIn,
    AdoptionOut,
    CommitteeDecisionOut,
    CommitteeIn,
    CommitteeOut,
    CommitteePatch,
    CompletionIn,
    CompletionOut,
    DecisionIn,
    MeetingIn,
    MeetingOut,
    MeetingPatch,
)
from services.registry.models.committees import (
    ActionItem,
    ActionItemCompletion,
    Committee,
    CommitteeAdoption,
    CommitteeDecision,
    CommitteeMeeting,
)

router = api_router("/v1", "committees")


@router.post(
    "/partnerships/{partnership_id}/committees",
    operation_id="set_up_committee",
    summary="Set up a joint committee",
    status_code=201,
    response_model=CommitteeOut,
    dependencies=[requires("partnerships:write")],
)
async def set_up_committee(
    partnership_id: UUID, data: CommitteeIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Committee:
    """Leads and signatories do; both country sides sit on it."""
    return tagged(response, await service.set_up(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/committees",
    operation_id="list_committees",
    summary="List the committees of a partnership",
    response_model=Page[CommitteeOut],
    dependencies=[requires("partnerships:read")],
)
async def list_committees(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Committee]:
    """In the order they were set up."""
    return await paging.by_id(session, await service.listed(session, partnership_id), Committee.id)


@router.get(
    "/committees/{committee_id}",
    operation_id="get_committee",
    summary="Get a committee",
    response_model=CommitteeOut,
    dependencies=[requires("partnerships:read")],
)
async def get_committee(committee_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Committee:
    """Its members, and when it is to meet next."""
    found: Committee = await service.get(session, Committee, committee_id, as_of)
    return tagged(response, found)


@router.patch(
    "/committees/{committee_id}",
    operation_id="change_committee",
    summary="Change a committee",
    response_model=CommitteeOut,
    dependencies=[requires("partnerships:write")],
)
async def change_committee(
    committee_id: UUID,
    data: CommitteePatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Committee:
    """Who set it up changes it."""
    return tagged(response, await service.change(session, principal, committee_id, version, data))


@router.post(
    "/committees/{committee_id}/meetings",
    operation_id="record_meeting",
    summary="Record a meeting",
    status_code=201,
    response_model=MeetingOut,
    dependencies=[requires("partnerships:write")],
)
async def record_meeting(
    committee_id: UUID, data: MeetingIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CommitteeMeeting:
    """A member writes it down; the minutes may follow."""
    return tagged(response, await service.meet(session, principal, committee_id, data))


@router.get(
    "/committees/{committee_id}/meetings",
    operation_id="list_meetings",
    summary="List the meetings of a committee",
    response_model=Page[MeetingOut],
    dependencies=[requires("partnerships:read")],
)
async def list_meetings(committee_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[CommitteeMeeting]:
    """In the order they were written down."""
    return await paging.by_id(
        session, await service.of_committee(session, CommitteeMeeting, committee_id), CommitteeMeeting.id
    )


@router.get(
    "/committee-meetings/{committee_meeting_id}",
    operation_id="get_meeting",
    summary="Get a meeting",
    response_model=MeetingOut,
    dependencies=[requires("partnerships:read")],
)
async def get_meeting(
    committee_meeting_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> CommitteeMeeting:
    """Its agenda, who was there, and its minutes."""
    found: CommitteeMeeting = await service.get(session, CommitteeMeeting, committee_meeting_id, as_of)
    return tagged(response, found)


@router.patch(
    "/committee-meetings/{committee_meeting_id}",
    operation_id="change_meeting",
    summary="Change a meeting",
    response_model=MeetingOut,
    dependencies=[requires("partnerships:write")],
)
async def change_meeting(
    committee_meeting_id: UUID,
    data: MeetingPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> CommitteeMeeting:
    """Who wrote it down changes it, to add the minutes for one."""
    return tagged(response, await service.change_meeting(session, principal, committee_meeting_id, version, data))


@router.post(
    "/committees/{committee_id}/decisions",
    operation_id="record_decision",
    summary="Record a decision",
    status_code=201,
    response_model=CommitteeDecisionOut,
    dependencies=[requires("partnerships:write")],
)
async def record_decision(
    committee_id: UUID, data: DecisionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CommitteeDecision:
    """A member writes it down and it gets the next number; each side then adopts it by itself."""
    return tagged(response, await service.decide(session, principal, committee_id, data))


@router.get(
    "/committees/{committee_id}/decisions",
    operation_id="list_decisions",
    summary="List the decisions of a committee",
    response_model=Page[CommitteeDecisionOut],
    dependencies=[requires("partnerships:read")],
)
async def list_decisions(committee_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[CommitteeDecision]:
    """In the order of their numbers."""
    return await paging.by_id(
        session, await service.of_committee(session, CommitteeDecision, committee_id), CommitteeDecision.id
    )


@router.get(
    "/committee-decisions/{committee_decision_id}",
    operation_id="get_decision",
    summary="Get a decision",
    response_model=CommitteeDecisionOut,
    dependencies=[requires("partnerships:read")],
)
async def get_decision(
    committee_decision_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> CommitteeDecision:
    """Its text, and which sides have adopted it."""
    found: CommitteeDecision = await service.get(session, CommitteeDecision, committee_decision_id, as_of)
    return tagged(response, found)


@router.post(
    "/committee-decisions/{committee_decision_id}/adoptions",
    operation_id="adopt_decision",
    summary="Adopt a decision",
    status_code=201,
    response_model=AdoptionOut,
    dependencies=[requires("partnerships:write")],
)
async def adopt_decision(
    committee_decision_id: UUID, data: AdoptionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> CommitteeAdoption:
    """A member adopts it for its side, once a side; it holds when both country sides have."""
    return tagged(response, await service.adopt(session, principal, committee_decision_id, data))


@router.post(
    "/committees/{committee_id}/action-items",
    operation_id="assign_action_item",
    summary="Give a party something to do",
    status_code=201,
    response_model=ActionItemOut,
    dependencies=[requires("partnerships:write")],
)
async def assign_action_item(
    committee_id: UUID, data: ActionItemIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ActionItem:
    """A member writes it down, for any party of the partnership."""
    return tagged(response, await service.assign(session, principal, committee_id, data))


@router.get(
    "/partnerships/{partnership_id}/action-items",
    operation_id="list_action_items",
    summary="List the action items of a partnership",
    response_model=Page[ActionItemOut],
    dependencies=[requires("partnerships:read")],
)
async def list_action_items(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    committee: Annotated[UUID | None, Query(description="Of this committee.")] = None,
    assignee: Annotated[UUID | None, Query(description="For this party to do.")] = None,
    overdue: Annotated[bool, Query(description="Only what is not done though its due date has passed.")] = False,
) -> Rows[ActionItem]:
    """In the order they were written down."""
    query = await service.items_listed(session, partnership_id, committee, assignee, overdue)
    return await paging.by_id(session, query, ActionItem.id)


@router.get(
    "/action-items/{action_item_id}",
    operation_id="get_action_item",
    summary="Get an action item",
    response_model=ActionItemOut,
    dependencies=[requires("partnerships:read")],
)
async def get_action_item(
    action_item_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ActionItem:
    """What is to be done by whom and when, and whether it is."""
    found: ActionItem = await service.get(session, ActionItem, action_item_id, as_of)
    return tagged(response, found)


@router.patch(
    "/action-items/{action_item_id}",
    operation_id="change_action_item",
    summary="Change an action item",
    response_model=ActionItemOut,
    dependencies=[requires("partnerships:write")],
)
async def change_action_item(
    action_item_id: UUID,
    data: ActionItemPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ActionItem:
    """Who wrote it down moves its date, words it anew or takes it back."""
    return tagged(response, await service.change_item(session, action_item_id, version, data))


@router.post(
    "/action-items/{action_item_id}/completions",
    operation_id="complete_action_item",
    summary="Show that an action item is done",
    status_code=201,
    response_model=CompletionOut,
    dependencies=[requires("partnerships:write")],
)
async def complete_action_item(
    action_item_id: UUID, data: CompletionIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ActionItemCompletion:
    """The party that was to do it shows its evidence."""
    return tagged(response, await service.complete(session, principal, action_item_id, data))


history_route(router, "/committees/{committee_id}", Committee, "committee", "partnerships:read")
history_route(router, "/committee-meetings/{committee_meeting_id}", CommitteeMeeting, "meeting", "partnerships:read")
history_route(
    router, "/committee-decisions/{committee_decision_id}", CommitteeDecision, "decision", "partnerships:read"
)
history_route(router, "/action-items/{action_item_id}", ActionItem, "action_item", "partnerships:read")
