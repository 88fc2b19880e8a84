"""What follows a job: the ledger, guard-rail cases, check-ins and grievances.

All are owned by the candidate's organisation, which speaks for the worker. What the employer may read is shared by the
placement's id in `shared_placement_id`; NULL is kept from the employer.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import Record, now
from services.matching.models import Base


class LedgerEntry(Base):
    """A payment. Never changed but for its confirmation; `corrects` names the entry that this one takes back whole.

    `recorded_by` is the organisation whose fact it is; `confirmed_by` the other side's, once it has agreed.
    """

    __tablename__ = "ledger_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    shared_placement_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    kind: Mapped[str]
    cost_group: Mapped[str]
    phase: Mapped[str]
    payer: Mapped[str]
    payee: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    paid_on: Mapped[date]
    receipt: Mapped[str | None]
    receipt_sha256: Mapped[str | None]
    note: Mapped[str | None]
    reimburses: Mapped[UUID | None]
    corrects: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by: Mapped[UUID]
    recorded_by_client: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]


class GuardCase(Record, Base):
    """A guard rail that has tripped, or will when its clock ends on `trips_on`. `opened_by` is None for a rule.

    `keys` are {organisation_id, to, decided_by, reason, at}: two of them take away what blocks.
    """

    __tablename__ = "guard_cases"

    organisation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    shared_placement_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID]
    employer_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    corridor: Mapped[str]
    code: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str | None]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    trips_on: Mapped[date | None]
    ledger_entry_id: Mapped[UUID | None]
    keys: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    closed_at: Mapped[datetime | None]

    @property
    def kept_from_employer(self) -> bool:
        return self.shared_placement_id is None


class CheckIn(Record, Base):
    """What a worker said three, six or twelve months after the start; never shown to the employer."""

    __tablename__ = "check_ins"

    organisation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    month: Mapped[int]
    took_place_on: Mapped[date]
    asked_by: Mapped[str]
    answers: Mapped[dict[str, Any]]
    breaches: Mapped[list[str]]
    verified_by: Mapped[str | None]
    comment: Mapped[str | None]


class GrievanceToken(Base):
    """What lets a worker speak without a name: the hash of a token. Read by the house alone."""

    __tablename__ = "grievance_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    employer_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    token_sha256: Mapped[str]
    handlers: Mapped[list[str]]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Grievance(Record, Base):
    """A worker's complaint. Owned by its first handler, who is never the employer; shared with whom it goes to.

    `handlers` are organisations in the order of escalation, the first `level` + 1 of them have it. `subject_id` is the
    candidate, `subject_placement_id` the placement, NULL where the worker wants to stay unknown; what leads to the
    person then is `token_id`, which the house alone follows. `messages` are {at, by, text}.
    """

    __tablename__ = "grievances"

    organisation_id: Mapped[UUID]
    token_id: Mapped[UUID]
    subject_id: Mapped[UUID | None]
    subject_placement_id: Mapped[UUID | None]
    partnership_id: Mapped[UUID]
    categories: Mapped[list[str]]
    text: Mapped[str]
    language: Mapped[str]
    anonymous: Mapped[bool]
    retaliation: Mapped[bool]
    status: Mapped[str]
    handlers: Mapped[list[str]]
    level: Mapped[int]
    filed_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    resolve_by: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    next_step: Mapped[str | None]
    messages: Mapped[list[dict[str, Any]]]
    escalations: Mapped[list[dict[str, Any]]]
