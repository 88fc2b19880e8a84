"""The connection to PostgreSQL and the one place that opens transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import DateTime, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from services.kit import tenancy
from services.kit.errors import Conflict, Forbidden, Problem, Unavailable

# asyncpg may wait for ever on a server that is frozen rather than stopped; these bound the ordinary cases,
# the request deadline bounds the rest.
_CONNECT_SECONDS = 2.0
_STATEMENT_MILLISECONDS = 4500
_POOL_WAIT_SECONDS = 2.0


class Database:
    """An engine and its sessions."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        scheme, _, rest = url.partition("://")
        self.engine = create_async_engine(
            f"postgresql+asyncpg://{rest}" if scheme in ("postgres", "postgresql") else url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_POOL_WAIT_SECONDS,
            json_deserializer=orjson.loads,  # rows of candidates and vacancies are mostly JSON
            pool_pre_ping=True,  # a restarted server costs no request
            connect_args={
                "timeout": _CONNECT_SECONDS,
                "server_settings": {
                    "statement_timeout": str(_STATEMENT_MILLISECONDS),
                    "idle_in_transaction_session_timeout": "15000",
                    "timezone": "UTC",
                },
            },
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, tenant: str) -> AsyncIterator[AsyncSession]:
        """One transaction that acts for `tenant`; commits at the end, rolls back on any error."""
        async with self.sessions() as session, session.begin():
            await tenancy.act_for(session, tenant)
            yield session

    async def ping(self) -> bool:
        """Whether the server answers within a second."""
        try:
            async with asyncio.timeout(1.0), self.engine.connect() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except (DBAPIError, OSError, TimeoutError, PoolTimeout):
            return False
        return True

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


# Constraint names that Alembic and error messages can rely on.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Python types and their columns, for the `type_annotation_map` of each service's declarative base.
TYPES: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    UUID: Uuid(),
    dict[str, Any]: JSONB,
    dict[str, str]: JSONB,
    list[dict[str, Any]]: JSONB,
    list[str]: JSONB,
}


class Record:
    """Columns of a record that can be changed: UUIDv7 key, version (its ETag), times."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=lambda: now(), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(default=lambda: now(), server_default=func.now())

    def touch(self) -> None:
        """To be called with every change, so that If-Match of earlier readers fails."""
        self.version += 1
        self.updated_at = now()


def now() -> datetime:
    """The clock of every service; a test that needs another time replaces `_clock`."""
    return _clock()


def _clock() -> datetime:
    return datetime.now(UTC)


# SQLSTATE classes (PostgreSQL manual, appendix A) and what they mean for a client.
_TRANSIENT = ("08", "53", "57", "58")  # connection, resources (full disk), operator intervention, system
_CONTENTION = ("40001", "40P01", "55P03")  # serialisation, deadlock, lock timeout


def problem_of(error: BaseException) -> Problem | None:
    """The answer to a failed database call, or None when the fault is ours."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or "")
        if state.startswith(_TRANSIENT) or error.connection_invalidated or not state:
            return Unavailable("The database does not answer.", "database_unavailable", retry_after=2)
        if state in _CONTENTION:
            return Unavailable("The database is busy.", "database_busy")
        if state == "23505":
            return Conflict("A record with this key exists already.", "already_exists")
        if state == "23503":
            return Conflict("A record that this one names does not exist or is still in use.", "reference_broken")
        if state == "42501" and "row-level security" in str(error.orig):
            return Forbidden("This record would belong to another organisation.", "not_the_owner")
        if state.startswith("23"):
            return Conflict("A rule of the record does not hold.", "rule_broken")
        return None
    if isinstance(error, PoolTimeout | ConnectionError | TimeoutError | OSError):
        return Unavailable("A part this answer depends on does not answer.", "dependency_unavailable", retry_after=2)
    return None
