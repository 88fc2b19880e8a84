"""`passerelle feed new-epoch`: to be run after a database was restored from a backup."""

import asyncio
import sys
from pathlib import Path
from typing import Literal

from cyclopts import App
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.cli.addresses import database_of
from services.kit.db import Database
from services.kit.tenancy import HOUSE

app = App(name="feed", help="The feeds that services follow.")


@app.command
def new_epoch(service: Literal["registry", "matching", "reporting"], *, data: Path = Path(".passerelle/data")) -> None:
    """Begin a new epoch of a service's feed, so that its followers forget what they read and rebuild.

    A restored database has lost events that followers may have read already, and would give their positions to
    others.

    Parameters
    ----------
    service
        Whose database was restored.
    data
        Data folder of a running `passerelle up`, unless DATABASE_URL_<SERVICE> names the database.
    """
    try:
        print(asyncio.run(_begin(database_of(service, data))))
    except (LookupError, OSError, SQLAlchemyError) as problem:
        print(f"passerelle: {str(problem).splitlines()[0]}", file=sys.stderr)
        raise SystemExit(1) from None


async def _begin(url: str) -> str:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction(HOUSE) as session:
            return str(await session.scalar(text("UPDATE feed_state SET epoch = gen_random_uuid() RETURNING epoch")))
    finally:
        await database.close()
