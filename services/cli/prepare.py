"""Make a data folder ready for the services: secrets, databases, migrations, first clients.

A process of its own (`python -m services.cli.prepare FOLDER`), so that `passerelle up`, which stays, does not
carry SQLAlchemy and Alembic in memory for as long as the services run.
"""

import asyncio
import os
import sys
from pathlib import Path

from services.cli import credentials, databases, keys, migrate


def main(folder: Path) -> None:
    content = keys.load_or_create(folder)
    if server := os.environ.pop(databases.SERVER, None):
        databases.create(server, content["databases"])
        os.environ |= databases.variables(server, content["databases"])
    migrate.migrate()
    asyncio.run(credentials.register(os.environ["DATABASE_URL_REGISTRY"], content["clients"]))
    credentials.write(folder, content["clients"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
