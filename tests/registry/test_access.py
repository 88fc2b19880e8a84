"""The token endpoint: what it refuses, and when there is none."""

from typing import Any

import httpx
import pytest

from services.registry.app import create_app
from services.registry.settings import RegistrySettings
from tests.conftest import House, settings_for

FORM = {"grant_type": "client_credentials"}


@pytest.mark.parametrize("credentials", [b"\xe9", b"!!!", b"//79", b"YWJj", b""])
async def test_credentials_that_cannot_be_read_are_wrong_ones(house: House, credentials: bytes) -> None:
    async with house.anonymous("registry") as http:
        answer = await http.post("/oauth/token", data=FORM, headers=[(b"authorization", b"Basic " + credentials)])
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_client")


async def test_our_key_signs_nothing_in_the_name_of_an_outside_issuer(
    database_urls: dict[str, str], signing_key: dict[str, Any]
) -> None:
    given = settings_for("registry", database_urls["DATABASE_URL_REGISTRY"], signing_key, "s" * 40)
    app = create_app(RegistrySettings(**given | {"auth_issuer": "http://issuer.test"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry.test") as http:
        answers = [await http.post("/oauth/token", data=FORM), await http.get("/.well-known/jwks.json")]
    assert [answer.status_code for answer in answers] == [404, 404]
