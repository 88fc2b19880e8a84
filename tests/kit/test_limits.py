"""What a request may cost, and how it is told so."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.kit.errors import Problem
from services.kit.limits import Deadline, Limiter
from tests.conftest import URLS, House

HOSTILE = {
    "NUL": b'{"code": "A\\u0000B"}',
    "lone surrogate": b'{"code": "\\ud800"}',
    "2^63": b'{"code": 9223372036854775808}',
    "400 digits": b'{"code": ' + b"1" * 400 + b"}",
    "NaN": b'{"code": NaN}',
    "deep nesting": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "duplicate keys": b'{"code": "A", "code": "B"}',
    "60,000 keys": b"{" + b",".join(b'"k%d":1' % n for n in range(15_000)) + b"}",
    "wrong type": b'["code"]',
    "truncated UTF-8": b'{"code": "\xc3',
    "truncated JSON": b'{"code": "A"',
    "empty": b"",
}


# These are JSON as it should be; it is the schema that has no place for them.
SCHEMA_MATTERS = {"NUL", "60,000 keys", "wrong type", "empty"}


@pytest.mark.parametrize("case", HOSTILE)
async def test_hostile_bodies_get_a_problem_and_never_their_own_words_back(house: House, case: str) -> None:
    async with await house.ops() as ops:
        started = time.perf_counter()
        answer = await ops.post(
            "/v1/organisations", content=HOSTILE[case], headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == (422 if case in SCHEMA_MATTERS else 400), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "request_id"} <= answer.json().keys()
    assert time.perf_counter() - started < 1


async def test_a_problem_names_the_field_and_not_the_value(house: House) -> None:
    async with await house.ops() as ops:
        answer = await ops.post("/v1/organisations", json={"code": "in valid", "surprise": "secret-value"})
    pointers = {e["pointer"] for e in answer.json()["errors"]}
    assert {"/code", "/surprise", "/name", "/type"} <= pointers
    assert "secret-value" not in answer.text
    assert "in valid" not in answer.text


@pytest.mark.parametrize("declared", [True, False])
async def test_too_large_a_body_is_refused_before_it_is_read(house: House, declared: bool) -> None:
    async def hundred_megabytes() -> AsyncIterator[bytes]:
        for _ in range(1600):
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    if declared:
        headers["Content-Length"] = str(1600 * 65_536)
    async with await house.ops() as ops:
        answer = await ops.post("/v1/organisations", content=hundred_megabytes(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/xml"},
        {"Content-Type": ""},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_only_plain_json_is_taken(house: House, headers: dict[str, str]) -> None:
    async with await house.ops() as ops:
        answer = await ops.post("/v1/organisations", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_head_works_where_get_does_and_405_names_the_methods(house: House) -> None:
    async with await house.ops() as ops:
        got, head = await ops.get("/v1/organisations"), await ops.head("/v1/organisations")
        refused = await ops.delete("/v1/organisations")
        one = await ops.put("/v1/organisations/01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", json={})
        unknown = await ops.get("/v1/nothing")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert refused.headers["Allow"] == "GET, HEAD, POST"
    assert one.headers["Allow"] == "GET, HEAD, PATCH"
    assert (refused.json()["code"], unknown.json()["code"]) == ("method_not_allowed", "not_found")


async def test_the_request_id_is_kept_when_it_is_one_and_made_when_not(house: House) -> None:
    async with house.anonymous("registry") as http:
        kept = await http.get("/health/live", headers={"X-Request-Id": "partner-4711"})
        made = await http.get("/health/live", headers={"X-Request-Id": "a b\tc"})
    assert kept.headers["X-Request-Id"] == "partner-4711"
    assert made.headers["X-Request-Id"] not in ("", "a b\tc")


async def test_the_deadline_answers_even_when_the_work_cannot_be_stopped() -> None:
    finished = asyncio.Event()

    async def stubborn(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            await asyncio.sleep(0.3)  # a driver that waits for a frozen server
            finished.set()

    transport = httpx.ASGITransport(Deadline(stubborn, seconds=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
        started = time.perf_counter()
        answer = await http.get("/slow")
    assert time.perf_counter() - started < 0.25
    assert (answer.status_code, answer.json()["code"]) == (503, "deadline_exceeded")
    assert "Retry-After" in answer.headers
    await asyncio.wait_for(finished.wait(), 1)


@pytest.mark.parametrize(("asked", "status"), [("0", 503), ("nan", 503), ("-1", 503), ("31", 503), ("0.4", 200)])
async def test_a_long_poll_has_the_time_it_asks_for_and_no_more(asked: str, status: int) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.3)
        await Response()(scope, receive, send)

    transport = httpx.ASGITransport(Deadline(slow, seconds=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
        answer = await http.get("/v1/events", params={"timeout": asked})
    assert answer.status_code == status


async def test_pages_of_the_other_services_may_read_refusals_too(house: House) -> None:
    async with house.anonymous("registry") as http:
        answer = await http.post("/v1/organisations", content=b"x" * 300_000, headers={"Origin": URLS["matching"]})
    assert answer.status_code == 413
    assert answer.headers["Access-Control-Allow-Origin"] == URLS["matching"]


async def test_what_nobody_foresaw_carries_its_request_id(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(house.apps["registry"].state.verifier, "principal", broken)
    async with house.anonymous("registry") as http:
        sent = {"Authorization": "Bearer any", "X-Request-Id": "partner-4711"}
        answer = await http.get("/v1/organisations", headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == "partner-4711"
    assert "nobody foresaw" not in answer.text


async def test_work_that_a_driver_cancelled_by_itself_is_answered_too() -> None:
    async def cancelled(scope: Scope, receive: Receive, send: Send) -> None:
        raise asyncio.CancelledError

    transport = httpx.ASGITransport(Deadline(cancelled, seconds=1))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
        answer = await http.get("/gone")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(house: House) -> None:
    app = house.apps["registry"]
    generous = app.state.limiter
    ops = await house.ops()  # asking for a token counts as well
    app.state.limiter = Limiter(3)
    try:
        async with ops:
            answers = [await ops.get("/v1/organisations") for _ in range(4)]
    finally:
        app.state.limiter = generous
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "q=3" in answers[0].headers["RateLimit-Policy"]
    assert "r=0" in answers[2].headers["RateLimit"]


def test_every_problem_is_in_the_tree_with_a_status_of_its_own() -> None:
    statuses = [kind.status for kind in Problem.__subclasses__()]
    assert len(statuses) == len(set(statuses))
    assert all(400 <= status < 600 for status in statuses)
