"""One request, one transaction: no success before the commit, one effect a key, one winner a version."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import Database
from services.kit.route import SessionDep, api_router
from tests.conftest import House

ENTRY = {"name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}


@pytest.fixture
async def deferred(house: House, database_urls: dict[str, str]) -> AsyncIterator[str]:
    """A table whose constraint is checked at COMMIT, so that only a commit can fail."""
    from sqlalchemy.ext.asyncio import create_async_engine

    from services.cli import migrate

    engine = create_async_engine(migrate.with_asyncpg(database_urls["DATABASE_URL_REGISTRY_OWNER"]))
    async with engine.begin() as connection:
        await connection.execute(
            sa.text("CREATE TABLE once (n int CONSTRAINT uq_once UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        )
    yield "INSERT INTO once VALUES (1)"
    async with engine.begin() as connection:
        await connection.execute(sa.text("DROP TABLE once"))
    await engine.dispose()


async def test_fastapis_own_dependency_says_201_before_a_commit_that_fails(house: House, deferred: str) -> None:
    """The hazard itself: three times 201, one row."""
    database = house.databases["registry"]
    app = FastAPI()

    async def naive_session() -> AsyncIterator[AsyncSession]:
        async with database.sessions() as session:
            yield session
            await session.commit()

    @app.post("/once", status_code=201)
    async def create(session: Annotated[AsyncSession, Depends(naive_session)]) -> None:
        await session.execute(sa.text(deferred))

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
        assert (await http.post("/once")).status_code == 201
        for _ in range(2):
            with pytest.raises(IntegrityError):  # raised after the answer had been sent
                await http.post("/once")
    statuses: list[int] = []

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/once", "headers": [], "query_string": b"", "app": app}
    with pytest.raises(IntegrityError):
        await app({**scope, "http_version": "1.1", "scheme": "http", "server": ("app", 80)}, receive, send)
    assert statuses == [201]


async def test_our_route_answers_201_only_after_the_commit(house: House, deferred: str) -> None:
    router = api_router("", "test")

    @router.post("/once", status_code=201)
    async def create(session: SessionDep) -> None:
        await session.execute(sa.text(deferred))

    app = house.apps["registry"]
    before = list(app.router.routes)
    app.include_router(router)
    try:
        async with await house.ops() as ops:
            statuses = [(await ops.post("/once")).status_code for _ in range(3)]
    finally:
        app.router.routes[:] = before
    assert statuses == [201, 409, 409]


async def test_a_repeat_gets_the_first_answer_and_has_no_effect(house: House) -> None:
    async with await house.ops() as ops:
        key = {"Idempotency-Key": "first"}
        created = await ops.post("/v1/organisations", json=ENTRY | {"code": "A"}, headers=key)
        repeated = await ops.post("/v1/organisations", json=ENTRY | {"code": "A"}, headers=key)
        other = await ops.post("/v1/organisations", json=ENTRY | {"code": "B"}, headers=key)
        count = len((await ops.get("/v1/organisations")).json()["items"])
    assert (repeated.status_code, repeated.json()) == (201, created.json())
    assert repeated.headers["Idempotent-Replayed"] == "true"
    assert repeated.headers["ETag"] == created.headers["ETag"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert count == 1


async def test_a_refused_request_leaves_its_key_free(house: House) -> None:
    async with await house.ops() as ops:
        key = {"Idempotency-Key": "second"}
        await ops.post("/v1/organisations", json=ENTRY | {"code": "A"})
        refused = await ops.post("/v1/organisations", json=ENTRY | {"code": "A"}, headers=key)
        accepted = await ops.post("/v1/organisations", json=ENTRY | {"code": "B"}, headers=key)
    assert (refused.status_code, accepted.status_code) == (409, 201)


@pytest.mark.parametrize("parallel", [25])
async def test_parallel_requests_with_one_key_have_one_effect(house: House, parallel: int) -> None:
    async with await house.ops() as ops:

        async def post() -> httpx.Response:
            while True:
                answer = await ops.post(
                    "/v1/organisations", json=ENTRY | {"code": "ONE"}, headers={"Idempotency-Key": "one"}
                )
                if answer.status_code not in (409, 503):
                    return answer
                assert "Retry-After" in answer.headers
                await asyncio.sleep(0.02)

        answers = await asyncio.gather(*(post() for _ in range(parallel)))
        feed = (await ops.get("/v1/events")).json()
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert len(feed) == 1


async def test_of_parallel_changes_to_one_version_one_wins(house: House) -> None:
    organisation = await house.organisation("CONTESTED")
    async with await house.ops() as ops:

        async def patch(number: int) -> int:
            while True:
                answer = await ops.patch(
                    f"/v1/organisations/{organisation}",
                    json={"website": f"https://example.org/{number}"},
                    headers={"If-Match": '"1"'},
                )
                if answer.status_code != 503:
                    return answer.status_code

        statuses = await asyncio.gather(*(patch(n) for n in range(25)))
        version = (await ops.get(f"/v1/organisations/{organisation}")).json()["version"]
    assert sorted(statuses) == [200] + [412] * 24
    assert version == 2


async def test_a_known_answer_is_not_sent_again(house: House) -> None:
    organisation = await house.organisation("READ")
    async with await house.ops() as ops:
        first = await ops.get(f"/v1/organisations/{organisation}")
        second = await ops.get(f"/v1/organisations/{organisation}", headers={"If-None-Match": first.headers["ETag"]})
        listed = await ops.get("/v1/organisations")
        again = await ops.get("/v1/organisations", headers={"If-None-Match": listed.headers["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert again.status_code == 304


async def test_disconnects_give_every_connection_back(house: House) -> None:
    """Three hundred requests cancelled on their way; then the pool must be whole and nothing idle in transaction."""
    database: Database = house.databases["registry"]
    async with await house.ops() as ops:

        async def cancelled(number: int) -> None:
            task = asyncio.create_task(ops.get("/v1/organisations"))
            await asyncio.sleep(0.0005 * (number % 12))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        for start in range(0, 300, 10):
            await asyncio.gather(*(cancelled(n) for n in range(start, start + 10)))
        for _ in range(100):
            if database.engine.pool.checkedout() == 0:  # type: ignore[attr-defined]
                break
            await asyncio.sleep(0.05)
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        async with database.transaction("") as session:
            idle = await session.scalar(
                sa.text(
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                    " AND usename = 'passerelle_registry' AND pid <> pg_backend_pid()"
                )
            )
        assert idle == 0
        assert (await ops.get("/v1/organisations")).status_code == 200
