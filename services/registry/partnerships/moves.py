"""Moving a partnership from state to state, and asking beforehand whether it may."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.contracts.vocabulary import PartnershipStatus as Status
from services.contracts.vocabulary import PartyRole
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked
from services.registry.models.incidents import Incident, SuspensionRule
from services.registry.models.membership import kept
from services.registry.models.partnerships import Partnership, PartnershipStatusChange
from services.registry.partnerships import guards
from services.registry.partnerships.gathering import facts_of
from services.registry.partnerships.schemas import GuardOut, ReadinessOut, TransitionIn
from services.registry.partnerships.suspension import Report, Rule, proposal

_WITH_PARTIES = selectinload(Partnership.parties)
_LEADS = (PartyRole.LEAD, PartyRole.CO_LEAD)


async def move(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int | None, data: TransitionIn
) -> Partnership:
    """Move to another state: the owner and the leads of either side may; any party may suspend.

    The row is held meanwhile; `version` is checked when given. Raises Conflict with all failed guards.
    """
    partnership = await locked(session, Partnership, partnership_id, _WITH_PARTIES)
    _check_may(principal, partnership, data.to)
    if version is not None:
        concurrency.check(partnership, version)
    status = Status(partnership.status)
    checked = await _checked(session, partnership, data.to)
    if failed := [guard for guard in checked if not guard.passed]:
        raise Conflict.guards(failed)
    if data.to in guards.NEEDS_REASON and not data.reason:
        raise Unprocessable.fields([FieldError("/reason", "missing", "This change of state needs a reason.")])
    _enter(partnership, data.to)
    await session.flush()
    await record_step(session, principal, partnership, status, data.reason)
    return partnership


async def readiness(session: AsyncSession, partnership_id: UUID, to: Status | None) -> ReadinessOut:
    """Every guard of the move to `to` (the next regular state unless given), passed or not. Raises NotFound."""
    partnership = await found(session, Partnership, partnership_id, _WITH_PARTIES)
    status = Status(partnership.status)
    to = to or guards.REGULAR.get(status)
    checked = await _checked(session, partnership, to) if to else []
    return ReadinessOut(
        status=status,
        to=to,
        ready=to is not None and all(guard.passed for guard in checked),
        guards=[GuardOut.model_validate(guard) for guard in checked],
        suspension_proposed=await _suspension_proposed(session, partnership),
    )


async def _checked(session: AsyncSession, partnership: Partnership, to: Status) -> list[Guard]:
    """No facts are read for a move that the lifecycle lacks: of many at once, all but one end here, soon."""
    status = Status(partnership.status)
    return guards.outside(status, to) or guards.transition(status, to, await facts_of(session, partnership))


def history(partnership: Partnership) -> Select[Any]:
    """The steps of its life."""
    return select(PartnershipStatusChange).where(PartnershipStatusChange.partnership_id == partnership.id)


async def record_step(
    session: AsyncSession, principal: Principal, partnership: Partnership, before: str | None, reason: str | None
) -> None:
    """Write down and publish that the partnership came into its state."""
    step = PartnershipStatusChange(
        partnership_id=partnership.id,
        organisation_id=principal.acts_for,
        from_status=before,
        to_status=partnership.status,
        reason=reason,
    )
    session.add(step)
    await session.flush()
    await events.publish(session, (partnership.id, partnership.event()))


def _check_may(principal: Principal, partnership: Partnership, to: Status) -> None:
    if principal.organisation_id == partnership.organisation_id:
        return
    own = [p for p in partnership.parties if p.organisation_id == principal.organisation_id and p.belongs()]
    if not own or (to != Status.SUSPENDED and not any(party.role in _LEADS for party in own)):
        raise Forbidden("Only the owner and the leads of either side move it; any party may suspend.", "not_the_owner")


def _enter(partnership: Partnership, to: Status) -> None:
    today = now().date()
    partnership.status = to
    if to == Status.SIGNED:
        partnership.signature_date = today
    if to == Status.ACTIVE and partnership.actual_start is None:
        partnership.actual_start = today
    if to in (Status.CLOSED, Status.TERMINATED) and partnership.actual_end is None:
        partnership.actual_end = today
    partnership.touch()


async def _suspension_proposed(session: AsyncSession, partnership: Partnership) -> str | None:
    """Why the record itself proposes to suspend; people decide. Only what works can be suspended."""
    if Status.SUSPENDED not in guards.NEXT.get(Status(partnership.status), ()):
        return None
    rule = await session.scalar(kept(SuspensionRule, partnership.id))
    incidents = await session.scalars(kept(Incident, partnership.id))
    reports = [Report(incident.kind, incident.guard, incident.confirmed) for incident in incidents]
    return proposal(reports, Rule(rule.guard_trips, rule.forced_labour_indicators) if rule else Rule())
