"""`passerelle reporting rebuild`: facts and copies anew from position 0 of both feeds."""

import asyncio
import sys
import time
from pathlib import Path

from cyclopts import App
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.cli.addresses import database_of
from services.kit.db import Database
from services.kit.tenancy import HOUSE
from services.reporting import feeds

app = App(name="reporting", help="Care for reporting's figures.")


@app.command
def rebuild(*, data: Path = Path(".passerelle/data"), patience: float = 90.0) -> None:
    """Forget all facts and have the running service read both feeds again; the figures come out equal.

    The database is that of DATABASE_URL_REPORTING, else the one of the running installation in the data folder.

    Parameters
    ----------
    data
        Data folder of a running `passerelle up`.
    patience
        Seconds without progress after which to give up waiting. What was forgotten is still read again, as soon as
        the service runs.
    """
    try:
        before, after = asyncio.run(read_again(database_of("reporting", data), patience))
    except (LookupError, TimeoutError, OSError, SQLAlchemyError) as problem:
        print(f"passerelle: {str(problem).splitlines()[0]}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"{after} facts, {before} before")


async def read_again(url: str, patience: float) -> tuple[int, int]:
    """How many facts there were and are. Raises TimeoutError when nothing moves for `patience` seconds."""
    database = Database(url, pool_size=1)
    try:
        before = await _facts(database)
        async with database.transaction(HOUSE) as session:
            targets = await feeds.rebuild(session)
        await _wait(database, targets, patience)
        return before, await _facts(database)
    finally:
        await database.close()


async def _wait(database: Database, targets: dict[str, int], patience: float) -> None:
    """Until the service has read as far as it had. Its current poll may take 5 s to notice that it must begin anew."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns) as progress:
        bars = {feed: progress.add_task(feed, total=target) for feed, target in targets.items()}
        seen, moved_at = -1, time.monotonic()
        while True:
            at = await _positions(database)
            for feed, bar in bars.items():
                progress.update(bar, completed=min(at.get(feed, 0), targets[feed]))
            if all(at.get(feed, 0) >= target for feed, target in targets.items()):
                return
            if sum(at.values()) != seen:
                seen, moved_at = sum(at.values()), time.monotonic()
            if time.monotonic() - moved_at > patience:
                raise TimeoutError(f"No event was read for {patience:.0f} s; is reporting running, are its peers?")
            await asyncio.sleep(0.2)


async def _facts(database: Database) -> int:
    async with database.transaction(HOUSE) as session:
        return int(await session.scalar(text("SELECT count(*) FROM facts")) or 0)


async def _positions(database: Database) -> dict[str, int]:
    async with database.transaction(HOUSE) as session:
        rows = (await session.execute(text("SELECT feed, position FROM feed_cursors"))).all()
    return {row.feed: row.position for row in rows}
