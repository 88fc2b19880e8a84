"""The processes of one installation: PostgreSQL and the three services, each restarted when it dies."""

import http.client
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.cli import databases, keys
from services.cli.postgres import Postgres, PostgresError
from services.cli.processes import Watched, hold, last_lines

AUDIENCE = "passerelle"
_START_LIMIT = 120.0  # seconds; a first start on a slow, busy machine
_WORK = [sys.executable, "-m", "services.cli.main", "work", "matching"]
_LONGEST_PAUSE = 5.0  # seconds between two restarts of a process that keeps dying


class StartError(RuntimeError):
    """A process did not get ready; the message says which and shows its last words."""


class Stack:
    """Everything `passerelle up` runs, on the three ports after `port`, with its state in `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.absolute()
        self.urls = {name: f"http://127.0.0.1:{port + n}" for n, name in enumerate(databases.SERVICES, 1)}
        self.database_urls: dict[str, str] = {}  # known once started
        self._postgres: Postgres | None = None
        self._services: dict[str, _Service] = {}
        self._worker: _Kept | None = None
        self._lock = -1

    def addresses(self) -> dict[str, str]:
        credentials = str(self.folder / "credentials.json")
        return self.urls | {"token_url": f"{self.urls['registry']}/oauth/token", "credentials": credentials}

    def claim(self) -> None:
        """Make sure that nobody else uses the folder or the ports; `start` does so too."""
        if self._lock < 0:
            self._lock = hold(self.folder)
            for url in self.urls.values():
                _require_free(url)

    def start(self, stopping: threading.Event | None = None) -> None:
        """Return when all three services are ready, or `stopping` is set.

        Raises FolderInUseError, PostgresError or StartError; `stop` must be called in any case.
        """
        stopping = stopping or threading.Event()
        self.claim()
        (self.folder / "logs").mkdir(exist_ok=True)
        environment = outside_databases(os.environ)
        if not environment:
            self._postgres = Postgres(self.folder / "postgres")
            self._postgres.start()
        server = {databases.SERVER: self._postgres.url()} if self._postgres else environment
        # The last thing that a first preparation writes. Later ones mostly find nothing to do, so that the services
        # may import what they need meanwhile; they are not ready before their migrations are at head.
        prepared = Path(self.addresses()["credentials"]).exists()
        if prepared:
            self._launch(environment)
        self._run("prepare", [str(self.folder)], server, stopping)
        if stopping.is_set():
            return
        if not prepared:
            self._launch(environment)
        for name, service in self._services.items():
            _wait(service.ready, stopping, service.check, f"{name} is not ready")

    def _launch(self, outside: dict[str, str]) -> None:
        content = keys.load(self.folder)
        self.database_urls = outside
        if self._postgres is not None:
            self.database_urls = databases.variables(self._postgres.url(), content["databases"])
        for name in databases.SERVICES:
            variables = self._service_environment(name, self.database_urls, content)
            self._services[name] = _Service(name, self.urls[name], variables, self._log(name), self._lock)
        variables = self._service_environment("matching", self.database_urls, content)
        self._worker = _Kept("work matching", _WORK, variables, self._log("work"), self._lock)

    def load_sample(self, stopping: threading.Event | None = None) -> None:
        """Raises StartError."""
        arguments = [str(self.folder), json.dumps(self.urls)]
        self._run("load_sample", arguments, self.database_urls, stopping or threading.Event())

    def watch(self, stopping: threading.Event) -> None:
        """Restart what dies until `stopping` is set."""
        while not stopping.wait(0.25):
            self._keep_postgres_running()
            for process in self._processes():
                process.keep_running()

    def stop(self) -> None:
        """At most ten seconds of grace a process; the services first, side by side, then their database."""
        for each in self._processes():
            each.process.ask_to_stop()
        for each in self._processes():
            each.process.stop()
        self._services.clear()
        self._worker = None
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _processes(self) -> "list[_Kept]":
        return [*self._services.values(), *([self._worker] if self._worker else [])]

    def _keep_postgres_running(self) -> None:
        if self._postgres is None or self._postgres.running():
            return
        try:
            self._postgres.restart()
        except PostgresError as problem:  # a full disk may empty: the services say 503 and we try again
            print(f"passerelle: {problem}", file=sys.stderr, flush=True)
            time.sleep(1)

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def _run(self, module: str, arguments: list[str], variables: dict[str, str], stopping: threading.Event) -> None:
        # In a process of its own: what it imports would else stay in memory as long as the services run.
        process = Watched(
            [sys.executable, "-m", f"services.cli.{module}", *arguments],
            log=self._log(module),
            environment=os.environ | variables,
            keep_open=[self._lock],
        )
        try:
            _wait(lambda: not process.running(), stopping, lambda: None, f"{module} does not end")
            if process.exit_code:
                raise StartError(f"{module} failed:\n{last_lines(self._log(module))}")
        finally:
            process.stop()

    def _service_environment(self, name: str, database_urls: dict[str, str], content: dict[str, Any]) -> dict[str, str]:
        # A service sees its own database only, as its runtime role: no sister's, no owner's.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_URL")}
        given = {
            "DATABASE_URL": database_urls[f"DATABASE_URL_{name.upper()}"],
            "SERVICE_NAME": name,
            "AUTH_ISSUER": os.environ.get("AUTH_ISSUER", self.urls["registry"]),
            "AUTH_AUDIENCE": os.environ.get("AUTH_AUDIENCE", AUDIENCE),
            "CURSOR_SECRET": content["cursor_secret"],
            "CLIENT_ID": name,
            "CLIENT_SECRET": content["clients"][name],
            "REGISTRY_URL": self.urls["registry"],
            "MATCHING_URL": self.urls["matching"],
            "REPORTING_URL": self.urls["reporting"],
            "MALLOC_ARENA_MAX": "2",  # glibc's arenas cost tens of MB a process and bring one loop nothing
        }
        if name == "registry":
            given["SIGNING_KEY"] = json.dumps(content["signing_key"])
        if name == "matching":
            given["LIKENESS_SECRET"] = content["likeness_secret"]
        return inherited | given


class _Kept:
    """One process that is started again when it dies."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path, lock: int) -> None:
        self._name, self._command, self._environment, self._log, self._lock = name, command, environment, log, lock
        self._pause, self._restart_at = 0.0, 0.0
        self.process = self._launch()

    def _launch(self) -> Watched:
        self._started = time.monotonic()
        return Watched(self._command, log=self._log, environment=self._environment, keep_open=[self._lock])

    def check(self) -> None:
        if not self.process.running():
            raise StartError(f"{self._name} ended while starting:\n{last_lines(self._log)}")

    def keep_running(self) -> None:
        """Restart at once after a first death, later and later when it dies again soon."""
        now = time.monotonic()
        if self.process.running():
            if now - self._started > 2 * _LONGEST_PAUSE:
                self._pause = 0.0
            self._restart_at = now + self._pause
        elif now >= self._restart_at:
            self.process.stop()
            self.process = self._launch()
            self._pause = min(max(2 * self._pause, 0.25), _LONGEST_PAUSE)


class _Service(_Kept):
    """One uvicorn process."""

    def __init__(self, name: str, url: str, environment: dict[str, str], log: Path, lock: int) -> None:
        self._host, self._port = url.removeprefix("http://").split(":")
        command = [
            *(sys.executable, "-m", "uvicorn", "--factory", f"services.{name}.app:create_app"),
            *("--host", self._host, "--port", self._port, "--loop", "uvloop", "--http", "httptools"),
            *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "8"),
        ]
        super().__init__(name, command, environment, log, lock)

    def ready(self) -> bool:
        connection = http.client.HTTPConnection(self._host, int(self._port), timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def outside_databases(environment: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """The DATABASE_URL_* variables when they name outside servers for all three services, else nothing."""
    names = [f"DATABASE_URL_{service.upper()}" for service in databases.SERVICES]
    missing = [name for name in names if not environment.get(name)]
    if len(missing) == len(names):
        return {}
    if missing:
        raise StartError(f"Outside databases are given for some services only; missing: {', '.join(missing)}")
    return {name: value for name, value in environment.items() if name.startswith("DATABASE_URL_")}


def _wait(done: Callable[[], bool], stopping: threading.Event, check: Callable[[], None], complaint: str) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while not done() and not stopping.wait(0.05):
        check()
        if time.monotonic() > deadline:
            raise StartError(f"{complaint} after {_START_LIMIT:.0f} s")


def _require_free(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError:
            raise StartError(f"Port {port} is in use; choose others with --port.") from None
