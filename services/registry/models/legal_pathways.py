"""Regular ways for a person to move and work."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.registry import LegalPathwayChanged
from services.kit.db import Record
from services.registry.models import Base


class LegalPathway(Record, Base):
    """A permit or visa of a destination, under the `key` that corridors name. Public; its organisation writes it."""

    __tablename__ = "legal_pathways"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    title: Mapped[dict[str, str]]
    origins: Mapped[list[str]]
    destination: Mapped[str]
    permit_type: Mapped[str]
    legal_reference: Mapped[str]
    personas: Mapped[list[str]]
    family_rights: Mapped[str]
    max_stay_months: Mapped[int | None]
    renewable: Mapped[bool]
    employer_change_right: Mapped[str]
    path_to_residence: Mapped[bool]
    processing_days: Mapped[int | None]
    fee: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fee_payer: Mapped[str | None]
    labour_market_test: Mapped[bool]
    quota_per_year: Mapped[int | None]
    multi_entry: Mapped[bool]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    occupations: Mapped[list[str]]
    contract_types: Mapped[list[str]]
    minimum_wage: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source_uri: Mapped[str | None]

    def valid_on(self, day: date) -> bool:
        """Whether it is open on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def event(self) -> LegalPathwayChanged:
        """The whole state, for the feed."""
        return LegalPathwayChanged.model_validate(self, from_attributes=True)
