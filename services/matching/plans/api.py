"""Plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.kit.auth import requires
from services.kit.languages import LanguageDep
from services.kit.route import SessionDep, api_router
from services.matching.plans import service
from services.matching.plans.schemas import PlansOut
from services.matching.web import EngineDep, no_store

router = api_router("/v1/candidates", "plans")


@router.get(
    "/{candidate_id}/plans",
    operation_id="plan_training",
    summary="Plan the training for a vacancy",
    response_model=PlansOut,
    dependencies=[requires("plans:read"), requires("candidates:read"), Depends(no_store)],
)
async def plan_training(
    candidate_id: UUID,
    engine: EngineDep,
    session: SessionDep,
    language: LanguageDep,
    vacancy: Annotated[UUID, Query(description="The vacancy to prepare for.")],
) -> PlansOut:
    """The cheapest and the shortest chain of sessions that closes the gap before the job begins."""
    return await service.plans(session, engine, candidate_id, vacancy, language)
