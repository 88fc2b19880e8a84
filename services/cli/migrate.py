"""`passerelle migrate`: Alembic in this process, one history a service."""

import os
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config

from services.cli.databases import SERVICES

_INI = Path(__file__).parents[2] / "migrations" / "alembic.ini"


def migrate(*, service: Literal["registry", "matching", "reporting"] | None = None, revision: str = "head") -> None:
    """Bring the databases to a revision.

    The owner role's addresses are read from DATABASE_URL_REGISTRY_OWNER and its sisters, else from
    DATABASE_URL_REGISTRY and its sisters.

    Parameters
    ----------
    service
        One service alone; all three when left out.
    revision
        An Alembic revision, for one service; `head` is the newest.
    """
    for name in (service,) if service else SERVICES:
        upgrade(name, revision)


def upgrade(service: str, revision: str = "head") -> None:
    """Raises LookupError when the environment names no database of this service."""
    variable = f"DATABASE_URL_{service.upper()}"
    url = os.environ.get(f"{variable}_OWNER") or os.environ.get(variable)
    if not url:
        raise LookupError(f"Set {variable}_OWNER (or {variable}) to the database to migrate.")
    config = Config(_INI, ini_section=service)
    config.set_main_option("sqlalchemy.url", with_asyncpg(url).replace("%", "%%"))
    command.upgrade(config, revision)


def with_asyncpg(url: str) -> str:
    """`postgres://` and `postgresql://` name the driver we use."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}" if separator and scheme in ("postgres", "postgresql") else url
