"""Places in training sessions."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.kit.db import Record
from services.matching.models import Base


class Enrolment(Record, Base):
    """Owned by the candidate's organisation, shared with the training provider."""

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
    status_date: Mapped[date]
    reason: Mapped[str | None]
