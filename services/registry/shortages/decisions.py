"""Proposing a class for each occupation, signing it on both sides, and watching what becomes of it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import JointDecisionStatus, PartyRole, PartySide, ShortageRoundStatus
from services.contracts.vocabulary import ShortageSignalCode as S
from services.kit import events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, Unprocessable
from services.kit.records import found
from services.registry.models.membership import keep, kept, membership
from services.registry.models.shortages import (
    JointDecision,
    JointDecisionSignature,
    ShortageIndex,
    ShortageObservation,
    ShortageRound,
    event_of,
)
from services.registry.shortages.computation import Sides, circumstances, digest_of, signals_by_side
from services.registry.shortages.corridor_classes import Terms, brain_drain_pressure, decide, more_protective, terms
from services.registry.shortages.indices import fact_of
from services.registry.shortages.parameters import Parameters
from services.registry.shortages.schemas import DecisionSignatureIn, ObservationIn
from services.registry.shortages.service import AUTHORITIES, own_side, refuse_unless, round_of

_BATCH = 500  # rows that a chore changes in one transaction
_BOTH = {PartySide.ORIGIN.value, PartySide.DESTINATION.value}


def decisions_of(
    partnership_id: UUID,
    isco08: str | None,
    status: str | None,
    expires_before: date | None,
    expires_after: date | None,
) -> Select[Any]:
    """The decisions of a partnership that match all filters given; both days are out of the range."""
    query = kept(JointDecision, partnership_id)
    if isco08:
        query = query.where(JointDecision.isco08 == isco08)
    if status:
        query = query.where(JointDecision.status == status)
    if expires_before:
        query = query.where(JointDecision.expires_on < expires_before)
    return query.where(JointDecision.expires_on > expires_after) if expires_after else query


def of_round(round_id: UUID) -> Select[Any]:
    """The decisions of a round."""
    return select(JointDecision).where(JointDecision.round_id == round_id)


def of_decision(kind: type[JointDecisionSignature] | type[ShortageObservation], decision_id: UUID) -> Select[Any]:
    """The signatures or observations of a decision."""
    return select(kind).where(kind.decision_id == decision_id)


async def propose(session: AsyncSession, principal: Principal, round_id: UUID) -> ShortageRound:
    """A decision for each occupation, to be signed. Raises Forbidden, and Conflict while partners may still comment."""
    the_round, member = await round_of(session, principal, round_id)
    member.require(*AUTHORITIES)
    own_side(member)
    refuse_unless(the_round, ShortageRoundStatus.COMPUTED)
    until, today = the_round.comments_until, now().date()
    if until is not None and today <= until:
        raise Conflict.guards([Guard("COMMENT_DAYS", False, str(today), f"after {until}", "wait for the comments")])
    await tenancy.act_for(session, tenancy.HOUSE)
    the_round = await _held_round(session, round_id)
    refuse_unless(the_round, ShortageRoundStatus.COMPUTED)
    sides = await signals_by_side(session, round_id)
    if await digest_of(session, the_round, sides) != the_round.inputs_hash:
        needed, remedy = "indices of these figures", "compute the indices again"
        raise Conflict.guards([Guard("COMPUTED_AS_IT_STANDS", False, "figures came later", needed, remedy)])
    indices = {(i.side, i.isco08): i for i in await session.scalars(_indices(round_id))}
    for isco08 in the_round.isco08:
        origin, destination = (indices[side, isco08] for side in (PartySide.ORIGIN, PartySide.DESTINATION))
        facts = await circumstances(session, the_round, isco08, destination.causes, sides)
        chosen = decide(destination.shortage_class, origin.shortage_class, facts, _parameters(the_round))
        session.add(_decision(the_round, isco08, chosen))
    the_round.status = ShortageRoundStatus.DECIDED.value
    the_round.touch()
    await session.flush()
    proposed = list(await session.scalars(of_round(round_id).order_by(JointDecision.id)))
    await events.publish(session, *[(each.id, await event_of(session, each)) for each in proposed])
    await tenancy.act_for(session, principal.tenant)
    return the_round


def _indices(round_id: UUID) -> Select[Any]:
    return select(ShortageIndex).where(ShortageIndex.round_id == round_id)


async def _held_round(session: AsyncSession, round_id: UUID) -> ShortageRound:
    query = select(ShortageRound).where(ShortageRound.id == round_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


def _parameters(the_round: ShortageRound) -> Parameters:
    return Parameters.model_validate(the_round.parameters)


def _decision(the_round: ShortageRound, isco08: str, chosen: Terms) -> JointDecision:
    return JointDecision(
        partnership_id=the_round.partnership_id,
        organisation_id=the_round.organisation_id,
        round_id=the_round.id,
        origin=the_round.origin,
        destination=the_round.destination,
        isco08=isco08,
        computed_class=chosen.corridor_class.value,
        status=JointDecisionStatus.PROPOSED.value,
        warnings=[],
        expires_on=months_after(now().date(), _parameters(the_round).months_valid),
        inputs_hash=the_round.inputs_hash or "",
        **_terms(chosen),
    )


def _terms(chosen: Terms) -> dict[str, Any]:
    return {
        "corridor_class": chosen.corridor_class.value,
        "track": chosen.track.value,
        "mode": chosen.mode.value,
        "away_open": chosen.away_open,
        "ratio": chosen.ratio,
        "quota_hint": chosen.quota_hint,
        "safeguards": [each.value for each in chosen.safeguards],
        "reasons": list(chosen.reasons),
    }


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of its month; at most twelve."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


async def sign(
    session: AsyncSession, principal: Principal, decision_id: UUID, data: DecisionSignatureIn
) -> JointDecisionSignature:
    """The word of the caller's side, once. With both it comes into force: as computed, or after a dissent in the more
    protective class. Raises NotFound, Forbidden, Conflict."""
    decision = await found(session, JointDecision, decision_id)
    member = await membership(session, principal, decision.partnership_id)
    side = own_side(member)
    member.require_on(side, *AUTHORITIES)
    await tenancy.act_for(session, tenancy.HOUSE)
    the_round = await _held_round(session, decision.round_id)
    query = select(JointDecision).where(JointDecision.id == decision_id).with_for_update()
    decision = (await session.scalars(query.execution_options(populate_existing=True))).one()
    given = list(await session.scalars(of_decision(JointDecisionSignature, decision_id)))
    if side in {each.side for each in given}:
        raise Conflict.guards([Guard("SIGNED_ONCE", False, f"{side} has signed", "one word a side", "none")])
    if principal.acts_for in {each.organisation_id for each in given}:  # it stood on the other side before
        needed, remedy = "another organisation", "let an authority of this side sign"
        raise Conflict.guards([Guard("TWO_ORGANISATIONS", False, "your organisation signed", needed, remedy)])
    if decision.expired:
        remedy = "open another round: demand may have evolved"
        raise Conflict.guards([Guard("NOT_EXPIRED", False, str(decision.expires_on), str(now().date()), remedy)])
    await tenancy.act_for(session, principal.tenant)
    values = data.model_dump(mode="json") | {"decision_id": decision_id, "side": side.value, "signed_on": now().date()}
    signature = await keep(session, principal, JointDecisionSignature, decision.partnership_id, values)
    await tenancy.act_for(session, tenancy.HOUSE)
    await _settle(session, the_round, decision, [*given, signature])
    await tenancy.act_for(session, principal.tenant)
    return signature


async def _settle(
    session: AsyncSession, the_round: ShortageRound, decision: JointDecision, given: list[JointDecisionSignature]
) -> None:
    """What follows from the words given so far."""
    proposed = [each.proposed_class for each in given if each.proposed_class]
    if proposed:
        sides = await signals_by_side(session, the_round.id)
        causes = await session.scalar(
            select(ShortageIndex.causes).where(
                ShortageIndex.round_id == the_round.id,
                ShortageIndex.side == PartySide.DESTINATION,
                ShortageIndex.isco08 == decision.isco08,
            )
        )
        facts = await circumstances(session, the_round, decision.isco08, causes or [], sides)
        chosen = more_protective([decision.computed_class, *proposed])
        why = (f"DISSENT computed {decision.computed_class}, proposed {', '.join(sorted(proposed))}",)
        for name, value in _terms(terms(chosen, facts, _parameters(the_round), why)).items():
            setattr(decision, name, value)
    if {each.side for each in given} == _BOTH:
        decision.status = JointDecisionStatus.IN_FORCE.value
        decision.in_force_on = now().date()
        decision.expires_on = months_after(now().date(), _parameters(the_round).months_valid)
    decision.touch()
    await session.flush()
    await events.publish(session, (decision.id, await event_of(session, decision)))
    open_still = of_round(the_round.id).where(JointDecision.status == JointDecisionStatus.PROPOSED)
    if (await session.scalars(open_still.limit(1))).first() is None:
        the_round.status = ShortageRoundStatus.CLOSED.value
        the_round.touch()
        await session.flush()


async def observe(
    session: AsyncSession, principal: Principal, decision_id: UUID, data: ObservationIn
) -> ShortageObservation:
    """What the origin sees; beyond the stop threshold the away track closes. Raises NotFound, Forbidden, Conflict."""
    decision = await found(session, JointDecision, decision_id)
    member = await membership(session, principal, decision.partnership_id)
    member.require(*AUTHORITIES, PartyRole.IMPLEMENTER, PartyRole.MONITOR)
    member.require_side(PartySide.ORIGIN)
    if data.observed_on > now().date():
        raise Unprocessable.fields([FieldError("/observed_on", "in_the_future", "Nobody has seen this yet.")])
    await tenancy.act_for(session, tenancy.HOUSE)
    the_round = await session.get_one(ShortageRound, decision.round_id)
    query = select(JointDecision).where(JointDecision.id == decision_id).with_for_update()
    decision = (await session.scalars(query.execution_options(populate_existing=True))).one()
    if decision.status == JointDecisionStatus.PROPOSED:
        raise Conflict.guards([Guard("DECISION_STATUS", False, decision.status, "IN_FORCE", "sign it on both sides")])
    warnings = _warnings(data, decision, await signals_by_side(session, the_round.id), _parameters(the_round))
    decision.warnings = [warning["code"] for warning in warnings]
    if "BRAIN_DRAIN_STOP" in decision.warnings:
        decision.status, decision.away_open = JointDecisionStatus.SUSPENDED.value, False
    decision.touch()
    await session.flush()
    await events.publish(session, (decision.id, await event_of(session, decision)))
    await tenancy.act_for(session, principal.tenant)
    values = data.model_dump() | {"decision_id": decision_id, "warnings": warnings}
    if data.origin_vacancy_rate is not None:
        values["origin_vacancy_rate"] = Decimal(str(data.origin_vacancy_rate))
    return await keep(session, principal, ShortageObservation, decision.partnership_id, values)


async def expire(session: AsyncSession) -> bool:
    """Say of decisions whose last day has passed that they opened something and do no more, so that other services hear
    of it on the day; done hourly, a batch at a time. Returns whether there may be more."""
    held = (JointDecisionStatus.IN_FORCE, JointDecisionStatus.SUSPENDED)
    over = select(JointDecision).where(JointDecision.status.in_(held), JointDecision.expires_on < now().date())
    batch = over.order_by(JointDecision.id).limit(_BATCH).with_for_update(skip_locked=True)
    expired = (await session.scalars(batch)).all()
    for decision in expired:
        decision.status, decision.away_open = JointDecisionStatus.EXPIRED.value, False
        decision.touch()
        await session.flush()
        await events.publish(session, (decision.id, await event_of(session, decision)))
    return len(expired) == _BATCH


def _warnings(
    data: ObservationIn, decision: JointDecision, sides: Sides, parameters: Parameters
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    then = fact_of(decision.isco08, S.VACANCY_RATE, sides[PartySide.ORIGIN])
    if then and data.origin_vacancy_rate is not None:
        rise = round(100 * (data.origin_vacancy_rate / float(then) - 1), 4)
        if rise >= parameters.early_warning_percent:
            found.append(_warning("VACANCY_RATE_RISE", rise, parameters.early_warning_percent, "open another round"))
    pressure = brain_drain_pressure(data.incumbent_departures, data.employed_stock)
    if pressure is not None and pressure >= parameters.brain_drain_stop_percent:
        stop = "the away track is closed until another round"
        found.append(_warning("BRAIN_DRAIN_STOP", pressure, parameters.brain_drain_stop_percent, stop))
    elif pressure is not None and pressure >= parameters.brain_drain_alarm_percent:
        more = "train more people before more move"
        found.append(_warning("BRAIN_DRAIN_ALARM", pressure, parameters.brain_drain_alarm_percent, more))
    return found


def _warning(code: str, seen: float, threshold: float, remedy: str) -> dict[str, Any]:
    return {"code": code, "seen": seen, "threshold": threshold, "remedy": remedy}
