"""Cooperation programmes and their components, which partnerships are part of (S-66)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.registry.models import Base


class CooperationProgramme(Record, Base):
    """A programme, or a component of the one that `parent_id` names. Public to every authenticated client."""

    __tablename__ = "cooperation_programmes"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    title: Mapped[dict[str, str]]
    acronym: Mapped[str | None]
    summary: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("cooperation_programmes.id"))
    successor_of: Mapped[UUID | None] = mapped_column(ForeignKey("cooperation_programmes.id"))
    origins: Mapped[list[str]]
    destinations: Mapped[list[str]]
    objectives: Mapped[list[dict[str, Any]]]
    funders: Mapped[list[dict[str, Any]]]
    implementers: Mapped[list[dict[str, Any]]]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    website: Mapped[str | None]


def with_components(programme_id: UUID) -> Select[Any]:
    """The ids of a programme, its components, theirs, and so on."""
    tree = select(CooperationProgramme.id).where(CooperationProgramme.id == programme_id).cte(recursive=True)
    tree = tree.union(select(CooperationProgramme.id).where(CooperationProgramme.parent_id == tree.c.id))
    return select(tree.c.id)
