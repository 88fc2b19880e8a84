"""Invitations to take part in a partnership."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.vocabulary import InvitationStatus
from services.kit.db import now
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Invitation(PartyRecord, Base):
    """`organisation_id` invites `invited_id`, which may not yet read the partnership: hence its code and title here."""

    __tablename__ = "invitations"

    partnership_code: Mapped[str]
    partnership_title: Mapped[dict[str, str]]
    invited_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    side: Mapped[str]
    roles: Mapped[list[str]]
    message: Mapped[str | None]
    answer: Mapped[str | None]
    answer_reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    expires_on: Mapped[date]

    @property
    def status(self) -> InvitationStatus:
        """What became of it; nobody has to write down that it expired."""
        if self.answer is not None:
            return InvitationStatus(self.answer)
        return InvitationStatus.EXPIRED if self.expires_on < now().date() else InvitationStatus.PENDING
