"""Every operation against its own OpenAPI document: all checks and phases of Schemathesis over real sockets."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from services.contracts.access import HOUSE_ROLES, ROLES, SCOPES
from tests.conftest import SERVICES, House

CONFIG = Path(__file__).with_name("schemathesis.toml")
PROJECT = Path(__file__).parents[2]


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a socket of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def authorization_by_scope(house: House) -> dict[str, str]:
    """One organisation with every role of a partner has most scopes; operations have the others."""
    async with await house.act("TESTED", *sorted(ROLES.keys() - HOUSE_ROLES)) as http:
        partner = http.headers["Authorization"]
    async with await house.ops() as http:
        operations = http.headers["Authorization"]
    of_partners = frozenset().union(*(scopes for role, scopes in ROLES.items() if role not in HOUSE_ROLES))
    of_nobody = httpx.BasicAuth("ops", house.ops_secret)._auth_header
    return {"": of_nobody} | {scope: partner if scope in of_partners else operations for scope in SCOPES}


async def run(house: House, service: str, folder: Path, examples: int) -> None:
    async with served(house.apps[service]) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", f"{url}/openapi.json"),
            *("--url", url, "--checks", "all", "--max-examples", str(examples), "--workers", "2", "--no-color"),
            cwd=folder,  # where it leaves its notes
            env=os.environ
            | {"PYTHONPATH": str(PROJECT), "PASSERELLE_AUTHORIZATION": json.dumps(await authorization_by_scope(house))},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_service_keeps_to_its_document(house: House, service: str, tmp_path: Path) -> None:
    await run(house, service, tmp_path, 50)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_service_keeps_to_its_document_for_long(house: House, service: str, tmp_path: Path) -> None:
    await run(house, service, tmp_path, 1000)
