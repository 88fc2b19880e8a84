"""Agreements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import AgreementStatus, AgreementType
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Date
from services.registry.agreements import service
from services.registry.agreements.schemas import (
    AgreementIn,
    AgreementOut,
    AgreementPatch,
    AgreementSignatureIn,
    AgreementSignatureOut,
    TerminationIn,
    TerminationOut,
)
from services.registry.models.agreements import Agreement, AgreementSignature, AgreementTermination

router = api_router("/v1", "agreements")


@router.post(
    "/partnerships/{partnership_id}/agreements",
    operation_id="register_agreement",
    summary="Register an agreement",
    status_code=201,
    response_model=AgreementOut,
    dependencies=[requires("partnerships:write")],
)
async def register_agreement(
    partnership_id: UUID, data: AgreementIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Agreement:
    """Any party writes it down; add its texts as documents before. It is a DRAFT until the first signature."""
    return tagged(response, await service.register(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/agreements",
    operation_id="list_agreements",
    summary="List the agreements of a partnership",
    response_model=Page[AgreementOut],
    dependencies=[requires("partnerships:read")],
)
async def list_agreements(
    partnership_id: UUID,
    session: SessionDep,
    paging: PagingDep,
    type: Annotated[AgreementType | None, Query()] = None,
    status: Annotated[AgreementStatus | None, Query(description="As it stands today.")] = None,
    expires_before: Annotated[Date | None, Query(description="Its last day is before this one.")] = None,
    expires_after: Annotated[Date | None, Query(description="Its last day is after this one.")] = None,
) -> Rows[Agreement]:
    """In the order they were registered."""
    query = await service.listed(session, partnership_id, type, status, expires_before, expires_after)
    return await paging.by_id(session, query, Agreement.id)


@router.get(
    "/agreements/{agreement_id}",
    operation_id="get_agreement",
    summary="Get an agreement",
    response_model=AgreementOut,
    dependencies=[requires("partnerships:read")],
)
async def get_agreement(agreement_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Agreement:
    """With its signatures, and where it stands today."""
    return tagged(response, await service.get(session, agreement_id, as_of))


@router.patch(
    "/agreements/{agreement_id}",
    operation_id="change_agreement",
    summary="Change an agreement",
    response_model=AgreementOut,
    dependencies=[requires("partnerships:write")],
)
async def change_agreement(
    agreement_id: UUID,
    data: AgreementPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Agreement:
    """Who wrote it down changes it. Once a party has signed, its text stays: 409 says what to do."""
    return tagged(response, await service.change(session, principal, agreement_id, version, data))


@router.post(
    "/agreements/{agreement_id}/signatures",
    operation_id="sign_agreement",
    summary="Sign an agreement",
    status_code=201,
    response_model=AgreementSignatureOut,
    dependencies=[requires("partnerships:write")],
)
async def sign_agreement(
    agreement_id: UUID, data: AgreementSignatureIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> AgreementSignature:
    """A party that the agreement names signs for its own side, once."""
    return tagged(response, await service.sign(session, principal, agreement_id, data))


@router.post(
    "/agreements/{agreement_id}/terminations",
    operation_id="terminate_agreement",
    summary="Give notice of an agreement",
    status_code=201,
    response_model=TerminationOut,
    dependencies=[requires("partnerships:write")],
)
async def terminate_agreement(
    agreement_id: UUID, data: TerminationIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> AgreementTermination:
    """A party that has signed ends it, for all, on a day."""
    return tagged(response, await service.terminate(session, principal, agreement_id, data))


history_route(router, "/agreements/{agreement_id}", Agreement, "agreement", "partnerships:read")
