"""`passerelle history verify`: whether what was written down for good is still what was written down."""

import asyncio
import sys
from pathlib import Path

from cyclopts import App
from sqlalchemy.exc import SQLAlchemyError

from services.cli.addresses import database_of
from services.kit import history
from services.kit.chain import Chain, Verdict
from services.kit.db import Database
from services.kit.tenancy import HOUSE
from services.matching import access_log

app = App(name="history", help="What was written down for good: versions of records, and who read personal data.")


@app.command
def verify(*, anchor: str = "", access_anchor: str = "", data: Path = Path(".passerelle/data")) -> None:
    """Compute two chains again and compare them: the versions of the registry's records, and matching's log of who
    read personal data. Exits with 1 when a row was edited or removed.

    Parameters
    ----------
    anchor
        A head of the chain of versions that was kept elsewhere, as printed here and logged (`position:hash`); finds
        also a chain that was rewritten as a whole, or whose end is gone.
    access_anchor
        The same for the access log.
    data
        Data folder of a running `passerelle up`, unless DATABASE_URL_REGISTRY and DATABASE_URL_MATCHING name the
        databases.
    """
    kept = (
        ("registry", history.CHAIN, "versions", anchor),
        ("matching", access_log.CHAIN, "reads of personal data", access_anchor),
    )
    broken = [name for service, chain, name, head in kept if not _is_whole(service, chain, name, head, data)]
    if broken:
        raise SystemExit(1)


def _is_whole(service: str, chain: Chain, name: str, anchor: str, data: Path) -> bool:
    try:
        verdict = asyncio.run(_verify(database_of(service, data), chain, _parse(anchor)))
    except (LookupError, ValueError, OSError, SQLAlchemyError) as problem:
        print(f"passerelle: {str(problem).splitlines()[0]}", file=sys.stderr)
        raise SystemExit(1) from None
    if verdict.broken_at is not None:
        print(f"The chain of {name} is broken at position {verdict.broken_at}.", file=sys.stderr)
        return False
    print(f"{verdict.sealed} {name} as they were sealed, {verdict.unsealed} not sealed yet")
    print(f"head {verdict.sealed}:{verdict.head}")
    return True


def _parse(anchor: str) -> tuple[int, str] | None:
    if not anchor:
        return None
    position, separator, digest = anchor.partition(":")
    if not separator or not position.isdigit():
        raise ValueError("An anchor is position:hash, as printed by this command.")
    return int(position), digest


async def _verify(url: str, chain: Chain, anchor: tuple[int, str] | None) -> Verdict:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction(HOUSE) as session:
            await chain.seal(session)
        async with database.transaction(HOUSE) as session:
            return await chain.verify(session, anchor)
    finally:
        await database.close()
