"""Guard-rail cases over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import GuardCaseStatus, GuardRail
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.cases import service
from services.matching.cases.schemas import CaseDisclosureIn, CaseIn, CaseOut, CaseTransitionIn
from services.matching.casework import shown, steps_of
from services.matching.models.care import GuardCase
from services.matching.models.cases import CaseStep
from services.matching.moves import StepOut
from services.matching.web import no_store

router = api_router("/v1", "cases")


@router.post(
    "/placements/{placement_id}/cases",
    operation_id="open_guard_case",
    summary="Say that a guard rail has tripped",
    status_code=201,
    response_model=CaseOut,
    dependencies=[requires("cases:write"), Depends(no_store)],
)
async def open_guard_case(
    placement_id: UUID, data: CaseIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> GuardCase:
    """Either side may; the placement goes no further until both say that it is put right or was not true."""
    return tagged(response, await service.open_case(session, principal, placement_id, data))


@router.get(
    "/cases",
    operation_id="list_guard_cases",
    summary="List guard-rail cases",
    response_model=Page[CaseOut],
    dependencies=[requires("cases:read"), Depends(no_store)],
)
async def list_guard_cases(
    session: SessionDep,
    paging: PagingDep,
    placement_id: Annotated[UUID | None, Query()] = None,
    code: Annotated[GuardRail | None, Query()] = None,
    status: Annotated[GuardCaseStatus | None, Query()] = None,
) -> Rows[GuardCase]:
    """Cases of placements one is a side of, in the order in which they were opened."""
    return await paging.by_id(session, service.listed(placement_id, code, status), GuardCase.id)


@router.get(
    "/cases/{case_id}",
    operation_id="get_guard_case",
    summary="Get a guard-rail case",
    response_model=CaseOut,
    dependencies=[requires("cases:read"), Depends(no_store)],
)
async def get_guard_case(case_id: UUID, session: SessionDep, response: Response) -> GuardCase:
    """The case with the keys that were turned."""
    return tagged(response, await service.get(session, case_id))


@router.post(
    "/cases/{case_id}/transitions",
    operation_id="move_guard_case",
    summary="Take a guard-rail case further",
    response_model=CaseOut,
    dependencies=[requires("cases:write"), Depends(no_store)],
)
async def move_guard_case(
    case_id: UUID,
    data: CaseTransitionIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> GuardCase:
    """REFUTED and LIFTED need both sides: the first to say so turns a key, and the second makes the move."""
    return tagged(response, await service.move(session, principal, case_id, version, data))


@router.post(
    "/cases/{case_id}/disclosure",
    operation_id="disclose_guard_case",
    summary="Let the employer read a case",
    response_model=CaseOut,
    dependencies=[requires("cases:write"), Depends(no_store)],
)
async def disclose_guard_case(
    case_id: UUID,
    data: CaseDisclosureIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> GuardCase:
    """Of a case about a payment that was kept from the employer: once the worker agrees, both sides see it and its
    entry in the ledger, and both turn a key."""
    return tagged(response, await service.disclose(session, principal, case_id, version, data))


@router.get(
    "/cases/{case_id}/transitions",
    operation_id="list_guard_case_transitions",
    summary="List the steps of a guard-rail case",
    response_model=Page[StepOut],
    dependencies=[requires("cases:read"), Depends(no_store)],
)
async def list_guard_case_transitions(
    case_id: UUID, session: SessionDep, paging: PagingDep, principal: PrincipalDep
) -> Rows[StepOut]:
    """Who took it from state to state, when and why, first to last; never changed."""
    await service.get(session, case_id)
    page: Rows[CaseStep] = await paging.by_id(session, steps_of(case_id), CaseStep.id)
    return Rows(shown(page.items, principal.organisation_id), page.next)
