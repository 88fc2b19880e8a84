"""Candidates over HTTP: registered, changed, imported, erased; seen by nobody else."""

import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.matching import snapshots
from tests.conftest import House
from tests.matching.registry_events import PANELS, WIRING, days, person

NDJSON = {"Content-Type": "application/x-ndjson"}


async def counsellor(house: House, code: str = "AGENCY") -> httpx.AsyncClient:
    return await house.act(code, "counsellor", service="matching")


async def batch(http: httpx.AsyncClient, *rows: Any, **params: Any) -> list[dict[str, Any]]:
    body = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    answer = await http.post("/v1/candidates:batch", content=body, headers=NDJSON, params=params)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def events(house: House) -> list[tuple[str, dict[str, Any]]]:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        rows = await session.execute(sa.text("SELECT type, data FROM events ORDER BY id"))
        return [(row.type.split(".")[-2], row.data) for row in rows]


async def with_taxonomy(house: House) -> None:
    """The taxonomy knows two skills."""
    shape = {
        "version": "test-1",
        "skills": [[PANELS, 1, None, "install panels"], [WIRING, 0, None, "wire a board"]],
        "broader": [],
        "isco08": ["7126", "7411", "7412", "9611"],
        "occupations": [],
        "labels": {"fr": {"skills": ["poser des panneaux", None], "occupations": []}},
    }
    packed = snapshots.pack(json.dumps(shape).encode())
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        insert = "INSERT INTO taxonomy_snapshots (etag, body, fetched_at) VALUES ('\"t\"', :body, now())"
        await session.execute(sa.text(insert), {"body": packed})


async def test_a_registered_candidate_is_read_back_by_its_organisation_only(house: House) -> None:
    async with await counsellor(house) as http:
        created = await http.post("/v1/candidates", json=person())
        assert created.status_code == 201, created.text
        path = f"/v1/candidates/{created.json()['id']}"
        read = await http.get(path)
    async with await counsellor(house, "OTHER") as other:
        foreign = await other.get(path)
        listed = await other.get("/v1/candidates")
    assert read.json() == created.json()
    assert (read.headers["Cache-Control"], read.headers["ETag"]) == ("no-store", '"1"')
    assert (foreign.status_code, listed.json()["items"]) == (404, [])


async def test_registration_publishes_no_personal_data_and_sex_only_with_consent(house: House) -> None:
    silent = person(external_id="C-2") | {"consent": person()["consent"] | {"scopes": ["MATCHING_HOME"]}}
    async with await counsellor(house) as http:
        await http.post("/v1/candidates", json=person())
        await http.post("/v1/candidates", json=silent)
    (_, told), (_, untold) = await events(house)
    assert (told["sex"], told["age_band"], told["country"]) == ("F", "Y25T34", "MAR")
    assert (untold["sex"], untold["age_band"]) == (None, None)
    assert "Personne" not in json.dumps([told, untold])


@pytest.mark.parametrize("ended", [{"expires_on": days(-1).isoformat()}, {"withdrawn_on": days(0).isoformat()}])
async def test_statistics_are_told_nothing_once_the_consent_has_ended(house: House, ended: dict[str, str]) -> None:
    async with await counsellor(house) as http:
        await http.post("/v1/candidates", json=person() | {"consent": person()["consent"] | ended})
    ((_, told),) = await events(house)
    assert (told["sex"], told["age_band"]) == (None, None)


async def test_a_patch_merges_and_needs_the_version_that_was_read(house: House) -> None:
    async with await counsellor(house) as http:
        path = f"/v1/candidates/{(await http.post('/v1/candidates', json=person())).json()['id']}"
        change = {"preferences": {"track": "HOME"}, "eqf": None}
        assert (await http.patch(path, json=change)).status_code == 428
        changed = await http.patch(path, json=change, headers={"If-Match": '"1"'})
        stale = await http.patch(path, json=change, headers={"If-Match": '"1"'})
        empty = await http.patch(path, json={"skills": None}, headers={"If-Match": '"2"'})
    assert changed.json()["preferences"]["track"] == "HOME"
    assert changed.json()["preferences"]["destinations"] == ["BEL"]
    assert changed.json()["eqf"] is None
    assert stale.status_code == 412
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/skills")


async def test_a_batch_reports_each_row_and_a_repeat_changes_nothing(house: House) -> None:
    bad = person(external_id="C-3") | {"birth_date": "12/04/1999"}
    rows = [person(), person(external_id="C-2"), bad, b"{not json", person()]
    async with await counsellor(house) as http:
        first = await batch(http, *rows)
        again = await batch(http, *rows[:2])
        third = await batch(http, person(eqf=5), person(external_id="C-2"))
        listed = (await http.get("/v1/candidates")).json()["items"]
    assert [row["status"] for row in first] == ["created", "created", "failed", "failed", "failed"]
    assert first[2]["errors"][0]["pointer"] == "/birth_date"
    assert first[4]["errors"][0]["code"] == "repeated"
    assert [row["status"] for row in again] == ["unchanged", "unchanged"]
    assert [row["id"] for row in again] == [row["id"] for row in first[:2]]
    assert [row["status"] for row in third] == ["updated", "unchanged"]
    assert sorted((item["external_id"], item["eqf"], item["version"]) for item in listed) == [
        ("C-1", 5, 2),
        ("C-2", 4, 1),
    ]


async def test_a_batch_publishes_only_what_statistics_would_see_change(house: House) -> None:
    async with await counsellor(house) as http:
        await batch(http, person(), person(external_id="C-2"))
        await batch(http, person(eqf=5), person(external_id="C-2", sex="X"))
    assert [(kind, data["sex"]) for kind, data in await events(house)] == [
        ("candidate-registered", "F"),
        ("candidate-registered", "F"),
        ("candidate-registered", "X"),
    ]


async def test_a_batch_that_only_validates_writes_nothing(house: House) -> None:
    async with await counsellor(house) as http:
        results = await batch(http, person(), {"external_id": "C-9"}, validate_only=True)
        listed = (await http.get("/v1/candidates")).json()["items"]
    assert ([row["status"] for row in results], listed) == (["valid", "failed"], [])


async def test_an_unknown_unit_group_names_the_nearest_in_the_hierarchy(house: House) -> None:
    await with_taxonomy(house)
    wrong = person(occupations=[{"isco08": "7411", "months": 3}, {"isco08": "7419", "months": 30}])
    async with await counsellor(house) as http:
        single = await http.post("/v1/candidates", json=wrong)
        rows = await batch(http, wrong, person(external_id="C-2"))
    error = single.json()["errors"][0]
    assert (single.status_code, error["pointer"]) == (422, "/occupations/1/isco08")
    assert "the nearest one is 7411" in error["message"]
    assert [row["status"] for row in rows] == ["failed", "created"]


async def test_two_organisations_may_use_the_same_external_id(house: House) -> None:
    async with await counsellor(house) as http, await counsellor(house, "OTHER") as other:
        assert (await batch(http, person()))[0]["status"] == "created"
        assert (await batch(other, person(eqf=7)))[0]["status"] == "created"
        assert (await http.get("/v1/candidates")).json()["items"][0]["eqf"] == 4


async def test_an_unknown_skill_names_the_nearest_known_one(house: House) -> None:
    await with_taxonomy(house)
    misspelt = PANELS[:-5] + "9" + PANELS[-4:]
    wrong = person(skills=[{"uri": misspelt, "level": 3}])
    async with await counsellor(house) as http:
        single = await http.post("/v1/candidates", json=wrong)
        rows = await batch(http, wrong, person(external_id="C-2"))
    error = single.json()["errors"][0]
    assert (single.status_code, error["pointer"], error["code"]) == (422, "/skills/0/uri", "unknown_skill")
    assert PANELS in error["message"]
    assert "install panels" in error["message"]
    assert [row["status"] for row in rows] == ["failed", "created"]


async def test_erasure_leaves_the_person_nowhere(house: House) -> None:
    key = {"Idempotency-Key": "k-1"}
    async with await counsellor(house) as http:
        created = await http.post("/v1/candidates", json=person(), headers=key)
        path = f"/v1/candidates/{created.json()['id']}"
        assert (await http.delete(path)).status_code == 428
        assert (await http.delete(path, headers={"If-Match": '"1"'})).status_code == 204
        assert (await http.get(path)).status_code == 404
        again = await http.post("/v1/candidates", json=person(), headers=key)
    assert again.json()["id"] != created.json()["id"]
    kinds = [kind for kind, _ in await events(house)]
    assert kinds == ["candidate-registered", "candidate-erased", "candidate-registered"]


async def test_no_table_holds_the_erased_person(house: House) -> None:
    """Rows of every table as text: the pseudonym stays only where it must be forgotten, in events and tombstones."""
    async with await counsellor(house) as http:
        created = (await http.post("/v1/candidates", json=person(), headers={"Idempotency-Key": "k-1"})).json()
        await http.delete(f"/v1/candidates/{created['id']}", headers={"If-Match": '"1"'})
    found = set()
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        tables = await session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in tables:
            rows = (await session.scalars(sa.text(f"SELECT t::text FROM {table} AS t"))).all()
            body = created["id"].encode().hex()
            found |= {table for row in rows if created["id"] in row or body in row}
            assert not [row for row in rows if "Personne" in row or "1999-04-12" in row], table
    assert found == {"events", "forgotten"}


async def test_the_list_finds_by_track_and_external_id(house: House) -> None:
    home = person(external_id="H-1") | {"preferences": {"track": "HOME"}}
    async with await counsellor(house) as http:
        await batch(http, home, person())
        away = (await http.get("/v1/candidates", params={"track": "AWAY"})).json()["items"]
        one = (await http.get("/v1/candidates", params={"external_id": "H-1"})).json()["items"]
    assert [item["external_id"] for item in away] == ["C-1"]
    assert [item["external_id"] for item in one] == ["H-1"]
