"""The headers that come are the headers the documents name."""

from typing import Any

import httpx

from services.cli import openapi
from tests.conftest import House

DOCUMENT = openapi.document("registry")
ENTRY = {"name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
# Of HTTP itself, and of CORS, which comes only when a page of another origin asks.
OF_HTTP = {"content-type", "content-length", "vary", "cache-control", "allow"}


def documented(path: str, method: str, status: int) -> set[str]:
    answer: dict[str, Any] = DOCUMENT["paths"][path][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return {name.lower() for name in answer["headers"]} - {"access-control-allow-origin"}


def come(answer: httpx.Response) -> set[str]:
    return set(answer.headers.keys()) - OF_HTTP


async def test_a_post_and_its_repeat(house: House) -> None:
    named = documented("/v1/organisations", "post", 201)
    async with await house.ops() as ops:
        key = {"Idempotency-Key": "one"}
        first = await ops.post("/v1/organisations", json={"code": "A", **ENTRY}, headers=key)
        again = await ops.post("/v1/organisations", json={"code": "A", **ENTRY}, headers=key)
    assert come(first) == named - {"idempotent-replayed"}
    assert come(again) == named


async def test_a_page_with_another_after_it_and_a_record_already_known(house: House) -> None:
    async with await house.ops() as ops:
        for code in ("A", "B"):
            answer = await ops.post("/v1/organisations", json={"code": code, **ENTRY})
        page = await ops.get("/v1/organisations", params={"limit": 1})
        url = f"/v1/organisations/{answer.json()['id']}"
        known = await ops.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert come(page) == documented("/v1/organisations", "get", 200)
    assert known.status_code == 304
    assert come(known) == documented("/v1/organisations/{organisation_id}", "get", 304)


async def test_problems(house: House) -> None:
    async with house.anonymous("registry") as nobody, await house.ops() as ops:
        refused = await nobody.get("/v1/organisations")
        missing = await ops.get("/v1/organisations/01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10")
    # Nobody has no allowance yet.
    assert come(refused) == documented("/v1/organisations", "get", 401) - {"ratelimit", "ratelimit-policy"}
    assert come(missing) == documented("/v1/organisations/{organisation_id}", "get", 404)
