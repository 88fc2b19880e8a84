"""Stays as they are kept, read for a person and for a host; whoever plans one holds both first.

PostgreSQL makes a second planner wait for the first: the person's row is held, then the host's, in that order. What is
counted afterwards has all that was committed before, so that no day and no place of a host is given twice.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import StayStatus
from services.matching.hosting import HostOffer, LongStay, Scheme
from services.matching.models.copies import Host, MobilityRule, MobilityScheme
from services.matching.models.entrepreneurs import Stay
from services.matching.safeguards import PATHWAY
from services.matching.short_stays import Period

_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)")


async def of_person(session: AsyncSession, candidate_id: UUID, without: UUID | None = None) -> Sequence[Stay]:
    """All stays that are kept for the person, in their order, apart from one."""
    query = select(Stay).where(Stay.candidate_id == candidate_id, Stay.status != StayStatus.CANCELLED)
    if without:
        query = query.where(Stay.id != without)
    return (await session.scalars(query.order_by(Stay.from_date, Stay.id))).all()


async def hold_host(session: AsyncSession, host_id: UUID, without: UUID | None = None) -> HostOffer | None:
    """The host with what is left of its room, held until the transaction ends; None when there is no such host. To be
    called while acting for the house."""
    data = await session.scalar(select(Host.data).where(Host.id == host_id).with_for_update())
    return (await with_room(session, {host_id: data}, without))[0] if data else None


async def with_room(
    session: AsyncSession, hosts: dict[UUID, dict[str, object]], without: UUID | None = None
) -> list[HostOffer]:
    """Hosts, given by their events, with what all organisations have taken of their room. To be called while acting
    for the house."""
    kept = select(Stay.id, Stay.host_id, Stay.from_date, Stay.to_date)
    kept = kept.where(Stay.host_id.in_(list(hosts)), Stay.status != StayStatus.CANCELLED)
    taken: dict[UUID, list[Period]] = {}
    for row in await session.execute(kept):
        if row.id != without:
            taken.setdefault(row.host_id, []).append(Period(row.from_date, row.to_date))
    return [HostOffer.of(data, taken.get(id, ())) for id, data in hosts.items()]


async def schemes(session: AsyncSession, partnership_ids: set[UUID]) -> list[Scheme]:
    """Mobility schemes of the partnerships that the caller may read, in the order of their ids."""
    query = select(MobilityScheme.data).where(MobilityScheme.partnership_ids.overlap(list(partnership_ids)))
    return [Scheme.of(data) for data in await session.scalars(query.order_by(MobilityScheme.id))]


async def long_stays(session: AsyncSession) -> list[LongStay]:
    """All legal pathways."""
    query = select(MobilityRule.data).where(MobilityRule.kind == PATHWAY).order_by(MobilityRule.id)
    return [LongStay.of(data) for data in await session.scalars(query)]


async def share(session: AsyncSession, record_id: UUID, reader_id: UUID, owner_id: UUID) -> None:
    """Let another organisation read a record."""
    await session.execute(_SHARE, {"record": record_id, "reader": reader_id, "owner": owner_id})
