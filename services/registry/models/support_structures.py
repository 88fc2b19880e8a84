"""The structures around the parties, and what was done to strengthen them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class SupportStructure(PartyRecord, Base):
    """A chamber, incubator, training centre or the like in the ecosystem of one of the four parties."""

    __tablename__ = "support_structures"

    name: Mapped[dict[str, str]]
    kind: Mapped[str]
    party: Mapped[str]
    country: Mapped[str]
    location: Mapped[str | None]
    linked_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))


class CapacityAction(PartyRecord, Base):
    """Equipment, a curriculum, trainers trained, licences: what a structure was given."""

    __tablename__ = "capacity_actions"

    support_structure_id: Mapped[UUID] = mapped_column(ForeignKey("support_structures.id"))
    kind: Mapped[str]
    description: Mapped[dict[str, str]]
    quantity: Mapped[int]
    places_added_per_year: Mapped[int]
    cost: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    done_on: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))
