"""Partnerships over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country, PartnershipModel, PartnershipStatus, PolicyFrame
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, sent_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import ExternalId
from services.registry.models.partnerships import Partnership, PartnershipStatusChange
from services.registry.partnerships import moves, service
from services.registry.partnerships.appraisal import conformity_of
from services.registry.partnerships.conformity_schemas import ConformityOut
from services.registry.partnerships.recruiters import RecruiterOut, recruiters_of
from services.registry.partnerships.schemas import (
    PartnershipIn,
    PartnershipOut,
    PartnershipPatch,
    ReadinessOut,
    StatusChangeOut,
    TransitionIn,
)
from services.registry.partnerships.talent_pass import TalentPassOut, talent_pass

router = api_router("/v1/partnerships", "partnerships")


@router.post(
    "",
    operation_id="register_partnership",
    summary="Register a partnership",
    status_code=201,
    response_model=PartnershipOut,
    dependencies=[requires("partnerships:write")],
)
async def register_partnership(
    data: PartnershipIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Partnership:
    """It starts as IDEA, is owned by the caller's organisation, and is read by all its parties."""
    return tagged(response, await service.register(session, principal, data))


@router.get(
    "",
    operation_id="list_partnerships",
    summary="List partnerships",
    response_model=Page[PartnershipOut],
    dependencies=[requires("partnerships:read")],
)
async def list_partnerships(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[PartnershipStatus | None, Query()] = None,
    model: Annotated[PartnershipModel | None, Query()] = None,
    country: Annotated[Country | None, Query(description="At either end of a corridor.")] = None,
    programme_id: Annotated[UUID | None, Query(description="Part of this programme or of its components.")] = None,
    theme: Annotated[ExternalId | None, Query(description="One of its themes.")] = None,
    frame: Annotated[PolicyFrame | None, Query(description="One of the policy frames it answers to.")] = None,
) -> Rows[Partnership]:
    """Partnerships that the caller's organisation is a party to, in the order of registration."""
    query = service.listed(status, model, country, programme_id, theme, frame)
    return await paging.by_id(session, query, Partnership.id)


@router.get(
    "/{partnership_id}",
    operation_id="get_partnership",
    summary="Get a partnership",
    response_model=PartnershipOut,
    dependencies=[requires("partnerships:read")],
)
async def get_partnership(
    partnership_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Partnership:
    """The record with its parties, as it is or as it stood."""
    return tagged(response, await service.get(session, partnership_id, as_of))


@router.patch(
    "/{partnership_id}",
    operation_id="change_partnership",
    summary="Change a partnership",
    response_model=PartnershipOut,
    dependencies=[requires("partnerships:write")],
)
async def change_partnership(
    partnership_id: UUID,
    data: PartnershipPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Partnership:
    """The owner and the leads of either side change it, leads the parties of their own side.

    What its state rests on cannot be taken away (409 with the guards concerned).
    """
    return tagged(response, await service.change(session, principal, partnership_id, version, data))


@router.post(
    "/{partnership_id}/transitions",
    operation_id="move_partnership",
    summary="Move a partnership to another state",
    response_model=PartnershipOut,
    responses={412: {}},
    dependencies=[requires("partnerships:write")],
)
async def move_partnership(
    partnership_id: UUID,
    data: TransitionIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int | None, Depends(sent_if_match)],
) -> Partnership:
    """The owner and the leads of either side move it, any party suspends it.

    409 names every guard that fails, with the operation that remedies it. Of simultaneous moves one is made.
    """
    return tagged(response, await moves.move(session, principal, partnership_id, version, data))


@router.get(
    "/{partnership_id}/readiness",
    operation_id="get_partnership_readiness",
    summary="Ask whether a partnership is ready for a state",
    response_model=ReadinessOut,
    dependencies=[requires("partnerships:read")],
)
async def get_partnership_readiness(
    partnership_id: UUID,
    session: SessionDep,
    to: Annotated[
        PartnershipStatus | None, Query(description="The state in question; the next regular one unless given.")
    ] = None,
) -> ReadinessOut:
    """Every guard of the transition, passed or not, with its remedy; nothing is changed."""
    return await moves.readiness(session, partnership_id, to)


@router.get(
    "/{partnership_id}/conformity",
    operation_id="get_partnership_conformity",
    summary="Ask which kind of partnership the record describes",
    response_model=ConformityOut,
    dependencies=[requires("partnerships:read")],
)
async def get_partnership_conformity(partnership_id: UUID, session: SessionDep) -> ConformityOut:
    """Tests of CGD's GSP and of IOM's SMP, breadth, activity, resilience and funding, computed from the record."""
    return await conformity_of(session, await service.get(session, partnership_id))


@router.get(
    "/{partnership_id}/recruiters",
    operation_id="list_partnership_recruiters",
    summary="Ask whether a partnership's recruiters may be used",
    response_model=Page[RecruiterOut],
    dependencies=[requires("partnerships:read")],
)
async def list_partnership_recruiters(partnership_id: UUID, session: SessionDep) -> Rows[RecruiterOut]:
    """Licence, IRIS status and fees as the directory of service providers has them today; all of them on one page."""
    return Rows(await recruiters_of(session, await service.get(session, partnership_id)), None)


@router.get(
    "/{partnership_id}/talent-partnership-pass",
    operation_id="get_talent_partnership_pass",
    summary="Export the pass of a Talent Partnership",
    response_model=TalentPassOut,
    dependencies=[requires("partnerships:read")],
)
async def get_talent_partnership_pass(partnership_id: UUID, session: SessionDep) -> TalentPassOut:
    """Issuer, day of issue, skills of accredited training and last day, from the record; names no person.

    Without an agreement of type TALENT_PARTNERSHIP in force there is no pass: `missing` says what to do.
    """
    return await talent_pass(session, await service.get(session, partnership_id))


@router.get(
    "/{partnership_id}/transitions",
    operation_id="list_partnership_status_changes",
    summary="List the steps of a partnership's life",
    response_model=Page[StatusChangeOut],
    dependencies=[requires("partnerships:read")],
)
async def list_partnership_status_changes(
    partnership_id: UUID, session: SessionDep, paging: PagingDep
) -> Rows[PartnershipStatusChange]:
    """From registration on, with reasons and the organisations that took the steps."""
    query = moves.history(await service.get(session, partnership_id))
    return await paging.by_id(session, query, PartnershipStatusChange.id)


history_route(router, "/{partnership_id}", Partnership, "partnership", "partnerships:read")
