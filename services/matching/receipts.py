"""Consent as it counts, and the history of how it came about.

The candidate's record holds one receipt: what the person agrees to as a whole. Two notes of ours are added to what the
partner sent: `withdrawn`, the day on which a scope was withdrawn, and `text_ends_on`, the last day on which a consent
to that version of the text counts. `consents` has a row for each thing the person did. The engine reads the record
alone, and sees a change with the next question, in every worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import CandidateRegistered
from services.contracts.vocabulary import ConsentAction
from services.kit import events
from services.kit.db import now
from services.kit.tenancy import CALLER, Caller
from services.matching.house import acting_for_the_house
from services.matching.models.privacy import ConsentText
from services.matching.profiles import Consent

Receipt = dict[str, Any]
NOTES = ("withdrawn", "text_ends_on")  # what we add to a receipt, and no partner sends
# The receipts are read from the records, which hold them already: ten thousand of a batch need not travel twice.
_NOTE = text(
    """
    INSERT INTO consents (id, organisation_id, candidate_id, action, scopes, given_on, expires_on, text_version,
                          text_language, text_sha256, limits, recorded_at, recorded_by)
    SELECT n.id, c.organisation_id, c.id, n.action, coalesce(CAST(n.scopes AS jsonb), c.consent -> 'scopes'),
           coalesce(CAST(n.given_on AS date), CAST(c.consent ->> 'granted_on' AS date)),
           CAST(c.consent ->> 'expires_on' AS date), c.consent ->> 'text_version', c.consent ->> 'text_language',
           c.consent ->> 'text_sha256',
           CASE WHEN jsonb_typeof(c.consent -> 'limits') = 'object' THEN c.consent -> 'limits' END, :at, :by
    FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:actions AS text[]), CAST(:scopes AS text[]),
                CAST(:days AS text[])) AS n (id, candidate_id, action, scopes, given_on)
    JOIN candidates AS c ON c.id = n.candidate_id
    """
)
# Sex and age band leave also the events that told them: who reads the feed from its beginning finds what those know
# who followed it. Positions stay as they are.
_REDACT = text(
    """UPDATE events SET data = data || '{"sex": null, "age_band": null}'
    WHERE data ->> 'candidate_id' = ANY(:people) AND data ? 'candidate_id' AND data ?| ARRAY['sex', 'age_band']"""
)
# Receipts that name a text whose end was set, moved or taken back since.
_STAMP = text(
    """
    WITH late AS (
        SELECT c.id, t.counts_until FROM candidates AS c
        JOIN consent_texts AS t
            ON t.organisation_id = c.organisation_id AND t.text_version = c.consent ->> 'text_version'
        WHERE c.consent ->> 'text_ends_on' IS DISTINCT FROM t.counts_until::text
        ORDER BY c.id LIMIT :batch FOR UPDATE OF c
    )
    UPDATE candidates AS c SET version = c.version + 1, updated_at = :at, consent = (c.consent - 'text_ends_on') ||
        CASE WHEN late.counts_until IS NULL THEN '{}' ELSE jsonb_build_object('text_ends_on', late.counts_until) END
    FROM late WHERE c.id = late.id RETURNING c.id
    """
)
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Change:
    """What a person did. Without scopes: to all of the receipt; without a day: on that of the receipt."""

    candidate_id: UUID
    action: ConsentAction
    scopes: tuple[str, ...] | None = None
    on: date | None = None


async def ends_of_texts(session: AsyncSession, organisation_id: UUID) -> dict[str, dict[str, str]]:
    """What is added to receipts by version of the text they name: the last day on which it counts."""
    query = select(ConsentText).where(
        ConsentText.organisation_id == organisation_id, ConsentText.counts_until.is_not(None)
    )
    return {
        each.text_version: {"text_ends_on": each.counts_until.isoformat()}
        for each in await session.scalars(query)
        if each.counts_until
    }


async def stamp(session: AsyncSession) -> bool:
    """Note in the receipts when their texts end; done hourly, and with a change of a text for the first of them. True
    when there may be more."""
    stamped = (await session.scalars(_STAMP, {"batch": BATCH, "at": now()})).all()
    return len(stamped) == BATCH


def kept(before: Receipt | None, sent: Receipt, ends: Mapping[str, dict[str, str]]) -> Receipt:
    """The receipt sent, with our notes; a scope withdrawn on its day or later stays withdrawn."""
    receipt = {name: value for name, value in sent.items() if name not in NOTES} | ends.get(sent["text_version"], {})
    if before and before.get("limits") and before["granted_on"] == sent["granted_on"] and not sent.get("limits"):
        receipt["limits"] = before["limits"]  # an import repeats the receipt of the day on which it was limited
    withdrawn = {s: day for s, day in (before or {}).get("withdrawn", {}).items() if day >= sent["granted_on"]}
    return receipt | ({"withdrawn": withdrawn} if withdrawn else {})


def as_sent(receipt: Receipt) -> Receipt:
    """A receipt without our notes."""
    return {name: value for name, value in receipt.items() if name not in NOTES}


def changes(candidate_id: UUID, before: Receipt | None, after: Receipt) -> list[Change]:
    """What the person did between two receipts."""
    today = now().date()
    if before is None:
        return [Change(candidate_id, ConsentAction.GIVE)]
    if as_sent(before) == as_sent(after):
        return []
    had, has = _agreed(before), _agreed(after)
    lost = tuple(sorted(had - has))
    found = [Change(candidate_id, ConsentAction.WITHDRAW, lost, today)] if lost else []
    if has:
        action = ConsentAction.RENEW if had else ConsentAction.GIVE
        found.append(Change(candidate_id, action, tuple(sorted(has))))
    return found


async def note(session: AsyncSession, done: Sequence[Change]) -> None:
    """Write down what people did; their records hold the receipts already."""
    if not done:
        return
    caller: Caller | None = session.info.get(CALLER)
    await session.execute(
        _NOTE,
        {
            "ids": [uuid7() for _ in done],
            "people": [each.candidate_id for each in done],
            "actions": [each.action.value for each in done],
            "scopes": [None if each.scopes is None else _json(each.scopes) for each in done],
            "days": [each.on.isoformat() if each.on else None for each in done],
            "at": now(),
            "by": caller.client_id if caller else "matching",
        },
    )


async def leave_statistics(session: AsyncSession, people: Iterable[UUID]) -> None:
    """Take sex and age band out of what was published of these people; for the house."""
    if ids := [str(each) for each in people]:
        await session.execute(_REDACT, {"people": ids})


async def tell(
    session: AsyncSession, before: Mapping[UUID, CandidateRegistered], after: Mapping[UUID, CandidateRegistered]
) -> None:
    """Publish what has changed of what is known outside. Who has left the statistics leaves also what was told."""
    changed = {id: told for id, told in after.items() if before.get(id) != told}
    left = [id for id, told in changed.items() if told.sex is None and id in before and before[id].sex is not None]
    if left:
        async with acting_for_the_house(session):
            await leave_statistics(session, left)
    await events.publish(session, *changed.items())


def _agreed(receipt: Receipt) -> frozenset[str]:
    """Scopes that the person agreed to and did not withdraw, whether or not the days have come or gone."""
    return frozenset() if receipt.get("withdrawn_on") else Consent.of(receipt).scopes


def _json(scopes: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{scope}"' for scope in scopes) + "]"
