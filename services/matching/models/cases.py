"""What enrolments, proposals and placements have in common: the steps of their lives, how they closed, and whether
that was contested."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import Record, now
from services.matching.models import Base


class CaseStep(Base):
    """One move of a case: who, when, why. Owned by the candidate's organisation; the database refuses to change it.

    `shared_case_id` is the case for those who share it, and NULL for a step that stays inside the candidate's
    organisation. `decided_by` names a person as their organisation calls them, `by_client` the API client.
    """

    __tablename__ = "case_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    case_id: Mapped[UUID]
    shared_case_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    took_place_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    by_organisation: Mapped[UUID]
    by_client: Mapped[str]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
    override_reason: Mapped[str | None]
    evidence: Mapped[str | None]
    comment: Mapped[str | None]
    next_steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


class Closing(Record, Base):
    """A case that closed, for the candidate's organisation alone, which tells the person. Its id is the step's.

    `confirmed_at` is when a person there released it for the candidate; `tell_by` is the hour by which they should.
    """

    __tablename__ = "closings"

    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    case_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    status: Mapped[str]
    reason: Mapped[str]
    next_steps: Mapped[list[dict[str, Any]]]
    closed_at: Mapped[datetime]
    closed_by: Mapped[UUID]
    decided_by: Mapped[str | None]
    tell_by: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]


class Contestation(Record, Base):
    """The candidate's organisation asks for a second look at a closing; whoever closed the case answers.

    Owned by the candidate's organisation, shared with whom the case is shared.
    """

    __tablename__ = "contestations"

    organisation_id: Mapped[UUID]
    closing_id: Mapped[UUID]
    kind: Mapped[str]
    case_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    answerer_id: Mapped[UUID]
    decided_by: Mapped[str | None]
    grounds: Mapped[str]
    status: Mapped[str]
    contested_at: Mapped[datetime]
    answer_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
