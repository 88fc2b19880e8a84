"""Writing down needs."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Principal
from services.kit.errors import Unprocessable
from services.kit.records import found
from services.registry.models.concepts import check_concepts
from services.registry.models.membership import amend, keep, kept, membership
from services.registry.models.needs import Need
from services.registry.models.partnerships import Partnership
from services.registry.needs.schemas import NeedIn, NeedPatch


async def listed(session: AsyncSession, partnership_id: UUID, party: str | None) -> Select[Any]:
    """Needs of a partnership, of one of the four parties if given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(Need, partnership_id)
    return query.where(Need.party == party) if party else query


async def record(session: AsyncSession, principal: Principal, partnership_id: UUID, data: NeedIn) -> Need:
    """A party writes down a need of its own side. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    member.require_side(data.side)
    await _check(session, data)
    return await keep(session, principal, Need, partnership_id, data.model_dump(mode="json"))


async def change(session: AsyncSession, need_id: UUID, version: int, patch: NeedPatch) -> Need:
    """Merge the patch; only who wrote the need down may."""
    await _check(session, patch)
    return await amend(session, Need, need_id, version, NeedIn, patch)


async def _check(session: AsyncSession, data: NeedIn | NeedPatch) -> None:
    named = {f"/{name}": value for name in ("isco08", "skill") if (value := getattr(data, name))}
    if errors := await check_concepts(session, named):
        raise Unprocessable.fields(errors)
