"""Many candidates at once: rows are checked one by one and written by one statement."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.envelope import Event
from services.kit import bulk, events
from services.kit.bulk import Row, RowResult, RowStatus
from services.kit.db import now
from services.matching.candidates.schemas import CandidateIn
from services.matching.candidates.service import registered, unknown_concepts
from services.matching.engine import Engine
from services.matching.models.candidates import Candidate

_MANY: TypeAdapter[list[CandidateIn]] = TypeAdapter(list[CandidateIn])
_TYPES = {
    "external_id": "text",
    "given_name": "text",
    "family_name": "text",
    "birth_date": "date",
    "sex": "text",
    "nationality": "text",
    "residence": "text",
    "persona": "text",
    "occupations": "jsonb",
    "skills": "jsonb",
    "languages": "jsonb",
    "eqf": "integer",
    "recognitions": "jsonb",
    "available_from": "date",
    "available_to": "date",
    "preferences": "jsonb",
    "track_chosen": "text",
    "origin_employment": "text",
    "consent": "jsonb",
}
_COLUMNS = ", ".join(f"stated_{n}" if n in ("skills", "languages") else n for n in _TYPES)
_OWN, _NEW = (", ".join(f"{of}.{name}" for name in _COLUMNS.split(", ")) for of in ("candidates", "EXCLUDED"))
# Sorted by key, so that two batches with the same people wait for each other instead of deadlocking.
_UPSERT = text(
    f"""
    INSERT INTO candidates (id, organisation_id, version, created_at, updated_at, {_COLUMNS})
    SELECT (CAST(:ids AS uuid[]))[e.n], CAST(:organisation AS uuid), 1, :at, :at, {", ".join(f"r.{n}" for n in _TYPES)}
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS e (value, n)
    CROSS JOIN LATERAL jsonb_to_record(e.value) AS r ({", ".join(f"{n} {kind}" for n, kind in _TYPES.items())})
    ORDER BY r.external_id
    ON CONFLICT (organisation_id, external_id) DO UPDATE
    SET ({_COLUMNS}) = ROW ({_NEW}), version = candidates.version + 1, updated_at = EXCLUDED.updated_at
    WHERE ({_OWN}) IS DISTINCT FROM ({_NEW})
    RETURNING external_id, version = 1 AS created
    """  # noqa: S608  (column names of this module)
)


async def upsert(
    session: AsyncSession, engine: Engine, organisation_id: UUID, body: bytes, validate_only: bool
) -> list[RowResult]:
    """One result a row, in order. A row that fails leaves the others alone; a repeat changes nothing."""
    await engine.refresh_taxonomy(session)
    rows = list(bulk.rows(body, CandidateIn))
    suggestions = 20
    for row in rows:
        if row.value is not None and (errors := unknown_concepts(row.value, engine, suggestions)):
            row.value, row.errors = None, errors
            suggestions = max(0, suggestions - len(errors))
    good = [row.value for row in rows if row.value is not None]
    if validate_only or not good:
        return [row.result(RowStatus.VALID) for row in rows]
    keys = [value.external_id for value in good]
    before = _published(await _read(session, keys))
    statuses = await _write(session, organisation_id, good)
    after = await _read(session, keys)
    await _tell(session, before, after)
    return _results(rows, statuses, {candidate.external_id: candidate.id for candidate in after})


async def _write(session: AsyncSession, organisation_id: UUID, good: list[CandidateIn]) -> dict[str, RowStatus]:
    values = {
        "ids": [uuid7() for _ in good],
        "organisation": organisation_id,
        "at": now(),
        "rows": _MANY.dump_json(good).decode(),
    }
    written = await session.execute(_UPSERT, values)
    return {row.external_id: RowStatus.CREATED if row.created else RowStatus.UPDATED for row in written}


async def _read(session: AsyncSession, keys: Sequence[str]) -> list[Candidate]:
    """What of the rows is published, and their ids; no more columns than that."""
    c = Candidate
    wanted = (c.id, c.organisation_id, c.external_id, c.birth_date, c.sex, c.residence, c.persona, c.consent)
    found = await session.execute(select(*wanted, c.created_at).where(c.external_id.in_(keys)))
    return [Candidate(**row._mapping) for row in found]


def _published(candidates: Iterable[Candidate]) -> dict[UUID, Event]:
    return {candidate.id: registered(candidate) for candidate in candidates}


async def _tell(session: AsyncSession, before: dict[UUID, Event], after: Iterable[Candidate]) -> None:
    told = _published(after)
    await events.publish(session, *((id, event) for id, event in told.items() if before.get(id) != event))


def _results(rows: list[Row[CandidateIn]], statuses: dict[str, RowStatus], ids: dict[str, UUID]) -> list[RowResult]:
    def result(row: Row[Any]) -> RowResult:
        key = row.external_id or ""
        return row.result(statuses.get(key, RowStatus.UNCHANGED), ids.get(key))

    return [result(row) for row in rows]
