"""What diaspora organisations offer, what they gave, and who looked at them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.registry import DiasporaEngagementChanged
from services.contracts.vocabulary import VettingStatus
from services.kit.db import Record, now
from services.registry.models import Base


class DiasporaVetting(Record, Base):
    """Another party's word on an engagement; `organisation_id` gave it (absent: operations), `owner_id` offers the
    engagement and only reads this."""

    __tablename__ = "diaspora_vettings"

    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("diaspora_engagements.id"))
    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    verdict: Mapped[str]
    grounds: Mapped[str]
    valid_to: Mapped[date]


class DiasporaEngagement(Record, Base):
    """An offer of a diaspora organisation; the parties of the partnerships it is offered to read it."""

    __tablename__ = "diaspora_engagements"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    external_id: Mapped[str]
    type: Mapped[str]
    title: Mapped[dict[str, str]]
    residence: Mapped[str]
    origin: Mapped[str]
    languages: Mapped[list[str]]
    isco08: Mapped[list[str]]
    regions: Mapped[list[str]]
    hours_offered: Mapped[int]
    amount_offered: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    open: Mapped[bool]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    vettings: Mapped[list[DiasporaVetting]] = relationship(lazy="selectin", order_by=DiasporaVetting.id)

    @property
    def vetting(self) -> VettingStatus:
        """What the last vetting says, as long as it holds."""
        if not self.vettings:
            return VettingStatus.UNVETTED
        last = self.vettings[-1]
        return VettingStatus.EXPIRED if last.valid_to < now().date() else VettingStatus(last.verdict)

    @property
    def vetted_to(self) -> date | None:
        """The last day on which the last vetting holds."""
        return self.vettings[-1].valid_to if self.vettings else None

    def event(self) -> DiasporaEngagementChanged:
        """The whole state, for the feed."""
        state = {name: getattr(self, name, None) for name in DiasporaEngagementChanged.model_fields}
        return DiasporaEngagementChanged.model_validate(state | {"engagement_type": self.type})


class DiasporaDelivery(Record, Base):
    """Hours and money that were given under an engagement."""

    __tablename__ = "diaspora_deliveries"

    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("diaspora_engagements.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    amount: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rate_to_eur: Mapped[Decimal | None] = mapped_column(Numeric(24, 12))
    rate_source: Mapped[str | None]
    amount_eur: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    beneficiaries: Mapped[int]
    note: Mapped[str | None]
