"""Spectral, with its own rules and those of OWASP, has nothing to say about the documents; see .spectral.yaml."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SERVICES

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("spectral") is None, reason="spectral is not installed; .ci/run does so")


def lint(document: Path) -> list[dict[str, Any]]:
    """What Spectral finds from warnings up: code, path and message."""
    run = subprocess.run(
        ["spectral", "lint", "--quiet", "--format=json", "--fail-severity=warn", str(document)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode in (0, 1), run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout or "[]")
    return [each for each in found if each["severity"] <= 1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_has_no_errors_and_no_warnings(service: str) -> None:
    found = lint(Path("docs/openapi") / f"{service}.json")
    assert [f"{each['code']} at {'.'.join(map(str, each['path']))}: {each['message']}" for each in found] == []


def test_the_rules_are_in_force(tmp_path: Path) -> None:
    document = json.loads((ROOT / "docs/openapi/registry.json").read_text())
    operation = document["paths"]["/v1/organisations"]["post"]
    del operation["responses"]["401"], operation["operationId"]
    del document["components"]["schemas"]["OrganisationIn"]["properties"]["code"]["maxLength"]
    changed = tmp_path / "registry.json"
    changed.write_text(json.dumps(document))
    assert {
        "operation-operationId",
        "owasp:api4:2023-string-limit",
        "owasp:api8:2023-define-error-responses-401",
    } <= {each["code"] for each in lint(changed)}
