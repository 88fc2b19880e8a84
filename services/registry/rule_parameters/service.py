"""Setting the parameters of a partnership's rules before it is signed, and reading those in force."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartnershipStatus, PartyRole
from services.kit.auth import Principal
from services.kit.errors import Conflict
from services.kit.records import found, locked
from services.registry.models.checklist_items import critical
from services.registry.models.incidents import SuspensionRule
from services.registry.models.membership import amend, keep, kept, membership
from services.registry.models.partnerships import Partnership
from services.registry.models.rule_parameters import RuleParameters, parameters_of
from services.registry.rule_parameters.schemas import (
    RuleParametersIn,
    RuleParametersPatch,
    RulesInForceOut,
)

# Both sides sign knowing the parameters, therefore one lead may set them until then.
_OPEN = frozenset({PartnershipStatus.IDEA, PartnershipStatus.SCOPING, PartnershipStatus.NEGOTIATION})
_DEFAULT_RULE = SuspensionRule(guard_trips=3, forced_labour_indicators=1)


async def listed(session: AsyncSession, partnership_id: UUID) -> Select[Any]:
    """None or one. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(RuleParameters, partnership_id)


async def set_up(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: RuleParametersIn
) -> RuleParameters:
    """A lead sets them, once. Raises NotFound, Forbidden, Conflict when they are frozen."""
    member = await membership(session, principal, partnership_id)
    member.require(PartyRole.LEAD, PartyRole.CO_LEAD)
    await _check_open(session, partnership_id)
    return await keep(session, principal, RuleParameters, partnership_id, data.model_dump())


async def change(
    session: AsyncSession, parameters_id: UUID, version: int, patch: RuleParametersPatch
) -> RuleParameters:
    """Merge the patch; who set them may. Raises NotFound, Forbidden, Conflict when they are frozen."""
    parameters = await amend(session, RuleParameters, parameters_id, version, RuleParametersIn, patch)
    await _check_open(session, parameters.partnership_id)
    return parameters


async def in_force(session: AsyncSession, partnership_id: UUID) -> RulesInForceOut:
    """What the rules go by today. Raises NotFound."""
    partnership = await found(session, Partnership, partnership_id)
    rule = await session.scalar(kept(SuspensionRule, partnership_id)) or _DEFAULT_RULE
    given = await parameters_of(session, partnership_id)
    return RulesInForceOut(
        partnership_id=partnership_id,
        rule_parameters_id=given.id,
        version=given.version,
        frozen=partnership.status not in _OPEN,
        edition=given.edition,
        active_days=given.active_days,
        dependent_above_percent=given.dependent_above_percent,
        longest_training_hours=given.longest_training_hours,
        least_actor_classes=given.least_actor_classes,
        critical_items=sorted(critical(given.further_critical_items)),
        stale_days=given.stale_days,
        guard_trips=rule.guard_trips,
        forced_labour_indicators=rule.forced_labour_indicators,
    )


async def _check_open(session: AsyncSession, partnership_id: UUID) -> None:
    """The partnership is held, so that it is not signed meanwhile."""
    partnership = await locked(session, Partnership, partnership_id)
    if partnership.status not in _OPEN:
        raise Conflict("The partnership was signed on its parameters; they stay.", "parameters_in_use")
