"""Joint identification of shortages: rounds, what each side sent, what was computed, said, decided and observed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import JointDecisionChanged
from services.contracts.vocabulary import PartySide
from services.kit.db import now
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class ShortageRound(PartyRecord, Base):
    """One joint look at a corridor. `parameters` are frozen when it is opened."""

    __tablename__ = "shortage_rounds"

    origin: Mapped[str]
    destination: Mapped[str]
    isco08: Mapped[list[str]]
    sectors: Mapped[list[str]]
    period: Mapped[str]
    comment_days: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    status: Mapped[str]
    computed_at: Mapped[datetime | None]
    comments_until: Mapped[date | None]
    inputs_hash: Mapped[str | None]


class ShortageSignal(PartyRecord, Base):
    """A figure of one side; nobody but who sent it reads it."""

    __tablename__ = "shortage_signals"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("shortage_rounds.id"))
    side: Mapped[str]
    isco08: Mapped[str]
    signal: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    unit: Mapped[str]
    period: Mapped[str]
    source: Mapped[str]
    method: Mapped[str]
    causes: Mapped[list[str]]
    note: Mapped[str | None]


class ShortageIndex(PartyRecord, Base):
    """What was computed for one side and occupation: the index, never the figures behind it."""

    __tablename__ = "shortage_indices"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("shortage_rounds.id"))
    side: Mapped[str]
    area: Mapped[str]
    isco08: Mapped[str]
    si: Mapped[float | None]
    shortage_class: Mapped[str]
    s01: Mapped[float | None]
    coverage: Mapped[float]
    confidence: Mapped[str]
    level: Mapped[int]
    signals: Mapped[list[str]]
    families: Mapped[list[str]]
    causes: Mapped[list[str]]
    causes_stated: Mapped[bool]
    disagreements: Mapped[list[dict[str, Any]]]
    inputs_hash: Mapped[str]


class ShortageComment(PartyRecord, Base):
    """What employers, unions or training centres say to the computed indices."""

    __tablename__ = "shortage_comments"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("shortage_rounds.id"))
    isco08: Mapped[str | None]
    stance: Mapped[str]
    text: Mapped[str]


class JointDecision(PartyRecord, Base):
    """The class of an occupation in a corridor. `computed_class` is the matrix's; `corridor_class` is the one in force
    once both sides have signed."""

    __tablename__ = "joint_decisions"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("shortage_rounds.id"))
    origin: Mapped[str]
    destination: Mapped[str]
    isco08: Mapped[str]
    computed_class: Mapped[str]
    corridor_class: Mapped[str]
    track: Mapped[str]
    mode: Mapped[str]
    away_open: Mapped[bool]
    ratio: Mapped[float | None]
    quota_hint: Mapped[int | None]
    safeguards: Mapped[list[str]]
    reasons: Mapped[list[str]]
    warnings: Mapped[list[str]]
    status: Mapped[str]
    in_force_on: Mapped[date | None]
    expires_on: Mapped[date]
    inputs_hash: Mapped[str]

    @property
    def expired(self) -> bool:
        """Whether demand may have evolved since: it opens nothing any more."""
        return self.expires_on < now().date()


async def event_of(session: AsyncSession, decision: JointDecision) -> JointDecisionChanged:
    """The whole state of a decision with the indices that it rests on, for the feed. To be called for the house."""
    table = ShortageIndex
    query = select(table).where(table.round_id == decision.round_id, table.isco08 == decision.isco08)
    told = JointDecisionChanged.model_validate(decision, from_attributes=True)
    indices = {index.side: index for index in await session.scalars(query)}
    origin, destination = indices.get(PartySide.ORIGIN), indices.get(PartySide.DESTINATION)
    return told.model_copy(
        update={
            "origin_index": origin and origin.s01,
            "destination_index": destination and destination.s01,
            "origin_shortage_class": origin and origin.shortage_class,
            "destination_shortage_class": destination and destination.shortage_class,
        }
    )


class JointDecisionSignature(PartyRecord, Base):
    """The word of one side: it agrees, or dissents with a reason and a class of its own."""

    __tablename__ = "joint_decision_signatures"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("joint_decisions.id"))
    side: Mapped[str]
    agrees: Mapped[bool]
    proposed_class: Mapped[str | None]
    reason: Mapped[str | None]
    signed_on: Mapped[date]


class ShortageObservation(PartyRecord, Base):
    """What was seen at the origin after the decision, and the warnings that follow from it."""

    __tablename__ = "shortage_observations"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("joint_decisions.id"))
    observed_on: Mapped[date]
    origin_vacancy_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    incumbent_departures: Mapped[int | None]
    employed_stock: Mapped[int | None]
    source: Mapped[str]
    method: Mapped[str]
    warnings: Mapped[list[dict[str, Any]]]

    @property
    def pressure_percent(self) -> float | None:
        """Departures of incumbents in twelve months, percent of the employed stock; None when unknown."""
        if self.incumbent_departures is None or not self.employed_stock:
            return None
        return round(100 * self.incumbent_departures / self.employed_stock, 4)
