"""Demand for workers and needs for training, as employers and those who speak for them foresee it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class DemandForecast(PartyRecord, Base):
    """One line: an employer, an occupation, a time. `organisation_id` submitted it, by `mandate_id` if for another.

    The employer is registered (`employer_id`) or known by a key of the submitter's (`employer_key`), never both.
    """

    __tablename__ = "demand_forecasts"

    external_id: Mapped[str]
    kind: Mapped[str]
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    employer_key: Mapped[str | None]
    mandate_id: Mapped[UUID | None]
    isco08: Mapped[str]
    esco_uri: Mapped[str | None]
    skills: Mapped[list[dict[str, Any]]]
    country: Mapped[str]
    persons: Mapped[int]
    year: Mapped[int]
    quarter: Mapped[int | None]
    cause: Mapped[str | None]
    response_mix: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    justification: Mapped[str | None]
    # Shares among the ESCO skills named: green ones, and those of transversal or cross-sector reuse (S-33).
    green_share: Mapped[float | None]
    cross_disciplinary_share: Mapped[float | None]
