"""Proposals: put forward by the candidate's organisation, answered by both sides in either order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.vocabulary import AccessPurpose, DataSeen, FourfoldMoment, PlacementStatus, ProposalStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import access_log, admission, assessing, casework, offering
from services.matching.admission import consents, pair_of
from services.matching.casework import Mover, Said
from services.matching.engine import Engine
from services.matching.guard_rails import Actor
from services.matching.house import acting_for_the_house
from services.matching.lives import Check, Who
from services.matching.models.benefits import FourfoldAssessment
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Placement, Proposal, ProposalAnswer
from services.matching.proposals.schemas import (
    AnswerIn,
    AnswerOut,
    Decision,
    ExpectedOut,
    ProposalIn,
    ProposalOut,
    ProposalTransitionIn,
    Side,
)
from services.matching.pseudonyms import identity, profile

_OPEN = frozenset({ProposalStatus.PROPOSED, ProposalStatus.CANDIDATE_ACCEPTED, ProposalStatus.EMPLOYER_ACCEPTED})
_SIDES = {Side.CANDIDATE: Who.PERSON, Side.EMPLOYER: Who.EMPLOYER}
_CLOSED = frozenset({ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN})


def listed(status: str | None, candidate_id: UUID | None, vacancy_id: UUID | None) -> Select[Any]:
    """Proposals one is a side of that match all filters given."""
    query = select(Proposal)
    if status:
        query = query.where(Proposal.status == status)
    if candidate_id:
        query = query.where(Proposal.candidate_id == candidate_id)
    if vacancy_id:
        query = query.where(Proposal.vacancy_id == vacancy_id)
    return query


async def get(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """Raises NotFound."""
    found = await session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound
    return found


async def propose(session: AsyncSession, engine: Engine, principal: Principal, data: ProposalIn) -> Proposal:
    """Raises Unprocessable for an unknown candidate or vacancy, Conflict with every gate that fails."""
    candidate = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    if candidate is None:
        raise _unknown("candidate_id", "No candidate of yours has this id.")
    await engine.refresh(session)
    pair = pair_of(engine, candidate, data.vacancy_id)
    if pair is None:
        raise _unknown("vacancy_id", "No vacancy with this id is offered to an active partnership of yours.")
    if not data.prospect and (failed := admission.gates(pair)):
        raise Conflict.guards(failed)
    mover = Mover(principal.acts_for, principal.client_id, frozenset({Who.PERSON}))
    said = Said(now().date())
    return await offering.put_forward(session, engine, candidate, pair, mover, said, data.note, data.prospect)


async def move(
    session: AsyncSession,
    engine: Engine,
    principal: Principal,
    proposal_id: UUID,
    version: int,
    data: ProposalTransitionIn,
) -> Proposal:
    """Put a prospect forward, or take a proposal back. Raises NotFound, PreconditionFailed, and Conflict with all that
    is missing."""
    candidate_id = (await get(session, proposal_id)).candidate_id
    await engine.refresh(session)
    async with acting_for_the_house(session):
        candidate, proposal = await _locked(session, candidate_id, proposal_id)
        concurrency.check(proposal, version)
        mover, before = casework.mover_of(principal, proposal), proposal.status
        said = Said.of(data, data.reason)
        looked: dict[Check, list[Guard]] = {}
        if Check.GATES in casework.checks_of(proposal, data.to):
            pair = pair_of(engine, candidate, proposal.vacancy_id)
            looked[Check.GATES] = admission.gates(pair)
            proposal.score = pair.explained.score if pair else None
            if pair:
                await offering.keep_match(session, engine, candidate, pair, proposal.id)
                by = Actor(mover.organisation_id, mover.client_id)
                await assessing.keep(session, proposal, FourfoldMoment.EX_ANTE, by)
        casework.check(proposal, data.to, mover, said, looked)
        await casework.enter(session, proposal, data.to, mover, said)
        if before == ProposalStatus.PROSPECT and data.to is ProposalStatus.PROPOSED:
            await offering.share(session, proposal.id, proposal)
        if before != ProposalStatus.PROSPECT or data.to is ProposalStatus.PROPOSED:
            await offering.publish(session, proposal, candidate, before, said.reason)
    return proposal


async def answer(
    session: AsyncSession, engine: Engine, principal: Principal, proposal_id: UUID, data: AnswerIn
) -> Proposal:
    """Record one side's answer. A refusal closes the proposal; the second acceptance takes a place and prepares
    the placement. Raises NotFound, and Conflict when closed, answered already, or with all that is missing."""
    candidate_id = (await get(session, proposal_id)).candidate_id
    await engine.refresh(session)
    async with acting_for_the_house(session):
        candidate, proposal = await _locked(session, candidate_id, proposal_id)
        given = await _answers(session, [proposal_id])
    mover = casework.mover_of(principal, proposal)
    side = _side(mover, given)
    if proposal.status not in _OPEN:
        raise Conflict("The proposal is not open to answers.", "proposal_closed")
    if side in {each.side for each in given}:
        raise Conflict("Your side has answered already.", "already_answered")
    mine = ProposalAnswer(
        proposal_id=proposal_id,
        organisation_id=mover.organisation_id,
        side=side.value,
        decision=data.decision.value,
        reason=data.reason.value if data.reason else None,
        comment=data.comment,
        share_identity=data.share_identity and side is Side.CANDIDATE and data.decision is Decision.ACCEPT,
    )
    session.add(mine)
    steps = [step.model_dump(mode="json") for step in data.next_steps]
    said = Said(now().date(), mine.reason, steps, data.decided_by, comment=data.comment)
    # For whom they answer: an organisation that is both sides has answered for one of them only.
    mover = Mover(mover.organisation_id, mover.client_id, frozenset({_SIDES[side]}))
    async with acting_for_the_house(session):
        before = proposal.status
        await _conclude(session, engine, proposal, candidate, [*given, mine], mover, said)
        await offering.publish(session, proposal, candidate, before, mine.reason)
    return proposal


async def views(
    session: AsyncSession, engine: Engine, proposals: Sequence[Proposal], language: str
) -> list[ProposalOut]:
    """Proposals as both sides see them: a pseudonymous profile, and who it is once the person said so."""
    async with acting_for_the_house(session):
        people = await session.scalars(select(Candidate).where(Candidate.id.in_({p.candidate_id for p in proposals})))
        by_id = {person.id: person for person in people}
        ids = [proposal.id for proposal in proposals]
        answers = await _answers(session, ids)
        assessed = await assessing.newest(session, ids)
    views = [
        _view(
            proposal,
            by_id.get(proposal.candidate_id),
            [each for each in answers if each.proposal_id == proposal.id],
            assessed.get(proposal.id),
            engine,
            language,
        )
        for proposal in proposals
    ]
    known = {view.candidate_id for view in views if "family_name" in view.candidate}
    described = {view.candidate_id for view in views if view.candidate} - known
    await access_log.note(session, DataSeen.IDENTITY, AccessPurpose.RECRUITMENT, known)
    await access_log.note(session, DataSeen.PROFILE, AccessPurpose.RECRUITMENT, described)
    return views


def _view(
    proposal: Proposal,
    person: Candidate | None,
    answers: list[ProposalAnswer],
    assessed: FourfoldAssessment | None,
    engine: Engine,
    language: str,
) -> ProposalOut:
    shown: dict[str, Any] = {}
    if person is not None and (
        proposal.status == ProposalStatus.ACCEPTED or consents(person, proposal, engine.opening(proposal.vacancy_id))
    ):
        shown = profile(person, engine.taxonomy, language)
        if any(each.share_identity for each in answers) and proposal.status not in _CLOSED:
            shown |= identity(person)
    made = {
        "answers": [AnswerOut.model_validate(each) for each in answers],
        "fourfold": assessed and ExpectedOut.model_validate(assessed),
        "candidate": shown,
    }
    record = {name: getattr(proposal, name) for name in ProposalOut.model_fields if name not in made}
    return ProposalOut(**record, **made)


async def _locked(session: AsyncSession, candidate_id: UUID, proposal_id: UUID) -> tuple[Candidate, Proposal]:
    """Locked, the person first as erasure does, so that nothing is made of somebody who is being erased; and then the
    proposal, so that of two answers at the same moment the second sees the first."""
    candidate = await session.get(Candidate, candidate_id, with_for_update={"read": True})
    if candidate is None:
        raise NotFound
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return candidate, (await session.scalars(query.execution_options(populate_existing=True))).one()


async def _conclude(
    session: AsyncSession,
    engine: Engine,
    proposal: Proposal,
    candidate: Candidate,
    answers: list[ProposalAnswer],
    mover: Mover,
    said: Said,
) -> None:
    """The state that follows from the answers; both accepting makes a placement."""
    accepted = {each.side for each in answers if each.decision == Decision.ACCEPT}
    if len(accepted) < len(answers):
        to = ProposalStatus.DECLINED
    elif len(accepted) == len(Side):
        to = ProposalStatus.ACCEPTED
    else:
        to = ProposalStatus[f"{accepted.pop()}_ACCEPTED"]
    year = now().year
    looked = await admission.look(session, engine, proposal, candidate, casework.checks_of(proposal, to), year)
    casework.check(proposal, to, mover, said, looked)
    if to is ProposalStatus.ACCEPTED:
        proposal.placement_id = (await _prepare(session, engine, proposal, candidate, mover, year)).id
    await casework.enter(session, proposal, to, mover, said)


async def _prepare(
    session: AsyncSession, engine: Engine, proposal: Proposal, candidate: Candidate, mover: Mover, year: int
) -> Placement:
    """The placement that both sides agreed to; `year` is the one whose quota it uses."""
    opening = engine.opening(proposal.vacancy_id)
    assert opening is not None  # looked at just before
    placement = Placement(
        id=uuid7(),
        organisation_id=proposal.organisation_id,
        proposal_id=proposal.id,
        candidate_id=proposal.candidate_id,
        vacancy_id=proposal.vacancy_id,
        employer_id=proposal.employer_id,
        partnership_id=proposal.partnership_id,
        track=proposal.track,
        corridor=proposal.corridor,
        country=opening.country,
        isco08=opening.isco08,
        persona=candidate.persona,
        status=PlacementStatus.PREPARING.value,
        told_status=PlacementStatus.PREPARING.value,
        quota_year=year,
    )
    session.add(placement)
    await session.flush()
    await offering.share(session, placement.id, proposal)
    said = Said(now().date())
    await casework.write_step(session, placement, None, mover, said)
    await events.publish(session, (placement.id, casework.moved(placement, candidate, None, said)))
    return placement


async def _answers(session: AsyncSession, proposal_ids: list[UUID]) -> list[ProposalAnswer]:
    query = select(ProposalAnswer).where(ProposalAnswer.proposal_id.in_(proposal_ids)).order_by(ProposalAnswer.id)
    return list(await session.scalars(query))


def _side(mover: Mover, given: list[ProposalAnswer]) -> Side:
    """From who answers; an organisation that is both sides answers for the candidate first."""
    sides = [side for side, who in _SIDES.items() if who in mover.sides]
    answered = {each.side for each in given}
    return next((side for side in sides if side not in answered), sides[0])


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])
