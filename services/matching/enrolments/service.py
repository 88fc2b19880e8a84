"""Enrolments: a candidate asks for a seat or takes one, and what was learnt is added to what the candidate can."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AccessPurpose, DataSeen, EnrolmentStatus, Track
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import access_log, applications, capacity, casework, lives
from services.matching.casework import Mover, Said
from services.matching.corridors import Agreement, choose
from services.matching.engine import Engine
from services.matching.enrolments.schemas import (
    EnrolmentIn,
    EnrolmentOut,
    EnrolmentTransitionIn,
    WaitingListOut,
    WaitingOut,
)
from services.matching.house import acting_for_the_house
from services.matching.lives import Ask, Check, Who
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Programme, TrainingSession
from services.matching.models.enrolments import Enrolment
from services.matching.profiles import CEFR


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
    await seen(session, [found])
    return found


async def seen(session: AsyncSession, enrolments: Iterable[Enrolment]) -> None:
    """Write down that these were read."""
    people = [enrolment.candidate_id for enrolment in enrolments]
    await access_log.note(session, DataSeen.TRAINING, AccessPurpose.TRAINING, people)


async def enrol(session: AsyncSession, engine: Engine, principal: Principal, data: EnrolmentIn) -> Enrolment:
    """Ask for a seat, or take one. Raises Unprocessable for an unknown candidate or session, Conflict when no active
    partnership offers the session or no seat is left."""
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
    if data.status in lives.HOLDS_SEAT:
        async with acting_for_the_house(session):
            if not await capacity.take(session, run.id, run.seats):
                raise Conflict.guards([_no_seat()])
    enrolment = applications.application(candidate, run, agreement, data.track.value, data.status.value, now().date())
    session.add(enrolment)
    await session.flush()
    await applications.share(session, [enrolment])
    mover = Mover(principal.acts_for, principal.client_id, frozenset({Who.PERSON}))
    await casework.write_step(session, enrolment, None, mover, Said(enrolment.status_date))
    await events.publish(session, (enrolment.id, applications.changed(enrolment, candidate, None)))
    return enrolment


async def move(
    session: AsyncSession, principal: Principal, enrolment_id: UUID, version: int | None, data: EnrolmentTransitionIn
) -> Enrolment:
    """Take the next step, for the provider or the candidate's organisation. A certificate adds what the programme
    teaches to the candidate. Raises NotFound, PreconditionFailed, Unprocessable, and Conflict with all that is missing.
    """
    candidate_id = (await get(session, enrolment_id)).candidate_id
    async with acting_for_the_house(session):  # the provider may say it of records that the other side owns
        # The person first, as erasure does: two that lock in another order wait for each other.
        candidate = await session.get(Candidate, candidate_id, with_for_update=True)
        if candidate is None:
            raise NotFound
        query = select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
        enrolment = (await session.scalars(query.execution_options(populate_existing=True))).one()
        if version is not None:
            concurrency.check(enrolment, version)
        mover = casework.mover_of(principal, enrolment)
        said = Said.of(data, data.reason, *([Ask.TRACK] if data.track else []))
        casework.check(enrolment, data.to, mover, said, await _look(session, enrolment, data))
        await _take_effect(session, enrolment, candidate, data)
        before = enrolment.status
        await casework.enter(session, enrolment, data.to, mover, said)
        await events.publish(session, (enrolment.id, applications.changed(enrolment, candidate, before)))
    return enrolment


async def waiting_list(session: AsyncSession, session_id: UUID) -> WaitingListOut:
    """Seats, and who waits for one. Raises NotFound for a session that is not offered to the caller."""
    run = await session.get(TrainingSession, session_id)
    if run is None:
        raise NotFound
    mine = listed(EnrolmentStatus.WAITLISTED, None, session_id)
    own = {each.id: each for each in await session.scalars(mine)}
    async with acting_for_the_house(session):
        waiting = list(await session.scalars(_queue(session_id)))
        taken = (await capacity.used(session, [session_id])).get(session_id, 0)
    return WaitingListOut(
        session_id=session_id,
        seats=run.seats,
        taken=taken,
        free=max(0, run.seats - taken),
        waiting=[
            WaitingOut(place=place, since=each.waiting_since, enrolment=EnrolmentOut.model_validate(own[each.id]))
            for place, each in enumerate(waiting, 1)
            if each.id in own
        ],
    )


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


def _queue(session_id: UUID) -> Select[Any]:
    return listed(EnrolmentStatus.WAITLISTED, None, session_id).order_by(Enrolment.waiting_since, Enrolment.id)


async def _look(
    session: AsyncSession, enrolment: Enrolment, data: EnrolmentTransitionIn
) -> Mapping[Check, Sequence[Guard]]:
    """What the move asks to be looked at. A free seat is only seen here; it is taken, once, where the move is made."""
    if data.skills is not None and data.to is not EnrolmentStatus.CERTIFIED:
        raise Unprocessable.fields([FieldError("/skills", "not_allowed", "Only CERTIFIED names skills.")])
    found: dict[Check, list[Guard]] = {}
    for check in casework.checks_of(enrolment, data.to):
        if check is Check.SEAT:
            run = await session.get(TrainingSession, enrolment.session_id)
            taken = (await capacity.used(session, [enrolment.session_id])).get(enrolment.session_id, 0)
            found[check] = [] if run is not None and taken < run.seats else [_no_seat()]
        elif check is Check.NEXT_ON_LIST:
            first = await session.scalar(_queue(enrolment.session_id).limit(1))
            passed = first is None or first.id == enrolment.id or data.override_reason is not None
            needed = str(first.id) if first is not None else "nobody"
            remedy = "select who waits longest, or say why not in override_reason"
            found[check] = [Guard("NEXT_ON_LIST", passed, str(enrolment.id), needed, remedy)]
        elif check is Check.CONTESTED:
            found[check] = await casework.contested(session, enrolment)
    return found


async def _take_effect(
    session: AsyncSession, enrolment: Enrolment, candidate: Candidate, data: EnrolmentTransitionIn
) -> None:
    """Seat, waiting list, certificate and track, as the next state has them."""
    held, holds = enrolment.status in lives.HOLDS_SEAT, data.to in lives.HOLDS_SEAT
    if holds and not held:
        run = await session.get_one(TrainingSession, enrolment.session_id)
        if not await capacity.take(session, run.id, run.seats):  # gone since it was looked at
            raise Conflict.guards([_no_seat()])
    if held and not holds:
        await capacity.release(session, enrolment.session_id)
    enrolment.waiting_since = now() if data.to is EnrolmentStatus.WAITLISTED else None
    if data.to is EnrolmentStatus.CERTIFIED:
        programme = await session.get_one(Programme, enrolment.programme_id)
        certify(candidate, programme.data, data.skills, data.on)
    if data.to is EnrolmentStatus.TRACK_CHOSEN and data.track is not None:
        enrolment.track = candidate.track_chosen = Track(data.track).value
        candidate.touch()
    enrolment.status_date, enrolment.reason = data.on, data.reason.value if data.reason else None


def _agreement(engine: Engine, programme: Programme, candidate: Candidate, data: EnrolmentIn) -> Agreement:
    offered = engine.agreements_of(programme.partnership_ids)
    found = choose(offered, candidate.organisation_id, candidate.residence, None, data.track.value)
    if found is None:
        guard = Guard("PARTNERSHIP_ACTIVE", False, "none", "ACTIVE", "wait until the partnership is active")
        raise Conflict.guards([guard])
    return found


def _no_seat() -> Guard:
    return Guard("SEATS_LEFT", False, "0", "1", "choose another session, or wait until a seat becomes free")


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])
