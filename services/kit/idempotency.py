"""Idempotency-Key on POST: a repeated request has one effect and one answer (IETF httpapi draft).

The record is written in the transaction of the effect, so there is no moment at which one exists without the
other. Keys are scoped to tenant, client and operation, and kept for seven days.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import now
from services.kit.errors import BadRequest, Conflict, Unprocessable

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
_KEY = re.compile(r"[!-~]{1,100}")

_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:scope, 0))")
_FIND = text("SELECT request_hash, status, headers, body FROM idempotency_keys WHERE scope = :scope")
_SAVE = text(
    "INSERT INTO idempotency_keys (scope, tenant, request_hash, status, headers, body, created_at)"
    " VALUES (:scope, :tenant, :request_hash, :status, CAST(:headers AS jsonb), :body, :created_at)"
)
_PURGE = text("DELETE FROM idempotency_keys WHERE created_at < :before")
_KEPT_HEADERS = ("etag", "location", "content-type", "link", "content-language", "cache-control")


class Replayed(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, response: Response) -> None:
        self.response = response


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends."""

    scope: str
    tenant: str
    request_hash: bytes

    async def save(self, session: AsyncSession, response: Response, replay: bytes | None) -> None:
        """Keep the answer for repeats, or `replay` in its place."""
        headers = {k: v for k, v in response.headers.items() if k in _KEPT_HEADERS}
        await session.execute(
            _SAVE,
            {
                "scope": self.scope,
                "tenant": self.tenant,
                "request_hash": self.request_hash,
                "status": response.status_code,
                "headers": json.dumps(headers),
                "body": bytes(response.body) if replay is None else replay,
                "created_at": now(),
            },
        )


def check(request: Request) -> None:
    """Raises BadRequest for a key that is none, also where nothing is stored under it."""
    if not _KEY.fullmatch(request.headers.get(HEADER, "-")):
        message = f"{HEADER} must be 1 to 100 printable ASCII characters without spaces."
        raise BadRequest(message, "invalid_idempotency_key")


async def claim(request: Request, session: AsyncSession, tenant: str, client_id: str) -> Claim | None:
    """Take the key of this request, if it has one. Raises Replayed, 422 for another body, 409 while in flight."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    operation = f"{request.method} {request.url.path}"
    scope = hashlib.sha256("\n".join((tenant, client_id, operation, key)).encode()).hexdigest()
    streamed: bytes | None = getattr(request.state, "body_digest", None)
    body = streamed or await request.body()
    request_hash = hashlib.sha256(str(request.url.query).encode() + b"\n" + body).digest()
    if not await session.scalar(_LOCK, {"scope": scope}):
        raise Conflict("The first request with this key is still being answered.", "in_flight", {"Retry-After": "1"})
    found = (await session.execute(_FIND, {"scope": scope})).one_or_none()
    if found is None:
        return Claim(scope, tenant, request_hash)
    if found.request_hash != request_hash:
        raise Unprocessable("This key was used with another body.", "idempotency_key_reused")
    raise Replayed(Response(found.body, found.status, {**found.headers, "Idempotent-Replayed": "true"}))


async def purge(session: AsyncSession) -> None:
    """Forget keys older than seven days."""
    await session.execute(_PURGE, {"before": now() - KEPT})
