"""Publishing training programmes and their sessions."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.errors import FieldError, Forbidden, NotFound, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.concepts import check_concepts
from services.registry.models.programmes import Programme, TrainingSession
from services.registry.models.sharing import hold_parties, not_a_party, share_offers
from services.registry.programmes.schemas import ProgrammeIn, ProgrammePatch, SessionIn, SessionPatch


def listed(partnership: UUID | None, skill: str | None, kind: str | None, country: str | None) -> Select[Any]:
    """Programmes the caller may read that match all filters given."""
    query = select(Programme)
    if partnership:
        query = query.where(Programme.partnership_ids.contains([partnership]))
    if skill:
        query = query.where(Programme.skills.contains([{"uri": skill}]))
    if kind:
        query = query.where(Programme.type == kind)
    if country:
        query = query.where(Programme.country == country)
    return query


async def get(session: AsyncSession, programme_id: UUID, as_of: datetime | None = None) -> Programme:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Programme, programme_id, as_of=as_of)


async def publish(session: AsyncSession, principal: Principal, data: ProgrammeIn) -> Programme:
    """A new programme. Raises Unprocessable; an external_id that is taken gives 409."""
    own = await hold_parties(session, principal.tenant, data.partnership_ids)
    await _check(session, data, own)
    programme = Programme(organisation_id=principal.acts_for, accreditations=[], **_columns(data))
    session.add(programme)
    await session.flush()
    await share_offers(session, principal.tenant, Programme, [programme.id])
    await events.publish(session, (programme.id, programme.event()))
    return programme


async def change(
    session: AsyncSession, principal: Principal, programme_id: UUID, version: int, patch: ProgrammePatch
) -> Programme:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    offered_anew = "partnership_ids" in patch.model_fields_set
    own = await hold_parties(session, principal.tenant, patch.partnership_ids or [])
    programme = await locked(session, Programme, programme_id)
    concurrency.check(programme, version)
    current = fields_of(ProgrammeIn, programme) | {"accredited": programme.accredited_stated}
    data = merged(ProgrammeIn, current, patch)
    await _check(session, data, own if offered_anew else set(data.partnership_ids))
    for name, value in _columns(data).items():
        setattr(programme, name, value)
    programme.touch()
    await session.flush()
    if offered_anew:
        await share_offers(session, principal.tenant, Programme, [programme.id])
    await events.publish(session, (programme.id, programme.event()))
    return programme


def _columns(data: ProgrammeIn) -> dict[str, Any]:
    columns = data.model_dump(mode="json", exclude={"accredited"})
    return columns | {
        "accredited_stated": data.accredited,
        "partnership_ids": list(dict.fromkeys(data.partnership_ids)),
    }


async def _check(session: AsyncSession, data: ProgrammeIn, own: set[UUID]) -> None:
    named = {f"/isco08/{place}": code for place, code in enumerate(data.isco08)}
    named |= {f"/skills/{place}/uri": skill.uri for place, skill in enumerate(data.skills)}
    named |= {f"/prerequisites/{place}": uri for place, uri in enumerate(data.prerequisites)}
    errors = not_a_party(data.partnership_ids, own) + _cost_errors(data) + await check_concepts(session, named)
    if errors:
        raise Unprocessable.fields(errors)


def _cost_errors(data: ProgrammeIn) -> list[FieldError]:
    cost, paid = data.cost_per_trainee, data.trainee_pays
    if paid is None or paid.amount == Decimal(0):
        return []
    if paid.currency != cost.currency:
        message = "Must be the currency of cost_per_trainee."
        return [FieldError("/trainee_pays/currency", "other_currency", message)]
    if paid.amount > cost.amount:
        return [FieldError("/trainee_pays/amount", "above_cost", "A trainee cannot pay more than the full cost.")]
    return []


def sessions_of(programme: Programme) -> Select[Any]:
    """All sessions of a programme."""
    return select(TrainingSession).where(TrainingSession.programme_id == programme.id)


async def session_of(
    session: AsyncSession, programme_id: UUID, session_id: UUID, as_of: datetime | None = None
) -> TrainingSession:
    """Raises NotFound, also when the session is another programme's."""
    training = await found(session, TrainingSession, session_id, as_of=as_of)
    if training.programme_id != programme_id:
        raise NotFound
    return training


async def schedule(session: AsyncSession, principal: Principal, programme_id: UUID, data: SessionIn) -> TrainingSession:
    """A new session of one's own programme; an external_id that is taken gives 409."""
    programme = await get(session, programme_id)
    if programme.organisation_id != principal.organisation_id:
        raise Forbidden("Another organisation owns this record.", "not_the_owner")
    training = TrainingSession(
        programme_id=programme.id, organisation_id=programme.organisation_id, **data.model_dump()
    )
    session.add(training)
    await session.flush()
    await events.publish(session, (training.id, training.event()))
    return training


async def reschedule(
    session: AsyncSession, programme_id: UUID, session_id: UUID, version: int, patch: SessionPatch
) -> TrainingSession:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    await session_of(session, programme_id, session_id)
    training = await locked(session, TrainingSession, session_id)
    concurrency.check(training, version)
    data = merged(SessionIn, fields_of(SessionIn, training), patch)
    for name, value in data.model_dump().items():
        setattr(training, name, value)
    training.touch()
    await session.flush()
    await events.publish(session, (training.id, training.event()))
    return training
