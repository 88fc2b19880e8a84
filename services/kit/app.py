"""Puts a service together: middleware, errors, health, documents and background work."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route

from services.kit import docs, feed, health, idempotency, tenancy
from services.kit.auth import IssuerKeys, Keys, Verifier
from services.kit.db import Database, problem_of
from services.kit.document import openapi_document
from services.kit.errors import BadRequest, MethodNotAllowed, NotFound, Problem, Unprocessable
from services.kit.json import pointers
from services.kit.limits import BodyLimit, Deadline, Head, Limiter
from services.kit.problem_document import RESPONSE_HEADERS
from services.kit.settings import ServiceSettings
from services.kit.telemetry import Metrics, Telemetry, configure_logs

log = structlog.get_logger()

_HOUR = 3600.0
_FEED_TAG = {"events": "The feed other services follow."}
Background = Callable[[], Awaitable[None]]
# Done every hour, in a transaction that acts for the house; True asks for another one at once.
Chore = Callable[[AsyncSession], Awaitable[bool | None]]


def create_service(
    settings: ServiceSettings,
    *,
    title: str,
    summary: str,
    description: str,
    tags: dict[str, str],
    routers: Sequence[APIRouter],
    keys: Keys | None = None,
    followers: Sequence[feed.Follower] = (),
    database: Database | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    on_start: Sequence[Background] = (),
    on_stop: Sequence[Background] = (),
    chores: Sequence[Chore] = (),
) -> FastAPI:
    """A FastAPI application in which every route gets the house's rules.

    `keys` verifies tokens (default: those of the issuer); `followers` run while the service does; `on_start` runs
    before the first request and `on_stop` after the last. `transport` carries calls to the token issuer (tests put
    the issuer's application in its place).
    """
    configure_logs(settings.service_name, settings.log_level)
    database = database or Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    http = httpx.AsyncClient(timeout=3.0, transport=transport)
    app = FastAPI(
        title=title,
        summary=summary,
        description=description,
        version="1.0.0",
        lifespan=_lifespan(followers, database, on_start, [*on_stop, http.aclose], [idempotency.purge, *chores]),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.followers = list(followers)
    keys = keys or IssuerKeys(settings.auth_issuer, http)
    app.state.verifier = Verifier(settings.auth_issuer, settings.auth_audience, keys)
    app.state.limiter = Limiter(settings.requests_per_minute)
    app.state.metrics = Metrics()
    app.state.head_revision = health.head_revision(settings.service_name)
    included = (*routers, feed.router, health.router, docs.docs_router(app, settings))
    for router in included:
        app.include_router(router)
    described = [{"name": name, "description": text} for name, text in (tags | _FEED_TAG).items()]
    app.openapi = _cached(lambda: openapi_document(app, settings, described))  # type: ignore[method-assign]
    _add_error_handlers(app, [route for router in included for route in router.routes])
    _add_middleware(app, settings)
    return app


def _lifespan(
    followers: Sequence[feed.Follower],
    database: Database,
    on_start: Sequence[Background],
    on_stop: Sequence[Background],
    chores: Sequence[Chore],
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await _build_routes(app)
        for start in on_start:
            await start()
        tasks = [asyncio.create_task(follower.run()) for follower in followers]
        tasks.append(asyncio.create_task(_do_hourly(database, chores)))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for stop in on_stop:
            await stop()
        await database.close()

    return lifespan


async def _build_routes(app: FastAPI) -> None:
    """FastAPI builds its routes with the first request that passes them, most of a second for two hundred of them; so
    that it is no client's, it is ours."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        await client.get("/health/live")


def _add_middleware(app: FastAPI, settings: ServiceSettings) -> None:
    # Last added is outermost: telemetry sees all, a page of another service may read every answer, also those of
    # the deadline and of the bounds on the body.
    app.add_middleware(Head)
    app.add_middleware(BodyLimit)
    app.add_middleware(Deadline, seconds=settings.request_deadline_seconds)
    app.add_middleware(
        CORSMiddleware,  # Swagger UI of one service shows and calls the others
        allow_origins=docs.origins(settings),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=[*RESPONSE_HEADERS, "Location", "Feed-Epoch", "Feed-Head"],
    )
    app.add_middleware(Telemetry, metrics=app.state.metrics, service=settings.service_name)


def _cached(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    made: dict[str, Any] = {}
    lock = threading.Lock()

    def document() -> dict[str, Any]:
        with lock:
            if not made:
                made.update(make())
        return made

    return document


async def _do_hourly(database: Database, chores: Sequence[Chore]) -> None:
    while True:
        for chore in chores:
            try:
                more: bool | None = True
                while more:
                    async with database.transaction(tenancy.HOUSE) as session:
                        more = await chore(session)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("chore_failed", chore=chore.__name__, error=type(error).__name__)
        await asyncio.sleep(_HOUR)


def _answer(request: Request, problem: Problem) -> JSONResponse:
    body = problem.body() | {"request_id": request.scope.get("request_id", "")}
    headers = dict(problem.headers)
    if rate := getattr(request.state, "rate", None):
        headers = rate.headers() | headers
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")


def _add_error_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    async def on_problem(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return _answer(request, error)

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        of_parameters = [e for e in error.errors() if e["loc"][0] != "body"]
        found = pointers(of_parameters or error.errors())
        if not of_parameters:
            trimmed = [type(f)(f.pointer.removeprefix("/body"), f.code, f.message) for f in found]
            return _answer(request, Unprocessable.fields(trimmed))
        return _answer(
            request,
            BadRequest(
                "A parameter is not valid; see errors.",
                "invalid_parameter",
                errors=[{"pointer": f.pointer, "code": f.code, "message": f.message} for f in found],
            ),
        )

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):  # FastAPI wraps whatever fails while it reads the body
            return _answer(request, error.__cause__)
        if error.status_code == 405:
            allowed = ", ".join(_methods_of(routes, request.url.path))
            return _answer(request, MethodNotAllowed(f"Allowed here: {allowed}.", headers={"Allow": allowed}))
        if error.status_code == 404:
            return _answer(request, NotFound())
        return _answer(request, BadRequest(str(error.detail)))

    async def on_failure(request: Request, error: Exception) -> JSONResponse:
        problem = problem_of(error)
        if problem is None:
            request_id = request.scope.get("request_id")
            log.error("failure", request_id=request_id, error=type(error).__name__, exc_info=error)
            problem = Problem("This is our fault; the request id finds it in the logs.")
        return _answer(request, problem)

    async def on_surprise(request: Request, error: Exception) -> JSONResponse:
        # Starlette answers what nobody foresaw outside all middleware, so telemetry cannot add its header.
        answer = await on_failure(request, error)
        answer.headers["X-Request-Id"] = request.scope.get("request_id", "")
        return answer

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for kind in (SQLAlchemyError, OSError, TimeoutError):
        app.add_exception_handler(kind, on_failure)
    app.add_exception_handler(Exception, on_surprise)


def _methods_of(routes: Sequence[BaseRoute], path: str) -> list[str]:
    matching = (r.methods or set() for r in routes if isinstance(r, Route) and r.path_regex.match(path))
    found = set[str]().union(*matching)
    return sorted(found | ({"HEAD"} if "GET" in found else set())) or ["GET", "HEAD"]
