"""Clients generated from the committed documents: they generate without a warning, and they work."""

import base64
import importlib
import json
import pkgutil
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.cli.openapi import FOLDER
from tests.conftest import SERVICES
from tests.system.installation import Installation

needs_python_generator = pytest.mark.skipif(
    shutil.which("openapi-python-client") is None, reason="openapi-python-client is not installed; .ci/run does so"
)
needs_typescript = pytest.mark.skipif(
    shutil.which("openapi-typescript") is None or shutil.which("tsc") is None,
    reason="openapi-typescript and tsc are not installed; .ci/run does so",
)


def generate(service: str, folder: Path) -> str:
    """A Python client as a package in `folder`; its name."""
    name = f"{service}_client_{uuid4().hex[:8]}"  # never one that an earlier test imported
    arguments = ["--path", str(FOLDER / f"{service}.json"), "--config", str(FOLDER / "python-client.yaml")]
    arguments += ["--output-path", str(folder / name), "--meta", "none", "--fail-on-warning"]
    run = subprocess.run(
        ["openapi-python-client", "generate", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return name


@needs_python_generator
@pytest.mark.parametrize("service", SERVICES)
def test_a_python_client_has_a_function_for_every_operation(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = generate(service, tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    generated = importlib.import_module(f"{package}.api")
    modules = {m.name.rpartition(".")[2] for m in pkgutil.walk_packages(generated.__path__, f"{package}.api.")}
    document = json.loads((FOLDER / f"{service}.json").read_text())
    named = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert named - modules == set()


class Generated:
    """The generated registry client: its functions by operation, its models by name."""

    def __init__(self, package: str, base_url: str) -> None:
        self._package, self._base_url = package, base_url
        self.models = importlib.import_module(f"{package}.models")

    def client(self, token: str, prefix: str) -> Any:
        module = importlib.import_module(f"{self._package}.client")
        return module.AuthenticatedClient(base_url=self._base_url, token=token, prefix=prefix)

    def call(self, tag: str, operation: str, client: Any, *path: Any, **given: Any) -> Any:
        """The answer: `status_code`, `headers` and `parsed`, a model."""
        module = importlib.import_module(f"{self._package}.api.{tag}.{operation}")
        return module.sync_detailed(*path, client=client, **given)

    def log_in(self, client_id: str, secret: str) -> Any:
        basic = self.client(base64.b64encode(f"{client_id}:{secret}".encode()).decode(), "Basic")
        body = self.models.BodyIssueToken.from_dict({"grant_type": "client_credentials"})
        answer = self.call("access", "issue_token", basic, body=body)
        return self.client(answer.parsed.access_token, "Bearer")


@pytest.fixture
def generated(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Generated]:
    """The generated registry client beside running services."""
    package = generate("registry", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    up = installation.start()
    yield Generated(package, installation.addresses()["registry"])
    up.terminate()
    up.wait(30)


@needs_python_generator
def test_the_python_client_creates_reads_pages_and_changes(generated: Generated, installation: Installation) -> None:
    ops = json.loads(Path(installation.addresses()["credentials"]).read_text())["ops"]
    client = generated.log_in(ops["client_id"], ops["client_secret"])
    codes = ["INVENTED-ONE", "INVENTED-TWO", "INVENTED-THREE"]
    created = [register(generated, client, code) for code in codes]

    read = generated.call("organisations", "get_organisation", client, created[0].id)
    assert (read.status_code, read.parsed.code) == (200, "INVENTED-ONE")

    assert [each.code for each in pages(generated, client)] == codes

    change = generated.models.OrganisationPatch(website="https://one.example")
    changed = generated.call(
        "organisations", "change_organisation", client, read.parsed.id, body=change, if_match=read.headers["ETag"]
    )
    assert (changed.status_code, changed.parsed.website, changed.parsed.version) == (200, "https://one.example", 2)

    stale = generated.call(
        "organisations", "change_organisation", client, read.parsed.id, body=change, if_match=read.headers["ETag"]
    )
    assert (stale.status_code, stale.parsed.code) == (412, "precondition_failed")


def register(generated: Generated, client: Any, code: str) -> Any:
    entry = {"code": code, "name": {"en": code}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
    body = generated.models.OrganisationIn.from_dict(entry)
    answer = generated.call("organisations", "register_organisation", client, body=body)
    assert answer.status_code == 201, answer.content
    return answer.parsed


def pages(generated: Generated, client: Any) -> Iterator[Any]:
    """All organisations, one a page."""
    more: dict[str, str] = {}
    for _ in range(10):
        page = generated.call("organisations", "list_organisations", client, limit=1, **more).parsed
        yield from page.items
        if not isinstance(page.next_, str):
            return
        more = {"cursor": page.next_}
    pytest.fail("the list does not end")


_USES = """
import type { components, operations } from "./SERVICE";

type Answers = operations["read_events"]["responses"];
const problem: Answers[410]["content"]["application/problem+json"] = {
  type: "urn:passerelle:problem:feed_reset", title: "Gone", status: 410, code: "feed_reset", request_id: "1",
};
// @ts-expect-error a problem has a code
const nameless: components["schemas"]["Problem"] = { type: "a", title: "b", status: 400, request_id: "1" };
export { problem, nameless };
"""
_USES_OF_REGISTRY = """
const entry: components["schemas"]["OrganisationIn"] = {
  code: "INVENTED", name: { en: "Invented" }, type: "EMPLOYER", sector: "PRIVATE", country: "BEL",
};
// @ts-expect-error a country that is none
const elsewhere: components["schemas"]["OrganisationIn"] = { ...entry, country: "XYZ" };
// @ts-expect-error a change needs If-Match
const unguarded: operations["change_organisation"]["parameters"] = { path: { organisation_id: "1" } };
export { elsewhere, unguarded };
"""


@needs_typescript
@pytest.mark.parametrize("service", SERVICES)
def test_typescript_types_compile_and_are_strict(service: str, tmp_path: Path) -> None:
    document = FOLDER / f"{service}.json"
    types = subprocess.run(
        ["openapi-typescript", str(document), "--output", str(tmp_path / f"{service}.d.ts")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert types.returncode == 0, types.stdout + types.stderr
    uses = _USES.replace("SERVICE", service) + (_USES_OF_REGISTRY if service == "registry" else "")
    (tmp_path / "uses.ts").write_text(uses)
    compiled = subprocess.run(
        ["tsc", "--strict", "--noEmit", "--target", "es2022", "uses.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert compiled.returncode == 0, compiled.stdout
