"""What is held about a person, table by table: what erasure does to it, and what an export of the person shows.

A table that names a candidate has to stand here; a test reads the catalogue of the database and fails for one that
does not. Tables come before those that their condition reads.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.records import found
from services.matching import receipts
from services.matching.house import acting_for_the_house
from services.matching.models.proposals import Placement

_OWN = "candidate_id = :id"
_OF_PROPOSALS = "proposal_id IN (SELECT id FROM proposals WHERE candidate_id = :id)"


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of `table` about a person: those for which `about` holds. Erasure removes them, or sets `blank` where the
    row counts for others as well, or leaves them where `kept` says why. `withheld` says why an export has none. Answers
    about a row that is `unnamed` do not name the person, and are found by its own id."""

    table: str
    about: str = _OWN
    blank: str = ""
    kept: str = ""
    withheld: str = ""
    unnamed: bool = False
    unseen: tuple[str, ...] = ()  # columns left out of an export: they are not about the person, or about others too


HOLDINGS: tuple[Holding, ...] = (
    Holding("proposal_answers", about=_OF_PROPOSALS),
    # Found by the token, since who wants to stay unknown is not named; shown to the person by the token alone.
    Holding(
        "grievances",
        about="token_id IN (SELECT id FROM grievance_tokens WHERE candidate_id = :id)",
        withheld="An export is made by an organisation, and who complained is no business of it.",
        unnamed=True,
    ),
    Holding("grievance_tokens", unseen=("token_sha256",), withheld="It would tell that somebody may have complained."),
    Holding("check_ins"),
    Holding("guard_cases"),
    # What was paid stays counted, of nobody.
    Holding(
        "ledger_entries",
        blank="candidate_id = gen_random_uuid(), note = NULL, receipt = NULL, receipt_sha256 = NULL",
    ),
    Holding("recognition_dossiers"),
    Holding("returns"),
    Holding("remittances", unnamed=True),
    Holding("contestations"),
    Holding("closings"),
    Holding("case_steps"),
    Holding("proposals"),
    Holding("enrolments"),
    # Somebody did fill that job: the row stays, under an id of its own that leads nowhere.
    Holding("placements", blank="candidate_id = gen_random_uuid(), comment = NULL, version = version + 1"),
    # That a match was computed stays, what it was computed from and for whom does not.
    Holding(
        "stored_matches",
        blank="candidate_id = NULL, inputs = NULL, inputs_hash = NULL, result = NULL, result_hash = NULL",
    ),
    # That somebody was assessed, and the four scores, stay with the placement, of nobody.
    Holding(
        "fourfold_assessments",
        blank="candidate_id = NULL, inputs = NULL, inputs_hash = NULL, result = NULL, result_hash = NULL",
    ),
    Holding("fourfold_statements", unnamed=True),
    Holding("plans"),
    # What came out for all together stays, in numbers.
    Holding("allocation_people"),
    # What a mentor or a host gave stays counted, of nobody; what was still to come is free again.
    Holding(
        "mentorings",
        blank="candidate_id = gen_random_uuid(), reason = NULL, next_steps = '[]', version = version + 1,"
        " status = CASE status WHEN 'BOOKED' THEN 'CANCELLED' ELSE status END",
    ),
    Holding(
        "stays",
        blank="candidate_id = gen_random_uuid(), mobility_id = gen_random_uuid(), reason = NULL, next_steps = '[]',"
        " share_identity = false, host_decided_by = NULL, version = version + 1,"
        " status = CASE WHEN status IN ('PLANNED', 'VISA') THEN 'CANCELLED' ELSE status END",
    ),
    Holding("firm_agreements", unnamed=True),
    Holding("mobility_follow_ups", unnamed=True),
    Holding("mobilities"),
    Holding("firms"),
    Holding("consents"),
    Holding(
        "access_log",
        about="candidate_ids @> ARRAY[CAST(:id AS uuid)]",
        kept="Who read personal data is answered for after the person is gone; the pseudonym leads nowhere.",
        unseen=("candidate_ids",),
    ),
    Holding(
        "events",
        about="data ? 'candidate_id' AND data ->> 'candidate_id' = CAST(CAST(:id AS uuid) AS text)",
        kept="Told under the pseudonym alone, which leads nowhere; sex and age band are taken out.",
    ),
    Holding("candidates", about="id = :id", unseen=("changed_xid", "likeness", "likeness_key")),
)
_UNSHARE = text("DELETE FROM shares WHERE record_id = ANY(:ids)")
# The engine of every process lets go of the person with its next look.
_FORGET = text("INSERT INTO forgotten (id) VALUES (:id) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id")
_KEY = text("SELECT organisation_id, 'key:' || external_id AS key FROM candidates WHERE id = :id")
# It is noted of each answer whose it is: all ids in it, and the keys that its organisation gave to its people, of
# which a row that failed has nothing else.
_FORGET_ANSWERS = text(
    "DELETE FROM idempotency_keys WHERE scope IN (SELECT scope FROM answer_subjects WHERE subject = ANY(:ids))"
)
_FORGET_ROWS = text(
    "DELETE FROM idempotency_keys WHERE tenant = :tenant"
    " AND scope IN (SELECT scope FROM answer_subjects WHERE subject = :key)"
)
_HOLD = text("SELECT 1 FROM candidates WHERE id = :id FOR SHARE")


async def hold(session: AsyncSession, candidate_id: UUID) -> bool:
    """Let an erasure of the person wait until the transaction ends, so that what is written about them is seen by it;
    False for one who is gone. To be called while acting for the house, before anything else is locked."""
    return await session.scalar(_HOLD, {"id": candidate_id}) is not None


async def held_placement(session: AsyncSession, placement_id: UUID) -> Placement:
    """A placement that the caller may read, with its person held; of one who is gone, under the id that leads nowhere.
    Raises NotFound."""
    placement = await found(session, Placement, placement_id)
    async with acting_for_the_house(session):
        await hold(session, placement.candidate_id)
        await session.refresh(placement)
    return placement


async def erase(session: AsyncSession, candidate_id: UUID) -> None:
    """Empty all holdings, kept answers and published sex and age band; acts for the house."""
    removed: list[UUID] = []
    answered = [candidate_id]
    named = (await session.execute(_KEY, {"id": candidate_id})).one()
    for holding in HOLDINGS:
        if holding.kept:
            continue
        if holding.blank:
            blanked = text(f"UPDATE {holding.table} SET {holding.blank} WHERE {holding.about}")  # noqa: S608
            await session.execute(blanked, {"id": candidate_id})
        else:
            gone = text(f"DELETE FROM {holding.table} WHERE {holding.about} RETURNING id")  # noqa: S608
            ids = (await session.scalars(gone, {"id": candidate_id})).all()
            removed += ids
            answered += ids if holding.unnamed else ()
    await session.execute(_UNSHARE, {"ids": removed})
    await session.execute(_FORGET_ANSWERS, {"ids": [str(each) for each in answered]})
    await session.execute(_FORGET_ROWS, {"key": named.key, "tenant": str(named.organisation_id)})
    await session.execute(_FORGET, {"id": candidate_id})
    await receipts.leave_statistics(session, [candidate_id])


async def held(session: AsyncSession, candidate_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """All rows about the person by table, as they stand; acts for the house."""
    found: dict[str, list[dict[str, Any]]] = {}
    for holding in HOLDINGS:
        if holding.withheld:
            continue
        query = text(f"SELECT to_jsonb(t) - CAST(:unseen AS text[]) FROM {holding.table} AS t WHERE {holding.about}")  # noqa: S608
        found[holding.table] = list(await session.scalars(query, {"id": candidate_id, "unseen": list(holding.unseen)}))
    return found


def _(candidate_id: UUID) -> dict[str, Any]:
    return {"id": candidate_id}
