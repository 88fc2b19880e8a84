"""Closing months: figures are counted once, when a month has ended, and never change after.

Whoever withdraws consent or is erased later leaves what was released as it was (story 4), and nobody learns of a person
by asking twice. Months are added up to quarters, years, and everything up to the month (TO-…); runs are shown in their
month only.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict, astuple
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.disclosure import TOTAL, Coordinate, following
from services.matching.corridors import Agreement
from services.matching.engine import Engine
from services.matching.fairness import (
    MIN_CELL,
    Member,
    Sums,
    Table,
    compare,
    figures_of,
    gini,
    hidden_in,
    sums,
    with_margins,
)
from services.matching.models.candidates import Candidate
from services.matching.nested_periods import Shown, may_be_shown
from services.matching.profiles import Opening
from services.matching.pseudonyms import statistical
from services.matching.scoring import explain
from services.matching.translation import candidate_of

DIMENSIONS = ("sex", "age_band", "residence")
FUNNEL = "funnel"
NO_REASON = "NONE"
_MAX_RUN = 4000  # people of a run that are looked at, the best first
_AT_ONCE = 25  # pairs scored before other requests have their turn

# The earliest month of a partnership that has ended and was not closed; one partnership at a time.
_NEXT = text(
    """
    SELECT p.id, coalesce(
               CAST((SELECT max(last_month) FROM fairness_releases AS r WHERE r.partnership_id = p.id)
                    + interval '1 month' AS date),
               CAST(date_trunc('month', (SELECT min(created_at) FROM proposals
                                         WHERE partnership_id = p.id AND status <> 'PROSPECT') AT TIME ZONE 'UTC')
                    AS date)) AS month
    FROM partnerships AS p ORDER BY month, p.id
    """
)
_HOLD = text("SELECT pg_advisory_xact_lock(hashtext('passerelle.fairness'))")
_RUNS = text(
    """
    SELECT vacancy_id, array_agg(DISTINCT candidate_id) AS selected FROM proposals
    WHERE partnership_id = :id AND created_at >= :first AND created_at < :end AND status <> 'PROSPECT'
    GROUP BY vacancy_id ORDER BY vacancy_id
    """
)
# Steps taken in the month by proposals of people who agreed to be counted, and are counted on that day.
_STEPS = text(
    """
    SELECT s.to_status || ' ' || coalesce(s.reason, :no_reason) AS step, count(*) AS people
    FROM case_steps AS s
    JOIN proposals AS p ON p.id = s.case_id
    JOIN candidates AS c ON c.id = s.candidate_id
    WHERE s.kind = 'PROPOSAL' AND p.partnership_id = :id AND s.recorded_at >= :first AND s.recorded_at < :end
      AND s.to_status <> 'PROSPECT'
      AND c.consent -> 'scopes' ? 'STATISTICS' AND NOT coalesce(c.consent -> 'withdrawn' ? 'STATISTICS', false)
      AND c.consent ->> 'granted_on' <= :today AND coalesce(c.consent ->> 'withdrawn_on' > :today, true)
      AND coalesce(c.consent ->> 'expires_on' >= :today, true)
      AND coalesce(c.consent ->> 'text_ends_on' >= :today, true)
    GROUP BY 1 ORDER BY 1
    """
)
_KEEP = text(
    """
    INSERT INTO fairness_cells (partnership_id, month, run, dimension, "group", eligible, selected, strong,
                                strong_selected, exposure, merit)
    VALUES (:id, :month, :run, :dimension, :group, :eligible, :selected, :strong, :strong_selected, :exposure, :merit)
    """
)
_CELLS = text(
    """
    SELECT month, run, dimension, "group", eligible, selected, strong, strong_selected, exposure, merit
    FROM fairness_cells WHERE partnership_id = :id ORDER BY month, run, dimension, "group"
    """
)
_RELEASES = text("SELECT period, last_month, report FROM fairness_releases WHERE partnership_id = :id")
_RELEASE = text(
    "INSERT INTO fairness_releases (partnership_id, period, last_month, released_at, report)"
    " VALUES (:id, :period, :last_month, :at, CAST(:report AS jsonb))"
)
_THRESHOLD = text("SELECT data ->> 'statistics_threshold' FROM partnerships WHERE id = :id")
Cells = dict[date, dict[str, Table]]  # month -> dimension -> sums


async def close_next_month(session: AsyncSession, engine: Engine) -> bool:
    """Close the earliest month that has ended and is open, of one partnership; done hourly, for the house. True when
    there may be more."""
    await session.execute(_HOLD)
    this_month = now().date().replace(day=1)
    row = next((row for row in await session.execute(_NEXT) if row.month and row.month < this_month), None)
    if row is None:
        return False
    await engine.refresh(session)
    agreement = engine.agreements.get(row.id)
    cells = await _kept(session, row.id)
    cells[row.month] = await _counted(session, engine, agreement, row.month) if agreement else {}
    await _keep(session, row.id, row.month, cells[row.month])
    threshold = max(MIN_CELL, int(await session.scalar(_THRESHOLD, {"id": row.id}) or 0))
    before = {each.period: each.report for each in await session.execute(_RELEASES, {"id": row.id})}
    released = await asyncio.to_thread(release, cells, row.month, before, threshold)
    for period, report in released.items():
        values = {"id": row.id, "period": period, "last_month": row.month, "at": now(), "report": json.dumps(report)}
        await session.execute(_RELEASE, values)
    return True


def periods(first: date, month: date) -> dict[str, date]:
    """What ends with the month: names, and the first month of each. Nothing was there before `first`."""
    named = {f"{month:%Y-%m}": month}
    if month.month % 3 == 0:
        named[f"{month.year}-Q{month.month // 3}"] = max(first, month.replace(month=month.month - 2))
    if month.month == 12:
        named[f"{month.year}"] = max(first, month.replace(month=1))
    return named | {f"TO-{month:%Y-%m}": first}


def release(cells: Cells, month: date, before: dict[str, Any], threshold: int) -> dict[str, dict[str, Any]]:
    """Reports of all periods that end with the month, by name. `known` is what others may work out from a report, by
    dimension; the next releases are weighed against it, and nobody sees it."""
    asked = periods(min(cells), month)
    found: dict[str, dict[str, Any]] = {
        name: {"period_from": first, "figures": [], "comparisons": [], "funnel": [], "known": {}}
        for name, first in asked.items()
    }
    for dimension in (*DIMENSIONS, FUNNEL):
        tables = {each: cells[each].get(dimension, {}) for each in sorted(cells)}
        counts = {each: _people(table) for each, table in tables.items()}
        known = [Shown.read(each) for report in before.values() for each in report["known"].get(dimension, ())]
        for name, first in asked.items():
            by_run = name == f"{month:%Y-%m}" and dimension != FUNNEL
            table = with_margins(tables[month] if by_run else _over_all(t for m, t in tables.items() if m >= first))
            all_runs = [Shown(group, first, month) for run, group in table if run == TOTAL]
            if by_run:
                hidden = hidden_in(tables[month], threshold)
                secret = hidden - following({cell: (each.eligible,) for cell, each in table.items()}, hidden)
                shown = [each for each in all_runs if (TOTAL, each.group) not in secret]
            else:
                shown = may_be_shown(counts, known, all_runs, threshold)
                hidden = {(TOTAL, each.group) for each in all_runs if each not in shown}
            known += shown
            found[name]["known"][dimension] = [each.written() for each in shown]
            _say(found[name], dimension, table, hidden, threshold)
    return {name: _whole(cells, report, threshold) for name, report in found.items()}


def _people(table: Table) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (_, group), found in table.items():
        counts[group] = counts.get(group, 0) + found.eligible
    return counts


def _over_all(tables: Iterable[Table]) -> Table:
    """Sums over months and runs, as the one run TOTAL."""
    whole: Table = {}
    for table in tables:
        for (_, group), found in table.items():
            whole[TOTAL, group] = whole.get((TOTAL, group), Sums()) + found
    return whole


def _say(report: dict[str, Any], dimension: str, table: Table, hidden: Set[Coordinate], threshold: int) -> None:
    if dimension == FUNNEL:
        for (_, group), found in sorted(table.items()):
            stage, _, reason = group.partition(" ")
            gone = (TOTAL, group) in hidden
            drop = {"stage": stage, "reason": reason or TOTAL, "proposals": None if gone else found.eligible}
            report["funnel"].append(drop | {"withheld": gone})
        return
    said = figures_of(table, dimension, hidden, threshold)
    report["figures"] += [asdict(each) for each in said]
    report["comparisons"].append(asdict(compare(said, dimension)))


def _whole(cells: Cells, report: dict[str, Any], threshold: int) -> dict[str, Any]:
    """With what is said of the period as a whole."""
    runs: dict[tuple[date, str], int] = {}
    for month, tables in cells.items():
        if month >= report["period_from"]:
            for (run, _), found in tables.get("residence", {}).items():
                runs[month, run] = runs.get((month, run), 0) + found.eligible
    # In a run of n people, attention goes by places 1 to n.
    places = [Member("", {}, 0.0, rank, False).exposure for size in runs.values() for rank in range(1, size + 1)]
    seen = gini(places) if len(places) >= threshold else None
    named = {"runs": len(runs), "threshold": threshold, "exposure_gini": seen}
    return report | named | {"period_from": str(report["period_from"])}


async def _kept(session: AsyncSession, partnership_id: UUID) -> Cells:
    cells: Cells = {}
    for row in await session.execute(_CELLS, {"id": partnership_id}):
        kept = Sums(row.eligible, row.selected, row.strong, row.strong_selected, row.exposure, row.merit)
        cells.setdefault(row.month, {}).setdefault(row.dimension, {})[row.run, row.group] = kept
    return cells


async def _keep(session: AsyncSession, partnership_id: UUID, month: date, tables: dict[str, Table]) -> None:
    names = ("eligible", "selected", "strong", "strong_selected", "exposure", "merit")
    rows = [
        {"id": partnership_id, "month": month, "dimension": dimension, "run": run, "group": group}
        | dict(zip(names, astuple(found), strict=True))
        for dimension, table in tables.items()
        for (run, group), found in table.items()
    ]
    if rows:
        await session.execute(_KEEP, rows)


async def _counted(session: AsyncSession, engine: Engine, agreement: Agreement, month: date) -> dict[str, Table]:
    """Sums over everybody who was eligible in a run of the month: who passes every gate on the day on which it is
    closed, or was proposed; and the steps that proposals took."""
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    span = {name: datetime.combine(day, time(), UTC) for name, day in (("first", month), ("end", end))}
    tables: dict[str, Table] = {dimension: {} for dimension in DIMENSIONS}
    for run in (await session.execute(_RUNS, {"id": agreement.id, **span})).all():
        members = await _members(session, engine, agreement, run.vacancy_id, set(run.selected))
        for dimension in DIMENSIONS:
            tables[dimension] |= sums(members, dimension)
    told = {"id": agreement.id, "today": now().date().isoformat(), "no_reason": NO_REASON, **span}
    steps = await session.execute(_STEPS, told)
    return tables | {FUNNEL: {(TOTAL, row.step): Sums(eligible=row.people) for row in steps}}


async def _members(
    session: AsyncSession, engine: Engine, agreement: Agreement, vacancy_id: UUID, selected: set[UUID]
) -> list[Member]:
    opening = engine.opening_within(vacancy_id, agreement)
    if opening is None:
        return []
    ranked = engine.index.rank_candidates(opening, now().date(), _MAX_RUN, None, None, False)
    order = list(dict.fromkeys([*(each.id for each in ranked), *sorted(selected)]))
    rows = await session.scalars(select(Candidate).where(Candidate.id.in_(order)))
    people = {row.id: row for row in rows if row.organisation_id in agreement.parties}
    today = now().date()
    counted = [people[id] for id in order if id in people and statistical(people[id], today)["sex"] is not None]
    return await _scored(engine, opening, counted, selected, today)


async def _scored(
    engine: Engine, opening: Opening, people: Sequence[Candidate], selected: set[UUID], today: date
) -> list[Member]:
    found = []
    for rank, person in enumerate(people, 1):
        merit = explain(candidate_of(person), opening, engine.taxonomy, engine.rates, today).a or 0.0
        groups: dict[str, Any] = statistical(person, today) | {"residence": person.residence}
        known = {name: str(group) for name, group in groups.items() if group is not None}
        found.append(Member(str(opening.id), known, merit, rank, person.id in selected))
        if rank % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return found
