"""Reporting incidents, and agreeing from how many on suspension is proposed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole
from services.kit.auth import Principal
from services.kit.errors import Conflict
from services.kit.records import found
from services.registry.incidents.schemas import (
    IncidentIn,
    IncidentPatch,
    SuspensionRuleIn,
    SuspensionRulePatch,
)
from services.registry.models.incidents import Incident, SuspensionRule
from services.registry.models.membership import PartyRecord, amend, keep, kept, membership
from services.registry.models.partnerships import Partnership


async def listed(
    session: AsyncSession, kind: type[PartyRecord], partnership_id: UUID, /, **wanted: object
) -> Select[Any]:
    """Records of a partnership, with these values where given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(kind, partnership_id).filter_by(**{name: value for name, value in wanted.items() if value is not None})


async def report(session: AsyncSession, principal: Principal, partnership_id: UUID, data: IncidentIn) -> Incident:
    """Any party reports. Raises NotFound, Forbidden."""
    await membership(session, principal, partnership_id)
    return await keep(session, principal, Incident, partnership_id, data.model_dump())


async def change(session: AsyncSession, incident_id: UUID, version: int, patch: IncidentPatch) -> Incident:
    """Merge the patch; only who reported it may."""
    return await amend(session, Incident, incident_id, version, IncidentIn, patch)


async def set_rule(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: SuspensionRuleIn
) -> SuspensionRule:
    """A lead sets it, once. Raises NotFound, Forbidden, Conflict when an incident was counted before."""
    member = await membership(session, principal, partnership_id)
    member.require(PartyRole.LEAD, PartyRole.CO_LEAD)
    await _check_unused(session, partnership_id)
    return await keep(session, principal, SuspensionRule, partnership_id, data.model_dump())


async def change_rule(session: AsyncSession, rule_id: UUID, version: int, patch: SuspensionRulePatch) -> SuspensionRule:
    """Merge the patch; raises Conflict once an incident was counted by the rule."""
    rule = await amend(session, SuspensionRule, rule_id, version, SuspensionRuleIn, patch)
    await _check_unused(session, rule.partnership_id)
    return rule


async def _check_unused(session: AsyncSession, partnership_id: UUID) -> None:
    if await session.scalar(select(Incident.id).where(Incident.partnership_id == partnership_id).limit(1)):
        raise Conflict("An incident was reported; the rule it is counted by stays.", "rule_in_use")
