"""What the four parties gained, as it was assessed, and what sides state because no other record has it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import now
from services.matching.models import Base


class FourfoldAssessment(Base):
    """The win of one proposal, placement or partnership (`subject`) at one moment; never changed, except that erasure
    empties what speaks of the person: candidate, inputs, result and their SHA-256.

    `candidate` to `origin` are the scores of the parties, None where nothing is known; `assessed_by` is None where a
    rule assessed it. `inputs` and `result` are JSON.
    """

    __tablename__ = "fourfold_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    candidate_id: Mapped[UUID | None]
    partnership_id: Mapped[UUID]
    moment: Mapped[str]
    assessed_at: Mapped[datetime] = mapped_column(default=now)
    assessed_by: Mapped[UUID | None]
    assessed_by_client: Mapped[str]
    method_version: Mapped[str]
    parameters_version: Mapped[str]
    verdict: Mapped[str]
    candidate: Mapped[float | None]
    employer: Mapped[float | None]
    destination: Mapped[float | None]
    origin: Mapped[float | None]
    inputs: Mapped[str | None]
    inputs_hash: Mapped[str | None]
    result: Mapped[str | None]
    result_hash: Mapped[str | None]


class FourfoldStatement(Base):
    """An input that a side of a placement states, and the other confirms. `shared_placement_id` is NULL for what is
    kept from the employer; the last statement of a name counts."""

    __tablename__ = "fourfold_statements"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    shared_placement_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    name: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[str]
    source: Mapped[str]
    stated_at: Mapped[datetime] = mapped_column(default=now)
    stated_by: Mapped[UUID]
    stated_by_client: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
