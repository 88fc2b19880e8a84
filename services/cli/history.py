"""`passerelle history verify`: whether what was written down about the records is still what was written down."""

import asyncio
import sys
from pathlib import Path

from cyclopts import App
from sqlalchemy.exc import SQLAlchemyError

from services.cli.addresses import database_of
from services.kit import history
from services.kit.db import Database
from services.kit.tenancy import HOUSE

app = App(name="history", help="The versions of the registry's records.")


@app.command
def verify(*, anchor: str = "", data: Path = Path(".passerelle/data")) -> None:
    """Compute the chain of all versions again and compare it; exits with 1 when a version was edited or removed.

    Parameters
    ----------
    anchor
        A head of the chain that was kept elsewhere, as printed here and logged (`position:hash`); finds also a chain
        that was rewritten as a whole, or whose end is gone.
    data
        Data folder of a running `passerelle up`, unless DATABASE_URL_REGISTRY names the database.
    """
    try:
        verdict = asyncio.run(_verify(database_of("registry", data), _parse(anchor)))
    except (LookupError, ValueError, OSError, SQLAlchemyError) as problem:
        print(f"passerelle: {str(problem).splitlines()[0]}", file=sys.stderr)
        raise SystemExit(1) from None
    if verdict.broken_at is not None:
        print(f"The chain is broken at position {verdict.broken_at}.", file=sys.stderr)
        raise SystemExit(1)
    print(f"{verdict.sealed} versions as they were sealed, {verdict.unsealed} not sealed yet")
    print(f"head {verdict.sealed}:{verdict.head}")


def _parse(anchor: str) -> tuple[int, str] | None:
    if not anchor:
        return None
    position, separator, digest = anchor.partition(":")
    if not separator or not position.isdigit():
        raise ValueError("An anchor is position:hash, as printed by this command.")
    return int(position), digest


async def _verify(url: str, anchor: tuple[int, str] | None) -> history.Verdict:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction(HOUSE) as session:
            await history.seal(session)
        async with database.transaction(HOUSE) as session:
            return await history.verify(session, anchor)
    finally:
        await database.close()
