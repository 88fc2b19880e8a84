"""One installation as a user starts it: `passerelle up` on a folder of its own, seen from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

_COMMAND = [sys.executable, "-m", "services.cli.main", "up"]


class Installation:
    """One data folder, started as often as a test likes."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.ready_file = folder, folder / "ready.json"
        self.command = [*_COMMAND, "--data", str(folder / "data"), "--port", str(port)]
        self.command += ["--ready-file", str(self.ready_file)]
        self.environment: dict[str, str] = {}

    def start(self, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        up = subprocess.Popen(
            [*prefix, *self.command],
            env=os.environ | self.environment,
            # Whoever runs the tests may ignore it (nohup), which `up` takes as the wish to outlive its parent.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not self.ready_file.exists():
            if up.poll() is not None or time.monotonic() > deadline:
                up.kill()
                pytest.fail(f"not ready:\n{up.communicate()[0]}")
            time.sleep(0.05)
        return up

    def addresses(self) -> dict[str, str]:
        content: dict[str, str] = json.loads(self.ready_file.read_text())
        return content

    def processes(self) -> list[psutil.Process]:
        """Everything whose command line, working folder or environment names the data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                told = [*process.cmdline(), process.cwd(), *process.open_files()]
            except psutil.Error:
                continue
            if process.pid != os.getpid() and any(str(self.folder / "data") in str(each) for each in told):
                found.append(process)
        return found

    def wait_until_empty(self, within: float) -> list[str]:
        deadline = time.monotonic() + within
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [" ".join(process.cmdline()) for process in left]


def free_port() -> int:
    """The port below three free ones. Each process of a run has ports of its own to choose from: an installation binds
    its ports seconds after it was given them, and workers of two installations may share one (SO_REUSEPORT)."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + worker % 3 * 4_000
    taken = {connection.laddr.port for connection in psutil.net_connections("tcp")}
    candidates = range(first + os.getpid() % 500 * 4, first + 4_000, 4)
    return next(port for port in candidates if not taken & {port + 1, port + 2, port + 3})


def becomes_ready(url: str, within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready", timeout=5).status_code == 200:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    return False
