"""Reading what was released of how groups fared; `releases` counts it."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError, NotFound, Unprocessable
from services.matching.engine import Engine
from services.matching.fairness_reports.schemas import FairnessOut
from services.matching.house import acting_for_the_house

_RELEASED = text(
    "SELECT period, last_month, released_at, report FROM fairness_releases WHERE partnership_id = :id"
    " ORDER BY last_month, period"
)


async def report(
    session: AsyncSession, engine: Engine, organisation_id: UUID, partnership_id: UUID, period: str | None
) -> FairnessOut:
    """A release, the last one of everything unless said. Raises NotFound unless the caller is a party, Unprocessable
    for a period that has not ended or was not released."""
    await engine.refresh(session)
    agreement = engine.agreements.get(partnership_id)
    if agreement is None or organisation_id not in agreement.parties:
        raise NotFound
    async with acting_for_the_house(session):
        rows = (await session.execute(_RELEASED, {"id": partnership_id})).all()
    released = {row.period: row for row in rows}
    chosen = released.get(period or next((p for p in reversed(released) if p.startswith("TO-")), ""))
    if chosen is None:
        known = ", ".join(released) or "none yet"
        message = f"Not released. A period is released once its last month has ended: {known}."
        raise Unprocessable.fields([FieldError("/period", "not_released", message)])
    said: dict[str, Any] = {name: value for name, value in chosen.report.items() if name != "known"}
    return FairnessOut(
        partnership_id=partnership_id,
        period=chosen.period,
        last_month=chosen.last_month,
        released_at=chosen.released_at,
        released=list(released),
        **said,
    )
