"""Places in training sessions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.kit.db import Record
from services.matching.models import Base


class Enrolment(Record, Base):
    """Owned by the candidate's organisation, shared with the training provider.

    `told_status` is the last status that the person may be told, `waiting_since` when they joined the waiting list.
    """

    __tablename__ = "enrolments"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    session_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    provider_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    track: Mapped[str]
    corridor: Mapped[str]
    status: Mapped[str]
    told_status: Mapped[str | None]
    waiting_since: Mapped[datetime | None]
    status_date: Mapped[date]
    reason: Mapped[str | None]
