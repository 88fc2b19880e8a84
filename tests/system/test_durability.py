"""Nothing acknowledged is lost: services and PostgreSQL are killed while partners write.

At the end the rows of matching, the events it published and the facts reporting took in are the same number, and
every answer a partner got is among them. The short form kills each process once; `-m long` thirty times.
"""

import asyncio
import itertools
import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from services.cli import databases, keys
from services.cli.databases import SERVICES
from tests.system.installation import Installation, becomes_ready

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

PERSON = {
    "birth_date": "1998-05-05",
    "sex": "F",
    "nationality": "MAR",
    "residence": "MAR",
    "skills": [{"uri": "http://data.europa.eu/esco/skill/0005c151-5b5a-4a66-8aac-60e734beb1ab"}],
    "available_from": "2027-01-01",
    "consent": {"scopes": ["MATCHING_HOME", "STATISTICS"], "granted_on": "2026-10-01", "text_version": "1"},
}


@dataclass
class Partner:
    """A partner's system that keeps on until it is told yes: the same key for the same person."""

    addresses: dict[str, str]
    credentials: tuple[str, str]
    acknowledged: set[str] = field(default_factory=set)
    token: str = ""

    async def register(self, http: httpx.AsyncClient, number: int) -> None:
        key = f"P-{number:05}"
        while key not in self.acknowledged:
            try:
                if not self.token:
                    await self._renew(http)
                answer = await http.post(
                    f"{self.addresses['matching']}/v1/candidates",
                    json=PERSON | {"external_id": key},
                    headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
                )
            except (httpx.TransportError, json.JSONDecodeError):
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.acknowledged.add(answer.json()["id"])
                return
            if answer.status_code == 401:
                self.token = ""
            assert answer.status_code in (401, 409, 429, 503), answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            await asyncio.sleep(0.05)

    async def _renew(self, http: httpx.AsyncClient) -> None:
        answer = await http.post(
            self.addresses["token_url"], data={"grant_type": "client_credentials"}, auth=self.credentials
        )
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]


async def _counsellor(addresses: dict[str, str]) -> tuple[str, str]:
    """An organisation with a client, made by operations."""
    ops = json.loads(Path(addresses["credentials"]).read_text())["ops"]
    async with httpx.AsyncClient(base_url=addresses["registry"], timeout=20) as http:
        token = await http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(ops["client_id"], ops["client_secret"])
        )
        http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        entry = {"code": "PES", "name": {"en": "Invented"}, "type": "PUBLIC_EMPLOYMENT_SERVICE"}
        organisation = await http.post(
            "/v1/organisations", json=entry | {"sector": "NATIONAL_PUBLIC", "country": "MAR"}
        )
        body = {"organisation_id": organisation.json()["id"], "name": "System", "roles": ["counsellor"]}
        client = (await http.post("/v1/clients", json=body)).json()
    return client["client_id"], client["client_secret"]


def _kill(installation: Installation, up_pid: int, name: str) -> None:
    if name == "postgres":
        postmaster = installation.folder / "data" / "postgres" / "cluster" / "postmaster.pid"
        os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)
        return
    for process in psutil.Process(up_pid).children(recursive=True):
        if f"services.{name}.app:create_app" in process.cmdline() and "python" in process.name():
            process.kill()
            return
    raise AssertionError(f"no process of {name}")


async def _count(folder: Path, service: str, sql: str) -> int:
    owner = f"passerelle_{service}_owner"
    password = keys.load(folder / "data")["databases"][owner]
    port = (folder / "data" / "postgres" / "port").read_text().strip()
    url = databases.url_as(f"postgresql://x@127.0.0.1:{port}", f"passerelle_{service}", owner, password)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('passerelle.tenant', '*', false)")
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


async def _storm(installation: Installation, up_pid: int, kills: list[str]) -> Partner:
    """Eight writers that go on for as long as the killing does."""
    addresses = installation.addresses()
    partner = Partner(addresses, await _counsellor(addresses))
    numbers = itertools.count()
    done = asyncio.Event()

    async def worker(http: httpx.AsyncClient) -> None:
        while not done.is_set():
            await partner.register(http, next(numbers))

    async def killer() -> None:
        for name in kills:
            before = len(partner.acknowledged)
            await asyncio.sleep(0.8)
            assert len(partner.acknowledged) > before, f"nothing was written when {name} was to be killed"
            await asyncio.to_thread(_kill, installation, up_pid, name)
            for service in SERVICES:
                assert await asyncio.to_thread(becomes_ready, addresses[service]), f"{service} after killing {name}"

    async with httpx.AsyncClient(timeout=8) as http:
        workers = [asyncio.create_task(worker(http)) for _ in range(8)]
        try:
            await killer()
        finally:
            done.set()
        await asyncio.gather(*workers)
    return partner


async def _settled(installation: Installation, expected: int) -> dict[str, int]:
    """Rows, events and facts; waits until reporting has taken in what there is."""
    facts = "SELECT count(*) FROM facts WHERE kind = 'CANDIDATE_REGISTERED'"
    deadline = time.monotonic() + 30
    while await _count(installation.folder, "reporting", facts) < expected and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    registered = "type = 'org.passerelle.matching.candidate-registered.v1'"
    counted: dict[str, Any] = {
        "rows": await _count(installation.folder, "matching", "SELECT count(*) FROM candidates"),
        "events": await _count(installation.folder, "matching", f"SELECT count(*) FROM events WHERE {registered}"),
        "keys": await _count(installation.folder, "matching", "SELECT count(*) FROM idempotency_keys"),
        "facts": await _count(installation.folder, "reporting", facts),
    }
    return counted


async def test_rows_events_keys_and_facts_agree_after_every_process_was_killed(installation: Installation) -> None:
    up = await asyncio.to_thread(installation.start)
    partner = await _storm(installation, up.pid, [*SERVICES, "postgres"])
    written = len(partner.acknowledged)
    assert await _settled(installation, written) == dict.fromkeys(("rows", "events", "keys", "facts"), written)
    up.terminate()
    assert await asyncio.to_thread(up.wait, 20) == 0


@pytest.mark.long
async def test_thirty_kills_in_one_run(installation: Installation) -> None:
    up = await asyncio.to_thread(installation.start)
    kills = [*SERVICES, "postgres"] * 8
    partner = await _storm(installation, up.pid, kills[:30])
    assert set((await _settled(installation, len(partner.acknowledged))).values()) == {len(partner.acknowledged)}
    up.terminate()
    assert await asyncio.to_thread(up.wait, 20) == 0
