"""Is this process alive, and is it ready for traffic?"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from services.kit.db import Database
from services.kit.feed import Follower

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_REVISION = re.compile(r'^revision = "(.+)"$', re.M)
_LAG_READY = 10_000  # events behind; a service further back than this answers from too old a picture

router = APIRouter(include_in_schema=False)


def head_revision(service: str) -> str | None:
    """The newest migration that this code knows.

    Read from the files, whose names are in the order of the history (a test holds them to it): Alembic would take a
    tenth of a second of every start to say the same.
    """
    newest = max((MIGRATIONS / service).glob("*.py"), default=None)
    found = _REVISION.search(newest.read_text()) if newest else None
    return found[1] if found else None


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request) -> Response:
    """Database reachable, migrations at head, feeds moving."""
    state = request.app.state
    checks: dict[str, Any] = {"database": await state.database.ping()}
    if checks["database"]:
        checks["migrations"] = await _at_head(state.database, state.head_revision)
    followers: Sequence[Follower] = state.followers
    for follower in followers:
        checks[f"feed:{follower.feed}"] = not follower.stopped and follower.lag < _LAG_READY
    good = all(checks.values())
    feeds = {f.feed: {"position": f.position, "lag": f.lag, "resets": f.resets, "error": f.error} for f in followers}
    return JSONResponse(
        {"status": "ready" if good else "not_ready", "checks": checks, "feeds": feeds}, 200 if good else 503
    )


async def _at_head(database: Database, head: str | None) -> bool:
    async with database.engine.connect() as connection:
        return bool(await connection.scalar(text("SELECT version_num FROM alembic_version")) == head)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    state = request.app.state
    for follower in state.followers:
        state.metrics.feed_lag.labels(follower.feed).set(follower.lag)
        state.metrics.feed_stopped.labels(follower.feed).set(int(follower.stopped))
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
