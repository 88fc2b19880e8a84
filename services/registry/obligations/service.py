"""Promising, keeping promises, and saying whether they were kept."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.contracts.vocabulary import ObligationKind, ObligationStatus, PartyRole
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked
from services.registry.models.agreements import Agreement
from services.registry.models.concepts import check_concepts
from services.registry.models.documents import check_documents
from services.registry.models.due_dates import Tally
from services.registry.models.membership import Membership, keep, kept, membership, read
from services.registry.models.obligations import (
    Obligation,
    ObligationClosure,
    ObligationConfirmation,
    ObligationFulfilment,
)
from services.registry.models.partnerships import Partnership
from services.registry.obligations.schemas import (
    ClosureIn,
    ConfirmationIn,
    FulfilmentIn,
    ObligationIn,
    ObligationSummaryOut,
    PartyTallyOut,
    TallyOut,
)


async def listed(
    session: AsyncSession,
    partnership_id: UUID,
    kind: str | None = None,
    party: UUID | None = None,
    status: ObligationStatus | None = None,
    due_before: date | None = None,
    due_after: date | None = None,
) -> Select[Any]:
    """Obligations of a partnership that match all filters given; of one that recurs, any due date counts, and both
    days are out of the range. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(Obligation, partnership_id)
    if kind:
        query = query.where(Obligation.kind == kind)
    if party:
        query = query.where(Obligation.organisation_id == party)
    if status or due_before or due_after:  # follow from fulfilments and recurrence: each has to be looked at
        first, last = due_after or date.min, due_before or date.max
        wanted = [
            each.id
            for each in await session.scalars(query)
            if status in (None, each.status) and any(first < day < last for day in each.dues)
        ]
        query = query.where(Obligation.id.in_(wanted))
    return query


async def get(session: AsyncSession, obligation_id: UUID, as_of: datetime | None = None) -> Obligation:
    """Raises NotFound for missing and foreign ones alike."""
    obligation = await read(session, Obligation, obligation_id, as_of)
    if as_of:
        for name in ("fulfilments", "closures"):  # rows that never change: those that there were then
            then = [each for each in getattr(obligation, name) if each.created_at <= as_of]
            set_committed_value(obligation, name, then)
        for each in obligation.fulfilments:
            set_committed_value(each, "confirmations", [c for c in each.confirmations if c.created_at <= as_of])
    return obligation


async def promise(session: AsyncSession, principal: Principal, partnership_id: UUID, data: ObligationIn) -> Obligation:
    """A promise of the caller's. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    member.require_side(data.side)
    if data.kind is ObligationKind.EMPLOYER_COMMITMENT:
        member.require(PartyRole.DEMAND_HOLDER)
    await _check(session, member, principal.acts_for, data)
    as_json = data.model_dump(mode="json", include={"amount"})
    values = data.model_dump() | as_json | {"fulfilments": [], "closures": []}
    return await keep(session, principal, Obligation, partnership_id, values)


async def fulfil(
    session: AsyncSession, principal: Principal, obligation_id: UUID, data: FulfilmentIn
) -> ObligationFulfilment:
    """The promiser's evidence. Raises NotFound, Forbidden for other parties, Conflict, Unprocessable."""
    obligation = await locked(session, Obligation, obligation_id)
    await membership(session, principal, obligation.partnership_id)
    _check_open(obligation)
    answered = {each.due_on for each in obligation.fulfilments if each.accepted is not False}
    waiting = [due for due in obligation.dues if due not in answered]
    due_on = data.due_on or (waiting[0] if waiting else None)
    if due_on is None or due_on in answered:
        raise Conflict("There is evidence already that nobody has refused.", "already_fulfilled")
    errors = []
    if due_on not in waiting:
        errors.append(FieldError("/due_on", "not_due", "The obligation does not fall due on this day."))
    if data.fulfilled_on > now().date():
        errors.append(FieldError("/fulfilled_on", "in_the_future", "Not after today."))
    if errors:
        raise Unprocessable.fields(errors)
    await check_documents(session, obligation.partnership_id, {"/document_id": data.document_id})
    values = data.model_dump() | {"due_on": due_on, "obligation_id": obligation.id, "confirmations": []}
    return await keep(session, principal, ObligationFulfilment, obligation.partnership_id, values)


async def confirm(
    session: AsyncSession, principal: Principal, obligation_id: UUID, data: ConfirmationIn
) -> ObligationConfirmation:
    """Another party's answer to a fulfilment, once. Raises NotFound, Forbidden, Conflict also for the promiser."""
    obligation = await _promised_to(session, principal, obligation_id)
    open_ones = [each for each in obligation.fulfilments if each.accepted is None]
    named = [each for each in obligation.fulfilments if each.id == data.fulfilment_id]
    fulfilment = (named if data.fulfilment_id else open_ones)[-1:]
    if data.fulfilment_id and not named:
        message = "No fulfilment of this obligation has this id."
        raise Unprocessable.fields([FieldError("/fulfilment_id", "unknown_fulfilment", message)])
    if not fulfilment:
        raise Conflict("No fulfilment waits for an answer.", "nothing_to_confirm")
    values = data.model_dump() | {"fulfilment_id": fulfilment[0].id}
    return await keep(session, principal, ObligationConfirmation, obligation.partnership_id, values)


async def close(session: AsyncSession, principal: Principal, obligation_id: UUID, data: ClosureIn) -> ObligationClosure:
    """Another party waives it or finds it broken, once. Raises NotFound, Forbidden, Conflict also for the promiser."""
    obligation = await _promised_to(session, principal, obligation_id)
    _check_open(obligation)
    values = data.model_dump() | {"obligation_id": obligation.id}
    return await keep(session, principal, ObligationClosure, obligation.partnership_id, values)


async def summary(session: AsyncSession, partnership_id: UUID) -> ObligationSummaryOut:
    """Share of due dates met in time, of all and of each promiser. Raises NotFound."""
    query = await listed(session, partnership_id)
    obligations = [each for each in await session.scalars(query) if each.status != ObligationStatus.WAIVED]
    tallies: defaultdict[UUID, Tally] = defaultdict(Tally)
    for obligation in obligations:
        tallies[obligation.organisation_id] += obligation.tally()
    by_party = [
        PartyTallyOut(organisation_id=party, **TallyOut.model_validate(tally).model_dump())
        for party, tally in sorted(tallies.items())
    ]
    total = TallyOut.model_validate(sum(tallies.values(), Tally()))
    return ObligationSummaryOut(obligations=len(obligations), total=total, by_party=by_party)


async def _promised_to(session: AsyncSession, principal: Principal, obligation_id: UUID) -> Obligation:
    """The obligation, when the caller is who judges it: the party it was promised to, or a monitor; any other party
    when it was promised to all."""
    obligation = await read(session, Obligation, obligation_id)
    member = await membership(session, principal, obligation.partnership_id)
    if obligation.organisation_id == principal.organisation_id:
        remedy = "Ask the party it was promised to, or a monitor; any other party when it was promised to all."
        raise Conflict.guards([Guard("another_party", False, "your own promise", "another's judgement", remedy)])
    if obligation.to_party not in (None, principal.organisation_id) and PartyRole.MONITOR not in member.roles:
        raise Forbidden("The party it was promised to judges, or a monitor.", "not_promised_to_you")
    return obligation


def _check_open(obligation: Obligation) -> None:
    if obligation.closures:
        raise Conflict("Another party has ended this obligation.", "closed")


async def _check(session: AsyncSession, member: Membership, caller: UUID, data: ObligationIn) -> None:
    errors = await check_concepts(session, {"/isco08": data.isco08} if data.isco08 else {})
    others = {party.organisation_id for party in member.partnership.parties if party.belongs()} - {caller}
    if data.to_party and data.to_party not in others:
        errors.append(FieldError("/to_party", "not_another_party", "Name another party of the partnership."))
    agreement = await session.get(Agreement, data.agreement_id) if data.agreement_id else None
    if data.agreement_id and (agreement is None or agreement.partnership_id != member.partnership.id):
        errors.append(FieldError("/agreement_id", "unknown_agreement", "No agreement of this partnership has this id."))
    if errors:
        raise Unprocessable.fields(errors)
