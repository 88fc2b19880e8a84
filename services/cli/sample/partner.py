"""A partner's system as the services see it: one API client with its token, over REST and nothing else."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx

Json = dict[str, Any]

_RENEW_AFTER = 480.0  # seconds; tokens live for 600
_ATTEMPTS = 6
_LARGEST_BATCH = 900_000  # bytes; the services take 1 MB at a time
_MOST_ROWS = 5_000


class RefusedError(RuntimeError):
    """A service refused a request of the sample; says which and why."""

    def __init__(self, response: httpx.Response) -> None:
        request = response.request
        super().__init__(f"{request.method} {request.url.path} gave {response.status_code}: {response.text[:1000]}")
        self.status = response.status_code


class Partner:
    """Speaks for one organisation.

    Args:
        http: shared by all partners.
        urls: `registry`, `matching`, `reporting` and `token_url`.
        credentials: `client_id` and `client_secret`.
    """

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        self._http = http
        self._urls = urls
        self._auth = httpx.BasicAuth(credentials["client_id"], credentials["client_secret"])
        self._token: str | None = None
        self._token_since = 0.0

    async def get(self, service: str, path: str, **parameters: str) -> Json:
        """One resource or one page."""
        body: Json = (await self._send("GET", service, path, params=parameters)).json()
        return body

    async def items(self, service: str, path: str, **parameters: str) -> AsyncIterator[Json]:
        """All items of a list, page by page."""
        while True:
            page = await self.get(service, path, limit="100", **parameters)
            for item in page["items"]:
                yield item
            if not page.get("next"):
                return
            parameters["cursor"] = page["next"]

    async def post(self, service: str, path: str, body: Json | None, key: str = "") -> Json:
        """The answer to a POST; a repeat after a lost answer has the same Idempotency-Key, `key` where one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        answer: Json = (
            await self._send("POST", service, path, headers, **({} if body is None else {"json": body}))
        ).json()
        return answer

    async def feed_head(self, service: str) -> int:
        """Position of the newest event of a service."""
        answer = await self._send("GET", service, "/v1/events", params={"limit": "1"})
        return int(answer.headers["Feed-Head"])

    async def batch(self, service: str, path: str, bodies: Sequence[Json]) -> list[Json]:
        """Upsert rows; one result a row, in their order."""
        results: list[Json] = []
        for part in _parts(bodies):
            response = await self._send(
                "POST", service, path, content=part, headers={"Content-Type": "application/x-ndjson"}
            )
            results += response.json()["results"]
        return results

    async def _send(
        self, method: str, service: str, path: str, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """Send, and again when the service is not ready yet or asks for patience."""
        fixed = {**({"Idempotency-Key": str(uuid4())} if method == "POST" else {}), **(headers or {})}
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                authorised = {**fixed, "Authorization": f"Bearer {await self._valid_token()}"}
                response = await self._http.request(method, self._urls[service] + path, headers=authorised, **request)
            except httpx.TransportError:
                if last:
                    raise
            else:
                if response.is_success:
                    return response
                if last or response.status_code not in (429, 503):
                    raise RefusedError(response)
            await asyncio.sleep(min(0.2 * 2**attempt, 5.0))
        raise AssertionError("the last attempt returns or raises")

    async def _valid_token(self) -> str:
        if self._token is None or time.monotonic() - self._token_since > _RENEW_AFTER:
            response = await self._http.post(
                self._urls["token_url"], data={"grant_type": "client_credentials"}, auth=self._auth
            )
            if not response.is_success:
                raise RefusedError(response)
            self._token = str(response.json()["access_token"])
            self._token_since = time.monotonic()
        return self._token


def _parts(bodies: Sequence[Json]) -> Iterator[bytes]:
    """NDJSON in parts that a service takes."""
    lines: list[bytes] = []
    size = 0
    for body in bodies:
        line = json.dumps(body, ensure_ascii=False).encode() + b"\n"
        if lines and (size + len(line) > _LARGEST_BATCH or len(lines) == _MOST_ROWS):
            yield b"".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield b"".join(lines)
