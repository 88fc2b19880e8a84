"""Reference figures, and the parameters of the fourfold win that both sides of a partnership agreed on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import now
from services.matching.models import Base


class ReferenceFigure(Base):
    """A figure of a source, never changed: a newer release is another row of the next `version`.

    `isco08` has 1 to 4 digits, `nace` a section or division; null is the total. Everybody reads, the house writes.
    """

    __tablename__ = "reference_figures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    country: Mapped[str | None]
    from_country: Mapped[str | None]
    isco08: Mapped[str | None]
    nace: Mapped[str | None]
    currency: Mapped[str | None]
    per_currency: Mapped[str | None]
    period_from: Mapped[date]
    period_to: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(24, 12))
    unit: Mapped[str]
    price_year: Mapped[int | None]
    source: Mapped[str]
    source_url: Mapped[str | None]
    licence: Mapped[str]
    released_on: Mapped[date]
    note: Mapped[str | None]
    version: Mapped[int]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(default=now)


class FourfoldEdition(Base):
    """Parameters that one side proposed; in force once the other has confirmed them, and never changed then.

    The house reads and writes; the service looks who is a party.
    """

    __tablename__ = "fourfold_editions"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    parameters: Mapped[dict[str, Any]]
    proposed_by: Mapped[UUID]
    proposed_by_client: Mapped[str]
    proposed_side: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_by: Mapped[UUID | None]
    confirmed_by_client: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
