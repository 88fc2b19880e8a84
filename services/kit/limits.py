"""Bounds on what a request may cost: body size, time, rate. Pure ASGI, so that nothing is buffered twice."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit.errors import Problem, TooLarge, Unavailable, UnsupportedMedia

JSON_BODY_BYTES = 256 * 1024
BULK_BODY_BYTES = 1024 * 1024
PEOPLE_BODY_BYTES = 16 * 1024 * 1024  # ten thousand people at 1.6 kB each; read a few hundred at a time
FILE_BODY_BYTES = 50 * 1024 * 1024
LONGEST_POLL_SECONDS = 30
PEOPLE_SECONDS = 55.0  # ten thousand people take some ten, on a busy machine more
COMMIT_SECONDS = 55.0  # thousands of cases are moved in one transaction
DOCUMENT_SECONDS = 60.0  # the first time it is made, on a slow machine
TRANSFER_SECONDS = 300  # a file of that size at 1.4 Mbit/s; neither way holds a database connection meanwhile
RESOLVE_SECONDS = 25  # a thousand texts take a few, on a busy machine many; no connection is held meanwhile
_BODY_TYPES = ("application/json", "application/merge-patch+json")
_OOXML = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{_OOXML}.wordprocessingml.document", f"{_OOXML}.spreadsheetml.sheet"
FILE_TYPES = ("application/pdf", "text/plain", "text/csv", "image/png", "image/jpeg", DOCX, XLSX)


async def send_problem(send: Send, problem: Problem, request_id: str) -> None:
    """Answer with problem+json from below the framework."""
    body = json.dumps(problem.body() | {"request_id": request_id}).encode()
    headers = {"content-type": "application/problem+json", "content-length": str(len(body)), **problem.headers}
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})


def body_bound(path: str) -> tuple[int, tuple[str, ...]]:
    """How many bytes a body sent there may have, and of which types it may be."""
    if path == "/v1/candidates:batch":  # people are not sent round in spreadsheets
        return PEOPLE_BODY_BYTES, ("application/x-ndjson",)
    if path.endswith(":batch"):
        return BULK_BODY_BYTES, ("application/x-ndjson", "text/csv", XLSX)
    if path.endswith(":import"):
        return BULK_BODY_BYTES, ("application/json", "application/ld+json")
    if path.endswith(":resolve"):
        return BULK_BODY_BYTES, _BODY_TYPES
    if path.endswith("/documents"):
        return FILE_BODY_BYTES, FILE_TYPES
    if path == "/oauth/token":
        return JSON_BODY_BYTES, ("application/x-www-form-urlencoded",)
    return JSON_BODY_BYTES, _BODY_TYPES


class BodyLimit:
    """Refuses bodies that are too large, compressed or of an unknown type, before they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        limit, types = body_bound(scope["path"])
        problem = self._refusal(headers, limit, types)
        if problem:
            return await send_problem(send, problem, scope.get("request_id", ""))
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(f"A body here may have {limit} bytes.")
            return message

        return await self.app(scope, counted, send)

    @staticmethod
    def _refusal(headers: Headers, limit: int, types: tuple[str, ...]) -> Problem | None:
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > limit:
            return TooLarge(f"A body here may have {limit} bytes.")
        if headers.get("content-encoding", "identity") != "identity":
            return UnsupportedMedia("Send the body as it is: Content-Encoding is not accepted.")
        if length == "0" and "transfer-encoding" not in headers:
            return None
        sent = headers.get("content-type", "").partition(";")[0].strip().lower()
        return None if sent in types else UnsupportedMedia(f"Send {' or '.join(types)}.")


def _asked_to_wait(scope: Scope) -> float:
    """Seconds that some answers take on top of the deadline; what is out of bounds is refused further in."""
    if (scope["method"], scope["path"].rpartition("/")[2]) in (("POST", "documents"), ("GET", "content")):
        return TRANSFER_SECONDS
    if scope["path"].endswith(":resolve"):
        return RESOLVE_SECONDS
    if scope["path"] == "/v1/candidates:batch":
        return PEOPLE_SECONDS
    if (scope["method"], scope["path"].rpartition("/")[2]) == ("POST", "commit"):
        return COMMIT_SECONDS
    if scope["path"] == "/openapi.json":
        return DOCUMENT_SECONDS
    if scope["path"] != "/v1/events":
        return 0.0
    try:
        asked = float(parse_qs(scope["query_string"].decode("latin-1")).get("timeout", ["0"])[-1])
    except ValueError:
        return 0.0
    return asked if 0 <= asked <= LONGEST_POLL_SECONDS else 0.0


class Deadline:
    """Answers 503 when the time is up, whether or not the work can be stopped.

    The work is cancelled but not waited for: a driver that talks to a frozen server may take until that server
    wakes to give up. Work that a driver cancelled by itself gets the same answer.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app, self.seconds = app, seconds
        self._abandoned: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = finished = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if finished:
                return
            started = True
            await send(message)

        task = asyncio.ensure_future(self.app(scope, receive, guarded))
        try:
            done, _ = await asyncio.wait({task}, timeout=self.seconds + _asked_to_wait(scope))
        except asyncio.CancelledError:  # the client went away or the server stops
            task.cancel()
            self._keep(task)
            raise
        if done and not task.cancelled():
            return task.result()
        if not started:
            finished = True
            problem = Unavailable("The answer took too long.", "deadline_exceeded", retry_after=2)
            await send_problem(send, problem, scope.get("request_id", ""))
        task.cancel()
        self._keep(task)
        return None

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._abandoned.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()  # read it, or asyncio complains


class Head:
    """HEAD works wherever GET does: the same answer without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"}
        await self.app(inner, receive, bodiless)
        scope["route"] = inner.get("route")  # for the metrics, which see the outer scope
        return None


@dataclass(frozen=True, slots=True)
class Rate:
    """State of a client's allowance."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """RateLimit fields (IETF draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"client";q={self.limit};w=60',
            "RateLimit": f'"client";r={self.remaining};t={self.reset_seconds}',
        }


class Limiter:
    """Requests a minute by API client, in a sliding window; counted in this process."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, client_id: str) -> Rate:
        """Count one request."""
        allowed = self._limiter.hit(self._item, client_id)
        window: Any = self._limiter.get_window_stats(self._item, client_id)
        reset = max(1, int(window.reset_time - time.time()))
        return Rate(allowed, self._item.amount, max(0, window.remaining), reset)
