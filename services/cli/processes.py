"""Child processes that cannot outlive us, and the lock that keeps a data folder to one owner."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# The kernel closes our end of the pipe however we die, SIGKILL included. A shell of 1 MB reads the other end
# and stops the child then. The shell starts the child itself, so no instant exists in which the child runs
# unwatched. Portable: PR_SET_PDEATHSIG would be Linux only and follows a thread, not a process.
_WATCHDOG = """
exec 3<&0
stop=$1 patience=$2
shift 2
"$@" 3<&- </dev/null & child=$!
{ read -r _ <&3; kill -s "$stop" "$child"; sleep "$patience"; kill -s KILL 0; } 2>/dev/null &
exec 3<&-
wait "$child"; code=$?
trap '' TERM
kill -s TERM 0
exit "$code"
"""
_LAST_MOMENT = 1.0  # seconds
_LAST_BREATH = 20.0  # seconds that a killed owner's children may take to let go of a folder


class FolderInUseError(RuntimeError):
    """Another process works in this folder."""


class Watched:
    """A command in a session of its own that is stopped when we stop it or die.

    `stop_with` is the signal name the command takes as a request to end; after `patience` seconds it is
    killed. `keep_open` lists file descriptors to inherit: a lock among them is held until the command ends.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: dict[str, str] | None = None,
        stop_with: str = "TERM",
        patience: int = 10,
        keep_open: Sequence[int] = (),
    ) -> None:
        self._patience = patience
        self._session, held_by_all = os.pipe()
        with log.open("ab") as output:
            self._shell = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", _WATCHDOG, "passerelle", stop_with, str(patience), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                pass_fds=(*keep_open, held_by_all),
            )
        os.close(held_by_all)

    def running(self) -> bool:
        return self._shell.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._shell.poll()

    def ask_to_stop(self) -> None:
        """Return at once; several commands can so end side by side."""
        if self._shell.stdin is not None:
            self._shell.stdin.close()

    def stop(self) -> None:
        self.ask_to_stop()
        try:
            self._shell.wait(self._patience + 2)
        except subprocess.TimeoutExpired:
            self._kill_session()
        if (self._shell.wait() or 0) < 0:  # somebody killed the shell, and nobody waited for the child
            self._kill_session()
        self._wait_for_session()

    def _wait_for_session(self) -> None:
        """The shell's own watcher dies a moment after it, and holds inherited locks until then. The pipe that all of
        them inherited ends with the last of them, whether or not somebody has reaped it."""
        if self._session >= 0:
            select.select([self._session], [], [], _LAST_MOMENT)
            os.close(self._session)
            self._session = -1

    def _kill_session(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)


def hold(folder: Path) -> int:
    """Lock `folder` for this process; return the descriptor that holds the lock until it is closed.

    Raises FolderInUseError, with the owner's process id, when that owner is alive. When it is dead its children
    are about to end (they inherit the lock), which is awaited.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    low = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    # Shells redirect the numbers below 10, which would let go of a lock inherited there.
    lock = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(low)
    deadline = time.monotonic() + _LAST_BREATH
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            owner = int(os.pread(lock, 20, 0) or b"0")
            if _alive(owner) or time.monotonic() > deadline:
                os.close(lock)
                message = f"{folder} is in use by process {owner}; stop that one or choose another folder."
                raise FolderInUseError(message) from None
            time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def last_lines(log: Path, count: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
