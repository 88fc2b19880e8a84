"""Values of indicators, from the facts that the caller may see."""

import asyncio
import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import Conflict, NotFound
from services.reporting.catalogue import BY_CODE, ENTRIES, Indicator, Population, nearest
from services.reporting.folding import MAX_CELLS, Cell, FactRow, TooFineError, fold, window_of
from services.reporting.indicators.schemas import (
    CellOut,
    FeedPositions,
    IndicatorOut,
    NotComputed,
    PartnershipOut,
    ReportOut,
    ValuesOut,
)
from services.reporting.models import Fact, Organisation, Partnership

_COLUMNS = [getattr(Fact, name) for name in FactRow._fields]


@dataclass(frozen=True, slots=True)
class Question:
    """Which facts a figure is asked of. `by` None means the table of a report."""

    by: str | None = None
    partnership: UUID | None = None
    period: str | None = None
    corridor: str | None = None
    track: str | None = None


def entry(code: str) -> Indicator:
    """Raises NotFound, which names the nearest codes."""
    found = BY_CODE.get(code) or BY_CODE.get(code.upper())
    if found is None:
        near = nearest(code)
        raise NotFound(f"No indicator has this code. Nearest: {', '.join(near)}.", "unknown_indicator", nearest=near)
    return found


def described(indicator: Indicator, language: str) -> IndicatorOut:
    """The entry with its title in `language`, else in English."""
    named = {name: getattr(indicator, name) or None for name in _TEXTS}
    return IndicatorOut(
        **named,
        code=indicator.code,
        title=_title(indicator, language),
        claim_class=indicator.claim_class,
        unit=indicator.unit,
        disaggregations=list(indicator.disaggregations),
        minimum_contributors=indicator.minimum_contributors,
        method_version=indicator.method_version,
        sources=list(indicator.sources),
        explanation=indicator.explanation,
    )


_TEXTS = (
    "aligned_indicator",
    "sdg_target",
    "numerator",
    "denominator",
    "formula",
    "population_rule",
    "missing_values",
)


async def values(session: AsyncSession, code: str, question: Question, language: str) -> ValuesOut:
    """Raises NotFound (no such indicator or partnership, nothing to compute) and Conflict (not by these)."""
    indicator = entry(code)
    if indicator.method is None:
        raise NotFound(indicator.explanation or "", "nothing_to_compute")
    if question.partnership:
        await _partnership(session, question.partnership)
    return await _values(session, indicator, question, language, await _positions(session))


async def report(session: AsyncSession, partnership: UUID | None, period: str | None, language: str) -> ReportOut:
    """Every computed entry by its own table. Raises NotFound for a partnership the caller is not a party to."""
    about = await _partnership_out(session, partnership) if partnership else None
    positions = await _positions(session)
    question = Question(partnership=partnership, period=period)
    computed = [e for e in ENTRIES if e.method]
    return ReportOut(
        partnership=about,
        period=period,
        feed_positions=positions,
        as_of=now().date(),
        indicators=[await _values(session, e, question, language, positions) for e in computed],
        not_computed=[NotComputed(code=e.code, explanation=e.explanation) for e in ENTRIES if e.explanation],
    )


async def behind(session: AsyncSession, code: str | None, question: Question) -> Select[Any]:
    """The facts a figure is folded from, or all of them. Raises NotFound."""
    if question.partnership:
        await _partnership(session, question.partnership)
    query = select(Fact)
    if code:
        query = _of(query, entry(code).population)
    return _asked(query, question, with_period=True)


def as_csv(answer: ValuesOut) -> str:
    """A line a cell; what is missing is empty and has its status (RFC 4180)."""
    dims = list(answer.cells[0].dims) if answer.cells else []
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*dims, "measure", "value", "numerator", "denominator", "status"])
    for cell in answer.cells:
        numbers = ("" if v is None else f"{v:.15g}" for v in (cell.value, cell.numerator, cell.denominator))
        writer.writerow([*cell.dims.values(), cell.measure, *numbers, cell.status])
    return out.getvalue()


async def _values(
    session: AsyncSession, indicator: Indicator, question: Question, language: str, positions: FeedPositions
) -> ValuesOut:
    by = tuple(dict.fromkeys(question.by.split(","))) if question.by else ()
    if question.by is None:
        by = indicator.reported_by
    if not_allowed := [d for d in by if d not in indicator.disaggregations]:
        allowed = ", ".join(indicator.disaggregations)
        raise Conflict(f"{indicator.code} is not given by {', '.join(not_allowed)}, but by: {allowed}.", "not_by_this")
    query = _asked(_of(select(*_COLUMNS), indicator.population), question, with_period=False)
    facts = [FactRow(*row) for row in (await session.execute(query)).all()]
    as_of = now().date()
    return ValuesOut(
        code=indicator.code,
        title=_title(indicator, language),
        aligned_indicator=indicator.aligned_indicator,
        claim_class=indicator.claim_class,
        unit=indicator.unit,
        numerator=indicator.numerator or None,
        denominator=indicator.denominator or None,
        formula=indicator.formula,
        method_version=indicator.method_version,
        partnership=question.partnership,
        period=question.period,
        feed_positions=positions,
        as_of=as_of,
        draft=True,
        cells=[_cell_out(cell) for cell in await _folded(indicator, facts, by, question.period, as_of)],
    )


async def _folded(
    indicator: Indicator, facts: list[FactRow], by: tuple[str, ...], period: str | None, as_of: date
) -> list[Cell]:
    window = window_of(period) if period else None
    try:
        # In a thread: many facts take long enough to keep other requests waiting.
        return await asyncio.to_thread(fold, indicator, facts, by, window, as_of)
    except TooFineError:
        raise Conflict(
            f"The table has more than {MAX_CELLS} cells; ask for fewer dimensions.", "table_too_fine"
        ) from None


def _cell_out(cell: Cell) -> CellOut:
    return CellOut(
        dims=cell.dims,
        measure=cell.measure,
        value=cell.value,
        numerator=cell.numerator,
        denominator=cell.denominator,
        n=cell.n,
        status=cell.status,
        flags=list(cell.flags),
    )


def _title(indicator: Indicator, language: str) -> str:
    return indicator.title.get(language, indicator.title["en"])


def _of(query: Select[Any], population: Population) -> Select[Any]:
    # Not by status: whether an enrolment counts depends on its latest fact, which may have another one.
    query = query.where(Fact.kind == population.kind)
    if population.tracks:
        query = query.where(Fact.track.in_(population.tracks))
    if population.personas:
        query = query.where(Fact.persona.in_(population.personas))
    return query


def _asked(query: Select[Any], question: Question, with_period: bool) -> Select[Any]:
    if question.partnership:
        query = query.where(Fact.partnership_id == question.partnership)
    if question.corridor:
        query = query.where(Fact.corridor == question.corridor)
    if question.track:
        query = query.where(Fact.track == question.track)
    if with_period and question.period:
        query = query.where(Fact.period.between(*window_of(question.period)))
    return query


async def _positions(session: AsyncSession) -> FeedPositions:
    rows = (await session.execute(text("SELECT feed, position FROM feed_cursors"))).all()
    at = {row.feed: row.position for row in rows}
    return FeedPositions(registry=at.get("registry", 0), matching=at.get("matching", 0))


async def _partnership(session: AsyncSession, partnership_id: UUID) -> Partnership:
    found = await session.get(Partnership, partnership_id)
    if found is None:
        raise NotFound("No partnership of yours has this id.", "unknown_partnership")
    return found


async def _partnership_out(session: AsyncSession, partnership_id: UUID) -> PartnershipOut:
    found = await _partnership(session, partnership_id)
    members = {UUID(party["organisation_id"]) for party in found.parties} | {found.organisation_id}
    codes = await session.scalars(select(Organisation.code).where(Organisation.id.in_(members)))
    return PartnershipOut(
        id=found.id, code=found.code, title=found.title, status=found.status, parties=sorted(codes.all())
    )
