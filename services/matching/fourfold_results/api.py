"""The fourfold win over HTTP."""

from uuid import UUID

from fastapi import Depends

from services.kit.auth import PrincipalDep, requires
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.fourfold_results import mobilities, partnerships, service
from services.matching.fourfold_results.schemas import (
    FourfoldOut,
    PartnershipFourfoldOut,
    ReplayedOut,
    StatementIn,
    StatementOut,
)
from services.matching.models.benefits import FourfoldStatement
from services.matching.web import no_store

router = api_router("/v1", "fourfold win")


@router.get(
    "/proposals/{proposal_id}/fourfold",
    operation_id="get_proposal_fourfold",
    summary="See whether all four parties may expect to gain",
    dependencies=[requires("proposals:read"), Depends(no_store)],
)
async def get_proposal_fourfold(proposal_id: UUID, session: SessionDep, principal: PrincipalDep) -> FourfoldOut:
    """From what is planned, agreed and published: before anybody accepts. An employer sees the inputs of its own party,
    and of the others the scores."""
    return await service.of_proposal(session, principal, proposal_id)


@router.get(
    "/placements/{placement_id}/fourfold",
    operation_id="get_placement_fourfold",
    summary="See whether all four parties gain from a placement",
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def get_placement_fourfold(placement_id: UUID, session: SessionDep, principal: PrincipalDep) -> FourfoldOut:
    """From what is on record today, beside what was expected and what each follow-up found. What the benefiting party
    alone says is shown and does not count."""
    return await service.of_placement(session, principal, placement_id)


@router.get(
    "/partnerships/{partnership_id}/fourfold",
    operation_id="get_partnership_fourfold",
    summary="See whether all four parties gain from a partnership",
    dependencies=[requires("indicators:read")],
)
async def get_partnership_fourfold(partnership_id: UUID, session: SessionDep) -> PartnershipFourfoldOut:
    """The ledgers of all participants together: those at home and away, dropouts, failed recruitments. Not the mean of
    placements. Nothing is shown of fewer placements than the partnership agreed to show."""
    return await partnerships.of_partnership(session, partnership_id)


@router.get(
    "/mobilities/{mobility_id}/fourfold",
    operation_id="get_mobility_fourfold",
    summary="See whether all four parties gain from an entrepreneur's mobility",
    dependencies=[requires("mobilities:read"), Depends(no_store)],
)
async def get_mobility_fourfold(mobility_id: UUID, session: SessionDep) -> FourfoldOut:
    """The firm as the candidate, the host as the employer, and the two countries; for the entrepreneur's
    organisation."""
    return await mobilities.of_mobility(session, mobility_id)


@router.get(
    "/fourfold-assessments/{assessment_id}/replay",
    operation_id="replay_fourfold_assessment",
    summary="Compute a kept assessment again",
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def replay_fourfold_assessment(assessment_id: UUID, session: SessionDep, principal: PrincipalDep) -> ReplayedOut:
    """From the inputs that were kept, and nothing else: the same scores, the same hash."""
    return await service.replay(session, principal, assessment_id)


@router.post(
    "/placements/{placement_id}/fourfold-statements",
    operation_id="state_fourfold_input",
    summary="State what no other record has",
    status_code=201,
    response_model=StatementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def state_fourfold_input(
    placement_id: UUID, data: StatementIn, session: SessionDep, principal: PrincipalDep
) -> FourfoldStatement:
    """Either side may; the last statement of a name counts."""
    return await service.state(session, principal, placement_id, data)


@router.get(
    "/placements/{placement_id}/fourfold-statements",
    operation_id="list_fourfold_statements",
    summary="List what was stated about a placement",
    response_model=Page[StatementOut],
    dependencies=[requires("placements:read"), Depends(no_store)],
)
async def list_fourfold_statements(
    placement_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[FourfoldStatement]:
    """In the order in which they were stated."""
    return await paging.by_id(session, await service.statements(session, placement_id), FourfoldStatement.id)


@router.post(
    "/fourfold-statements/{statement_id}/confirmation",
    operation_id="confirm_fourfold_statement",
    summary="Confirm what the other side stated",
    response_model=StatementOut,
    dependencies=[requires("placements:write"), Depends(no_store)],
)
async def confirm_fourfold_statement(
    statement_id: UUID, session: SessionDep, principal: PrincipalDep
) -> FourfoldStatement:
    """It is no longer one side's word alone."""
    return await service.confirm(session, principal, statement_id)
