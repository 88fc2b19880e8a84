"""Health, metrics and logs: what operations see."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from services.cli import migrate
from services.kit import db, tenancy
from services.kit.errors import Unavailable
from services.kit.http import Peer
from services.kit.telemetry import Telemetry
from tests.conftest import SERVICES, URLS, House


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_whose_parts_are_well_is_ready(house: House, service: str) -> None:
    async with house.anonymous(service) as http:
        live, ready = await http.get("/health/live"), await http.get("/health/ready")
    assert (live.status_code, ready.status_code) == (200, 200), ready.text
    assert {"database", "migrations"} <= ready.json()["checks"].keys()


async def test_a_database_behind_the_code_is_not_ready(house: House, database_urls: dict[str, str]) -> None:
    engine = create_async_engine(migrate.with_asyncpg(database_urls["DATABASE_URL_REGISTRY_OWNER"]))
    async with engine.begin() as connection:
        head = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = 'registry_0001'"))
    try:
        async with house.anonymous("registry") as http:
            ready = await http.get("/health/ready")
    finally:
        async with engine.begin() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        await engine.dispose()
    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, False)


async def test_metrics_count_by_route_and_not_by_path(house: House) -> None:
    organisation = await house.organisation("COUNTED")
    async with await house.ops() as ops:
        await ops.get(f"/v1/organisations/{organisation}")
        await ops.head(f"/v1/organisations/{organisation}")
        text = (await ops.get("/metrics")).text
    assert 'route="/v1/organisations/{organisation_id}",status="200"' in text
    assert 'method="HEAD",route="/v1/organisations/{organisation_id}",status="200"' in text
    assert organisation not in text


async def test_a_request_is_one_json_line_without_secrets(house: House) -> None:
    caught = io.BytesIO()
    (layer,) = _telemetry(house.apps["registry"])
    before = layer.log
    async with await house.ops() as ops:
        layer.log = structlog.wrap_logger(
            structlog.BytesLogger(caught), wrapper_class=structlog.make_filtering_bound_logger(logging.INFO)
        )
        try:
            headers = {"X-Request-Id": "partner-4711"}
            await ops.get("/v1/organisations", params={"code": "SECRET-CODE"}, headers=headers)
        finally:
            layer.log = before
        token = ops.headers["Authorization"].split()[1]
    line = json.loads(caught.getvalue())
    assert [line[k] for k in ("event", "method", "route", "status")] == ["request", "GET", "/v1/organisations", 200]
    assert [line[k] for k in ("request_id", "client", "service")] == ["partner-4711", "ops", "registry"]
    assert token not in caught.getvalue().decode()
    assert "SECRET-CODE" not in caught.getvalue().decode()


def _telemetry(app: FastAPI) -> list[Telemetry]:
    """The telemetry layer, found from outside in."""
    layer: Any = app.middleware_stack
    found = []
    while layer is not None:
        if isinstance(layer, Telemetry):
            found.append(layer)
        layer = getattr(layer, "app", None)
    return found


async def test_a_request_id_travels_to_the_peer(house: House) -> None:
    seen: list[str | None] = []
    forward = house.hosts.handle_async_request

    async def watched(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/events":
            seen.append(request.headers.get("X-Request-Id"))
        return await forward(request)

    house.hosts.handle_async_request = watched  # type: ignore[method-assign]
    peer = Peer(URLS["registry"], URLS["registry"], "matching", "s" * 40, house.hosts)
    structlog.contextvars.bind_contextvars(request_id="partner-0815")
    try:
        await peer.get("/v1/events")
    finally:
        structlog.contextvars.clear_contextvars()
        house.hosts.handle_async_request = forward  # type: ignore[method-assign]
        await peer.close()
    assert seen == ["partner-0815"]


async def test_a_peer_that_is_away_is_asked_no_more_for_a_while(house: House) -> None:
    calls = 0

    class Away(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal calls
            if request.url.host != "away.test":
                return await house.hosts.handle_async_request(request)
            calls += 1
            raise httpx.ConnectError("away", request=request)

    peer = Peer("http://away.test", URLS["registry"], "matching", "s" * 40, Away())
    for _ in range(5):
        with pytest.raises(Unavailable):
            await peer.get("/v1/events")
    await peer.close()
    assert calls == 6  # two rounds of three tries open the breaker; the other three calls cost nothing


async def test_old_idempotency_keys_are_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.kit import idempotency

    database = house.databases["registry"]
    entry = {"code": "A", "name": {"en": "Invented"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
    async with await house.ops() as ops:
        await ops.post("/v1/organisations", json=entry, headers={"Idempotency-Key": "old"})
    for days, left in ((6, 1), (8, 0)):
        monkeypatch.setattr(db, "_clock", lambda days=days: datetime.now(UTC) + timedelta(days=days))
        async with database.transaction(tenancy.HOUSE) as session:
            await idempotency.purge(session)
            assert await session.scalar(sa.text("SELECT count(*) FROM idempotency_keys")) == left
