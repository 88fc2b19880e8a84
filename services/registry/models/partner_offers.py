"""What organisations offer to, and look for in, future partners."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.registry.models import Base


class PartnerOffer(Record, Base):
    """A role that is offered or looked for. Public among partners; `organisation_id` writes it."""

    __tablename__ = "partner_offers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    external_id: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    origin: Mapped[str | None]
    destination: Mapped[str | None]
    sector: Mapped[str | None]
    model: Mapped[str | None]
    capacity: Mapped[int | None]
    languages: Mapped[list[str]]
    description: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    valid_to: Mapped[date]


class PartnerOfferAnswer(Record, Base):
    """An answer to an offer; the organisation that gave it and the one that was answered read and write it."""

    __tablename__ = "partner_offer_answers"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("partner_offers.id"))
    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    with_offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("partner_offers.id"))
    message: Mapped[str]
    partnership_id: Mapped[UUID | None] = mapped_column(ForeignKey("partnerships.id"))
