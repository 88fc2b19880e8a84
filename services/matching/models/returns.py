"""Recognition dossiers, returns, and money sent home."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.kit.db import Record
from services.matching.models import Base


class Dossier(Record, Base):
    """One qualification of one person before one authority. Owned by the candidate's organisation, shared with the
    authority. A comparability statement ({nqf, eqf, issued_on, reference}) is no licence and stands apart."""

    __tablename__ = "recognition_dossiers"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    qualification: Mapped[str]
    isco08: Mapped[str]
    country: Mapped[str]
    status: Mapped[str]
    submitted_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    measures: Mapped[list[dict[str, Any]]]
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    next_step: Mapped[str | None]
    comparability: Mapped[dict[str, Any] | None]


class Return(Record, Base):
    """The way back of one person from one placement; for the candidate's organisation alone."""

    __tablename__ = "returns"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    status: Mapped[str]
    planned_on: Mapped[date]
    services: Mapped[list[dict[str, Any]]]
    returned_on: Mapped[date | None]
    certificate: Mapped[str | None]
    skills_gained: Mapped[list[dict[str, Any]]]
    follow_up: Mapped[dict[str, Any] | None]


class Remittance(Record, Base):
    """Money sent home, told with the person's consent."""

    __tablename__ = "remittances"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    partnership_id: Mapped[UUID]
    sent_on: Mapped[date]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    fee: Mapped[Decimal]
