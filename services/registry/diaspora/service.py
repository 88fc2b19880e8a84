"""Engagements of the diaspora: offered by one organisation, vetted by another, delivered and counted."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartyRole
from services.kit import concurrency, events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import FieldError, Forbidden, NotFound, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.diaspora.schemas import (
    DeliveryIn,
    DeliveryPatch,
    DeliveryTotals,
    EngagementIn,
    EngagementPatch,
    VettingIn,
)
from services.registry.models.concepts import check_concepts
from services.registry.models.diaspora import DiasporaDelivery, DiasporaEngagement, DiasporaVetting
from services.registry.models.partnerships import PartnershipParty
from services.registry.models.sharing import hold_parties, not_a_party, share_offers
from services.registry.models.standing import renew

_VETTERS = (PartyRole.LEAD, PartyRole.CO_LEAD, PartyRole.IMPLEMENTER)
_TOO_LARGE = Decimal(10) ** 14 - 1  # what the column holds, and what rounding may add


def listed(
    partnership: UUID | None, kind: str | None, origin: str | None, language: str | None, isco08: str | None
) -> Select[Any]:
    """Engagements the caller may read that match all filters given."""
    query = select(DiasporaEngagement)
    if partnership:
        query = query.where(DiasporaEngagement.partnership_ids.contains([partnership]))
    if kind:
        query = query.where(DiasporaEngagement.type == kind)
    if origin:
        query = query.where(DiasporaEngagement.origin == origin)
    if language:
        query = query.where(DiasporaEngagement.languages.contains([language]))
    if isco08:
        query = query.where(DiasporaEngagement.isco08.contains([isco08]))
    return query


async def get(session: AsyncSession, engagement_id: UUID, as_of: datetime | None = None) -> DiasporaEngagement:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, DiasporaEngagement, engagement_id, as_of=as_of)


async def publish(session: AsyncSession, principal: Principal, data: EngagementIn) -> DiasporaEngagement:
    """A new engagement, UNVETTED. Raises Unprocessable; an external_id that is taken gives 409."""
    own = await hold_parties(session, principal.tenant, data.partnership_ids)
    await _check(session, data, own)
    engagement = DiasporaEngagement(organisation_id=principal.acts_for, vettings=[], **_columns(data))
    session.add(engagement)
    await session.flush()
    await share_offers(session, principal.tenant, DiasporaEngagement, [engagement.id])
    await events.publish(session, (engagement.id, engagement.event()))
    return engagement


async def change(
    session: AsyncSession, principal: Principal, engagement_id: UUID, version: int, patch: EngagementPatch
) -> DiasporaEngagement:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    offered_anew = "partnership_ids" in patch.model_fields_set
    own = await hold_parties(session, principal.tenant, patch.partnership_ids or [])
    engagement = await locked(session, DiasporaEngagement, engagement_id)
    concurrency.check(engagement, version)
    data = merged(EngagementIn, fields_of(EngagementIn, engagement), patch)
    await _check(session, data, own if offered_anew else set(data.partnership_ids))
    for name, value in _columns(data).items():
        setattr(engagement, name, value)
    engagement.touch()
    await session.flush()
    if offered_anew:
        await share_offers(session, principal.tenant, DiasporaEngagement, [engagement.id])
    await events.publish(session, (engagement.id, engagement.event()))
    return engagement


def _columns(data: EngagementIn) -> dict[str, Any]:
    return data.model_dump(mode="json") | {"partnership_ids": list(dict.fromkeys(data.partnership_ids))}


async def _check(session: AsyncSession, data: EngagementIn, own: set[UUID]) -> None:
    named = {f"/isco08/{place}": code for place, code in enumerate(data.isco08)}
    if errors := not_a_party(data.partnership_ids, own) + await check_concepts(session, named):
        raise Unprocessable.fields(errors)


async def vet(session: AsyncSession, principal: Principal, engagement_id: UUID, data: VettingIn) -> DiasporaVetting:
    """Another party's word: operations, or a lead or implementer of a partnership that the engagement is offered to.
    Raises NotFound, Forbidden for anybody else and for the organisation itself, Unprocessable."""
    engagement = await get(session, engagement_id)
    if engagement.organisation_id == principal.organisation_id:
        raise Forbidden("Nobody vets its own engagement.", "own_engagement")
    if principal.tenant != tenancy.HOUSE:
        await _require_vetter(session, principal, engagement)
    if data.valid_to < now().date():
        message = "Must not be past."
        raise Unprocessable.fields([FieldError("/valid_to", "past", message)])
    vetting = DiasporaVetting(
        engagement_id=engagement.id,
        owner_id=engagement.organisation_id,
        organisation_id=principal.organisation_id,
        **data.model_dump(),
    )
    session.add(vetting)
    await session.flush()
    engagement = await renew(session, principal.tenant, DiasporaEngagement, engagement_id)
    await events.publish(session, (engagement.id, engagement.event()))
    return vetting


async def _require_vetter(session: AsyncSession, principal: Principal, engagement: DiasporaEngagement) -> None:
    parties = await session.scalars(
        select(PartnershipParty).where(
            PartnershipParty.partnership_id.in_(engagement.partnership_ids),
            PartnershipParty.organisation_id == principal.organisation_id,
            PartnershipParty.role.in_(_VETTERS),
        )
    )
    if not any(party.belongs() for party in parties):
        raise Forbidden(
            f"Only {' or '.join(_VETTERS)} of a partnership it is offered to may do this. The owner or a lead: POST"
            f" /v1/partnerships/{{partnership_id}}/invitations with organisation_id, side, roles: [{_VETTERS[0]}]; then"
            " your organisation: POST /v1/invitations/{invitation_id}/answers with decision: ACCEPTED.",
            "role_needed",
        )


async def vettings_of(session: AsyncSession, engagement_id: UUID) -> Select[Any]:
    """All vettings of an engagement. Raises NotFound."""
    await get(session, engagement_id)
    return select(DiasporaVetting).where(DiasporaVetting.engagement_id == engagement_id)


async def deliver(
    session: AsyncSession, principal: Principal, engagement_id: UUID, data: DeliveryIn
) -> DiasporaDelivery:
    """Put on record what was given under one's own engagement. Raises NotFound, Forbidden, Unprocessable."""
    engagement = await get(session, engagement_id)
    if engagement.organisation_id != principal.organisation_id:
        raise Forbidden("Another organisation owns this record.", "not_the_owner")
    delivery = DiasporaDelivery(
        engagement_id=engagement.id, organisation_id=engagement.organisation_id, **_delivered(data)
    )
    session.add(delivery)
    await session.flush()
    return delivery


async def correct(
    session: AsyncSession, engagement_id: UUID, delivery_id: UUID, version: int, patch: DeliveryPatch
) -> DiasporaDelivery:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    await delivery_of(session, engagement_id, delivery_id)
    delivery = await locked(session, DiasporaDelivery, delivery_id)
    concurrency.check(delivery, version)
    data = merged(DeliveryIn, fields_of(DeliveryIn, delivery), patch)
    for name, value in _delivered(data).items():
        setattr(delivery, name, value)
    delivery.touch()
    await session.flush()
    return delivery


def _delivered(data: DeliveryIn) -> dict[str, Any]:
    if data.on > now().date():
        raise Unprocessable.fields([FieldError("/on", "future", "What is still to come has not been given.")])
    eur = data.amount.amount / (data.rate_to_eur or Decimal(1)) if data.amount else Decimal(0)
    if eur >= _TOO_LARGE:
        raise Unprocessable.fields([FieldError("/rate_to_eur", "too_large", "Too large in EUR.")])
    return data.model_dump() | {
        "amount": data.amount.model_dump(mode="json") if data.amount else None,
        "amount_eur": eur.quantize(Decimal("0.0001")),
    }


async def deliveries_of(session: AsyncSession, engagement_id: UUID) -> Select[Any]:
    """All deliveries of an engagement. Raises NotFound."""
    await get(session, engagement_id)
    return select(DiasporaDelivery).where(DiasporaDelivery.engagement_id == engagement_id)


async def delivery_of(
    session: AsyncSession, engagement_id: UUID, delivery_id: UUID, as_of: datetime | None = None
) -> DiasporaDelivery:
    """Raises NotFound, also when the delivery is another engagement's."""
    delivery = await found(session, DiasporaDelivery, delivery_id, as_of=as_of)
    if delivery.engagement_id != engagement_id:
        raise NotFound
    return delivery


async def totals(session: AsyncSession, engagement_id: UUID) -> DeliveryTotals:
    """Hours, EUR and beneficiaries of all deliveries. Raises NotFound."""
    engagement = await get(session, engagement_id)
    query = select(
        func.count().label("deliveries"),
        func.coalesce(func.sum(DiasporaDelivery.hours), Decimal(0)).label("hours"),
        func.coalesce(func.sum(DiasporaDelivery.amount_eur), Decimal(0)).label("amount_eur"),
        func.coalesce(func.sum(DiasporaDelivery.beneficiaries), 0).label("beneficiaries"),
    ).where(DiasporaDelivery.engagement_id == engagement.id)
    sums = (await session.execute(query)).one()._mapping
    return DeliveryTotals(engagement_id=engagement.id, hours_offered=engagement.hours_offered, **sums)
