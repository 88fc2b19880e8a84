"""Who is calling and what they may do: OAuth 2 access tokens (RFC 9068), verified against the issuer's keys."""

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

import httpx
from fastapi import Depends, Request, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.contracts.access import HOUSE_ROLES, SCOPES
from services.kit import tenancy
from services.kit.errors import Forbidden, TooManyRequests, Unauthorised, Unavailable
from services.kit.http import issuer_metadata

ALGORITHMS = ["ES256", "Ed25519", "EdDSA"]
MAX_TOKEN_BYTES = 4096
MAX_LIFETIME_SECONDS = 600
_LEEWAY_SECONDS = 30
_REFRESH_SECONDS = 10  # an unknown key id makes us ask the issuer again, but not more often than this


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated API client."""

    client_id: str
    organisation_id: UUID | None
    roles: frozenset[str]
    scopes: frozenset[str]

    @property
    def tenant(self) -> str:
        """What row-level security is told."""
        if self.roles & HOUSE_ROLES:
            return tenancy.HOUSE
        return str(self.organisation_id) if self.organisation_id else ""

    @property
    def actor(self) -> str:
        """How histories name it."""
        return f"{self.organisation_id or ''}/{self.client_id}"

    @property
    def acts_for(self) -> UUID:
        """The organisation that will own what this client writes."""
        if self.organisation_id is None:
            raise Forbidden("This client acts for no organisation.", "no_organisation")
        return self.organisation_id


class Keys(Protocol):
    """Where verification keys come from."""

    async def get(self, kid: str) -> KeySet: ...


class OwnKeys:
    """The issuer verifies with its own keys."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def get(self, kid: str) -> KeySet:
        """All keys; an unknown `kid` fails in verification."""
        return self._keys


class IssuerKeys:
    """Keys of an issuer, found through its metadata document."""

    def __init__(self, issuer: str, client: httpx.AsyncClient) -> None:
        self._issuer, self._client = issuer, client
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._lock = asyncio.Lock()

    async def get(self, kid: str) -> KeySet:
        """The key set, fetched again when it lacks `kid`."""
        async with self._lock:
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if not known and time.monotonic() - self._fetched > (_REFRESH_SECONDS if self._keys else 0):
                self._keys = await self._fetch()
                self._fetched = time.monotonic()
        assert self._keys is not None
        return self._keys

    async def _fetch(self) -> KeySet:
        try:
            metadata = await issuer_metadata(self._client, self._issuer)
            keys = await self._client.get(metadata["jwks_uri"])
            return KeySet.import_key_set(keys.raise_for_status().json())
        except (httpx.HTTPError, ValueError, TypeError, KeyError, JoseError) as error:
            raise Unavailable("The token issuer does not answer.", "issuer_unavailable") from error


class Verifier:
    """Turns a bearer token into a principal, or refuses it without saying more than needed."""

    def __init__(self, issuer: str, audience: str, keys: Keys) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def principal(self, token: str) -> Principal:
        """Raises Unauthorised for any token that is not one of ours, current and meant for us."""
        if len(token) > MAX_TOKEN_BYTES:
            raise Unauthorised("The token is too large.", "invalid_token")
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid, typ = header.get("kid"), str(header.get("typ", "")).lower()
            if not isinstance(kid, str) or typ not in ("at+jwt", "application/at+jwt"):
                raise Unauthorised("Not an access token.", "invalid_token")
            decoded = jwt.decode(token, await self._keys.get(kid), algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
            return self._principal_of(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthorised("The token is not valid.", "invalid_token") from None

    @staticmethod
    def _principal_of(claims: dict[str, Any]) -> Principal:
        if claims["exp"] - claims["iat"] > MAX_LIFETIME_SECONDS:
            raise ValueError("a token that lives too long")
        organisation = claims.get("organisation_id")
        return Principal(
            client_id=str(claims.get("client_id", claims["sub"])),
            organisation_id=UUID(organisation) if organisation else None,
            roles=frozenset(map(str, claims.get("roles", []))),
            scopes=frozenset(str(claims.get("scope", "")).split()) & SCOPES.keys(),
        )


# The token URL is filled in by `kit.app`, which knows the issuer.
oauth2 = OAuth2(
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/oauth/token", scopes=SCOPES)),
    scheme_name="oauth2",
    description="Client credentials at the registry (or the issuer it is replaced by); tokens live ten minutes."
    " They are JWTs of RFC 9068, verified as RFC8725 asks.",
    auto_error=False,
)


async def current_principal(request: Request) -> Principal:
    """The caller, verified once a request and counted against their rate."""
    known: Principal | None = getattr(request.state, "principal", None)
    if known is not None:
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("Send an access token: Authorization: Bearer …")
    principal: Principal = await request.app.state.verifier.principal(token.strip())
    request.state.principal = principal
    count(request, principal.client_id)
    return principal


def count(request: Request, client_id: str) -> None:
    """Count the request against the client's allowance. Raises TooManyRequests when it is used up."""
    rate = request.state.rate = request.app.state.limiter.hit(client_id)
    if not rate.allowed:
        raise TooManyRequests("Slow down.", headers={"Retry-After": str(rate.reset_seconds), **rate.headers()})


PrincipalDep = Annotated[Principal, Depends(current_principal)]


def requires(scope: str) -> Any:
    """Route dependency: the caller's token must carry `scope`."""
    if scope not in SCOPES:
        raise ValueError(f"unknown scope {scope}")

    async def check(
        principal: PrincipalDep, _documented: Annotated[str | None, Security(oauth2, scopes=[scope])]
    ) -> None:
        if scope not in principal.scopes:
            raise Forbidden(f"This needs the scope {scope}.", "insufficient_scope")

    check.scope = scope  # type: ignore[attr-defined]
    return Depends(check)
