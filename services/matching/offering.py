"""A candidate put forward for a vacancy: the record, who reads it, what it rests on and who is told. What proposals and
allocations share."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.matching import ProposalChanged
from services.contracts.vocabulary import FourfoldMoment, ProposalStatus
from services.kit import events
from services.kit.db import now
from services.matching import assessing, casework, replays
from services.matching.admission import Pair
from services.matching.casework import Mover, Said
from services.matching.corridors import name_of
from services.matching.engine import Engine
from services.matching.guard_rails import Actor
from services.matching.models.candidates import Candidate
from services.matching.models.proposals import Proposal
from services.matching.pseudonyms import statistical
from services.matching.translation import candidate_of

_SHARE = text("INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)")


async def put_forward(
    session: AsyncSession,
    engine: Engine,
    candidate: Candidate,
    pair: Pair,
    mover: Mover,
    said: Said,
    note: str | None,
    prospect: bool = False,
) -> Proposal:
    """A proposal, or a prospect that its owner alone reads. Whether gates hold is the caller's to look at."""
    status = ProposalStatus.PROSPECT if prospect else ProposalStatus.PROPOSED
    proposal = Proposal(
        id=uuid7(),
        organisation_id=candidate.organisation_id,
        candidate_id=candidate.id,
        vacancy_id=pair.opening.id,
        employer_id=pair.opening.organisation_id,
        partnership_id=pair.agreement.id,
        track=pair.side,
        corridor=name_of(pair.agreement, candidate.residence, pair.opening.country, pair.side),
        status=status.value,
        told_status=None if prospect else status.value,
        score=pair.explained.score,
        note=note,
    )
    session.add(proposal)
    await session.flush()
    await casework.write_step(session, proposal, None, mover, said)
    await keep_match(session, engine, candidate, pair, proposal.id)
    # Before anybody accepts, both sides see whether all four parties may expect to gain.
    by = Actor(mover.organisation_id, mover.client_id)
    await assessing.keep(session, proposal, FourfoldMoment.EX_ANTE, by)
    if not prospect:
        await share(session, proposal.id, proposal)
        await publish(session, proposal, candidate, None, None)
    return proposal


async def keep_match(session: AsyncSession, engine: Engine, candidate: Candidate, pair: Pair, proposal: UUID) -> None:
    """What the proposal rests on, so that it can be computed again."""
    person, today = candidate_of(candidate), now().date()
    inputs = replays.inputs_of(person, pair.opening, engine.taxonomy, engine.rates, today, "en")
    await replays.store(session, inputs, candidate.organisation_id, proposal)


async def share(session: AsyncSession, record_id: UUID, proposal: Proposal) -> None:
    """Both sides read the record and what hangs on it."""
    for reader in {proposal.organisation_id, proposal.employer_id}:
        await session.execute(_SHARE, {"record": record_id, "reader": reader, "owner": proposal.organisation_id})


async def publish(
    session: AsyncSession, p: Proposal, candidate: Candidate, before: str | None, reason: str | None
) -> None:
    """Tell of a move."""
    event = ProposalChanged(
        proposal_id=p.id,
        candidate_id=p.candidate_id,
        vacancy_id=p.vacancy_id,
        partnership_id=p.partnership_id,
        corridor=p.corridor,
        track=p.track,
        status=p.status,
        previous=None if before == ProposalStatus.PROSPECT else before,
        reason=reason,
        on=now().date(),
        **statistical(candidate, now().date()),
    )
    await events.publish(session, (p.id, event))
