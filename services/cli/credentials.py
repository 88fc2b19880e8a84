"""The API clients a fresh installation starts with: operations, and one for each service."""

import asyncio
import os
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from services.cli.databases import SERVICES
from services.cli.keys import write_private
from services.cli.migrate import with_asyncpg
from services.registry.access import service as access

FILE = "credentials.json"


async def register(registry_database: str, client_secrets: dict[str, str]) -> None:
    """Make registry know the clients; secrets already known stay valid. One transaction."""
    engine = create_async_engine(with_asyncpg(registry_database))
    try:
        async with AsyncSession(engine) as session, session.begin():
            await access.ensure_client(session, "ops", client_secrets["ops"], None, ["ops"])
            for name in SERVICES:
                await access.ensure_client(session, name, client_secrets[name], None, ["service"])
    finally:
        await engine.dispose()


def write(folder: Path, client_secrets: dict[str, str]) -> None:
    """`credentials.json`: the ops client, and one client for each sample organisation once that is loaded."""
    file = folder / FILE
    if not file.exists():
        ops: dict[str, Any] = {"client_id": "ops", "client_secret": client_secrets["ops"]}
        write_private(file, {"ops": ops, "clients": {}})


if __name__ == "__main__":  # where secrets come by the environment, as in deploy/compose.yaml
    given = {name: os.environ[f"{name.upper()}_CLIENT_SECRET"] for name in ("ops", *SERVICES)}
    asyncio.run(register(os.environ["DATABASE_URL_REGISTRY"], given))
