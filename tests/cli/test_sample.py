"""The sample keeps the API's rules, and its loader can be repeated."""

import base64
import json
from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import httpx
import pytest

from services.cli.sample import ESCO
from services.cli.sample.loader import load
from services.cli.sample.partner import RefusedError, _parts
from services.cli.sample.rows import Ids, Row, UnknownCodeError, dated, read, request_of
from services.contracts.access import ROLES
from services.matching.candidates.schemas import CandidateIn
from services.registry.access.schemas import ClientIn
from services.registry.organisations.schemas import OrganisationIn
from services.registry.partnerships.schemas import PartnershipIn
from services.registry.programmes.schemas import ProgrammeIn, SessionIn
from services.registry.taxonomy.reading import read as read_esco
from services.registry.taxonomy.records import Taxonomy
from services.registry.vacancies.schemas import VacancyIn

TODAY = date(2027, 3, 1)
MODELS = {
    "organisations": OrganisationIn,
    "partnerships": PartnershipIn,
    "programmes": ProgrammeIn,
    "vacancies": VacancyIn,
    "candidates": CandidateIn,
}


@pytest.fixture(scope="module")
def ids() -> Ids:
    return Ids(
        {row["body"]["code"]: str(uuid4()) for row in read("organisations")},
        {row["body"]["code"]: str(uuid4()) for row in read("partnerships")},
    )


@pytest.fixture(scope="module")
def esco() -> Taxonomy:
    return read_esco([ESCO])


def _key(row: Row) -> str:
    return str(row["body"].get("external_id") or row["body"]["code"])


@pytest.mark.parametrize("kind", MODELS)
def test_every_row_is_a_valid_request(kind: str, ids: Ids) -> None:
    for row in read(kind):
        MODELS[kind].model_validate(request_of(row, TODAY, ids))


def test_every_session_is_a_valid_request_and_ends_after_it_starts() -> None:
    for row in read("programmes"):
        for session in row["sessions"]:
            SessionIn.model_validate(dated(session, TODAY))


def test_every_client_may_do_what_its_rows_need() -> None:
    roles = {row["body"]["code"]: row["roles"] for row in read("organisations")}
    for row in read("organisations"):
        ClientIn.model_validate({"organisation_id": str(uuid4()), "name": "sample", "roles": row["roles"]})
    for kind in ("partnerships", "programmes", "vacancies", "candidates"):
        for row in read(kind):
            scopes = frozenset().union(*(ROLES[role] for role in roles[row["organisation"]]))
            assert f"{kind}:write" in scopes, f"{row['organisation']} may not write {kind}"


@pytest.mark.parametrize("kind", MODELS)
def test_keys_are_unique(kind: str) -> None:
    keys = Counter(_key(row) for row in read(kind))
    assert [key for key, times in keys.items() if times > 1] == []


def test_session_keys_are_unique_in_their_programme() -> None:
    for row in read("programmes"):
        keys = [session["external_id"] for session in row["sessions"]]
        assert len(set(keys)) == len(keys), row["body"]["external_id"]


@pytest.mark.parametrize(
    ("kind", "at_least"),
    [("organisations", 30), ("partnerships", 3), ("programmes", 25), ("vacancies", 60), ("candidates", 300)],
)
def test_the_sample_is_large_enough(kind: str, at_least: int) -> None:
    assert len(read(kind)) >= at_least


def test_every_concept_is_in_the_bundled_extract_of_esco(esco: Taxonomy) -> None:
    known = {skill.uri for skill in esco.skills} | {occupation.uri for occupation in esco.occupations}
    named = {uri for kind in MODELS for row in read(kind) for uri in _uris(row["body"])}
    assert named - known == set()


def test_isco_codes_are_those_of_the_named_occupations(esco: Taxonomy) -> None:
    isco = {occupation.uri: occupation.isco08 for occupation in esco.occupations}
    groups = {group.code for group in esco.isco_groups}
    for kind in ("partnerships", "vacancies", "candidates"):
        for row in read(kind):
            for job in _dictionaries(row["body"]):
                if "isco08" in job:
                    assert job["isco08"] in groups, _key(row)
                    assert job["isco08"] == isco.get(job.get("esco_uri"), job["isco08"]), _key(row)


def test_senders_of_shared_rows_are_parties_of_the_partnerships_they_name() -> None:
    parties = {
        row["body"]["code"]: {party["organisation"] for party in row["body"]["parties"]} for row in read("partnerships")
    }
    for kind in ("programmes", "vacancies"):
        for row in read(kind):
            for code in row["partnerships"]:
                assert row["organisation"] in parties[code], f"{_key(row)}: {row['organisation']} not in {code}"


def test_those_who_register_candidates_are_parties() -> None:
    parties = {party["organisation"] for row in read("partnerships") for party in row["body"]["parties"]}
    assert {row["organisation"] for row in read("candidates")} <= parties


def test_each_partnership_has_a_lead_and_a_signature_on_either_side_and_a_monitor() -> None:
    for row in read("partnerships"):
        held = {(party["role"], party["side"]) for party in row["body"]["parties"]}
        for role in ("LEAD", "SIGNATORY"):
            assert {(role, "ORIGIN"), (role, "DESTINATION")} <= held, row["body"]["code"]
        assert {"DEMAND_HOLDER", "TRAINER", "IMPLEMENTER", "MONITOR"} <= {role for role, _ in held}


def test_each_corridor_has_jobs_at_home_and_away() -> None:
    for partnership in read("partnerships"):
        corridor = partnership["body"]["corridors"][0]
        offered = {
            row["body"]["country"] for row in read("vacancies") if partnership["body"]["code"] in row["partnerships"]
        }
        assert {corridor["origin"], corridor["destination"]} <= offered


def test_wages_are_in_the_currency_of_the_country() -> None:
    currency = {"MAR": "MAD", "SEN": "XOF", "FJI": "FJD", "BEL": "EUR", "AUS": "AUD"}
    for row in read("vacancies"):
        assert row["body"]["gross_monthly_wage"]["currency"] == currency[row["body"]["country"]], _key(row)


def test_about_half_the_candidates_are_women_and_all_are_of_working_age() -> None:
    people = [dated(row["body"], TODAY) for row in read("candidates")]
    women = sum(person["sex"] == "F" for person in people)
    ages = [(TODAY - date.fromisoformat(person["birth_date"])).days / 365.25 for person in people]
    assert 0.4 <= women / len(people) <= 0.6
    assert min(ages) >= 18
    assert max(ages) <= 52


def test_some_fit_a_job_at_once_some_lack_skills_and_some_have_none_of_it() -> None:
    jobs = [{s["uri"] for s in row["body"]["skills"] if s["essential"]} for row in read("vacancies")]
    best = [
        max(len(job & {s["uri"] for s in row["body"]["skills"]}) / len(job) for job in jobs)
        for row in read("candidates")
    ]
    shares = Counter("fits" if b >= 0.75 else "lacks" if b >= 0.25 else "none" for b in best)
    assert shares["fits"] >= 60
    assert shares["lacks"] >= 40
    assert shares["none"] >= 5


@pytest.mark.parametrize("partnership", ["MA-BE-GREEN", "SN-BE-CIRCULAR", "FJ-AU-RENEW"])
def test_courses_teach_half_of_what_the_jobs_of_their_partnership_ask_for(partnership: str) -> None:
    taught = {
        skill["uri"]
        for row in read("programmes")
        if partnership in row["partnerships"]
        for skill in row["body"]["skills"]
    }
    asked = {
        skill["uri"]
        for row in read("vacancies")
        if partnership in row["partnerships"]
        for skill in row["body"]["skills"]
        if skill["essential"]
    }
    assert len(asked & taught) / len(asked) > 0.5


def test_dates_count_from_today() -> None:
    assert dated({"a": ["+1d", "-1d", "+1day"]}, TODAY) == {"a": ["2027-03-02", "2027-02-28", "+1day"]}


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(UnknownCodeError, match="NOBODY"):
        request_of({"partnerships": ["NOBODY"], "body": {}}, TODAY, Ids())


def test_parts_of_a_batch_fit_the_limit_and_lose_no_row() -> None:
    bodies = [{"n": n, "text": "x" * 90_000} for n in range(25)]
    parts = list(_parts(bodies))
    assert all(len(part) <= 900_000 for part in parts)
    assert [json.loads(line)["n"] for part in parts for line in part.splitlines()] == list(range(25))


class FakeServices:
    """Registry and matching as the loader sees them: enough to hold it to the interface."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.clients: dict[str, tuple[str, str | None]] = {"ops": ("ops-secret", None)}
        self.tokens: dict[str, str | None] = {}
        self.writes: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return self._token(request)
        sender = self.tokens[request.headers["Authorization"].removeprefix("Bearer ")]
        if request.method == "GET":
            return self._list(request)
        assert request.headers["Idempotency-Key"]
        self.writes.append(request.url.path)
        if request.url.path.endswith(":batch"):
            return self._batch(request, sender)
        return self._create(request, sender)

    def _token(self, request: httpx.Request) -> httpx.Response:
        name, secret = base64.b64decode(request.headers["Authorization"].split()[1]).decode().split(":")
        known, organisation = self.clients[name]
        if secret != known or parse_qs(request.content.decode())["grant_type"] != ["client_credentials"]:
            return httpx.Response(401, json={"code": "invalid_client"})
        token = str(uuid4())
        self.tokens[token] = organisation
        return httpx.Response(200, json={"access_token": token, "expires_in": 600})

    def _list(self, request: httpx.Request) -> httpx.Response:
        rows = self.rows.get(request.url.path, [])
        code = request.url.params.get("code")
        start = int(request.url.params.get("cursor", 0))
        found = [row for row in rows if code in (None, row.get("code"))]
        page: dict[str, Any] = {"items": found[start : start + 2]}
        if len(found) > start + 2:
            page["next"] = str(start + 2)
        return httpx.Response(200, json=page)

    def _create(self, request: httpx.Request, sender: str | None) -> httpx.Response:
        row = {"id": str(uuid4()), "organisation_id": sender, "status": "IDEA", **json.loads(request.content)}
        path = request.url.path
        if path.endswith("/transitions"):
            partnership = next(p for p in self.rows["/v1/partnerships"] if p["id"] in path)
            partnership["status"] = row["to"]
        if path == "/v1/clients":
            row |= {"client_id": str(uuid4()), "client_secret": "secret"}
            self.clients[row["client_id"]] = ("secret", row["organisation_id"])
        self.rows.setdefault(path, []).append(row)
        return httpx.Response(201, json=row)

    def _batch(self, request: httpx.Request, sender: str | None) -> httpx.Response:
        held = self.rows.setdefault(request.url.path, [])
        results = []
        for number, line in enumerate(request.content.splitlines()):
            body = json.loads(line)
            old = next((r for r in held if (r["sender"], r["external_id"]) == (sender, body["external_id"])), None)
            if not old:
                held.append(old := {"id": str(uuid4()), "sender": sender, **body})
                status = "created"
            else:
                status = "unchanged"
            results.append({"row": number, "status": status, "id": old["id"], "external_id": body["external_id"]})
        return httpx.Response(200, json={"results": results})


URLS = {
    "registry": "http://registry.example",
    "matching": "http://matching.example",
    "reporting": "http://reporting.example",
    "token_url": "http://registry.example/oauth/token",
}


def _credentials() -> dict[str, Any]:
    return {"ops": {"client_id": "ops", "client_secret": "ops-secret"}}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr("services.cli.sample.partner.asyncio.sleep", at_once)
    return FakeServices()


async def test_loading_creates_every_row_and_reports_it(services: FakeServices) -> None:
    report = await load(URLS, _credentials(), today=TODAY, transport=httpx.MockTransport(services))
    assert {kind: len(report[kind]) for kind in MODELS} == {kind: len(read(kind)) for kind in MODELS}
    assert report["sessions"] == sum(len(row["sessions"]) for row in read("programmes"))
    assert report["failed"] == []


async def test_loading_takes_partnerships_to_active(services: FakeServices) -> None:
    await load(URLS, _credentials(), today=TODAY, transport=httpx.MockTransport(services))
    assert {row["status"] for row in services.rows["/v1/partnerships"]} == {"ACTIVE"}


async def test_each_organisation_sends_its_own_rows(services: FakeServices) -> None:
    report = await load(URLS, _credentials(), today=TODAY, transport=httpx.MockTransport(services))
    senders = {row["external_id"]: row["sender"] for row in services.rows["/v1/vacancies:batch"]}
    expected = {row["body"]["external_id"]: report["organisations"][row["organisation"]] for row in read("vacancies")}
    assert senders == expected


async def test_loading_again_creates_nothing(services: FakeServices) -> None:
    credentials = _credentials()
    await load(URLS, credentials, today=TODAY, transport=httpx.MockTransport(services))
    services.writes.clear()
    report = await load(URLS, credentials, today=TODAY, transport=httpx.MockTransport(services))
    assert {path for path in services.writes if not path.endswith(":batch")} == set()
    assert report["statuses"] == {
        "vacancies": {"unchanged": len(read("vacancies"))},
        "candidates": {"unchanged": len(read("candidates"))},
    }


async def test_an_interrupted_load_goes_on(services: FakeServices) -> None:
    credentials = _credentials()

    def stop(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("programmes", 5):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load(URLS, credentials, progress=stop, today=TODAY, transport=httpx.MockTransport(services))
    await load(URLS, credentials, today=TODAY, transport=httpx.MockTransport(services))
    for path in ("/v1/organisations", "/v1/clients", "/v1/partnerships", "/v1/programmes"):
        kind = "organisations" if path == "/v1/clients" else path.removeprefix("/v1/")
        assert len(services.rows[path]) == len(read(kind)), path


async def test_new_clients_are_saved_one_by_one(services: FakeServices) -> None:
    saved: list[int] = []
    await load(
        URLS,
        _credentials(),
        today=TODAY,
        save=lambda credentials: saved.append(len(credentials["clients"])),
        transport=httpx.MockTransport(services),
    )
    assert saved == list(range(1, len(read("organisations")) + 1))


async def test_other_vacancies_take_the_place_of_the_bundled_ones(services: FakeServices) -> None:
    mine = read("vacancies")[:3]
    report = await load(URLS, _credentials(), today=TODAY, vacancies=mine, transport=httpx.MockTransport(services))
    assert set(report["vacancies"]) == {row["body"]["external_id"] for row in mine}


async def test_a_refusal_says_what_was_refused(services: FakeServices) -> None:
    wrong = {"ops": {"client_id": "ops", "client_secret": "wrong"}}
    with pytest.raises(RefusedError, match="/oauth/token gave 401"):
        await load(URLS, wrong, today=TODAY, transport=httpx.MockTransport(services))


async def test_a_service_that_starts_is_waited_for(services: FakeServices) -> None:
    credentials = _credentials()
    await load(URLS, credentials, today=TODAY, transport=httpx.MockTransport(services))
    asked = []

    def starting(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if asked.count("/v1/organisations") <= 2 and request.url.path == "/v1/organisations":
            return httpx.Response(503, json={"code": "starting"})
        return services(request)

    report = await load(URLS, credentials, today=TODAY, transport=httpx.MockTransport(starting))
    assert len(report["organisations"]) == len(read("organisations"))


def _uris(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith("http://data.europa.eu/esco/") else set()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {uri for child in children for uri in _uris(child)}


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict) else []
    return found + [inner for child in children for inner in _dictionaries(child)]
