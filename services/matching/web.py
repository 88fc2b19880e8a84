"""What the routes of matching have in common beyond `kit`: the engine, and answers that are stored nowhere."""

import asyncio
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request, Response

from services.matching.engine import Engine

_PATIENCE_SECONDS = 1.5  # for a registry that hangs; the work goes on in the background


async def _engine(request: Request) -> Engine:
    """To be asked for before the session: a new taxonomy is fetched over HTTP, while no transaction is open."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await request.app.state.taxonomies.ensure()
    engine: Engine = request.app.state.engine
    return engine


EngineDep = Annotated[Engine, Depends(_engine)]


async def _likeness_key(request: Request) -> bytes:
    key: bytes = request.app.state.likeness_key
    return key


LikenessKeyDep = Annotated[bytes, Depends(_likeness_key)]


async def no_store(response: Response) -> None:
    """Personal data stays out of caches."""
    response.headers["Cache-Control"] = "no-store"
