"""The upkeep of the pool over HTTP."""

from uuid import UUID

from fastapi import Depends

from services.kit.auth import PrincipalDep, requires
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.models.candidates import Candidate
from services.matching.pool import service
from services.matching.pool.schemas import DuplicatesOut, FreshnessOut, PoolOut
from services.matching.web import no_store

router = api_router("/v1", "pool")


@router.post(
    "/candidates/{candidate_id}/reconfirm",
    operation_id="reconfirm_candidate",
    summary="Record that a candidate still looks",
    response_model=FreshnessOut,
    dependencies=[requires("candidates:write"), Depends(no_store)],
)
async def reconfirm_candidate(candidate_id: UUID, session: SessionDep) -> FreshnessOut:
    """To be said by the person every 90 days. Who was dormant is matched again at once."""
    return await service.reconfirm(session, candidate_id)


@router.get(
    "/candidates/{candidate_id}/duplicates",
    operation_id="list_duplicates",
    summary="Ask whether a candidate may be registered twice",
    response_model=DuplicatesOut,
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_duplicates(candidate_id: UUID, session: SessionDep, principal: PrincipalDep) -> DuplicatesOut:
    """Like names, in Latin or Arabic script, and the same date of birth: flagged, never merged. Of other organisations
    only partners in an active partnership count. Every question stands in the access logs of all it was about, and
    there are 200 a day."""
    return await service.doubles(session, principal.acts_for, candidate_id)


@router.get(
    "/pool",
    operation_id="get_pool",
    summary="See how fresh the pool is",
    response_model=PoolOut,
    dependencies=[requires("candidates:read")],
)
async def get_pool(session: SessionDep) -> PoolOut:
    """The candidates of one's organisation in numbers."""
    return await service.numbers(session)


@router.get(
    "/pool/due",
    operation_id="list_due_candidates",
    summary="List candidates to be asked again",
    response_model=Page[FreshnessOut],
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_due_candidates(session: SessionDep, paging: PagingDep) -> Rows[FreshnessOut]:
    """Who has not said for 90 days that they still look, in the order of registration."""
    page: Rows[Candidate] = await paging.by_id(session, service.due(), Candidate.id)
    return Rows(await service.asked(session, list(page.items)), page.next)
