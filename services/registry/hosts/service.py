"""Publishing hosts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.errors import Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.hosts.schemas import HostIn, HostPatch
from services.registry.models.concepts import check_concepts
from services.registry.models.hosts import Host
from services.registry.models.sharing import hold_parties, not_a_party, share_offers


def listed(
    partnership: UUID | None, country: str | None, sector: str | None, persona: str | None, diaspora: bool | None
) -> Select[Any]:
    """Hosts the caller may read that match all filters given."""
    query = select(Host)
    if partnership:
        query = query.where(Host.partnership_ids.contains([partnership]))
    if country:
        query = query.where(Host.country == country)
    if sector:
        query = query.where(Host.sectors.contains([sector]))
    if persona:
        query = query.where(Host.personas.contains([persona]))
    if diaspora is not None:
        query = query.where(Host.diaspora_firm == diaspora)
    return query


async def get(session: AsyncSession, host_id: UUID, as_of: datetime | None = None) -> Host:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Host, host_id, as_of=as_of)


async def publish(session: AsyncSession, principal: Principal, data: HostIn) -> Host:
    """A new host. Raises Unprocessable; an external_id that is taken gives 409."""
    own = await hold_parties(session, principal.tenant, data.partnership_ids)
    await _check(session, data, own)
    host = Host(organisation_id=principal.acts_for, **_columns(data))
    session.add(host)
    await session.flush()
    await share_offers(session, principal.tenant, Host, [host.id])
    await events.publish(session, (host.id, host.event()))
    return host


async def change(session: AsyncSession, principal: Principal, host_id: UUID, version: int, patch: HostPatch) -> Host:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    offered_anew = "partnership_ids" in patch.model_fields_set
    own = await hold_parties(session, principal.tenant, patch.partnership_ids or [])
    host = await locked(session, Host, host_id)
    concurrency.check(host, version)
    data = merged(HostIn, fields_of(HostIn, host), patch)
    await _check(session, data, own if offered_anew else set(data.partnership_ids))
    for name, value in _columns(data).items():
        setattr(host, name, value)
    host.touch()
    await session.flush()
    if offered_anew:
        await share_offers(session, principal.tenant, Host, [host.id])
    await events.publish(session, (host.id, host.event()))
    return host


def _columns(data: HostIn) -> dict[str, Any]:
    return data.model_dump(mode="json") | {"partnership_ids": list(dict.fromkeys(data.partnership_ids))}


async def _check(session: AsyncSession, data: HostIn, own: set[UUID]) -> None:
    named = {
        f"/mentors/{row}/isco08/{place}": code
        for row, mentors in enumerate(data.mentors)
        for place, code in enumerate(mentors.isco08)
    }
    if errors := not_a_party(data.partnership_ids, own) + await check_concepts(session, named):
        raise Unprocessable.fields(errors)
