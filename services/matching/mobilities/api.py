"""Mobilities over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import MobilityStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.mobilities import service
from services.matching.mobilities.schemas import (
    FirmAgreementIn,
    FirmAgreementOut,
    FollowUpIn,
    FollowUpOut,
    MobilityIn,
    MobilityOut,
    MobilityTransitionIn,
)
from services.matching.models.cases import CaseStep
from services.matching.models.entrepreneurs import FirmAgreement, Mobility, MobilityFollowUp
from services.matching.next_steps import FirmStepOut
from services.matching.web import EngineDep, no_store

router = api_router("/v1/mobilities", "mobilities")
_READ = [requires("mobilities:read"), requires("candidates:read"), Depends(no_store)]
_WRITE = [requires("mobilities:write"), requires("candidates:read"), Depends(no_store)]


@router.post(
    "",
    operation_id="begin_mobility",
    summary="Begin a mobility",
    status_code=201,
    response_model=MobilityOut,
    dependencies=_WRITE,
)
async def begin_mobility(
    data: MobilityIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Mobility:
    """An entrepreneur among your candidates answers the call of a partnership: INTERESTED."""
    return tagged(response, await service.begin(session, principal, data))


@router.get(
    "",
    operation_id="list_mobilities",
    summary="List mobilities",
    response_model=Page[MobilityOut],
    dependencies=_READ,
)
async def list_mobilities(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[MobilityStatus | None, Query()] = None,
    candidate_id: Annotated[UUID | None, Query()] = None,
    partnership_id: Annotated[UUID | None, Query()] = None,
) -> Rows[Mobility]:
    """Mobilities of one's own candidates, in the order in which they began."""
    return await paging.by_id(session, service.listed(status, candidate_id, partnership_id), Mobility.id)


@router.get(
    "/{mobility_id}",
    operation_id="get_mobility",
    summary="Get a mobility",
    response_model=MobilityOut,
    dependencies=_READ,
)
async def get_mobility(mobility_id: UUID, session: SessionDep, response: Response) -> Mobility:
    """How far an entrepreneur is."""
    return tagged(response, await service.get(session, mobility_id))


@router.post(
    "/{mobility_id}/transitions",
    operation_id="move_mobility",
    summary="Take the next step",
    response_model=MobilityOut,
    dependencies=_WRITE,
)
async def move_mobility(
    mobility_id: UUID,
    data: MobilityTransitionIn,
    engine: EngineDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Mobility:
    """409 names everything that is missing at once. Whoever stops is given a reason and a next step; a firm that is
    not registered is referred to who helps with that."""
    return tagged(response, await service.move(session, principal, engine.rates, mobility_id, version, data))


@router.get(
    "/{mobility_id}/transitions",
    operation_id="list_mobility_steps",
    summary="List the steps of a mobility",
    response_model=Page[FirmStepOut],
    dependencies=_READ,
)
async def list_mobility_steps(mobility_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[CaseStep]:
    """What happened, when, why and by whom; never changed afterwards."""
    return await paging.by_id(session, await service.steps_of(session, mobility_id), CaseStep.id)


@router.post(
    "/{mobility_id}/agreements",
    operation_id="sign_firm_agreement",
    summary="Record an agreement between firms",
    status_code=201,
    response_model=FirmAgreementOut,
    dependencies=_WRITE,
)
async def sign_firm_agreement(
    mobility_id: UUID, data: FirmAgreementIn, engine: EngineDep, session: SessionDep, response: Response
) -> FirmAgreement:
    """It came of the mobility, and of one of its stays if named."""
    return tagged(response, await service.sign(session, engine.rates, mobility_id, data))


@router.get(
    "/{mobility_id}/agreements",
    operation_id="list_firm_agreements",
    summary="List agreements between firms",
    response_model=Page[FirmAgreementOut],
    dependencies=_READ,
)
async def list_firm_agreements(mobility_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[FirmAgreement]:
    """What came of the mobility, in the order of recording."""
    return await paging.by_id(session, await service.agreements_of(session, mobility_id), FirmAgreement.id)


@router.post(
    "/{mobility_id}/follow-ups",
    operation_id="follow_up_mobility",
    summary="Record a follow-up",
    status_code=201,
    response_model=FollowUpOut,
    dependencies=_WRITE,
)
async def follow_up_mobility(
    mobility_id: UUID, data: FollowUpIn, session: SessionDep, response: Response
) -> MobilityFollowUp:
    """What became of the firm 6 and 12 months after the return; each once, and not before it is due."""
    return tagged(response, await service.follow_up(session, mobility_id, data))


@router.get(
    "/{mobility_id}/follow-ups",
    operation_id="list_mobility_follow_ups",
    summary="List follow-ups",
    response_model=Page[FollowUpOut],
    dependencies=_READ,
)
async def list_mobility_follow_ups(mobility_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[MobilityFollowUp]:
    """What became of the firm."""
    return await paging.by_id(session, await service.follow_ups_of(session, mobility_id), MobilityFollowUp.id)
