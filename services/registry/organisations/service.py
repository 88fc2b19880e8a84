"""Registering and changing organisations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.registry import OrganisationChanged
from services.kit import concurrency, events
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.models.organisations import Organisation
from services.registry.organisations.schemas import OrganisationIn, OrganisationPatch


def listed(code: str | None, country: str | None, kind: str | None) -> Select[Any]:
    """Organisations that match all filters given."""
    query = select(Organisation)
    if code:
        query = query.where(Organisation.code == code)
    if country:
        query = query.where(Organisation.country == country)
    if kind:
        query = query.where(Organisation.type == kind)
    return query


async def get(session: AsyncSession, organisation_id: UUID, as_of: datetime | None = None) -> Organisation:
    """Raises NotFound."""
    return await found(session, Organisation, organisation_id, as_of=as_of)


async def register(session: AsyncSession, data: OrganisationIn) -> Organisation:
    """Raises Unprocessable for an unknown federation; a code that is taken gives 409."""
    if data.member_of and await session.get(Organisation, data.member_of) is None:
        raise Unprocessable.fields([FieldError("/member_of", "unknown_organisation", "No organisation has this id.")])
    organisation = Organisation(**data.model_dump())
    session.add(organisation)
    await session.flush()
    await events.publish(session, (organisation.id, _event(organisation)))
    return organisation


async def change(session: AsyncSession, organisation_id: UUID, version: int, data: OrganisationPatch) -> Organisation:
    """Merge the patch. Raises Unprocessable, and NotFound also for organisations that are not the caller's own."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    organisation = (await session.scalars(query)).one_or_none()
    if organisation is None:
        raise NotFound
    concurrency.check(organisation, version)
    whole = merged(OrganisationIn, fields_of(OrganisationIn, organisation), data)
    for name, value in whole.model_dump().items():
        setattr(organisation, name, value)
    organisation.touch()
    await session.flush()
    await events.publish(session, (organisation.id, _event(organisation)))
    return organisation


def _event(o: Organisation) -> OrganisationChanged:
    return OrganisationChanged(
        id=o.id, code=o.code, name=o.name, organisation_type=o.type, sector=o.sector, country=o.country
    )
