"""What others put on record about a record changes how it is shown, so its readers must be told by a new version."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import tenancy
from services.kit.db import Record
from services.kit.records import locked

T = TypeVar("T", bound=Record)


async def renew(session: AsyncSession, tenant: str, kind: type[T], record_id: UUID) -> T:
    """The record, read again with what was added to it, under a new version; done by the house, since the caller
    (`tenant`) does not own it. Flush what was added before."""
    await tenancy.act_for(session, tenancy.HOUSE)
    record = await locked(session, kind, record_id)
    record.touch()
    await session.flush()
    await tenancy.act_for(session, tenant)
    return record
