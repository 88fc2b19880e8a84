"""Every operation against its own OpenAPI document: all checks and phases of Schemathesis over real sockets."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from services.contracts.access import SCOPES
from tests import factories
from tests.conftest import SERVICES, House
from tests.operations import PARTNER_ROLES, PARTNER_SCOPES

CONFIG = Path(__file__).with_name("schemathesis.toml")
# Boundary values of hundreds of operations take a quarter of an hour: the long form has them.
SHORT = dict.fromkeys(("registry", "matching"), ("--max-examples", "5", "--phases", "examples,fuzzing"))
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


async def clients_by_scope(house: House) -> dict[str, tuple[str, str]]:
    """One organisation with every role of a partner, and a record of every kind, has most scopes; operations have
    the others."""
    world = await factories.build(house)
    for make in factories.FACTORIES.values():
        await make(world)
    wanted = {"organisation_id": await house.organisation(factories.OWNER), "name": "Tested", "roles": PARTNER_ROLES}
    async with await house.ops() as http:
        created = (await http.post("/v1/clients", json=wanted)).json()
    partner, operations = (created["client_id"], created["client_secret"]), ("ops", house.ops_secret)
    return {"": operations} | {scope: partner if scope in PARTNER_SCOPES else operations for scope in SCOPES}


async def run(house: House, service: str, folder: Path, *more: str) -> None:
    house.apps[service].openapi()  # so that the reader does not wait for it to be made
    async with served(house.apps["registry"]) as issuer, served(house.apps[service]) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(CONFIG)),
            *("run", f"{url}/openapi.json", "--url", url, "--checks", "all", *more),
            cwd=folder,  # where it leaves its notes
            env=os.environ
            | {"PYTHONPATH": str(PROJECT), "PASSERELLE_ISSUER": issuer}
            | {"PASSERELLE_CLIENTS": json.dumps(await clients_by_scope(house))},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_service_keeps_to_its_document(house: House, service: str, tmp_path: Path) -> None:
    await run(
        house, service, tmp_path, *SHORT.get(service, ("--max-examples", "50", "--phases", "examples,coverage,fuzzing"))
    )


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_service_keeps_to_its_document_for_long(house: House, service: str, tmp_path: Path) -> None:
    await run(house, service, tmp_path, "--max-examples", "500")
