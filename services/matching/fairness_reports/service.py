"""Gathering who was eligible, who was proposed and what came of it; the arithmetic is in `fairness`."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.matching.corridors import Agreement
from services.matching.engine import Engine
from services.matching.fairness import MIN_CELL, Member, compare, figures, funnel, gini
from services.matching.fairness_reports.schemas import ComparisonOut, DropOut, FairnessOut, FiguresOut
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Proposal
from services.matching.profiles import Opening
from services.matching.pseudonyms import statistical
from services.matching.scoring import explain
from services.matching.translation import candidate_of

DIMENSIONS = ("sex", "age_band", "residence")
_MAX_PAIRS = 4000  # people by run; each is scored again, and a request has seconds
_AT_ONCE = 25  # pairs scored before other requests have their turn
_NOT_YET = ("PROSPECT",)  # nobody was put forward
_THRESHOLD = text("SELECT data ->> 'statistics_threshold' FROM partnerships WHERE id = :id")
_REASONS = text("SELECT case_id, reason FROM closings WHERE case_id = ANY(:ids) ORDER BY closed_at")


async def report(
    session: AsyncSession, engine: Engine, organisation_id: UUID, partnership_id: UUID, first: date, last: date
) -> FairnessOut:
    """Raises NotFound unless the caller is a party, Unprocessable for a period that is too large."""
    if last < first:
        raise _wrong("to", "before_from", "The period would end before it begins.")
    await engine.refresh(session)
    agreement = engine.agreements.get(partnership_id)
    if agreement is None or organisation_id not in agreement.parties:
        raise NotFound
    async with acting_for_the_house(session):
        threshold = max(MIN_CELL, int(await session.scalar(_THRESHOLD, {"id": partnership_id}) or 0))
        proposals = await _proposals(session, partnership_id, first, last)
        people = await _counted(session, {proposal.candidate_id for proposal in proposals})
        ends = await _ends(session, [each for each in proposals if each.candidate_id in people])
        members = await _members(session, engine, agreement, proposals)
    found = [each for dimension in DIMENSIONS for each in figures(members, dimension, threshold)]
    return FairnessOut(
        partnership_id=partnership_id,
        period_from=first,
        period_to=last,
        threshold=threshold,
        runs=len({proposal.vacancy_id for proposal in proposals}),
        exposure_gini=gini(member.exposure for member in members) if len(members) >= threshold else None,
        comparisons=[ComparisonOut(**asdict(compare(found, dimension))) for dimension in DIMENSIONS],
        figures=[FiguresOut(**asdict(each)) for each in found],
        funnel=[DropOut(**asdict(each)) for each in funnel(ends, threshold)],
    )


async def _proposals(session: AsyncSession, partnership_id: UUID, first: date, last: date) -> Sequence[Proposal]:
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    query = select(Proposal).where(
        Proposal.partnership_id == partnership_id,
        Proposal.created_at >= begins,
        Proposal.created_at < ends,
        Proposal.status.not_in(_NOT_YET),
    )
    return (await session.scalars(query.order_by(Proposal.id))).all()


async def _counted(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Candidate]:
    """Those of the people who agreed to be counted, and are counted today."""
    today, rows = now().date(), await session.scalars(select(Candidate).where(Candidate.id.in_(ids)))
    return {row.id: row for row in rows if statistical(row, today)["sex"] is not None}


async def _ends(session: AsyncSession, proposals: Sequence[Proposal]) -> list[tuple[str, str]]:
    closed = await session.execute(_REASONS, {"ids": [proposal.id for proposal in proposals]})
    reasons = {row.case_id: row.reason for row in closed}
    return [(proposal.status, reasons.get(proposal.id, "NONE")) for proposal in proposals]


async def _members(
    session: AsyncSession, engine: Engine, agreement: Agreement, proposals: Sequence[Proposal]
) -> list[Member]:
    """Everybody who is eligible in a run: who passes every gate today, and who was proposed."""
    proposed: dict[UUID, set[UUID]] = {}
    for proposal in proposals:
        proposed.setdefault(proposal.vacancy_id, set()).add(proposal.candidate_id)
    members: list[Member] = []
    for vacancy_id, selected in proposed.items():
        opening = engine.opening_within(vacancy_id, agreement)
        if opening is None:
            continue
        ranked = engine.index.rank_candidates(opening, now().date(), _MAX_PAIRS + 1, None, None, False)
        order = list(dict.fromkeys([*(each.id for each in ranked), *sorted(selected)]))
        if len(members) + len(order) > _MAX_PAIRS:
            raise _wrong("from", "too_many_people", f"More than {_MAX_PAIRS} people by vacancy: give a shorter period.")
        people = await _counted(session, set(order))
        members += await _scored(engine, opening, [people[id] for id in order if id in people], selected, agreement)
    return members


async def _scored(
    engine: Engine, opening: Opening, people: list[Candidate], selected: set[UUID], agreement: Agreement
) -> list[Member]:
    today, found = now().date(), []
    own = [person for person in people if person.organisation_id in agreement.parties]
    for rank, person in enumerate(own, 1):
        merit = explain(candidate_of(person), opening, engine.taxonomy, engine.rates, today).a or 0.0
        groups: dict[str, Any] = statistical(person, today) | {"residence": person.residence}
        known = {name: str(group) for name, group in groups.items() if group is not None}
        found.append(Member(str(opening.id), known, merit, rank, person.id in selected))
        if rank % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return found


def _wrong(field: str, code: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", code, message)])
