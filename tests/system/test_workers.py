"""Workers as processes of their own: one is killed in the middle of a run, and another brings it to the same bytes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import URLS, House
from tests.matching.cohort import start, stored
from tests.matching.registry_events import person
from tests.matching.scene import build
from tests.matching.test_candidates_api import batch

_COMMAND = [sys.executable, "-m", "services.cli.main", "work", "matching"]
_LEASE_SECONDS = 2.0


@pytest.fixture
def workers(database_urls: dict[str, str]) -> Iterator["Workers"]:
    made = Workers(database_urls["DATABASE_URL_MATCHING"])
    yield made
    for process in made.running:
        process.kill()
        process.wait()


class Workers:
    """`passerelle work matching`, as often as a test likes."""

    def __init__(self, url: str) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "AUTH_ISSUER": URLS["registry"],
            "CURSOR_SECRET": "c" * 40,
            "LIKENESS_SECRET": "l" * 40,
            "ALLOCATION_LEASE_SECONDS": str(_LEASE_SECONDS),
        }

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(_COMMAND, env=self.environment)
        self.running.append(process)
        return process


async def reaches(http: httpx.AsyncClient, run: str, *statuses: str, within: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + within
    while True:
        found: dict[str, Any] = (await http.get(f"/v1/allocations/{run}")).json()
        if found["status"] in statuses:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


async def test_a_killed_workers_run_is_taken_up_and_ends_with_the_same_bytes(house: House, workers: Workers) -> None:
    scene = await build(house)
    people = [row["id"] for row in await batch(scene.counsellor, *(person(external_id=f"P-{n}") for n in range(60)))]
    body = {
        "partnership_id": str(scene.partnership.id),
        "cohort": {"candidate_ids": people},
        "vacancies": [str(scene.vacancy.id)],
        "seed": 11,
    }
    disturbed = await start(scene.counsellor, body)
    first = workers.start()
    await reaches(scene.counsellor, disturbed, "RUNNING")
    first.send_signal(signal.SIGKILL)
    first.wait()
    left = await reaches(scene.counsellor, disturbed, "RUNNING", "COMPUTED")
    workers.start()
    taken_up = await reaches(scene.counsellor, disturbed, "COMPUTED")
    undisturbed = await reaches(scene.counsellor, await start(scene.counsellor, body), "COMPUTED")
    assert (left["status"], taken_up["attempts"], undisturbed["attempts"]) == ("RUNNING", 2, 1)
    assert await stored(house, disturbed) == await stored(house, undisturbed["id"])
    assert taken_up["result_sha256"] == undisturbed["result_sha256"]


def test_a_worker_without_work_ends_when_it_is_told_to(workers: Workers) -> None:
    process = workers.start()
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
    assert process.returncode in (0, -signal.SIGTERM)
