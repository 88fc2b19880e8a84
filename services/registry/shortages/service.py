"""Opening a round, sending signals, commenting, and reading what came of it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole, PartySide, ShortageRoundStatus
from services.kit import tenancy
from services.kit.auth import Principal
from services.kit.bulk import BatchOut, Row, RowStatus
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found
from services.registry.models.concepts import check_concepts, unknown_among
from services.registry.models.membership import Membership, keep, kept, membership
from services.registry.models.shortages import ShortageComment, ShortageIndex, ShortageRound, ShortageSignal
from services.registry.shortages.schemas import MEASURES, CommentIn, RoundIn, SignalIn

AUTHORITIES = (PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY)
SENDERS = (*AUTHORITIES, PartyRole.DEMAND_HOLDER, PartyRole.IMPLEMENTER)
COMMENTERS = (PartyRole.SOCIAL_PARTNER, PartyRole.TRAINER, PartyRole.DEMAND_HOLDER)


async def open_round(session: AsyncSession, principal: Principal, partnership_id: UUID, data: RoundIn) -> ShortageRound:
    """Raises Forbidden for those who may not, Unprocessable when the partnership has no such corridor."""
    member = await membership(session, principal, partnership_id)
    member.require(*SENDERS)
    member.require_side(PartySide.ORIGIN, PartySide.DESTINATION)
    errors = await check_concepts(session, {f"/isco08/{place}": code for place, code in enumerate(data.isco08)})
    corridors = {(each["origin"], each["destination"]) for each in member.partnership.corridors}
    if (data.origin, data.destination) not in corridors:
        errors.append(FieldError("/destination", "unknown_corridor", "The partnership has no such corridor."))
    if errors:
        raise Unprocessable.fields(errors)
    values = data.model_dump(mode="json") | {
        "isco08": sorted(set(data.isco08)),
        "status": ShortageRoundStatus.OPEN.value,
    }
    return await keep(session, principal, ShortageRound, partnership_id, values)


async def round_of(session: AsyncSession, principal: Principal, round_id: UUID) -> tuple[ShortageRound, Membership]:
    """A round and what the caller is in its partnership. Raises NotFound, Forbidden."""
    the_round = await found(session, ShortageRound, round_id)
    return the_round, await membership(session, principal, the_round.partnership_id)


def refuse_unless(the_round: ShortageRound, *states: ShortageRoundStatus) -> None:
    """Raises Conflict when the round is in none of these states."""
    if the_round.status not in states:
        needed = " or ".join(states)
        raise Conflict.guards([Guard("ROUND_STATUS", False, the_round.status, needed, "open another round")])


def own_side(member: Membership) -> PartySide:
    """Raises Forbidden for a party of neither or of both sides: whose figures would these be?"""
    sides = member.sides & {PartySide.ORIGIN, PartySide.DESTINATION}
    if len(sides) != 1:
        raise Forbidden("Only a party of one side, origin or destination, may do this.", "side_needed")
    return next(iter(sides))


async def send_signal(session: AsyncSession, principal: Principal, round_id: UUID, data: SignalIn) -> ShortageSignal:
    """Add a figure, or replace the one about the same occupation, source and period. Raises Conflict once the
    decisions are proposed."""
    if errors := await check_concepts(session, {"/isco08": data.isco08}):
        raise Unprocessable.fields(errors)
    [(signal, _)] = await _put(session, principal, round_id, [data])
    return signal


async def send_signals(
    session: AsyncSession, principal: Principal, round_id: UUID, rows: Sequence[Row[SignalIn]]
) -> BatchOut:
    """Many figures, one result a row in order; a bad row leaves the others alone."""
    unknown = await unknown_among(session, {row.value.isco08 for row in rows if row.value})
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        if row.value is None:
            continue
        if row.value.isco08 in unknown:
            row.errors = [FieldError("/isco08", "unknown_concept", "Not an ISCO-08 group.")]
        elif _key(row.value) in seen:
            row.errors = [FieldError("", "repeated", "An earlier row is about the same figure.")]
        seen.add(_key(row.value))
    good = [row for row in rows if row.value is not None and not row.errors]
    put = await _put(session, principal, round_id, [row.value for row in good if row.value])
    outcome = {row.number: (status, signal.id) for row, (signal, status) in zip(good, put, strict=True)}
    failed = (RowStatus.FAILED, None)
    return BatchOut(results=[row.result(*outcome.get(row.number, failed)) for row in rows])


def _key(data: SignalIn) -> tuple[str, ...]:
    return data.isco08, data.signal.value, data.source, data.period


async def _put(
    session: AsyncSession, principal: Principal, round_id: UUID, sent: Sequence[SignalIn]
) -> list[tuple[ShortageSignal, RowStatus]]:
    the_round, member = await round_of(session, principal, round_id)
    member.require(*SENDERS)
    side = own_side(member)
    # Whoever computes or proposes holds the round: what is sent meanwhile is looked at again, or comes too late.
    await tenancy.act_for(session, tenancy.HOUSE)
    held = select(ShortageRound).where(ShortageRound.id == round_id).with_for_update(read=True)
    the_round = (await session.scalars(held, execution_options={"populate_existing": True})).one()
    await tenancy.act_for(session, principal.tenant)
    refuse_unless(the_round, ShortageRoundStatus.OPEN, ShortageRoundStatus.COMPUTED)
    own = await session.scalars(
        signals_of(round_id).where(ShortageSignal.organisation_id == principal.acts_for).with_for_update()
    )
    before = {(s.isco08, s.signal, s.source, s.period): s for s in own}
    outcome = []
    for data in sent:
        columns = data.model_dump(mode="json") | {
            "value": round(Decimal(str(data.value)), 6),
            "unit": MEASURES[data.signal][0],
        }
        old = before.get(_key(data))  # type: ignore[arg-type]
        if old is None:
            ids = {"round_id": round_id, "partnership_id": the_round.partnership_id}
            old = ShortageSignal(**ids, organisation_id=principal.acts_for, side=side.value, **columns)
            session.add(old)
            status = RowStatus.CREATED
        elif all(getattr(old, name) == value for name, value in columns.items()):
            status = RowStatus.UNCHANGED
        else:
            for name, value in columns.items():
                setattr(old, name, value)
            old.touch()
            status = RowStatus.UPDATED
        outcome.append((old, status))
    await session.flush()
    return outcome


def signals_of(round_id: UUID) -> Select[Any]:
    """The signals of a round that the caller may read: its own."""
    return select(ShortageSignal).where(ShortageSignal.round_id == round_id)


def indices_of(round_id: UUID, isco08: str | None = None) -> Select[Any]:
    """The computed indices of a round."""
    query = select(ShortageIndex).where(ShortageIndex.round_id == round_id)
    return query.where(ShortageIndex.isco08 == isco08) if isco08 else query


def rounds_of(partnership_id: UUID) -> Select[Any]:
    """The rounds of a partnership."""
    return kept(ShortageRound, partnership_id)


def comments_of(round_id: UUID) -> Select[Any]:
    """The comments on a round."""
    return select(ShortageComment).where(ShortageComment.round_id == round_id)


async def comment(session: AsyncSession, principal: Principal, round_id: UUID, data: CommentIn) -> ShortageComment:
    """Raises Forbidden for other roles, Conflict outside the days for comments."""
    the_round, member = await round_of(session, principal, round_id)
    member.require(*COMMENTERS)
    refuse_unless(the_round, ShortageRoundStatus.COMPUTED)
    until = the_round.comments_until
    if until is None or until < now().date():
        raise Conflict.guards([Guard("COMMENT_DAYS", False, str(now().date()), f"by {until}", "tell an authority")])
    if data.isco08 is not None and data.isco08 not in the_round.isco08:
        raise Unprocessable.fields([FieldError("/isco08", "not_in_scope", "The round does not look at it.")])
    values = data.model_dump(mode="json") | {"round_id": round_id}
    return await keep(session, principal, ShortageComment, the_round.partnership_id, values)


def comments_end(the_round: ShortageRound) -> None:
    """Set the last day for comments, counted from today."""
    days = the_round.comment_days
    the_round.comments_until = now().date() + timedelta(days=days) if days else None
