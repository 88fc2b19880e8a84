"""Parameters of a partnership's rules over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.models.membership import read
from services.registry.models.rule_parameters import RuleParameters
from services.registry.rule_parameters import service
from services.registry.rule_parameters.schemas import (
    RuleParametersIn,
    RuleParametersOut,
    RuleParametersPatch,
    RulesInForceOut,
)

router = api_router("/v1", "rule-parameters")


@router.get(
    "/partnerships/{partnership_id}/rules",
    operation_id="get_rules_in_force",
    summary="Get the numbers that a partnership's rules go by",
    response_model=RulesInForceOut,
    dependencies=[requires("partnerships:read")],
)
async def get_rules_in_force(partnership_id: UUID, session: SessionDep) -> RulesInForceOut:
    """Set or default, with the record and version they come from. Each shortage round names its own parameters."""
    return await service.in_force(session, partnership_id)


@router.post(
    "/partnerships/{partnership_id}/rule-parameters",
    operation_id="set_rule_parameters",
    summary="Set the parameters of a partnership's rules",
    status_code=201,
    response_model=RuleParametersOut,
    dependencies=[requires("partnerships:write")],
)
async def set_rule_parameters(
    partnership_id: UUID, data: RuleParametersIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> RuleParameters:
    """A lead sets them, once; they are frozen when the partnership is signed (409 parameters_in_use)."""
    return tagged(response, await service.set_up(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/rule-parameters",
    operation_id="list_rule_parameters",
    summary="List the parameters that were set for a partnership",
    response_model=Page[RuleParametersOut],
    dependencies=[requires("partnerships:read")],
)
async def list_rule_parameters(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[RuleParameters]:
    """None or one; without one the defaults hold, which `rules` shows."""
    return await paging.by_id(session, await service.listed(session, partnership_id), RuleParameters.id)


@router.get(
    "/rule-parameters/{rule_parameters_id}",
    operation_id="get_rule_parameters",
    summary="Get the parameters of rules",
    response_model=RuleParametersOut,
    dependencies=[requires("partnerships:read")],
)
async def get_rule_parameters(
    rule_parameters_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> RuleParameters:
    """As they are, or as they stood."""
    return tagged(response, await read(session, RuleParameters, rule_parameters_id, as_of))


@router.patch(
    "/rule-parameters/{rule_parameters_id}",
    operation_id="change_rule_parameters",
    summary="Change the parameters of rules",
    response_model=RuleParametersOut,
    dependencies=[requires("partnerships:write")],
)
async def change_rule_parameters(
    rule_parameters_id: UUID,
    data: RuleParametersPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> RuleParameters:
    """Only the lead that set them changes them, and only before the partnership is signed."""
    return tagged(response, await service.change(session, rule_parameters_id, version, data))


history_route(router, "/rule-parameters/{rule_parameters_id}", RuleParameters, "rule_parameters", "partnerships:read")
