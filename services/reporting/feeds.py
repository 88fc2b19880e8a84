"""Registry and matching events into copies and facts.

A fact is keyed by its event's id, so that a replay changes nothing. Everything here can be forgotten and read again
from position 0: that is what a reset feed and `passerelle reporting rebuild` do.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.envelope import CloudEvent
from services.contracts.matching import (
    CandidateErased,
    CandidateRegistered,
    CaseClosed,
    EnrolmentChanged,
    PlacementEnded,
    PlacementMoved,
    PlacementStarted,
    ProposalChanged,
)
from services.contracts.registry import OrganisationChanged, PartnershipChanged
from services.reporting.models import Fact, Organisation, Partnership

REGISTRY = "registry"
MATCHING = "matching"

_UNSHARE = text("DELETE FROM shares WHERE record_id = :record_id")
_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record_id, :reader_id, :owner_id)")
# Forgetting a long feed takes longer than a request may.
_PATIENT = text("SET LOCAL statement_timeout = 0")


async def on_registry(session: AsyncSession, event: CloudEvent) -> None:
    """Keep the copies; what reporting does not need is passed over."""
    if event.type == PartnershipChanged.type:
        await _copy_partnership(session, PartnershipChanged.model_validate(event.data))
    elif event.type == OrganisationChanged.type:
        o = OrganisationChanged.model_validate(event.data)
        values = {"code": o.code, "name": o.name, "type": o.organisation_type, "sector": o.sector, "country": o.country}
        await _put(session, Organisation, {"id": o.id} | values)


async def forget_registry(session: AsyncSession) -> None:
    """Drop the copies and with them everybody's sight of the facts."""
    await session.execute(_PATIENT)
    await session.execute(text("DELETE FROM shares"))
    await session.execute(delete(Partnership))
    await session.execute(delete(Organisation))


async def on_matching(session: AsyncSession, event: CloudEvent) -> None:
    """Write the fact of an event; what reporting does not need is passed over."""
    read = _FACTS.get(event.type)
    if read is None:
        return
    kept = {"id": event.id, "feed": MATCHING, "position": event.position, "period": event.time.date()}
    # Only the same event is passed over: another one at the same position is a fault and must stop the feed.
    await session.execute(insert(Fact).values(kept | read(event.data)).on_conflict_do_nothing(index_elements=["id"]))
    if event.type == CandidateErased.type:
        await _forget_person(session, CandidateErased.model_validate(event.data))
    if event.type == CandidateRegistered.type and event.data.get("sex") is None:
        await _leave_statistics(session, CandidateRegistered.model_validate(event.data).candidate_id)


async def forget_matching(session: AsyncSession) -> None:
    """Drop the facts."""
    await session.execute(_PATIENT)
    await session.execute(delete(Fact))


async def rebuild(session: AsyncSession) -> dict[str, int]:
    """Drop all that follows from the feeds and send the cursors back to 0; returns where they were.

    Takes the cursors' locks first, so that no page is applied between the two.
    """
    await session.execute(_PATIENT)
    cursors = (await session.execute(text("SELECT feed, position FROM feed_cursors ORDER BY feed FOR UPDATE"))).all()
    await forget_registry(session)
    await forget_matching(session)
    await session.execute(text("UPDATE feed_cursors SET epoch = NULL, position = 0"))
    return {row.feed: row.position for row in cursors}


async def _copy_partnership(session: AsyncSession, p: PartnershipChanged) -> None:
    values = p.model_dump(mode="json", include={"code", "title", "status", "corridors", "parties"})
    await _put(session, Partnership, {"id": p.id, "organisation_id": p.organisation_id} | values)
    # The owner too: facts belong to nobody's organisation, they are seen through shares alone.
    readers = {p.organisation_id} | {party.organisation_id for party in p.parties}
    await session.execute(_UNSHARE, {"record_id": p.id})
    await session.execute(
        _SHARE, [{"record_id": p.id, "reader_id": r, "owner_id": p.organisation_id} for r in sorted(readers)]
    )


async def _put(session: AsyncSession, table: type[Partnership] | type[Organisation], row: dict[str, Any]) -> None:
    changed = {name: value for name, value in row.items() if name != "id"}
    await session.execute(insert(table).values(row).on_conflict_do_update(index_elements=["id"], set_=changed))


async def _forget_person(session: AsyncSession, erased: CandidateErased) -> None:
    """One new random pseudonym for all facts of the person: counts of persons stay, the link to matching goes. So do
    sex and age band, which matching takes out of the events as well, so that a rebuild ends with the same figures."""
    await _leave_statistics(session, erased.candidate_id)
    new = uuid4()
    await session.execute(
        update(Fact)
        .where(Fact.person_id == erased.candidate_id)
        .values(person_id=new, subject_id=case((Fact.subject_id == erased.candidate_id, new), else_=Fact.subject_id))
    )


async def _leave_statistics(session: AsyncSession, person_id: UUID) -> None:
    """Who takes back the consent to be counted is counted no more by sex and age, in what was told before either."""
    known = (Fact.sex.is_not(None)) | (Fact.age_band.is_not(None))
    await session.execute(update(Fact).where(Fact.person_id == person_id, known).values(sex=None, age_band=None))


def _registered(data: dict[str, Any]) -> dict[str, Any]:
    e = CandidateRegistered.model_validate(data)
    own = e.model_dump(include={"organisation_id", "country", "persona", "sex", "age_band"})
    return own | {
        "kind": "CANDIDATE_REGISTERED",
        "subject_id": e.candidate_id,
        "person_id": e.candidate_id,
        "period": e.registered_on,
    }


def _erased(data: dict[str, Any]) -> dict[str, Any]:
    # Counted, so that events and facts can be compared; it must not keep what it asks us to forget.
    return {"kind": "CANDIDATE_ERASED", "subject_id": uuid4()}


_PARTICIPATION = {"partnership_id", "corridor", "track"}


def _enrolment(data: dict[str, Any]) -> dict[str, Any]:
    e = EnrolmentChanged.model_validate(data)
    return e.model_dump(include=_PARTICIPATION | {"status", "reason", "persona", "sex", "age_band"}) | {
        # The choice of a track comes after the result of the training and does not move its date.
        "kind": "TRACK_CHOICE" if e.status == "TRACK_CHOSEN" else "ENROLMENT",
        "subject_id": e.enrolment_id,
        "person_id": e.candidate_id,
        "period": e.on,
    }


def _proposal(data: dict[str, Any]) -> dict[str, Any]:
    e = ProposalChanged.model_validate(data)
    return e.model_dump(include=_PARTICIPATION | {"status", "reason", "sex", "age_band"}) | {
        "kind": "PROPOSAL",
        "subject_id": e.proposal_id,
        "person_id": e.candidate_id,
        "period": e.on,
    }


def _placement_started(data: dict[str, Any]) -> dict[str, Any]:
    e = PlacementStarted.model_validate(data)
    dimensions = {"sex", "age_band", "persona", "country", "isco08", "earnings_currency", "net_currency"}
    measures = {"weekly_hours", "net_monthly_earnings", "recruitment_costs"}
    return e.model_dump(include=_PARTICIPATION | dimensions | measures) | {
        "kind": "PLACEMENT_STARTED",
        "subject_id": e.placement_id,
        "person_id": e.candidate_id,
        "period": e.started_on,
        "hourly_earnings": e.gross_hourly_earnings,
    }


def _placement_moved(data: dict[str, Any]) -> dict[str, Any]:
    e = PlacementMoved.model_validate(data)
    dimensions = {"status", "reason", "sex", "age_band", "persona", "country", "isco08"}
    return e.model_dump(include=_PARTICIPATION | dimensions) | {
        "kind": "PLACEMENT_MOVED",
        "subject_id": e.placement_id,
        "person_id": e.candidate_id,
        "period": e.on,
    }


def _case_closed(data: dict[str, Any]) -> dict[str, Any]:
    e = CaseClosed.model_validate(data)
    return e.model_dump(include={"partnership_id", "status", "reason"}) | {
        "kind": "CASE_CONFIRMED" if e.confirmed else "CASE_CLOSED",
        "subject_id": e.closing_id,
        "person_id": e.candidate_id,
        "period": e.closed_at.date(),
    }


def _placement_ended(data: dict[str, Any]) -> dict[str, Any]:
    e = PlacementEnded.model_validate(data)
    return e.model_dump(include=_PARTICIPATION | {"reason"}) | {
        "kind": "PLACEMENT_ENDED",
        "subject_id": e.placement_id,
        "person_id": e.candidate_id,
        "period": e.ended_on,
        "status": "ENDED" if e.had_started else "CANCELLED",
    }


_FACTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    CandidateRegistered.type: _registered,
    CandidateErased.type: _erased,
    EnrolmentChanged.type: _enrolment,
    ProposalChanged.type: _proposal,
    PlacementStarted.type: _placement_started,
    PlacementEnded.type: _placement_ended,
    PlacementMoved.type: _placement_moved,
    CaseClosed.type: _case_closed,
}
