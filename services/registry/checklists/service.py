"""Answering the checklist and waiving critical items."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole, PartySide
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.errors import FieldError, Forbidden, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.checklists.schemas import (
    ChecklistEntryIn,
    ChecklistEntryOut,
    ChecklistEntryPatch,
    ChecklistLine,
    ChecklistOut,
    ChecklistWaiverIn,
    ChecklistWaiverOut,
)
from services.registry.models import checklist_items
from services.registry.models.checklists import ChecklistEntry, ChecklistWaiver
from services.registry.models.membership import Membership, held, keep, kept, membership
from services.registry.models.partnerships import Partnership
from services.registry.models.rule_parameters import parameters_of

_SPEAKS = {PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY}


async def checklist(session: AsyncSession, partnership_id: UUID) -> ChecklistOut:
    """All items with what was said of them. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    entries = {entry.item: entry for entry in await session.scalars(kept(ChecklistEntry, partnership_id))}
    waivers = list(await session.scalars(kept(ChecklistWaiver, partnership_id).order_by(ChecklistWaiver.id)))
    answers = {item: entry.answer for item, entry in entries.items()}
    told = [(waiver.item, waiver.side, waiver.organisation_id) for waiver in waivers]
    waived = checklist_items.waived(told)
    further = (await parameters_of(session, partnership_id)).further_critical_items
    critical = checklist_items.critical(further)
    lines = [
        ChecklistLine(
            item=item.number,
            title=dict(item.title),
            critical=item.number in critical,
            entry=ChecklistEntryOut.model_validate(entries[item.number]) if item.number in entries else None,
            waivers=[ChecklistWaiverOut.model_validate(each) for each in waivers if each.item == item.number],
            waived=item.number in waived,
        )
        for item in checklist_items.ITEMS
    ]
    conformity = checklist_items.conformity(answers)
    return ChecklistOut(items=lines, conformity=conformity, blocking=checklist_items.blocking(answers, told, further))


async def answer(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: ChecklistEntryIn
) -> ChecklistEntry:
    """The first answer to an item, by any party. Raises NotFound, Forbidden; 409 when the item has an answer."""
    await membership(session, principal, partnership_id)
    return await keep(session, principal, ChecklistEntry, partnership_id, data.model_dump())


async def correct(
    session: AsyncSession, principal: Principal, entry_id: UUID, version: int, patch: ChecklistEntryPatch
) -> ChecklistEntry:
    """Merge the patch; who gave the answer and the leads of either side may. The answer is then the corrector's."""
    entry = await held(session, ChecklistEntry, entry_id)
    concurrency.check(entry, version)
    whole = merged(ChecklistEntryIn, fields_of(ChecklistEntryIn, entry), patch)
    for name, value in whole.model_dump().items():
        setattr(entry, name, value)
    entry.organisation_id = principal.acts_for
    entry.touch()
    await session.flush()
    return entry


async def waive(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: ChecklistWaiverIn
) -> ChecklistWaiver:
    """A lead or signatory waives a critical item for its side. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    further = (await parameters_of(session, partnership_id)).further_critical_items
    if data.item not in checklist_items.critical(further):
        raise Unprocessable.fields([FieldError("/item", "not_critical", "Only critical items need a waiver.")])
    if data.side == PartySide.THIRD:
        raise Unprocessable.fields([FieldError("/side", "not_a_country_side", "Name ORIGIN or DESTINATION.")])
    if not _speaks_for(member, principal, data.side):
        raise Forbidden(f"Only a lead or signatory of the side {data.side} may waive for it.", "side_needed")
    return await keep(session, principal, ChecklistWaiver, partnership_id, data.model_dump())


def _speaks_for(member: Membership, principal: Principal, side: PartySide) -> bool:
    own = (p for p in member.partnership.parties if p.organisation_id == principal.organisation_id and p.belongs())
    return any(party.side == side and party.role in _SPEAKS for party in own)
