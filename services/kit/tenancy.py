"""Who a transaction acts for.

PostgreSQL enforces it: every table that belongs to an organisation has row-level security ENABLED and FORCED,
and its policy reads the setting below. The setting is local to the transaction, so a pooled connection never
carries one organisation's sight into another's request.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SETTING = "passerelle.tenant"
HOUSE = "*"  # the service itself: feed followers, sequencer, operations

CALLER = "caller"  # key of a session's `info` under which the Caller of its request stands


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request a session serves, for logs of who did what."""

    organisation_id: UUID | None
    client_id: str
    roles: tuple[str, ...]
    operation: str
    request_id: str


_SET = text(f"SELECT set_config('{SETTING}', :tenant, true)")
_SET_ACTOR = text(
    f"SELECT set_config('{SETTING}', :tenant, true), set_config('passerelle.actor', :actor, true),"
    " set_config('passerelle.reason', :reason, true)"
)


async def act_for(session: AsyncSession, tenant: str) -> None:
    """First statement of a transaction: rows are seen as `tenant` (an organisation id, HOUSE, or '' for none)."""
    await session.execute(_SET, {"tenant": tenant})


async def begin_for(session: AsyncSession, tenant: str, actor: str, reason: str) -> None:
    """First statement of a request: as `act_for`, and what is changed is written down as `actor`'s change
    ("organisation id/client id"), whoever the transaction acts for later."""
    await session.execute(_SET_ACTOR, {"tenant": tenant, "actor": actor, "reason": reason})
