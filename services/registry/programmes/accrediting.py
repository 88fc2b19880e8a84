"""Accreditations: an authority's record about somebody else's programme."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import OrganisationType
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.errors import Forbidden, NotFound
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.organisations import Organisation
from services.registry.models.programmes import Accreditation, Programme
from services.registry.models.standing import renew
from services.registry.programmes.schemas import AccreditationIn, AccreditationPatch

AUTHORITIES = frozenset(
    {
        OrganisationType.GOVERNMENT_MINISTRY,
        OrganisationType.SUBNATIONAL_AUTHORITY,
        OrganisationType.QUALIFICATION_AUTHORITY,
        OrganisationType.PROFESSIONAL_REGULATOR,
    }
)


async def accredit(
    session: AsyncSession, principal: Principal, programme_id: UUID, data: AccreditationIn
) -> Accreditation:
    """Put an accreditation on record. Raises NotFound, Forbidden for the provider itself and for whoever is no
    authority."""
    programme = await found(session, Programme, programme_id)
    if programme.organisation_id == principal.organisation_id:
        raise Forbidden("Nobody accredits its own programme.", "own_programme")
    authority = await session.get_one(Organisation, principal.acts_for)
    if authority.type not in AUTHORITIES:
        raise Forbidden(f"Only organisations of type {', '.join(sorted(AUTHORITIES))} may do this.", "type_needed")
    accreditation = Accreditation(
        programme_id=programme.id,
        provider_id=programme.organisation_id,
        organisation_id=authority.id,
        **data.model_dump(),
    )
    session.add(accreditation)
    await session.flush()
    await _tell(session, principal, programme.id)
    return accreditation


async def change(
    session: AsyncSession,
    principal: Principal,
    programme_id: UUID,
    accreditation_id: UUID,
    version: int,
    patch: AccreditationPatch,
) -> Accreditation:
    """Merge the patch, to end it early for example. Raises NotFound, Forbidden for all but its authority."""
    await get(session, programme_id, accreditation_id)
    accreditation = await locked(session, Accreditation, accreditation_id)
    concurrency.check(accreditation, version)
    data = merged(AccreditationIn, fields_of(AccreditationIn, accreditation), patch)
    for name, value in data.model_dump().items():
        setattr(accreditation, name, value)
    accreditation.touch()
    await session.flush()
    await _tell(session, principal, programme_id)
    return accreditation


async def _tell(session: AsyncSession, principal: Principal, programme_id: UUID) -> None:
    programme = await renew(session, principal.tenant, Programme, programme_id)
    await events.publish(session, (programme.id, programme.event()))


async def get(
    session: AsyncSession, programme_id: UUID, accreditation_id: UUID, as_of: datetime | None = None
) -> Accreditation:
    """Raises NotFound, also when it is another programme's."""
    accreditation = await found(session, Accreditation, accreditation_id, as_of=as_of)
    if accreditation.programme_id != programme_id:
        raise NotFound
    return accreditation


async def of(session: AsyncSession, programme_id: UUID) -> Select[Any]:
    """All accreditations of a programme, those that ran out as well. Raises NotFound."""
    await found(session, Programme, programme_id)
    return select(Accreditation).where(Accreditation.programme_id == programme_id)
