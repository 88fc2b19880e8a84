"""Rows of an append-only table in one chain of hashes: what was edited or removed behind everybody's back shows.

A table takes part by having a column `number`, and a sister `<table>_seals` (position, number, hash). Rows are written
without a hash, so that no writer waits for another; once an hour those that are committed are sealed, one sealer at a
time. A head of the chain that is kept elsewhere (it is logged) finds a chain that was rewritten whole.

Of a table whose rows end with time, the beginning is pruned: the rows go, and of their seals the last one stays, from
which the rest is computed. Which one that is stands in a row of the chain itself, so that nobody else can shorten it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

log = structlog.get_logger()
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sealed` rows were read; `broken_at` is the first position that does not fit, None when all do."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None


class Chain:
    """The chain over one table; one that is pruned has a column `at`."""

    def __init__(self, table: str, begins: str = "") -> None:
        """`begins` is SQL for (position, hash in hex) of the seals up to which the table was pruned, as sealed rows of
        it say themselves; without, the chain begins with its first row."""
        self._table = table
        self._lock = text(f"SELECT pg_advisory_xact_lock(hashtext('passerelle.{table}'))")
        self._head = text(f"SELECT position, hash FROM {table}_seals ORDER BY position DESC LIMIT 1")  # noqa: S608
        self._seal = text(f"INSERT INTO {table}_seals (position, number, hash) VALUES (:position, :number, :hash)")  # noqa: S608
        self._unsealed = self._loose(f"number, to_jsonb({table})::text AS version", "ORDER BY number LIMIT :batch")
        self._count = self._loose("count(*)")
        self._sealed = text(
            f"SELECT s.position, s.hash, to_jsonb({table})::text AS version FROM {table}_seals s"  # noqa: S608
            f" LEFT JOIN {table} ON {table}.number = s.number WHERE s.position > :after"
            " ORDER BY s.position LIMIT :batch"
        )

        self._first = text(
            f"SELECT s.position, s.number, s.hash, {table}.at FROM {table}_seals s"  # noqa: S608
            f" LEFT JOIN {table} ON {table}.number = s.number ORDER BY s.position LIMIT :batch"
        )
        self._drop = text(f"DELETE FROM {table} WHERE number = ANY(:numbers)")  # noqa: S608
        self._drop_seals = text(f"DELETE FROM {table}_seals WHERE position < :position")  # noqa: S608
        self._begins = text(begins) if begins else None

    def _loose(self, columns: str, more: str = "") -> TextClause:
        seals = f"SELECT 1 FROM {self._table}_seals s WHERE s.number = {self._table}.number"  # noqa: S608
        return text(f"SELECT {columns} FROM {self._table} WHERE NOT EXISTS ({seals}) {more}")  # noqa: S608

    async def seal(self, session: AsyncSession) -> None:
        """Put the rows that were committed since into the chain, and log its head; done hourly."""
        await session.execute(self._lock)
        head = (await session.execute(self._head)).one_or_none()
        position, before = (head.position, head.hash) if head else (0, b"")
        while rows := (await session.execute(self._unsealed, {"batch": BATCH})).all():
            sealed = []
            for row in rows:
                position, before = position + 1, _link(before, row.version)
                sealed.append({"position": position, "number": row.number, "hash": before})
            await session.execute(self._seal, sealed)
        if head is None or position != head.position:
            log.info(f"{self._table}_sealed", position=position, hash=before.hex())

    async def verify(self, session: AsyncSession, anchor: tuple[int, str] | None = None) -> Verdict:
        """Compute the chain again from what is stored, and compare; `anchor` is a head (position, hex) kept
        elsewhere."""
        position, before, broken = await self._beginning(session)
        # What was pruned is vouched for by the chain alone: of a head from before nothing is left to compare.
        found_anchor = anchor is None or anchor[0] < position or anchor == (position, before.hex())
        while broken is None and (
            rows := (await session.execute(self._sealed, {"after": position, "batch": BATCH})).all()
        ):
            for row in rows:
                link = _link(before, row.version) if row.version is not None else b""
                if row.position != position + 1 or link != row.hash:
                    broken = position + 1
                    break
                position, before = row.position, row.hash
                if anchor and position == anchor[0]:
                    found_anchor = before.hex() == anchor[1]
                    broken = None if found_anchor else position
        if broken is None and not found_anchor:
            broken = position + 1  # the chain ends before the anchor: its tail is gone
        unsealed = await session.scalar(self._count)
        return Verdict(position, int(unsealed or 0), before.hex(), broken)

    async def _beginning(self, session: AsyncSession) -> tuple[int, bytes, int | None]:
        """Position and hash from which the rest is computed."""
        first = (await session.execute(self._first, {"batch": 1})).one_or_none()
        if first is None or self._begins is None or first.at is not None:
            return 0, b"", None
        said = {(row.position, row.hash) for row in await session.execute(self._begins)}
        begins = (first.position, first.hash.hex()) in said
        return (first.position, first.hash, None) if begins else (0, b"", 1)

    async def prune(self, session: AsyncSession, before: datetime) -> tuple[int, str] | None:
        """Remove rows from the beginning on that are older than `before`, and their seals but the last; its position
        and hash, None where there is nothing to remove. Whoever calls it writes that into the table, and seals."""
        await session.execute(self._lock)
        gone: list[Any] = []
        for row in await session.execute(self._first, {"batch": BATCH}):
            if row.at is not None and row.at >= before:
                break
            gone.append(row)
        if not any(row.at is not None for row in gone):
            return None
        await session.execute(self._drop, {"numbers": [row.number for row in gone]})
        await session.execute(self._drop_seals, {"position": gone[-1].position})
        return gone[-1].position, gone[-1].hash.hex()


def _link(before: bytes, version: str) -> bytes:
    return hashlib.sha256(before + version.encode()).digest()
