"""Many vacancies at once: checked together, written by one statement, reported row by row."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.registry import VacancyChanged
from services.contracts.vocabulary import VacancyStatus
from services.kit import bulk, events
from services.kit.auth import Principal
from services.kit.bulk import BatchOut, Row, RowStatus
from services.kit.db import now
from services.registry.models.sharing import hold_parties, share_offers
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies.schemas import VacancyIn
from services.registry.vacancies.service import Known, columns_of, errors_of, known_about

_TABLE = cast(Table, Vacancy.__table__)
_KEPT = {"id", "organisation_id", "external_id", "status", "status_reason", "version", "created_at"}


async def upsert(session: AsyncSession, principal: Principal, body: bytes, validate_only: bool) -> BatchOut:
    """Create or change the caller's vacancies by external_id; a row that fails leaves the others alone.

    `body` is NDJSON. With `validate_only` every check runs and nothing is written.
    """
    rows = list(bulk.rows(body, VacancyIn))
    sent = [row.value for row in rows if row.value is not None]
    named = {each for data in sent for each in data.partnership_ids}
    known = await known_about(session, await hold_parties(session, principal.tenant, named), sent)
    for row in rows:
        if row.value is not None:
            row.errors = errors_of(row.value, known)
    if validate_only:
        return BatchOut(results=[row.result(RowStatus.VALID) for row in rows])
    good = [row.value for row in rows if row.value is not None and not row.errors]
    outcome = await _write(session, principal, good, known)
    return BatchOut(results=[_result(row, outcome) for row in rows])


def _result(row: Row[VacancyIn], outcome: dict[str, tuple[RowStatus, UUID]]) -> bulk.RowResult:
    if row.value is None or row.errors:
        return row.result(RowStatus.FAILED)
    return row.result(*outcome[row.value.external_id])


async def _write(
    session: AsyncSession, principal: Principal, vacancies: Sequence[VacancyIn], known: Known
) -> dict[str, tuple[RowStatus, UUID]]:
    before = await _held(session, principal.acts_for, [data.external_id for data in vacancies])
    outcome: dict[str, tuple[RowStatus, UUID]] = {}
    changed: list[dict[str, Any]] = []
    for data in vacancies:
        columns, old = columns_of(data, known), before.get(data.external_id)
        if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
            outcome[data.external_id] = (RowStatus.UNCHANGED, old.id)
        else:
            changed.append(columns)
    for written in await _upsert(session, principal.acts_for, changed):
        status = RowStatus.CREATED if written["version"] == 1 else RowStatus.UPDATED
        outcome[written["external_id"]] = (status, written["id"])
    ids = [outcome[columns["external_id"]][1] for columns in changed]
    await share_offers(session, principal.tenant, Vacancy, ids)
    return outcome


async def _held(session: AsyncSession, employer: UUID, external_ids: list[str]) -> dict[str, Vacancy]:
    own = Vacancy.organisation_id == employer
    query = select(Vacancy).where(own, Vacancy.external_id.in_(external_ids)).order_by(Vacancy.external_id)
    return {vacancy.external_id: vacancy for vacancy in await session.scalars(query.with_for_update())}


async def _upsert(session: AsyncSession, employer: UUID, changed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not changed:
        return []
    at = now()
    kept = {"organisation_id": employer, "status": VacancyStatus.OPEN, "version": 1, "created_at": at, "updated_at": at}
    # In one order for everybody, so that two batches of one employer cannot hold what the other waits for.
    ordered = sorted(changed, key=lambda columns: str(columns["external_id"]))
    rows = [{"id": uuid7(), "status_reason": None, **kept, **columns} for columns in ordered]
    statement = insert(_TABLE)
    replaced = {name: statement.excluded[name] for name in rows[0] if name not in _KEPT}
    upsert_rows = statement.on_conflict_do_update(
        constraint="uq_vacancies_organisation_id_external_id",
        set_=replaced | {"version": _TABLE.c.version + 1},
    ).returning(_TABLE.c.id, _TABLE.c.external_id, _TABLE.c.status, _TABLE.c.version)
    written = {row.external_id: row._asdict() for row in await session.execute(upsert_rows, rows)}
    told = [VacancyChanged.model_validate(row | written[row["external_id"]]) for row in rows]
    await events.publish(session, *((event.id, event) for event in told))
    return list(written.values())
