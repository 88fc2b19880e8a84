"""Who read what of whom: one row a request, in the request's own transaction, sealed into a chain of hashes.

Written where personal data is put together, by whoever composes it, so that no route can show it and stay unseen. A
row names the people by pseudonym only and stays when they are erased: the pseudonym then leads nowhere. It goes when
its time of retention has ended (`MatchingSettings.access_log_days`), from the beginning of the chain on, and the chain
says so itself.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.chain import Chain
from services.kit.db import now
from services.kit.tenancy import CALLER, Caller
from services.matching.models.privacy import access_log

FORGOT = "forget_old_accesses"  # operation of the rows that say up to where the log was let go of
_BEGINS = """
    SELECT CAST(split_part(request_id, ' ', 1) AS bigint) AS position, split_part(request_id, ' ', 2) AS hash
    FROM access_log JOIN access_log_seals USING (number) WHERE operation = 'forget_old_accesses'
"""
CHAIN = Chain("access_log", _BEGINS)
_THE_HOUSE = Caller(None, "matching", (), "background", "")


async def note(session: AsyncSession, seen: DataSeen, purpose: AccessPurpose, people: Iterable[UUID]) -> None:
    """Write down that the request of this session read that part of what is known of `people`; nobody, nothing."""
    ids = sorted(set(people))
    if not ids:
        return
    caller: Caller = session.info.get(CALLER, _THE_HOUSE)
    row = {
        "at": now(),
        "by_organisation": caller.organisation_id,
        "by_client": caller.client_id,
        "roles": list(caller.roles),
        "operation": caller.operation,
        "purpose": purpose.value,
        "seen": seen.value,
        "candidate_ids": ids,
        "request_id": caller.request_id,
    }
    # Inline: asking for the number back would be a read, and the house alone reads the log.
    await session.execute(insert(access_log).inline().values(row))


async def forget_old(session: AsyncSession, days: int) -> bool:
    """Let go of rows older than `days`, and say so in the log; done hourly, for the house. True when there may be more.
    The database itself refuses for rows of less than six months."""
    base = await CHAIN.prune(session, now() - timedelta(days=days))
    if base is None:
        return False
    row = {
        "at": now(),
        "by_client": "matching",
        "roles": [],
        "operation": FORGOT,
        "purpose": "RETENTION",
        "seen": "",
        "candidate_ids": [],
        "request_id": f"{base[0]} {base[1]}",
    }
    await session.execute(insert(access_log).inline().values(row))
    await CHAIN.seal(session)
    return True


def of_person(candidate_id: UUID, after: int | None) -> Select[tuple[object, ...]]:
    """Rows that name the person, in order; to be read for the house, after it was found that the caller may."""
    query = select(access_log).where(access_log.c.candidate_ids.contains([candidate_id]))
    return query.where(access_log.c.number > after) if after is not None else query
