"""What a party keeps about a partnership: who may, and the plain life of such a record.

The parties of a partnership read all of it; each writes what is its own, which row-level security enforces by
`organisation_id`. What belongs to a side (a signature, a waiver, a signal) is therefore always a row of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from services.contracts.vocabulary import PartyRole, PartySide
from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.db import Record
from services.kit.errors import Forbidden
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.partnerships import Partnership
from services.registry.models.sharing import hold_parties


class PartyRecord(Record):
    """Columns of a record that a party keeps about a partnership."""

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnerships.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))


T = TypeVar("T", bound=PartyRecord)


@dataclass(frozen=True, slots=True)
class Membership:
    """A partnership and what the caller's organisation is in it."""

    partnership: Partnership
    standing: frozenset[tuple[PartySide, PartyRole]]

    @property
    def sides(self) -> frozenset[PartySide]:
        """The sides it stands on."""
        return frozenset(side for side, _ in self.standing)

    @property
    def roles(self) -> frozenset[PartyRole]:
        """What it does, on any side."""
        return frozenset(role for _, role in self.standing)

    def require(self, *roles: PartyRole) -> None:
        """Raises Forbidden when the organisation has none of these roles."""
        if roles and not self.roles & frozenset(roles):
            self._refuse(roles, ())

    def require_side(self, *sides: PartySide) -> None:
        """Raises Forbidden when the organisation stands on none of these sides."""
        if not self.sides & frozenset(sides):
            self._refuse((), sides)

    def require_on(self, side: PartySide, *roles: PartyRole) -> None:
        """Raises Forbidden when the organisation has none of these roles on this side: a role on one side says
        nothing for the other."""
        if not any((side, role) in self.standing for role in roles):
            self._refuse(roles, (side,))

    def _refuse(self, roles: Sequence[PartyRole], sides: Sequence[PartySide]) -> NoReturn:
        """Say what is needed, who has it, what the caller is, and which requests would make it so."""
        may = [p for p in self.partnership.parties if p.belongs() and (not roles or p.role in roles)]
        have = sorted({str(p.organisation_id) for p in may if not sides or p.side in sides})
        own = ", ".join(sorted(f"{role} of {side}" for side, role in self.standing)) or "no party, only its owner"
        needed = f"{_or(roles) or 'a party'}{f' on the side {_or(sides)}' if sides else ''}"
        remedy = (
            "The owner or a lead of that side: POST /v1/partnerships/{partnership_id}/invitations with organisation_id,"
            f" side{f': {sides[0]}' if sides else ''}, roles{f': [{roles[0]}]' if roles else ''}; then your"
            " organisation: POST /v1/invitations/{invitation_id}/answers with decision: ACCEPTED."
        )
        raise Forbidden(
            f"Only {needed} may do this; your organisation is: {own}. {remedy}",
            "role_needed" if roles and (not sides or self.sides & set(sides)) else "side_needed",
            needed=needed,
            seen=own,
            organisations=have,
            remedy=remedy,
        )


def _or(names: Sequence[str]) -> str:
    return " or ".join(names)


async def membership(session: AsyncSession, principal: Principal, partnership_id: UUID) -> Membership:
    """Raises NotFound for whoever may not read the partnership, Forbidden for readers that are no party to it.

    Parties cannot change until the transaction ends, so that nobody writes who has just left.
    """
    await hold_parties(session, principal.tenant, [partnership_id])
    partnership = await found(session, Partnership, partnership_id, selectinload(Partnership.parties))
    own = [p for p in partnership.parties if p.organisation_id == principal.organisation_id and p.belongs()]
    if not own and partnership.organisation_id != principal.organisation_id:
        raise Forbidden("Only parties of the partnership may do this.", "not_a_party")
    return Membership(partnership, frozenset((PartySide(party.side), PartyRole(party.role)) for party in own))


def kept(kind: type[T], partnership_id: UUID) -> Select[Any]:
    """All records of this kind about a partnership that the caller may read."""
    return select(kind).where(kind.partnership_id == partnership_id)


async def keep(
    session: AsyncSession, principal: Principal, kind: type[T], partnership_id: UUID, values: dict[str, Any]
) -> T:
    """Add a record of the caller's. Check its membership before."""
    record = kind(**values, **{"partnership_id": partnership_id, "organisation_id": principal.acts_for})
    session.add(record)
    await session.flush()
    return record


async def held(session: AsyncSession, kind: type[T], record_id: UUID) -> T:
    """A record of the caller's, held against other writers. Raises NotFound, Forbidden for those who may only read and
    for who has left the partnership: it reads what it wrote, and rewrites nothing that the others go by."""
    record = await locked(session, kind, record_id)
    if await session.get(Partnership, record.partnership_id) is None:
        raise Forbidden("Only parties of the partnership may do this.", "not_a_party")
    return record


async def amend(
    session: AsyncSession,
    kind: type[T],
    record_id: UUID,
    version: int,
    schema: type[BaseModel],
    patch: BaseModel,
    json_fields: Collection[str] = (),
) -> T:
    """Merge a patch into a record of the caller's; `json_fields` are stored as JSON, the others as Python values.

    Raises NotFound, Forbidden for those who may only read, Unprocessable for what `schema` refuses.
    """
    record = await held(session, kind, record_id)
    concurrency.check(record, version)
    whole = merged(schema, fields_of(schema, record), patch)
    as_json = whole.model_dump(mode="json", include=set(json_fields))
    for name, value in (whole.model_dump() | as_json).items():
        setattr(record, name, value)
    record.touch()
    await session.flush()
    return record


async def read(session: AsyncSession, kind: type[T], record_id: UUID, as_of: datetime | None = None) -> T:
    """Raises NotFound for missing and foreign alike."""
    return await found(session, kind, record_id, as_of=as_of)
