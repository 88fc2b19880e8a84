"""Parameters of a partnership's fourfold win over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.route import SessionDep, api_router
from services.matching.fourfold_parameters import service
from services.matching.fourfold_parameters.schemas import FourfoldParametersOut, ParametersIn

router = api_router("/v1/partnerships/{partnership_id}/fourfold-parameters", "fourfold parameters")


@router.get(
    "",
    operation_id="get_fourfold_parameters",
    summary="Get the parameters of a partnership's fourfold win",
    response_model=FourfoldParametersOut,
    dependencies=[requires("fourfold-parameters:read")],
)
async def get_fourfold_parameters(
    partnership_id: UUID, session: SessionDep, response: Response
) -> FourfoldParametersOut:
    """Weights, reference gains and horizon in force, with their hash; whether they are frozen; what is proposed."""
    return tagged(response, await service.get(session, partnership_id))


@router.put(
    "",
    operation_id="propose_fourfold_parameters",
    summary="Propose parameters of a partnership's fourfold win",
    response_model=FourfoldParametersOut,
    dependencies=[requires("fourfold-parameters:write")],
)
async def propose_fourfold_parameters(
    partnership_id: UUID,
    data: ParametersIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> FourfoldParametersOut:
    """A lead, co-lead or signatory of either side; they hold once the other side confirms them. 409 as soon as a
    placement of the partnership has begun."""
    return tagged(response, await service.propose(session, principal, partnership_id, version, data))


@router.post(
    "/confirmations",
    operation_id="confirm_fourfold_parameters",
    summary="Confirm the proposed parameters",
    response_model=FourfoldParametersOut,
    dependencies=[requires("fourfold-parameters:write")],
)
async def confirm_fourfold_parameters(
    partnership_id: UUID,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> FourfoldParametersOut:
    """A lead, co-lead or signatory of the other side than the one that proposed them; If-Match names what it read."""
    return tagged(response, await service.confirm(session, principal, partnership_id, version))
