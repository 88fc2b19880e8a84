"""Plans over HTTP."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.kit.auth import requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.languages import LanguageDep
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Amount
from services.matching.models.plans import KeptPlan
from services.matching.plans import keeping, service
from services.matching.plans.schemas import KeepPlanIn, KeptPlanOut, KeptPlanWithAlternatives, PlansOut, ReplanIn
from services.matching.plans.service import Asked
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "plans")


async def _asked(
    request: Request,
    language: LanguageDep,
    worker_may_pay_eur: Annotated[
        Amount, Query(description="Euro that the worker may pay; what costs the worker more is left out.")
    ] = Decimal(0),
) -> Asked:
    return Asked(language, worker_may_pay_eur, request.app.state.settings.plan_standards)


async def _usual(request: Request, language: LanguageDep) -> Asked:
    return Asked(language, Decimal(0), request.app.state.settings.plan_standards)


AskedDep = Annotated[Asked, Depends(_asked)]
UsualDep = Annotated[Asked, Depends(_usual)]


@router.get(
    "/candidates/{candidate_id}/plans",
    operation_id="plan_training",
    summary="Plan the way to a vacancy",
    response_model=PlansOut,
    dependencies=[requires("plans:read"), requires("candidates:read"), Depends(no_store)],
)
async def plan_training(
    candidate_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    asked: AskedDep,
    vacancy: Annotated[UUID, Query(description="The vacancy to prepare for.")],
) -> PlansOut:
    """Training, language steps, recognition and permit that make the candidate ready before the job begins: plans none
    of which another beats, one at home where there is a job, or the least that would make a plan possible."""
    return await service.plans(session, engine, candidate_id, vacancy, asked)


@router.post(
    "/plans",
    operation_id="keep_plan",
    summary="Choose a plan",
    status_code=201,
    response_model=KeptPlanOut,
    dependencies=[requires("plans:write"), requires("candidates:read"), Depends(no_store)],
)
async def keep_plan(
    data: KeepPlanIn, engine: EngineDep, session: SessionDep, asked: UsualDep, response: Response
) -> KeptPlanOut:
    """Follow one of the plans that are offered now; one a candidate and vacancy. No seat is taken by it."""
    return tagged(response, await keeping.keep(session, engine, data, asked))


@router.get(
    "/plans",
    operation_id="list_plans",
    summary="List plans chosen",
    response_model=Page[KeptPlanOut],
    dependencies=[requires("plans:read"), requires("candidates:read"), Depends(no_store)],
)
async def list_plans(
    engine: EngineDep,
    session: SessionDep,
    paging: PagingDep,
    candidate_id: Annotated[UUID | None, Query()] = None,
) -> Rows[KeptPlanOut]:
    """Plans of one's candidates in the order in which they were chosen, each with whether it can still be followed."""
    page: Rows[KeptPlan] = await paging.by_id(session, keeping.listed(candidate_id), KeptPlan.id)
    return Rows(await keeping.views(session, engine, page.items), page.next)


@router.get(
    "/plans/{plan_id}",
    operation_id="get_plan",
    summary="Get a plan chosen",
    response_model=KeptPlanWithAlternatives,
    dependencies=[requires("plans:read"), requires("candidates:read"), Depends(no_store)],
)
async def get_plan(
    plan_id: UUID, engine: EngineDep, session: SessionDep, asked: UsualDep, response: Response
) -> KeptPlanWithAlternatives:
    """The plan as it was chosen, what has vanished since, and then what else could be done."""
    return tagged(response, await keeping.get(session, engine, plan_id, asked))


@router.put(
    "/plans/{plan_id}",
    operation_id="change_plan",
    summary="Choose another plan",
    response_model=KeptPlanOut,
    dependencies=[requires("plans:write"), requires("candidates:read"), Depends(no_store)],
)
async def replan(
    plan_id: UUID,
    data: ReplanIn,
    engine: EngineDep,
    session: SessionDep,
    asked: UsualDep,
    version: Annotated[int, Depends(required_if_match)],
    response: Response,
) -> KeptPlanOut:
    """Put one of the plans that are offered now in the place of the one chosen before."""
    return tagged(response, await keeping.replan(session, engine, plan_id, version, data, asked))


@router.delete(
    "/plans/{plan_id}",
    operation_id="drop_plan",
    summary="Give up a plan",
    status_code=204,
    dependencies=[requires("plans:write"), Depends(no_store)],
)
async def drop_plan(plan_id: UUID, session: SessionDep, version: Annotated[int, Depends(required_if_match)]) -> None:
    """Follow it no longer; enrolments stay as they are."""
    await keeping.drop(session, plan_id, version)
