"""Migrations: one line of history a service, dated, bounded in their locks, and the same up, down and up again."""

import re
import subprocess
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from services.cli import databases, migrate
from services.cli.postgres import Postgres, binary_folder
from services.kit.health import head_revision
from tests.conftest import SERVICES

FOLDER = Path(__file__).parents[2] / "migrations"


@pytest.mark.parametrize("service", SERVICES)
def test_history_is_one_line_and_files_are_dated(service: str) -> None:
    scripts = ScriptDirectory.from_config(Config(FOLDER / "alembic.ini", ini_section=service))
    assert len(scripts.get_heads()) == 1
    files = sorted(f.name for f in (FOLDER / service).glob("*.py"))
    assert all(re.match(r"20\d\d_\d\d_\d\d_", name) for name in files)
    in_order = [Path(s.path).name for s in reversed(list(scripts.walk_revisions()))]
    assert in_order == files, "the order of the names must be the order of the history"
    assert head_revision(service) == scripts.get_current_head()


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_waits_for_locks_only_so_long(service: str) -> None:
    for file in (FOLDER / service).glob("*.py"):
        text = file.read_text()
        for step in ("upgrade", "downgrade"):
            body = text.split(f"def {step}() -> None:", 1)[1].lstrip()
            assert body.startswith("op.execute(\"SET LOCAL lock_timeout = '3s'\")"), f"{file.name}: {step}"


def _dump(url: str) -> str:
    run = subprocess.run(
        [str(binary_folder() / "pg_dump"), "--schema-only", "--no-owner", url.replace("+asyncpg", "")],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r"^\\(un)?restrict .*$", "", run.stdout, flags=re.M)


@pytest.mark.parametrize("service", SERVICES)
def test_up_down_up_gives_the_same_schema(
    postgres: Postgres, database_urls: dict[str, str], service: str, tmp_path: Path
) -> None:
    owner = database_urls[f"DATABASE_URL_{service.upper()}_OWNER"]
    config = Config(FOLDER / "alembic.ini", ini_section=service)
    config.set_main_option("sqlalchemy.url", migrate.with_asyncpg(owner).replace("%", "%%"))
    if not (binary_folder() / "pg_dump").exists():
        pytest.skip("this PostgreSQL has no pg_dump")
    before = _dump(owner)
    steps = len(list(ScriptDirectory.from_config(config).walk_revisions()))
    try:
        for _ in range(steps):
            command.downgrade(config, "-1")
        empty = _dump(owner)
    finally:
        command.upgrade(config, "head")
    assert "CREATE POLICY" not in empty
    assert _dump(owner) == before


def test_databases_are_created_the_same_when_created_twice(postgres: Postgres, database_urls: dict[str, str]) -> None:
    passwords = {role: "again" for service in SERVICES for role in databases.roles_of(service)}
    kept = {
        role: url.split("://", 1)[1].split(":", 1)[1].split("@")[0]
        for url in database_urls.values()
        if (role := url.split("://", 1)[1].split(":", 1)[0]) in passwords
    }
    databases.create(postgres.url(), databases.new_passwords() | kept)
