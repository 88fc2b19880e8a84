"""What a record was, and who made it so: reading the versions that the database writes with every change.

`migrations/history_2026_11_23.sql` writes them; a table joins by `SELECT keep_history(…)` in its migration. They are
append-only, and sealed into one chain of hashes, so that what was edited or removed behind the back of the database is
found. A head of the chain that is kept elsewhere (it is logged and published) finds a chain that was rewritten whole.
"""

import hashlib
import inspect
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import requires
from services.kit.errors import NotFound
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep
from services.kit.schemas import Instant, Out

log = structlog.get_logger()
T = TypeVar("T")
BATCH = 5000

versions = Table(
    "history",
    MetaData(),
    Column("number", BigInteger, primary_key=True),
    Column("kind", Text),
    Column("record_id", Uuid),
    Column("action", Text),
    Column("at", DateTime(timezone=True)),
    Column("by_organisation", Uuid),
    Column("by_client", Text),
    Column("reason", Text),
    Column("record", JSONB),
)


class Version(Out):
    """A record as it stood after a change, and whose change it was."""

    number: int = Field(description="Grows with each change in this service.")
    action: str = Field(description="INSERT, UPDATE or DELETE.", examples=["UPDATE"])
    at: datetime
    by_organisation: UUID | None = Field(description="Absent for what the service did by itself, such as expiry.")
    by_client: str | None
    reason: str | None = Field(description="What the client gave as Change-Reason.")
    record: dict[str, Any] = Field(description="All columns, as they then were.")


AsOf = Annotated[
    Instant | None,
    Query(description="Give the record as it stood at this time.", examples=["2027-03-01T12:00:00Z"]),
]


async def as_it_stood(session: AsyncSession, kind: type[T], record_id: UUID, at: datetime) -> T:
    """The record at that time, not to be changed. Raises NotFound when there was none that the caller may read."""
    table: str = kind.__tablename__  # type: ignore[attr-defined]
    query = text(
        f"SELECT then_.* FROM (SELECT action, record FROM history WHERE kind = :kind AND record_id = :id AND at <= :at"  # noqa: S608
        f" ORDER BY number DESC LIMIT 1) AS last, jsonb_populate_record(NULL::{table}, last.record) AS then_"
        " WHERE last.action <> 'DELETE'"
    ).bindparams(kind=table, id=record_id, at=at)
    found: T | None = (await session.scalars(select(kind).from_statement(query))).one_or_none()
    if found is None:
        raise NotFound
    session.expunge(found)
    return found


def history_route(router: APIRouter, path: str, kind: Any, name: str, scope: str) -> None:
    """Add `GET {path}/history` for the record that the last parameter of `path` names."""
    parameters = re.findall(r"{(\w+)}", path)
    table: str = kind.__tablename__

    async def list_history(request: Request, session: SessionDep, paging: PagingDep, **_: UUID) -> Rows[Any]:
        record_id = UUID(request.path_params[parameters[-1]])
        query = select(versions).where(versions.c.kind == table, versions.c.record_id == record_id)
        if paging.after is not None:
            query = query.where(versions.c.number > int(paging.after))
        rows = (await session.execute(query.order_by(versions.c.number).limit(paging.limit + 1))).all()
        if not rows and paging.after is None:
            raise NotFound
        shown = rows[: paging.limit]
        return paging.page(shown, shown[-1].number if shown else None, len(rows) > paging.limit)

    signature = inspect.signature(list_history)
    given = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    named = [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[UUID, Path()])
        for each in parameters
    ]
    list_history.__signature__ = signature.replace(parameters=[*given, *named])  # type: ignore[attr-defined]
    words = name.replace("_", " ")
    list_history.__doc__ = "From the first version on: who changed it, when and why, and what it then was."
    router.add_api_route(
        f"{path}/history",
        list_history,
        methods=["GET"],
        operation_id=f"list_{name}_history",
        summary=f"List what became of a{'n' if words[0] in 'aeiou' else ''} {words}",
        response_model=Page[Version],
        dependencies=[requires(scope)],
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sealed` versions were read; `broken_at` is the first position that does not fit, None when all do."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None


_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('passerelle.history'))")
_HEAD = text("SELECT position, hash FROM history_seals ORDER BY position DESC LIMIT 1")
_UNSEALED = text(
    "SELECT number, to_jsonb(history)::text AS version FROM history"
    " WHERE NOT EXISTS (SELECT 1 FROM history_seals s WHERE s.number = history.number) ORDER BY number LIMIT :batch"
)
_SEAL = text("INSERT INTO history_seals (position, number, hash) VALUES (:position, :number, :hash)")
_CHAIN = text(
    "SELECT s.position, s.hash, to_jsonb(history)::text AS version FROM history_seals s"
    " LEFT JOIN history ON history.number = s.number WHERE s.position > :after ORDER BY s.position LIMIT :batch"
)
_COUNT_UNSEALED = text(
    "SELECT count(*) FROM history WHERE NOT EXISTS (SELECT 1 FROM history_seals s WHERE s.number = history.number)"
)


def _link(before: bytes, version: str) -> bytes:
    return hashlib.sha256(before + version.encode()).digest()


async def seal(session: AsyncSession) -> None:
    """Put the versions that were committed since into the chain, and log its head; done hourly."""
    await session.execute(_LOCK)
    head = (await session.execute(_HEAD)).one_or_none()
    position, before = (head.position, head.hash) if head else (0, b"")
    while rows := (await session.execute(_UNSEALED, {"batch": BATCH})).all():
        sealed = []
        for row in rows:
            position, before = position + 1, _link(before, row.version)
            sealed.append({"position": position, "number": row.number, "hash": before})
        await session.execute(_SEAL, sealed)
    if head is None or position != head.position:
        log.info("history_sealed", position=position, hash=before.hex())


async def verify(session: AsyncSession, anchor: tuple[int, str] | None = None) -> Verdict:
    """Compute the chain again from what is stored, and compare; `anchor` is a head (position, hex) kept elsewhere."""
    position, before, broken = 0, b"", None
    found_anchor = anchor is None
    while broken is None and (rows := (await session.execute(_CHAIN, {"after": position, "batch": BATCH})).all()):
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
    unsealed = await session.scalar(_COUNT_UNSEALED)
    return Verdict(position, int(unsealed or 0), before.hex(), broken)
