"""What shows that a partnership works or does not, what was learned in it, and what may go wrong."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class EvidenceItem(PartyRecord, Base):
    """Something that supports a claim or counts against it. Public with a public lesson that names it."""

    __tablename__ = "evidence_items"

    claim: Mapped[dict[str, str]]
    supports: Mapped[bool]
    method: Mapped[str]
    source: Mapped[str]
    strength: Mapped[str]
    counterfactual: Mapped[bool]
    causal_claim: Mapped[str]
    indicator_code: Mapped[str | None]
    document_id: Mapped[UUID | None]
    uri: Mapped[str | None]


class Lesson(PartyRecord, Base):
    """What was learned. `model` is the partnership's when it was written down; `public` ones are the practice
    library."""

    __tablename__ = "lessons"

    type: Mapped[str]
    maturity: Mapped[str | None]
    text: Mapped[dict[str, str]]
    model: Mapped[str]
    corridor: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sector: Mapped[str | None]
    evidence_item_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    replicable_to: Mapped[list[dict[str, Any]]]
    public: Mapped[bool]


class Risk(PartyRecord, Base):
    """What may go wrong, who minds it, and what is done against it."""

    __tablename__ = "risks"

    type: Mapped[str]
    description: Mapped[dict[str, str]]
    likelihood: Mapped[int]
    impact: Mapped[int]
    mitigation: Mapped[dict[str, str]]
    owner_organisation_id: Mapped[UUID]
    status: Mapped[str]

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact
