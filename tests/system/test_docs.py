"""Swagger UI and ReDoc without a network: served from the package, drawn by a browser, with the token flow."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from services.cli.databases import SERVICES
from tests.system.browser import OPTIONS, Browser
from tests.system.installation import Installation, free_port

LOOPBACK = {"127.0.0.1", "localhost"}
pages = pytest.mark.parametrize("page", ["docs", "redoc"])
every_service = pytest.mark.parametrize("service", SERVICES)
needs_browser = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed; .ci/run does so"
)


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Running services."""
    installation = Installation(tmp_path_factory.mktemp("docs"), free_port())
    up = installation.start()
    for service in SERVICES:  # the first reader waits while the document is made: seconds, more beside other tests
        httpx.get(f"{installation.addresses()[service]}/openapi.json", timeout=60)
    yield installation.addresses()
    up.terminate()
    up.wait(30)


@every_service
@pages
def test_a_page_is_made_of_files_of_its_own_service(addresses: dict[str, str], service: str, page: str) -> None:
    answer = httpx.get(f"{addresses[service]}/{page}")
    assert answer.status_code == 200
    named = re.findall(r"(?:src|href|spec-url)=[\"']([^\"']+)", answer.text)
    assert named
    for address in named:
        assert not urlsplit(address).netloc, f"{address} is elsewhere"
        assert httpx.get(urljoin(str(answer.url), address)).status_code == 200, address


@every_service
@pages
def test_a_page_may_reach_nothing_but_the_services(addresses: dict[str, str], service: str, page: str) -> None:
    policy = httpx.get(f"{addresses[service]}/{page}").headers["Content-Security-Policy"]
    named = re.findall(r"https?://[^ ;]+", policy)
    assert {addresses[name] for name in SERVICES} <= set(named)
    assert {urlsplit(url).hostname for url in named} <= LOOPBACK
    assert "default-src 'none'" in policy


def preflight(url: str, origin: str, method: str, headers: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return httpx.options(url, headers=asked)


@every_service
def test_the_token_flow_works_from_the_page_of_every_service(addresses: dict[str, str], service: str) -> None:
    origin, token_url = addresses[service], addresses["token_url"]
    # What Swagger UI sends for client credentials.
    asked = preflight(token_url, origin, "POST", "authorization,content-type,x-requested-with")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (200, origin)
    ops = json.loads(Path(addresses["credentials"]).read_text())["ops"]
    form = {"grant_type": "client_credentials", "scope": "organisations:read"}
    sent = {"Origin": origin, "X-Requested-With": "XMLHttpRequest"}
    given = httpx.post(token_url, data=form, headers=sent, auth=(ops["client_id"], ops["client_secret"]))
    assert (given.status_code, given.headers["Access-Control-Allow-Origin"]) == (200, origin)
    # And then calls another service with it.
    url = f"{addresses['registry']}/v1/organisations"
    asked = preflight(url, origin, "PATCH", "authorization,content-type,if-match,idempotency-key")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (200, origin)
    read = httpx.get(url, headers={"Origin": origin, "Authorization": f"Bearer {given.json()['access_token']}"})
    assert read.status_code == 200
    assert "ETag" in read.headers["Access-Control-Expose-Headers"]


def test_pages_from_elsewhere_may_not_call(addresses: dict[str, str]) -> None:
    asked = preflight(addresses["token_url"], "https://elsewhere.example", "POST", "authorization")
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert asked.status_code == 400


class Drawn:
    """A page as Chromium shows it: its elements, and what it asked for."""

    def __init__(self, url: str, folder: Path) -> None:
        log = folder / "network.json"
        options = [*OPTIONS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}"]
        run = subprocess.run(
            ["chromium", *options, "--virtual-time-budget=15000", "--dump-dom", url],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        self.html = unescape(run.stdout)
        self.asked_for = _requests_of_pages(json.loads(log.read_text()))

    def texts(self, element: str) -> list[str]:
        return re.findall(rf"<{element}\b[^>]*>([^<]+)</{element}>", self.html)


def _requests_of_pages(log: dict[str, Any]) -> set[str]:
    """Addresses that a page asked for; what the browser asks for on its own account has no origin."""
    started = [event["params"] for event in log["events"] if {"url", "initiator"} <= event.get("params", {}).keys()]
    return {params["url"] for params in started if urlsplit(params["initiator"]).scheme in ("http", "https")}


@needs_browser
@every_service
def test_swagger_ui_offers_three_services_and_draws_each(
    addresses: dict[str, str], service: str, tmp_path: Path
) -> None:
    # By the other name of loopback, from the page of the registry: two of three documents are of another origin.
    page = Drawn(f"{addresses['registry'].replace('127.0.0.1', 'localhost')}/docs?urls.primaryName={service}", tmp_path)
    assert set(SERVICES) <= set(page.texts("option"))
    document = httpx.get(f"{addresses[service]}/openapi.json").json()
    tags = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    assert set(re.findall(r'data-tag="([^"]+)"', page.html)) == tags
    assert {urlsplit(url).hostname for url in page.asked_for} <= LOOPBACK
    assert any(url.endswith("/openapi.json") for url in page.asked_for), "the log of requests shows nothing"


def _opened(page: Browser, tag: str) -> str:
    """The part of the page with the operations of a tag, opened or closed by a click."""
    page.wait_for(f"document.querySelector('.opblock-tag[data-tag=\"{tag}\"]') !== null")
    page.run(f"document.querySelector('.opblock-tag[data-tag=\"{tag}\"]').click()")
    return f"document.querySelector('.opblock-tag[data-tag=\"{tag}\"]').closest('.opblock-tag-section')"


@needs_browser
@every_service
def test_swagger_ui_draws_every_operation_of_a_tag_that_is_opened(
    addresses: dict[str, str], service: str, tmp_path: Path
) -> None:
    document = httpx.get(f"{addresses[service]}/openapi.json", timeout=30).json()
    named: dict[str, set[str]] = {}
    for path in document["paths"].values():
        for operation in path.values():
            named.setdefault(operation["tags"][0], set()).add(operation["summary"])
    with Browser(f"{addresses[service]}/docs", tmp_path / "profile") as page:
        for tag, summaries in named.items():
            section = _opened(page, tag)
            described = f"[...{section}.querySelectorAll('.opblock-summary-description')].map(e => e.innerText)"
            page.wait_for(f"{described}.length >= {len(summaries)}")
            assert set(page.run(described)) == summaries
            _opened(page, tag)


@needs_browser
def test_redoc_draws_a_service_and_fetches_nothing_from_elsewhere(addresses: dict[str, str], tmp_path: Path) -> None:
    page = Drawn(f"{addresses['matching']}/redoc", tmp_path)
    document = httpx.get(f"{addresses['matching']}/openapi.json").json()
    assert document["info"]["title"] in page.html
    assert all(tag["name"] in page.html for tag in document["tags"])
    assert {urlsplit(url).hostname for url in page.asked_for} <= LOOPBACK
    assert any(url.endswith("/openapi.json") for url in page.asked_for), "the log of requests shows nothing"


_TYPE = """((id, text) => {
  const field = document.getElementById(id);
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""
_OPERATION = """[...document.querySelectorAll(".opblock")].find(e => e.innerText.includes("List organisations"))"""


@needs_browser
def test_authorize_gets_a_token_that_execute_sends(addresses: dict[str, str], tmp_path: Path) -> None:
    ops = json.loads(Path(addresses["credentials"]).read_text())["ops"]
    # Reporting's page: the token endpoint and the operation are both of another origin.
    with Browser(f"{addresses['reporting']}/docs?urls.primaryName=registry", tmp_path / "profile") as page:
        _opened(page, "organisations")
        page.wait_for(_OPERATION + " !== undefined")
        page.run("document.querySelector('.btn.authorize').click()")
        page.wait_for("document.getElementById('client_id_clientCredentials') !== null")
        page.run(f"{_TYPE}('client_id_clientCredentials', {json.dumps(ops['client_id'])})")
        page.run(f"{_TYPE}('client_secret_clientCredentials', {json.dumps(ops['client_secret'])})")
        form = "document.getElementById('client_id_clientCredentials').closest('.auth-container')"
        page.run(f"{form}.querySelector('input[type=checkbox][id^=\"organisations:read\"]').click()")
        page.run(f"{form}.querySelector('.btn.authorize').click()")
        page.wait_for("(localStorage.authorized || '').includes('access_token')")
        page.run("document.querySelector('.btn-done').click()")
        page.run(_OPERATION + ".querySelector('.opblock-summary-control').click()")
        page.wait_for(_OPERATION + ".querySelector('.try-out__btn') !== null")
        page.run(_OPERATION + ".querySelector('.try-out__btn').click()")
        page.wait_for(_OPERATION + ".querySelector('.execute') !== null")
        page.run(_OPERATION + ".querySelector('.execute').click()")
        answer = page.wait_for(f"({_OPERATION}.querySelector('.live-responses-table .response') || {{}}).innerText")
        assert answer.startswith("200"), answer
