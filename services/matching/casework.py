"""Moving a case: the move is checked against the table of `lives`, written down, and told.

What enrolments, proposals and placements share. To be called while acting for the house: each side moves records that
the candidate's organisation owns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import CaseClosed, NextStepPart, PlacementMoved
from services.contracts.vocabulary import CaseKind, ContestationStatus, NextStepKind, ProposalStatus
from services.kit import events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, Guard, NotFound
from services.matching import lives
from services.matching.lives import Ask, Check, Who
from services.matching.models.candidates import Candidate
from services.matching.models.cases import CaseStep, Closing, Contestation
from services.matching.models.enrolments import Enrolment
from services.matching.models.proposals import Placement, Proposal
from services.matching.moves import MoveIn, StepOut
from services.matching.pseudonyms import statistical

Case = Enrolment | Proposal | Placement
TELL_WITHIN = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves a case, and on which sides of it they stand."""

    organisation_id: UUID
    client_id: str
    sides: frozenset[Who]


@dataclass(frozen=True, slots=True)
class Said:
    """What was said with a move; next steps are {kind, text, link}."""

    on: date
    reason: str | None = None
    next_steps: Sequence[dict[str, Any]] = ()
    decided_by: str | None = None
    override_reason: str | None = None
    evidence: str | None = None
    comment: str | None = None
    more: frozenset[Ask] = field(default_factory=frozenset)

    @classmethod
    def of(cls, move: MoveIn, reason: str | None, *more: Ask) -> "Said":
        """From what was sent; `more` is what the slice asked for and got."""
        steps = [step.model_dump(mode="json") for step in move.next_steps]
        return cls(
            move.on, reason, steps, move.decided_by, move.override_reason, move.evidence, move.comment, frozenset(more)
        )

    @property
    def given(self) -> frozenset[Ask]:
        """What the table of moves may ask for and has got."""
        said = {
            Ask.REASON: self.reason,
            Ask.NEXT_STEP: self.next_steps,
            Ask.DECIDED_BY: self.decided_by,
            Ask.EVIDENCE: self.evidence,
        }
        return self.more | {ask for ask, value in said.items() if value}


def kind_of(case: Case) -> CaseKind:
    if isinstance(case, Enrolment):
        return CaseKind.ENROLMENT
    return CaseKind.PROPOSAL if isinstance(case, Proposal) else CaseKind.PLACEMENT


async def case_of(session: AsyncSession, kind: CaseKind, case_id: UUID) -> Case | None:
    """The case, held against other writers until the transaction ends."""
    match kind:
        case CaseKind.ENROLMENT:
            return await session.get(Enrolment, case_id, with_for_update=True)
        case CaseKind.PROPOSAL:
            return await session.get(Proposal, case_id, with_for_update=True)
        case CaseKind.PLACEMENT:
            return await session.get(Placement, case_id, with_for_update=True)


def mover_of(principal: Principal, case: Case) -> Mover:
    """Raises NotFound for whoever is no side of it."""
    other = (case.provider_id, Who.PROVIDER) if isinstance(case, Enrolment) else (case.employer_id, Who.EMPLOYER)
    owners = ((case.organisation_id, Who.PERSON), other)
    sides = frozenset(side for owner, side in owners if owner == principal.acts_for)
    if not sides:
        raise NotFound
    return Mover(principal.acts_for, principal.client_id, sides)


def check(case: Case, target: str, mover: Mover, said: Said, looked: Mapping[Check, Sequence[Guard]]) -> None:
    """Raises Conflict with everything that keeps the case from moving."""
    failed = lives.refusals(kind_of(case), case.status, target, mover.sides, said.given, looked)
    if failed:
        raise Conflict.guards(failed)


def checks_of(case: Case, target: str) -> frozenset[Check]:
    """What must be looked at first; nothing for a move that does not exist."""
    rule = lives.rule_of(kind_of(case), case.status, target)
    return rule.checks if rule else frozenset()


async def enter(session: AsyncSession, case: Case, target: str, mover: Mover, said: Said) -> None:
    """Put the case into its next state, write the step down, and where it closes tell who tells the person."""
    await enter_all(session, [(case, target, said)], mover)


async def enter_all(session: AsyncSession, moves: Iterable[tuple[Case, str, Said]], mover: Mover) -> None:
    """The same for many cases, which are written together; a case may take several steps, in their order."""
    own, closings = Who.PERSON in mover.sides, []
    for case, target, said in moves:
        kind, before = kind_of(case), case.status
        case.status, case.told_status = target, lives.told(kind, case.told_status, target, own)
        case.touch()
        step = _step(case, before, mover, said)
        session.add(step)
        if lives.closed(kind, target):
            closings.append(_closing(case, step, own))
    await session.flush()
    session.add_all(closings)
    await session.flush()
    await events.publish(session, *((closing.id, closed_event(closing)) for closing in closings))


async def write_step(session: AsyncSession, case: Case, before: str | None, mover: Mover, said: Said) -> CaseStep:
    """Keep who brought the case into its present state, when and why."""
    step = _step(case, before, mover, said)
    session.add(step)
    await session.flush()
    return step


def _step(case: Case, before: str | None, mover: Mover, said: Said) -> CaseStep:
    vacancy_id = None if isinstance(case, Enrolment) else case.vacancy_id
    return CaseStep(
        id=uuid7(),
        organisation_id=case.organisation_id,
        kind=kind_of(case).value,
        case_id=case.id,
        shared_case_id=None if case.status == ProposalStatus.PROSPECT else case.id,
        candidate_id=case.candidate_id,
        from_status=before,
        to_status=case.status,
        took_place_on=said.on,
        recorded_at=now(),
        by_organisation=mover.organisation_id,
        by_client=mover.client_id,
        decided_by=said.decided_by,
        reason=said.reason,
        override_reason=said.override_reason,
        evidence=said.evidence,
        comment=said.comment,
        next_steps=[
            each | {"link": each["link"] or lives.link_of(NextStepKind(each["kind"]), case.candidate_id, vacancy_id)}
            for each in said.next_steps
        ],
    )


def _closing(case: Case, step: CaseStep, own: bool) -> Closing:
    """The person's own side has decided with the person in view; what the other side decided waits for a human."""
    return Closing(
        id=step.id,
        organisation_id=case.organisation_id,
        kind=step.kind,
        case_id=case.id,
        candidate_id=case.candidate_id,
        partnership_id=case.partnership_id,
        status=case.status,
        reason=step.reason,
        next_steps=step.next_steps,
        closed_at=step.recorded_at,
        closed_by=step.by_organisation,
        decided_by=step.decided_by,
        tell_by=step.recorded_at + TELL_WITHIN,
        confirmed_at=step.recorded_at if own else None,
        confirmed_by=step.decided_by if own else None,
    )


def closed_event(closing: Closing) -> CaseClosed:
    """What is published of a closing: kinds and links of the next steps, and none of the words."""
    names = ("kind", "case_id", "candidate_id", "organisation_id", "partnership_id", "status", "reason")
    return CaseClosed(
        **{name: getattr(closing, name) for name in names},
        closing_id=closing.id,
        next_steps=[NextStepPart(kind=step["kind"], link=step["link"]) for step in closing.next_steps],
        closed_at=closing.closed_at,
        tell_by=closing.tell_by,
        confirmed=closing.confirmed_at is not None,
    )


def moved(placement: Placement, candidate: Candidate | None, before: str | None, said: Said) -> PlacementMoved:
    """What is published of every move of a placement."""
    names = ("candidate_id", "partnership_id", "corridor", "track", "country", "isco08", "persona", "status")
    return PlacementMoved(
        **{name: getattr(placement, name) for name in names},
        placement_id=placement.id,
        previous=before,
        reason=said.reason,
        on=said.on,
        **statistical(candidate, now().date()),
    )


async def contested(session: AsyncSession, case: Case) -> list[Guard]:
    """Whether the last closing of the case was contested, and reversed."""
    last = select(Closing.id).where(Closing.case_id == case.id).order_by(Closing.id.desc()).limit(1)
    found = await session.scalar(select(Contestation.status).where(Contestation.closing_id == last.scalar_subquery()))
    passed = found == ContestationStatus.REVERSED
    return [Guard("CONTESTED", passed, found or "not contested", "REVERSED", "contest the closing")]


def steps_of(case_id: UUID) -> Select[Any]:
    """The steps of a case that the caller may read."""
    return select(CaseStep).where(CaseStep.case_id == case_id)


def shown(steps: Sequence[CaseStep], reader: UUID | None) -> list[StepOut]:
    """Steps as `reader` sees them: comments are for the organisation that wrote them."""
    views = [StepOut.model_validate(step) for step in steps]
    return [view if view.by_organisation == reader else view.model_copy(update={"comment": None}) for view in views]
