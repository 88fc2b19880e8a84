"""Make a data folder ready: secrets, databases, migrations, first clients (`python -m services.cli.prepare FOLDER`)."""

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
