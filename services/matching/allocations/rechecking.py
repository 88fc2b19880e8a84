"""A dry run looked at again, before a person's decision makes it real: all that changed since, at once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import AllocationOutcome, AllocationStatus, EnrolmentStatus
from services.kit.db import now
from services.kit.errors import Conflict, Guard, NotFound
from services.matching import admission, allocation_runs
from services.matching.admission import Pair, pair_within
from services.matching.allocations import material, writing
from services.matching.engine import Engine
from services.matching.models.allocations import AllocationPerson, AllocationRun
from services.matching.models.candidates import Candidate
from services.matching.models.enrolments import Enrolment
from services.matching.profiles import Consent

_OPEN = (EnrolmentStatus.APPLIED.value, EnrolmentStatus.SCREENED.value, EnrolmentStatus.WAITLISTED.value)
_AGAIN = "compute the run again"


class Given(NamedTuple):
    """What a person got: their row and the option."""

    row: AllocationPerson
    option: dict[str, Any]


class LeftOut(NamedTuple):
    """An application of somebody who got nothing, and why."""

    enrolment: Enrolment
    outcome: AllocationOutcome


@dataclass
class Held:
    """A run that is about to be committed, with its people. `candidates` are those who got a place; `pairs` what they
    got where it is a job; `applied` all applications for its sessions, by person and session."""

    record: AllocationRun
    people: list[AllocationPerson]
    results: list[dict[str, Any]]
    shared: dict[str, Any]
    candidates: dict[UUID, Candidate] = field(default_factory=dict)
    pairs: dict[UUID, Pair] = field(default_factory=dict)
    applied: dict[tuple[UUID, UUID], Enrolment] = field(default_factory=dict)

    @property
    def given(self) -> list[Given]:
        """Who got something."""
        options = self.shared["options"]
        pairs = zip(self.people, self.results, strict=True)
        return [Given(row, options[found["option"]]) for row, found in pairs if found["option"] is not None]

    @property
    def sessions(self) -> list[UUID]:
        return [UUID(each["session_id"]) for each in self.record.asked["sessions"]]

    @property
    def left_out(self) -> list[LeftOut]:
        """Open applications of people who got nothing, in the order in which they would be taken."""

        def taken(found: dict[str, Any], row: AllocationPerson) -> tuple[float, int]:
            aim = found.get("change") or (found["in_the_way"] or [{"priority": None}])[0]
            return -(aim["priority"] or 0.0), row.place or 0

        nothing = [
            (row, found) for row, found in zip(self.people, self.results, strict=True) if found["option"] is None
        ]
        return [
            LeftOut(enrolment, AllocationOutcome(found["outcome"]))
            for row, found in sorted(nothing, key=lambda each: taken(each[1], each[0]))
            for id in self.sessions
            if (enrolment := self.applied.get((row.candidate_id, id))) is not None and enrolment.status in _OPEN
        ]


async def hold(session: AsyncSession, organisation: UUID, allocation_id: UUID, result_sha256: str) -> Held:
    """The run, its people and their applications, which nobody changes until the transaction ends. Raises NotFound, and
    Conflict for another result than the one that was looked at."""
    query = select(AllocationRun).where(AllocationRun.id == allocation_id).with_for_update()
    record = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if record is None or record.organisation_id != organisation:
        raise NotFound
    if record.status != AllocationStatus.COMPUTED:
        needed = AllocationStatus.COMPUTED.value
        raise Conflict.guards([Guard("ALLOCATION_STATUS", False, record.status, needed, "wait, or start another run")])
    if record.result_sha256 != result_sha256:
        needed = "the hash of the run's result"
        raise Conflict.guards([Guard("RESULT_LOOKED_AT", False, "another result", needed, "look at the result")])
    ordered = select(AllocationPerson).where(
        AllocationPerson.allocation_id == record.id, AllocationPerson.result.is_not(None)
    )
    people = list(await session.scalars(ordered.order_by(AllocationPerson.place)))
    results = [orjson.loads(each.result or "") for each in people]
    return Held(record, people, results, orjson.loads(record.input or ""))


async def changes(session: AsyncSession, engine: Engine, run: Held) -> list[Guard]:
    """Everything that changed since the dry run."""
    failed = await _changed_people(session, run)
    failed += await _changed_limits(session, engine, run)
    failed += _changed_gates(engine, run)
    return failed + _unfit_applications(run)


async def _changed_people(session: AsyncSession, run: Held) -> list[Guard]:
    """Whose record changed, and whether somebody is gone. Holds everybody, so that nobody is erased meanwhile."""
    ids = [each.candidate_id for each in run.people]
    held = select(Candidate.id, Candidate.version).where(Candidate.id.in_(ids)).order_by(Candidate.id)
    versions = {row.id: row.version for row in await session.execute(held.with_for_update(read=True))}
    failed = [
        Guard("CANDIDATE_UNCHANGED", False, f"{each.candidate_id}: version {found}", f"version {each.version}", _AGAIN)
        for each in run.people
        if (found := versions.get(each.candidate_id)) != each.version
    ]
    whole = allocation_runs.digest(run.record.summary or "", [each.result or "" for each in run.people])
    if whole != run.record.result_sha256:
        failed.append(Guard("COHORT_WHOLE", False, "somebody was erased", "everybody who was in the run", _AGAIN))
    placed = select(Candidate).where(Candidate.id.in_([each.row.candidate_id for each in run.given]))
    run.candidates = {each.id: each for each in await session.scalars(placed)}
    applied = select(Enrolment).where(Enrolment.session_id.in_(run.sessions), Enrolment.candidate_id.in_(ids))
    found_there = await session.scalars(applied.order_by(Enrolment.id).with_for_update())
    run.applied = {(each.candidate_id, each.session_id): each for each in found_there}
    return failed


async def _changed_limits(session: AsyncSession, engine: Engine, run: Held) -> list[Guard]:
    """Limits that no longer have what the run uses."""
    try:
        read = await material.read(session, engine, run.record, list(run.candidates))
    except material.MissingError as missing:
        return [Guard("TARGETS_OFFERED", False, str(missing), "as when it was computed", _AGAIN)]
    terms = writing.terms_of(read)
    left = {(each["kind"], each["of"]): each["left"] for each in terms.quotas}
    options = {(each["target"], each["track"], each["origin"]): each for each in terms.options.values()}
    used: Counter[int] = Counter()
    failed = []
    for each in run.given:
        if (each.option["target"], each.option["track"], each.option["origin"]) not in options:
            seen = f"{each.row.candidate_id}: {each.option['track']} closed"
            failed.append(Guard("OPTION_OPEN", False, seen, each.option["target"], _AGAIN))
        for number, use in zip(each.option["quotas"], each.option["use"], strict=True):
            used[number] += use
    for number, needed in sorted(used.items()):
        quota = run.shared["quotas"][number]
        now_left = left.get((quota["kind"], quota["of"]), quota["left"])
        if needed > now_left + 1e-9:
            seen = f"{quota['kind']} {quota['of']}: {now_left:g} left"
            failed.append(Guard("LIMIT_LEFT", False, seen, f"{needed:g}", _AGAIN))
    return failed


def _changed_gates(engine: Engine, run: Held) -> list[Guard]:
    """Gates that no longer hold between a person and what they got, consent among them."""
    failed, agreement = [], engine.agreements.get(run.record.partnership_id)
    for each in run.given:
        candidate = run.candidates.get(each.row.candidate_id)
        if candidate is None:
            continue  # named among the records that changed
        if each.option["kind"] == "VACANCY":
            pair = pair_within(engine, candidate, UUID(each.option["target"]), agreement) if agreement else None
            found = admission.gates(pair)
            if pair is not None:
                run.pairs[candidate.id] = pair
        else:
            scope = f"MATCHING_{each.option['track']}"
            agreed = Consent.of(candidate.consent).covers(scope, now().date())
            found = [] if agreed else [Guard("H01_CONSENT", False, "ended", scope, "renew the consent")]
        failed += [Guard(g.code, False, f"{candidate.id}: {g.seen}", g.needed, g.remedy) for g in found]
    return failed


def _unfit_applications(run: Held) -> list[Guard]:
    """Applications that can no longer be selected."""
    failed = []
    for each in run.given:
        if each.option["kind"] == "SESSION":
            enrolment = run.applied.get((each.row.candidate_id, UUID(each.option["target"])))
            if enrolment is not None and enrolment.status not in _OPEN:
                seen, needed = f"{each.row.candidate_id}: {enrolment.status}", " or ".join(_OPEN)
                failed.append(Guard("ENROLMENT_STATUS", False, seen, needed, _AGAIN))
    return failed
