"""Vacancies, at destination and at home alike."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import VacancyChanged
from services.kit.db import Record, now
from services.registry.models import Base


class Vacancy(Record, Base):
    """A job with its places. Its employer writes it; the parties of the partnerships it is offered to read it."""

    __tablename__ = "vacancies"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # Who published it in the employer's name, by a mandate.
    published_by: Mapped[UUID | None]
    external_id: Mapped[str]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    country: Mapped[str]
    location: Mapped[str | None]
    isco08: Mapped[str]
    esco_uri: Mapped[str | None]
    skills: Mapped[list[dict[str, Any]]]
    languages: Mapped[list[dict[str, Any]]]
    minimum_eqf: Mapped[int | None]
    equivalent_experience: Mapped[bool]
    minimum_experience_months: Mapped[int | None]
    regulated: Mapped[bool]
    gross_monthly_wage: Mapped[dict[str, Any]]
    net_monthly_wage_estimate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    wage_floor: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    weekly_hours: Mapped[int]
    contract_type: Mapped[str]
    contract_months: Mapped[int | None]
    places: Mapped[int]
    start_from: Mapped[date]
    start_to: Mapped[date]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    sector: Mapped[str | None]
    # What the employer stated, and what holds: the statement, or the share computed from ESCO.
    green_share_stated: Mapped[float | None]
    green_share: Mapped[float | None]
    green_share_source: Mapped[str | None]
    job_effect: Mapped[str | None]
    housing_offered: Mapped[bool]
    relocation_support: Mapped[bool]
    pathway: Mapped[str | None]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    status: Mapped[str]
    status_reason: Mapped[str | None]
    confirmed_at: Mapped[datetime] = mapped_column(default=lambda: now())

    @property
    def on_behalf_of(self) -> UUID | None:
        """The employer, where another organisation published it."""
        return self.organisation_id if self.published_by else None

    def event(self) -> VacancyChanged:
        """The whole state, for the feed."""
        return VacancyChanged.model_validate(self, from_attributes=True)
