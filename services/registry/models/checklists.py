"""Answers to the checklist of a partnership, and what both sides let pass."""

from sqlalchemy.orm import Mapped

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class ChecklistEntry(PartyRecord, Base):
    """The answer to one item, one per partnership and item. `organisation_id` gave it last: leads of either side
    correct each other's, and the history tells who said what."""

    __tablename__ = "checklist_entries"

    item: Mapped[int]
    answer: Mapped[str]
    side: Mapped[str | None]
    evidence: Mapped[str | None]


class ChecklistWaiver(PartyRecord, Base):
    """One side lets a critical item pass, and says why; it counts when the other side does so as well."""

    __tablename__ = "checklist_waivers"

    item: Mapped[int]
    side: Mapped[str]
    reason: Mapped[str]
