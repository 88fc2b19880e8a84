"""People who may be registered twice, for review by people. Nothing here merges records, and nobody is told more of
another organisation's record than that a partner should be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.house import acting_for_the_house
from services.matching.likeness import likeness, name_of

# One's own: row-level security leaves no others.
_ALIKE = text(
    """
    SELECT own.id, array_agg(other.id ORDER BY other.id) AS alike
    FROM candidates AS own JOIN candidates AS other ON other.likeness = own.likeness AND other.id <> own.id
    WHERE own.id = ANY(:ids) GROUP BY own.id
    """
)
_COUNT = text(
    """
    SELECT count(*) FROM candidates AS own WHERE EXISTS (
        SELECT 1 FROM candidates AS other WHERE other.likeness = own.likeness AND other.id <> own.id)
    """
)


def _agrees(person: str) -> str:
    """SQL: the person's consent to be matched is in force."""
    return f"""({person}.dormant_since IS NULL AND {person}.consent ->> 'granted_on' <= :today
        AND coalesce({person}.consent ->> 'withdrawn_on' > :today, true)
        AND coalesce({person}.consent ->> 'expires_on' >= :today, true)
        AND coalesce({person}.consent ->> 'text_ends_on' >= :today, true)
        AND EXISTS (SELECT 1 FROM jsonb_array_elements_text({person}.consent -> 'scopes') AS s (scope)
                    WHERE scope LIKE 'MATCHING%'
                      AND NOT coalesce({person}.consent -> 'withdrawn' ? scope, false)))"""  # noqa: S608


def _party(person: str) -> str:
    return f"p.data -> 'parties' @> jsonb_build_array(jsonb_build_object('organisation_id', {person}.organisation_id))"


# A partner is a party to an active partnership that both are parties to; who has left it there is nobody's business.
_ELSEWHERE = text(
    f"""
    SELECT other.id AS candidate_id, other.organisation_id, {_agrees("own")} AS named
    FROM candidates AS own
    JOIN candidates AS other ON other.likeness = own.likeness AND other.organisation_id <> own.organisation_id
    WHERE own.id = :id AND {_agrees("other")} AND EXISTS (
        SELECT 1 FROM partnerships AS p WHERE p.status = 'ACTIVE' AND {_party("own")} AND {_party("other")})
    ORDER BY other.id
    """  # noqa: S608  (texts of this module)
)
_ASKED = text(
    """
    SELECT count(*) FROM access_log
    WHERE operation = 'list_duplicates' AND by_organisation = :organisation_id AND at > :since
    """
)
_OF_ANOTHER_KEY = text(
    """
    SELECT id, birth_date, given_name, family_name FROM candidates
    WHERE likeness_key IS NULL OR likeness_key < :key OR likeness_key > :key
    ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
    """
)
_HASH_ANEW = text(
    """
    UPDATE candidates SET likeness = n.likeness, likeness_key = :key
    FROM unnest(CAST(:ids AS uuid[]), CAST(:likenesses AS bytea[])) AS n (id, likeness) WHERE candidates.id = n.id
    """
)
_BATCH = 2000
# At a time: the planner may take a table that has just been filled for a small one, and compare each with all.
_LOOKED_UP = 250


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A like record of a partner; `named` says whether the partner may be."""

    candidate_id: UUID
    organisation_id: UUID
    named: bool


async def alike(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Other candidates of the caller's organisation who are like these."""
    found: dict[UUID, list[UUID]] = {}
    for start in range(0, len(ids), _LOOKED_UP):
        rows = await session.execute(_ALIKE, {"ids": list(ids[start : start + _LOOKED_UP])})
        found |= {row.id: list(row.alike) for row in rows}
    return found


async def count(session: AsyncSession) -> int:
    """How many candidates of the caller's organisation are like another of its own."""
    return int(await session.scalar(_COUNT) or 0)


async def elsewhere(session: AsyncSession, candidate_id: UUID, today: date) -> list[Elsewhere]:
    """Like records of partners; to be asked of a candidate whom the caller may read."""
    async with acting_for_the_house(session):
        rows = await session.execute(_ELSEWHERE, {"id": candidate_id, "today": today.isoformat()})
        return [Elsewhere(**row._mapping) for row in rows]


async def asked(session: AsyncSession, organisation_id: UUID, since: datetime) -> int:
    """How often the organisation has asked for duplicates since."""
    async with acting_for_the_house(session):
        return int(await session.scalar(_ASKED, {"organisation_id": organisation_id, "since": since}) or 0)


async def hash_anew(session: AsyncSession, key: bytes) -> bool:
    """Make the hashes of another key again with this one; done hourly, for the house. True when there may be more."""
    rows = (await session.execute(_OF_ANOTHER_KEY, {"key": name_of(key), "batch": _BATCH})).all()
    if rows:
        hashes = [likeness(key, row.birth_date, row.given_name, row.family_name) for row in rows]
        values = {"ids": [row.id for row in rows], "likenesses": hashes, "key": name_of(key)}
        await session.execute(_HASH_ANEW, values)
    return len(rows) == _BATCH
