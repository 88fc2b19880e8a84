"""Result targets, achievements and results-based payments over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.result_indicators import RESULT_INDICATORS, IndicatorCode, ResultIndicator
from services.contracts.vocabulary import FourfoldParty, MilestoneStatus, PlannedTrack
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.registry.models.membership import read
from services.registry.models.results import Achievement, Milestone, MilestoneVerification, ResultTarget
from services.registry.results import service
from services.registry.results.schemas import (
    AchievementIn,
    AchievementOut,
    AttainmentOut,
    MilestoneIn,
    MilestoneOut,
    MilestonePatch,
    ResultIndicatorOut,
    ResultTargetIn,
    ResultTargetOut,
    ResultTargetPatch,
    VerificationIn,
    VerificationOut,
)

router = api_router("/v1", "results")


@router.get(
    "/result-indicators",
    operation_id="list_result_indicators",
    summary="List the results that may be promised",
    response_model=Page[ResultIndicatorOut],
    dependencies=[requires("organisations:read")],
)
async def list_result_indicators() -> Rows[ResultIndicator]:
    """All of them, with unit and which way is better. They are programme figures, no SDG indicators."""
    return Rows(list(RESULT_INDICATORS.values()), None)


@router.post(
    "/partnerships/{partnership_id}/result-targets",
    operation_id="set_result_target",
    summary="Set a result target",
    status_code=201,
    response_model=ResultTargetOut,
    dependencies=[requires("partnerships:write")],
)
async def set_result_target(
    partnership_id: UUID, data: ResultTargetIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ResultTarget:
    """Any party does: what is expected for one of the four parties, by when, and what it would show."""
    return tagged(response, await service.set_target(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/result-targets",
    operation_id="list_result_targets",
    summary="List the result targets of a partnership",
    response_model=Page[ResultTargetOut],
    dependencies=[requires("partnerships:read")],
)
async def list_result_targets(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    party: Annotated[FourfoldParty | None, Query(description="Only results for this party.")] = None,
    indicator_code: Annotated[IndicatorCode | None, Query()] = None,
    track: Annotated[PlannedTrack | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2000, le=2200, description="Calendar year that is counted.")] = None,
) -> Rows[ResultTarget]:
    """In the order they were set."""
    query = await service.listed(
        session, ResultTarget, partnership_id, party=party, indicator_code=indicator_code, track=track, year=year
    )
    return await paging.by_id(session, query, ResultTarget.id)


@router.get(
    "/partnerships/{partnership_id}/attainments",
    operation_id="list_attainments",
    summary="Compare results with targets and hypotheses",
    response_model=Page[AttainmentOut],
    dependencies=[requires("partnerships:read")],
)
async def list_attainments(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Any]:
    """Each target with its latest value, the attainment in percent, and what became of its hypothesis."""
    targets: Rows[ResultTarget] = await paging.by_id(
        session, await service.listed(session, ResultTarget, partnership_id), ResultTarget.id
    )
    return Rows(await service.attained(session, list(targets.items)), targets.next)


@router.get(
    "/result-targets/{result_target_id}",
    operation_id="get_result_target",
    summary="Get a result target",
    response_model=ResultTargetOut,
    dependencies=[requires("partnerships:read")],
)
async def get_result_target(
    result_target_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> ResultTarget:
    """The target as it is, or as it stood."""
    return tagged(response, await read(session, ResultTarget, result_target_id, as_of))


@router.patch(
    "/result-targets/{result_target_id}",
    operation_id="change_result_target",
    summary="Change a result target",
    response_model=ResultTargetOut,
    dependencies=[requires("partnerships:write")],
)
async def change_result_target(
    result_target_id: UUID,
    data: ResultTargetPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> ResultTarget:
    """By the party that set it, as long as nothing was achieved against it."""
    return tagged(response, await service.change_target(session, result_target_id, version, data))


@router.post(
    "/result-targets/{result_target_id}/achievements",
    operation_id="report_achievement",
    summary="Report what was achieved",
    status_code=201,
    response_model=AchievementOut,
    dependencies=[requires("partnerships:write")],
)
async def report_achievement(
    result_target_id: UUID, data: AchievementIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Achievement:
    """Any party does. The value of the latest day counts; of one day, the one reported last."""
    return tagged(response, await service.report(session, principal, result_target_id, data))


@router.get(
    "/result-targets/{result_target_id}/achievements",
    operation_id="list_achievements",
    summary="List what was achieved",
    response_model=Page[AchievementOut],
    dependencies=[requires("partnerships:read")],
)
async def list_achievements(result_target_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Achievement]:
    """In the order it was reported."""
    return await paging.by_id(session, await service.achievements(session, result_target_id), Achievement.id)


@router.post(
    "/partnerships/{partnership_id}/milestones",
    operation_id="plan_milestone",
    summary="Plan a results-based payment",
    status_code=201,
    response_model=MilestoneOut,
    dependencies=[requires("partnerships:write")],
)
async def plan_milestone(
    partnership_id: UUID, data: MilestoneIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Milestone:
    """Whoever posts it pays it. Payment follows a verification by a party other than the payee."""
    return tagged(response, await service.plan_payment(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/milestones",
    operation_id="list_milestones",
    summary="List results-based payments",
    response_model=Page[MilestoneOut],
    dependencies=[requires("partnerships:read")],
)
async def list_milestones(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[MilestoneStatus | None, Query()] = None,
    due_by: Annotated[Date | None, Query(description="Falls due on this day or before.")] = None,
) -> Rows[Milestone]:
    """In the order they were planned."""
    query = await service.listed(session, Milestone, partnership_id, status=status)
    return await paging.by_id(session, query.where(Milestone.due_on <= due_by) if due_by else query, Milestone.id)


@router.get(
    "/milestones/{milestone_id}",
    operation_id="get_milestone",
    summary="Get a results-based payment",
    response_model=MilestoneOut,
    dependencies=[requires("partnerships:read")],
)
async def get_milestone(milestone_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Milestone:
    """The milestone as it is, or as it stood."""
    return tagged(response, await read(session, Milestone, milestone_id, as_of))


@router.patch(
    "/milestones/{milestone_id}",
    operation_id="change_milestone",
    summary="Change a results-based payment",
    response_model=MilestoneOut,
    dependencies=[requires("partnerships:write")],
)
async def change_milestone(
    milestone_id: UUID,
    data: MilestonePatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Milestone:
    """By the payer, before it is released; what was verified before the change counts no more."""
    return tagged(response, await service.change_milestone(session, milestone_id, version, data))


@router.post(
    "/milestones/{milestone_id}/verifications",
    operation_id="verify_milestone",
    summary="Verify a milestone",
    status_code=201,
    response_model=VerificationOut,
    dependencies=[requires("partnerships:write")],
)
async def verify_milestone(
    milestone_id: UUID, data: VerificationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> MilestoneVerification:
    """Any party but the payee does. The last word counts."""
    return tagged(response, await service.verify(session, principal, milestone_id, data))


@router.get(
    "/milestones/{milestone_id}/verifications",
    operation_id="list_milestone_verifications",
    summary="List what was found about a milestone",
    response_model=Page[VerificationOut],
    dependencies=[requires("partnerships:read")],
)
async def list_milestone_verifications(
    milestone_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[MilestoneVerification]:
    """In the order it was found."""
    return await paging.by_id(session, await service.verifications(session, milestone_id), MilestoneVerification.id)


@router.post(
    "/milestones/{milestone_id}/release",
    operation_id="release_milestone",
    summary="Pay for a milestone",
    response_model=MilestoneOut,
    dependencies=[requires("partnerships:write")],
)
async def release_milestone(milestone_id: UUID, session: SessionDep, response: Response) -> Milestone:
    """By the payer, once, after another party than the payee has verified it; 409 says what is missing."""
    return tagged(response, await service.release(session, milestone_id))


history_route(router, "/result-targets/{result_target_id}", ResultTarget, "result_target", "partnerships:read")
history_route(router, "/milestones/{milestone_id}", Milestone, "milestone", "partnerships:read")
