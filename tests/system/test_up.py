"""`passerelle up`: one command, three services, and nothing left behind."""

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

from services.cli import databases
from services.cli.databases import SERVICES
from services.cli.postgres import Postgres
from tests.system.installation import Installation, becomes_ready

pytestmark = pytest.mark.system


def test_ready_means_all_three_and_a_restart_keeps_the_secrets(installation: Installation) -> None:
    up = installation.start()
    addresses = installation.addresses()
    assert set(addresses) == {*SERVICES, "token_url", "credentials"}
    assert {httpx.get(f"{addresses[name]}/health/ready").status_code for name in SERVICES} == {200}
    credentials = Path(addresses["credentials"])
    first = json.loads(credentials.read_text())
    assert (set(first), credentials.stat().st_mode & 0o777) == ({"ops", "clients"}, 0o600)
    up.terminate()
    assert up.wait(20) == 0
    assert installation.wait_until_empty(0) == []
    assert not installation.ready_file.exists()
    up = installation.start()
    ops = json.loads(credentials.read_text())["ops"]
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(addresses["token_url"], data=form, auth=(ops["client_id"], ops["client_secret"]))
    up.send_signal(signal.SIGINT)
    assert up.wait(20) == 0
    assert (ops, answer.status_code) == (first["ops"], 200)


def test_what_is_killed_comes_back_and_a_second_start_is_refused(installation: Installation) -> None:
    up = installation.start()
    addresses = installation.addresses()
    second = subprocess.run(installation.command, capture_output=True, text=True, timeout=20)
    assert (second.returncode, f"in use by process {up.pid}" in second.stderr) == (1, True), second.stderr
    assert installation.ready_file.exists(), "the refused start removed the ready file of the running one"
    for name in SERVICES:
        app = f"services.{name}.app:create_app"
        family = psutil.Process(up.pid).children(recursive=True)
        next(p for p in family if app in p.cmdline() and "python" in p.name()).kill()
        assert becomes_ready(addresses[name]), f"{name} did not come back"
    postmaster = installation.folder / "data" / "postgres" / "cluster" / "postmaster.pid"
    os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)
    time.sleep(0.5)
    assert [name for name in SERVICES if not becomes_ready(addresses[name])] == []
    up.terminate()
    assert up.wait(20) == 0


def test_sigkill_of_the_command_leaves_no_process(installation: Installation) -> None:
    up = installation.start()
    assert len(installation.processes()) > 3
    up.kill()
    up.wait()
    assert installation.wait_until_empty(12) == []


def test_the_end_of_the_parent_leaves_no_process(installation: Installation) -> None:
    shell = installation.start(prefix=("/bin/sh", "-c", '"$@"; exit', "sh"))
    shell.kill()
    shell.wait()
    assert installation.wait_until_empty(14) == []


def test_a_port_in_use_is_named(installation: Installation) -> None:
    port = int(installation.command[installation.command.index("--port") + 1])
    other = subprocess.Popen([sys.executable, "-m", "http.server", str(port + 2), "--bind", "127.0.0.1"])
    try:
        while not any(c.laddr.port == port + 2 for c in psutil.Process(other.pid).net_connections()):
            time.sleep(0.05)
        run = subprocess.run(installation.command, capture_output=True, text=True, timeout=20)
    finally:
        other.kill()
        other.wait()
    assert (run.returncode, f"Port {port + 2} is in use" in run.stderr) == (1, True), run.stderr


def test_outside_databases_for_some_services_only_are_refused(installation: Installation) -> None:
    outside = os.environ | {"DATABASE_URL_REGISTRY": "postgresql://db.example/registry"}
    run = subprocess.run(installation.command, env=outside, capture_output=True, text=True, timeout=20)
    assert run.returncode == 1
    assert "missing: DATABASE_URL_MATCHING, DATABASE_URL_REPORTING" in run.stderr


def test_outside_databases_take_the_place_of_the_embedded_server(installation: Installation, tmp_path: Path) -> None:
    server = Postgres(tmp_path / "outside", durable=False)
    server.start()
    try:
        passwords = databases.new_passwords()
        databases.create(server.url(), passwords)
        installation.environment = databases.variables(server.url(), passwords)
        up = installation.start()
        ready = {name: becomes_ready(installation.addresses()[name]) for name in SERVICES}
        up.terminate()
        assert up.wait(20) == 0
    finally:
        server.stop()
    assert ready == dict.fromkeys(SERVICES, True)
    assert not (installation.folder / "data" / "postgres").exists()
