"""Invitations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.invitations import service
from services.registry.invitations.schemas import (
    DepartureIn,
    DepartureOut,
    InvitationAnswerIn,
    InvitationIn,
    InvitationOut,
    WithdrawalIn,
)
from services.registry.models.invitations import Invitation

router = api_router("/v1", "invitations")


@router.post(
    "/partnerships/{partnership_id}/invitations",
    operation_id="invite_organisation",
    summary="Invite an organisation into a partnership",
    status_code=201,
    response_model=InvitationOut,
    dependencies=[requires("partnerships:write")],
)
async def invite_organisation(
    partnership_id: UUID, data: InvitationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Invitation:
    """By the owner or a lead, for one or several roles; to be answered within 30 days."""
    return tagged(response, await service.invite(session, principal, partnership_id, data))


@router.post(
    "/partnerships/{partnership_id}/departure",
    operation_id="leave_partnership",
    summary="Leave a partnership",
    response_model=DepartureOut,
    dependencies=[requires("partnerships:write")],
)
async def leave_partnership(
    partnership_id: UUID, data: DepartureIn, session: SessionDep, principal: PrincipalDep
) -> DepartureOut:
    """Ends all roles of one's own organisation. From that day it sees the partnership no more, and its offers are
    withdrawn from it; 409 for the last signatory or lead of a side while the partnership is in force."""
    return await service.leave(session, principal, partnership_id, data)


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="List invitations",
    response_model=Page[InvitationOut],
    dependencies=[requires("partnerships:read")],
)
async def list_invitations(
    session: SessionDep,
    principal: PrincipalDep,
    paging: PagingDep,
    partnership: Annotated[UUID | None, Query(description="Into this partnership.")] = None,
    received: Annotated[bool | None, Query(description="Only those for oneself, or only those for others.")] = None,
) -> Rows[Invitation]:
    """Those for one's own organisation and those of one's partnerships, in the order in which they were sent."""
    return await paging.by_id(session, service.listed(principal, partnership, received), Invitation.id)


@router.get(
    "/invitations/{invitation_id}",
    operation_id="get_invitation",
    summary="Get an invitation",
    response_model=InvitationOut,
    dependencies=[requires("partnerships:read")],
)
async def get_invitation(
    invitation_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Invitation:
    """The invited organisation reads code and title of the partnership here, before it may read more."""
    return tagged(response, await service.get(session, invitation_id, as_of))


@router.post(
    "/invitations/{invitation_id}/answers",
    operation_id="answer_invitation",
    summary="Accept or decline an invitation",
    response_model=InvitationOut,
    dependencies=[requires("partnerships:write")],
)
async def answer_invitation(
    invitation_id: UUID, data: InvitationAnswerIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Invitation:
    """By the invited organisation, once. Accepting makes it a party at once."""
    return tagged(response, await service.answer(session, principal, invitation_id, data))


@router.post(
    "/invitations/{invitation_id}/withdrawal",
    operation_id="withdraw_invitation",
    summary="Take an invitation back",
    response_model=InvitationOut,
    dependencies=[requires("partnerships:write")],
)
async def withdraw_invitation(
    invitation_id: UUID, data: WithdrawalIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Invitation:
    """By the organisation that invited, while it waits for an answer."""
    return tagged(response, await service.withdraw(session, principal, invitation_id, data))


history_route(router, "/invitations/{invitation_id}", Invitation, "invitation", "partnerships:read")
