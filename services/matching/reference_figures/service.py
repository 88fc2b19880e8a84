"""Recording reference figures by release, and reading them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from services.contracts.vocabulary import FigureUnit
from services.kit.bulk import Row, RowResult, RowStatus
from services.kit.db import now
from services.kit.errors import FieldError
from services.kit.records import found
from services.matching.house import acting_for_the_house
from services.matching.models.figures import ReferenceFigure
from services.matching.reference import RULES
from services.matching.reference_figures.schemas import FigureIn

_KEYS = ("country", "from_country", "isco08", "nace", "currency", "per_currency", "price_year")
_NATURAL = ("kind", *_KEYS[:-1], "period_from", "period_to")
_SAID = ("value", "unit", "price_year", "source", "source_url", "licence", "note")
# One at a time, so that releases are counted right and a repeat sees what the first one wrote.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('reference figures', 0))")


def listed(filters: Mapping[str, Any], as_of: datetime | None, newest: bool) -> Select[Any]:
    """Figures that match all filters given, as known at `as_of`; of several releases only the newest, if asked."""
    query = select(ReferenceFigure).where(*_known(ReferenceFigure, as_of))
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(ReferenceFigure, name) == value)
    if newest:
        later = aliased(ReferenceFigure)
        same = (getattr(later, name).is_not_distinct_from(getattr(ReferenceFigure, name)) for name in _NATURAL)
        after = later.released_on > ReferenceFigure.released_on
        query = query.where(~select(later.id).where(*same, after, *_known(later, as_of)).exists())
    return query


def _known(figures: Any, as_of: datetime | None) -> Iterator[Any]:
    if as_of is not None:
        yield figures.recorded_at <= as_of
        yield figures.released_on <= as_of.date()


async def get(session: AsyncSession, figure_id: UUID) -> ReferenceFigure:
    """Raises NotFound."""
    return await found(session, ReferenceFigure, figure_id)


async def record_rows(
    session: AsyncSession, by: UUID | None, rows: Sequence[Row[FigureIn]], validate_only: bool = False
) -> list[RowResult]:
    """Results in the order of the rows; a row that is wrong keeps no other from being recorded."""
    for row in rows:
        if row.value is not None:
            row.errors = wrong(row.value, now().date())
    sent = [row.value for row in rows if row.value is not None and not row.errors]
    async with acting_for_the_house(session):
        outcomes = iter(await _record(session, by, sent, validate_only))
    results = []
    for row in rows:
        status, figure_id = RowStatus.FAILED, None
        if row.value is not None and not row.errors:
            outcome = next(outcomes)
            row.errors, status, figure_id = list(outcome.errors), outcome.status, outcome.figure_id
        results.append(row.result(status, figure_id))
    return results


@dataclass(frozen=True)
class _Outcome:
    status: RowStatus
    figure_id: UUID | None = None
    errors: tuple[FieldError, ...] = ()


async def _record(
    session: AsyncSession, by: UUID | None, sent: Sequence[FigureIn], validate_only: bool
) -> list[_Outcome]:
    """Add what is new. To be called acting for the house."""
    await session.execute(_ONE_AT_A_TIME)
    releases = await _releases(session, sent)
    outcomes = []
    for data in sent:
        fields = {name: getattr(value, "value", value) for name, value in data.model_dump().items()}
        of_it = releases[tuple(fields[name] for name in _NATURAL)]
        known = of_it.get(data.released_on)
        if known is not None:
            outcomes.append(_repeat(known, fields))
            continue
        figure = ReferenceFigure(id=uuid7(), **fields, version=len(of_it) + 1, recorded_by=by)
        of_it[data.released_on] = figure
        if validate_only:
            outcomes.append(_Outcome(RowStatus.VALID))
        else:
            session.add(figure)
            outcomes.append(_Outcome(RowStatus.CREATED, figure.id))
    await session.flush()
    return outcomes


def _repeat(known: ReferenceFigure, fields: Mapping[str, Any]) -> _Outcome:
    if all(getattr(known, name) == fields[name] for name in _SAID):
        return _Outcome(RowStatus.UNCHANGED, known.id)
    message = "This release was recorded saying something else; a correction is a release of a later day."
    return _Outcome(RowStatus.FAILED, errors=(FieldError("/released_on", "release_differs", message),))


async def _releases(
    session: AsyncSession, sent: Iterable[FigureIn]
) -> defaultdict[tuple[Any, ...], dict[date, ReferenceFigure]]:
    """What is recorded of the same kinds, by natural key and day of release."""
    query = select(ReferenceFigure).where(
        ReferenceFigure.kind.in_({data.kind.value for data in sent}),
        ReferenceFigure.period_from >= min((data.period_from for data in sent), default=date.max),
        ReferenceFigure.period_to <= max((data.period_to for data in sent), default=date.min),
    )
    releases: defaultdict[tuple[Any, ...], dict[date, ReferenceFigure]] = defaultdict(dict)
    for figure in await session.scalars(query):
        releases[tuple(getattr(figure, name) for name in _NATURAL)][figure.released_on] = figure
    return releases


def wrong(data: FigureIn, today: date) -> list[FieldError]:
    """All that does not fit the kind of figure."""
    rule, errors = RULES[data.kind], []
    if data.unit not in rule.units:
        errors.append(FieldError("/unit", "wrong_unit", f"{data.kind} is in {' or '.join(sorted(rule.units))}."))
    real = data.unit is FigureUnit.INTERNATIONAL_DOLLARS_PER_MONTH
    needed = set(rule.must)
    if "price_year" in rule.may:
        needed.add("price_year" if real else "currency")
    allowed = needed | (rule.may - {"currency", "price_year"})
    for name in _KEYS:
        given = getattr(data, name) is not None
        if name in needed and not given:
            errors.append(FieldError(f"/{name}", "missing", f"{data.kind} in this unit needs it."))
        if given and name not in allowed:
            errors.append(FieldError(f"/{name}", "not_allowed", f"{data.kind} in this unit has none."))
    if not Decimal(str(rule.least)) <= data.value <= Decimal(str(rule.most)):
        errors.append(FieldError("/value", "out_of_range", f"Must be from {rule.least:g} to {rule.most:g}."))
    if data.period_to < data.period_from:
        errors.append(FieldError("/period_to", "before_from", "The period would end before it begins."))
    if data.released_on > today:
        errors.append(FieldError("/released_on", "in_the_future", "Record what was published."))
    if data.currency is not None and data.currency == data.per_currency:
        errors.append(FieldError("/per_currency", "same_currency", "A rate is between two currencies."))
    return errors


def fields(row: dict[str, str]) -> dict[str, Any]:
    """A row of a table, whose headers are the fields' names, as FigureIn takes it."""
    return {name: int(cell) if name == "price_year" and cell.isdigit() else cell for name, cell in row.items() if cell}
