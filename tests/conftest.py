"""What tests share: a throwaway PostgreSQL, three migrated databases, and the three services without sockets."""

import asyncio
import importlib
import importlib.util
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import settings as draws
from sqlalchemy.ext.asyncio import create_async_engine

from services.cli import databases, keys, migrate
from services.cli.postgres import Postgres
from services.kit import tenancy
from services.kit.db import Database

SERVICES = [s for s in databases.SERVICES if importlib.util.find_spec(f"services.{s}.app")]
URLS = {"registry": "http://registry.test", "matching": "http://matching.test", "reporting": "http://reporting.test"}


# A build must be red for its change, not for the draw of the day or a slow machine; at a desk the draws go on.
draws.register_profile("ci", derandomize=True, deadline=None)
draws.register_profile("desk", deadline=None)
draws.load_profile("ci" if os.environ.get("CI") else "desk")


# Of several processes (pytest-xdist), one runs what starts services of its own, file by file, so that no two of these
# take each other's time; the others take the rest, a file at a time. The longest come first.
_ALONE = "system"
_LONG = ("test_schemathesis.py", "test_access_matrix.py", "test_hostile_bodies.py", "test_hostile_changes.py")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        system = "system" in item.path.parts
        if system:
            item.add_marker(pytest.mark.system)
        alone = system and item.path.name not in _LONG
        item.add_marker(pytest.mark.xdist_group(_ALONE if alone else str(item.path)))
    items.sort(key=lambda item: (item.get_closest_marker("xdist_group").args[0] != _ALONE, _rank(item.path.name)))


def _rank(name: str) -> int:
    return _LONG.index(name) if name in _LONG else len(_LONG)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of its own for this run; nothing on it outlives the run."""
    server = Postgres(tmp_path_factory.mktemp("postgres") / "data", durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def database_urls(postgres: Postgres) -> dict[str, str]:
    """DATABASE_URL_REGISTRY, DATABASE_URL_REGISTRY_OWNER and their sisters, created and migrated, and `superuser`."""
    passwords = databases.new_passwords()
    databases.create(postgres.url(), passwords)
    urls = databases.variables(postgres.url(), passwords)
    with pytest.MonkeyPatch.context() as patch:  # only here: a service started by a test must not inherit them
        for name, url in urls.items():
            patch.setenv(name, url)
        for service in SERVICES:
            migrate.upgrade(service)
    return urls | {"superuser": postgres.url()}


@pytest.fixture(scope="session")
def signing_key() -> dict[str, Any]:
    key: dict[str, Any] = keys.new()["signing_key"]
    return key


# Row by row where there are few, whatever guards them: TRUNCATE makes new files for each of a hundred tables.
_EMPTY = """
DO $$
DECLARE
    name text;
    rows integer;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'feed_state') LOOP
        EXECUTE 'SELECT count(*) FROM (SELECT 1 FROM ' || name || ' LIMIT 1000) AS first' INTO rows;
        IF rows = 1000 THEN
            EXECUTE 'TRUNCATE ' || name || ' CASCADE';
        ELSIF rows > 0 THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
    UPDATE feed_state SET last_position = 0, epoch = gen_random_uuid();
END $$
"""


async def empty(superuser_url: str, database: str) -> None:
    """Remove all rows, quickly, and start a feed afresh."""
    url = sa.make_url(migrate.with_asyncpg(superuser_url)).set(database=database)
    engine = create_async_engine(url, poolclass=sa.NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text(_EMPTY))
    await engine.dispose()


class Hosts(httpx.AsyncBaseTransport):
    """Sends a request to the application that stands for its host, without sockets."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx.ASGITransport] = {}

    def add(self, url: str, app: FastAPI) -> None:
        self.apps[httpx.URL(url).host] = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host not in self.apps:
            raise httpx.ConnectError("no such host", request=request)
        return await self.apps[request.url.host].handle_async_request(request)


@dataclass
class House:
    """The three services, their databases, and clients to call them with."""

    apps: dict[str, FastAPI]
    databases: dict[str, Database]
    hosts: Hosts
    ops_secret: str
    _tokens: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, dict[str, Any]] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def anonymous(self, service: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=URLS[service], transport=self.hosts, timeout=30)

    async def token(self, client_id: str, secret: str) -> str:
        async with self.anonymous("registry") as http:
            answer = await http.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret)
            )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def ops(self, service: str = "registry") -> httpx.AsyncClient:
        """A client with the ops role."""
        if "ops" not in self._tokens:
            self._tokens["ops"] = await self.token("ops", self.ops_secret)
        return self._client(service, self._tokens["ops"])

    async def act(self, code: str, *roles: str, service: str = "registry", **more: Any) -> httpx.AsyncClient:
        """A client of organisation `code`, which is registered on first use. `more` goes into its entry."""
        who = f"{code}/{','.join(sorted(roles))}"
        if who not in self._tokens:
            organisation_id = await self.organisation(code, **more)
            async with await self.ops() as ops:
                answer = await ops.post(
                    "/v1/clients", json={"organisation_id": organisation_id, "name": who, "roles": list(roles)}
                )
                assert answer.status_code == 201, answer.text
                created = answer.json()
            self._tokens[who] = await self.token(created["client_id"], created["client_secret"])
        return self._client(service, self._tokens[who])

    async def organisation(self, code: str, **more: Any) -> str:
        """The id of organisation `code`, registered on first use."""
        async with await self.ops() as ops:
            found = (await ops.get("/v1/organisations", params={"code": code})).json()["items"]
            if found:
                return str(found[0]["id"])
            entry = {
                "code": code,
                "name": {"en": f"Invented {code}"},
                "type": "EMPLOYER",
                "sector": "PRIVATE",
                "country": "BEL",
                "verification": {"source": "Invented register", "reference": code, "checked_on": "2026-01-05"},
            }
            answer = await ops.post("/v1/organisations", json=entry | more)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

    def _client(self, service: str, token: str) -> httpx.AsyncClient:
        http = self.anonymous(service)
        http.headers["Authorization"] = f"Bearer {token}"
        return http

    async def follow(self) -> None:
        """Let every service take in what the others published, until nothing is left."""
        for _ in range(50):
            moved = 0
            for app in self.apps.values():
                for follower in app.state.followers:
                    moved += await follower.step()
            if not moved:
                return
        raise AssertionError("the feeds do not come to rest")


def settings_for(service: str, url: str, signing_key: dict[str, Any], client_secret: str) -> dict[str, Any]:
    """Constructor arguments of a service's settings class."""
    import json

    given: dict[str, Any] = {
        "service_name": service,
        "database_url": url,
        "auth_issuer": URLS["registry"],
        "cursor_secret": "c" * 40,
        "client_id": service,
        "client_secret": client_secret,
        "log_level": "WARNING",
        "database_pool_size": 5,
        "requests_per_minute": 1_000_000,
    } | {f"{name}_url": address for name, address in URLS.items()}
    if service == "registry":
        given["signing_key"] = json.dumps(signing_key)
    if service == "matching":
        given["likeness_secret"] = "l" * 40
    return given


@pytest.fixture(scope="session")
async def _built(database_urls: dict[str, str], signing_key: dict[str, Any]) -> AsyncIterator[House]:
    hosts = Hosts()
    house = House({}, {}, hosts, secrets.token_urlsafe(16))
    for service in SERVICES:
        settings_module = importlib.import_module(f"services.{service}.settings")
        settings_class = getattr(settings_module, f"{service.title()}Settings")
        url = database_urls[f"DATABASE_URL_{service.upper()}"]
        settings = settings_class(**settings_for(service, url, signing_key, "s" * 40))
        database = Database(url, 5)
        module = importlib.import_module(f"services.{service}.app")
        app = module.create_app(settings, database=database, transport=hosts)
        hosts.add(URLS[service], app)
        house.apps[service], house.databases[service] = app, database
        async with house.anonymous(service) as http:
            await http.get("/health/live")  # builds the routes, which no test of speed is to pay for
    if "matching" in SERVICES:
        for loops in ("index", "remaining"):  # as the service does before it is ready; a fresh checkout compiles here
            await asyncio.to_thread(importlib.import_module(f"services.matching.{loops}").warm)
    yield house
    for database in house.databases.values():
        await database.close()


async def fresh(built: House, database_urls: dict[str, str]) -> House:
    """The house with empty databases."""
    from services.registry.access.service import ensure_client

    for service in SERVICES:
        await empty(database_urls["superuser"], databases.roles_of(service)[0])
    built._tokens.clear()
    async with built.databases["registry"].transaction(tenancy.HOUSE) as session:
        await ensure_client(session, "ops", built.ops_secret, ["ops"], "Operations")
        for service in ("matching", "reporting"):
            await ensure_client(session, service, "s" * 40, ["service"], service)
    for app in built.apps.values():
        for forget in getattr(app.state, "forget_on_reset", ()):
            forget()
    return built


@pytest.fixture
async def house(_built: House, database_urls: dict[str, str]) -> House:
    """The three services over empty databases; feeds move when the test says `await house.follow()`."""
    return await fresh(_built, database_urls)
