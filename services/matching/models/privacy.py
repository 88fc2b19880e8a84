"""Consents, the texts they were given to, and who saw what of whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit.db import Record, now
from services.matching.models import Base

__all__ = ["ConsentChange", "ConsentText", "access_log"]


class ConsentChange(Base):
    """A consent that was given, renewed or withdrawn. Never changed; what is in force stands in the candidate's record
    (`services/matching/receipts.py`). `proposal_id` is set where it concerns the identity shown for one proposal."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    action: Mapped[str]
    scopes: Mapped[list[str]]
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    text_version: Mapped[str | None]
    text_language: Mapped[str | None]
    text_sha256: Mapped[str | None]
    proposal_id: Mapped[UUID | None]
    limits: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by: Mapped[str]


class ConsentText(Record, Base):
    """A version of the text that an organisation's candidates agree to. `hashes` is SHA-256 by language; a consent to
    it counts up to and including `counts_until`, None while it is the text in use."""

    __tablename__ = "consent_texts"

    organisation_id: Mapped[UUID]
    text_version: Mapped[str]
    hashes: Mapped[dict[str, Any]]
    uri: Mapped[str | None]
    counts_until: Mapped[date | None]


# Written by one statement a request and read by number: a table without objects.
access_log = Table(
    "access_log",
    MetaData(),
    Column("number", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("by_organisation", Uuid),
    Column("by_client", Text),
    Column("roles", ARRAY(Text)),
    Column("operation", Text),
    Column("purpose", Text),
    Column("seen", Text),
    Column("candidate_ids", ARRAY(Uuid)),
    Column("request_id", Text),
)
