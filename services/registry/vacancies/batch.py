"""Many vacancies at once: checked together, written by one statement, reported row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.registry import VacancyChanged
from services.contracts.vocabulary import MandateScope, VacancyStatus
from services.kit import bulk, events
from services.kit.auth import Principal
from services.kit.bulk import BatchOut, Row, RowStatus
from services.kit.db import now
from services.kit.errors import FieldError
from services.registry.models.mandates import NEEDED, acting_for, mandates_of
from services.registry.models.sharing import hold_parties, share_offers
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies.schemas import VacancyIn
from services.registry.vacancies.service import Known, columns_of, errors_of, known_about

_TABLE = cast(Table, Vacancy.__table__)
_KEPT = {"id", "organisation_id", "published_by", "external_id", "status", "status_reason", "version", "created_at"}
_Outcome = dict[str, tuple[RowStatus, UUID]]


async def upsert(
    session: AsyncSession, principal: Principal, rows: Sequence[Row[VacancyIn]], validate_only: bool
) -> BatchOut:
    """Create or change vacancies by external_id, one's own and those of employers that gave a mandate; a row that
    fails leaves the others alone. With `validate_only` every check runs and nothing is written.
    """
    outcome: _Outcome = {}
    for employer, of_employer in (await _by_employer(session, principal, rows)).items():
        async with acting_for(session, principal.tenant, employer) as tenant:
            published_by = None if employer == principal.acts_for else principal.acts_for
            outcome |= await _of_employer(
                session, tenant, _Employer(employer, published_by), of_employer, validate_only
            )
    if validate_only:
        return BatchOut(results=[row.result(RowStatus.VALID) for row in rows])
    return BatchOut(results=[_result(row, outcome) for row in rows])


@dataclass(frozen=True, slots=True)
class _Employer:
    """Whose vacancies are written, and who publishes them in its name."""

    id: UUID
    published_by: UUID | None


async def _by_employer(
    session: AsyncSession, principal: Principal, rows: Sequence[Row[VacancyIn]]
) -> dict[UUID, list[Row[VacancyIn]]]:
    """The rows of each employer that the caller may publish for, in one order for everybody; others fail."""
    own = principal.acts_for
    named = {row.value.on_behalf_of for row in rows if row.value and row.value.on_behalf_of} - {own}
    allowed = {own, *await mandates_of(session, own, named, MandateScope.PUBLISH_VACANCIES)}
    grouped: dict[UUID, list[Row[VacancyIn]]] = {}
    for row in rows:
        if row.value is None:
            continue
        employer = row.value.on_behalf_of or own
        if employer in allowed:
            grouped.setdefault(employer, []).append(row)
        else:
            row.errors = [FieldError("/on_behalf_of", "mandate_needed", NEEDED)]
    return dict(sorted(grouped.items()))


async def _of_employer(
    session: AsyncSession, tenant: str, employer: _Employer, rows: Sequence[Row[VacancyIn]], validate_only: bool
) -> _Outcome:
    sent = [row.value for row in rows if row.value is not None]
    named = {each for data in sent for each in data.partnership_ids}
    known = await known_about(session, await hold_parties(session, tenant, named), sent)
    before = await _held(session, employer.id, [data.external_id for data in sent])
    for row in rows:
        if row.value is not None:
            old = before.get(row.value.external_id)
            row.errors = errors_of(row.value, known)
            if old and employer.published_by and old.published_by != employer.published_by:
                message = "The employer has a vacancy with this key that your organisation did not publish."
                row.errors.append(FieldError("/external_id", "already_exists", message))
    if validate_only:
        return {}
    good = [row.value for row in rows if row.value is not None and not row.errors]
    return await _write(session, tenant, employer, good, known, before)


def _result(row: Row[VacancyIn], outcome: _Outcome) -> bulk.RowResult:
    if row.value is None or row.errors:
        return row.result(RowStatus.FAILED)
    return row.result(*outcome[row.value.external_id])


async def _write(
    session: AsyncSession,
    tenant: str,
    employer: _Employer,
    vacancies: Sequence[VacancyIn],
    known: Known,
    before: dict[str, Vacancy],
) -> _Outcome:
    outcome: _Outcome = {}
    changed: list[dict[str, Any]] = []
    for data in vacancies:
        columns, old = columns_of(data, known), before.get(data.external_id)
        if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
            outcome[data.external_id] = (RowStatus.UNCHANGED, old.id)
        else:
            changed.append(columns)
    for written in await _upsert(session, employer, changed):
        status = RowStatus.CREATED if written["version"] == 1 else RowStatus.UPDATED
        outcome[written["external_id"]] = (status, written["id"])
    await share_offers(session, tenant, Vacancy, [outcome[columns["external_id"]][1] for columns in changed])
    return outcome


async def _held(session: AsyncSession, employer: UUID, external_ids: list[str]) -> dict[str, Vacancy]:
    own = Vacancy.organisation_id == employer
    query = select(Vacancy).where(own, Vacancy.external_id.in_(external_ids)).order_by(Vacancy.external_id)
    return {vacancy.external_id: vacancy for vacancy in await session.scalars(query.with_for_update())}


async def _upsert(session: AsyncSession, employer: _Employer, changed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not changed:
        return []
    at = now()
    whose = {"organisation_id": employer.id, "published_by": employer.published_by}
    kept = {
        **whose,
        "status": VacancyStatus.OPEN,
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "confirmed_at": at,
    }
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
