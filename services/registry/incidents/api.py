"""Incidents and the rule of suspension over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import IncidentKind
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.registry.incidents import service
from services.registry.incidents.schemas import (
    IncidentIn,
    IncidentOut,
    IncidentPatch,
    SuspensionRuleIn,
    SuspensionRuleOut,
    SuspensionRulePatch,
)
from services.registry.models.incidents import Incident, SuspensionRule
from services.registry.models.membership import read

router = api_router("/v1", "incidents")


@router.post(
    "/partnerships/{partnership_id}/incidents",
    operation_id="report_incident",
    summary="Report an incident",
    status_code=201,
    response_model=IncidentOut,
    dependencies=[requires("partnerships:write")],
)
async def report_incident(
    partnership_id: UUID, data: IncidentIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Incident:
    """Any party reports. When the suspension rule is met, readiness shows `suspension_proposed`; people decide."""
    return tagged(response, await service.report(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/incidents",
    operation_id="list_incidents",
    summary="List the incidents of a partnership",
    response_model=Page[IncidentOut],
    dependencies=[requires("partnerships:read")],
)
async def list_incidents(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[IncidentKind | None, Query()] = None,
    confirmed: Annotated[bool | None, Query(description="Only those that were verified, or were not.")] = None,
) -> Rows[Incident]:
    """In the order they were reported."""
    query = await service.listed(session, Incident, partnership_id, kind=kind, confirmed=confirmed)
    return await paging.by_id(session, query, Incident.id)


@router.get(
    "/incidents/{incident_id}",
    operation_id="get_incident",
    summary="Get an incident",
    response_model=IncidentOut,
    dependencies=[requires("partnerships:read")],
)
async def get_incident(incident_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Incident:
    """The incident as it is, or as it stood."""
    return tagged(response, await read(session, Incident, incident_id, as_of))


@router.patch(
    "/incidents/{incident_id}",
    operation_id="change_incident",
    summary="Change an incident",
    response_model=IncidentOut,
    dependencies=[requires("partnerships:write")],
)
async def change_incident(
    incident_id: UUID,
    data: IncidentPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Incident:
    """Only the party that reported it changes it, for example once it is confirmed."""
    return tagged(response, await service.change(session, incident_id, version, data))


history_route(router, "/incidents/{incident_id}", Incident, "incident", "partnerships:read")


@router.post(
    "/partnerships/{partnership_id}/suspension-rules",
    operation_id="set_suspension_rule",
    summary="Set a suspension rule",
    status_code=201,
    response_model=SuspensionRuleOut,
    dependencies=[requires("partnerships:write")],
)
async def set_suspension_rule(
    partnership_id: UUID, data: SuspensionRuleIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> SuspensionRule:
    """A lead sets it, once; it is frozen when the first incident is reported."""
    return tagged(response, await service.set_rule(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/suspension-rules",
    operation_id="list_suspension_rules",
    summary="List the suspension rules of a partnership",
    response_model=Page[SuspensionRuleOut],
    dependencies=[requires("partnerships:read")],
)
async def list_suspension_rules(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[SuspensionRule]:
    """None or one; without one, 3 trips of a guard or 1 confirmed indicator count."""
    return await paging.by_id(session, await service.listed(session, SuspensionRule, partnership_id), SuspensionRule.id)


@router.get(
    "/suspension-rules/{suspension_rule_id}",
    operation_id="get_suspension_rule",
    summary="Get a suspension rule",
    response_model=SuspensionRuleOut,
    dependencies=[requires("partnerships:read")],
)
async def get_suspension_rule(
    suspension_rule_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> SuspensionRule:
    """The suspension rule as it is, or as it stood."""
    return tagged(response, await read(session, SuspensionRule, suspension_rule_id, as_of))


@router.patch(
    "/suspension-rules/{suspension_rule_id}",
    operation_id="change_suspension_rule",
    summary="Change a suspension rule",
    response_model=SuspensionRuleOut,
    dependencies=[requires("partnerships:write")],
)
async def change_suspension_rule(
    suspension_rule_id: UUID,
    data: SuspensionRulePatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> SuspensionRule:
    """Only the lead that set it changes it, and only before the first incident."""
    return tagged(response, await service.change_rule(session, suspension_rule_id, version, data))


history_route(router, "/suspension-rules/{suspension_rule_id}", SuspensionRule, "suspension_rule", "partnerships:read")
