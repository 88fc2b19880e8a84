"""Tables of reporting. All of it follows from the two feeds: it can be dropped and rebuilt from position 0."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.kit.db import NAMING, TYPES


class Base(DeclarativeBase):
    """Reporting's own metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class Fact(Base):
    """One event of matching, with the dimensions and measures that indicators use; never changed but to forget.

    `subject_id` is the placement, enrolment, proposal or candidate that the event tells of. `organisation_id` owns
    the facts that belong to no partnership; all others are seen by the parties of `partnership_id` (`shares`), which
    the registry's feed may bring later than matching's brings the fact.
    """

    __tablename__ = "facts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    feed: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    partnership_id: Mapped[UUID | None]
    period: Mapped[date]
    corridor: Mapped[str | None]
    track: Mapped[str | None]
    status: Mapped[str | None]
    reason: Mapped[str | None]
    sex: Mapped[str | None]
    age_band: Mapped[str | None]
    persona: Mapped[str | None]
    country: Mapped[str | None]
    isco08: Mapped[str | None]
    hourly_earnings: Mapped[Decimal | None]
    earnings_currency: Mapped[str | None]
    weekly_hours: Mapped[int | None]
    net_monthly_earnings: Mapped[Decimal | None]
    recruitment_costs: Mapped[Decimal | None]
    net_currency: Mapped[str | None]


class Partnership(Base):
    """Copy of a partnership as the registry last told it."""

    __tablename__ = "partnerships"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    code: Mapped[str]
    title: Mapped[dict[str, str]]
    status: Mapped[str]
    corridors: Mapped[list[dict[str, Any]]]
    parties: Mapped[list[dict[str, Any]]]


class Organisation(Base):
    """Copy of an organisation's public entry."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[dict[str, str]]
    type: Mapped[str]
    sector: Mapped[str]
    country: Mapped[str]
