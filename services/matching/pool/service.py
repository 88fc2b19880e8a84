"""Keeping the pool alive: people are asked every ninety days whether they still look, and rest after two silences."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen
from services.kit.db import now
from services.kit.errors import TooManyRequests
from services.kit.records import found, locked
from services.matching import access_log, duplicates
from services.matching.models.candidates import Candidate
from services.matching.pool.schemas import DuplicatesOut, FreshnessOut, PoolOut

ASKED_EVERY = timedelta(days=90)
MISSES_ALLOWED = 2
BATCH = 5000
QUESTIONS_A_DAY = 200  # of an organisation; a counsellor asks one at a time, whoever tries out names asks more
_LAY_DOWN = text(
    """
    UPDATE candidates SET dormant_since = :today, version = version + 1, updated_at = :now WHERE id IN (
        SELECT id FROM candidates WHERE dormant_since IS NULL AND reconfirmed_at <= :silent
        ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id
    """
)
_NUMBERS = text(
    """
    SELECT count(*) AS candidates,
           count(*) FILTER (WHERE reconfirmed_at <= :due) AS due,
           count(*) FILTER (WHERE dormant_since IS NOT NULL) AS dormant,
           count(*) FILTER (WHERE reconfirmed_at > :due) AS reconfirmed,
           count(*) FILTER (WHERE consent ->> 'withdrawn_on' <= :today OR consent ->> 'expires_on' < :today
               OR consent ->> 'text_ends_on' < :today
               OR NOT consent -> 'scopes' ?| ARRAY['MATCHING_HOME', 'MATCHING_AWAY']
               OR (consent ? 'withdrawn' AND NOT EXISTS (
                   SELECT 1 FROM jsonb_array_elements_text(consent -> 'scopes') AS s (scope)
                   WHERE scope LIKE 'MATCHING%' AND NOT consent -> 'withdrawn' ? scope))) AS without_consent,
           min(reconfirmed_at) FILTER (WHERE dormant_since IS NULL) AS oldest_reconfirmation
    FROM candidates
    """
)


async def reconfirm(session: AsyncSession, candidate_id: UUID) -> FreshnessOut:
    """The person still looks: they are matched again at once. Raises NotFound."""
    candidate = await locked(session, Candidate, candidate_id)
    candidate.reconfirmed_at, candidate.dormant_since = now(), None
    candidate.touch()
    await session.flush()
    return freshness(candidate)


def due() -> Select[Any]:
    """Candidates of one's organisation who are to be asked whether they still look."""
    return select(Candidate).where(Candidate.reconfirmed_at <= now() - ASKED_EVERY)


async def asked(session: AsyncSession, candidates: list[Candidate]) -> list[FreshnessOut]:
    """How these people stand, and a note that their keys were read."""
    ids = [candidate.id for candidate in candidates]
    await access_log.note(session, DataSeen.RECORD, AccessPurpose.COUNSELLING, ids)
    return [freshness(candidate) for candidate in candidates]


def freshness(candidate: Candidate) -> FreshnessOut:
    """When the person is due, and how often they were since."""
    return FreshnessOut(
        candidate_id=candidate.id,
        external_id=candidate.external_id,
        reconfirmed_at=candidate.reconfirmed_at,
        due_on=(candidate.reconfirmed_at + ASKED_EVERY).date(),
        misses=misses(candidate.reconfirmed_at, now()),
        dormant_since=candidate.dormant_since,
    )


def misses(reconfirmed_at: datetime, at: datetime) -> int:
    """How many times a whole period went by without a word."""
    return max(0, (at - reconfirmed_at) // ASKED_EVERY)


async def lay_down(session: AsyncSession) -> bool:
    """Make dormant who missed twice; done hourly, for the house. Nobody is deleted, and one word wakes them. True when
    there may be more."""
    at = now()
    values = {"today": at.date(), "now": at, "silent": at - MISSES_ALLOWED * ASKED_EVERY, "batch": BATCH}
    laid = (await session.scalars(_LAY_DOWN, values)).all()
    return len(laid) == BATCH


async def numbers(session: AsyncSession) -> PoolOut:
    """The pool of the caller's organisation."""
    at = now()
    row = (await session.execute(_NUMBERS, {"due": at - ASKED_EVERY, "today": at.date().isoformat()})).one()
    return PoolOut(**row._mapping, possible_duplicates=await duplicates.count(session))


async def doubles(session: AsyncSession, organisation_id: UUID, candidate_id: UUID) -> DuplicatesOut:
    """Who may be the same person as this candidate of the caller's. Every question is written down with all it was
    about. Raises NotFound, TooManyRequests."""
    await found(session, Candidate, candidate_id)
    if await duplicates.asked(session, organisation_id, now() - timedelta(days=1)) >= QUESTIONS_A_DAY:
        raise TooManyRequests("So many questions about duplicates are not asked in a day.", "too_many_questions")
    alike = (await duplicates.alike(session, [candidate_id])).get(candidate_id, [])
    elsewhere = await duplicates.elsewhere(session, candidate_id, now().date())
    looked_at = [candidate_id, *alike, *(other.candidate_id for other in elsewhere)]
    await access_log.note(session, DataSeen.DUPLICATES, AccessPurpose.COUNSELLING, looked_at)
    return DuplicatesOut(
        candidate_id=candidate_id,
        alike=alike,
        ask_partner=bool(elsewhere),
        partners=sorted({other.organisation_id for other in elsewhere if other.named}),
    )
