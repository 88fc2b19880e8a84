"""Load the bundled sample into running services: `python -m services.cli.load_sample FOLDER URLS`."""

import asyncio
import json
import os
import sys
from pathlib import Path

from services.cli.keys import write_private
from services.cli.sample import ESCO, ESCO_VERSION
from services.cli.sample.loader import load
from services.kit.db import Database
from services.registry.taxonomy.importing import import_taxonomy


async def main(folder: Path, urls: dict[str, str]) -> None:
    """The skills first, since rows that name unknown ones are refused; clients are added to credentials.json."""
    registry = Database(os.environ["DATABASE_URL_REGISTRY"], pool_size=1)
    await import_taxonomy(registry, [ESCO], ESCO_VERSION)
    await registry.close()
    file = folder / "credentials.json"
    report = await load(urls, json.loads(file.read_text()), save=lambda held: write_private(file, held))
    if report["failed"]:
        raise SystemExit(f"{len(report['failed'])} rows of the sample were refused: {report['failed'][:3]}")


if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    asyncio.run(main(Path(sys.argv[1]), given | {"token_url": f"{given['registry']}/oauth/token"}))
