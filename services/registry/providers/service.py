"""The directory of service providers: their own entries, and what others say of them."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import OrganisationType
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import FieldError, Forbidden, NotFound, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.models.organisations import Organisation
from services.registry.models.providers import (
    IrisAssessment,
    Licence,
    ProviderRating,
    ProviderSanction,
    ServiceProvider,
)
from services.registry.models.standing import renew
from services.registry.providers.schemas import (
    AssessmentIn,
    LicenceIn,
    LicencePatch,
    ProviderIn,
    ProviderPatch,
    RatingIn,
    SanctionIn,
    SanctionPatch,
)

_T = OrganisationType
AUTHORITIES = frozenset(
    {
        _T.GOVERNMENT_MINISTRY,
        _T.SUBNATIONAL_AUTHORITY,
        _T.PUBLIC_EMPLOYMENT_SERVICE,
        _T.IMMIGRATION_AUTHORITY,
        _T.QUALIFICATION_AUTHORITY,
        _T.PROFESSIONAL_REGULATOR,
    }
)
ASSESSORS = AUTHORITIES | {_T.UN_IGO}

OfProvider = Licence | IrisAssessment | ProviderRating | ProviderSanction
R = TypeVar("R", Licence, IrisAssessment, ProviderRating, ProviderSanction)
Owned = TypeVar("Owned", ServiceProvider, Licence, ProviderSanction)


def listed(kind: str | None, country: str | None, organisation_id: UUID | None) -> Select[Any]:
    """Providers that match all filters given."""
    query = select(ServiceProvider)
    if kind:
        query = query.where(ServiceProvider.kind == kind)
    if country:
        query = query.where(ServiceProvider.countries.contains([country]))
    if organisation_id:
        query = query.where(ServiceProvider.organisation_id == organisation_id)
    return query


async def get(session: AsyncSession, provider_id: UUID, as_of: datetime | None = None) -> ServiceProvider:
    """Raises NotFound."""
    return await found(session, ServiceProvider, provider_id, as_of=as_of)


async def register(session: AsyncSession, principal: Principal, data: ProviderIn) -> ServiceProvider:
    """The entry of one's own organisation; a second one of the same kind gives 409."""
    provider = ServiceProvider(
        organisation_id=principal.acts_for,
        licences=[],
        assessments=[],
        ratings=[],
        sanctions=[],
        **data.model_dump(mode="json"),
    )
    session.add(provider)
    await session.flush()
    await events.publish(session, (provider.id, provider.event()))
    return provider


async def change(session: AsyncSession, provider_id: UUID, version: int, patch: ProviderPatch) -> ServiceProvider:
    """Merge the patch. Raises Unprocessable, and NotFound also for entries that are not the caller's own."""
    provider = await _own(session, ServiceProvider, provider_id)
    concurrency.check(provider, version)
    data = merged(ProviderIn, fields_of(ProviderIn, provider), patch)
    for name, value in data.model_dump(mode="json").items():
        setattr(provider, name, value)
    provider.touch()
    await session.flush()
    await events.publish(session, (provider.id, provider.event()))
    return provider


async def _own(session: AsyncSession, kind: type[Owned], record_id: UUID) -> Owned:
    query = select(kind).where(kind.id == record_id).with_for_update()
    record: Owned | None = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if record is None:
        raise NotFound
    return record


async def add_licence(session: AsyncSession, principal: Principal, provider_id: UUID, data: LicenceIn) -> Licence:
    """By the provider itself or by an authority. Raises NotFound, Forbidden."""
    provider = await get(session, provider_id)
    if provider.organisation_id != principal.organisation_id:
        await _require_type(session, principal, AUTHORITIES)
    return await _add(session, principal, Licence, provider_id, data.model_dump())


async def assess(session: AsyncSession, principal: Principal, provider_id: UUID, data: AssessmentIn) -> IrisAssessment:
    """By an assessor, never by the provider. Raises NotFound, Forbidden, Unprocessable."""
    await _of_another(session, principal, provider_id)
    await _require_type(session, principal, ASSESSORS)
    if data.on > now().date():
        raise Unprocessable.fields([FieldError("/on", "future", "What is still to come has not been assessed.")])
    values = data.model_dump() | {"findings": [finding.model_dump(mode="json") for finding in data.findings]}
    return await _add(session, principal, IrisAssessment, provider_id, values)


async def rate(session: AsyncSession, principal: Principal, provider_id: UUID, data: RatingIn) -> ProviderRating:
    """By any other organisation. Raises NotFound, Forbidden."""
    await _of_another(session, principal, provider_id)
    return await _add(session, principal, ProviderRating, provider_id, data.model_dump())


async def sanction(
    session: AsyncSession, principal: Principal, provider_id: UUID, data: SanctionIn
) -> ProviderSanction:
    """By an authority, never by the provider. Raises NotFound, Forbidden."""
    await _of_another(session, principal, provider_id)
    await _require_type(session, principal, AUTHORITIES)
    return await _add(session, principal, ProviderSanction, provider_id, data.model_dump())


async def _of_another(session: AsyncSession, principal: Principal, provider_id: UUID) -> None:
    if (await get(session, provider_id)).organisation_id == principal.organisation_id:
        raise Forbidden("Nobody says this of itself.", "own_provider")


async def _require_type(session: AsyncSession, principal: Principal, types: frozenset[OrganisationType]) -> None:
    organisation = await session.get_one(Organisation, principal.acts_for)
    if organisation.type not in types:
        raise Forbidden(f"Only organisations of type {', '.join(sorted(types))} may do this.", "type_needed")


async def _add(
    session: AsyncSession, principal: Principal, kind: type[R], provider_id: UUID, values: dict[str, Any]
) -> R:
    record = kind(**values, **{"provider_id": provider_id, "organisation_id": principal.acts_for})
    session.add(record)
    await session.flush()
    await _renew(session, principal, provider_id)
    return record


async def _renew(session: AsyncSession, principal: Principal, provider_id: UUID) -> None:
    """A new version of the entry, and the news of it: what others say of it decides whether it may be used."""
    provider = await renew(session, principal.tenant, ServiceProvider, provider_id)
    await events.publish(session, (provider.id, provider.event()))


async def about(session: AsyncSession, kind: type[OfProvider], provider_id: UUID) -> Select[Any]:
    """All records of this kind about a provider. Raises NotFound."""
    await get(session, provider_id)
    return select(kind).where(kind.provider_id == provider_id)


async def record_of(
    session: AsyncSession, kind: type[R], provider_id: UUID, record_id: UUID, as_of: datetime | None = None
) -> R:
    """Raises NotFound, also when the record is about another provider."""
    record = await found(session, kind, record_id, as_of=as_of)
    if record.provider_id != provider_id:
        raise NotFound
    return record


async def change_licence(
    session: AsyncSession,
    principal: Principal,
    provider_id: UUID,
    licence_id: UUID,
    version: int,
    patch: LicencePatch,
) -> Licence:
    """Merge the patch. Raises Unprocessable, and NotFound also for licences that somebody else recorded."""
    await record_of(session, Licence, provider_id, licence_id)
    licence = await _own(session, Licence, licence_id)
    await _merge(session, licence, version, LicenceIn, patch)
    await _renew(session, principal, provider_id)
    return licence


async def change_sanction(
    session: AsyncSession,
    principal: Principal,
    provider_id: UUID,
    sanction_id: UUID,
    version: int,
    patch: SanctionPatch,
) -> ProviderSanction:
    """Merge the patch. Raises Unprocessable, and NotFound also for measures of another authority."""
    await record_of(session, ProviderSanction, provider_id, sanction_id)
    measure = await _own(session, ProviderSanction, sanction_id)
    await _merge(session, measure, version, SanctionIn, patch)
    await _renew(session, principal, provider_id)
    return measure


async def _merge(
    session: AsyncSession, record: Licence | ProviderSanction, version: int, schema: type[BaseModel], patch: BaseModel
) -> None:
    concurrency.check(record, version)
    for name, value in merged(schema, fields_of(schema, record), patch).model_dump().items():
        setattr(record, name, value)
    record.touch()
    await session.flush()
