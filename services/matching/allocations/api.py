"""Runs that place a cohort, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Response

from services.contracts.vocabulary import AllocationStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.allocations import committing, results, service
from services.matching.allocations.schemas import (
    AllocationIn,
    AllocationOut,
    AllocationResultOut,
    CommitIn,
    WhyNotOut,
)
from services.matching.models.allocations import AllocationRun
from services.matching.web import EngineDep, no_store

router = api_router("/v1/allocations", "allocations")


@router.post(
    "",
    operation_id="start_allocation",
    summary="Place a cohort, as a dry run",
    status_code=202,
    response_model=AllocationOut,
    dependencies=[requires("allocations:write"), Depends(no_store)],
)
async def start_allocation(
    data: AllocationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> AllocationOut:
    """Whom to place, where, under which limits. A worker computes it; nobody is offered anything by it. Look at
    Location until it is COMPUTED, then commit it or leave it."""
    run = await service.describe(session, principal.acts_for, data)
    response.headers["Location"] = f"/v1/allocations/{run.id}"
    return service.shown(run)


@router.get(
    "",
    operation_id="list_allocations",
    summary="List runs",
    response_model=Page[AllocationOut],
    dependencies=[requires("allocations:read"), Depends(no_store)],
)
async def list_allocations(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[AllocationStatus | None, Query()] = None,
    partnership_id: Annotated[UUID | None, Query()] = None,
) -> Rows[AllocationOut]:
    """Runs of one's own, in the order in which they were asked for."""
    page: Rows[AllocationRun] = await paging.by_id(session, service.listed(status, partnership_id), AllocationRun.id)
    return Rows([service.shown(run) for run in page.items], page.next)


@router.get(
    "/{allocation_id}",
    operation_id="get_allocation",
    summary="See how far a run is and what came out",
    response_model=AllocationOut,
    dependencies=[requires("allocations:read"), Depends(no_store)],
)
async def get_allocation(allocation_id: UUID, session: SessionDep) -> AllocationOut:
    """Stage, percent and an estimate while it is computed; objective, bound, limits, reserves and fairness after."""
    return service.shown(await service.get(session, allocation_id))


@router.post(
    "/{allocation_id}/cancel",
    operation_id="cancel_allocation",
    summary="Stop a run",
    response_model=AllocationOut,
    dependencies=[requires("allocations:write"), Depends(no_store)],
)
async def cancel_allocation(allocation_id: UUID, session: SessionDep) -> AllocationOut:
    """At once while it waits; within seconds while a worker has it. 409 once it is computed."""
    return service.shown(await service.cancel(session, allocation_id))


@router.get(
    "/{allocation_id}/results",
    operation_id="list_allocation_results",
    summary="List what everybody got, and why",
    response_model=Page[AllocationResultOut],
    dependencies=[requires("allocations:read"), requires("candidates:read"), Depends(no_store)],
)
async def list_allocation_results(
    allocation_id: UUID, session: SessionDep, paging: PagingDep, language: LanguageDep
) -> Rows[AllocationResultOut]:
    """In the order of the lottery. 404 until the run is computed."""
    run = await service.get(session, allocation_id)
    rows = await session.scalars(service.results_of(allocation_id, paging.after).limit(paging.limit + 1))
    found = list(rows)
    people = found[: paging.limit]
    shown = await results.page(session, run, people, language)
    return paging.page(shown, people[-1].place if people else None, len(found) > paging.limit)


@router.get(
    "/{allocation_id}/results/{member_id}",
    operation_id="explain_allocation_result",
    summary="Why this person was placed there, or nowhere",
    response_model=WhyNotOut,
    dependencies=[requires("allocations:read"), requires("candidates:read"), Depends(no_store)],
)
async def explain_allocation_result(
    allocation_id: UUID,
    member_id: Annotated[UUID, Path(description="A person of the cohort, by candidate id.")],
    engine: EngineDep,
    session: SessionDep,
    language: LanguageDep,
) -> WhyNotOut:
    """What was in the way, the smallest change that would have given a place, and courses with seats that make it."""
    run = await service.get(session, allocation_id)
    return await results.why(session, engine, run, member_id, language)


@router.post(
    "/{allocation_id}/commit",
    operation_id="commit_allocation",
    summary="Make what the dry run found",
    response_model=AllocationOut,
    dependencies=[
        requires("allocations:write"),
        requires("proposals:write"),
        requires("enrolments:write"),
        Depends(no_store),
    ],
)
async def commit_allocation(
    allocation_id: UUID, data: CommitIn, engine: EngineDep, session: SessionDep, principal: PrincipalDep
) -> AllocationOut:
    """A person's decision. Everything is looked at again: records, consents, gates, limits, safeguards. All of it is
    made in one go, or, with 409 and everything that has changed, nothing: proposals to employers, and applications
    SELECTED, WAITLISTED or NOT_SELECTED with a reason and a next step."""
    return service.shown(await committing.commit(session, engine, principal, allocation_id, data))
