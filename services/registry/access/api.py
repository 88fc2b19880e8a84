"""Tokens and API clients over HTTP."""

import base64
from typing import Annotated, Any, Literal
from urllib.parse import unquote_plus
from uuid import UUID

from fastapi import Form, Request, Response, Security
from fastapi.security.http import HTTPAuthorizationCredentials, HTTPBase

from services.contracts.access import SCOPES
from services.kit.auth import PrincipalDep, count, requires
from services.kit.concurrency import tagged
from services.kit.errors import Problem, Unauthorised
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import HouseSessionDep, SessionDep, api_router
from services.registry.access import service
from services.registry.access.schemas import (
    ClientIn,
    ClientOut,
    KeySetOut,
    MetadataOut,
    NewClientOut,
    TokenOut,
)
from services.registry.models.organisations import ApiClient

_basic = HTTPBase(
    scheme="basic", scheme_name="client_secret_basic", description="Client id and secret.", auto_error=False
)

tokens = api_router("", "access")
router = api_router("/v1/clients", "access")


def _credentials(given: HTTPAuthorizationCredentials | None) -> tuple[str, str]:
    """client_secret_basic (RFC 6749 §2.3.1): both parts are form-encoded before they are joined."""
    if given is None or given.scheme.lower() != "basic":
        raise _refused()
    try:
        client_id, colon, secret = base64.b64decode(given.credentials, validate=True).decode().partition(":")
    except ValueError:  # neither base64 nor UTF-8, or not even ASCII
        client_id, colon, secret = "", "", ""
    client_id, secret = unquote_plus(client_id), unquote_plus(secret)
    if not colon or "\x00" in client_id + secret:
        raise _refused()
    return client_id, secret


def _refused() -> Problem:
    problem = Unauthorised("Send your client id and secret with HTTP Basic.", "invalid_client")
    problem.headers["WWW-Authenticate"] = 'Basic realm="passerelle"'
    return problem


@tokens.post(
    "/oauth/token",
    operation_id="issue_token",
    summary="Get an access token",
    responses={401: {"description": "Unknown client or wrong secret."}},
)
async def issue_token(
    request: Request,
    response: Response,
    session: HouseSessionDep,
    grant_type: Annotated[Literal["client_credentials"], Form()],
    scope: Annotated[str | None, Form(max_length=2000, pattern=r"^[a-z:. -]*$")] = None,
    basic: Annotated[HTTPAuthorizationCredentials | None, Security(_basic)] = None,
) -> TokenOut:
    """OAuth 2 client credentials grant. `scope` narrows the token to what is needed."""
    client_id, secret = _credentials(basic)
    count(request, f"{client_id[:100]} at the door")  # so that guesses do not use up what the client may ask
    client = await service.authenticate(session, client_id, secret)
    if client is None:
        raise _refused()
    scopes = service.granted(client, scope)
    response.headers["Cache-Control"] = "no-store"
    issuer: service.Issuer = request.app.state.issuer
    return TokenOut(access_token=issuer.token(client, scopes), expires_in=600, scope=" ".join(sorted(scopes)))


@tokens.get("/.well-known/jwks.json", operation_id="read_keys", summary="Public keys of the issuer")
async def read_keys(request: Request) -> KeySetOut:
    """Keys that verify access tokens."""
    issuer: service.Issuer = request.app.state.issuer
    keys: Any = issuer.public_keys.as_dict(private=False)
    return KeySetOut(keys=keys["keys"])


@tokens.get(
    "/.well-known/oauth-authorization-server", operation_id="read_issuer_metadata", summary="Metadata of the issuer"
)
async def read_issuer_metadata(request: Request) -> MetadataOut:
    """RFC 8414 document."""
    url = request.app.state.issuer.url.rstrip("/")
    return MetadataOut(
        issuer=url,
        token_endpoint=f"{url}/oauth/token",
        jwks_uri=f"{url}/.well-known/jwks.json",
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["client_secret_basic"],
        scopes_supported=sorted(SCOPES),
        response_types_supported=[],
    )


@router.post(
    "",
    operation_id="create_client",
    summary="Create an API client",
    status_code=201,
    dependencies=[requires("clients:write")],
)
async def create_client(
    data: ClientIn, session: SessionDep, principal: PrincipalDep, request: Request, response: Response
) -> NewClientOut:
    """The answer holds the secret; it is not shown again, and a repeat with the same key is without it."""
    client, secret = await service.create(session, principal, data)
    response.headers["Cache-Control"] = "no-store"
    shown = ClientOut.model_validate(tagged(response, client)).model_dump()
    request.state.unit.replay = NewClientOut(**shown, client_secret=None).model_dump_json().encode()
    return NewClientOut(**shown, client_secret=secret)


@router.get(
    "",
    operation_id="list_clients",
    summary="List API clients",
    response_model=Page[ClientOut],
    dependencies=[requires("clients:read")],
)
async def list_clients(session: SessionDep, paging: PagingDep) -> Rows[ApiClient]:
    """Clients of one's organisation; operations see all."""
    return await paging.by_id(session, service.listed(), ApiClient.id)


@router.get(
    "/{client_record_id}",
    operation_id="get_client",
    summary="Get an API client",
    response_model=ClientOut,
    dependencies=[requires("clients:read")],
)
async def get_client(client_record_id: UUID, session: SessionDep, response: Response) -> ApiClient:
    """Without its secret."""
    return tagged(response, await service.get(session, client_record_id))


@router.post(
    "/{client_record_id}/revocation",
    operation_id="revoke_client",
    summary="Revoke an API client",
    response_model=ClientOut,
    dependencies=[requires("clients:write")],
)
async def revoke_client(client_record_id: UUID, session: SessionDep, response: Response) -> ApiClient:
    """No new tokens from now on; the ones given out end within ten minutes."""
    return tagged(response, await service.revoke(session, client_record_id))
