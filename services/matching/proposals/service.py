"""Proposals: put forward by the candidate's organisation, answered by both sides in either order."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import ProposalChanged
from services.contracts.vocabulary import PlacementStatus, ProposalStatus
from services.kit import events
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Guard, NotFound, Unprocessable
from services.matching import capacity
from services.matching.corridors import choose, name_of
from services.matching.engine import Engine
from services.matching.gates import Gate, away_gates
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Placement, Proposal, ProposalAnswer
from services.matching.profiles import Candidate as Profile
from services.matching.profiles import Consent, Opening, side_of
from services.matching.proposals.schemas import AnswerIn, AnswerOut, Decision, ProposalIn, ProposalOut, Side
from services.matching.pseudonyms import identity, profile, statistical
from services.matching.scoring import explain
from services.matching.translation import candidate_of

_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)")
_OPEN = frozenset({ProposalStatus.PROPOSED, ProposalStatus.CANDIDATE_ACCEPTED, ProposalStatus.EMPLOYER_ACCEPTED})
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


async def propose(session: AsyncSession, engine: Engine, data: ProposalIn) -> Proposal:
    """Raises Unprocessable for an unknown candidate or vacancy, Conflict with every gate that fails."""
    candidate = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    if candidate is None:
        raise _unknown("candidate_id", "No candidate of yours has this id.")
    await engine.refresh(session)
    opening = engine.opening(data.vacancy_id)
    if opening is None or candidate.organisation_id not in opening.parties:
        raise _unknown("vacancy_id", "No vacancy with this id is offered to an active partnership of yours.")
    person = candidate_of(candidate)
    side = side_of(person, opening)
    agreements = engine.agreements_of(opening.partnership_ids)
    agreement = choose(
        agreements, candidate.organisation_id, candidate.residence, opening.country, side, engine.used, engine.year
    )
    assert agreement is not None  # the opening's parties come from its active partnerships
    opening = engine.opening_within(opening.id, agreement) or opening
    explained = explain(person, opening, engine.taxonomy, engine.rates, now().date())
    if not explained.passed:
        raise Conflict.guards([_guard(gate) for gate in explained.gates])
    proposal = Proposal(
        id=uuid7(),
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        vacancy_id=opening.id,
        employer_id=opening.organisation_id,
        partnership_id=agreement.id,
        track=side,
        corridor=name_of(agreement, candidate.residence, opening.country, side),
        status=ProposalStatus.PROPOSED.value,
        score=explained.score,
        note=data.note,
    )
    session.add(proposal)
    await session.flush()
    await _share(session, proposal.id, proposal)
    await _publish(session, proposal, candidate, None)
    return proposal


async def answer(
    session: AsyncSession, engine: Engine, organisation_id: UUID, proposal_id: UUID, data: AnswerIn
) -> Proposal:
    """Record one side's answer. A refusal closes the proposal; the second acceptance takes a place and prepares
    the placement. Raises NotFound, and Conflict when closed, answered already, or no place is left."""
    candidate_id = (await get(session, proposal_id)).candidate_id
    await engine.refresh(session)
    async with acting_for_the_house(session):
        # Locked, the person first as erasure does, so that nothing is made of somebody who is being erased.
        candidate = await session.get(Candidate, candidate_id, with_for_update={"read": True})
        if candidate is None:
            raise NotFound
        # Locked, so that of two answers at the same moment the second sees the first.
        query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
        locked = await session.scalars(query.execution_options(populate_existing=True))
        proposal = locked.one()
        given = await _answers(session, [proposal_id])
    side = _side(organisation_id, proposal, given)
    if proposal.status not in _OPEN:
        raise Conflict("The proposal is closed.", "proposal_closed")
    if side in {each.side for each in given}:
        raise Conflict("Your side has answered already.", "already_answered")
    if data.decision is Decision.ACCEPT and not _consents(candidate, proposal):
        raise Conflict.guards([Guard("H01_CONSENT", False, "ended", f"MATCHING_{proposal.track}", "renew the consent")])
    mine = ProposalAnswer(
        proposal_id=proposal_id,
        organisation_id=organisation_id,
        side=side.value,
        decision=data.decision.value,
        reason=data.reason.value if data.reason else None,
        comment=data.comment,
        share_identity=data.share_identity and side is Side.CANDIDATE and data.decision is Decision.ACCEPT,
    )
    session.add(mine)
    async with acting_for_the_house(session):
        await _move(session, engine, proposal, candidate, [*given, mine])
        await _publish(session, proposal, candidate, mine.reason)
    return proposal


async def views(
    session: AsyncSession, engine: Engine, proposals: Sequence[Proposal], language: str
) -> list[ProposalOut]:
    """Proposals as both sides see them: a pseudonymous profile, and who it is once the person said so."""
    async with acting_for_the_house(session):
        people = await session.scalars(select(Candidate).where(Candidate.id.in_({p.candidate_id for p in proposals})))
        by_id = {person.id: person for person in people}
        answers = await _answers(session, [proposal.id for proposal in proposals])
    return [
        _view(
            proposal,
            by_id.get(proposal.candidate_id),
            [each for each in answers if each.proposal_id == proposal.id],
            engine,
            language,
        )
        for proposal in proposals
    ]


def _view(
    proposal: Proposal, person: Candidate | None, answers: list[ProposalAnswer], engine: Engine, language: str
) -> ProposalOut:
    shown: dict[str, Any] = {}
    if person is not None and (proposal.status == ProposalStatus.ACCEPTED or _consents(person, proposal)):
        shown = profile(person, engine.taxonomy, language)
        if any(each.share_identity for each in answers) and proposal.status not in _CLOSED:
            shown |= identity(person)
    record = {
        name: getattr(proposal, name) for name in ProposalOut.model_fields if name not in ("answers", "candidate")
    }
    return ProposalOut(**record, answers=[AnswerOut.model_validate(each) for each in answers], candidate=shown)


def _consents(person: Candidate, proposal: Proposal) -> bool:
    return Consent.of(person.consent).covers(f"MATCHING_{proposal.track}", now().date())


async def _move(
    session: AsyncSession,
    engine: Engine,
    proposal: Proposal,
    candidate: Candidate,
    answers: list[ProposalAnswer],
) -> None:
    """The state that follows from the answers; both accepting makes a placement."""
    accepted = {each.side for each in answers if each.decision == Decision.ACCEPT}
    if len(accepted) < len(answers):
        status = ProposalStatus.DECLINED
    elif len(accepted) == len(Side):
        status = ProposalStatus.ACCEPTED
    else:
        status = ProposalStatus[f"{accepted.pop()}_ACCEPTED"]
    proposal.status = status.value
    proposal.touch()
    if status is ProposalStatus.ACCEPTED:
        placement = await _prepare(session, engine, proposal, candidate)
        proposal.placement_id = placement.id
    await session.flush()


async def _prepare(session: AsyncSession, engine: Engine, proposal: Proposal, candidate: Candidate) -> Placement:
    agreement = engine.agreements.get(proposal.partnership_id)
    opening = engine.opening_within(proposal.vacancy_id, agreement) if agreement else None
    year = now().year
    failed = await _take_place(session, engine, proposal, opening, year)
    if opening is not None and proposal.track == "AWAY":
        failed += refusals(candidate_of(candidate), opening, now().date())
    if failed or opening is None:
        raise Conflict.guards(failed)
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
        quota_year=year,
    )
    session.add(placement)
    await session.flush()
    await _share(session, placement.id, proposal)
    return placement


async def _take_place(
    session: AsyncSession, engine: Engine, proposal: Proposal, opening: Opening | None, year: int
) -> list[Guard]:
    """Take a place, and for a job away one of the corridor's quota; what failed is rolled back with the request."""
    if opening is None or opening.status != "OPEN":
        return [Guard("VACANCY_OPEN", False, "closed", "OPEN", "propose another vacancy")]
    agreement = engine.agreements.get(proposal.partnership_id)
    if agreement is None or not agreement.active:
        seen = agreement.status if agreement else "unknown"
        return [Guard("PARTNERSHIP_ACTIVE", False, seen, "ACTIVE", "wait until the partnership is active again")]
    failed = []
    if not await capacity.take(session, proposal.vacancy_id, opening.places):
        failed.append(Guard("PLACES_LEFT", False, "0", "1", "wait until a place becomes free"))
    quotas = [c.quota for c in agreement.corridors if c.name == proposal.corridor]
    away = proposal.track == "AWAY"
    if (
        away
        and quotas
        and not await capacity.take(session, proposal.partnership_id, quotas[0], proposal.corridor, year)
    ):
        failed.append(Guard("QUOTA_LEFT", False, "0", "1", "wait for next year's quota"))
    return failed


async def _answers(session: AsyncSession, proposal_ids: list[UUID]) -> list[ProposalAnswer]:
    query = select(ProposalAnswer).where(ProposalAnswer.proposal_id.in_(proposal_ids)).order_by(ProposalAnswer.id)
    return list(await session.scalars(query))


def _side(organisation_id: UUID, proposal: Proposal, given: list[ProposalAnswer]) -> Side:
    """From who answers; an organisation that is both sides answers for the candidate first."""
    sides = [
        side
        for side, owner in ((Side.CANDIDATE, proposal.organisation_id), (Side.EMPLOYER, proposal.employer_id))
        if owner == organisation_id
    ]
    if not sides:
        raise NotFound
    answered = {each.side for each in given}
    return next((side for side in sides if side not in answered), sides[0])


async def _share(session: AsyncSession, record_id: UUID, proposal: Proposal) -> None:
    """Both sides read the record and what hangs on it."""
    for reader in {proposal.organisation_id, proposal.employer_id}:
        await session.execute(_SHARE, {"record": record_id, "reader": reader, "owner": proposal.organisation_id})


async def _publish(session: AsyncSession, p: Proposal, candidate: Candidate, reason: str | None) -> None:
    event = ProposalChanged(
        proposal_id=p.id,
        candidate_id=p.candidate_id,
        vacancy_id=p.vacancy_id,
        partnership_id=p.partnership_id,
        corridor=p.corridor,
        track=p.track,
        status=p.status,
        reason=reason,
        on=now().date(),
        **statistical(candidate, now().date()),
    )
    await events.publish(session, (p.id, event))


def refusals(person: Profile, opening: Opening, today: date) -> list[Guard]:
    """What has closed the way abroad for this person since the proposal: pathway, safeguard or joint decision."""
    return [_guard(gate) for gate in away_gates(person, opening, today) if not gate.passed]


def _guard(gate: Gate) -> Guard:
    seen, needed = (str(value) if value is not None else "unknown" for value in (gate.value, gate.threshold))
    return Guard(f"{gate.code}_{gate.name}", gate.passed, seen, needed, gate.remedy or "none")


def _unknown(field: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{field}", f"unknown_{field.removesuffix('_id')}", message)])
