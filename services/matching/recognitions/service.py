"""Recognition dossiers: put together by the candidate's organisation, answered by the authority.

What the authority decides counts at once: it becomes a recognition of the candidate, which gate H06 reads, kept apart
from what the partner states and counting before it. A new dossier does not undo what was decided in an earlier one.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.matching import DossierChanged
from services.contracts.vocabulary import AccessPurpose, DataSeen, RecognitionStatus
from services.contracts.vocabulary import DossierStatus as S
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import found, locked
from services.matching import access_log, occupancy
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.copies import Partnership
from services.matching.models.returns import Dossier
from services.matching.recognitions.schemas import (
    DossierAnswerIn,
    DossierIn,
    DossierOut,
    RecognitionDaysOut,
    SubmissionIn,
)

_BATCH = 500
_ANSWERS = {
    S.SUBMITTED: frozenset({S.COMPENSATION_MEASURES, S.PARTIAL, S.FULL, S.REFUSED}),
    S.COMPENSATION_MEASURES: frozenset({S.PARTIAL, S.FULL, S.REFUSED}),
    S.PARTIAL: frozenset({S.FULL}),
}
_UNDECIDED = (S.NOT_REQUIRED, S.NOT_STARTED, S.SUBMITTED)
# What the matching gates know of a dossier; measures are a partial recognition that counts once they are done.
_AS_RECOGNITION = {S.COMPENSATION_MEASURES: RecognitionStatus.PARTIAL}


def listed(candidate_id: UUID | None, status: str | None) -> Select[Any]:
    """Dossiers one is a side of that match all filters given."""
    query = select(Dossier)
    if candidate_id:
        query = query.where(Dossier.candidate_id == candidate_id)
    return query.where(Dossier.status == status) if status else query


async def seen(session: AsyncSession, dossiers: list[Dossier]) -> list[DossierOut]:
    """As they are shown; written down as read."""
    people = [each.candidate_id for each in dossiers]
    await access_log.note(session, DataSeen.PROFILE, AccessPurpose.EMPLOYMENT, people)
    return [view(each) for each in dossiers]


def view(dossier: Dossier) -> DossierOut:
    """With the days that it took or takes."""
    fields = {name: getattr(dossier, name) for name in DossierOut.model_fields if name != "days"}
    return DossierOut.model_validate(fields | {"days": days(dossier)})


def days(dossier: Dossier) -> int | None:
    """From submission to decision, or until today."""
    if dossier.submitted_on is None:
        return None
    return ((dossier.decided_on or now().date()) - dossier.submitted_on).days


async def get(session: AsyncSession, dossier_id: UUID) -> DossierOut:
    """Raises NotFound."""
    return (await seen(session, [await found(session, Dossier, dossier_id)]))[0]


async def create(session: AsyncSession, data: DossierIn) -> DossierOut:
    """Begin a dossier. Raises NotFound for a person of others, Unprocessable for an authority that is none."""
    candidate = await locked(session, Candidate, data.candidate_id)
    agreement = await session.get(Partnership, data.partnership_id)
    authority = {"organisation_id": str(data.authority_id), "role": "RECOGNISER"}
    parties = agreement.data["parties"] if agreement else []
    if not any(authority.items() <= {k: str(v) for k, v in party.items()}.items() for party in parties):
        message = "No party of this partnership with the role RECOGNISER."
        raise Unprocessable.fields([FieldError("/authority_id", "not_an_authority", message)])
    dossier = Dossier(
        organisation_id=candidate.organisation_id,
        status=(S.NOT_STARTED if data.required else S.NOT_REQUIRED).value,
        measures=[],
        **data.model_dump(mode="python", exclude={"required", "comparability"}),
        comparability=data.comparability.model_dump(mode="json") if data.comparability else None,
    )
    session.add(dossier)
    await session.flush()
    await _take_effect(session, dossier, candidate)
    return view(dossier)


async def submit(session: AsyncSession, dossier_id: UUID, version: int, data: SubmissionIn) -> DossierOut:
    """Send it to the authority, which reads it from now on. Raises NotFound, Forbidden, PreconditionFailed,
    Conflict."""
    seen = await found(session, Dossier, dossier_id)
    # The person first, as erasure and the authority's answer do: of two dossiers neither overwrites the other's word.
    await session.get(Candidate, seen.candidate_id, with_for_update=True)
    dossier = await locked(session, Dossier, dossier_id)
    concurrency.check(dossier, version)
    again = (S.NOT_STARTED, S.REFUSED, S.EXPIRED)
    today = now().date()
    _refuse(
        Guard("DOSSIER_STATUS", dossier.status in again, dossier.status, " or ".join(again), "wait for the answer"),
        Guard("DATE", data.submitted_on <= today, str(data.submitted_on), f"{today} or earlier", "send it first"),
    )
    first = dossier.submitted_on is None
    dossier.status, dossier.submitted_on = S.SUBMITTED.value, data.submitted_on
    dossier.decided_on = dossier.decision = dossier.reason = dossier.next_step = dossier.valid_to = None
    dossier.touch()
    await session.flush()
    if first:
        await occupancy.share(session, dossier.id, dossier.authority_id, dossier.organisation_id)
    await _take_effect(session, dossier, await session.get_one(Candidate, dossier.candidate_id))
    return view(dossier)


async def answer(
    session: AsyncSession, principal: Principal, dossier_id: UUID, version: int, data: DossierAnswerIn
) -> DossierOut:
    """Decide, for the authority. Raises NotFound, Forbidden, PreconditionFailed, Conflict with all that is missing."""
    await found(session, Dossier, dossier_id)
    async with acting_for_the_house(session):
        person = await session.scalar(select(Dossier.candidate_id).where(Dossier.id == dossier_id))
        candidate = await session.get_one(Candidate, person, with_for_update=True)  # first, as erasure does
        query = select(Dossier).where(Dossier.id == dossier_id).with_for_update()
        dossier = (await session.scalars(query.execution_options(populate_existing=True))).one()
        if principal.acts_for != dossier.authority_id:
            raise Forbidden("The recognition authority answers.", "not_the_authority")
        concurrency.check(dossier, version)
        _refuse(*_guards(dossier, data))
        dossier.status = data.outcome.value
        for name in ("decided_on", "decision", "valid_to", "reason", "next_step"):
            setattr(dossier, name, getattr(data, name))
        dossier.measures = [measure.model_dump(mode="json") for measure in data.measures] or dossier.measures
        dossier.touch()
        await session.flush()
        await _take_effect(session, dossier, candidate)
    return view(dossier)


def _guards(dossier: Dossier, data: DossierAnswerIn) -> list[Guard]:
    follows = _ANSWERS.get(S(dossier.status), frozenset())
    needed = " or ".join(sorted(follows)) or "nothing"
    first, today = dossier.submitted_on or date.max, now().date()
    refused, measured = data.outcome is S.REFUSED, data.outcome is S.COMPENSATION_MEASURES
    told = data.reason is not None and data.next_step is not None
    return [
        Guard("DOSSIER_STATUS", data.outcome in follows, dossier.status, needed, f"{data.outcome} does not follow"),
        Guard("DATE", first <= data.decided_on <= today, str(data.decided_on), f"{first} to {today}", "correct it"),
        Guard("MEASURES", bool(data.measures) or not measured, "none", "at least one measure", "say which"),
        Guard("TOLD_WHY", told or not refused, "absent", "reason and next_step", "tell the person"),
    ]


def _refuse(*guards: Guard) -> None:
    if failed := [guard for guard in guards if not guard.passed]:
        raise Conflict.guards(failed)


async def _take_effect(session: AsyncSession, dossier: Dossier, candidate: Candidate) -> None:
    """What the dossier says becomes what the gates read, and is told."""
    status = _AS_RECOGNITION.get(S(dossier.status), dossier.status)
    ends = max((measure["done_by"] for measure in dossier.measures), default=None)
    entry = {
        "isco08": dossier.isco08,
        "country": dossier.country,
        "status": str(status),
        "compensation_ends_on": ends if status == RecognitionStatus.PARTIAL else None,
    }
    same = [each for each in candidate.earned_recognitions if (each["isco08"], each["country"]) == _about(dossier)]
    if dossier.status not in _UNDECIDED or all(each["status"] in _UNDECIDED for each in same):
        others = [each for each in candidate.earned_recognitions if each not in same]
        candidate.earned_recognitions = [*others, entry]
        candidate.touch()
        await session.flush()
    told = DossierChanged(
        **{n: getattr(dossier, n) for n in ("candidate_id", "partnership_id", "authority_id", "isco08", "country")},
        dossier_id=dossier.id,
        status=dossier.status,
        days=days(dossier) if dossier.decided_on else None,
        on=now().date(),
    )
    await events.publish(session, (dossier.id, told))


def _about(dossier: Dossier) -> tuple[str, str]:
    return dossier.isco08, dossier.country


async def expire(session: AsyncSession) -> bool:
    """Let recognitions end whose last day has passed; done hourly, for the house. True when there may be more."""
    over = (Dossier.status.in_((S.PARTIAL, S.FULL))) & (Dossier.valid_to < now().date())
    query = select(Dossier.id, Dossier.candidate_id).where(over).order_by(Dossier.id).limit(_BATCH)
    rows = (await session.execute(query)).all()
    for row in rows:
        candidate = await session.get(Candidate, row.candidate_id, with_for_update=True)
        dossier = await session.get(Dossier, row.id, with_for_update=True)
        if candidate is None or dossier is None:
            continue
        dossier.status = S.EXPIRED.value
        dossier.touch()
        await session.flush()
        await _take_effect(session, dossier, candidate)
    return len(rows) == _BATCH


async def duration(session: AsyncSession) -> RecognitionDaysOut:
    """The days KPI of the dossiers that the caller may read."""
    took = Dossier.decided_on - Dossier.submitted_on
    decided = Dossier.decided_on.is_not(None)
    row = (
        await session.execute(
            select(
                func.count().filter(decided),
                func.count().filter(Dossier.status.in_((S.PARTIAL, S.FULL))),
                func.percentile_cont(0.5).within_group(took),
                func.max(took),
                func.count().filter(Dossier.status == S.SUBMITTED),
            )
        )
    ).one()
    names = ("decided", "recognised", "median_days", "slowest_days", "waiting")
    return RecognitionDaysOut(**dict(zip(names, row, strict=True)))
