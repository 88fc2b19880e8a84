"""Inviting, answering, and leaving by oneself.

Parties are the partnership's, whose owner writes them. Who accepts or leaves changes its own line only; the house
writes it, after the rules below.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.contracts.vocabulary import InvitationAnswer, InvitationStatus, PartnershipStatus, PartyRole
from services.kit import events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked
from services.registry.invitations.schemas import (
    DepartureIn,
    DepartureOut,
    InvitationAnswerIn,
    InvitationIn,
    WithdrawalIn,
)
from services.registry.models.invitations import Invitation
from services.registry.models.membership import keep, kept, membership
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import SPEAKERS, Partnership, PartnershipParty
from services.registry.models.sharing import share_partnership

OPEN_FOR = timedelta(days=30)
_FINAL = {PartnershipStatus.CLOSED, PartnershipStatus.EVALUATED, PartnershipStatus.TERMINATED}
_IN_FORCE = {
    PartnershipStatus.SIGNED,
    PartnershipStatus.INCEPTION,
    PartnershipStatus.ACTIVE,
    PartnershipStatus.SUSPENDED,
    PartnershipStatus.COMPLETING,
}
_LEADS = frozenset({PartyRole.LEAD, PartyRole.CO_LEAD})
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def invite(session: AsyncSession, principal: Principal, partnership_id: UUID, data: InvitationIn) -> Invitation:
    """By the owner, or a lead for its own side. Raises Forbidden, Unprocessable for an unknown organisation, Conflict
    when it is a party in all these roles or has an invitation that waits."""
    member = await membership(session, principal, partnership_id)
    partnership = member.partnership
    if partnership.organisation_id != principal.organisation_id:
        member.require_on(data.side, PartyRole.LEAD, PartyRole.CO_LEAD)
    _check_open(partnership)
    invited = await _invited(session, data)
    await session.execute(_LOCK, {"key": f"invitation {partnership_id} {invited}"})  # one waits at a time
    waiting = [i for i in await session.scalars(_of(partnership_id, invited)) if i.status == InvitationStatus.PENDING]
    if waiting:
        raise Conflict("An invitation of this organisation waits for its answer.", "already_invited")
    await _check_country(session, partnership, invited, data)
    if not _new_roles(partnership, invited, data.side, data.roles):
        raise Conflict("The organisation has these roles already.", "already_a_party")
    values = {
        "partnership_code": partnership.code,
        "partnership_title": partnership.title,
        "invited_id": invited,
        "side": data.side,
        "roles": list(dict.fromkeys(data.roles)),
        "message": data.message,
        "expires_on": (now() + OPEN_FOR).date(),
    }
    return await keep(session, principal, Invitation, partnership_id, values)


async def _invited(session: AsyncSession, data: InvitationIn) -> UUID:
    named = Organisation.id == data.organisation_id if data.organisation_id else Organisation.code == data.code
    invited = await session.scalar(select(Organisation.id).where(named))
    if invited is None:
        pointer = "/organisation_id" if data.organisation_id else "/code"
        raise Unprocessable.fields([FieldError(pointer, "unknown_organisation", "No organisation is known by this.")])
    return invited


async def _check_country(session: AsyncSession, partnership: Partnership, invited: UUID, data: InvitationIn) -> None:
    """Who speaks for a side is of its country, as the partnership's guards ask of those named from the beginning."""
    country = await session.scalar(select(Organisation.country).where(Organisation.id == invited))
    there = partnership.countries_of(data.side)
    if there and country not in there and SPEAKERS.intersection(data.roles):
        message = f"Leads and signatories of {data.side} are from {', '.join(sorted(there))}, not from {country}."
        raise Unprocessable.fields([FieldError("/roles", "from_elsewhere", message)])


def _of(partnership_id: UUID, invited: UUID) -> Select[Any]:
    return kept(Invitation, partnership_id).where(Invitation.invited_id == invited)


def _new_roles(partnership: Partnership, organisation: UUID, side: str, roles: list[Any]) -> list[str]:
    own = {(p.side, p.role) for p in partnership.parties if p.organisation_id == organisation and p.belongs()}
    return [role for role in roles if (side, role) not in own]


def listed(principal: Principal, partnership: UUID | None, received: bool | None) -> Select[Any]:
    """Invitations one received or that concern one's partnerships."""
    query = select(Invitation)
    if partnership:
        query = query.where(Invitation.partnership_id == partnership)
    if received is not None:
        mine = Invitation.invited_id == principal.organisation_id
        query = query.where(mine if received else ~mine)
    return query


async def get(session: AsyncSession, invitation_id: UUID, as_of: datetime | None = None) -> Invitation:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Invitation, invitation_id, as_of=as_of)


async def answer(
    session: AsyncSession, principal: Principal, invitation_id: UUID, data: InvitationAnswerIn
) -> Invitation:
    """By the invited organisation; accepting makes it a party. Raises NotFound, Forbidden for others, Conflict when it
    is answered, withdrawn or expired, or the partnership has ended."""
    invitation = await get(session, invitation_id)
    if invitation.invited_id != principal.organisation_id:
        raise Forbidden("Only the invited organisation answers.", "not_invited")
    partnership = await _held_for_the_house(session, principal, invitation.partnership_id)
    invitation = await locked(session, Invitation, invitation_id)
    _check_pending(invitation)
    invitation.answer, invitation.answer_reason, invitation.answered_at = data.decision, data.reason, now()
    invitation.touch()
    await session.flush()
    if data.decision == InvitationAnswer.ACCEPTED:
        _check_open(partnership)
        _check_inviter(partnership, invitation)
        await _join(session, principal, partnership, invitation)
    return invitation


async def _held_for_the_house(session: AsyncSession, principal: Principal, partnership_id: UUID) -> Partnership:
    await tenancy.act_for(session, tenancy.HOUSE)
    partnership = await locked(session, Partnership, partnership_id, selectinload(Partnership.parties))
    await tenancy.act_for(session, principal.tenant)
    return partnership


async def _join(session: AsyncSession, principal: Principal, partnership: Partnership, invitation: Invitation) -> None:
    await tenancy.act_for(session, tenancy.HOUSE)
    partnership.parties += [
        PartnershipParty(
            owner_id=partnership.organisation_id,
            organisation_id=invitation.invited_id,
            side=invitation.side,
            role=role,
            joined_on=now().date(),
        )
        for role in _new_roles(partnership, invitation.invited_id, invitation.side, invitation.roles)
    ]
    await _save(session, principal, partnership)


async def _save(session: AsyncSession, principal: Principal, partnership: Partnership) -> None:
    """To be called while acting for the house, which any flush on the way needs; acts for the caller again."""
    partnership.touch()
    await session.flush()
    await share_partnership(session, tenancy.HOUSE, partnership)
    await events.publish(session, (partnership.id, partnership.event()))
    await tenancy.act_for(session, principal.tenant)


async def withdraw(session: AsyncSession, principal: Principal, invitation_id: UUID, data: WithdrawalIn) -> Invitation:
    """By who invited. Raises NotFound, Forbidden for others, Conflict when it waits no more."""
    if (await get(session, invitation_id)).organisation_id != principal.organisation_id:
        raise Forbidden("Only the organisation that invited takes it back.", "not_the_owner")
    invitation = await locked(session, Invitation, invitation_id)
    _check_pending(invitation)
    invitation.answer, invitation.answer_reason = InvitationStatus.WITHDRAWN, data.reason
    invitation.answered_at = now()
    invitation.touch()
    await session.flush()
    return invitation


async def leave(session: AsyncSession, principal: Principal, partnership_id: UUID, data: DepartureIn) -> DepartureOut:
    """End all one's roles. Raises Forbidden for who is no party, Unprocessable for a day that has passed, Conflict
    when the partnership would lose the last signatory or lead of a side while it is in force."""
    # Held first: two that leave at once would each wait for the other with the weaker hold that a member takes.
    await tenancy.act_for(session, tenancy.HOUSE)
    await session.execute(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update())
    await membership(session, principal, partnership_id)
    partnership = await _held_for_the_house(session, principal, partnership_id)
    own = [p for p in partnership.parties if p.organisation_id == principal.organisation_id and p.belongs()]
    if not own:
        raise Forbidden("Only parties of the partnership may do this.", "not_a_party")
    today = now().date()
    left_on = data.left_on or today
    if left_on < today:
        raise Unprocessable.fields([FieldError("/left_on", "in_the_past", "Name today or a day to come.")])
    if partnership.status in _IN_FORCE and (failed := _last_of_a_side(partnership, own)):
        raise Conflict.guards(failed)
    await tenancy.act_for(session, tenancy.HOUSE)
    for party in own:
        party.left_on = left_on
    await _save(session, principal, partnership)
    roles = [PartyRole(party.role) for party in own]
    return DepartureOut(partnership_id=partnership_id, organisation_id=principal.acts_for, left_on=left_on, roles=roles)


def _last_of_a_side(partnership: Partnership, own: list[PartnershipParty]) -> list[Guard]:
    """A failed guard for each side that would be left without signatory or without lead."""
    staying = [p for p in partnership.parties if p.belongs() and p not in own and p.left_on is None]
    failed = []
    for name, roles in {"SIGNATORY": frozenset({PartyRole.SIGNATORY}), "LEAD": _LEADS}.items():
        for side in sorted({p.side for p in own if p.role in roles}):
            if not any(p.side == side and p.role in roles for p in staying):
                remedy = "Let another organisation of that side take the role first, or terminate the partnership."
                seen = f"the last {name.lower()} of the side {side} leaves"
                failed.append(Guard(f"LAST_{name}_OF_A_SIDE", False, seen, f"another {name.lower()}", remedy))
    return failed


def _check_pending(invitation: Invitation) -> None:
    if invitation.status != InvitationStatus.PENDING:
        guard = Guard("INVITATION_PENDING", False, invitation.status, InvitationStatus.PENDING, "Ask for a new one.")
        raise Conflict.guards([guard])


def _check_inviter(partnership: Partnership, invitation: Invitation) -> None:
    """Who invited may still do so: it owns the partnership or leads the side to be joined."""
    inviter = invitation.organisation_id
    if inviter == partnership.organisation_id:
        return
    leading = [p for p in partnership.parties if p.side == invitation.side and p.role in _LEADS and p.belongs()]
    if inviter not in {p.organisation_id for p in leading}:
        needed = f"the owner, or a lead of the side {invitation.side} today"
        remedy = "Ask the owner or a lead for a new one: POST /v1/partnerships/{partnership_id}/invitations."
        raise Conflict.guards([Guard("INVITER_LEADS", False, "who invited no longer leads", needed, remedy)])


def _check_open(partnership: Partnership) -> None:
    if partnership.status in _FINAL:
        raise Conflict("Nobody joins a partnership that has ended.", "final_state")
