"""Matches that are kept with their inputs, and computed again from these alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.matching import explanations, replays
from services.matching.engine import Engine
from services.matching.matches.explaining import seen
from services.matching.matches.schemas import MatchIn, ReplayOut
from services.matching.models.candidates import Candidate
from services.matching.models.matches import StoredMatch
from services.matching.scoring import ENGINE
from services.matching.translation import candidate_of


def listed(candidate_id: UUID | None, vacancy_id: UUID | None, proposal_id: UUID | None) -> Select[Any]:
    """Stored matches of the caller's organisation that match all filters given."""
    query = select(StoredMatch)
    for column, wanted in (
        (StoredMatch.candidate_id, candidate_id),
        (StoredMatch.vacancy_id, vacancy_id),
        (StoredMatch.proposal_id, proposal_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


async def keep(session: AsyncSession, engine: Engine, data: MatchIn, language: str) -> StoredMatch:
    """Explain a pair and keep what it was computed from. Raises Unprocessable for what the caller may not see."""
    # Held: the inputs are the whole profile, and must not outlive an erasure that begins meanwhile.
    row = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    if row is None:
        raise _unknown("candidate_id", "No candidate of yours has this id.")
    try:
        opening = await seen(session, engine, data.vacancy_id)
    except NotFound:
        raise _unknown("vacancy_id", "No vacancy that you may see has this id.") from None
    candidate, today = candidate_of(row), now().date()
    inputs = replays.inputs_of(candidate, opening, engine.taxonomy, engine.rates, today, language)
    return await replays.store(session, inputs, row.organisation_id)


async def get(session: AsyncSession, match_id: UUID) -> StoredMatch:
    """Raises NotFound."""
    found = await session.get(StoredMatch, match_id)
    if found is None:
        raise NotFound
    return found


async def replay(session: AsyncSession, match_id: UUID) -> ReplayOut:
    """Compute it again. Raises NotFound."""
    stored = await get(session, match_id)
    again = replays.replay(stored)
    return ReplayOut(
        match_id=match_id,
        status="ERASED" if again is None else "EQUAL" if again.equal else "DIFFERENT",
        equal=again and again.equal,
        inputs_intact=again and again.inputs_intact,
        engine_then=stored.engine_version,
        engine_now=ENGINE,
        explanation=again and explanations.for_candidate(again.explanation, stored.language),
    )


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])
