"""What may suspend a partnership."""

from datetime import date

from sqlalchemy.orm import Mapped

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Incident(PartyRecord, Base):
    """A hard guard that tripped or a forced-labour indicator, as one party reported it."""

    __tablename__ = "incidents"

    kind: Mapped[str]
    guard: Mapped[str | None]
    confirmed: Mapped[bool]
    occurred_on: Mapped[date]
    reference: Mapped[str]


class SuspensionRule(PartyRecord, Base):
    """From how many incidents on suspension is proposed; one per partnership, frozen by its first incident."""

    __tablename__ = "suspension_rules"

    guard_trips: Mapped[int]
    forced_labour_indicators: Mapped[int]
