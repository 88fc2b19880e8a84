"""Watched commands end with their owner, and a folder has one owner."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from services.cli.processes import FolderInUseError, Watched, hold

pytestmark = pytest.mark.system

_OWNER = """
import sys, time
from pathlib import Path
from services.cli.processes import Watched, hold
folder = Path(sys.argv[1])
lock = hold(folder)
watched = Watched(sys.argv[2:], log=folder / "log", patience=2, keep_open=[lock])
print("up", flush=True)
time.sleep(60)
"""
_STUBBORN = ["/bin/sh", "-c", "trap '' TERM; >$0; while :; do sleep 31.4159; done"]


def _owner(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(folder), *command], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    return owner


def _running(argument: str) -> list[int]:
    return [p.pid for p in psutil.process_iter(["cmdline"]) if argument in (p.info["cmdline"] or [])]


def _gone(argument: str, within: float) -> bool:
    deadline = time.monotonic() + within
    while _running(argument):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_command_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = _owner(tmp_path, "sleep", "27.1828")
    assert len(_running("27.1828")) >= 1
    owner.kill()
    owner.wait()
    assert _gone("27.1828", 3), "the command outlived its owner"


def test_a_command_that_ignores_the_request_is_killed_after_its_patience(tmp_path: Path) -> None:
    owner = _owner(tmp_path, *_STUBBORN, str(tmp_path / "set"))
    while not (tmp_path / "set").exists():
        time.sleep(0.01)
    owner.kill()
    owner.wait()
    assert _gone("31.4159", 6), "a command that ignores TERM outlived its owner"


def test_a_command_ends_when_only_its_watching_shell_is_killed(tmp_path: Path) -> None:
    watched = Watched(["sleep", "16.1803"], log=tmp_path / "log")
    children = psutil.process_iter(["ppid", "cmdline"])  # which passes over zombies of other tests
    shell = next(p for p in children if p.info["ppid"] == os.getpid() and "16.1803" in (p.info["cmdline"] or []))
    os.kill(shell.pid, signal.SIGKILL)
    watched.stop()
    assert _gone("16.1803", 2)


def test_the_exit_code_of_the_command_is_seen(tmp_path: Path) -> None:
    watched = Watched(["/bin/sh", "-c", "echo bye; exit 7"], log=tmp_path / "log")
    while watched.running():
        time.sleep(0.01)
    assert (watched.exit_code, (tmp_path / "log").read_text()) == (7, "bye\n")


def test_a_second_owner_of_a_folder_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    owner = _owner(tmp_path, "sleep", "14.1421")
    try:
        with pytest.raises(FolderInUseError, match=f"in use by process {owner.pid}"):
            hold(tmp_path)
    finally:
        owner.kill()
        owner.wait()


def test_the_next_owner_waits_for_the_children_of_a_killed_one(tmp_path: Path) -> None:
    slow_to_end = f"trap 'sleep 0.5; echo end; exit' TERM; >{tmp_path}/set; while :; do sleep 0.1; done"
    owner = _owner(tmp_path, "/bin/sh", "-c", slow_to_end)
    while not (tmp_path / "set").exists():
        time.sleep(0.01)
    owner.kill()
    owner.wait()
    os.close(hold(tmp_path))
    assert (tmp_path / "log").read_text() == "end\n", "the folder changed hands while a child worked in it"
