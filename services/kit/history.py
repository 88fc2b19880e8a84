"""What a record was, and who made it so: reading the versions that the database writes with every change.

`migrations/history_2026_11_23.sql` writes them; a table joins by `SELECT keep_history(…)` in its migration. They are
append-only, and sealed into one chain of hashes (`services/kit/chain.py`).
"""

import inspect
import re
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import PrincipalDep, requires
from services.kit.chain import Chain
from services.kit.errors import NotFound
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep
from services.kit.schemas import Instant, Out

T = TypeVar("T")
CHAIN = Chain("history")
seal, verify = CHAIN.seal, CHAIN.verify

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


def history_route(router: APIRouter, path: str, kind: Any, name: str, scope: str, public: bool = False) -> None:
    """Add `GET {path}/history` for the record that the last parameter of `path` names. Of a `public` one, which
    strangers read as well, the client and its reason are for the organisation whose change it was."""
    parameters = re.findall(r"{(\w+)}", path)
    table: str = kind.__tablename__

    async def list_history(
        request: Request, session: SessionDep, paging: PagingDep, principal: PrincipalDep, **_: UUID
    ) -> Rows[Any]:
        record_id = UUID(request.path_params[parameters[-1]])
        query = select(versions).where(versions.c.kind == table, versions.c.record_id == record_id)
        if paging.after is not None:
            query = query.where(versions.c.number > int(paging.after))
        rows = (await session.execute(query.order_by(versions.c.number).limit(paging.limit + 1))).all()
        if not rows and paging.after is None:
            raise NotFound
        shown = [Version.model_validate(row) for row in rows[: paging.limit]]
        if public:
            own = principal.organisation_id
            bare = {"by_client": None, "reason": None}
            shown = [v if own and v.by_organisation == own else v.model_copy(update=bare) for v in shown]
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
