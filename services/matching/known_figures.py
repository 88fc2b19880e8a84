"""Reference figures as the tables hold them, for whoever computes with them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models.figures import ReferenceFigure
from services.matching.reference import Figure, Figures


async def figures_for(
    session: AsyncSession,
    countries: Iterable[str],
    *,
    known_at: datetime | None = None,
    max_age_days: Mapping[str, int] | None = None,
) -> Figures:
    """All figures about these countries (ISO 3166-1 alpha-3) and all exchange rates, as known at an instant, or today.

    What is asked with the same `known_at` again gets the same figures, whatever was released since.
    """
    query = select(ReferenceFigure).where(
        or_(ReferenceFigure.country.in_(list(countries)), ReferenceFigure.country.is_(None))
    )
    if known_at is not None:
        query = query.where(ReferenceFigure.recorded_at <= known_at)
    rows = (await session.scalars(query)).all()
    return Figures(map(figure_of, rows), max_age_days, known_at)


def figure_of(row: ReferenceFigure) -> Figure:
    """A row as the lookup takes it."""
    fields = {name: getattr(row, name) for name in Figure.__dataclass_fields__}
    return Figure(**fields | {"value": float(row.value)})
