"""Places in training sessions, as they begin and as they are told of: what enrolments and allocations share."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import EnrolmentChanged
from services.kit.db import now
from services.matching.corridors import Agreement
from services.matching.models.candidates import Candidate
from services.matching.models.copies import TrainingSession
from services.matching.models.enrolments import Enrolment
from services.matching.pseudonyms import statistical

_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)")


def application(
    candidate: Candidate, run: TrainingSession, agreement: Agreement, track: str, status: str, on: date
) -> Enrolment:
    """A place asked for or taken, not yet added to the session."""
    corridor = agreement.corridor(candidate.residence, None, "HOME" if track == "HOME" else "AWAY")
    return Enrolment(
        id=uuid7(),
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        session_id=run.id,
        programme_id=run.programme_id,
        provider_id=run.organisation_id,
        partnership_id=agreement.id,
        track=track,
        corridor=corridor.name if corridor else f"{candidate.residence}-{candidate.residence}",
        status=status,
        told_status=status,
        status_date=on,
    )


async def share(session: AsyncSession, enrolments: Iterable[Enrolment]) -> None:
    """Let the providers read them."""
    rows: list[dict[str, UUID]] = [
        {"record": each.id, "reader": each.provider_id, "owner": each.organisation_id} for each in enrolments
    ]
    if rows:
        await session.execute(_SHARE, rows)


def changed(enrolment: Enrolment, candidate: Candidate, before: str | None) -> EnrolmentChanged:
    """What is published of every move of an enrolment."""
    return EnrolmentChanged(
        enrolment_id=enrolment.id,
        candidate_id=enrolment.candidate_id,
        partnership_id=enrolment.partnership_id,
        programme_id=enrolment.programme_id,
        provider_id=enrolment.provider_id,
        corridor=enrolment.corridor,
        track=enrolment.track,
        status=enrolment.status,
        previous=before,
        reason=enrolment.reason,
        on=enrolment.status_date,
        persona=candidate.persona,
        **statistical(candidate, now().date()),
    )
