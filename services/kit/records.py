"""Changing a record: hold its row, merge what was sent, validate the whole."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption

from services.kit.errors import Forbidden, NotFound, Unprocessable
from services.kit.history import as_it_stood
from services.kit.json import pointers

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)


async def found(
    session: AsyncSession, kind: type[R], record_id: UUID, *options: ORMOption, as_of: datetime | None = None
) -> R:
    """The record as the caller may read it, as it is or as it stood. Raises NotFound for missing and foreign alike."""
    if as_of is not None:
        return await as_it_stood(session, kind, record_id, as_of)
    record = await session.get(kind, record_id, options=options)
    if record is None:
        raise NotFound
    return record


async def locked(session: AsyncSession, kind: type[R], record_id: UUID, *options: ORMOption) -> R:
    """The record, held against other writers until the transaction ends.

    Raises NotFound when the caller may not even read it, Forbidden when it may read it only. Row-level security
    decides: FOR UPDATE passes over the rows that the caller may not write.
    """
    key: Any = kind.id  # type: ignore[attr-defined]
    query = select(kind).where(key == record_id).options(*options).with_for_update()
    # What was read before the row was held may be stale.
    record = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if record is None:
        await found(session, kind, record_id, *options)
        raise Forbidden("Another organisation owns this record.", "not_the_owner")
    return record


def fields_of(schema: type[BaseModel], record: object) -> dict[str, Any]:
    """What `schema` says of the record, as it stands."""
    return {name: getattr(record, name) for name in schema.model_fields}


def merged(schema: type[M], current: dict[str, Any], patch: BaseModel) -> M:
    """`current` with `patch` merged in (RFC 7396: null removes, objects merge, lists are replaced).

    Raises Unprocessable when the outcome as a whole is not what `schema` accepts.
    """
    try:
        return schema.model_validate(_merge(current, patch.model_dump(exclude_unset=True)))
    except ValidationError as error:
        raise Unprocessable.fields(pointers(error.errors(include_url=False, include_input=False))) from None


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    outcome = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            outcome.pop(name, None)
        else:
            outcome[name] = _merge(outcome.get(name), value)
    return outcome
