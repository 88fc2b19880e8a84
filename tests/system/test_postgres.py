"""The embedded server: starts, keeps what it was given, and never stays behind."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from services.cli import databases, postgres
from services.cli.postgres import Postgres, PostgresError
from services.cli.processes import FolderInUseError

pytestmark = pytest.mark.system

_PARENT = """
import sys, time
from pathlib import Path
from services.cli.postgres import Postgres
server = Postgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.port, flush=True)
time.sleep(60)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "data", durable=False)
    server.start()
    yield server
    server.stop()


async def _value(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _url(server: Postgres) -> str:
    return server.url(driver="postgresql")


def _servers_on(folder: Path) -> list[psutil.Process]:
    """Processes whose working folder or command line is this cluster."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline()) or str(folder) in process.cwd():
                found.append(process)
        except psutil.Error:
            continue
    return found


def _none_left(folder: Path, within: float = 5) -> bool:
    deadline = time.monotonic() + within
    while _servers_on(folder / "cluster"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


async def test_a_restart_keeps_rows_and_port(server: Postgres) -> None:
    port = server.port
    await _value(_url(server), "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    server.start()
    assert (await _value(_url(server), "SELECT answer FROM kept"), server.port) == (42, port)


async def test_stop_leaves_no_process(server: Postgres) -> None:
    assert _servers_on(server.data_dir / "cluster")
    server.stop()
    assert _none_left(server.data_dir, within=0)


def test_sigkill_of_the_parent_leaves_no_process(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline().strip().isdigit()
    assert _servers_on(tmp_path / "cluster")
    parent.kill()
    parent.wait()
    assert _none_left(tmp_path), "PostgreSQL outlived its parent"


def test_a_second_start_on_the_same_folder_is_refused(server: Postgres) -> None:
    with pytest.raises(FolderInUseError, match=f"in use by process {os.getpid()}"):
        Postgres(server.data_dir).start()
    assert server.running()


async def test_a_killed_server_comes_back_with_its_rows_where_clients_know_it(tmp_path: Path) -> None:
    server = Postgres(tmp_path)  # durable: what is committed must be there
    server.start()
    port = server.port
    await _value(_url(server), "CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster = int((server.data_dir / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    while server.running():
        await asyncio.sleep(0.01)
    server.restart()
    try:
        assert (await _value(_url(server), "SELECT answer FROM kept"), server.port) == (42, port)
    finally:
        server.stop()


def test_an_interrupted_first_start_starts_anew(tmp_path: Path) -> None:
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "half").write_text("made")
    server = Postgres(tmp_path, durable=False)
    server.start()
    assert server.running()
    server.stop()


async def test_no_secret_of_the_folder_is_readable_by_others(server: Postgres) -> None:
    assert (server.data_dir / "superuser").stat().st_mode & 0o077 == 0
    assert (server.data_dir / "cluster").stat().st_mode & 0o077 == 0


async def test_a_wrong_password_is_refused(server: Postgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _value(server.url(password="guess", driver="postgresql"), "SELECT 1")


async def test_crash_safety_stays_on_unless_given_up(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "with a space")
    server.start()
    try:
        settings = [await _value(_url(server), f"SHOW {name}") for name in ("fsync", "full_page_writes")]
        address = await _value(_url(server), "SHOW listen_addresses")
    finally:
        server.stop()
    assert (settings, address) == (["on", "on"], "127.0.0.1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
@pytest.mark.parametrize("way", [0, 2], ids=["user namespace", "nobody"])
async def test_root_runs_the_server_as_another_user(way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = postgres._ROOT_WAYS[way]
    if subprocess.run([*prefix, "ls", str(postgres.binary_folder() / "initdb")], capture_output=True).returncode:
        pytest.skip(f"`{prefix[0]}` is forbidden here, or cannot reach the binaries")
    monkeypatch.setattr(postgres, "_ROOT_WAYS", (prefix,))
    folder = tmp_path / "data"
    for above in tmp_path.parents if way == 2 else []:
        if Path(tempfile.gettempdir()) in above.parents and above.stat().st_mode & 0o001 == 0:
            above.chmod(above.stat().st_mode | 0o011)
    tmp_path.chmod(0o711)
    server = Postgres(folder, durable=False)
    try:
        server.start()
        server.stop()
        server.start()  # finds the right user again
        assert await _value(_url(server), "SELECT 1") == 1
    finally:
        server.stop()


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    server.stop()
    (server.data_dir / "cluster" / "PG_VERSION").write_text("9.1\n")
    with pytest.raises(PostgresError, match="incompatible with server"):
        server.start()


async def test_each_service_reaches_its_own_database_only(server: Postgres) -> None:
    passwords = databases.new_passwords()
    databases.create(server.url(), passwords)
    databases.create(server.url(), passwords)  # again: changes nothing
    own = databases.variables(server.url(driver="postgresql"), passwords)
    await _value(own["DATABASE_URL_REGISTRY_OWNER"], "CREATE TABLE a (n bigint GENERATED ALWAYS AS IDENTITY, s text)")
    assert await _value(own["DATABASE_URL_REGISTRY"], "INSERT INTO a (s) VALUES ('x') RETURNING n") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for schema"):
        await _value(own["DATABASE_URL_REGISTRY"], "CREATE TABLE b (n int)")
    matching = passwords["passerelle_matching"]
    foreign = server.url("passerelle_registry", "passerelle_matching", matching, driver="postgresql")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await _value(foreign, "SELECT 1")


async def test_no_role_passes_row_level_security(server: Postgres) -> None:
    databases.create(server.url(), databases.new_passwords())
    powerful = "SELECT count(*) FROM pg_roles WHERE rolname ~ '^passerelle' AND (rolsuper OR rolbypassrls)"
    assert await _value(_url(server), "SELECT count(*) FROM pg_roles WHERE rolname ~ '^passerelle'") == 6
    assert await _value(_url(server), powerful) == 0
