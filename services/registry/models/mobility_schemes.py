"""Mobility schemes: who may go, for how long, how often, and by what right they come back."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class MobilityScheme(PartyRecord, Base):
    """A scheme inside a partnership, resting on what both sides decided."""

    __tablename__ = "mobility_schemes"

    title: Mapped[dict[str, str]]
    persona: Mapped[str]
    duration_days_min: Mapped[int]
    duration_days_max: Mapped[int]
    circular: Mapped[bool]
    stays_per_person: Mapped[int]
    multi_entry: Mapped[bool]
    re_entry_right: Mapped[str | None]
    post_return_status: Mapped[str | None]
    quota: Mapped[int]
    pathway: Mapped[str | None]
    rests_on: Mapped[dict[str, Any]]
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    phases: Mapped[list[str]]
