"""What a run is about, as the tables have it when a worker takes it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import EnrolmentStatus, PlacementStatus
from services.kit.db import now
from services.matching import capacity
from services.matching.corridors import Agreement
from services.matching.engine import Engine
from services.matching.fairness import MIN_CELL
from services.matching.models.allocations import AllocationPerson, AllocationRun
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.models.copies import Partnership, Programme, TrainingSession
from services.matching.models.enrolments import Enrolment
from services.matching.models.proposals import Placement
from services.matching.profiles import Candidate, Consent, Opening, Rates, Session
from services.matching.pseudonyms import age_band, statistical
from services.matching.safeguards import Law
from services.matching.similarity import Taxonomy
from services.matching.translation import candidate_of, session_of

_CHUNK = 500  # people read at a time
_IN_TRAINING = tuple(
    status.value
    for status in (
        EnrolmentStatus.ENROLLED,
        EnrolmentStatus.COMPLETED,
        EnrolmentStatus.CERTIFIED,
        EnrolmentStatus.TRACK_CHOSEN,
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the cohort. `facts` are empty without consent to statistics, `groups` without consent to PRIORITY."""

    profile: Candidate
    external_id: str
    version: int
    facts: Mapping[str, str]
    groups: frozenset[str]
    ranking: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was taken before the run. `begun` (origin-blind): days on which jobs away began, by ISCO-08 minor group."""

    home: int
    away: int
    away_of_partnership: int
    corridors: Mapping[str, int]
    schemes: Mapping[tuple[str, str], int]
    begun: Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Material:
    """All that the input of a run is written from."""

    asked: Mapping[str, Any]
    day: date
    agreement: Agreement
    ratio: float
    threshold: int
    people: list[Person]
    openings: list[Opening]
    targets: list[Opening]
    sessions: list[Session]
    counted: Counted
    laws: Mapping[tuple[str, str], list[Law]]
    taxonomy: Taxonomy
    rates: Rates


class MissingError(Exception):
    """Something that the run names is no longer there; the message says what."""


async def read(
    session: AsyncSession, engine: Engine, run: AllocationRun, only: Sequence[UUID] | None = None
) -> Material:
    """The whole cohort, or `only` these candidates of it. To be called while acting for the house, with an engine that
    was refreshed. Raises MissingError."""
    agreement, record = engine.agreements.get(run.partnership_id), await session.get(Partnership, run.partnership_id)
    if agreement is None or record is None or not agreement.active:
        raise MissingError("The partnership is not active.")
    openings = [each for id in engine.offered_in(agreement.id) if (each := engine.opening_within(id, agreement))]
    wanted = {UUID(each) for each in run.asked["vacancies"]}
    targets = openings if run.asked["all_vacancies"] else [each for each in openings if each.id in wanted]
    if not run.asked["all_vacancies"] and len(targets) < len(wanted):
        raise MissingError("A vacancy of the run is no longer offered in the partnership.")
    return Material(
        asked=run.asked,
        day=now().date(),
        agreement=agreement,
        ratio=max(run.asked["ratio"] or 0.0, record.data.get("ratio_target") or 0.0),
        threshold=max(MIN_CELL, record.data.get("statistics_threshold") or 0),
        people=await _people(session, run, only),
        openings=openings,
        targets=targets,
        sessions=await _sessions(session, run),
        counted=await _counted(session, engine, agreement),
        laws={
            (key, opening.country): engine.rules.leading(key, opening.country)
            for opening in targets
            for key in {opening.pathway, *(corridor.pathway for corridor in agreement.corridors)}
            if key
        },
        taxonomy=engine.taxonomy,
        rates=engine.rates,
    )


async def _people(session: AsyncSession, run: AllocationRun, only: Sequence[UUID] | None) -> list[Person]:
    found: list[Person] = []
    after = UUID(int=0)
    query = (
        select(AllocationPerson.id, AllocationPerson.declared, CandidateRow)
        .join(CandidateRow, CandidateRow.id == AllocationPerson.candidate_id)
        .where(AllocationPerson.allocation_id == run.id)
        .order_by(AllocationPerson.id)
        .limit(_CHUNK)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        query = query.where(AllocationPerson.candidate_id.in_(only))
    while rows := (await session.execute(query.where(AllocationPerson.id > after))).all():
        found += [person_of(row, declared, now().date()) for _, declared, row in rows]
        after = rows[-1][0]
        for _, _, row in rows:
            session.expunge(row)
    return found


def person_of(row: CandidateRow, declared: Mapping[str, Any], today: date) -> Person:
    """Somebody as the run sees them."""
    counted = statistical(row, today)
    facts = {name: value for name, value in counted.items() if value} | {"residence": row.residence}
    groups = {f"declared:{each}" for each in declared.get("groups", ())}
    groups |= {f"sex:{row.sex}", f"age_band:{age_band(row.birth_date, today)}"}
    agreed = Consent.of(row.consent).covers("PRIORITY", today)
    return Person(
        profile=candidate_of(row),
        external_id=row.external_id,
        version=row.version,
        facts=facts if counted["sex"] is not None else {},
        groups=frozenset(groups) if agreed else frozenset(),
        ranking=tuple(UUID(each) for each in declared.get("ranking", ())),
    )


async def _sessions(session: AsyncSession, run: AllocationRun) -> list[Session]:
    wanted = [UUID(each["session_id"]) for each in run.asked["sessions"]]
    query = select(TrainingSession, Programme).join(Programme, Programme.id == TrainingSession.programme_id)
    rows = (await session.execute(query.where(TrainingSession.id.in_(wanted)))).all()
    if len(rows) < len(wanted):
        raise MissingError("A session of the run is no longer offered.")
    taken = await capacity.used(session, wanted)
    parties = frozenset({run.organisation_id})
    return [
        session_of(programme.data, each, parties, each.seats - taken.get(each.id, 0), "en") for each, programme in rows
    ]


async def _counted(session: AsyncSession, engine: Engine, agreement: Agreement) -> Counted:
    year, uses = engine.year, engine.uses
    schemes: dict[tuple[str, str], int] = {}
    for other in engine.agreements.values():
        for each in other.corridors:
            key = (each.pathway or "", each.destination)
            schemes[key] = schemes.get(key, 0) + uses.of.get((other.id, each.name, year), 0)
    begun = await session.execute(
        select(Placement.isco08, Placement.started_on).where(
            Placement.partnership_id == agreement.id, Placement.track == "AWAY", Placement.started_on.is_not(None)
        )
    )
    return Counted(
        home=await _committed(session, agreement.id, "HOME", Placement.started_on.is_not(None)),
        away=await _committed(session, agreement.id, "AWAY", Placement.status != PlacementStatus.CANCELLED.value),
        away_of_partnership=uses.away.get(agreement.id, 0),
        corridors={each.name: uses.of.get((agreement.id, each.name, year), 0) for each in agreement.corridors},
        schemes=schemes,
        begun=[(row.isco08[:3], row.started_on) for row in begun],
    )


async def _committed(session: AsyncSession, partnership: UUID, track: str, held: Any) -> int:
    """People in training for a track or in a job of it. At home a job counts once it has begun, abroad as soon as both
    sides agreed: a home place that is only planned makes no room."""
    trained = select(Enrolment.candidate_id).where(
        Enrolment.partnership_id == partnership, Enrolment.track == track, Enrolment.status.in_(_IN_TRAINING)
    )
    placed = select(Placement.candidate_id).where(
        Placement.partnership_id == partnership, Placement.track == track, held
    )
    return int(await session.scalar(select(func.count()).select_from(union(trained, placed).subquery())) or 0)
