"""Runs that wait, and who works on them.

A worker takes a run for as long as its lease lasts and says again and again that it is alive. A run whose worker is
silent for longer is taken by the next, which finds what was written down and goes on from there. Only who holds the
lease may write. To be called while acting for the house.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_TAKE = text(
    """
    UPDATE allocations SET status = 'RUNNING', worker = :worker, attempts = attempts + 1,
        lease_until = now() + make_interval(secs => :lease), begun_at = coalesce(begun_at, now()),
        updated_at = now(), version = version + 1
    WHERE id = (
        SELECT id FROM allocations
        WHERE status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now())
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, organisation_id, attempts
    """
)
_WAITS = text(
    "SELECT EXISTS (SELECT 1 FROM allocations WHERE status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))"
)
_BEAT = text(
    """
    UPDATE allocations SET lease_until = now() + make_interval(secs => :lease), stage = :stage, percent = :percent,
        seconds_left = :seconds_left, updated_at = now()
    WHERE id = :id AND worker = :worker AND status = 'RUNNING' RETURNING cancelling
    """
)
_HOLD = text("SELECT 1 FROM allocations WHERE id = :id AND worker = :worker AND status = 'RUNNING' FOR UPDATE")
_LET_GO = text(
    """
    UPDATE allocations SET status = :status, failure = :failure, worker = NULL, lease_until = NULL, seconds_left = NULL,
        updated_at = now(), version = version + 1
    WHERE id = :id AND worker = :worker AND status = 'RUNNING'
    """
)
_WRITE_INPUT = text(
    """
    UPDATE allocation_people AS p SET place = e.place, version = e.version, input = e.input
    FROM unnest(CAST(:candidates AS uuid[]), CAST(:versions AS bigint[]), CAST(:inputs AS text[])) WITH ORDINALITY
        AS e (candidate_id, version, input, place)
    WHERE p.allocation_id = :id AND p.candidate_id = e.candidate_id
    """
)
_KEEP_INPUT = text("UPDATE allocations SET input = :input WHERE id = :id")
_INPUT = text("SELECT input FROM allocations WHERE id = :id")
_PEOPLE = text("SELECT id, input FROM allocation_people WHERE allocation_id = :id AND input IS NOT NULL ORDER BY place")
_WRITE_RESULTS = text(
    """
    UPDATE allocation_people AS p SET result = e.result
    FROM unnest(CAST(:ids AS uuid[]), CAST(:results AS text[])) AS e (id, result) WHERE p.id = e.id
    """
)
_FINISH = text(
    """
    UPDATE allocations SET status = 'COMPUTED', stage = 'DONE', percent = 100, seconds_left = NULL, worker = NULL,
        lease_until = NULL, computed_at = now(), input_sha256 = :input_sha256, summary = :summary,
        result_sha256 = :result_sha256, updated_at = now(), version = version + 1
    WHERE id = :id
    """
)


class Taken(NamedTuple):
    """A run that this worker holds."""

    id: UUID
    organisation_id: UUID
    attempts: int


class LostError(Exception):
    """Another worker has the run, or it is no longer to be computed."""


async def waits(session: AsyncSession) -> bool:
    """Whether a run is there to be taken."""
    return bool(await session.scalar(_WAITS))


async def take(session: AsyncSession, worker: str, lease: float) -> Taken | None:
    """The run that waits longest, if there is one."""
    row = (await session.execute(_TAKE, {"worker": worker, "lease": lease})).one_or_none()
    return Taken(*row) if row else None


async def beat(
    session: AsyncSession, run: UUID, worker: str, lease: float, progress: tuple[str, int, int | None]
) -> bool:
    """Hold the run longer and say how far it is; whether somebody wants it to stop. Raises LostError."""
    stage, percent, left = progress
    values = {"id": run, "worker": worker, "lease": lease, "stage": stage, "percent": percent, "seconds_left": left}
    row = (await session.execute(_BEAT, values)).one_or_none()
    if row is None:
        raise LostError
    return bool(row.cancelling)


async def hold(session: AsyncSession, run: UUID, worker: str) -> None:
    """Let nobody take it until the transaction ends. Raises LostError."""
    if await session.scalar(_HOLD, {"id": run, "worker": worker}) is None:
        raise LostError


async def let_go(session: AsyncSession, run: UUID, worker: str, status: str, failure: str | None) -> None:
    """Without a result."""
    await session.execute(_LET_GO, {"id": run, "worker": worker, "status": status, "failure": failure})


async def keep_input(session: AsyncSession, run: UUID, shared: str, people: list[tuple[UUID, int, str]]) -> None:
    """What the run computes from, by whichever worker, from now on."""
    values = {
        "id": run,
        "candidates": [each[0] for each in people],
        "versions": [each[1] for each in people],
        "inputs": [each[2] for each in people],
    }
    await session.execute(_WRITE_INPUT, values)
    await session.execute(_KEEP_INPUT, {"id": run, "input": shared})


async def input_of(session: AsyncSession, run: UUID) -> tuple[str | None, list[tuple[UUID, str]]]:
    """What is for all, None where nothing was written yet; and (row, input) of each person in order."""
    shared = await session.scalar(_INPUT, {"id": run})
    people = await session.execute(_PEOPLE, {"id": run}) if shared is not None else ()
    return shared, [(row.id, row.input) for row in people]


async def finish(
    session: AsyncSession, run: UUID, rows: list[UUID], results: list[str], summary: str, hashes: tuple[str, str]
) -> None:
    """Keep the result; `hashes` of input and result."""
    await session.execute(_WRITE_RESULTS, {"ids": rows, "results": results})
    values = {"id": run, "summary": summary, "input_sha256": hashes[0], "result_sha256": hashes[1]}
    await session.execute(_FINISH, values)
