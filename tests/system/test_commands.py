"""The commands of operations on a running installation."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.cli.sample import ESCO
from tests.system.installation import Installation, free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("commands"), free_port())
    up = installation.start()
    yield installation
    up.terminate()
    up.wait(30)


def _passerelle(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _ops(running: Installation) -> httpx.Client:
    addresses = running.addresses()
    ops = json.loads(Path(addresses["credentials"]).read_text())["ops"]
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(addresses["token_url"], data=form, auth=(ops["client_id"], ops["client_secret"]))
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return httpx.Client(base_url=addresses["registry"], headers=headers, timeout=20)


def test_client_create_gives_an_organisation_a_key_that_opens_its_door(running: Installation) -> None:
    entry = {"code": "FIRM", "name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
    registry = running.addresses()["registry"]
    with _ops(running) as ops:
        ops.post("/v1/organisations", json=entry)
    at = ("--data", str(running.folder / "data"), "--registry", registry)
    made = _passerelle("client", "create", "FIRM", "--role", "employer", *at)
    assert made.returncode == 0, made.stderr
    client = json.loads(made.stdout)
    form = {"grant_type": "client_credentials"}
    token = httpx.post(f"{registry}/oauth/token", data=form, auth=(client["client_id"], client["client_secret"]))
    assert "vacancies:write" in token.json()["scope"].split()
    unknown = _passerelle("client", "create", "NOBODY", "--role", "employer", *at)
    assert (unknown.returncode, "no organisation has the code NOBODY" in unknown.stderr) == (1, True), unknown.stderr


def test_taxonomy_import_is_whole_repeatable_and_names_the_line_of_a_fault(
    running: Installation, tmp_path: Path
) -> None:
    at = ("--data", str(running.folder / "data"), "--version", "1.2.0-sample")
    first = _passerelle("taxonomy", "import", str(ESCO), *at)
    assert first.returncode == 0, first.stdout + first.stderr
    with _ops(running) as ops:
        before = ops.get("/v1/taxonomy/snapshot").headers["ETag"]
        again = _passerelle("taxonomy", "import", str(ESCO), *at)
        broken = tmp_path / "esco"
        shutil.copytree(ESCO, broken)
        relations = broken / "occupationSkillRelations.csv"
        relations.write_bytes(relations.read_bytes()[:-40])
        fault = _passerelle("taxonomy", "import", str(broken), *at)
        assert again.returncode == 0, again.stderr
        assert fault.returncode == 1
        assert "occupationSkillRelations.csv" in fault.stderr
        assert "2936" in fault.stderr.replace(",", "")
        assert ops.get("/v1/taxonomy/snapshot").headers["ETag"] == before


def test_reporting_rebuild_counts_the_same_facts_again(running: Installation) -> None:
    run = _passerelle("reporting", "rebuild", "--data", str(running.folder / "data"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert httpx.get(f"{running.addresses()['reporting']}/health/ready").status_code == 200


def _followed(running: Installation, head: int) -> None:
    for follower in ("matching", "reporting"):
        for _ in range(100):
            if (
                httpx.get(f"{running.addresses()[follower]}/health/ready").json()["feeds"]["registry"]["position"]
                == head
            ):
                break
            time.sleep(0.1)


def test_a_new_epoch_makes_followers_begin_again(running: Installation) -> None:
    entry = {"code": "EPOCH", "name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
    with _ops(running) as ops:
        assert ops.post("/v1/organisations", json=entry).status_code == 201  # who has read nothing begins nothing again
        _followed(running, int(ops.get("/v1/events").headers["Feed-Head"]))
        before = ops.get("/v1/events").headers["Feed-Epoch"]
        run = _passerelle("feed", "new-epoch", "registry", "--data", str(running.folder / "data"))
        assert run.returncode == 0, run.stderr
        gone = ops.get("/v1/events", params={"epoch": before})
        again = ops.get("/v1/events", params={"epoch": run.stdout.strip()})
        head = int(again.headers["Feed-Head"])
    assert (gone.status_code, again.status_code) == (410, 200)
    for follower in ("matching", "reporting"):
        url, feed = f"{running.addresses()[follower]}/health/ready", {}
        for _ in range(100):  # the poll under way may take five seconds to notice
            feed = httpx.get(url).json()["feeds"]["registry"]
            if feed["resets"] and feed["position"] == head:
                break
            time.sleep(0.2)
        assert (feed["resets"], feed["position"], feed["error"]) == (1, head, None), follower


def test_openapi_writes_the_three_documents(tmp_path: Path) -> None:
    run = _passerelle("openapi", "--folder", str(tmp_path))
    assert run.returncode == 0, run.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["matching.json", "registry.json", "reporting.json"]
