"""Who saw a person, and what is held about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.db import now
from services.kit.records import found
from services.matching import access_log, erasure
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.privacy import access_log as log
from services.matching.subject_rights.schemas import ExportOut


async def accesses(session: AsyncSession, candidate_id: UUID, after: int | None, limit: int) -> Sequence[Any]:
    """Entries of the access log about a candidate of the caller's, oldest first. Raises NotFound."""
    await found(session, Candidate, candidate_id)
    query = access_log.of_person(candidate_id, after).order_by(log.c.number).limit(limit)
    async with acting_for_the_house(session):
        rows = (await session.execute(query)).all()
    await access_log.note(session, DataSeen.ACCESS_LOG, AccessPurpose.REQUEST_OF_THE_PERSON, [candidate_id])
    return rows


async def export(session: AsyncSession, candidate_id: UUID) -> ExportOut:
    """All that is held about a candidate of the caller's. Raises NotFound."""
    await found(session, Candidate, candidate_id)
    async with acting_for_the_house(session):
        held = await erasure.held(session, candidate_id)
    await access_log.note(session, DataSeen.EXPORT, AccessPurpose.REQUEST_OF_THE_PERSON, [candidate_id])
    return ExportOut(candidate_id=candidate_id, exported_at=now(), held=held)
