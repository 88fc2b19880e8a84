"""What partners have confirmed their own words to mean."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record
from services.registry.models import Base


class TaxonomyMapping(Record, Base):
    """An organisation's own word for a concept, confirmed while `taxonomy_version` was in force.

    `folded` is `text` as it is compared: without case, accents and punctuation.
    """

    __tablename__ = "taxonomy_mappings"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[str]
    folded: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    uri: Mapped[str]
    taxonomy_version: Mapped[str]
