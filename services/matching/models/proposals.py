"""Proposals, their two answers, and the placements that follow."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import Record, now
from services.matching.models import Base


class Proposal(Record, Base):
    """Owned by the candidate's organisation; shared with the employer unless it is a prospect that nobody confirmed.

    `told_status` is the last status that the person may be told.
    """

    __tablename__ = "proposals"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    vacancy_id: Mapped[UUID]
    employer_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    track: Mapped[str]
    corridor: Mapped[str]
    status: Mapped[str]
    told_status: Mapped[str | None]
    score: Mapped[float | None]
    note: Mapped[str | None]
    placement_id: Mapped[UUID | None]


class ProposalAnswer(Base):
    """Owned by the side that gave it; never changed."""

    __tablename__ = "proposal_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    proposal_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    side: Mapped[str]
    decision: Mapped[str]
    reason: Mapped[str | None]
    comment: Mapped[str | None]
    share_identity: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(default=now)


class Placement(Record, Base):
    """Owned by the candidate's organisation, shared with the employer. Money is {"amount", "currency"}.

    `quota_year` is the calendar year whose corridor quota this placement uses.
    """

    __tablename__ = "placements"

    organisation_id: Mapped[UUID]
    proposal_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    vacancy_id: Mapped[UUID]
    employer_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    track: Mapped[str]
    corridor: Mapped[str]
    country: Mapped[str]
    isco08: Mapped[str]
    persona: Mapped[str]
    status: Mapped[str]
    told_status: Mapped[str | None]
    quota_year: Mapped[int]
    started_on: Mapped[date | None]
    gross_hourly_earnings: Mapped[dict[str, Any] | None]
    weekly_hours: Mapped[int | None]
    net_monthly_earnings: Mapped[dict[str, Any] | None]
    recruitment_costs_paid_by_worker: Mapped[dict[str, Any] | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None]
    comment: Mapped[str | None]
