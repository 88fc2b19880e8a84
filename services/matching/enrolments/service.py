"""Enrolments: a candidate takes a seat, and what was learnt is added to what the candidate can."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import EnrolmentChanged
from services.contracts.vocabulary import EnrolmentStatus
from services.kit import events
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import capacity
from services.matching.corridors import Agreement, choose
from services.matching.engine import Engine
from services.matching.enrolments.schemas import EnrolmentIn, EnrolmentTransitionIn
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Programme, TrainingSession
from services.matching.models.enrolments import Enrolment
from services.matching.profiles import CEFR
from services.matching.pseudonyms import statistical

_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)")
_S = EnrolmentStatus
_NEXT: dict[str, frozenset[EnrolmentStatus]] = {
    _S.ENROLLED: frozenset({_S.COMPLETED, _S.FAILED, _S.DROPPED}),
    _S.COMPLETED: frozenset({_S.CERTIFIED, _S.FAILED}),
}


def listed(status: str | None, candidate_id: UUID | None, session_id: UUID | None) -> Select[Any]:
    """Enrolments of one's candidates, or in one's sessions, that match all filters given."""
    query = select(Enrolment)
    if status:
        query = query.where(Enrolment.status == status)
    if candidate_id:
        query = query.where(Enrolment.candidate_id == candidate_id)
    if session_id:
        query = query.where(Enrolment.session_id == session_id)
    return query


async def get(session: AsyncSession, enrolment_id: UUID) -> Enrolment:
    """Raises NotFound."""
    found = await session.get(Enrolment, enrolment_id)
    if found is None:
        raise NotFound
    return found


async def enrol(session: AsyncSession, engine: Engine, data: EnrolmentIn) -> Enrolment:
    """Take a seat. Raises Unprocessable for an unknown candidate or session, Conflict when no active partnership
    offers the session or no seat is left."""
    # Locked, so that nobody is enrolled while being erased.
    candidate = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    run = await session.get(TrainingSession, data.session_id)
    programme = await session.get(Programme, run.programme_id) if run else None
    if candidate is None:
        raise _unknown("candidate_id", "No candidate of yours has this id.")
    if run is None or programme is None:
        raise _unknown("session_id", "No session with this id is offered to your partnerships.")
    await engine.refresh(session)
    agreement = _agreement(engine, programme, candidate, data)
    async with acting_for_the_house(session):
        if not await capacity.take(session, run.id, run.seats):
            raise Conflict.guards([Guard("SEATS_LEFT", False, "0", "1", "choose another session")])
    corridor = agreement.corridor(candidate.residence, None, data.track.value)
    enrolment = Enrolment(
        id=uuid7(),
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        session_id=run.id,
        programme_id=programme.id,
        provider_id=run.organisation_id,
        partnership_id=agreement.id,
        track=data.track.value,
        corridor=corridor.name if corridor else f"{candidate.residence}-{candidate.residence}",
        status=EnrolmentStatus.ENROLLED.value,
        status_date=now().date(),
    )
    session.add(enrolment)
    await session.flush()
    shared = {"record": enrolment.id, "reader": enrolment.provider_id, "owner": enrolment.organisation_id}
    await session.execute(_SHARE, shared)
    await events.publish(session, (enrolment.id, _event(enrolment, candidate)))
    return enrolment


async def move(session: AsyncSession, enrolment_id: UUID, data: EnrolmentTransitionIn) -> Enrolment:
    """Record a result, for the provider or the candidate's organisation. A certificate adds what the programme
    teaches to the candidate. Raises NotFound, Unprocessable, and Conflict for a step that does not follow."""
    candidate_id = (await get(session, enrolment_id)).candidate_id
    async with acting_for_the_house(session):  # the provider may say it of records that the other side owns
        # The person first, as erasure does: two that lock in another order wait for each other.
        candidate = await session.get(Candidate, candidate_id, with_for_update=True)
        if candidate is None:
            raise NotFound
        query = select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
        enrolment = (await session.scalars(query.execution_options(populate_existing=True))).one()
        _check(enrolment, data)
        if data.to is EnrolmentStatus.CERTIFIED:
            programme = await session.get_one(Programme, enrolment.programme_id)
            certify(candidate, programme.data, data.skills, data.on)
        if data.to is EnrolmentStatus.DROPPED:
            await capacity.release(session, enrolment.session_id)
        enrolment.status, enrolment.status_date, enrolment.reason = data.to.value, data.on, data.reason
        enrolment.touch()
        await session.flush()
        await events.publish(session, (enrolment.id, _event(enrolment, candidate)))
    return enrolment


def certify(candidate: Candidate, programme: dict[str, Any], chosen: Collection[str] | None, on: date) -> None:
    """Add skills and language of the programme, certified, to what the candidate earned; the higher level counts.
    Raises Unprocessable for a chosen skill that the programme does not teach."""
    taught = {skill["uri"]: skill["level"] for skill in programme["skills"]}
    wrong = [
        FieldError(f"/skills/{n}", "not_taught", "The programme does not teach this skill.")
        for n, uri in enumerate(chosen or ())
        if uri not in taught
    ]
    if wrong:
        raise Unprocessable.fields(wrong)
    skills = {skill["uri"]: skill for skill in candidate.earned_skills}
    for uri in taught if chosen is None else chosen:
        if uri not in skills or skills[uri]["level"] < taught[uri]:
            earned = {"uri": uri, "level": taught[uri], "evidence": "CERTIFIED", "dated": on.isoformat()}
            skills[uri] = earned
    languages = {language["code"]: language for language in candidate.earned_languages}
    if step := programme.get("language"):
        code, reached = step["code"], step["to_cefr"]
        if code not in languages or CEFR[languages[code]["cefr"]] < CEFR[reached]:
            languages[code] = {"code": code, "cefr": reached, "certificate": None, "valid_to": None}
    candidate.earned_skills, candidate.earned_languages = list(skills.values()), list(languages.values())
    candidate.trained_by_partnership = True
    candidate.touch()


def _agreement(engine: Engine, programme: Programme, candidate: Candidate, data: EnrolmentIn) -> Agreement:
    offered = engine.agreements_of(programme.partnership_ids)
    found = choose(offered, candidate.organisation_id, candidate.residence, None, data.track.value)
    if found is None:
        guard = Guard("PARTNERSHIP_ACTIVE", False, "none", "ACTIVE", "wait until the partnership is active")
        raise Conflict.guards([guard])
    return found


def _check(enrolment: Enrolment, data: EnrolmentTransitionIn) -> None:
    follows = _NEXT.get(enrolment.status, frozenset())
    if data.to not in follows:
        needed = " or ".join(sorted(follows)) or "nothing: the enrolment is closed"
        raise Conflict.guards([Guard("ENROLMENT_STATUS", False, enrolment.status, needed, "none")])
    if data.to in (EnrolmentStatus.FAILED, EnrolmentStatus.DROPPED) and not data.reason:
        raise Unprocessable.fields([FieldError("/reason", "missing", "Mandatory for FAILED and DROPPED.")])
    if data.skills is not None and data.to is not EnrolmentStatus.CERTIFIED:
        raise Unprocessable.fields([FieldError("/skills", "not_allowed", "Only CERTIFIED names skills.")])


def _event(enrolment: Enrolment, candidate: Candidate) -> EnrolmentChanged:
    return EnrolmentChanged(
        enrolment_id=enrolment.id,
        candidate_id=enrolment.candidate_id,
        partnership_id=enrolment.partnership_id,
        programme_id=enrolment.programme_id,
        provider_id=enrolment.provider_id,
        corridor=enrolment.corridor,
        track=enrolment.track,
        status=enrolment.status,
        on=enrolment.status_date,
        persona=candidate.persona,
        **statistical(candidate, now().date()),
    )


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])
