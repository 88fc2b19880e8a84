"""What keeps the house in order: who imports whom, how long things are, what they are called."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "services").rglob("*.py"))
MAX_LINES = 400
MAX_FUNCTION = 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc", "core", "lib"}
PURE = [
    *(ROOT / "services/contracts").glob("*.py"),
    *(ROOT / f"services/matching/{n}.py" for n in ("profiles", "gates", "scoring", "index", "planning")),
    ROOT / "services/reporting/catalogue.py",
    ROOT / "services/registry/partnerships/guards.py",
    *(ROOT / "services/registry/taxonomy/linking").glob("*.py"),
    ROOT / "services/registry/partnerships/conformity.py",
]
NO_IO = {"fastapi", "starlette", "sqlalchemy", "httpx", "asyncpg", "os", "socket", "requests", "random"}
NO_HTTP = {"fastapi", "starlette", "httpx"}


def _tracked() -> list[str]:
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip("not a git checkout")
    return run.stdout.splitlines()


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_layers_hold() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_module_is_too_long_and_no_function_needs_scrolling(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") <= MAX_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION, node.name


def test_no_file_is_named_after_nothing() -> None:
    assert [f for f in MODULES if f.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("file", PURE, ids=lambda f: str(f.relative_to(ROOT)))
def test_pure_modules_do_no_io_and_read_no_clock(file: Path) -> None:
    assert {name.partition(".")[0] for name in _imports(file)} & NO_IO == set()
    assert not re.search(r"\b(date\.today|datetime\.now|time\.time|open)\(", file.read_text())


@pytest.mark.parametrize(
    "file",
    [f for f in MODULES if f.name == "service.py" or "models" in f.parts],
    ids=lambda f: str(f.relative_to(ROOT)),
)
def test_use_cases_and_tables_know_no_http_and_never_commit(file: Path) -> None:
    assert {name.partition(".")[0] for name in _imports(file)} & NO_HTTP == set()
    assert ".commit()" not in file.read_text()


def test_the_repository_names_no_machine_and_no_package_host() -> None:
    hosts = "|".join(("pythonhosted" + r"\.org", "registry" + r"\.npmjs", r"https?://[^ ]*/simple/", "index" + "-url"))
    wrong = re.compile(rf"{hosts}|/(?:root|home/[a-z]+)/")
    found = []
    for name in _tracked():
        file = ROOT / name
        if file.suffix in (".js", ".css", ".png", ".csv", ".ndjson", ".gz") or not file.is_file():
            continue
        found += [f"{name}:{n}" for n, line in enumerate(file.read_text().splitlines(), 1) if wrong.search(line)]
    assert found == []


def test_no_lock_file_that_names_hosts_is_tracked() -> None:
    assert [n for n in _tracked() if Path(n).name in ("uv.lock", "package-lock.json", "yarn.lock")] == []


def test_locked_requirements_carry_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pins = len(re.findall(r"^[a-zA-Z0-9._-]+(\[[a-z,]+\])?==", text, re.M))
        assert pins > 20
        assert len(re.findall(r"^    --hash=sha256:", text, re.M)) >= pins


def test_every_slice_and_service_has_a_page_for_newcomers() -> None:
    for service in ("registry", "matching", "reporting"):
        assert (ROOT / f"services/{service}/README.md").is_file(), service
