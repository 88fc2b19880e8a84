"""Brain-drain safeguards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.contracts.vocabulary import Country
from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.history import AsOf, history_route
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.records import found
from services.kit.route import SessionDep, api_router
from services.registry.models.partnerships import Partnership
from services.registry.models.safeguards import Safeguard, SafeguardConsent
from services.registry.safeguards import service
from services.registry.safeguards.schemas import ConsentIn, ConsentOut, SafeguardIn, SafeguardOut, SafeguardPatch

router = api_router("/v1", "safeguards")
_READS = [requires("partnerships:read")]
_WRITES = [requires("partnerships:write")]


@router.post(
    "/partnerships/{partnership_id}/safeguards",
    operation_id="register_safeguard",
    summary="Register a safeguard",
    status_code=201,
    response_model=SafeguardOut,
    dependencies=_WRITES,
)
async def register_safeguard(
    partnership_id: UUID, data: SafeguardIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> Safeguard:
    """The origin's authority sets how far the partnership recruits in an occupation: the default that follows from
    status and list, or stricter. Where none is registered TRAIN_FIRST holds, never OPEN."""
    return tagged(response, await service.register(session, principal, partnership_id, data))


@router.get(
    "/partnerships/{partnership_id}/safeguards",
    operation_id="list_safeguards",
    summary="List the safeguards of a partnership",
    response_model=Page[SafeguardOut],
    dependencies=_READS,
)
async def list_safeguards(
    partnership_id: UUID, session: SessionDep, paging: PagingDep, origin: Annotated[Country | None, Query()] = None
) -> Rows[Safeguard]:
    """In the order in which they were registered."""
    await found(session, Partnership, partnership_id)
    return await paging.by_id(session, service.listed(partnership_id, origin), Safeguard.id)


@router.get(
    "/safeguards/{safeguard_id}",
    operation_id="get_safeguard",
    summary="Get a safeguard",
    response_model=SafeguardOut,
    dependencies=_READS,
)
async def get_safeguard(safeguard_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Safeguard:
    """Its mode, ratio and cap, and what the default follows from."""
    return tagged(response, await found(session, Safeguard, safeguard_id, as_of=as_of))


@router.patch(
    "/safeguards/{safeguard_id}",
    operation_id="change_safeguard",
    summary="Change a safeguard",
    response_model=SafeguardOut,
    dependencies=_WRITES,
)
async def change_safeguard(
    safeguard_id: UUID,
    data: SafeguardPatch,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Safeguard:
    """The origin makes it stricter alone; looser than the default it gets only with the destination's consent."""
    return tagged(response, await service.change(session, principal, safeguard_id, version, data))


@router.post(
    "/safeguards/{safeguard_id}/consents",
    operation_id="consent_to_safeguard",
    summary="Consent to a looser mode",
    status_code=201,
    response_model=ConsentOut,
    dependencies=_WRITES,
)
async def consent_to_safeguard(
    safeguard_id: UUID, data: ConsentIn, session: SessionDep, principal: PrincipalDep, response: Response
) -> SafeguardConsent:
    """The destination's key, under an agreement that compensates the origin. The origin then changes the mode."""
    return tagged(response, await service.consent(session, principal, safeguard_id, data))


@router.get(
    "/safeguards/{safeguard_id}/consents",
    operation_id="list_safeguard_consents",
    summary="List the consents to looser modes",
    response_model=Page[ConsentOut],
    dependencies=_READS,
)
async def list_safeguard_consents(safeguard_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[SafeguardConsent]:
    """With the agreements they stand on."""
    await found(session, Safeguard, safeguard_id)
    return await paging.by_id(session, service.consents_of(safeguard_id), SafeguardConsent.id)


history_route(router, "/safeguards/{safeguard_id}", Safeguard, "safeguard", "partnerships:read")
