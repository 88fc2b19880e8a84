"""The parameters of the fourfold win in a partnership: agreed by both sides, frozen by the first placement."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.fourfold import METHOD_VERSION, Parameters
from services.matching.house import acting_for_the_house
from services.matching.models.figures import FourfoldEdition
from services.matching.models.proposals import Placement


@dataclass(frozen=True)
class AgreedParameters:
    """What a partnership's fourfold win is computed with.

    `version` is the edition in force, 0 for the design's defaults. `figures_known_at`: reference figures that came
    later do not count; None for the newest. `max_age_days` by kind of figure, where it differs from reference.RULES.
    """

    parameters: Parameters
    version: int
    frozen_since: date | None
    figures_known_at: datetime | None
    max_age_days: Mapping[str, int]

    @property
    def frozen(self) -> bool:
        return self.frozen_since is not None

    @property
    def hash(self) -> str:
        """SHA-256 of the method and all parameters, in hexadecimal; the same for the same numbers."""
        known_at = self.figures_known_at and self.figures_known_at.isoformat()
        said = [METHOD_VERSION, asdict(self.parameters), known_at, dict(self.max_age_days)]
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def parameters_of(session: AsyncSession, partnership_id: UUID) -> AgreedParameters:
    """The parameters in force, whoever asks; the caller looks who may."""
    async with acting_for_the_house(session):
        editions = select(FourfoldEdition).where(
            FourfoldEdition.partnership_id == partnership_id, FourfoldEdition.confirmed_at.is_not(None)
        )
        newest = (await session.scalars(editions.order_by(FourfoldEdition.edition.desc()).limit(1))).one_or_none()
        # A job that has begun stays on record, also after the person is erased.
        first = await session.scalar(
            select(func.min(Placement.started_on)).where(Placement.partnership_id == partnership_id)
        )
    said = newest.parameters if newest else {}
    return agreed(said, newest.edition if newest else 0, first)


def agreed(said: Mapping[str, Any], version: int, frozen_since: date | None) -> AgreedParameters:
    """From what an edition says; what it leaves out is as in the defaults."""
    named = {field.name for field in fields(Parameters)}
    known_at = said.get("figures_known_at")
    return AgreedParameters(
        Parameters(**{name: value for name, value in said.items() if name in named}),
        version,
        frozen_since,
        datetime.fromisoformat(known_at) if known_at else None,
        said.get("max_age_days") or {},
    )
