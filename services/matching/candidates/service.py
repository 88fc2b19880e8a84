"""Registering, changing and erasing candidates."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import CandidateErased, PlacementEnded
from services.contracts.vocabulary import AccessPurpose, DataSeen, StayStatus
from services.kit import concurrency, events
from services.kit.db import now
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.kit.json import pointers
from services.matching import access_log, capacity, erasure, lives, receipts
from services.matching.candidates.schemas import CandidateIn, CandidatePatch
from services.matching.engine import Engine
from services.matching.house import acting_for_the_house
from services.matching.likeness import likeness, name_of
from services.matching.models.candidates import Candidate
from services.matching.models.enrolments import Enrolment
from services.matching.models.entrepreneurs import Mobility, Stay
from services.matching.models.proposals import Placement
from services.matching.pseudonyms import registered
from services.matching.translation import nearest, nearest_isco

STATED = ("skills", "languages", "recognitions")  # kept apart from what others add to them
_WENT = (StayStatus.ABROAD, StayStatus.ENDED)
_MAX_SUGGESTIONS = 20  # a request; looking for near URIs is slow compared with everything else here


def listed(external_id: str | None, track: str | None) -> Select[Any]:
    """Candidates of the caller's organisation that match all filters given; `track` finds who is open to it."""
    query = select(Candidate)
    if external_id:
        query = query.where(Candidate.external_id == external_id)
    if track:
        wanted = Candidate.preferences["track"].astext.in_([track, "EITHER"])
        query = query.where(wanted, Candidate.track_chosen.is_(None) | (Candidate.track_chosen == track))
    return query


async def get(session: AsyncSession, candidate_id: UUID) -> Candidate:
    """Raises NotFound."""
    found = await session.get(Candidate, candidate_id)
    if found is None:
        raise NotFound
    await seen(session, [found])
    return found


async def seen(session: AsyncSession, candidates: Iterable[Candidate]) -> None:
    """Write down that these records were read."""
    ids = [candidate.id for candidate in candidates]
    await access_log.note(session, DataSeen.RECORD, AccessPurpose.COUNSELLING, ids)


async def register(
    session: AsyncSession, engine: Engine, secret: bytes, organisation_id: UUID, data: CandidateIn
) -> Candidate:
    """Raises Unprocessable for unknown skills and unit groups; an external id that is taken gives 409."""
    await _check_concepts(session, engine, data)
    stated = columns(data)
    stated["consent"] = receipts.kept(None, stated["consent"], await receipts.ends_of_texts(session, organisation_id))
    stated["likeness"] = likeness(secret, data.birth_date, data.given_name, data.family_name)
    stated["likeness_key"] = name_of(secret)
    candidate = Candidate(id=uuid7(), organisation_id=organisation_id, created_at=now(), **stated)
    session.add(candidate)
    await session.flush()
    await receipts.note(session, receipts.changes(candidate.id, None, candidate.consent))
    await events.publish(session, (candidate.id, registered(candidate, now().date())))
    return candidate


async def change(
    session: AsyncSession, engine: Engine, secret: bytes, candidate_id: UUID, version: int, data: CandidatePatch
) -> Candidate:
    """Merge the patch; the result must be what could have been registered."""
    candidate = await _locked(session, candidate_id)
    concurrency.check(candidate, version)
    patch = data.model_dump(mode="json", exclude_unset=True)
    try:
        merged = CandidateIn.model_validate(merge_patch(_as_sent(candidate), patch))
    except ValidationError as error:
        raise Unprocessable.fields(pointers(error.errors(include_url=False, include_input=False))) from None
    if "skills" in patch:
        await _check_concepts(session, engine, merged)
    before, agreed = registered(candidate, now().date()), candidate.consent
    for name, value in columns(merged).items():
        setattr(candidate, name, value)
    if "consent" in patch:
        ends = await receipts.ends_of_texts(session, candidate.organisation_id)
        candidate.consent = receipts.kept(agreed, candidate.consent, ends)
    else:
        candidate.consent = agreed
    candidate.likeness = likeness(secret, candidate.birth_date, candidate.given_name, candidate.family_name)
    candidate.likeness_key = name_of(secret)
    candidate.touch()
    await session.flush()
    await receipts.note(session, receipts.changes(candidate_id, agreed, candidate.consent))
    await receipts.tell(session, {candidate_id: before}, {candidate_id: registered(candidate, now().date())})
    await seen(session, [candidate])
    return candidate


async def erase(session: AsyncSession, candidate_id: UUID, version: int) -> None:
    """Remove the person from all that is held (`services/matching/erasure.py`). A placement stays as a row of its own
    under an id that leads nowhere; one that had not begun is cancelled, and places taken are given back."""
    candidate = await _locked(session, candidate_id)
    concurrency.check(candidate, version)
    session.expunge(candidate)
    async with acting_for_the_house(session):
        await _cancel_placements(session, candidate_id)
        await _release_seats(session, candidate_id)
        await _release_schemes(session, candidate_id)
        await erasure.erase(session, candidate_id)
    await events.publish(session, (candidate_id, CandidateErased(candidate_id=candidate_id)))


def columns(data: CandidateIn) -> dict[str, Any]:
    """Values of the columns that a partner states."""
    dumped = data.model_dump(mode="json")
    for name in ("birth_date", "available_from", "available_to"):
        dumped[name] = getattr(data, name)
    for name in STATED:
        dumped[f"stated_{name}"] = dumped.pop(name)
    return dumped


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def unknown_concepts(data: CandidateIn, engine: Engine, suggestions: int = _MAX_SUGGESTIONS) -> list[FieldError]:
    """An error for each skill and unit group that the taxonomy in force lacks, with the nearest one it has. Without a
    taxonomy nothing can be said, and nothing is refused."""
    taxonomy = engine.taxonomy
    if not taxonomy.skills:
        return []
    found: list[FieldError] = []
    for number, skill in enumerate(data.skills):
        if skill.uri in taxonomy.skills:
            continue
        near = nearest(skill.uri, list(taxonomy.skills)) if len(found) < suggestions else None
        meant = f"; the nearest one is {near} ({taxonomy.label(near)})" if near else ""
        message = f"Not a skill of taxonomy {taxonomy.version}{meant}."
        found.append(FieldError(f"/skills/{number}/uri", "unknown_skill", message))
    codes = [(f"/occupations/{number}/isco08", held.isco08) for number, held in enumerate(data.occupations)]
    codes += [(f"/recognitions/{number}/isco08", held.isco08) for number, held in enumerate(data.recognitions)]
    for pointer, code in codes:
        if taxonomy.isco08 and code not in taxonomy.isco08:
            near = nearest_isco(code, taxonomy.isco08)
            found.append(
                FieldError(pointer, "unknown_isco08", f"Not a unit group of ISCO-08; the nearest one is {near}.")
            )
    return found


async def _check_concepts(session: AsyncSession, engine: Engine, data: CandidateIn) -> None:
    await engine.refresh_taxonomy(session)
    if errors := unknown_concepts(data, engine):
        raise Unprocessable.fields(errors)


async def _locked(session: AsyncSession, candidate_id: UUID) -> Candidate:
    query = select(Candidate).where(Candidate.id == candidate_id).with_for_update()
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _as_sent(candidate: Candidate) -> dict[str, Any]:
    """The stated part of the record in the shape of CandidateIn; a date is written as its partner wrote it."""
    values: dict[str, Any] = {}
    for name in CandidateIn.model_fields:
        column = f"stated_{name}" if name in STATED else name
        value = getattr(candidate, column)
        values[name] = value.isoformat() if isinstance(value, date) else value
    values["consent"] = receipts.as_sent(candidate.consent)
    return values


async def _cancel_placements(session: AsyncSession, candidate_id: UUID) -> None:
    today = now().date()
    query = select(Placement).where(Placement.candidate_id == candidate_id, Placement.status.in_(lives.BEFORE_START))
    for placement in await session.scalars(query.with_for_update()):
        placement.status, placement.ended_on, placement.reason = "CANCELLED", today, "CANDIDATE_WITHDRAWS"
        await capacity.release_placement(session, placement)
        ended = PlacementEnded(
            placement_id=placement.id,
            candidate_id=candidate_id,
            partnership_id=placement.partnership_id,
            corridor=placement.corridor,
            track=placement.track,
            ended_on=today,
            reason="CANDIDATE_WITHDRAWS",
            had_started=False,
        )
        await events.publish(session, (placement.id, ended))
    await session.flush()


async def _release_seats(session: AsyncSession, candidate_id: UUID) -> None:
    query = select(Enrolment.session_id).where(
        Enrolment.candidate_id == candidate_id, Enrolment.status.in_(lives.HOLDS_SEAT)
    )
    for session_id in await session.scalars(query):
        await capacity.release(session, session_id)


async def _release_schemes(session: AsyncSession, candidate_id: UUID) -> None:
    """Stays that had not begun are cancelled with the rest, which frees the days and places of hosts by itself."""
    went = select(Stay.mobility_id).where(Stay.candidate_id == candidate_id, Stay.status.in_(_WENT))
    query = select(Mobility).where(Mobility.candidate_id == candidate_id, Mobility.id.not_in(went))
    for mobility in await session.scalars(query.order_by(Mobility.id).with_for_update()):
        await capacity.release_mobility(session, mobility)
