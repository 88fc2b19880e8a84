"""The API clients a fresh installation starts with: operations, and one for each service."""

import asyncio
import os
from pathlib import Path
from typing import Any

from services.cli.databases import SERVICES
from services.cli.keys import write_private
from services.cli.migrate import with_asyncpg
from services.kit.db import Database
from services.kit.tenancy import HOUSE
from services.registry.access import service as access

FILE = "credentials.json"


async def register(registry_database: str, client_secrets: dict[str, str]) -> None:
    """Make registry know the clients with these secrets; repeating it changes nothing. One transaction."""
    database = Database(with_asyncpg(registry_database), pool_size=1)
    try:
        async with database.transaction(HOUSE) as session:
            await access.ensure_client(session, "ops", client_secrets["ops"], ["ops"], "Operations")
            for name in SERVICES:
                await access.ensure_client(session, name, client_secrets[name], ["service"], f"Service {name}")
    finally:
        await database.close()


def write(folder: Path, client_secrets: dict[str, str]) -> None:
    """`credentials.json`: the ops client, and one client for each sample organisation once that is loaded."""
    file = folder / FILE
    if not file.exists():
        ops: dict[str, Any] = {"client_id": "ops", "client_secret": client_secrets["ops"]}
        write_private(file, {"ops": ops, "clients": {}})


if __name__ == "__main__":  # where secrets come by the environment, as in deploy/compose.yaml
    given = {name: os.environ[f"{name.upper()}_CLIENT_SECRET"] for name in ("ops", *SERVICES)}
    asyncio.run(register(os.environ["DATABASE_URL_REGISTRY"], given))
