"""Many candidates at once: rows are checked one by one and written some hundred in one statement."""

from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import CandidateRegistered
from services.kit import bulk
from services.kit.bulk import Row, RowResult, RowStatus
from services.kit.db import now
from services.matching import duplicates, receipts
from services.matching.candidates.schemas import CandidateBatchOut, CandidateIn, Review
from services.matching.candidates.service import STATED, unknown_concepts
from services.matching.engine import Engine
from services.matching.likeness import likeness, name_of
from services.matching.models.candidates import Candidate
from services.matching.pseudonyms import registered

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
_COLUMNS = ", ".join(f"stated_{n}" if n in STATED else n for n in _TYPES)
_KEPT = "consent_kept(candidates.consent, EXCLUDED.consent)"  # what was withdrawn since stays withdrawn
_OWN, _NEW = (
    ", ".join(_KEPT if (of, name) == ("EXCLUDED", "consent") else f"{of}.{name}" for name in _COLUMNS.split(", "))
    for of in ("candidates", "EXCLUDED")
)
# Of a text that was replaced, the receipt says until when it counts.
_TEXT = "r.consent || coalesce(CAST(:ends AS jsonb) -> (r.consent ->> 'text_version'), '{}')"
_STATED = ", ".join(_TEXT if name == "consent" else f"r.{name}" for name in _TYPES)
# Batches of one organisation wait for each other: they may have the same people in another order.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_AT_ONCE = 250  # rows
_SUGGESTIONS = 20  # a batch; looking for near concepts is slow
_UPSERT = text(
    f"""
    INSERT INTO candidates (id, organisation_id, version, created_at, updated_at, reconfirmed_at, likeness,
                            likeness_key, {_COLUMNS})
    SELECT (CAST(:ids AS uuid[]))[e.n], CAST(:organisation AS uuid), 1, :at, :at, :at,
           (CAST(:likenesses AS bytea[]))[e.n], :likeness_key, {_STATED}
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS e (value, n)
    CROSS JOIN LATERAL jsonb_to_record(e.value) AS r ({", ".join(f"{n} {kind}" for n, kind in _TYPES.items())})
    ORDER BY r.external_id
    ON CONFLICT (organisation_id, external_id) DO UPDATE
    SET ({_COLUMNS}) = ROW ({_NEW}), likeness = EXCLUDED.likeness,
        likeness_key = EXCLUDED.likeness_key, version = candidates.version + 1,
        updated_at = EXCLUDED.updated_at
    WHERE ({_OWN}) IS DISTINCT FROM ({_NEW})
    RETURNING external_id, version = 1 AS created
    """  # noqa: S608  (column names of this module)
)


async def upsert(
    session: AsyncSession, engine: Engine, secret: bytes, organisation_id: UUID, body: bytes, validate_only: bool
) -> CandidateBatchOut:
    """One result a row, in order. A row that fails leaves the others alone; a repeat changes nothing. Rows are read and
    written a few at a time, so that ten thousand need no more memory than their text, and hold nobody up."""
    await engine.refresh_taxonomy(session)
    if not validate_only:
        await session.execute(_LOCK, {"key": f"candidates {organisation_id}"})
    read, results = bulk.rows(body, CandidateIn), list[RowResult]()
    written: dict[str, UUID] = {}
    suggestions = _SUGGESTIONS
    while rows := list(islice(read, _AT_ONCE)):
        suggestions = _check(rows, engine, suggestions)
        good = [row.value for row in rows if row.value is not None]
        if validate_only or not good:
            results += [row.result(RowStatus.VALID) for row in rows]
            continue
        keys = [value.external_id for value in good]
        before = await _read(session, keys)
        statuses = await _write(session, secret, organisation_id, good)
        after = await _read(session, keys)
        await _tell(session, before, after)
        ids = {candidate.external_id: candidate.id for candidate in after.values()}
        results += _results(rows, statuses, ids)
        written |= {key: ids[key] for key in statuses}
    return CandidateBatchOut(results=results, review=await _review(session, results, written))


def _check(rows: list[Row[CandidateIn]], engine: Engine, suggestions: int) -> int:
    """Refuse rows with unknown concepts; returns how many suggestions may still be looked for."""
    for row in rows:
        if row.value is not None and (errors := unknown_concepts(row.value, engine, suggestions)):
            row.value, row.errors = None, errors
            suggestions = max(0, suggestions - len(errors))
    return suggestions


async def _write(
    session: AsyncSession, secret: bytes, organisation_id: UUID, good: list[CandidateIn]
) -> dict[str, RowStatus]:
    values = {
        "ids": [uuid7() for _ in good],
        "organisation": organisation_id,
        "at": now(),
        "rows": _MANY.dump_json(good).decode(),
        "likenesses": [likeness(secret, each.birth_date, each.given_name, each.family_name) for each in good],
        "likeness_key": name_of(secret),
        "ends": orjson.dumps(await receipts.ends_of_texts(session, organisation_id)).decode(),
    }
    written = await session.execute(_UPSERT, values)
    return {row.external_id: RowStatus.CREATED if row.created else RowStatus.UPDATED for row in written}


async def _read(session: AsyncSession, keys: Sequence[str]) -> dict[UUID, Candidate]:
    """What of the rows is published, their ids and consents; no more columns than that."""
    c = Candidate
    wanted = (c.id, c.organisation_id, c.external_id, c.birth_date, c.sex, c.residence, c.persona, c.consent)
    found = await session.execute(select(*wanted, c.created_at).where(c.external_id.in_(keys)))
    return {row.id: Candidate(**row._mapping) for row in found}


async def _tell(session: AsyncSession, before: dict[UUID, Candidate], after: dict[UUID, Candidate]) -> None:
    """Write down what people agreed to, and publish what changed of what is known outside."""
    done: list[receipts.Change] = []
    for id, candidate in after.items():
        agreed = before[id].consent if id in before else None
        if agreed != candidate.consent:
            done += receipts.changes(id, agreed, candidate.consent)
    await receipts.note(session, done)
    await receipts.tell(session, _published(before), _published(after))


def _published(candidates: dict[UUID, Candidate]) -> dict[UUID, CandidateRegistered]:
    today = now().date()
    return {id: registered(candidate, today) for id, candidate in candidates.items()}


async def _review(session: AsyncSession, results: list[RowResult], written: dict[str, UUID]) -> list[Review]:
    """Who of those that this batch wrote may be there twice."""
    rows = {result.external_id: result.row for result in results}
    found: list[Review] = []
    people = iter(written.items())
    while some := dict(islice(people, _AT_ONCE)):
        alike = await duplicates.alike(session, list(some.values()))
        found += [
            Review(row=rows[key], external_id=key, candidate_id=id, alike=alike[id])
            for key, id in some.items()
            if id in alike
        ]
    return found


def _results(rows: list[Row[CandidateIn]], statuses: dict[str, RowStatus], ids: dict[str, UUID]) -> list[RowResult]:
    def result(row: Row[Any]) -> RowResult:
        key = row.external_id or ""
        return row.result(statuses.get(key, RowStatus.UNCHANGED), ids.get(key))

    return [result(row) for row in rows]
