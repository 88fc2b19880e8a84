"""Plans that somebody decided to follow."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.matching.models import Base


class KeptPlan(Record, Base):
    """One a candidate and vacancy, never shared. `chosen` is the alternative as it was answered when it was chosen;
    `worker_may_pay_eur` the limit it was computed with."""

    __tablename__ = "plans"

    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    vacancy_id: Mapped[UUID]
    worker_may_pay_eur: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    chosen: Mapped[dict[str, Any]]
