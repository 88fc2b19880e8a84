"""Fetches the taxonomy snapshot from the registry and keeps it, so that a restart needs no registry.

No session is held across the call. Whichever process fetches first stores the snapshot; the others find it in the
table at their next refresh.
"""

import asyncio
import time

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import tenancy
from services.kit.db import Database, now
from services.kit.errors import Problem
from services.kit.http import Peer
from services.matching import snapshots
from services.matching.engine import Engine

log = structlog.get_logger()

_PATIENCE_SECONDS = 3.0  # within a request's deadline
_PAUSE_SECONDS = 2.0
_LOOK_SECONDS = 15.0

_ETAG = text("SELECT etag FROM taxonomy_snapshots")
_CLEAR = text("DELETE FROM taxonomy_snapshots")
_KEEP = text(
    "INSERT INTO taxonomy_snapshots (etag, body, fetched_at) VALUES (:etag, :body, :at) ON CONFLICT (etag) DO NOTHING"
)
# One snapshot at a time, also when several processes fetch at once.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('passerelle.taxonomy'))")


class Taxonomies:
    """The snapshot in force, and whether it may be out of date."""

    def __init__(self, database: Database, peer: Peer, engine: Engine) -> None:
        self._database, self._peer, self._engine = database, peer, engine
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()
        self.forget()

    def forget(self) -> None:
        """Ask the registry again at the next occasion."""
        self._stale, self._not_before = True, 0.0

    def mark_stale(self) -> None:
        """Another version was activated."""
        self.forget()
        self._changed.set()

    async def ensure(self) -> None:
        """Fetch what is new, if anything may be. A registry that is down or has no taxonomy yet stops nothing:
        what is kept goes on being used."""
        if not self._stale or time.monotonic() < self._not_before:
            return
        async with self._lock:
            if not self._stale or time.monotonic() < self._not_before:
                return
            self._not_before = time.monotonic() + _PAUSE_SECONDS
            try:
                await self._fetch()
            except (Problem, ValueError, KeyError) as error:
                log.warning("taxonomy_not_fetched", error=type(error).__name__)

    async def _fetch(self) -> None:
        async with self._database.transaction(tenancy.HOUSE) as session:
            etag = await session.scalar(_ETAG)
        headers = {"If-None-Match": etag} if etag else {}
        answer = await self._peer.get("/v1/taxonomy/snapshot", headers=headers, patience=_PATIENCE_SECONDS)
        if answer.status_code == 200:
            body = await asyncio.to_thread(snapshots.pack, answer.content)
            await asyncio.to_thread(snapshots.read, body)  # refuse now what could not be used later
            async with self._database.transaction(tenancy.HOUSE) as session:
                await _store(session, answer.headers["ETag"], body)
        elif answer.status_code not in (304, 404):
            raise ValueError("unexpected answer")
        self._stale = False

    async def keep(self) -> None:
        """Background work: the snapshot up to date and the index warm, so that requests find little to do."""
        while True:
            self._changed.clear()
            try:
                await self.ensure()
                async with self._database.transaction(tenancy.HOUSE) as session:
                    await self._engine.refresh(session)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # it is tried again; requests do the same work and report its failure
                log.warning("engine_not_refreshed", error=type(error).__name__)
            try:
                async with asyncio.timeout(_PAUSE_SECONDS if self._stale else _LOOK_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                continue


async def _store(session: AsyncSession, etag: str, body: bytes) -> None:
    await session.execute(_LOCK)
    await session.execute(_CLEAR)
    await session.execute(_KEEP, {"etag": etag, "body": body, "at": now()})
