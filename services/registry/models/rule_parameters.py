"""The numbers that a partnership's rules compare with."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models import Base
from services.registry.models.membership import PartyRecord, kept

REFERENCE = "2026-1"  # the edition of the defaults
STALE_DAYS = 60


class RuleParameters(PartyRecord, Base):
    """One per partnership, frozen when it is signed. `organisation_id` is the lead that set them."""

    __tablename__ = "rule_parameters"

    edition: Mapped[str]
    active_days: Mapped[int]
    dependent_above_percent: Mapped[int]
    longest_training_hours: Mapped[int]
    least_actor_classes: Mapped[int]
    further_critical_items: Mapped[list[int]] = mapped_column(JSONB)
    stale_days: Mapped[int]


def reference(partnership_id: UUID) -> RuleParameters:
    """The defaults, unsaved. 4,800 hours are three years of 1,600: "months to a few years"."""
    return RuleParameters(
        partnership_id=partnership_id,
        edition=REFERENCE,
        active_days=90,
        dependent_above_percent=50,
        longest_training_hours=4_800,
        least_actor_classes=3,
        further_critical_items=[],
        stale_days=STALE_DAYS,
    )


async def parameters_of(session: AsyncSession, partnership_id: UUID) -> RuleParameters:
    """What the partnership's rules go by: what its lead set, or the defaults."""
    return await session.scalar(kept(RuleParameters, partnership_id)) or reference(partnership_id)
