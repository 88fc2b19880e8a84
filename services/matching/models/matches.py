"""Matches as they were answered, with all that they were computed from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import now
from services.matching.models import Base


class StoredMatch(Base):
    """One pair as it was explained; never changed, except that erasure empties what speaks of the person: candidate,
    inputs, result and their SHA-256. Owned by the candidate's organisation and shared with nobody."""

    __tablename__ = "stored_matches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID | None]
    vacancy_id: Mapped[UUID]
    proposal_id: Mapped[UUID | None]
    score: Mapped[float]
    profile_version: Mapped[str]
    taxonomy_version: Mapped[str]
    engine_version: Mapped[str]
    language: Mapped[str]
    inputs: Mapped[str | None]
    inputs_hash: Mapped[str | None]
    result: Mapped[str | None]
    result_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
