"""The one place where a request sees and writes beyond its own organisation.

Some effects of a request fall on records of others: an employer's answer moves a proposal that the candidate's
organisation owns, a place is counted on a vacancy, the engine looks at all openings. Each such use is a `with`
block that can be searched for by the name below; what happens inside was authorised before.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import tenancy

_TENANT = text(f"SELECT current_setting('{tenancy.SETTING}', true)")


@asynccontextmanager
async def acting_for_the_house(session: AsyncSession) -> AsyncIterator[None]:
    """Act for the house, then again for whom the transaction acted before.

    After an error nothing is set back: the transaction is then rolled back, and the setting with it.
    """
    await session.flush()
    before = await session.scalar(_TENANT)
    await tenancy.act_for(session, tenancy.HOUSE)
    yield
    await session.flush()
    await tenancy.act_for(session, before or "")
