"""The partner finder: publishing, suggesting, answering."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import PartnerOfferKind
from services.kit import concurrency, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, NotFound, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.models.partner_offers import PartnerOffer, PartnerOfferAnswer
from services.registry.models.sharing import Share, hold_parties
from services.registry.partner_offers.complements import ranked, score
from services.registry.partner_offers.schemas import (
    AnswerPatch,
    ComplementReasonOut,
    FinderFigures,
    PartnerOfferAnswerIn,
    PartnerOfferIn,
    PartnerOfferOut,
    PartnerOfferPatch,
    PartnerSuggestion,
    Suggestions,
)

# So many of the newest are looked at; a finder with more of one role needs a narrower question.
_LOOKED_AT = 2000
_OTHER = {PartnerOfferKind.OFFER: PartnerOfferKind.NEED, PartnerOfferKind.NEED: PartnerOfferKind.OFFER}


def listed(
    kind: str | None, role: str | None, origin: str | None, destination: str | None, sector: str | None, expired: bool
) -> Select[Any]:
    """Entries that match all filters given; those that ran out only when asked for."""
    query = select(PartnerOffer)
    if kind:
        query = query.where(PartnerOffer.kind == kind)
    if role:
        query = query.where(PartnerOffer.role == role)
    if origin:
        query = query.where(PartnerOffer.origin == origin)
    if destination:
        query = query.where(PartnerOffer.destination == destination)
    if sector:
        query = query.where(PartnerOffer.sector.startswith(sector))
    return query if expired else query.where(PartnerOffer.valid_to >= now().date())


async def get(session: AsyncSession, offer_id: UUID, as_of: datetime | None = None) -> PartnerOffer:
    """Raises NotFound."""
    return await found(session, PartnerOffer, offer_id, as_of=as_of)


async def publish(session: AsyncSession, principal: Principal, data: PartnerOfferIn) -> PartnerOffer:
    """A new entry. Raises Unprocessable; an external_id that is taken gives 409."""
    if data.valid_to < now().date():
        raise Unprocessable.fields([FieldError("/valid_to", "past", "Must not be past.")])
    offer = PartnerOffer(organisation_id=principal.acts_for, **_columns(data))
    session.add(offer)
    await session.flush()
    return offer


async def change(session: AsyncSession, offer_id: UUID, version: int, patch: PartnerOfferPatch) -> PartnerOffer:
    """Merge the patch. Raises Unprocessable, and NotFound also for entries that are not the caller's own."""
    query = select(PartnerOffer).where(PartnerOffer.id == offer_id).with_for_update()
    offer = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if offer is None:
        raise NotFound
    concurrency.check(offer, version)
    data = merged(PartnerOfferIn, fields_of(PartnerOfferIn, offer), patch)
    for name, value in _columns(data).items():
        setattr(offer, name, value)
    offer.touch()
    await session.flush()
    return offer


def _columns(data: PartnerOfferIn) -> dict[str, Any]:
    return data.model_dump(mode="json") | {"valid_to": data.valid_to}


async def suggestions(session: AsyncSession, offer_id: UUID, limit: int) -> Suggestions:
    """Current entries of others that complement this one, the best first, each with its reasons (S-07)."""
    offer = await get(session, offer_id)
    query = (
        select(PartnerOffer)
        .where(
            PartnerOffer.kind == _OTHER[PartnerOfferKind(offer.kind)],
            PartnerOffer.role == offer.role,
            PartnerOffer.organisation_id != offer.organisation_id,
            PartnerOffer.valid_to >= now().date(),
        )
        .order_by(PartnerOffer.id.desc())
        .limit(_LOOKED_AT)
    )
    best = ranked(offer, await session.scalars(query))[:limit]
    return Suggestions(
        items=[
            PartnerSuggestion(
                offer=PartnerOfferOut.model_validate(other),
                score=score(reasons),
                reasons=[ComplementReasonOut.model_validate(reason) for reason in reasons],
            )
            for other, reasons in best
        ]
    )


async def answer(
    session: AsyncSession, principal: Principal, offer_id: UUID, data: PartnerOfferAnswerIn
) -> PartnerOfferAnswer:
    """Answer somebody else's entry, once. Raises NotFound, Forbidden for one's own, Unprocessable for a foreign
    with_offer_id, Conflict when the entry ran out or was answered before."""
    offer = await get(session, offer_id)
    if offer.organisation_id == principal.organisation_id:
        raise Forbidden("Nobody answers its own entry.", "own_offer")
    if data.with_offer_id is not None:
        own = await session.get(PartnerOffer, data.with_offer_id)
        if own is None or own.organisation_id != principal.organisation_id:
            message = "No entry of yours has this id."
            raise Unprocessable.fields([FieldError("/with_offer_id", "unknown_offer", message)])
    today = now().date()
    if offer.valid_to < today:
        guard = Guard("OFFER_CURRENT", False, f"ran out on {offer.valid_to}", f"valid on {today}", "Ask its owner.")
        raise Conflict.guards([guard])
    given = PartnerOfferAnswer(
        offer_id=offer.id, owner_id=offer.organisation_id, organisation_id=principal.acts_for, **data.model_dump()
    )
    session.add(given)
    await session.flush()
    # So that the organisation that was answered reads the answer's history as well.
    session.add(Share(record_id=given.id, reader_id=given.owner_id, owner_id=given.organisation_id))
    await session.flush()
    return given


async def answers_to(session: AsyncSession, offer_id: UUID) -> Select[Any]:
    """Answers the caller may read: all to its own entries, and its own to others'. Raises NotFound."""
    await get(session, offer_id)
    return select(PartnerOfferAnswer).where(PartnerOfferAnswer.offer_id == offer_id)


async def get_answer(session: AsyncSession, answer_id: UUID, as_of: datetime | None = None) -> PartnerOfferAnswer:
    """Raises NotFound for missing and foreign alike."""
    return await found(session, PartnerOfferAnswer, answer_id, as_of=as_of)


async def start(
    session: AsyncSession, principal: Principal, answer_id: UUID, version: int, data: AnswerPatch
) -> PartnerOfferAnswer:
    """Say which partnership came of an answer; either of the two may. Raises NotFound, Unprocessable for a
    partnership that the caller is no party to."""
    own = await hold_parties(session, principal.tenant, [data.partnership_id])
    query = select(PartnerOfferAnswer).where(PartnerOfferAnswer.id == answer_id).with_for_update()
    given = (await session.scalars(query)).one_or_none()
    if given is None:
        raise NotFound
    concurrency.check(given, version)
    if data.partnership_id not in own:
        message = "No partnership that your organisation is a party to has this id."
        raise Unprocessable.fields([FieldError("/partnership_id", "not_a_party", message)])
    given.partnership_id = data.partnership_id
    given.touch()
    await session.flush()
    return given


async def figures(session: AsyncSession, principal: Principal) -> FinderFigures:
    """Counts over all organisations, which nobody alone may see the answers of (S-07)."""
    published = await session.scalar(select(func.count()).select_from(PartnerOffer))
    await tenancy.act_for(session, tenancy.HOUSE)
    query = select(
        func.count(distinct(PartnerOfferAnswer.offer_id)),
        func.count(),
        func.count(distinct(PartnerOfferAnswer.partnership_id)),
    ).select_from(PartnerOfferAnswer)
    answered, answers, started = (await session.execute(query)).one()
    await tenancy.act_for(session, principal.tenant)
    return FinderFigures(published=published or 0, answered=answered, answers=answers, partnerships_started=started)
