"""`passerelle up`: PostgreSQL and the three services, until told to stop."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.cli.keys import write_private
from services.cli.postgres import PostgresError
from services.cli.processes import FolderInUseError
from services.cli.stack import Stack, StartError


def up(
    *,
    data: Path = Path(".passerelle/data"),
    port: int = 8100,
    sample: bool = False,
    ready_file: Path | None = None,
) -> None:
    """Start everything and keep it running.

    Registry answers on port+1, matching on port+2, reporting on port+3. SIGINT and SIGTERM end it, and so
    does the end of the process that started it, unless that is process 1 or SIGHUP is ignored (`nohup`).
    DATABASE_URL_REGISTRY, DATABASE_URL_MATCHING and DATABASE_URL_REPORTING, set together, name databases on
    outside servers; the same names with _OWNER those who may migrate them.

    Parameters
    ----------
    data
        Folder that keeps databases, secrets, credentials and logs between runs.
    port
        The services take the three ports after it.
    sample
        Load the bundled sample of organisations, candidates, vacancies and skills.
    ready_file
        JSON with the addresses, written when all three services are ready, removed at the end.
    """
    stopping = stop_event()
    stack = Stack(data, port)
    try:
        stack.claim()  # before the ready file is touched: it may be that of a running installation
        with _announced_in(ready_file) as announce:
            stack.start(stopping)
            if not stopping.is_set():
                if sample:
                    stack.load_sample(stopping)
                announce(stack.addresses())
                stack.watch(stopping)
    except (FolderInUseError, PostgresError, StartError) as problem:
        print(f"passerelle: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
    finally:
        stack.stop()


@contextmanager
def _announced_in(ready_file: Path | None) -> Iterator[Callable[[dict[str, str]], None]]:
    """A function that tells the addresses, on the screen and in the file; the file ends with the block."""

    def announce(addresses: dict[str, str]) -> None:
        for name, address in addresses.items():
            print(f"{name:12}{address}", flush=True)
        if ready_file is not None:
            write_private(ready_file, addresses)

    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    try:
        yield announce
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def stop_event() -> threading.Event:
    """Set by SIGINT, SIGTERM, SIGHUP and the end of our parent."""
    stopping = threading.Event()
    ends_with_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if ends_with_terminal else [])):
        signal.signal(number, lambda *_: stopping.set())
    parent = os.getppid()
    if ends_with_terminal and parent != 1:
        threading.Thread(target=_follow, args=(parent, stopping), daemon=True).start()
    return stopping


def _follow(parent: int, stopping: threading.Event) -> None:
    while not stopping.wait(0.5):
        if os.getppid() != parent:
            stopping.set()
