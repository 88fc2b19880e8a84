"""Organisations that take people in for a stay: entrepreneurs, experts, apprentices."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import HostChanged
from services.kit.db import Record
from services.registry.models import Base


class Host(Record, Base):
    """What a host offers, and for how many. It writes it; the parties of the partnerships it is offered to read it."""

    __tablename__ = "hosts"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    external_id: Mapped[str]
    title: Mapped[dict[str, str]]
    country: Mapped[str]
    region: Mapped[str | None]
    capacity_days: Mapped[int]
    places: Mapped[int]
    sectors: Mapped[list[str]]
    services: Mapped[list[str]]
    personas: Mapped[list[str]]
    languages: Mapped[list[str]]
    mentors: Mapped[list[dict[str, Any]]]
    stay_days_min: Mapped[int]
    stay_days_max: Mapped[int]
    diaspora_firm: Mapped[bool]
    cooperation_sought: Mapped[list[str]]
    availability: Mapped[list[dict[str, Any]]]
    open: Mapped[bool]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    def event(self) -> HostChanged:
        """The whole state, for the feed."""
        return HostChanged.model_validate(self, from_attributes=True)
