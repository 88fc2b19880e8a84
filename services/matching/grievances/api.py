"""Grievances over HTTP: two operations for workers, who send a token, and the rest for those who handle them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response, Security
from fastapi.security import APIKeyHeader

from services.contracts.vocabulary import GrievanceStatus
from services.kit.auth import PrincipalDep, count, requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.errors import Unauthorised
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import HouseSessionDep, SessionDep, api_router
from services.matching.grievances import service
from services.matching.grievances.schemas import (
    GrievanceIn,
    GrievanceOut,
    GrievanceTokenOut,
    GrievanceTransitionIn,
    OwnGrievanceOut,
    OwnGrievancesOut,
)
from services.matching.models.care import Grievance, GrievanceToken
from services.matching.web import no_store

router = api_router("/v1", "grievances")
_scheme = APIKeyHeader(
    name="Grievance-Token",
    scheme_name="grievance_token",
    description="What a worker was given; it says that the person works in a placement, and not who it is.",
    auto_error=False,
)
_MAX_TOKEN = 200


async def _token(
    request: Request, session: HouseSessionDep, given: Annotated[str | None, Security(_scheme)] = None
) -> GrievanceToken:
    """The token, verified and counted against its own rate; guesses share one."""
    known = await service.of_token(session, given) if given and len(given) <= _MAX_TOKEN else None
    count(request, f"grievances of {known.id}" if known else "unknown grievance tokens")
    if known is None:
        problem = Unauthorised("Send the token that you were given as Grievance-Token.", "invalid_token")
        problem.headers["WWW-Authenticate"] = "Grievance-Token"
        raise problem
    return known


TokenDep = Annotated[GrievanceToken, Depends(_token)]


@router.post(
    "/grievances",
    operation_id="file_grievance",
    summary="Complain",
    status_code=201,
    dependencies=[Depends(no_store)],
)
async def file_grievance(data: GrievanceIn, session: HouseSessionDep, token: TokenDep) -> OwnGrievanceOut:
    """For a worker, with a token and without a name. It goes to an independent organisation, and never to the employer;
    it is acknowledged within two working days, and put right within thirty days or handed on."""
    return await service.file(session, token, data)


@router.get(
    "/own-grievances",
    operation_id="read_own_grievances",
    summary="Read what came of one's complaints",
    dependencies=[Depends(no_store)],
)
async def read_own_grievances(session: HouseSessionDep, token: TokenDep) -> OwnGrievancesOut:
    """For a worker, with the same token: states and answers, the latest first."""
    return await service.own(session, token)


@router.post(
    "/placements/{placement_id}/grievance-tokens",
    operation_id="issue_grievance_token",
    summary="Give a worker a token",
    status_code=201,
    dependencies=[requires("grievances:write"), Depends(no_store)],
)
async def issue_grievance_token(
    placement_id: UUID, session: SessionDep, principal: PrincipalDep, request: Request
) -> GrievanceTokenOut:
    """For the candidate's organisation, to hand over: the token is shown once, and not kept."""
    token, kept = await service.issue(session, principal, placement_id)
    shown = GrievanceTokenOut(token=None, expires_at=kept.expires_at, handlers=[UUID(each) for each in kept.handlers])
    request.state.unit.replay = shown.model_dump_json().encode()
    return shown.model_copy(update={"token": token})


@router.get(
    "/grievances",
    operation_id="list_grievances",
    summary="List grievances",
    response_model=Page[GrievanceOut],
    dependencies=[requires("grievances:read"), Depends(no_store)],
)
async def list_grievances(
    session: SessionDep,
    paging: PagingDep,
    status: Annotated[GrievanceStatus | None, Query()] = None,
    retaliation: Annotated[bool | None, Query(description="Whether the worker is being punished for it.")] = None,
) -> Rows[GrievanceOut]:
    """Those that one handles, in the order in which they were filed."""
    page: Rows[Grievance] = await paging.by_id(session, service.listed(status, retaliation), Grievance.id)
    return Rows(await service.seen(session, list(page.items)), page.next)


@router.get(
    "/grievances/{grievance_id}",
    operation_id="get_grievance",
    summary="Get a grievance",
    dependencies=[requires("grievances:read"), Depends(no_store)],
)
async def get_grievance(grievance_id: UUID, session: SessionDep, response: Response) -> GrievanceOut:
    """As those read it who handle it."""
    return tagged(response, await service.get(session, grievance_id))


@router.post(
    "/grievances/{grievance_id}/transitions",
    operation_id="move_grievance",
    summary="Take a grievance further",
    dependencies=[requires("grievances:write"), Depends(no_store)],
)
async def move_grievance(
    grievance_id: UUID,
    data: GrievanceTransitionIn,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> GrievanceOut:
    """Acknowledge it, answer the worker, close it with a reason and a next step."""
    return tagged(response, await service.move(session, principal, grievance_id, version, data))
