"""Mobility schemes and the approvals of both sides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole, SchemeBasis
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import FieldError, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.mobility_schemes.schemas import ApprovalIn, SchemeIn, SchemePatch
from services.registry.models.membership import held, keep, kept, membership, read
from services.registry.models.mobility_schemes import MobilityScheme, MobilitySchemeApproval
from services.registry.models.needs import Need
from services.registry.models.partnerships import Partnership
from services.registry.models.shortages import JointDecision
from services.registry.models.standing import renew

_WRITERS = (PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY, PartyRole.IMPLEMENTER)
_APPROVERS = (PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.SIGNATORY)


async def of(session: AsyncSession, partnership_id: UUID) -> Select[Any]:
    """All schemes of a partnership. Raises NotFound for whoever may not read it."""
    await found(session, Partnership, partnership_id)
    return kept(MobilityScheme, partnership_id)


async def get(session: AsyncSession, scheme_id: UUID, as_of: datetime | None = None) -> MobilityScheme:
    """Raises NotFound for missing and foreign alike."""
    return await read(session, MobilityScheme, scheme_id, as_of)


async def create(session: AsyncSession, principal: Principal, partnership_id: UUID, data: SchemeIn) -> MobilityScheme:
    """A new scheme. Raises NotFound, Forbidden without a role that may, Unprocessable."""
    (await membership(session, principal, partnership_id)).require(*_WRITERS)
    await _check(session, partnership_id, data)
    values = data.model_dump(mode="json") | {"approvals": []}
    scheme = await keep(session, principal, MobilityScheme, partnership_id, values)
    await events.publish(session, (scheme.id, scheme.event()))
    return scheme


async def change(session: AsyncSession, scheme_id: UUID, version: int, patch: SchemePatch) -> MobilityScheme:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    scheme = await held(session, MobilityScheme, scheme_id)
    concurrency.check(scheme, version)
    data = merged(SchemeIn, fields_of(SchemeIn, scheme), patch)
    await _check(session, scheme.partnership_id, data)
    for name, value in data.model_dump(mode="json").items():
        setattr(scheme, name, value)
    scheme.edition += 1
    scheme.touch()
    await session.flush()
    await events.publish(session, (scheme.id, scheme.event()))
    return scheme


async def approve(
    session: AsyncSession, principal: Principal, scheme_id: UUID, data: ApprovalIn
) -> MobilitySchemeApproval:
    """The word of one's own side on the scheme as it stands; given twice it is a 409. Raises NotFound, Forbidden."""
    scheme = await get(session, scheme_id)
    member = await membership(session, principal, scheme.partnership_id)
    member.require_on(data.side, *_APPROVERS)
    values = {
        "scheme_id": scheme.id,
        "edition": scheme.edition,
        "side": data.side,
        "approved_on": now().date(),
    }
    given = await keep(session, principal, MobilitySchemeApproval, scheme.partnership_id, values)
    scheme = await renew(session, principal.tenant, MobilityScheme, scheme.id)
    await events.publish(session, (scheme.id, scheme.event()))
    return given


def approvals(scheme: MobilityScheme) -> Select[Any]:
    """All approvals that were given, of earlier versions as well."""
    return kept(MobilitySchemeApproval, scheme.partnership_id).where(MobilitySchemeApproval.scheme_id == scheme.id)


async def _check(session: AsyncSession, partnership_id: UUID, data: SchemeIn) -> None:
    errors = []
    if data.circular:
        for name in ("re_entry_right", "post_return_status"):
            if getattr(data, name) is None:
                errors.append(FieldError(f"/{name}", "missing", "A circular scheme names it (S-65)."))
    if errors := errors + await _basis_errors(session, partnership_id, data):
        raise Unprocessable.fields(errors)


async def _basis_errors(session: AsyncSession, partnership_id: UUID, data: SchemeIn) -> list[FieldError]:
    kind: type[JointDecision] | type[Need]
    kind = JointDecision if data.rests_on.kind is SchemeBasis.JOINT_DECISION else Need
    basis = (
        await session.scalars(select(kind).where(kind.id == data.rests_on.id, kind.partnership_id == partnership_id))
    ).one_or_none()
    if basis is None:
        message = f"This partnership has no {data.rests_on.kind.replace('_', ' ').lower()} with this id."
        return [FieldError("/rests_on/id", "unknown_basis", message)]
    return decision_errors(basis) if isinstance(basis, JointDecision) else []


def decision_errors(decision: JointDecision) -> list[FieldError]:
    """What keeps a scheme from resting on this decision: it must be signed by both sides and not have expired."""
    if decision.in_force_on is not None and not decision.expired:
        return []
    message = "The decision must be signed by both sides and must not have expired."
    return [FieldError("/rests_on/id", "not_in_force", message)]
