"""Proposals over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import ProposalStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.models.proposals import Proposal
from services.matching.proposals import service
from services.matching.proposals.schemas import AnswerIn, ProposalIn, ProposalOut
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
    data: ProposalIn, engine: EngineDep, session: SessionDep, language: LanguageDep, response: Response
) -> ProposalOut:
    """Propose a candidate of yours for a vacancy; every gate must hold, else 409 names those that do not."""
    proposal = await service.propose(session, engine, data)
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
    """Accept or decline for one's own side, in either order; when both have accepted, a placement is prepared."""
    proposal = await service.answer(session, engine, principal.acts_for, proposal_id, data)
    return tagged(response, (await service.views(session, engine, [proposal], language))[0])
