"""Who bears which costs of a partnership, what was spent, and the exchange rates between currencies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import now
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class CostMatrix(PartyRecord, Base):
    """The shares of all payers in all groups; one a partnership. `lines` hold what `CostLine` shows as rows."""

    __tablename__ = "cost_matrices"

    reporting_currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]]


class CostLine(Base):
    """A payer's share of a group. A view of `CostMatrix.lines`: read it, and write the matrix."""

    __tablename__ = "cost_lines"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(primary_key=True)
    payer: Mapped[str] = mapped_column(primary_key=True)
    share_percent: Mapped[Decimal] = mapped_column(Numeric)
    budget_amount: Mapped[Decimal | None] = mapped_column(Numeric)
    budget_currency: Mapped[str | None]


class CostEntry(PartyRecord, Base):
    """Money that was spent; never changed. One that `reverses` another has its sums below zero."""

    __tablename__ = "cost_entries"

    paid_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    currency: Mapped[str]
    payer: Mapped[str]
    payee: Mapped[str]
    group: Mapped[str]
    phase: Mapped[str]
    person: Mapped[str | None]
    document_id: Mapped[UUID | None]
    receipt_uri: Mapped[str | None]
    note: Mapped[str | None]
    reverses: Mapped[UUID | None]
    reporting_currency: Mapped[str]
    reporting_amount: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    rate: Mapped[Decimal] = mapped_column(Numeric(24, 12))
    rate_on: Mapped[date]
    rate_source: Mapped[str]

    @property
    def rate_days_before(self) -> int:
        """How many days before the payment the rate was of; 0 is the day itself."""
        return (self.paid_on - self.rate_on).days


class ExchangeRate(Base):
    """One unit of `base` in `quote`; public, never changed: a better one is added. The house's have no owner."""

    __tablename__ = "exchange_rates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID | None]
    base: Mapped[str]
    quote: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(24, 12))
    on: Mapped[date]
    source: Mapped[str]
    source_uri: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: now(), server_default=func.now())
