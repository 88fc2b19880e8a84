"""`passerelle demo` tells its story to the end, on the bundled sample and on the official export."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.system.installation import free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

ESCO = Path(os.environ.get("PASSERELLE_DATA", Path(__file__).parents[3] / "shared" / "data")) / "esco-1.1.1"


def _demo(tmp_path: Path, *more: str) -> dict[str, Any]:
    told = tmp_path / "told.json"
    command = [sys.executable, "-m", "services.cli.main", "demo", "--exit", "--json", str(told)]
    command += ["--data", str(tmp_path / "data"), "--port", str(free_port()), *more]
    run = subprocess.run(command, capture_output=True, text=True, timeout=380, check=False)
    assert run.returncode == 0, run.stdout[-1500:] + run.stderr[-1500:]
    story: dict[str, Any] = json.loads(told.read_text())
    return story


def _left(tmp_path: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            told = [*process.cmdline(), process.cwd()]
        except psutil.Error:
            continue
        if any(str(tmp_path / "data") in part for part in told):
            found.append(" ".join(process.cmdline()))
    return found


def _holds(story: dict[str, Any]) -> None:
    """What must be true of any run, whatever the scores."""
    candidates = story["candidates"]
    assert story["failed_rows"] == []
    assert candidates["total"] == candidates["with_result"] + candidates["with_reason_only"] == 300
    assert candidates["without_either"] == 0
    assert story["proposals"]["ACCEPTED"] >= sum(story["placements_started"].values())
    assert min(story["placements_started"].values()) > 5
    codes = {indicator["code"]: indicator for indicator in story["report"]["indicators"]}
    assert codes["RECRUITMENT_COST_RATIO"]["aligned_indicator"] == "10.7.1"
    total = next(c for c in codes["PLACEMENTS"]["cells"] if set(c["dims"].values()) == {"_T"})
    assert 0 < total["value"] <= sum(story["placements_started"].values())


def test_on_the_bundled_sample(tmp_path: Path) -> None:
    story = _demo(tmp_path)
    _holds(story)
    assert story["taxonomy"]["version"] == "1.2.0-sample"
    assert story["certificates"] > 10
    assert _left(tmp_path) == []


def test_on_the_official_export(tmp_path: Path) -> None:
    if not ESCO.exists():
        pytest.skip(f"the official export is not in {ESCO}")
    story = _demo(tmp_path, "--esco", str(ESCO))
    _holds(story)
    counted = {k: story["taxonomy"][k] for k in ("skills", "occupations", "relations_read")}
    assert counted == {"skills": 13_896, "occupations": 3_007, "relations_read": 123_855}
    assert (story["taxonomy"]["relations_loaded"], story["taxonomy"]["relations_rejected"]) == (123_788, 67)
