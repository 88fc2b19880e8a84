"""Logs and metrics of every request, in one pure-ASGI layer."""

import logging
import re
import sys
import time
from contextlib import suppress
from typing import Any, BinaryIO

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars
from uuid_utils.compat import uuid7

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,100}")
_QUIET = ("/health/live", "/health/ready", "/metrics")


class _Unfailing:
    """A log on a full disk loses lines, not requests."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, line: bytes) -> int:
        with suppress(OSError):
            return self._file.write(line)
        return 0

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


def configure_logs(service: str, level: str) -> None:
    """JSON lines on stderr, one a request, never with bodies, tokens or query strings."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(file=_Unfailing(sys.stderr.buffer)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format=f"%(levelname)s {service} %(name)s %(message)s"
    )


class Metrics:
    """Prometheus metrics of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self.requests = Counter("http_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "http_request_seconds",
            "Time to answer.",
            ["method", "route"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )
        self.feed_lag = Gauge("feed_lag_events", "Events not yet taken in.", ["feed"], registry=self.registry)
        self.feed_stopped = Gauge("feed_stopped", "1 when a feed cannot go on.", ["feed"], registry=self.registry)


class Telemetry:
    """Request id in and out, one log line, two metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics, service: str) -> None:
        self.app, self.metrics, self.service = app, metrics, service
        self.log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
        scope["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        with bound_contextvars(request_id=request_id, service=self.service):
            try:
                await self.app(scope, receive, noted)
            finally:
                self._note(scope, status, time.perf_counter() - started)
        return None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self.metrics.requests.labels(scope["method"], route, status).inc()
        self.metrics.seconds.labels(scope["method"], route).observe(seconds)
        if scope["path"] in _QUIET:
            return
        line: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1e3, 1),
        }
        if principal := scope.get("state", {}).get("principal"):
            line["client"] = principal.client_id
        self.log.info("request", **line)
