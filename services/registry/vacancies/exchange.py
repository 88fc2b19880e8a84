"""Vacancies from and for other systems: schema.org JobPosting, and tables."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import bulk
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import BadRequest
from services.registry.models.concepts import alike, called
from services.registry.models.organisations import Organisation
from services.registry.models.taxonomy import ACTIVE, ConceptLabel, Occupation
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies import batch, job_posting
from services.registry.vacancies.job_posting import Reading
from services.registry.vacancies.schemas import ImportOut, ImportResult, VacancyIn, VacancyOut
from services.registry.vacancies.service import Filters, listed

MAX_POSTINGS = 1000


async def import_postings(
    session: AsyncSession,
    principal: Principal,
    postings: Sequence[dict[str, Any]],
    common: dict[str, Any],
    validate_only: bool,
) -> ImportOut:
    """Each posting becomes a vacancy with the fields in `common`, or is refused with reasons. Upserts by identifier.

    Raises BadRequest for none and for more than 1,000.
    """
    if not 0 < len(postings) <= MAX_POSTINGS:
        raise BadRequest(f"Send from one to {MAX_POSTINGS} job postings.", "empty_batch")
    readings = [job_posting.read(posting, now().date()) for posting in postings]
    await _resolve(session, readings)
    rows = list(bulk.checked(((n, reading.fields | common) for n, reading in enumerate(readings, 1)), VacancyIn))
    for row, reading in zip(rows, readings, strict=True):
        if reading.errors:
            row.value, row.errors = None, reading.errors
    results = (await batch.upsert(session, principal, rows, validate_only)).results
    return ImportOut(
        results=[
            ImportResult(**result.model_dump(), assumed=reading.assumed[:300])
            for result, reading in zip(results, readings, strict=True)
        ]
    )


async def _resolve(session: AsyncSession, readings: Sequence[Reading]) -> None:
    """Let the taxonomy say which skills the words name, and in which ISCO-08 group an ESCO occupation lies."""
    words = {label for reading in readings for _, label in reading.labels}
    known = await called(session, "skill", words)
    near = await alike(session, "skill", sorted(label for label in words if not known.get(label)))
    uris = {reading.fields["esco_uri"] for reading in readings if "esco_uri" in reading.fields}
    query = select(Occupation.uri, Occupation.isco08).where(Occupation.taxonomy_id == ACTIVE, Occupation.uri.in_(uris))
    groups: dict[str, str] = {row.uri: row.isco08 for row in await session.execute(query)}
    for reading in readings:
        for pointer, label in reading.labels:
            found = known.get(label, [])
            if len(found) == 1:
                if {"uri": found[0]} not in reading.fields["skills"]:
                    reading.fields["skills"].append({"uri": found[0]})
                reading.assumed.append(f"skills: the words at {pointer} name {found[0]}.")
            else:
                nearest = ", ".join(found[:3] or [f"{each.label} ({each.uri})" for each in near.get(label, [])])
                code = "ambiguous_skill" if found else "unknown_skill"
                reading.refuse(pointer, code, f"Name one ESCO skill by its URI; nearest: {nearest or 'none'}.")
        uri = reading.fields.get("esco_uri")
        if uri and "isco08" not in reading.fields:
            if uri in groups:
                reading.fields["isco08"] = groups[uri]
            else:
                reading.refuse("/occupationalCategory", "unknown_concept", "The taxonomy lacks this occupation.")


async def chosen(session: AsyncSession, wanted: Filters) -> Sequence[Vacancy]:
    """All vacancies that match, in the order of publication. Raises BadRequest beyond 10,000."""
    query = listed(wanted).order_by(Vacancy.id).limit(bulk.MAX_ROWS + 1)
    vacancies = (await session.scalars(query)).all()
    if len(vacancies) > bulk.MAX_ROWS:
        raise BadRequest(f"More than {bulk.MAX_ROWS} vacancies match; narrow the filters.", "too_many_rows")
    return vacancies


async def postings_of(session: AsyncSession, vacancies: Sequence[Vacancy]) -> list[dict[str, Any]]:
    """Each vacancy as JobPosting, with the English names of its employer and skills."""
    employers = {vacancy.organisation_id for vacancy in vacancies}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(employers))
    names: dict[UUID, dict[str, str]] = {row.id: row.name for row in await session.execute(query)}
    uris = {skill["uri"] for vacancy in vacancies for skill in vacancy.skills}
    labelled = select(ConceptLabel.uri, ConceptLabel.label).where(
        ConceptLabel.taxonomy_id == ACTIVE, ConceptLabel.language == "en", ConceptLabel.uri.in_(uris)
    )
    labels: dict[str, str] = {row.uri: row.label for row in await session.execute(labelled)}
    return [
        job_posting.posting_of(
            VacancyOut.model_validate(vacancy).model_dump(mode="json"),
            names[vacancy.organisation_id].get("en") or next(iter(names[vacancy.organisation_id].values())),
            labels,
        )
        for vacancy in vacancies
    ]
