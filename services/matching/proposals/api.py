"""Proposals over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ProposalStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.casework import shown, steps_of
from services.matching.models.cases import CaseStep
from services.matching.models.proposals import Proposal
from services.matching.moves import StepOut
from services.matching.proposals import service
from services.matching.proposals.schemas import AnswerIn, ProposalIn, ProposalOut, ProposalTransitionIn
from services.matching.web import EngineDep, no_store

router = api_router("/v1/proposals", "proposals")


@router.post(
    "",
    operation_id="propose_match",
    summary="Put a match forward",
    status_code=201,
    response_model=ProposalOut,
    dependencies=[requires("proposals:write"), requires("candidates:read"), Depends(no_store)],
)
async def propose(
    data: ProposalIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    language: LanguageDep,
    response: Response,
) -> ProposalOut:
    """Propose a candidate of yours for a vacancy; every gate must hold, else 409 names those that do not. A prospect
    stays within your organisation until a person there puts it forward."""
    proposal = await service.propose(session, engine, principal, data)
    return tagged(response, (await service.views(session, engine, [proposal], language))[0])


@router.get(
    "",
    operation_id="list_proposals",
    summary="List proposals",
    response_model=Page[ProposalOut],
    dependencies=[requires("proposals:read"), Depends(no_store)],
)
async def list_proposals(
    engine: EngineDep,
    session: SessionDep,
    paging: PagingDep,
    language: LanguageDep,
    status: Annotated[ProposalStatus | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    vacancy_id: Annotated[UUID | None, Query()] = None,
) -> Rows[ProposalOut]:
    """Proposals one is a side of, in the order in which they were made."""
    query = service.listed(status, candidate_id, vacancy_id)
    page: Rows[Proposal] = await paging.by_id(session, query, Proposal.id)
    return Rows(await service.views(session, engine, page.items, language), page.next)


@router.get(
    "/{proposal_id}",
    operation_id="get_proposal",
    summary="Get a proposal",
    response_model=ProposalOut,
    dependencies=[requires("proposals:read"), Depends(no_store)],
)
async def get_proposal(
    proposal_id: UUID, engine: EngineDep, session: SessionDep, language: LanguageDep, response: Response
) -> ProposalOut:
    """The proposal as its two sides see it."""
    proposal = await service.get(session, proposal_id)
    return tagged(response, (await service.views(session, engine, [proposal], language))[0])


@router.post(
    "/{proposal_id}/answers",
    operation_id="answer_proposal",
    summary="Answer a proposal",
    status_code=201,
    response_model=ProposalOut,
    dependencies=[requires("proposals:write"), Depends(no_store)],
)
async def answer_proposal(
    proposal_id: UUID,
    data: AnswerIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    language: LanguageDep,
    response: Response,
) -> ProposalOut:
    """Accept or decline for one's own side, in either order; when both have accepted, a placement is prepared. To
    decline needs a reason, a next step for the person, and who decided."""
    proposal = await service.answer(session, engine, principal, proposal_id, data)
    return tagged(response, (await service.views(session, engine, [proposal], language))[0])


@router.post(
    "/{proposal_id}/transitions",
    operation_id="move_proposal",
    summary="Put a prospect forward or take a proposal back",
    response_model=ProposalOut,
    dependencies=[requires("proposals:write"), Depends(no_store)],
)
async def move_proposal(
    proposal_id: UUID,
    data: ProposalTransitionIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    language: LanguageDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ProposalOut:
    """A person at the candidate's organisation confirms a prospect (PROPOSED) or takes it back (WITHDRAWN); 409 names
    all that is missing."""
    proposal = await service.move(session, engine, principal, proposal_id, version, data)
    return tagged(response, (await service.views(session, engine, [proposal], language))[0])


@router.get(
    "/{proposal_id}/transitions",
    operation_id="list_proposal_transitions",
    summary="List the steps of a proposal",
    response_model=Page[StepOut],
    dependencies=[requires("proposals:read"), Depends(no_store)],
)
async def list_proposal_transitions(
    proposal_id: UUID, session: SessionDep, paging: PagingDep, principal: PrincipalDep
) -> Rows[StepOut]:
    """Who took it from state to state, when and why, first to last; the employer sees none of a prospect's."""
    await service.get(session, proposal_id)
    page: Rows[CaseStep] = await paging.by_id(session, steps_of(proposal_id), CaseStep.id)
    return Rows(shown(page.items, principal.organisation_id), page.next)
