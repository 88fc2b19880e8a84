"""What a partnership is to achieve, what it achieved, and what is paid for it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class ResultTarget(PartyRecord, Base):
    """A result that one of the four parties expects, with the number that shows it."""

    __tablename__ = "result_targets"

    party: Mapped[str]
    indicator_code: Mapped[str]
    outcome_family: Mapped[str]
    track: Mapped[str | None]
    year: Mapped[int | None]
    baseline: Mapped[float | None]
    target: Mapped[float]
    unit: Mapped[str]
    due_on: Mapped[date]
    sex: Mapped[str | None]
    age_band: Mapped[str | None]
    hypothesis: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))


class Achievement(PartyRecord, Base):
    """The value of a target's indicator on a day, as a party reports it; never changed: a later one replaces it."""

    __tablename__ = "achievements"

    result_target_id: Mapped[UUID] = mapped_column(ForeignKey("result_targets.id"))
    value: Mapped[float]
    on: Mapped[date]
    source: Mapped[str]
    document_id: Mapped[UUID | None]


class Milestone(PartyRecord, Base):
    """A payment for a result. `organisation_id` pays; what it pays is fixed once it is RELEASED."""

    __tablename__ = "milestones"

    title: Mapped[dict[str, str]]
    payee_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    amount: Mapped[dict[str, Any]]
    condition: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    result_target_id: Mapped[UUID | None] = mapped_column(ForeignKey("result_targets.id"))
    threshold: Mapped[float | None]
    due_on: Mapped[date]
    status: Mapped[str]
    released_at: Mapped[datetime | None]


class MilestoneVerification(PartyRecord, Base):
    """What a party other than the payee found; it counts for the `milestone_version` that it looked at."""

    __tablename__ = "milestone_verifications"

    milestone_id: Mapped[UUID] = mapped_column(ForeignKey("milestones.id"))
    milestone_version: Mapped[int]
    reached: Mapped[bool]
    evidence: Mapped[str]
    document_id: Mapped[UUID | None]
    uri: Mapped[str | None]
    on: Mapped[date]
