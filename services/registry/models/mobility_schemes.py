"""Mobility schemes: who may go, for how long, how often, and by what right they come back."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.registry import MobilitySchemeChanged
from services.contracts.vocabulary import PartySide
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class MobilitySchemeApproval(PartyRecord, Base):
    """The word of one side that it wants the scheme; of what the scheme is changed to, it must be given again."""

    __tablename__ = "mobility_scheme_approvals"

    scheme_id: Mapped[UUID] = mapped_column(ForeignKey("mobility_schemes.id"))
    side: Mapped[str]
    edition: Mapped[int]
    approved_on: Mapped[date]


class MobilityScheme(PartyRecord, Base):
    """A scheme inside a partnership, resting on what both sides decided."""

    __tablename__ = "mobility_schemes"

    # Grows when the scheme itself changes; an approval is of one edition.
    edition: Mapped[int] = mapped_column(default=1)
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
    approvals: Mapped[list[MobilitySchemeApproval]] = relationship(
        lazy="selectin", order_by=MobilitySchemeApproval.id, viewonly=True
    )

    @property
    def approved_by(self) -> list[PartySide]:
        """The sides that approved the scheme as it stands."""
        given = {each.side for each in self.approvals if each.edition == self.edition}
        return [side for side in PartySide if side in given]

    @property
    def approved(self) -> bool:
        """Whether origin and destination both want it as it stands (S-49)."""
        return {PartySide.ORIGIN, PartySide.DESTINATION} <= set(self.approved_by)

    def event(self) -> MobilitySchemeChanged:
        """The whole state, for the feed."""
        return MobilitySchemeChanged.model_validate(self, from_attributes=True)
