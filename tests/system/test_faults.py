"""Faults of what a service depends on: a clear 503 within 5.5 s, and well again by itself."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.system.installation import Installation

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

ANSWER_WITHIN = 5.5
ENTRY = {"name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}


class Ops:
    """The operations client; every call says how long it took."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.addresses = addresses
        ops = json.loads(Path(addresses["credentials"]).read_text())["ops"]
        self._auth = (ops["client_id"], ops["client_secret"])
        self.http = httpx.Client(timeout=20)
        self._number = 0
        token = self.http.post(addresses["token_url"], data={"grant_type": "client_credentials"}, auth=self._auth)
        self.http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def write(self) -> tuple[httpx.Response, float]:
        self._number += 1
        began = time.perf_counter()
        answer = self.http.post(
            f"{self.addresses['registry']}/v1/organisations", json=ENTRY | {"code": f"ORG-{self._number}"}
        )
        return answer, time.perf_counter() - began

    def until_written(self, within: float) -> float:
        """Seconds until a write succeeds."""
        began = time.perf_counter()
        while time.perf_counter() - began < within:
            if self.write()[0].status_code == 201:
                return time.perf_counter() - began
            time.sleep(0.1)
        pytest.fail(f"not well again within {within} s")


def assert_unavailable(answer: httpx.Response, seconds: float) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert seconds < ANSWER_WITHIN


@pytest.fixture
def running(installation: Installation) -> Iterator[Ops]:
    up = installation.start()
    yield Ops(installation.addresses())
    up.terminate()
    up.wait(30)


def _postgres(folder: Path) -> list[psutil.Process]:
    postmaster = int((folder / "data/postgres/cluster/postmaster.pid").read_text().split()[0])
    process = psutil.Process(postmaster)
    return [process, *process.children(recursive=True)]


def test_a_frozen_postgresql_costs_a_503_and_two_seconds_after_it_wakes(
    running: Ops, installation: Installation
) -> None:
    assert running.write()[0].status_code == 201
    frozen = _postgres(installation.folder)
    for process in frozen:
        process.send_signal(signal.SIGSTOP)
    try:
        answers = [running.write() for _ in range(3)]
        ready = httpx.get(f"{running.addresses['registry']}/health/ready", timeout=10)
        live = httpx.get(f"{running.addresses['registry']}/health/live", timeout=1)
    finally:
        for process in reversed(frozen):
            process.send_signal(signal.SIGCONT)
    for answer, seconds in answers:
        assert_unavailable(answer, seconds)
    assert (ready.status_code, live.status_code) == (503, 200)
    assert running.until_written(within=8) < 2


def test_a_stopped_postgresql_is_started_again(running: Ops, installation: Installation) -> None:
    _postgres(installation.folder)[0].send_signal(signal.SIGINT)  # fast shutdown
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        answer, seconds = running.write()
        if answer.status_code != 201:
            assert_unavailable(answer, seconds)
        time.sleep(0.05)
    running.until_written(within=15)


def _service(up_pid: int, name: str) -> psutil.Process:
    for process in psutil.Process(up_pid).children(recursive=True):
        if "python" in process.name() and f"services.{name}.app:create_app" in process.cmdline():
            return process
    raise AssertionError(f"no process of {name}")


def test_a_dead_peer_leaves_the_others_serving(installation: Installation) -> None:
    up = installation.start()
    ops = Ops(installation.addresses())
    registry = _service(up.pid, "registry")
    ops.http.get(f"{ops.addresses['reporting']}/v1/indicators")  # the issuer's keys are known from now on
    registry.send_signal(signal.SIGSTOP)
    try:
        began = time.perf_counter()
        answers = [ops.http.get(f"{ops.addresses['reporting']}/v1/indicators") for _ in range(20)]
        ready = ops.http.get(f"{ops.addresses['reporting']}/health/ready")
        assert time.perf_counter() - began < ANSWER_WITHIN
    finally:
        registry.send_signal(signal.SIGCONT)
    assert [a.status_code for a in answers] == [200] * 20
    assert ready.status_code == 200
    ops.until_written(within=10)
    up.terminate()
    up.wait(30)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 160 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0755", "tmpfs", str(folder)], check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("needs root and the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_costs_503s_until_there_is_room(small_disk: Path, installation: Installation) -> None:
    small = Installation(small_disk, int(installation.command[installation.command.index("--port") + 1]))
    up = small.start()
    try:
        ops = Ops(small.addresses())
        assert ops.write()[0].status_code == 201
        filler = _fill(small_disk)
        refused = []
        for _ in range(60):  # pages in memory and recycled WAL still take some
            answer, seconds = ops.write()
            if answer.status_code != 201:
                assert_unavailable(answer, seconds)
                refused.append(answer)
            if len(refused) == 3:
                break
        filler.unlink()
        ops.until_written(within=30)
    finally:
        up.terminate()
        up.wait(30)
    assert refused, "the disk never filled"


def _fill(disk: Path) -> Path:
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:  # a buffer's rest would fail the close
        while file.write(b"\0" * 65_536):
            pass
    return filler
