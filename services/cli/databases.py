"""The three databases and their roles: `deploy/databases.sql`, run by psql here as in the container."""

import os
import secrets
import subprocess
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from services.cli.postgres import PostgresError, binary_folder

SERVICES = ("registry", "matching", "reporting")
SERVER = "PASSERELLE_DATABASE_SERVER"  # variable: superuser's address of the embedded server
_SQL = Path(__file__).parents[2] / "deploy" / "databases.sql"


def new_passwords() -> dict[str, str]:
    """One password a role: `passerelle_registry`, `passerelle_registry_owner`, and so on."""
    return {role: secrets.token_urlsafe(24) for service in SERVICES for role in roles_of(service)}


def roles_of(service: str) -> tuple[str, str]:
    """The runtime role, which the service uses, and the owner role, which migrates."""
    return f"passerelle_{service}", f"passerelle_{service}_owner"


def create(superuser_url: str, passwords: dict[str, str]) -> None:
    """Create what is missing and set the passwords; repeating it changes nothing.

    Raises PostgresError with psql's own words.
    """
    server = urlsplit(superuser_url)
    environment = os.environ | {
        "PGHOST": server.hostname or "127.0.0.1",
        "PGPORT": str(server.port or 5432),
        "PGUSER": unquote(server.username or "postgres"),
        "PGPASSWORD": unquote(server.password or ""),
        "PGDATABASE": server.path.strip("/") or "postgres",
    }
    for role, password in passwords.items():
        environment[f"{role.removeprefix('passerelle_').upper()}_PASSWORD"] = password
    # The environment, not the command line: every user of a machine can read command lines.
    run = subprocess.run(  # noqa: S603
        [str(binary_folder() / "psql"), "--no-psqlrc", "--file", str(_SQL)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise PostgresError(f"The databases could not be created: {run.stderr.strip()}")


def url_as(server_url: str, database: str, role: str, password: str) -> str:
    """The address of `database` for `role`, on the server that `server_url` names."""
    server = urlsplit(server_url)
    return f"{server.scheme}://{role}:{quote(password, safe='')}@{server.hostname}:{server.port}/{database}"


def variables(server: str, passwords: dict[str, str]) -> dict[str, str]:
    """DATABASE_URL_REGISTRY, DATABASE_URL_REGISTRY_OWNER and their sisters."""
    found = {}
    for service in SERVICES:
        runtime, owner = roles_of(service)
        variable = f"DATABASE_URL_{service.upper()}"
        found[variable] = url_as(server, runtime, runtime, passwords[runtime])
        found[f"{variable}_OWNER"] = url_as(server, runtime, owner, passwords[owner])
    return found
