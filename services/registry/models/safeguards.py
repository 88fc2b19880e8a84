"""Safeguards against draining an origin of the people it needs, and the second key that loosens one."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import SafeguardChanged
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Safeguard(PartyRecord, Base):
    """How far a partnership may recruit in an ISCO-08 minor group (three digits) of an origin. The origin owns it."""

    __tablename__ = "safeguards"

    origin: Mapped[str]
    isco08_minor: Mapped[str]
    origin_status: Mapped[str]
    list_flag: Mapped[bool]
    default_mode: Mapped[str]
    mode: Mapped[str]
    ratio: Mapped[float | None]
    away_cap: Mapped[int | None]
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    reason: Mapped[str]

    def event(self) -> SafeguardChanged:
        """The whole state, for the feed."""
        return SafeguardChanged.model_validate(self, from_attributes=True)


class SafeguardConsent(PartyRecord, Base):
    """The destination's key: it consents to a looser mode and names the agreement that compensates the origin."""

    __tablename__ = "safeguard_consents"

    safeguard_id: Mapped[UUID] = mapped_column(ForeignKey("safeguards.id"))
    mode: Mapped[str]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"))
    reason: Mapped[str]
