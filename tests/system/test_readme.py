"""The quick tour of the README works as it stands there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.installation import Installation

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```bash tour\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)


def test_the_quick_tour_can_be_typed_as_it_stands(installation: Installation, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    port = installation.command[installation.command.index("--port") + 1]
    script = "set -e -o pipefail -m\n" + "\necho; echo ----\n".join(BLOCKS)
    up = f"{ROOT}/.venv/bin/passerelle up --sample --data {tmp_path}/data --port {port}"
    assert ".venv/bin/passerelle up --sample" in script
    script = script.replace(".venv/bin/passerelle up --sample", up).replace("kill %1; wait", "kill %1; wait || true")
    run = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    parts = run.stdout.split("----\n")
    skills, vacancies = parts[2].strip().splitlines()[:2] if "\n" in parts[2].strip() else _two(parts[2])
    assert json.loads(skills)["items"][0]["language"] == "fr"
    assert {v["country"] for v in json.loads(vacancies)["items"]} == {"BEL"}
    match = json.loads(parts[3])
    assert match["items"][0]["explanation"]["terms"]
    assert match["best_home"] or match["best_away"]
    assert '"plans":' in parts[4]
    assert '"status":"PROPOSED"' in parts[4].replace(" ", "") or "guards_failed" in parts[4]
    assert '"claim_class"' in parts[5]
    assert installation.wait_until_empty(15) == []


def _two(text: str) -> tuple[str, str]:
    """Two JSON documents that stand one behind the other."""
    first, end = json.JSONDecoder().raw_decode(text.strip())
    return json.dumps(first), text.strip()[end:]
