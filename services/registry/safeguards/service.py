"""Setting safeguards: stricter with the origin's key alone, looser than the default only with both."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.safeguards import RATIO, STRICTNESS, default_mode, listed_health
from services.contracts.vocabulary import AgreementStatus, PartyRole, PartySide, SafeguardMode, ShortageClass
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.agreements import Agreement
from services.registry.models.membership import keep, kept, membership
from services.registry.models.safeguards import COMPENSATING, Safeguard, SafeguardConsent, compensates, event_of
from services.registry.models.shortages import ShortageIndex, ShortageRound
from services.registry.safeguards.schemas import ConsentIn, SafeguardIn, SafeguardPatch

AUTHORITIES = (PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY)
# From the loosest to the tightest labour market; UNKNOWN is left to the default.
_TIGHTNESS = (
    ShortageClass.SURPLUS,
    ShortageClass.BALANCE,
    ShortageClass.SHORTAGE,
    ShortageClass.SEVERE_SHORTAGE,
)


def listed(partnership_id: UUID, origin: str | None) -> Select[Any]:
    """The safeguards of a partnership."""
    query = kept(Safeguard, partnership_id)
    return query.where(Safeguard.origin == origin) if origin else query


def consents_of(safeguard_id: UUID) -> Select[Any]:
    """The destination's consents to looser modes."""
    return select(SafeguardConsent).where(SafeguardConsent.safeguard_id == safeguard_id)


async def register(session: AsyncSession, principal: Principal, partnership_id: UUID, data: SafeguardIn) -> Safeguard:
    """Raises Forbidden for others than the origin's authorities, Unprocessable for a country that is no origin here,
    Conflict for a mode looser than the default."""
    member = await membership(session, principal, partnership_id)
    member.require_on(PartySide.ORIGIN, *AUTHORITIES)
    if data.origin not in {corridor["origin"] for corridor in member.partnership.corridors}:
        raise Unprocessable.fields([FieldError("/origin", "not_an_origin", "No corridor begins there.")])
    safeguard_default, facts = await _facts(session, partnership_id, data.origin, data.isco08_minor)
    values = data.model_dump() | facts | _mode(data, safeguard_default, [])
    safeguard = await keep(session, principal, Safeguard, partnership_id, values)
    await events.publish(session, (safeguard.id, await event_of(session, safeguard)))
    return safeguard


async def change(
    session: AsyncSession, principal: Principal, safeguard_id: UUID, version: int, patch: SafeguardPatch
) -> Safeguard:
    """The default is worked out again. Raises NotFound, Forbidden, Unprocessable, and Conflict for a mode that is
    looser than the default while the destination has not consented."""
    safeguard = await found(session, Safeguard, safeguard_id)
    member = await membership(session, principal, safeguard.partnership_id)
    safeguard = await locked(session, Safeguard, safeguard_id)
    member.require_on(PartySide.ORIGIN, *AUTHORITIES)
    concurrency.check(safeguard, version)
    current = fields_of(SafeguardIn, safeguard)
    if patch.mode is not None and patch.mode != safeguard.mode:
        current["ratio"] = None  # that of the new mode, unless another is given
    data = merged(SafeguardIn, current, patch)
    mode, facts = await _facts(session, safeguard.partnership_id, safeguard.origin, safeguard.isco08_minor)
    consents = list(await session.scalars(consents_of(safeguard_id)))
    agreed = [c for c in consents if await _in_force(session, c.agreement_id, safeguard.partnership_id)]
    for name, value in (data.model_dump() | facts | _mode(data, mode, agreed)).items():
        setattr(safeguard, name, value)
    safeguard.touch()
    await session.flush()
    await events.publish(session, (safeguard.id, await event_of(session, safeguard)))
    return safeguard


async def consent(session: AsyncSession, principal: Principal, safeguard_id: UUID, data: ConsentIn) -> SafeguardConsent:
    """The second key. Raises NotFound, Forbidden for others than the destination's authorities, Conflict without a
    compensation agreement in force."""
    safeguard = await found(session, Safeguard, safeguard_id)
    member = await membership(session, principal, safeguard.partnership_id)
    member.require_on(PartySide.DESTINATION, *AUTHORITIES)
    if principal.acts_for == safeguard.organisation_id:
        raise Forbidden("The second key is another organisation's.", "own_safeguard")
    if not await _in_force(session, data.agreement_id, safeguard.partnership_id):
        needed = f"a binding {' or '.join(sorted(COMPENSATING))} of this partnership, signed by both sides, in force"
        guard = Guard("COMPENSATION_AGREEMENT", False, "none", needed, "sign such an agreement on both sides")
        raise Conflict.guards([guard])
    values = data.model_dump() | {"mode": data.mode.value, "safeguard_id": safeguard_id}
    return await keep(session, principal, SafeguardConsent, safeguard.partnership_id, values)


async def _in_force(session: AsyncSession, agreement_id: UUID, partnership_id: UUID) -> bool:
    agreement = await session.get(Agreement, agreement_id)
    if agreement is None or agreement.partnership_id != partnership_id or not compensates(agreement):
        return False
    return agreement.status_on(now().date()) == AgreementStatus.IN_FORCE


async def _facts(
    session: AsyncSession, partnership_id: UUID, origin: str, minor: str
) -> tuple[SafeguardMode, dict[str, Any]]:
    """The default mode, and what it follows from: the origin's last indices of this partnership, and WHO's list."""
    query = (
        select(ShortageIndex.isco08, ShortageIndex.shortage_class)
        .join(ShortageRound, ShortageRound.id == ShortageIndex.round_id)
        .where(
            ShortageIndex.partnership_id == partnership_id,
            ShortageIndex.side == PartySide.ORIGIN,
            ShortageIndex.area == origin,
            ShortageIndex.isco08.startswith(minor),
        )
        .order_by(ShortageRound.id)
    )
    latest = {row.isco08: ShortageClass(row.shortage_class) for row in await session.execute(query)}
    known = [each for each in latest.values() if each != ShortageClass.UNKNOWN]
    status = max(known, key=_TIGHTNESS.index, default=ShortageClass.UNKNOWN)
    if len(known) < len(latest) and status == ShortageClass.SURPLUS:
        status = ShortageClass.UNKNOWN  # one of its occupations may be short
    mode = default_mode(origin, minor, status)
    values = {"origin_status": status.value, "list_flag": listed_health(origin, minor), "default_mode": mode.value}
    return mode, values


def _mode(data: SafeguardIn, default: SafeguardMode, agreed: list[SafeguardConsent]) -> dict[str, Any]:
    """Mode and ratio. Raises Conflict for a mode that needs another key, Unprocessable for too low a ratio."""
    mode = data.mode or default
    loosest = min([STRICTNESS.index(default), *(STRICTNESS.index(SafeguardMode(c.mode)) for c in agreed)])
    if STRICTNESS.index(mode) < loosest:
        remedy = "let the destination consent to this mode under a compensation agreement in force"
        raise Conflict.guards(
            [Guard("SAFEGUARD_TWO_KEYS", False, mode.value, f"{STRICTNESS[loosest]} or stricter", remedy)]
        )
    least = RATIO.get(mode)
    if data.ratio is not None and least is not None and data.ratio < least:
        raise Unprocessable.fields([FieldError("/ratio", "below_mode", f"{mode} needs at least {least:g}.")])
    return {"mode": mode.value, "ratio": data.ratio if data.ratio is not None else least}
