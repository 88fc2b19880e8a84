"""Training programmes and their sessions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import ProgrammeChanged, SessionChanged
from services.kit.db import Record
from services.registry.models import Base


class Programme(Record, Base):
    """A course. Its provider writes it; the parties of the partnerships it is offered to read it."""

    __tablename__ = "programmes"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    external_id: Mapped[str]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    type: Mapped[str]
    country: Mapped[str]
    location: Mapped[str | None]
    delivery_mode: Mapped[str]
    hours: Mapped[int]
    eqf: Mapped[int | None]
    isco08: Mapped[list[str]]
    skills: Mapped[list[dict[str, Any]]]
    prerequisites: Mapped[list[str]]
    language: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cost_per_trainee: Mapped[dict[str, Any]]
    trainee_pays: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    accredited: Mapped[bool]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    def event(self) -> ProgrammeChanged:
        """The whole state, for the feed."""
        state = {name: getattr(self, name, None) for name in ProgrammeChanged.model_fields}
        return ProgrammeChanged.model_validate(state | {"programme_type": self.type})


class TrainingSession(Record, Base):
    """One run of a programme; whoever reads the programme reads it."""

    __tablename__ = "programme_sessions"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    organisation_id: Mapped[UUID]
    external_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    seats: Mapped[int]

    def event(self) -> SessionChanged:
        """The whole state, for the feed."""
        return SessionChanged.model_validate(self, from_attributes=True)
