"""Organisations and the API clients that act for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.registry.models import Base


class Organisation(Record, Base):
    """A partner. Its entry is public to every authenticated client. `verification` is where operations looked it up,
    as {"register", "reference", "checked_on", "valid_to"}; `verification_asked` is false for those who were registered
    before anybody asked for it."""

    __tablename__ = "organisations"

    code: Mapped[str]
    name: Mapped[dict[str, str]]
    type: Mapped[str]
    sector: Mapped[str]
    country: Mapped[str]
    member_of: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    website: Mapped[str | None]
    acronym: Mapped[str | None]
    languages: Mapped[list[str]]
    isic_sectors: Mapped[list[str]]
    identifiers: Mapped[list[dict[str, Any]]]
    verification: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    verification_asked: Mapped[bool] = mapped_column(default=True)


class ApiClient(Record, Base):
    """Who may ask for tokens. Without an organisation it acts for the house."""

    __tablename__ = "api_clients"

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    client_id: Mapped[str]
    secret_hash: Mapped[bytes]
    name: Mapped[str]
    roles: Mapped[list[str]]
    revoked_at: Mapped[datetime | None]
