"""Tokens: only ours, current, meant for us, and of the right kind."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from services.cli import keys
from services.kit import tenancy
from services.registry.app import create_app
from services.registry.settings import RegistrySettings
from tests.conftest import URLS, House, settings_for

OTHER_KEY = keys.new()["signing_key"]
Forge = Callable[[dict[str, Any], dict[str, Any]], str]


def _b64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _hs256(secret: bytes, payload: dict[str, Any], kid: str) -> str:
    signed = f"{_b64({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{_b64(payload)}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": URLS["registry"],
        "aud": "passerelle",
        "sub": "ops",
        "client_id": "ops",
        "iat": now,
        "exp": now + 600,
        "scope": "organisations:read",
        "roles": ["ops"],
    } | changes
    return {k: v for k, v in whole.items() if v is not None}


@pytest.fixture
def sign(signing_key: dict[str, Any]) -> Callable[..., str]:
    def _sign(
        payload: dict[str, Any], key: Any = None, alg: str = "ES256", typ: str | None = "at+jwt", **header: Any
    ) -> str:
        own = ECKey.import_key(signing_key)
        headers = {"alg": alg, "kid": own.kid, "typ": typ} | header
        headers = {k: v for k, v in headers.items() if v is not None}
        return jwt.encode(headers, payload, key or own, algorithms=[alg])

    return _sign


async def _status(house: House, token: str) -> httpx.Response:
    async with house.anonymous("registry") as http:
        return await http.get("/v1/organisations", headers={"Authorization": f"Bearer {token}"})


async def test_a_token_as_issued_is_accepted(house: House, sign: Callable[..., str]) -> None:
    assert (await _status(house, sign(claims()))).status_code == 200


CASES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "several audiences without ours": {"aud": ["a", "b"]},
    "expired": {"iat": int(time.time()) - 900, "exp": int(time.time()) - 300},
    "no expiry": {"exp": None},
    "an expiry that is text": {"exp": "tomorrow"},
    "no issue time": {"iat": None},
    "issued in the future": {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3700},
    "too long a life": {"exp": int(time.time()) + 86_400},
    "no subject": {"sub": None},
    "an organisation that is no id": {"organisation_id": "x' OR '1'='1", "roles": ["employer"]},
    "roles that are a number": {"roles": 7},
}


@pytest.mark.parametrize("case", CASES)
async def test_claims_that_do_not_fit_are_refused(house: House, sign: Callable[..., str], case: str) -> None:
    answer = await _status(house, sign(claims(**CASES[case])))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_headers_that_do_not_fit_are_refused(
    house: House, sign: Callable[..., str], signing_key: dict[str, Any]
) -> None:
    own = ECKey.import_key(signing_key)
    public_pem, kid = own.as_pem(private=False), str(own.kid)
    rsa = RSAKey.generate_key(2048)
    forged = {
        "no signature": f"{_b64({'alg': 'none', 'typ': 'at+jwt', 'kid': 'x'})}.{_b64(claims())}.",
        "signed by another key under our kid": sign(claims(), key=ECKey.import_key(OTHER_KEY)),
        "our public key as a shared secret": _hs256(public_pem, claims(), kid),
        "RSA": sign(claims(), key=rsa, alg="RS256"),
        "an ID token": sign(claims(), typ="JWT"),
        "no type": sign(claims(), typ=None),
        "a kid we do not know": sign(claims(), kid="../../etc/passwd"),
        "a kid that is SQL": sign(claims(), kid="' UNION SELECT 1 --"),
        "no kid": sign(claims(), kid=None),
        "its own key by address": sign(claims(), key=ECKey.import_key(OTHER_KEY), jku="http://attacker.example/jwks"),
        "its own key inside": sign(
            claims(), key=ECKey.import_key(OTHER_KEY), jwk=ECKey.import_key(OTHER_KEY).as_dict(private=False)
        ),
        "a changed payload": ".".join(
            [(parts := sign(claims()).split("."))[0], _b64(claims(scope="clients:write")), parts[2]]
        ),
        "20 kB": sign(claims(padding="x" * 20_000)),
        "not a token": "abc",
        "three dots": "...",
        "text that is not base64": "é.é.é",
    }
    for case, token in forged.items():
        async with house.anonymous("registry") as http:
            header = b"Bearer " + token.encode()
            answer = await http.get("/v1/organisations", headers=[(b"authorization", header)])
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token"), case


async def test_unknown_critical_extensions_are_refused(house: House, sign: Callable[..., str]) -> None:
    head, body, signature = sign(claims()).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | {"crit": ["exp"], "exp": 1}
    answer = await _status(house, f"{_b64(header)}.{body}.{signature}")
    assert answer.status_code == 401


async def test_a_scope_that_is_not_granted_is_refused(house: House, sign: Callable[..., str]) -> None:
    answer = await _status(house, sign(claims(scope="taxonomy:read")))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


async def test_every_service_verifies_with_the_issuers_keys(house: House) -> None:
    token = await house.token("ops", house.ops_secret)
    for service in house.apps:
        async with house.anonymous(service) as http:
            accepted = await http.get("/v1/events", headers={"Authorization": f"Bearer {token}"})
            changed = await http.get("/v1/events", headers={"Authorization": f"Bearer {token[:-4]}AAAA"})
        assert (accepted.status_code, changed.status_code) == (200, 401), service


async def test_secrets_open_the_door_only_whole_and_only_while_valid(house: House) -> None:
    async with await house.ops() as ops:
        organisation = await house.organisation("OWNER")
        created = (
            await ops.post(
                "/v1/clients", json={"organisation_id": organisation, "name": "System", "roles": ["employer"]}
            )
        ).json()
    form = {"grant_type": "client_credentials"}
    async with house.anonymous("registry") as http:
        right = (created["client_id"], created["client_secret"])
        good = await http.post("/oauth/token", data=form, auth=right)
        narrowed = await http.post("/oauth/token", data=form | {"scope": "vacancies:read clients:write"}, auth=right)
        wrong = await http.post("/oauth/token", data=form, auth=(right[0], right[1][:-1]))
        unknown = await http.post("/oauth/token", data=form, auth=("nobody", "nothing"))
        nul = await http.post("/oauth/token", data=form, auth=("a\x00b", "c"))
        absent = await http.post("/oauth/token", data=form)
        async with await house.ops() as ops:
            await ops.post(f"/v1/clients/{created['id']}/revocation")
        revoked = await http.post("/oauth/token", data=form, auth=right)
    assert good.json()["expires_in"] == 600
    assert good.headers["Cache-Control"] == "no-store"
    assert narrowed.json()["scope"] == "vacancies:read"
    assert [a.status_code for a in (wrong, unknown, nul, absent, revoked)] == [401] * 5


async def test_a_repeated_creation_gives_the_same_client_and_keeps_no_secret(house: House) -> None:
    organisation = await house.organisation("OWNER")
    async with await house.ops() as ops:
        wanted = {"organisation_id": organisation, "name": "System", "roles": ["employer"]}
        first, again = [
            await ops.post("/v1/clients", json=wanted, headers={"Idempotency-Key": "client"}) for _ in range(2)
        ]
    assert (again.status_code, again.json()) == (201, first.json() | {"client_secret": None})
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        kept = (await session.scalars(sa.text("SELECT body FROM idempotency_keys"))).all()
    assert len(kept) == 1
    assert first.json()["client_secret"].encode() not in kept[0]


async def test_an_organisation_makes_clients_for_itself_alone(house: House) -> None:
    other = await house.organisation("OTHER")
    async with await house.act("OWN", "partner-admin") as http:
        own = await http.post("/v1/clients", json={"name": "Mine", "roles": ["employer"]})
        foreign = await http.post("/v1/clients", json={"organisation_id": other, "name": "X", "roles": ["employer"]})
        above = await http.post("/v1/clients", json={"name": "X", "roles": ["ops"]})
    assert (own.status_code, foreign.status_code, above.status_code) == (201, 403, 403)


@pytest.mark.parametrize("metadata", ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])
async def test_an_outside_issuer_takes_the_place_of_ours(
    house: House, database_urls: dict[str, str], signing_key: dict[str, Any], sign: Callable[..., str], metadata: str
) -> None:
    """AUTH_ISSUER names another: its tokens are accepted, ours no longer, and we issue none."""
    outside, issuer = ECKey.import_key(OTHER_KEY), "http://issuer.test"
    app = FastAPI()

    @app.get(metadata)
    async def document() -> dict[str, str]:
        return {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}

    @app.get("/keys")
    async def keys_of_the_issuer() -> dict[str, Any]:
        return {"keys": [outside.as_dict(private=False)]}

    house.hosts.add(issuer, app)
    settings = settings_for("registry", database_urls["DATABASE_URL_REGISTRY"], signing_key, "s" * 40)
    del settings["signing_key"]
    registry = create_app(RegistrySettings(**settings | {"auth_issuer": issuer}), transport=house.hosts)
    transport = httpx.ASGITransport(registry, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry.test") as http:

        async def status(token: str) -> int:
            answer = await http.get("/v1/organisations", headers={"Authorization": f"Bearer {token}"})
            return answer.status_code

        theirs = sign(claims(iss=issuer), key=outside, kid=outside.kid)
        under_our_name = sign(claims(), key=outside, kid=outside.kid)
        assert [await status(theirs), await status(under_our_name), await status(sign(claims()))] == [200, 401, 401]
        assert (await http.post("/oauth/token", data={"grant_type": "client_credentials"})).status_code == 404
    await registry.state.database.close()
