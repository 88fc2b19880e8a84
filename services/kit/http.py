"""Calls to a peer service: one pooled client, own token, request id, bounded retries and a breaker."""

import asyncio
import random
import time
from typing import Any

import httpx
from structlog.contextvars import get_contextvars

from services.kit.errors import Unavailable

_RETRIES = 2
_RETRIED_STATUS = {429, 502, 503, 504}
_OPEN_AFTER = 5  # failures in a row
_OPEN_SECONDS = 2.0
_REFRESH_BEFORE_SECONDS = 60


async def issuer_metadata(client: httpx.AsyncClient, issuer: str) -> dict[str, Any]:
    """The issuer's metadata document (RFC 8414, or OpenID's for Keycloak and others).

    Raises httpx.HTTPError when there is none, ValueError when it is no JSON object.
    """
    issuer = issuer.rstrip("/")
    answer = await client.get(f"{issuer}/.well-known/oauth-authorization-server")
    if not answer.is_success:
        answer = await client.get(f"{issuer}/.well-known/openid-configuration")
    return dict(answer.raise_for_status().json())


class Breaker:
    """Stops calling a peer that keeps failing, and tries one call after a pause."""

    def __init__(self) -> None:
        self._failures = 0
        self._opened_at = 0.0

    def check(self) -> None:
        """Raises Unavailable while the breaker is open."""
        if self._failures >= _OPEN_AFTER and time.monotonic() - self._opened_at < _OPEN_SECONDS:
            raise Unavailable("A peer service does not answer.", "peer_unavailable")

    def record(self, ok: bool) -> None:
        """Count an outcome."""
        self._failures = 0 if ok else self._failures + 1
        if not ok:
            self._opened_at = time.monotonic()


class Peer:
    """Another service, called as this one's own API client."""

    def __init__(
        self,
        base_url: str,
        issuer: str,
        client_id: str | None,
        client_secret: str | None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        timeout = httpx.Timeout(4.0, connect=1.0)
        self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout, transport=transport)
        self._issuer_http = httpx.AsyncClient(timeout=timeout, transport=transport)
        self._issuer = issuer
        self._credentials = (client_id or "", client_secret or "")
        self._token, self._expires = "", 0.0
        self._token_url: str | None = None
        self._lock = asyncio.Lock()
        self._breaker = Breaker()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()
        await self._issuer_http.aclose()

    async def get(
        self,
        path: str,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        patience: float | None = None,
    ) -> httpx.Response:
        """GET with retries; `patience` is seconds to wait for the answer.

        Raises Unavailable when the peer cannot be reached or keeps failing.
        """
        self._breaker.check()
        for attempt in range(_RETRIES + 1):
            if attempt:
                await asyncio.sleep(random.uniform(0.05, 0.2) * attempt)  # noqa: S311  (jitter, not a secret)
            try:
                answer = await self._send(path, params or {}, headers or {}, patience)
            except (httpx.HTTPError, ValueError, TypeError, KeyError):  # the last three: not what an issuer answers
                self._breaker.record(False)
                continue
            if answer.status_code == 401:
                self._expires = 0.0  # the issuer's keys or our client changed
                continue
            if answer.status_code not in _RETRIED_STATUS:
                self._breaker.record(True)
                return answer
            self._breaker.record(False)
        raise Unavailable("A peer service does not answer.", "peer_unavailable")

    async def _send(
        self, path: str, params: dict[str, Any], headers: dict[str, str], patience: float | None
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {await self._access_token()}", **headers}
        if request_id := get_contextvars().get("request_id"):
            sent["X-Request-Id"] = request_id
        return await self._http.get(
            path,
            params={k: str(v) for k, v in params.items() if v is not None},
            headers=sent,
            timeout=httpx.USE_CLIENT_DEFAULT if patience is None else patience,
        )

    async def _access_token(self) -> str:
        async with self._lock:
            if time.monotonic() > self._expires:
                if self._token_url is None:
                    self._token_url = (await issuer_metadata(self._issuer_http, self._issuer))["token_endpoint"]
                answer = await self._issuer_http.post(
                    self._token_url, data={"grant_type": "client_credentials"}, auth=self._credentials
                )
                answer.raise_for_status()
                granted = answer.json()
                self._token = granted["access_token"]
                self._expires = time.monotonic() + granted["expires_in"] - _REFRESH_BEFORE_SECONDS
            return self._token
