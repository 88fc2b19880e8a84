"""Setting up committees, and writing down what they do."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.contracts.vocabulary import PartyRole
from services.kit import tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Unprocessable
from services.kit.records import found, locked
from services.registry.committees.schemas import (
    ActionItemIn,
    ActionItemPatch,
    AdoptionIn,
    CommitteeIn,
    CommitteeMember,
    CommitteePatch,
    CompletionIn,
    DecisionIn,
    MeetingIn,
    MeetingPatch,
)
from services.registry.models.agreements import Agreement
from services.registry.models.committees import (
    ActionItem,
    ActionItemCompletion,
    Committee,
    CommitteeAdoption,
    CommitteeDecision,
    CommitteeMeeting,
)
from services.registry.models.documents import check_documents
from services.registry.models.membership import Membership, amend, held, keep, kept, membership, read
from services.registry.models.partnerships import Partnership

# Rows of others that never change, by the record they belong to.
_APPENDED = {Committee: "meetings", CommitteeDecision: "adoptions", ActionItem: "completions"}


async def get(session: AsyncSession, kind: type[Any], record_id: UUID, as_of: datetime | None = None) -> Any:
    """A record of this slice. Raises NotFound for missing and foreign ones alike."""
    record = await read(session, kind, record_id, as_of)
    if as_of and (name := _APPENDED.get(kind)):
        set_committed_value(record, name, [each for each in getattr(record, name) if each.created_at <= as_of])
    return record


async def listed(session: AsyncSession, partnership_id: UUID) -> Select[Any]:
    """Committees of a partnership. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(Committee, partnership_id)


async def of_committee(session: AsyncSession, kind: type[Any], committee_id: UUID) -> Select[Any]:
    """Meetings or decisions of a committee. Raises NotFound."""
    await found(session, Committee, committee_id)
    return select(kind).where(kind.committee_id == committee_id)


async def items_listed(
    session: AsyncSession, partnership_id: UUID, committee: UUID | None, assignee: UUID | None, overdue: bool
) -> Select[Any]:
    """Action items of a partnership that match all filters given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(ActionItem, partnership_id)
    if committee:
        query = query.where(ActionItem.committee_id == committee)
    if assignee:
        query = query.where(ActionItem.assignee_id == assignee)
    if overdue:
        late = and_(ActionItem.due_on < now().date(), ~ActionItem.cancelled, ~ActionItem.completions.any())
        query = query.where(late)
    return query


async def set_up(session: AsyncSession, principal: Principal, partnership_id: UUID, data: CommitteeIn) -> Committee:
    """A new committee; leads and signatories set it up. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    member.require(PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY)
    await _check_committee(session, member, data.members, data.agreement_id)
    as_json = data.model_dump(mode="json", include={"members"})
    values = data.model_dump() | as_json | {"meetings": []}
    return await keep(session, principal, Committee, partnership_id, values)


async def change(
    session: AsyncSession, principal: Principal, committee_id: UUID, version: int, patch: CommitteePatch
) -> Committee:
    """Merge the patch; only who set it up may."""
    committee = await locked(session, Committee, committee_id)
    member = await membership(session, principal, committee.partnership_id)
    await _check_committee(session, member, patch.members or [], patch.agreement_id)
    return await amend(session, Committee, committee_id, version, CommitteeIn, patch, ("members",))


async def meet(session: AsyncSession, principal: Principal, committee_id: UUID, data: MeetingIn) -> CommitteeMeeting:
    """A meeting, written down by a member. Raises NotFound, Forbidden, Unprocessable."""
    committee, _ = await _seat(session, principal, committee_id)
    await _check_meeting(session, committee, data.attended, data.minutes_document_id)
    as_json = data.model_dump(mode="json", include={"attended"})
    values = data.model_dump() | as_json | {"committee_id": committee.id}
    return await keep(session, principal, CommitteeMeeting, committee.partnership_id, values)


async def change_meeting(
    session: AsyncSession, principal: Principal, meeting_id: UUID, version: int, patch: MeetingPatch
) -> CommitteeMeeting:
    """Merge the patch; only who wrote it down may."""
    meeting = await locked(session, CommitteeMeeting, meeting_id)
    committee = await read(session, Committee, meeting.committee_id)
    await membership(session, principal, committee.partnership_id)
    await _check_meeting(session, committee, patch.attended or [], patch.minutes_document_id)
    return await amend(session, CommitteeMeeting, meeting_id, version, MeetingIn, patch, ("attended",))


async def decide(
    session: AsyncSession, principal: Principal, committee_id: UUID, data: DecisionIn
) -> CommitteeDecision:
    """The committee's next decision, adopted by nobody yet. Raises NotFound, Forbidden, Unprocessable."""
    committee, _ = await _seat(session, principal, committee_id)
    if data.meeting_id:
        await _check_of_committee(session, committee, CommitteeMeeting, "/meeting_id", data.meeting_id)
    # One at a time, or two members would give the same number; none of them need own the committee.
    await tenancy.act_for(session, tenancy.HOUSE)
    await session.execute(select(Committee.id).where(Committee.id == committee.id).with_for_update())
    await tenancy.act_for(session, principal.tenant)
    of_this = CommitteeDecision.committee_id == committee.id
    last = await session.scalar(select(func.max(CommitteeDecision.number)).where(of_this))
    values = data.model_dump() | {"committee_id": committee.id, "number": (last or 0) + 1, "adoptions": []}
    return await keep(session, principal, CommitteeDecision, committee.partnership_id, values)


async def adopt(session: AsyncSession, principal: Principal, decision_id: UUID, data: AdoptionIn) -> CommitteeAdoption:
    """The caller's side adopts it, once a side. Raises NotFound, Forbidden, Unprocessable."""
    decision = await read(session, CommitteeDecision, decision_id)
    committee, seats = await _seat(session, principal, decision.committee_id)
    if data.side not in {seat["side"] for seat in seats}:
        raise Forbidden("Your organisation sits on the committee for another side.", "side_needed")
    _check_not_in_future("/adopted_on", data.adopted_on)
    values = data.model_dump() | {"decision_id": decision.id}
    return await keep(session, principal, CommitteeAdoption, committee.partnership_id, values)


async def assign(session: AsyncSession, principal: Principal, committee_id: UUID, data: ActionItemIn) -> ActionItem:
    """Something for a party to do, written down by a member. Raises NotFound, Forbidden, Unprocessable."""
    committee, _ = await _seat(session, principal, committee_id)
    partnership = (await membership(session, principal, committee.partnership_id)).partnership
    if data.assignee_id not in {party.organisation_id for party in partnership.parties if party.belongs()}:
        raise Unprocessable.fields([FieldError("/assignee_id", "not_a_party", "Name a party of the partnership.")])
    if data.decision_id:
        await _check_of_committee(session, committee, CommitteeDecision, "/decision_id", data.decision_id)
    values = data.model_dump() | {"committee_id": committee.id, "completions": []}
    return await keep(session, principal, ActionItem, committee.partnership_id, values)


async def change_item(session: AsyncSession, action_item_id: UUID, version: int, patch: ActionItemPatch) -> ActionItem:
    """Merge the patch; only who wrote it down may. Raises Conflict for what is done."""
    if (await held(session, ActionItem, action_item_id)).completions:
        raise Conflict("It is done.", "done")
    return await amend(session, ActionItem, action_item_id, version, ActionItemIn, patch)


async def complete(
    session: AsyncSession, principal: Principal, action_item_id: UUID, data: CompletionIn
) -> ActionItemCompletion:
    """The assignee's evidence, once. Raises NotFound, Forbidden for others, Conflict, Unprocessable."""
    item = await read(session, ActionItem, action_item_id)
    await membership(session, principal, item.partnership_id)
    if item.assignee_id != principal.organisation_id:
        raise Forbidden("Only the party that is to do it says that it is done.", "not_the_assignee")
    if item.cancelled:
        raise Conflict("Who wrote it down took it back.", "cancelled")
    _check_not_in_future("/done_on", data.done_on)
    await check_documents(session, item.partnership_id, {"/document_id": data.document_id})
    values = data.model_dump() | {"action_item_id": item.id}
    return await keep(session, principal, ActionItemCompletion, item.partnership_id, values)


async def _seat(
    session: AsyncSession, principal: Principal, committee_id: UUID
) -> tuple[Committee, list[dict[str, Any]]]:
    """The committee and the caller's seats on it. Raises NotFound, Forbidden for parties that have none."""
    committee = await read(session, Committee, committee_id)
    await membership(session, principal, committee.partnership_id)
    seats = [seat for seat in committee.members if seat["organisation_id"] == str(principal.organisation_id)]
    if not seats:
        raise Forbidden("Only members of the committee may do this.", "not_a_member")
    return committee, seats


async def _check_committee(
    session: AsyncSession, member: Membership, members: list[CommitteeMember], agreement_id: UUID | None
) -> None:
    stand = {(party.organisation_id, party.side) for party in member.partnership.parties if party.belongs()}
    errors = [
        FieldError(f"/members/{place}", "not_a_party", "Name a party of the partnership, on the side where it stands.")
        for place, each in enumerate(members)
        if (each.organisation_id, each.side.value) not in stand
    ]
    agreement = await session.get(Agreement, agreement_id) if agreement_id else None
    if agreement_id and (agreement is None or agreement.partnership_id != member.partnership.id):
        errors.append(FieldError("/agreement_id", "unknown_agreement", "No agreement of this partnership has this id."))
    if errors:
        raise Unprocessable.fields(errors)


async def _check_meeting(
    session: AsyncSession, committee: Committee, attended: list[UUID], minutes: UUID | None
) -> None:
    members = {member["organisation_id"] for member in committee.members}
    errors = [
        FieldError(f"/attended/{place}", "not_a_member", "Name members of the committee.")
        for place, each in enumerate(attended)
        if str(each) not in members
    ]
    if errors:
        raise Unprocessable.fields(errors)
    await check_documents(session, committee.partnership_id, {"/minutes_document_id": minutes})


async def _check_of_committee(
    session: AsyncSession,
    committee: Committee,
    kind: type[CommitteeMeeting] | type[CommitteeDecision],
    pointer: str,
    record_id: UUID,
) -> None:
    record: CommitteeMeeting | CommitteeDecision | None = await session.get(kind, record_id)
    if record is None or record.committee_id != committee.id:
        message = "This committee has no such record."
        raise Unprocessable.fields([FieldError(pointer, "of_another_committee", message)])


def _check_not_in_future(pointer: str, day: date) -> None:
    if day > now().date():
        raise Unprocessable.fields([FieldError(pointer, "in_the_future", "Not after today.")])
