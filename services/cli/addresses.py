"""Which database a command of operations works on."""

import os
from pathlib import Path

from services.cli import databases, keys


def database_of(service: str, data: Path) -> str:
    """DATABASE_URL_<SERVICE>, else the database of the installation in `data`, as the runtime role.

    Raises LookupError when neither the environment nor the folder names one.
    """
    variable = f"DATABASE_URL_{service.upper()}"
    if given := os.environ.get(variable):
        return given
    port = data / "postgres" / "port"
    if not port.exists():
        raise LookupError(f"No installation in {data}; give its folder with --data or set {variable}.")
    role, _ = databases.roles_of(service)
    server = f"postgresql://127.0.0.1:{port.read_text().strip()}"
    return databases.url_as(server, role, role, keys.load(data)["databases"][role])
