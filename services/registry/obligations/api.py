"""Obligations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.contracts.vocabulary import ObligationKind, ObligationStatus
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.registry.models.obligations import (
    Obligation,
    ObligationClosure,
    ObligationConfirmation,
    ObligationFulfilment,
)
from services.registry.obligations import service
from services.registry.obligations.schemas import (
    ClosureIn,
    ClosureOut,
    ConfirmationIn,
    ConfirmationOut,
    FulfilmentIn,
    FulfilmentOut,
    ObligationIn,
    ObligationOut,
    ObligationSummaryOut,
)

router = api_router("/v1", "obligations")


@router.post(
    "/partnerships/{partnership_id}/obligations",
    operation_id="promise_obligation",
    summary="Promise something",
    status_code=201,
    response_model=ObligationOut,
    dependencies=[requires("partnerships:write")],
)
async def promise_obligation(
    partnership_id: UUID, data: ObligationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Obligation:
    """A party promises for its own side. An EMPLOYER_COMMITMENT is a DEMAND_HOLDER's. Promises do not change: have a
    wrong one waived by another party and make a new one."""
    return tagged(response, await service.promise(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/obligations",
    operation_id="list_obligations",
    summary="List the obligations of a partnership",
    response_model=Page[ObligationOut],
    dependencies=[requires("partnerships:read")],
)
async def list_obligations(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    kind: Annotated[ObligationKind | None, Query()] = None,
    organisation: Annotated[UUID | None, Query(description="Promised by this party.")] = None,
    status: Annotated[ObligationStatus | None, Query(description="As it stands today.")] = None,
    due_before: Annotated[Date | None, Query(description="Falls due before this day.")] = None,
    due_after: Annotated[Date | None, Query(description="Falls due after this day.")] = None,
) -> Rows[Obligation]:
    """In the order they were promised."""
    query = await service.listed(session, partnership_id, kind, organisation, status, due_before, due_after)
    return await paging.by_id(session, query, Obligation.id)


@router.get(
    "/partnerships/{partnership_id}/obligation-summary",
    operation_id="summarise_obligations",
    summary="See which share of obligations was fulfilled on time",
    response_model=ObligationSummaryOut,
    dependencies=[requires("partnerships:read")],
)
async def summarise_obligations(partnership_id: UUID, session: SessionDep) -> ObligationSummaryOut:
    """Due dates until today, of all parties and of each; only what another party confirmed counts as met."""
    return await service.summary(session, partnership_id)


@router.get(
    "/obligations/{obligation_id}",
    operation_id="get_obligation",
    summary="Get an obligation",
    response_model=ObligationOut,
    dependencies=[requires("partnerships:read")],
)
async def get_obligation(
    obligation_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None
) -> Obligation:
    """With its fulfilments, and where it stands today."""
    return tagged(response, await service.get(session, obligation_id, as_of))


@router.post(
    "/obligations/{obligation_id}/fulfilments",
    operation_id="fulfil_obligation",
    summary="Show that an obligation was fulfilled",
    status_code=201,
    response_model=FulfilmentOut,
    dependencies=[requires("partnerships:write")],
)
async def fulfil_obligation(
    obligation_id: UUID, data: FulfilmentIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ObligationFulfilment:
    """The promiser gives evidence for a due date. It counts once another party has confirmed it."""
    return tagged(response, await service.fulfil(session, principal, obligation_id, data))


@router.post(
    "/obligations/{obligation_id}/confirmations",
    operation_id="confirm_fulfilment",
    summary="Confirm or refuse a fulfilment",
    status_code=201,
    response_model=ConfirmationOut,
    dependencies=[requires("partnerships:write")],
)
async def confirm_fulfilment(
    obligation_id: UUID, data: ConfirmationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ObligationConfirmation:
    """The party it was promised to does, or a monitor; never the promiser."""
    return tagged(response, await service.confirm(session, principal, obligation_id, data))


@router.post(
    "/obligations/{obligation_id}/closures",
    operation_id="close_obligation",
    summary="Waive an obligation or find it broken",
    status_code=201,
    response_model=ClosureOut,
    dependencies=[requires("partnerships:write")],
)
async def close_obligation(
    obligation_id: UUID, data: ClosureIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> ObligationClosure:
    """The party it was promised to does, or a monitor; never the promiser."""
    return tagged(response, await service.close(session, principal, obligation_id, data))


history_route(router, "/obligations/{obligation_id}", Obligation, "obligation", "partnerships:read")
