"""What each of the four parties needs of a partnership."""

from sqlalchemy.orm import Mapped

from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Need(PartyRecord, Base):
    """A need of one of the four parties (S-34, S-62). `organisation_id` wrote it down, for itself or for others."""

    __tablename__ = "needs"

    party: Mapped[str]
    side: Mapped[str]
    kind: Mapped[str]
    persona: Mapped[str]
    isco08: Mapped[str | None]
    skill: Mapped[str | None]
    sector: Mapped[str | None]
    quantity: Mapped[int]
    urgency: Mapped[str]
    statement: Mapped[dict[str, str]]
    evidence: Mapped[str | None]
