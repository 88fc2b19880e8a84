"""Feeds: events out by HTTP with long polling, and followers that take a peer's events in.

`GET /v1/events?after=<position>` answers a CloudEvents batch. Positions are dense, so a follower that has applied
position n asks for what comes after n. The feed carries an epoch: a database restored from a backup starts a new
one (`passerelle feed new-epoch`), old cursors get 410 and their owners rebuild.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Query, Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.envelope import CloudEvent
from services.kit import events, tenancy
from services.kit.auth import requires
from services.kit.db import Database, now, problem_of
from services.kit.errors import BadRequest, Gone, Problem, Unavailable
from services.kit.http import Peer
from services.kit.limits import LONGEST_POLL_SECONDS
from services.kit.route import api_router
from services.kit.schemas import MAX_INT

log = structlog.get_logger()

MAX_EVENTS = 1000
_POLL_SECONDS = 0.05
_IDLE_POLL_SECONDS = 5.0  # a cursor that is set back is noticed after this
_BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
BATCH_TYPE = "application/cloudevents-batch+json"

_STATE = text("SELECT epoch, last_position FROM feed_state")
_READ = text(
    "SELECT id, type, subject, time, position, data FROM events WHERE position > :after ORDER BY position LIMIT :limit"
)

router = api_router("", "events")


async def _number_waiting(database: Database) -> tuple[UUID, int]:
    """Number what has been committed; returns epoch and head of the feed."""
    async with database.transaction(tenancy.HOUSE) as session:
        while await events.waiting(session) and await events.sequence(session) == events.BATCH:
            pass
        state = (await session.execute(_STATE)).one()
    return state.epoch, state.last_position


@router.get(
    "/v1/events",
    operation_id="read_events",
    summary="Read the feed",
    dependencies=[requires("events:read")],
    response_class=Response,
    responses={
        200: {
            "description": "CloudEvents in the order of their positions; empty when the time-out passes.",
            "content": {BATCH_TYPE: {"schema": {"type": "array", "maxItems": MAX_EVENTS, "items": {"type": "object"}}}},
        },
        410: {"description": "The feed was restored from a backup: forget what was read and begin at 0."},
    },
)
async def read_events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=MAX_INT, description="Position of the last event read.")] = 0,
    epoch: Annotated[UUID | None, Query(description="Epoch the position belongs to (header Feed-Epoch).")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = 500,
    timeout: Annotated[float, Query(ge=0, le=LONGEST_POLL_SECONDS, description="Seconds to wait for a new event.")] = 0,
) -> Response:
    """Events after a position; waits up to `timeout` seconds for one."""
    database: Database = request.app.state.database
    ends = time.monotonic() + timeout
    while True:
        current, head = await _number_waiting(database)
        if (epoch is not None and epoch != current) or after > head:
            raise Gone("Forget what was read and begin at 0.", "feed_reset", epoch=str(current))
        if after < head or time.monotonic() >= ends or await request.is_disconnected():
            break
        await asyncio.sleep(_POLL_SECONDS)
    async with database.transaction(tenancy.HOUSE) as session:
        rows = (await session.execute(_READ, {"after": after, "limit": limit})).all()
    source = request.app.state.settings.service_name
    batch = [
        CloudEvent(
            id=row.id,
            source=source,
            type=row.type,
            subject=row.subject,
            time=row.time,
            position=row.position,
            data=row.data,
        ).model_dump_json()
        for row in rows
    ]
    return Response(
        "[" + ",".join(batch) + "]",
        media_type=BATCH_TYPE,
        headers={"Feed-Epoch": str(current), "Feed-Head": str(head), "Cache-Control": "no-store"},
    )


Handler = Callable[[AsyncSession, CloudEvent], Awaitable[None]]
Reset = Callable[[AsyncSession], Awaitable[None]]


@dataclass
class Follower:
    """Takes a peer's feed in: a page of events and the cursor move in one transaction.

    `handle` is called for each event; an exception stops the feed loudly (health and a metric show the lag) and is
    tried again after a pause, in case the cause was outside. `reset` forgets everything derived from the feed.
    """

    feed: str
    database: Database
    peer: Peer
    handle: Handler
    reset: Reset
    page: int = 500
    lag: int = 0
    resets: int = 0  # how often this process was told to begin again
    position: int = 0  # as last seen; the cursor in the database is the truth
    error: str | None = None
    stopped: bool = False  # an event could not be handled; a peer that is away is no reason to stop serving

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            try:
                await self.step(_IDLE_POLL_SECONDS)
                failures = 0
            except asyncio.CancelledError:
                raise
            except Unavailable as error:
                failures += 1
                self.error = error.code
                log.warning("feed_waits", feed=self.feed, error=self.error)
                await self._pause(failures)
            except Exception as error:  # whatever it is, the feed must say so and go on trying
                failures += 1
                self.stopped = problem_of(error) is None
                self.error = error.code if isinstance(error, Problem) else type(error).__name__
                log.error("feed_stopped", feed=self.feed, error=self.error, exc_info=not isinstance(error, Problem))
                await self._pause(failures)

    @staticmethod
    async def _pause(failures: int) -> None:
        await asyncio.sleep(_BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS)) - 1])

    async def step(self, wait: float = 0.0) -> int:
        """Fetch one page, apply it, return how many events it had."""
        epoch, position = await self._cursor()
        # No session is held across this call.
        params = {"after": position, "epoch": epoch, "limit": self.page, "timeout": wait}
        answer = await self.peer.get("/v1/events", params, patience=wait + 4.0)
        if answer.status_code == 410:
            await self._forget()
            return 0
        if answer.status_code != 200:
            raise BadRequest(f"The feed {self.feed} answered {answer.status_code}.", "feed_refused")
        batch = [CloudEvent.model_validate(item) for item in answer.json()]
        if batch and not await self._apply(UUID(answer.headers["Feed-Epoch"]), position, batch):
            await asyncio.sleep(_POLL_SECONDS)
            return 0
        self.position = batch[-1].position if batch else position
        self.lag = int(answer.headers["Feed-Head"]) - self.position
        self.error, self.stopped = None, False
        return len(batch)

    async def _cursor(self) -> tuple[UUID | None, int]:
        async with self.database.transaction(tenancy.HOUSE) as session:
            row = (
                await session.execute(
                    text(
                        "INSERT INTO feed_cursors (feed, position, updated_at) VALUES (:feed, 0, :at)"
                        " ON CONFLICT (feed) DO UPDATE SET feed = EXCLUDED.feed RETURNING epoch, position"
                    ),
                    {"feed": self.feed, "at": now()},
                )
            ).one()
        return row.epoch, row.position

    async def _apply(self, epoch: UUID, position: int, batch: list[CloudEvent]) -> bool:
        """Effects and cursor move together. False when another replica holds the cursor or has moved it."""
        async with self.database.transaction(tenancy.HOUSE) as session:
            held = await session.execute(
                text("SELECT position FROM feed_cursors WHERE feed = :feed FOR UPDATE SKIP LOCKED"), {"feed": self.feed}
            )
            row = held.one_or_none()
            if row is None or row.position != position:
                return False
            for event in batch:
                await self.handle(session, event)
            await session.execute(
                text("UPDATE feed_cursors SET epoch = :epoch, position = :to, updated_at = :at WHERE feed = :feed"),
                {"feed": self.feed, "epoch": epoch, "to": batch[-1].position, "at": now()},
            )
        return True

    async def _forget(self) -> None:
        log.warning("feed_reset", feed=self.feed)
        self.resets += 1
        async with self.database.transaction(tenancy.HOUSE) as session:
            await session.execute(text("SELECT 1 FROM feed_cursors WHERE feed = :feed FOR UPDATE"), {"feed": self.feed})
            await self.reset(session)
            await session.execute(
                text("UPDATE feed_cursors SET epoch = NULL, position = 0, updated_at = :at WHERE feed = :feed"),
                {"feed": self.feed, "at": now()},
            )
