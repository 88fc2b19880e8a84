"""Giving and revoking mandates. Both ends read one; the member alone writes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Unprocessable
from services.kit.records import found, locked
from services.registry.mandates.schemas import MandateIn, RevocationIn
from services.registry.models.mandates import Mandate
from services.registry.models.organisations import Organisation
from services.registry.models.sharing import Share


def listed(organisation: UUID | None, to_organisation: UUID | None) -> Select[Any]:
    """Mandates the caller gave or was given, by either end."""
    query = select(Mandate)
    if organisation:
        query = query.where(Mandate.organisation_id == organisation)
    if to_organisation:
        query = query.where(Mandate.to_organisation == to_organisation)
    return query


async def get(session: AsyncSession, mandate_id: UUID, as_of: datetime | None = None) -> Mandate:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Mandate, mandate_id, as_of=as_of)


async def give(session: AsyncSession, principal: Principal, data: MandateIn) -> Mandate:
    """A mandate of the caller's organisation. Raises Unprocessable for one to itself or to nobody."""
    if data.to_organisation == principal.acts_for:
        message = "An organisation needs no mandate of its own."
        raise Unprocessable.fields([FieldError("/to_organisation", "own_organisation", message)])
    if await session.get(Organisation, data.to_organisation) is None:
        message = "No organisation has this id."
        raise Unprocessable.fields([FieldError("/to_organisation", "unknown_organisation", message)])
    mandate = Mandate(
        organisation_id=principal.acts_for, **data.model_dump() | {"scopes": list(dict.fromkeys(data.scopes))}
    )
    session.add(mandate)
    await session.flush()
    session.add(Share(record_id=mandate.id, reader_id=mandate.to_organisation, owner_id=mandate.organisation_id))
    await session.flush()
    return mandate


async def revoke(session: AsyncSession, mandate_id: UUID, data: RevocationIn) -> Mandate:
    """End it now. Raises NotFound, Forbidden for the other end, Conflict when it was revoked before."""
    mandate = await locked(session, Mandate, mandate_id)
    if mandate.revoked_at is not None:
        raise Conflict("The mandate was revoked before.", "already_revoked")
    mandate.revoked_at, mandate.revocation_reason = now(), data.reason
    mandate.touch()
    await session.flush()
    return mandate
