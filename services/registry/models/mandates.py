"""Mandates: a federation acts for its members only with a delegation on record."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.vocabulary import MandateScope
from services.kit import tenancy
from services.kit.db import Record, now
from services.kit.errors import Forbidden
from services.registry.models import Base

NEEDED = "The employer has given your organisation no mandate for this that is valid today."


class Mandate(Record, Base):
    """What `organisation_id` (the member) lets `to_organisation` do in its name. Both read it; the member writes."""

    __tablename__ = "mandates"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    to_organisation: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    scopes: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    reference: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revocation_reason: Mapped[str | None]

    @property
    def valid(self) -> bool:
        """Whether it stands today; its last day is included."""
        today = now().date()
        return self.revoked_at is None and self.valid_from <= today <= (self.valid_to or date.max)


def _stands(scope: MandateScope) -> ColumnElement[bool]:
    today = now().date()
    return and_(
        Mandate.scopes.contains([scope]),
        Mandate.revoked_at.is_(None),
        Mandate.valid_from <= today,
        or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today),
    )


async def mandates_of(
    session: AsyncSession, federation: UUID, members: Collection[UUID], scope: MandateScope
) -> dict[UUID, UUID]:
    """Those of `members` that `federation` may act for today in this, each with its mandate. They are held: none is
    revoked before the transaction ends."""
    if not members:
        return {}
    named = and_(Mandate.to_organisation == federation, Mandate.organisation_id.in_(members))
    query = select(Mandate.organisation_id, Mandate.id).where(named, _stands(scope)).order_by(Mandate.id)
    # The federation may not lock what it may only read.
    await tenancy.act_for(session, tenancy.HOUSE)
    found = await session.execute(query.with_for_update(read=True))
    await tenancy.act_for(session, str(federation))
    return {row.organisation_id: row.id for row in found}


async def check_mandate(session: AsyncSession, federation: UUID, member: UUID, scope: MandateScope) -> None:
    """Raises Forbidden without a valid mandate; an organisation needs none for itself."""
    if member != federation and not await mandates_of(session, federation, [member], scope):
        raise Forbidden(NEEDED, "mandate_needed")


@asynccontextmanager
async def acting_for(session: AsyncSession, tenant: str, employer: UUID) -> AsyncIterator[str]:
    """Statements inside see and write what is the employer's; yields its tenant. Check the mandate before. History
    names the client that acted all the same. After an error the transaction is rolled back, so nothing is restored.
    """
    await tenancy.act_for(session, str(employer))
    yield str(employer)
    await session.flush()
    await tenancy.act_for(session, tenant)
