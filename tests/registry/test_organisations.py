"""Organisations: registered by operations, changed by themselves, read by all."""

from tests.conftest import House
from tests.registry.partnership import published

ENTRY = {
    "code": "AGENCE-ATLAS",
    "name": {"fr": "Agence de l'Atlas", "en": "Atlas agency"},
    "type": "PUBLIC_EMPLOYMENT_SERVICE",
    "sector": "NATIONAL_PUBLIC",
    "country": "MAR",
}


async def test_ops_registers_and_everybody_reads(house: House) -> None:
    async with await house.ops() as ops:
        created = await ops.post("/v1/organisations", json=ENTRY)
    assert created.status_code == 201
    assert created.headers["ETag"] == '"1"'
    async with await house.act("OTHER", "counsellor") as other:
        read = await other.get(f"/v1/organisations/{created.json()['id']}")
    assert read.json() == created.json()


async def test_an_organisation_changes_its_own_entry_and_no_other(house: House) -> None:
    own = await house.organisation("OWN")
    other = await house.organisation("OTHER")
    async with await house.act("OWN", "partner-admin") as http:
        change = {"website": "https://own.example"}
        assert (await http.patch(f"/v1/organisations/{own}", json=change)).status_code == 428
        assert (
            await http.patch(f"/v1/organisations/{own}", json=change, headers={"If-Match": '"7"'})
        ).status_code == 412
        changed = await http.patch(f"/v1/organisations/{own}", json=change, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.json()["website"]) == (200, "https://own.example")
        foreign = await http.patch(f"/v1/organisations/{other}", json=change, headers={"If-Match": '"1"'})
        missing = await http.patch(
            "/v1/organisations/01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10", json=change, headers={"If-Match": '"1"'}
        )
    assert foreign.status_code == missing.status_code == 404
    assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


async def test_a_code_is_given_once(house: House) -> None:
    async with await house.ops() as ops:
        await ops.post("/v1/organisations", json=ENTRY)
        again = await ops.post("/v1/organisations", json=ENTRY)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_pages_have_every_organisation_once_and_cursors_cannot_be_forged(house: House) -> None:
    for number in range(7):
        await house.organisation(f"ORG-{number}")
    async with await house.ops() as ops:
        seen: list[str] = []
        params: dict[str, str | int] = {"limit": 3}
        while True:
            page = await ops.get("/v1/organisations", params=params)
            seen += [item["code"] for item in page.json()["items"]]
            if "next" not in page.json():
                break
            assert 'rel="next"' in page.headers["Link"]
            params["cursor"] = page.json()["next"]
        given = str(params["cursor"])
        changed = ("B" if given[0] == "A" else "A") + given[1:]
        forged = await ops.get("/v1/organisations", params={"limit": 3, "cursor": changed})
        moved = await ops.get("/v1/organisations", params=params | {"country": "BEL"})
    assert seen == [f"ORG-{n}" for n in range(7)]
    assert (forged.status_code, forged.json()["code"]) == (400, "invalid_cursor")
    assert (moved.status_code, moved.json()["code"]) == (400, "cursor_of_other_filters")


async def test_only_operations_register_organisations(house: House) -> None:
    async with await house.act("OWN", "partner-admin") as http:
        refused = await http.post("/v1/organisations", json=ENTRY)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_owner")


async def test_a_change_is_merged_and_takes_nothing_away_that_must_be(house: House) -> None:
    async with await house.ops() as ops:
        own = (await ops.post("/v1/organisations", json=ENTRY)).json()["id"]
        match = {"If-Match": '"1"'}
        emptied = await ops.patch(f"/v1/organisations/{own}", json={"name": None}, headers=match)
        renamed = await ops.patch(f"/v1/organisations/{own}", json={"name": {"nl": "Atlasbureau"}}, headers=match)
    assert (emptied.status_code, emptied.json()["errors"][0]["pointer"]) == (422, "/name")
    assert renamed.json()["name"] == ENTRY["name"] | {"nl": "Atlasbureau"}  # type: ignore[operator]


async def test_nobody_makes_itself_an_authority(house: House) -> None:
    """Authorities accredit, sanction and register law; operations alone say who is one."""
    own = await house.organisation("OWN")
    path, authority = f"/v1/organisations/{own}", {"type": "GOVERNMENT_MINISTRY"}
    async with await house.act("OWN", "partner-admin") as http:
        refused = await http.patch(path, json=authority, headers={"If-Match": '"1"'})
        same = await http.patch(path, json={"type": "EMPLOYER", "acronym": "OWN"}, headers={"If-Match": '"1"'})
    async with await house.ops() as ops:
        told = await ops.patch(path, json=authority, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "type_is_given")
    assert [same.status_code, told.status_code] == [200, 200]


async def test_operations_alone_say_that_an_organisation_was_looked_up(house: House) -> None:
    """Story 2447: nobody is contacted by an organisation that does not exist; a new name has to be looked up anew."""
    own = await house.organisation("OWN")
    path = f"/v1/organisations/{own}"
    said = {"source": "Invented register", "reference": "OTHER", "checked_on": "2026-11-02", "valid_to": "2028-11-01"}
    async with await house.act("OWN", "partner-admin") as http:
        before = (await http.get(path)).json()["verification"]
        refused = await http.patch(path, json={"verification": said}, headers={"If-Match": '"1"'})
        website = await http.patch(path, json={"website": "https://own.example"}, headers={"If-Match": '"1"'})
        renamed = await http.patch(path, json={"name": {"en": "Another name"}}, headers={"If-Match": '"2"'})
    async with await house.ops() as ops:
        seen = await ops.patch(path, json={"verification": said}, headers={"If-Match": '"3"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "verification_is_given")
    assert website.json()["verification"] == before
    assert (renamed.json()["verification"], seen.json()["verification"]) == (None, said)


async def test_other_services_hear_whether_an_organisation_was_looked_up(house: House) -> None:
    """Matching's gate H11 needs it."""
    async with await house.ops() as ops:
        entry = {name: value for name, value in ENTRY.items() if name != "verification"}
        made = (await ops.post("/v1/organisations", json=entry)).json()["id"]
        said = {"source": "Invented register", "reference": "1", "checked_on": "2026-11-02", "valid_to": "2028-11-01"}
        await ops.patch(f"/v1/organisations/{made}", json={"verification": said}, headers={"If-Match": '"1"'})
    heard = [each for each in await published(house, "organisation") if each["id"] == made]
    assert [(each["verified"], each["verified_to"]) for each in heard] == [(False, None), (True, "2028-11-01")]
