"""Registering and changing organisations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.registry import OrganisationChanged
from services.kit import concurrency, events, tenancy
from services.kit.auth import Principal
from services.kit.errors import FieldError, Forbidden, NotFound, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.models.organisations import Organisation
from services.registry.organisations.schemas import OrganisationIn, OrganisationPatch

# Two organisations that join each other at the same moment would each see no circle.
# By these it was found in a register.
_LOOKED_UP = ("name", "identifiers")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('passerelle.hierarchy'))")


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


async def members(session: AsyncSession, organisation_id: UUID, transitive: bool) -> Select[Any]:
    """Organisations that are members of this one; when `transitive`, also members of members. Raises NotFound."""
    await found(session, Organisation, organisation_id)
    if not transitive:
        return select(Organisation).where(Organisation.member_of == organisation_id)
    below = select(Organisation.id).where(Organisation.member_of == organisation_id).cte("below", recursive=True)
    below = below.union(select(Organisation.id).where(Organisation.member_of == below.c.id))
    return select(Organisation).where(Organisation.id.in_(select(below.c.id)))


async def register(session: AsyncSession, data: OrganisationIn) -> Organisation:
    """Raises Unprocessable for an unknown federation; a code that is taken gives 409."""
    await _check_member_of(session, None, data.member_of)
    organisation = Organisation(**_columns(data))
    session.add(organisation)
    await session.flush()
    await events.publish(session, (organisation.id, _event(organisation)))
    return organisation


async def change(
    session: AsyncSession, principal: Principal, organisation_id: UUID, version: int, data: OrganisationPatch
) -> Organisation:
    """Merge the patch. Raises Unprocessable, NotFound also for organisations that are not the caller's own, and
    Forbidden for a type or a verification one gives oneself."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    organisation = (await session.scalars(query)).one_or_none()
    if organisation is None:
        raise NotFound
    concurrency.check(organisation, version)
    whole = merged(OrganisationIn, fields_of(OrganisationIn, organisation), data)
    columns = _columns(whole)
    if principal.tenant != tenancy.HOUSE:
        if whole.type != organisation.type:
            # Whoever is an authority accredits, sanctions and registers law.
            raise Forbidden("Operations say of which type an organisation is.", "type_is_given")
        if columns["verification"] != organisation.verification:
            raise Forbidden("Operations look an organisation up.", "verification_is_given")
        if any(columns[name] != getattr(organisation, name) for name in _LOOKED_UP):
            columns["verification"] = None  # nobody has looked up who it says it is now
    if whole.member_of != organisation.member_of:
        await _check_member_of(session, organisation.id, whole.member_of)
    if "verification" in data.model_fields_set:
        organisation.verification_asked = True
    for name, value in columns.items():
        setattr(organisation, name, value)
    organisation.touch()
    await session.flush()
    await events.publish(session, (organisation.id, _event(organisation)))
    return organisation


async def _check_member_of(session: AsyncSession, organisation_id: UUID | None, federation: UUID | None) -> None:
    """Raises Unprocessable for an unknown federation, and when the organisation would be its own ancestor."""
    if federation is None:
        return
    await session.execute(_LOCK)
    above = select(Organisation.id, Organisation.member_of).where(Organisation.id == federation)
    line = above.cte("line", recursive=True)
    line = line.union(select(Organisation.id, Organisation.member_of).where(Organisation.id == line.c.member_of))
    ancestors = set(await session.scalars(select(line.c.id)))
    if federation not in ancestors:
        raise Unprocessable.fields([FieldError("/member_of", "unknown_organisation", "No organisation has this id.")])
    if organisation_id in ancestors:
        message = "The organisation would be its own ancestor."
        raise Unprocessable.fields([FieldError("/member_of", "own_ancestor", message)])


def _columns(data: OrganisationIn) -> dict[str, Any]:
    return data.model_dump() | data.model_dump(mode="json", include={"verification"})


def _event(o: Organisation) -> OrganisationChanged:
    return OrganisationChanged(
        id=o.id,
        code=o.code,
        name=o.name,
        organisation_type=o.type,
        sector=o.sector,
        country=o.country,
        verified=o.verification is not None if o.verification_asked else None,
        verified_to=(o.verification or {}).get("valid_to"),
    )
