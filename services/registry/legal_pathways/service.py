"""Registering and changing legal pathways."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import OrganisationType
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.errors import Forbidden, NotFound
from services.kit.records import fields_of, found, merged
from services.registry.legal_pathways.schemas import LegalPathwayIn, LegalPathwayPatch
from services.registry.models.legal_pathways import LegalPathway
from services.registry.models.organisations import Organisation

# Who speaks for the law of its country.
_AUTHORITIES = {
    OrganisationType.GOVERNMENT_MINISTRY,
    OrganisationType.SUBNATIONAL_AUTHORITY,
    OrganisationType.PUBLIC_EMPLOYMENT_SERVICE,
    OrganisationType.IMMIGRATION_AUTHORITY,
}
_DATES = {"valid_from", "valid_to"}


def listed(
    key: str | None, destination: str | None, origin: str | None, persona: str | None, valid_on: date | None
) -> Select[Any]:
    """Pathways that match all filters given."""
    query = select(LegalPathway)
    if key:
        query = query.where(LegalPathway.key == key)
    if destination:
        query = query.where(LegalPathway.destination == destination)
    if origin:
        open_to_all = func.jsonb_array_length(LegalPathway.origins) == 0
        query = query.where(or_(open_to_all, LegalPathway.origins.contains([origin])))
    if persona:
        query = query.where(LegalPathway.personas.contains([persona]))
    if valid_on:
        query = query.where(
            LegalPathway.valid_from <= valid_on,
            or_(LegalPathway.valid_to.is_(None), LegalPathway.valid_to >= valid_on),
        )
    return query


async def get(session: AsyncSession, pathway_id: UUID, as_of: datetime | None = None) -> LegalPathway:
    """Raises NotFound."""
    return await found(session, LegalPathway, pathway_id, as_of=as_of)


async def register(session: AsyncSession, principal: Principal, data: LegalPathwayIn) -> LegalPathway:
    """A new pathway. Raises Forbidden for who is no authority of the destination; a key that is taken gives 409."""
    await _check_speaks_for(session, principal.acts_for, data.destination)
    pathway = LegalPathway(organisation_id=principal.acts_for, **_columns(data))
    session.add(pathway)
    await session.flush()
    await events.publish(session, (pathway.id, pathway.event()))
    return pathway


async def change(session: AsyncSession, pathway_id: UUID, version: int, patch: LegalPathwayPatch) -> LegalPathway:
    """Merge the patch. Raises Unprocessable, Forbidden when its organisation is no authority of the destination, and
    NotFound also for pathways that another organisation registered."""
    query = select(LegalPathway).where(LegalPathway.id == pathway_id).with_for_update()
    pathway = (await session.scalars(query)).one_or_none()
    if pathway is None:
        raise NotFound
    concurrency.check(pathway, version)
    data = merged(LegalPathwayIn, fields_of(LegalPathwayIn, pathway), patch)
    await _check_speaks_for(session, pathway.organisation_id, data.destination)
    for name, value in _columns(data).items():
        setattr(pathway, name, value)
    pathway.touch()
    await session.flush()
    await events.publish(session, (pathway.id, pathway.event()))
    return pathway


async def _check_speaks_for(session: AsyncSession, organisation_id: UUID, destination: str) -> None:
    organisation = await found(session, Organisation, organisation_id)
    if organisation.type not in _AUTHORITIES:
        raise Forbidden(f"Only these types of organisation do: {', '.join(sorted(_AUTHORITIES))}.", "type_needed")
    if organisation.country != destination:
        message = f"An authority of {destination} does; yours is of {organisation.country}."
        raise Forbidden(message, "authority_of_destination_needed")


def _columns(data: LegalPathwayIn) -> dict[str, Any]:
    return data.model_dump(mode="json") | data.model_dump(include=_DATES)
