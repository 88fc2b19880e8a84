"""Runs that place a whole cohort at once, and what each person was given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import Record
from services.matching.models import Base


class AllocationRun(Record, Base):
    """Owned by the organisation whose candidates it places, never shared.

    `asked` is what was asked for, without people. `input` is the canonical JSON of what the run computes from, beside
    the rows of its people; `summary` that of what came out for all together. The hashes are over these and over the
    rows of all people in order of `place`. `lease_until` is how long `worker` holds the run without another word.
    """

    __tablename__ = "allocations"

    organisation_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    status: Mapped[str]
    asked: Mapped[dict[str, Any]]
    people: Mapped[int]
    stage: Mapped[str]
    percent: Mapped[int] = mapped_column(default=0)
    seconds_left: Mapped[int | None]
    cancelling: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    computed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    input: Mapped[str | None]
    input_sha256: Mapped[str | None]
    summary: Mapped[str | None]
    result_sha256: Mapped[str | None]
    committed_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class AllocationPerson(Base):
    """A person of a run. `declared` is what was said of them with the run: their own ranking, the groups they declared.
    `place` is their place in the order of the lottery; `input` and `result` are canonical JSON; `version` is that of
    the person's record when it was read; `made_id` the proposal or enrolment that the commitment made or moved."""

    __tablename__ = "allocation_people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    allocation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    declared: Mapped[dict[str, Any]]
    place: Mapped[int | None]
    version: Mapped[int | None]
    input: Mapped[str | None]
    result: Mapped[str | None]
    made_id: Mapped[UUID | None]
