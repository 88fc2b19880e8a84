"""API clients and the tokens they get."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.contracts.access import HOUSE_ROLES, scopes_of
from services.kit.auth import MAX_LIFETIME_SECONDS, Principal
from services.kit.db import now
from services.kit.errors import FieldError, Forbidden, Unprocessable
from services.kit.records import found
from services.registry.access.schemas import ClientIn
from services.registry.models.organisations import ApiClient, Organisation


@dataclass(frozen=True)
class Issuer:
    """Signs access tokens with ES256 (RFC 9068)."""

    url: str
    audience: str
    key: ECKey

    @classmethod
    def from_jwk(cls, url: str, audience: str, jwk: str) -> "Issuer":
        """`jwk` is a private P-256 key as JSON with a `kid`."""
        return cls(url, audience, ECKey.import_key(json.loads(jwk)))

    @property
    def public_keys(self) -> KeySet:
        """What verifiers need."""
        return KeySet([ECKey.import_key(self.key.as_dict(private=False))])

    def token(self, client: ApiClient, scopes: frozenset[str]) -> str:
        """A token of ten minutes."""
        issued = int(now().timestamp())
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "sub": client.client_id,
            "client_id": client.client_id,
            "iat": issued,
            "exp": issued + MAX_LIFETIME_SECONDS,
            "jti": str(uuid7()),
            "scope": " ".join(sorted(scopes)),
            "roles": client.roles,
        }
        if client.organisation_id:
            claims["organisation_id"] = str(client.organisation_id)
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"}, claims, self.key)


def _hash(secret: str) -> bytes:
    # Secrets are 256 random bits of our own making, so a plain hash is as good as a slow one, and tokens are frequent.
    return hashlib.sha256(secret.encode()).digest()


async def authenticate(session: AsyncSession, client_id: str, secret: str) -> ApiClient | None:
    """The client, if the secret is right and it is not revoked."""
    client = (await session.scalars(select(ApiClient).where(ApiClient.client_id == client_id))).one_or_none()
    right = hmac.compare_digest(client.secret_hash if client else bytes(32), _hash(secret))
    return client if client and right and client.revoked_at is None else None


def granted(client: ApiClient, asked: str | None) -> frozenset[str]:
    """Scopes of the client's roles, narrowed to those asked for."""
    allowed = scopes_of(client.roles)
    return allowed & frozenset(asked.split()) if asked else allowed


async def create(session: AsyncSession, principal: Principal, data: ClientIn) -> tuple[ApiClient, str]:
    """A new client and its secret. Only operations create clients for others, or with the ops role."""
    by_ops = bool(principal.roles & HOUSE_ROLES)
    organisation_id = data.organisation_id or principal.organisation_id
    if not by_ops and (organisation_id != principal.organisation_id or "ops" in data.roles):
        raise Forbidden("Only operations may create this client.", "not_your_organisation")
    if "ops" in data.roles and data.organisation_id is not None:
        raise Unprocessable.fields([FieldError("/roles", "ops_acts_for_the_house", "ops has no organisation.")])
    if organisation_id is None and "ops" not in data.roles:
        raise Unprocessable.fields([FieldError("/organisation_id", "missing", "This role acts for an organisation.")])
    if organisation_id and await session.get(Organisation, organisation_id) is None:
        raise Unprocessable.fields(
            [FieldError("/organisation_id", "unknown_organisation", "No organisation has this id.")]
        )
    secret = secrets.token_urlsafe(32)
    client = ApiClient(
        organisation_id=organisation_id,
        client_id=f"client-{secrets.token_hex(8)}",
        secret_hash=_hash(secret),
        name=data.name,
        roles=list(data.roles),
    )
    session.add(client)
    await session.flush()
    return client, secret


async def ensure_client(session: AsyncSession, client_id: str, secret: str, roles: list[str], name: str) -> None:
    """A client of the house with a given secret; repeating it sets the secret anew."""
    client = (await session.scalars(select(ApiClient).where(ApiClient.client_id == client_id))).one_or_none()
    if client is None:
        client = ApiClient(client_id=client_id, organisation_id=None)
        session.add(client)
    client.secret_hash, client.roles, client.name, client.revoked_at = _hash(secret), roles, name, None
    await session.flush()


def listed() -> Select[tuple[ApiClient]]:
    """Clients that row-level security lets the caller see."""
    return select(ApiClient)


async def get(session: AsyncSession, record_id: UUID) -> ApiClient:
    """Raises NotFound."""
    return await found(session, ApiClient, record_id)


async def revoke(session: AsyncSession, record_id: UUID) -> ApiClient:
    """No new tokens; those given out end within ten minutes."""
    client = await get(session, record_id)
    if client.revoked_at is None:
        client.revoked_at = now()
        client.touch()
        await session.flush()
    return client
