"""Training programmes and their sessions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Uuid, and_, or_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.registry import ProgrammeChanged, SessionChanged
from services.contracts.vocabulary import AccreditationBasis
from services.kit.db import Record, now
from services.registry.models import Base


class Accreditation(Record, Base):
    """An authority's accreditation of a programme; `organisation_id` is the authority, which alone writes it."""

    __tablename__ = "accreditations"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    provider_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]

    def valid_on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.valid_from <= day <= self.valid_to


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
    national_level: Mapped[str | None]
    curriculum_owner: Mapped[str | None]
    isco08: Mapped[list[str]]
    skills: Mapped[list[dict[str, Any]]]
    prerequisites: Mapped[list[str]]
    language: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cost_per_trainee: Mapped[dict[str, Any]]
    trainee_pays: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    certificate: Mapped[str | None]
    # The provider's own word; what authorities put on record counts beside it.
    accredited_stated: Mapped[bool] = mapped_column("accredited")
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    accreditations: Mapped[list[Accreditation]] = relationship(lazy="selectin", order_by=Accreditation.id)

    @property
    def accreditation(self) -> AccreditationBasis:
        """What its accreditation rests on today."""
        if any(each.valid_on(now().date()) for each in self.accreditations):
            return AccreditationBasis.RECORDED
        return AccreditationBasis.STATED if self.accredited_stated else AccreditationBasis.NONE

    @hybrid_property
    def accredited(self) -> bool:
        """Whether it counts as accredited, by an authority's record or by the provider's word."""
        return self.accreditation is not AccreditationBasis.NONE

    @accredited.inplace.expression
    @classmethod
    def _accredited(cls) -> ColumnElement[bool]:
        today = now().date()
        recorded = cls.accreditations.any(and_(Accreditation.valid_from <= today, Accreditation.valid_to >= today))
        return or_(cls.accredited_stated, recorded)

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
