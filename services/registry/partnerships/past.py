"""A partnership with its parties as they stood."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.kit.history import as_it_stood
from services.registry.models.partnerships import Partnership, PartnershipParty

# Parties change in the transaction that gives their partnership its next version, after it: what is numbered before
# the version after the one that held then, is what held then. Their own times are of another clock.
_PARTIES = text(
    "WITH held AS (SELECT max(number) AS number FROM history"
    " WHERE kind = 'partnerships' AND record_id = :id AND at <= :at),"
    " next AS (SELECT min(h.number) AS number FROM history h, held"
    " WHERE h.kind = 'partnerships' AND h.record_id = :id AND h.number > held.number)"
    " SELECT party.* FROM (SELECT DISTINCT ON (h.record_id) h.action, h.record FROM history h, next"
    " WHERE h.kind = 'partnership_parties' AND h.share_id = :id AND (next.number IS NULL OR h.number < next.number)"
    " ORDER BY h.record_id, h.number DESC) AS last,"
    " jsonb_populate_record(NULL::partnership_parties, last.record) AS party"
    " WHERE last.action <> 'DELETE' ORDER BY party.id"
)
# Versions from before these lists existed lack them.
_LISTS = ("just_transition_groups", "green_focus", "policy_frames", "critical_sectors", "hypotheses")


async def partnership_as_it_stood(session: AsyncSession, partnership_id: UUID, at: datetime) -> Partnership:
    """Not to be changed. Raises NotFound when there was none that the caller may read."""
    partnership = await as_it_stood(session, Partnership, partnership_id, at)
    query = select(PartnershipParty).from_statement(_PARTIES.bindparams(id=partnership_id, at=at))
    parties = list(await session.scalars(query))
    for party in parties:
        session.expunge(party)
    set_committed_value(partnership, "parties", parties)
    for name in _LISTS:
        if getattr(partnership, name) is None:
            set_committed_value(partnership, name, [])
    return partnership
