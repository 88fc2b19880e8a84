"""What a run gave each person, in words that need no table: why not me, and what would have helped."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AllocationOutcome
from services.kit.db import now
from services.kit.errors import NotFound
from services.matching.allocations import service
from services.matching.allocations.schemas import (
    AllocationResultOut,
    ChangeOut,
    CourseOut,
    InTheWayOut,
    OptionOut,
    WhyNotOut,
)
from services.matching.counterfactuals import Counterfactual, Terms, after, nearest, wanted
from services.matching.courses import Wanted, sessions_for
from services.matching.engine import Engine
from services.matching.models.allocations import AllocationPerson, AllocationRun
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.copies import Opening, Programme, TrainingSession
from services.matching.profiles import Candidate, Session
from services.matching.translation import candidate_of, session_of, title_of

_ENOUGH = 20  # results from which the share of participants who passed counts, as in plans


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns the numbers of one run into what they stand for."""

    options: list[dict[str, Any]]
    quotas: list[dict[str, Any]]
    titles: dict[str, str]

    def view(self, person: AllocationPerson) -> AllocationResultOut:
        result, given = orjson.loads(person.result or "{}"), orjson.loads(person.input or "{}")
        jobs = {edge[0]: edge[4] for edge in given["edges"] if len(edge) > 4}
        change = result.get("change")
        return AllocationResultOut(
            candidate_id=person.candidate_id,
            place=person.place or 0,
            outcome=AllocationOutcome(result["outcome"]),
            option=None if result["option"] is None else self._option(result["option"], jobs),
            score=result["score"],
            priority=result["priority"],
            rank=result["rank"],
            possible=result["possible"],
            in_the_way=[self._in_the_way(each, jobs) for each in result["in_the_way"]],
            change=self._in_the_way(change, jobs) if change else None,
            made_id=person.made_id,
        )

    def _option(self, number: int, jobs: dict[int, str]) -> OptionOut:
        option = self.options[number]
        return OptionOut(
            target_id=UUID(option["target"]),
            kind=option["kind"],
            track=option["track"],
            title=self.titles.get(option["target"]),
            job_id=UUID(jobs[number]) if number in jobs else None,
        )

    def _in_the_way(self, found: dict[str, Any], jobs: dict[int, str]) -> InTheWayOut:
        quota = None if found["quota"] is None else self.quotas[found["quota"]]
        return InTheWayOut(
            option=self._option(found["option"], jobs),
            bound=quota["kind"] if quota else None,
            of=quota["of"] if quota else None,
            price=found.get("price"),
            priority=found["priority"],
            needed=found["needed"],
        )


async def reader(session: AsyncSession, run: AllocationRun, language: str) -> Reader:
    """Raises NotFound for a run that is not computed."""
    if run.input is None or run.summary is None:
        raise NotFound
    shared = orjson.loads(run.input)
    ids = [UUID(option["target"]) for option in shared["options"]]
    query = select(TrainingSession.id, Programme.data).join(Programme, Programme.id == TrainingSession.programme_id)
    titles = {
        str(row.id): title_of(row.data["title"], language)
        for row in await session.execute(query.where(TrainingSession.id.in_(ids)))
    }
    jobs = await session.execute(select(Opening.id, Opening.data["title"]).where(Opening.id.in_(ids)))
    titles |= {str(id): title_of(title, language) for id, title in jobs}
    return Reader(shared["options"], shared["quotas"], titles)


async def page(
    session: AsyncSession, run: AllocationRun, people: Sequence[AllocationPerson], language: str
) -> list[AllocationResultOut]:
    """Results of these people, whose reading is written down."""
    reads = await reader(session, run, language)
    await service.seen(session, people)
    return [reads.view(person) for person in people]


async def why(
    session: AsyncSession, engine: Engine, run: AllocationRun, candidate_id: UUID, language: str
) -> WhyNotOut:
    """One person's result, with what would raise the target's view of them, out of what is on offer today. Raises
    NotFound for somebody who was not in the run."""
    query = select(AllocationPerson).where(
        AllocationPerson.allocation_id == run.id, AllocationPerson.candidate_id == candidate_id
    )
    person, row = (await session.scalars(query)).one_or_none(), await session.get(CandidateRow, candidate_id)
    if person is None or person.result is None or row is None:
        raise NotFound
    reads = await reader(session, run, language)
    await service.seen(session, [person])
    view = reads.view(person)
    aim = view.change or (view.in_the_way[0] if view.in_the_way else None)
    changes: list[ChangeOut] = []
    if aim is not None and view.outcome is not AllocationOutcome.PLACED:
        changes = await _changes(session, engine, candidate_of(row), aim, language)
    return WhyNotOut(**view.model_dump(), changes=changes)


async def _changes(
    session: AsyncSession, engine: Engine, person: Candidate, aim: InTheWayOut, language: str
) -> list[ChangeOut]:
    await engine.refresh(session)
    opening = engine.opening(aim.option.job_id or aim.option.target_id)
    if opening is None:
        return []
    if aim.option.kind == "SESSION":
        person = after(person, await _session(session, aim.option.target_id, person.organisation_id, language))
    terms = Terms(engine.taxonomy, engine.rates, now().date(), language)
    looked_for = Wanted(
        taught=wanted(person, opening),
        owned={skill.uri for skill in person.skills},
        organisation=person.organisation_id,
        country=person.residence,
        offered=lambda ids: any(a.active and person.organisation_id in a.parties for a in engine.agreements_of(ids)),
        language=language,
    )
    found = await sessions_for(session, looked_for, terms.today, _ENOUGH)
    sessions = [each for each in found.sessions if each.id != aim.option.target_id]
    # In a thread: dozens of profiles are scored anew, while other requests should not wait.
    changes = await asyncio.to_thread(nearest, person, opening, sessions, terms, lambda _: frozenset())
    return [_change(each, aim.needed) for each in changes]


async def _session(session: AsyncSession, id: UUID, organisation: UUID, language: str) -> Session:
    run = await session.get(TrainingSession, id)
    programme = await session.get(Programme, run.programme_id) if run else None
    if run is None or programme is None:
        raise NotFound
    return session_of(programme.data, run, frozenset({organisation}), run.seats, language)


def _change(found: Counterfactual, needed: float | None) -> ChangeOut:
    change = found.change
    parts = [f"{code} {before or '–'} → {then}" for code, before, then in change.languages]
    parts += [f"{uri} → {level}" for uri, level in change.skills]
    return ChangeOut(
        kind=change.kind,
        detail="; ".join(parts) or change.detail,
        priority_from=found.before.a,
        priority_to=found.after.a,
        enough=needed is not None and found.after.passed and (found.after.a or 0.0) >= needed,
        sessions=[
            CourseOut(
                session_id=each.id,
                title=each.title,
                starts_on=each.start.isoformat(),
                ends_on=each.end.isoformat(),
                seats_left=each.seats_left,
            )
            for each in change.sessions
        ],
    )
