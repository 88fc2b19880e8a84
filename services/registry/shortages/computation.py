"""Computing both sides' indices of a round.

The figures of a side are nobody else's to read, so the house reads them, stores what was computed, and hands nothing
on.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartySide, ShortageRoundStatus
from services.contracts.vocabulary import ShortageSignalCode as S
from services.kit import tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.registry.models.partnerships import Partnership
from services.registry.models.shortages import ShortageIndex, ShortageRound, ShortageSignal
from services.registry.shortages.corridor_classes import Circumstances
from services.registry.shortages.indices import METHOD, Index, Signal, fact_of, indices, inputs_hash
from services.registry.shortages.parameters import Parameters
from services.registry.shortages.service import SENDERS, comments_end, refuse_unless, round_of

Sides = dict[PartySide, list[Signal]]
_SIDES = (PartySide.ORIGIN, PartySide.DESTINATION)


async def compute(session: AsyncSession, principal: Principal, round_id: UUID) -> ShortageRound:
    """Compute the indices from all signals of now; the same inputs give the same rows. Raises NotFound, Forbidden, and
    Conflict once decisions are proposed."""
    the_round, member = await round_of(session, principal, round_id)
    member.require(*SENDERS)
    member.require_side(*_SIDES)
    await tenancy.act_for(session, tenancy.HOUSE)
    query = select(ShortageRound).where(ShortageRound.id == round_id).with_for_update()
    the_round = (await session.scalars(query.execution_options(populate_existing=True))).one()
    refuse_unless(the_round, ShortageRoundStatus.OPEN, ShortageRoundStatus.COMPUTED)
    sides = await signals_by_side(session, round_id)
    before = await _classes_before(session, the_round)
    digest = inputs_hash(canonical_inputs(the_round, sides, before))
    for side in _SIDES:
        area = the_round.origin if side == PartySide.ORIGIN else the_round.destination
        parameters, year = Parameters.model_validate(the_round.parameters), int(the_round.period[:4])
        # In a thread: other requests go on while hundreds of occupations are compared.
        arguments = (the_round.isco08, sides[side], parameters, year, before.get(side, {}))
        computed = await asyncio.to_thread(indices, *arguments)
        await _store(session, the_round, side, area, computed, digest)
    if the_round.inputs_hash != digest:
        the_round.inputs_hash, the_round.computed_at = digest, now()
        if the_round.status == ShortageRoundStatus.OPEN:
            comments_end(the_round)
        the_round.status = ShortageRoundStatus.COMPUTED.value
        the_round.touch()
    await session.flush()
    await tenancy.act_for(session, principal.tenant)
    return the_round


async def digest_of(session: AsyncSession, the_round: ShortageRound, sides: Sides) -> str:
    """The hash of what the indices would be computed from now; only to be called while acting for the house."""
    return inputs_hash(canonical_inputs(the_round, sides, await _classes_before(session, the_round)))


async def signals_by_side(session: AsyncSession, round_id: UUID) -> Sides:
    """All signals of a round; only to be called while acting for the house."""
    found: Sides = {side: [] for side in _SIDES}
    query = select(ShortageSignal).where(ShortageSignal.round_id == round_id).order_by(ShortageSignal.id)
    for row in await session.scalars(query):
        signal = Signal(row.isco08, S(row.signal), row.value, row.period, row.source, tuple(row.causes))
        found[PartySide(row.side)].append(signal)
    return found


def canonical_inputs(the_round: ShortageRound, sides: Sides, before: dict[PartySide, dict[str, str]]) -> dict[str, Any]:
    """Everything the indices depend on, in one order."""
    return {
        "method": METHOD,
        "origin": the_round.origin,
        "destination": the_round.destination,
        "isco08": the_round.isco08,
        "period": the_round.period,
        "parameters": the_round.parameters,
        "before": {side.value: before.get(side, {}) for side in _SIDES},
        "signals": {side.value: sorted(signal.canonical() for signal in sides[side]) for side in _SIDES},
    }


async def _classes_before(session: AsyncSession, the_round: ShortageRound) -> dict[PartySide, dict[str, str]]:
    """The class of each occupation in the last round before this one on the same corridor, by side."""
    query = (
        select(ShortageIndex)
        .join(ShortageRound, ShortageRound.id == ShortageIndex.round_id)
        .where(
            ShortageRound.partnership_id == the_round.partnership_id,
            ShortageRound.origin == the_round.origin,
            ShortageRound.destination == the_round.destination,
            ShortageRound.id < the_round.id,
            ShortageIndex.isco08.in_(the_round.isco08),
        )
        .order_by(ShortageRound.id)
    )
    found: dict[PartySide, dict[str, str]] = {}
    for row in await session.scalars(query):
        found.setdefault(PartySide(row.side), {})[row.isco08] = row.shortage_class
    return found


async def _store(
    session: AsyncSession,
    the_round: ShortageRound,
    side: PartySide,
    area: str,
    computed: Sequence[Index],
    digest: str,
) -> None:
    held = await session.scalars(
        select(ShortageIndex).where(ShortageIndex.round_id == the_round.id, ShortageIndex.side == side)
    )
    before = {row.isco08: row for row in held}
    for index in computed:
        values = _columns(index) | {"inputs_hash": digest}
        row = before.get(index.isco08)
        if row is None:
            ids = {"partnership_id": the_round.partnership_id, "organisation_id": the_round.organisation_id}
            session.add(ShortageIndex(**ids, round_id=the_round.id, side=side.value, area=area, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.touch()


def _columns(index: Index) -> dict[str, Any]:
    lists = {name: list(getattr(index, name)) for name in ("signals", "families", "causes", "disagreements")}
    plain = {name: getattr(index, name) for name in ("isco08", "si", "s01", "coverage", "level", "causes_stated")}
    classes = {"shortage_class": index.shortage_class.value, "confidence": index.confidence.value}
    return plain | classes | lists


async def circumstances(
    session: AsyncSession, the_round: ShortageRound, isco08: str, causes: Sequence[str], sides: Sides
) -> Circumstances:
    """The facts beside the indices, each from the side that knows it. What nobody stated is unknown; whether a pathway
    is open follows then from the corridor, which names one or none."""
    origin, destination = sides[PartySide.ORIGIN], sides[PartySide.DESTINATION]

    def flag(signal: S, *of: list[Signal]) -> bool:
        return all((fact_of(isco08, signal, signals) or 0) > 0 for signals in of)

    def figure(signal: S, of: list[Signal]) -> float | None:
        value = fact_of(isco08, signal, of)
        return None if value is None else float(value)

    pathway = fact_of(isco08, S.PATHWAY, destination)
    partnership = await session.get(Partnership, the_round.partnership_id)
    named = any(
        corridor.get("pathway")
        for corridor in (partnership.corridors if partnership else ())
        if (corridor["origin"], corridor["destination"]) == (the_round.origin, the_round.destination)
    )
    return Circumstances(
        origin=the_round.origin,
        isco08=isco08,
        causes=tuple(causes),
        regulated=flag(S.REGULATED, destination),
        recognition_route=flag(S.RECOGNITION_ROUTE, destination),
        pathway=named if pathway is None else pathway > 0,
        improvement_plan=flag(S.IMPROVEMENT_PLAN, destination),
        compensation_agreement=flag(S.COMPENSATION_AGREEMENT, origin, destination),
        green_critical_both=flag(S.GREEN_CRITICAL, origin, destination),
        unmet_demand=figure(S.UNMET_DEMAND, destination),
        mobility_share=figure(S.MOBILITY_SHARE, destination),
        training_capacity=figure(S.TRAINING_CAPACITY, origin),
        pathway_quota=figure(S.PATHWAY_QUOTA, destination),
        employed_stock=figure(S.EMPLOYED_STOCK, origin),
        incumbent_departures=figure(S.INCUMBENT_DEPARTURES, origin),
        additional_graduates=figure(S.ADDITIONAL_GRADUATES, origin),
    )
