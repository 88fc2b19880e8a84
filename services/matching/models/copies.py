"""Local copies of what the registry publishes; dropped and rebuilt from its feed, never edited here."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.matching.models import Base


class Organisation(Base):
    """Names, for people to read; `type` tells who speaks for employers."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[dict[str, str]]
    country: Mapped[str]
    type: Mapped[str]


class Partnership(Base):
    """`data` is the last PartnershipChanged event."""

    __tablename__ = "partnerships"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    status: Mapped[str]
    data: Mapped[dict[str, Any]]


class Opening(Base):
    """A vacancy; `data` is the last VacancyChanged event."""

    __tablename__ = "openings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    status: Mapped[str]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data: Mapped[dict[str, Any]]


class Programme(Base):
    """A training programme; `data` is the last ProgrammeChanged event."""

    __tablename__ = "programmes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data: Mapped[dict[str, Any]]


class TrainingSession(Base):
    """A dated run of a programme. It may arrive before its programme and is offered once that is here."""

    __tablename__ = "training_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    seats: Mapped[int]


class MobilityRule(Base):
    """A safeguard, joint decision or legal pathway; `data` is its last event."""

    __tablename__ = "mobility_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]


class Host(Base):
    """An organisation that takes people in for a stay; `data` is the last HostChanged event."""

    __tablename__ = "hosts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data: Mapped[dict[str, Any]]


class MobilityScheme(Base):
    """Who may go within a partnership, for how long and how often; `data` is the last MobilitySchemeChanged event."""

    __tablename__ = "mobility_schemes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data: Mapped[dict[str, Any]]


class DiasporaEngagement(Base):
    """What a diaspora organisation offers; `data` is the last DiasporaEngagementChanged event."""

    __tablename__ = "diaspora_engagements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    partnership_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    data: Mapped[dict[str, Any]]


class PartnershipCosts(Base):
    """What a partnership planned and spent; `data` is the last PartnershipCostsChanged event, the id the
    partnership's."""

    __tablename__ = "partnership_costs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]
