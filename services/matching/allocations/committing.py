"""A dry run made real, by a person, in one transaction or not at all.

Everything is looked at again (`rechecking`): what changed is named all at once, and then nothing is made. Otherwise
proposals are put forward, and applications for the sessions of the run are selected, put on the waiting list in the
order in which they would be taken, or closed with a reason and a next step.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from services.contracts.envelope import Event
from services.contracts.vocabulary import AllocationOutcome, AllocationStatus, EnrolmentStatus, TrainingClosingReason
from services.kit import events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Guard
from services.matching import applications, capacity, casework, offering
from services.matching.allocations import rechecking
from services.matching.allocations.rechecking import Given, Held
from services.matching.allocations.schemas import CommitIn
from services.matching.casework import Case, Mover, Said
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.lives import Who
from services.matching.models.allocations import AllocationRun
from services.matching.models.candidates import Candidate
from services.matching.models.copies import TrainingSession
from services.matching.models.enrolments import Enrolment

Move = tuple[Enrolment, EnrolmentStatus, TrainingClosingReason | None]

_TOGETHER = 100
_REASONS = {
    AllocationOutcome.UNPLACED: TrainingClosingReason.OTHERS_RANKED_HIGHER,
    AllocationOutcome.NOT_ELIGIBLE: TrainingClosingReason.PREREQUISITES_MISSING,
}


async def commit(
    session: AsyncSession, engine: Engine, principal: Principal, allocation_id: UUID, data: CommitIn
) -> AllocationRun:
    """Raises NotFound, and Conflict with everything that changed since the dry run."""
    await engine.refresh(session)
    async with acting_for_the_house(session):
        run = await rechecking.hold(session, principal.acts_for, allocation_id, data.result_sha256)
        failed = await rechecking.changes(session, engine, run)
        waiting, closing = _divided(run, data.waitlist)
        if closing and not data.next_steps:
            needed = "at least one next step in next_steps, for those who are not selected"
            failed.append(Guard("NEXT_STEP_GIVEN", False, "absent", needed, "say it"))
        if failed:
            raise Conflict.guards(failed)
        mover = Mover(principal.acts_for, principal.client_id, frozenset({Who.PERSON}))
        await _propose(session, engine, run, mover, data)
        selected = await _selected(session, engine, run, mover)
        await _move(session, [*selected, *waiting, *closing], mover, run, data)
        record = run.record
        record.status = AllocationStatus.COMMITTED.value
        record.decided_by, record.committed_at = data.decided_by, now()
        record.touch()
        await session.flush()
    return record


def _divided(run: Held, waitlist: int) -> tuple[list[Move], list[Move]]:
    """Applications of those who got nothing: the first wait for a seat, the others close."""
    left_out = run.left_out
    waiting = [each.enrolment for each in left_out if each.outcome is AllocationOutcome.UNPLACED][:waitlist]
    ids = {each.id for each in waiting}
    return (
        [(each, EnrolmentStatus.WAITLISTED, None) for each in waiting],
        [
            (each.enrolment, EnrolmentStatus.NOT_SELECTED, _REASONS[each.outcome])
            for each in left_out
            if each.enrolment.id not in ids
        ],
    )


async def _propose(session: AsyncSession, engine: Engine, run: Held, mover: Mover, data: CommitIn) -> None:
    said = Said(now().date(), decided_by=data.decided_by, override_reason=_because(run))
    for each in run.given:
        if each.option["kind"] == "VACANCY":
            candidate = run.candidates[each.row.candidate_id]
            pair = run.pairs[candidate.id]
            made = await offering.put_forward(session, engine, candidate, pair, mover, said, None)
            each.row.made_id = made.id


async def _selected(session: AsyncSession, engine: Engine, run: Held, mover: Mover) -> list[Move]:
    """Take their seats, and let those apply who have not yet."""
    chosen = [each for each in run.given if each.option["kind"] == "SESSION"]
    query = select(TrainingSession).where(TrainingSession.id.in_(run.sessions))
    runs = {each.id: each for each in await session.scalars(query)}
    for id, count in sorted(Counter(UUID(each.option["target"]) for each in chosen).items()):
        if not await capacity.take(session, id, runs[id].seats, count=count):  # gone since it was looked at
            raise Conflict.guards([Guard("LIMIT_LEFT", False, f"SESSION {id}", str(count), "compute the run again")])
    for each in chosen:
        await _apply(session, engine, run, each, runs[UUID(each.option["target"])], mover)
    return [(_application(run, each), EnrolmentStatus.SELECTED, None) for each in chosen]


async def _apply(
    session: AsyncSession, engine: Engine, run: Held, given: Given, training: TrainingSession, mover: Mover
) -> None:
    """The application that they have, for the track that they got; or a new one."""
    key, track = (given.row.candidate_id, training.id), given.option["track"]
    if key not in run.applied:
        candidate, agreement = run.candidates[given.row.candidate_id], engine.agreements[run.record.partnership_id]
        today = now().date()
        made = applications.application(candidate, training, agreement, track, EnrolmentStatus.APPLIED.value, today)
        session.add(made)
        await session.flush()
        await applications.share(session, [made])
        await casework.write_step(session, made, None, mover, Said(today))
        await events.publish(session, (made.id, applications.changed(made, candidate, None)))
        run.applied[key] = made
    run.applied[key].track = track
    given.row.made_id = run.applied[key].id


def _application(run: Held, given: Given) -> Enrolment:
    return run.applied[given.row.candidate_id, UUID(given.option["target"])]


async def _move(session: AsyncSession, moves: list[Move], mover: Mover, run: Held, data: CommitIn) -> None:
    """Take all of them from step to step, some together, so that other requests have their turn in between."""
    numbered = list(enumerate(moves))
    for first in range(0, len(moves), _TOGETHER):
        await _move_some(session, numbered[first : first + _TOGETHER], mover, run, data)


async def _move_some(
    session: AsyncSession, moves: list[tuple[int, Move]], mover: Mover, run: Held, data: CommitIn
) -> None:
    names = (Candidate.id, Candidate.persona, Candidate.consent, Candidate.sex, Candidate.birth_date)
    ids = [enrolment.candidate_id for _, (enrolment, _, _) in moves]
    query = select(Candidate).where(Candidate.id.in_(ids)).options(load_only(*names))
    people = {each.id: each for each in await session.scalars(query)}
    told: list[tuple[UUID, Event]] = []

    def steps() -> Iterator[tuple[Case, str, Said]]:
        """Each step is checked before it is taken and told after, when the case has its new state."""
        for place, (enrolment, target, reason) in moves:
            for to in _way(enrolment, target):
                before, said = enrolment.status, _said(run, data, reason)
                casework.check(enrolment, to, mover, said, {each: [] for each in casework.checks_of(enrolment, to)})
                enrolment.status_date, enrolment.reason = said.on, said.reason
                waits = to is EnrolmentStatus.WAITLISTED
                enrolment.waiting_since = now() + timedelta(microseconds=place) if waits else None
                yield enrolment, to.value, said
                told.append((enrolment.id, applications.changed(enrolment, people[enrolment.candidate_id], before)))

    await casework.enter_all(session, steps(), mover)
    await events.publish(session, *told)


def _way(enrolment: Enrolment, target: EnrolmentStatus) -> list[EnrolmentStatus]:
    """The states between: who is selected or waits was looked at before."""
    if enrolment.status == target:
        return []
    looked_at = enrolment.status != EnrolmentStatus.APPLIED or target is EnrolmentStatus.NOT_SELECTED
    return [target] if looked_at else [EnrolmentStatus.SCREENED, target]


def _said(run: Held, data: CommitIn, reason: TrainingClosingReason | None) -> Said:
    steps = [step.model_dump(mode="json") for step in data.next_steps] if reason else []
    return Said(
        now().date(),
        reason.value if reason else None,
        steps,
        data.decided_by,
        override_reason=None if reason else _because(run),
    )


def _because(run: Held) -> str:
    return f"Allocation {run.record.id}"
