"""What a party promised, how it was kept, and who confirmed that."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.vocabulary import ClosureOutcome, ObligationStatus, Recurrence
from services.kit.db import now
from services.registry.models import Base, due_dates
from services.registry.models.membership import PartyRecord


class ObligationConfirmation(PartyRecord, Base):
    """What another party than the promiser says of a fulfilment; owned by that party. It never changes."""

    __tablename__ = "obligation_confirmations"

    fulfilment_id: Mapped[UUID] = mapped_column(ForeignKey("obligation_fulfilments.id"))
    accepted: Mapped[bool]
    reason: Mapped[str | None]


class ObligationFulfilment(PartyRecord, Base):
    """The promiser's evidence that it kept what was due on `due_on`. It never changes."""

    __tablename__ = "obligation_fulfilments"

    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligations.id"))
    due_on: Mapped[date]
    fulfilled_on: Mapped[date]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    note: Mapped[str | None]
    confirmations: Mapped[list[ObligationConfirmation]] = relationship(
        lazy="selectin", order_by=ObligationConfirmation.id
    )

    @property
    def accepted(self) -> bool | None:
        """Whether another party accepted it and none refused it; None while none has said."""
        return all(each.accepted for each in self.confirmations) if self.confirmations else None


class ObligationClosure(PartyRecord, Base):
    """Another party than the promiser waives the rest of a promise, or finds it broken. It never changes."""

    __tablename__ = "obligation_closures"

    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligations.id"))
    outcome: Mapped[str]
    reason: Mapped[str]


class Obligation(PartyRecord, Base):
    """A promise of `organisation_id` to another party, or to all when `to_party` is absent."""

    __tablename__ = "obligations"

    kind: Mapped[str]
    side: Mapped[str]
    to_party: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"))
    text: Mapped[dict[str, str]]
    isco08: Mapped[str | None]
    places: Mapped[int | None]
    amount: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    due_on: Mapped[date]
    recurrence: Mapped[str]
    ends_on: Mapped[date | None]
    fulfilments: Mapped[list[ObligationFulfilment]] = relationship(lazy="selectin", order_by=ObligationFulfilment.id)
    closures: Mapped[list[ObligationClosure]] = relationship(lazy="selectin", order_by=ObligationClosure.id)

    @property
    def dues(self) -> list[date]:
        """Every day on which it falls due."""
        return list(due_dates.due_dates(self.due_on, Recurrence(self.recurrence), self.ends_on))

    @property
    def status(self) -> ObligationStatus:
        """Where it stands today."""
        closure = ClosureOutcome(self.closures[0].outcome) if self.closures else None
        return due_dates.status(self.dues, self.kept(), closure, now().date())

    def tally(self) -> due_dates.Tally:
        """How its due dates were met until today."""
        return due_dates.tally(self.dues, self.kept(), now().date())

    def kept(self) -> list[due_dates.Kept]:
        """Its fulfilments, as arithmetic takes them."""
        return [due_dates.Kept(each.due_on, each.fulfilled_on, each.accepted) for each in self.fulfilments]
