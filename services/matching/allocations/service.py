"""Runs: described, watched, stopped and read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.vocabulary import (
    AccessPurpose,
    AllocationMode,
    AllocationStage,
    AllocationStatus,
    DataSeen,
    EnrolmentStatus,
    QuotaKind,
)
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import access_log
from services.matching.allocations.schemas import AllocationIn, AllocationOut, AllocationSummaryOut
from services.matching.corridors import Agreement
from services.matching.models.allocations import AllocationPerson, AllocationRun
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Opening, Partnership, TrainingSession
from services.matching.models.enrolments import Enrolment

_MOST_PEOPLE = 1_000_000
_MOST_EXACT = 200
_TIGHTER = frozenset(
    {QuotaKind.CORRIDOR, QuotaKind.PARTNERSHIP, QuotaKind.EMPLOYER, QuotaKind.SCHEME, QuotaKind.SAFEGUARD}
)
_APPLIED = (EnrolmentStatus.APPLIED.value, EnrolmentStatus.SCREENED.value, EnrolmentStatus.WAITLISTED.value)
_INSERT = text(
    """
    INSERT INTO allocation_people (id, organisation_id, allocation_id, candidate_id, declared)
    SELECT gen_random_uuid(), :organisation, :allocation, c.id, coalesce(CAST(:declared AS jsonb) -> (c.id::text), '{}')
    FROM candidates AS c WHERE c.id = ANY(:ids) AND c.organisation_id = :organisation
    FOR KEY SHARE OF c
    """
)  # held, so that an erasure waits and finds these rows as well


async def describe(session: AsyncSession, organisation_id: UUID, data: AllocationIn) -> AllocationRun:
    """Take the cohort down and let the run wait for a worker. Raises Unprocessable for what the caller may not see or
    what does not fit together, Conflict for a partnership that is not active."""
    record = await session.get(Partnership, data.partnership_id)
    agreement = Agreement.of(record.id, record.data) if record else None
    if agreement is None or organisation_id not in agreement.parties:
        raise Unprocessable.fields([FieldError("/partnership_id", "unknown_partnership", "None of yours has this id.")])
    if not agreement.active:
        guard = Guard("PARTNERSHIP_ACTIVE", False, agreement.status, "ACTIVE", "wait until the partnership is active")
        raise Conflict.guards([guard])
    people = await _cohort(session, organisation_id, data)
    if errors := [*_misfits(data, len(people)), *await _unknown(session, agreement, data, people)]:
        raise Unprocessable.fields(errors)
    asked = data.model_dump(mode="json", exclude={"people": True, "cohort": {"candidate_ids": True}})
    for stated, each in zip(data.reserves, asked["reserves"], strict=True):
        each["group"] = stated.group
    run = AllocationRun(
        id=uuid7(),
        organisation_id=organisation_id,
        partnership_id=agreement.id,
        status=AllocationStatus.QUEUED.value,
        stage=AllocationStage.WAITING.value,
        asked=asked,
        people=len(people),
    )
    session.add(run)
    await session.flush()
    declared = {str(each.candidate_id): each.model_dump(mode="json", exclude={"candidate_id"}) for each in data.people}
    values = {
        "organisation": organisation_id,
        "allocation": run.id,
        "ids": sorted(people),
        "declared": orjson.dumps(declared).decode(),
    }
    await session.execute(_INSERT, values)
    return run


async def get(session: AsyncSession, allocation_id: UUID) -> AllocationRun:
    """Raises NotFound."""
    found = await session.get(AllocationRun, allocation_id)
    if found is None:
        raise NotFound
    return found


def listed(status: AllocationStatus | None, partnership_id: UUID | None) -> Select[Any]:
    """Runs of the caller's organisation that match all filters given."""
    query = select(AllocationRun)
    if status:
        query = query.where(AllocationRun.status == status)
    if partnership_id:
        query = query.where(AllocationRun.partnership_id == partnership_id)
    return query


async def cancel(session: AsyncSession, allocation_id: UUID) -> AllocationRun:
    """Stop a run that is not computed yet; a worker that has it stops within seconds. Raises NotFound, and Conflict for
    one that is computed."""
    query = select(AllocationRun).where(AllocationRun.id == allocation_id).with_for_update()
    run = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if run is None:
        raise NotFound
    if run.status == AllocationStatus.QUEUED:
        run.status, run.cancelling = AllocationStatus.CANCELLED.value, True
    elif run.status == AllocationStatus.RUNNING:
        run.cancelling = True
    elif run.status != AllocationStatus.CANCELLED:
        guard = Guard(
            "ALLOCATION_STATUS", False, run.status, "QUEUED or RUNNING", "leave it: a dry run changes nothing"
        )
        raise Conflict.guards([guard])
    run.touch()
    await session.flush()
    return run


def shown(run: AllocationRun) -> AllocationOut:
    """A run as its organisation sees it; option numbers stay inside."""
    names = [name for name in AllocationOut.model_fields if name not in ("summary", "asked")]
    summary = AllocationSummaryOut.model_validate(orjson.loads(run.summary)) if run.summary else None
    return AllocationOut(**{name: getattr(run, name) for name in names}, asked=run.asked, summary=summary)


def results_of(allocation_id: UUID, after: int | None) -> Select[Any]:
    """Everybody's results in the order of the lottery."""
    query = select(AllocationPerson).where(
        AllocationPerson.allocation_id == allocation_id, AllocationPerson.result.is_not(None)
    )
    if after is not None:
        query = query.where(AllocationPerson.place > after)
    return query.order_by(AllocationPerson.place)


async def seen(session: AsyncSession, people: Sequence[AllocationPerson]) -> None:
    """Write down that these results were read."""
    await access_log.note(
        session, DataSeen.PROFILE, AccessPurpose.COUNSELLING, [person.candidate_id for person in people]
    )


async def _cohort(session: AsyncSession, organisation_id: UUID, data: AllocationIn) -> list[UUID]:
    cohort = data.cohort
    own = select(Candidate.id).where(Candidate.organisation_id == organisation_id)
    if cohort.candidate_ids is not None:
        query = own.where(Candidate.id.in_(cohort.candidate_ids))
    elif cohort.session_id is not None:
        applied = select(Enrolment.candidate_id).where(
            Enrolment.session_id == cohort.session_id, Enrolment.status.in_(_APPLIED)
        )
        query = own.where(Candidate.id.in_(applied))
    else:
        query = own
        if cohort.track:
            query = query.where(Candidate.preferences["track"].astext.in_([cohort.track.value, "EITHER"]))
        if cohort.residence:
            query = query.where(Candidate.residence == cohort.residence)
    return list(await session.scalars(query.limit(_MOST_PEOPLE)))


def _misfits(data: AllocationIn, people: int) -> list[FieldError]:
    """What does not fit together."""
    found = []
    targets = {str(each) for each in data.vacancies} | {str(each.session_id) for each in data.sessions}
    if not targets and not data.all_vacancies:
        found.append(FieldError("/vacancies", "no_targets", "Name vacancies or sessions, or set all_vacancies."))
    if not people:
        found.append(FieldError("/cohort", "nobody", "No candidate of yours belongs to it."))
    if data.exact and people > _MOST_EXACT:
        found.append(FieldError("/exact", "too_many_people", f"Up to {_MOST_EXACT} people can be solved exactly."))
    for n, quota in enumerate(data.quotas):
        if quota.kind not in _TIGHTER:
            found.append(FieldError(f"/quotas/{n}/kind", "not_to_be_set", "Its places say what limits it."))
    if len({each.session_id for each in data.sessions}) < len(data.sessions):
        found.append(FieldError("/sessions", "named_twice", "Name each session once."))
    if not data.all_vacancies:
        for n, reserve in enumerate(data.reserves):
            if str(reserve.target_id) not in targets:
                found.append(FieldError(f"/reserves/{n}/target_id", "no_target", "It is not among the targets."))
    if data.mode is AllocationMode.CONSTRAINED_PRIORITY:
        if data.floor is None:
            found.append(FieldError("/floor", "missing", "CONSTRAINED_PRIORITY needs a floor."))
        if data.all_vacancies or targets - {str(each.target_id) for each in data.retention}:
            found.append(FieldError("/retention", "missing", "CONSTRAINED_PRIORITY needs it of every target by name."))
    elif data.floor is not None:
        found.append(FieldError("/floor", "not_allowed", "Only CONSTRAINED_PRIORITY has a floor."))
    return found


async def _unknown(
    session: AsyncSession, agreement: Agreement, data: AllocationIn, people: list[UUID]
) -> list[FieldError]:
    """What the caller may not see, or what is not offered in the partnership."""
    everybody = set(people)
    query = select(Opening.id).where(Opening.id.in_(data.vacancies))
    offered = set(await session.scalars(query.where(Opening.partnership_ids.contains([agreement.id]))))
    found = [
        FieldError(f"/vacancies/{n}", "unknown_vacancy", "No vacancy with this id is offered in the partnership.")
        for n, each in enumerate(data.vacancies)
        if each not in offered
    ]
    ids = [each.session_id for each in data.sessions]
    known = set(await session.scalars(select(TrainingSession.id).where(TrainingSession.id.in_(ids))))
    found += [
        FieldError(f"/sessions/{n}/session_id", "unknown_session", "No session with this id is offered to you.")
        for n, each in enumerate(ids)
        if each not in known
    ]
    for n, id in enumerate(data.cohort.candidate_ids or ()):
        if id not in everybody:
            found.append(FieldError(f"/cohort/candidate_ids/{n}", "unknown_candidate", "None of yours has this id."))
    for n, said in enumerate(data.people):
        if said.candidate_id not in everybody:
            found.append(FieldError(f"/people/{n}/candidate_id", "unknown_candidate", "Not one of the cohort."))
    return found
