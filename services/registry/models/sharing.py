"""Who reads what: it follows from the parties of partnerships, and is kept in the transaction that changes either.

The parties of a partnership read it; they also read what is offered to it (programmes with their sessions,
vacancies, hosts, engagements of the diaspora). A partnership's owner may not touch what others own, so the house keeps
those shares: the functions here act for the house for a few statements and for the caller (`tenant`) again.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.kit import events, tenancy
from services.kit.errors import FieldError
from services.registry.models import Base
from services.registry.models.diaspora import DiasporaEngagement
from services.registry.models.hosts import Host
from services.registry.models.partnerships import Partnership
from services.registry.models.programmes import Programme
from services.registry.models.vacancies import Vacancy

Offer = Programme | Vacancy | Host | DiasporaEngagement


class Share(Base):
    """A reader of a record besides its owner."""

    __tablename__ = "shares"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]


async def hold_parties(session: AsyncSession, tenant: str, partnership_ids: Collection[UUID]) -> set[UUID]:
    """Keep the parties of these partnerships from changing until the transaction ends; returns those partnerships
    that `tenant` is a party to. To be called before anything is read that an offer is made of."""
    if not partnership_ids:
        return set()
    named = Partnership.id.in_(partnership_ids)
    await tenancy.act_for(session, tenancy.HOUSE)
    await session.execute(select(Partnership.id).where(named).order_by(Partnership.id).with_for_update(read=True))
    await tenancy.act_for(session, tenant)
    return set(await session.scalars(select(Partnership.id).where(named)))


def not_a_party(partnership_ids: Sequence[UUID], own: set[UUID]) -> list[FieldError]:
    """An error for each partnership that the caller is no party to; unknown and foreign ones look the same."""
    message = "No partnership that your organisation is a party to has this id."
    return [
        FieldError(f"/partnership_ids/{place}", "not_a_party", message)
        for place, partnership_id in enumerate(partnership_ids)
        if partnership_id not in own
    ]


async def share_offers(session: AsyncSession, tenant: str, kind: type[Offer], ids: Collection[UUID]) -> None:
    """Let the parties of an offer's partnerships read it, and nobody else. Flush the offers before."""
    if not ids:
        return
    await tenancy.act_for(session, tenancy.HOUSE)
    await _reshare(session, kind, ids)
    await tenancy.act_for(session, tenant)


async def share_partnership(session: AsyncSession, tenant: str, partnership: Partnership) -> None:
    """Let the parties read the partnership and what is offered to it; offers of those who left are withdrawn from
    it. Flush the partnership before."""
    readers = partnership.readers()
    rows = [
        {"record_id": partnership.id, "reader_id": reader, "owner_id": partnership.organisation_id}
        for reader in sorted(readers)
    ]
    await session.execute(delete(Share).where(Share.record_id == partnership.id))
    await session.execute(insert(Share), rows)
    await tenancy.act_for(session, tenancy.HOUSE)
    kinds: tuple[type[Offer], ...] = (Programme, Vacancy, Host, DiasporaEngagement)
    for kind in kinds:
        offered = select(kind.id).where(kind.partnership_ids.contains([partnership.id]))
        ids = (await session.scalars(offered.order_by(kind.id).with_for_update())).all()
        await _withdraw(session, kind, partnership.id, readers)
        await _reshare(session, kind, ids)
    await tenancy.act_for(session, tenant)


async def _withdraw(session: AsyncSession, kind: type[Offer], partnership_id: UUID, readers: set[UUID]) -> None:
    query = select(kind).where(
        kind.partnership_ids.contains([partnership_id]), kind.organisation_id.not_in(sorted(readers))
    )
    withdrawn: list[Any] = list(await session.scalars(query))
    for offer in withdrawn:
        offer.partnership_ids = [each for each in offer.partnership_ids if each != partnership_id]
        offer.touch()
    await session.flush()
    await events.publish(session, *((offer.id, offer.event()) for offer in withdrawn))


async def _reshare(session: AsyncSession, kind: type[Offer], ids: Collection[UUID]) -> None:
    # The rows are locked first: of two transactions that change the readers of one offer, the second must take its
    # snapshot after the first has committed.
    await session.execute(select(kind.id).where(kind.id.in_(ids)).order_by(kind.id).with_for_update())
    await session.execute(delete(Share).where(Share.record_id.in_(ids)))
    readers = (
        select(kind.id, Share.reader_id, kind.organisation_id)
        .join(Share, Share.record_id == any_(kind.partnership_ids))
        .where(kind.id.in_(ids))
        .distinct()
    )
    await session.execute(insert(Share).from_select(["record_id", "reader_id", "owner_id"], readers))
