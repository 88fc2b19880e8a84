"""Programmes and sessions over HTTP."""

from tests.conftest import House
from tests.registry.partnership import (
    MISSING,
    OTHER_SKILL,
    ROLES,
    SESSION,
    SKILL,
    alike,
    offer_training,
    programme,
    published,
    register,
)


async def test_a_programme_is_read_by_the_parties_and_by_nobody_else(house: House) -> None:
    partnership = await register(house)
    training = await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        session = (await http.get(f"/v1/programmes/{training}/sessions")).json()["items"][0]["id"]
    paths = ["/v1/programmes/{}", "/v1/programmes/{}/sessions", f"/v1/programmes/{{}}/sessions/{session}"]
    for code in ("SCHOOL-MA", "FIRM-BE"):
        async with await partnership.act(code) as http:
            assert {(await http.get(path.format(training))).status_code for path in paths} == {200}
    async with await house.act("STRANGER", *ROLES) as http:
        for path in paths:
            foreign = await http.get(path.format(training))
            assert foreign.status_code == 404
            assert alike(foreign, await http.get(path.format(MISSING)))
        assert (await http.get("/v1/programmes")).json() == {"items": []}


async def test_only_the_provider_writes(house: House) -> None:
    partnership = await register(house)
    training = await offer_training(partnership)
    tag = {"If-Match": '"1"'}
    for code, status in {"FIRM-BE": 403, "STRANGER": 404}.items():
        async with await house.act(code, *ROLES) as http:
            changed = await http.patch(f"/v1/programmes/{training}", json={"hours": 1}, headers=tag)
            scheduled = await http.post(f"/v1/programmes/{training}/sessions", json=SESSION | {"external_id": "X"})
        assert (changed.status_code, scheduled.status_code) == (status, status)
    async with await house.act("SCHOOL-MA", "counsellor") as http:
        assert (await http.post("/v1/programmes", json=programme(partnership.id))).status_code == 403


async def test_a_programme_is_offered_only_where_the_provider_is_a_party(house: House) -> None:
    partnership = await register(house)
    async with await house.act("STRANGER", *ROLES) as http:
        refused = await http.post("/v1/programmes", json=programme(partnership.id, partnership_ids=[MISSING]))
        foreign = await http.post("/v1/programmes", json=programme(partnership.id))
    assert refused.json()["errors"][0]["pointer"] == "/partnership_ids/0"
    assert (refused.status_code, foreign.status_code) == (422, 422)
    assert alike(refused, foreign)


async def test_an_external_id_is_given_once_an_organisation(house: House) -> None:
    partnership = await register(house)
    await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        again = await http.post("/v1/programmes", json=programme(partnership.id))
    async with await partnership.act("FIRM-BE") as http:
        other = await http.post("/v1/programmes", json=programme(partnership.id))
    assert (again.status_code, again.json()["code"], other.status_code) == (409, "already_exists", 201)


async def test_a_change_is_merged_offered_anew_and_published(house: House) -> None:
    partnership = await register(house)
    training = await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        path = f"/v1/programmes/{training}"
        assert (await http.patch(path, json={"hours": 1})).status_code == 428
        changed = await http.patch(path, json={"hours": 10, "eqf": 4}, headers={"If-Match": '"1"'})
        assert (changed.json()["hours"], changed.json()["eqf"], changed.json()["skills"][0]["uri"]) == (10, 4, SKILL)
        assert (await http.patch(path, json={"hours": 1}, headers={"If-Match": '"1"'})).status_code == 412
        withdrawn = await http.patch(path, json={"partnership_ids": None}, headers={"If-Match": '"2"'})
        assert withdrawn.json()["partnership_ids"] == []
    async with await partnership.act("FIRM-BE") as http:
        assert (await http.get(path)).status_code == 404
        assert (await http.get(f"{path}/sessions")).status_code == 404
    events = await published(house, "programme")
    assert [(e["hours"], e["partnership_ids"]) for e in events] == [
        (420, [partnership.id]),
        (10, [partnership.id]),
        (10, []),
    ]


async def test_lists_are_filtered(house: House) -> None:
    partnership = await register(house)
    await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        language = {"code": "fr", "from_cefr": "A2", "to_cefr": "B1"}
        more = {"external_id": "FR", "type": "LANGUAGE", "skills": [], "language": language, "country": "BEL"}
        await http.post("/v1/programmes", json=programme(partnership.id, **more, partnership_ids=[]))
        for query, keys in {
            f"partnership={partnership.id}": ["PV-12W"],
            f"partnership={MISSING}": [],
            f"skill={SKILL}": ["PV-12W"],
            f"skill={OTHER_SKILL}": [],
            "type=LANGUAGE": ["FR"],
            "country=MAR": ["PV-12W"],
        }.items():
            items = (await http.get(f"/v1/programmes?{query}")).json()["items"]
            assert [item["external_id"] for item in items] == keys, query


async def test_what_the_trainee_pays_fits_the_cost(house: House) -> None:
    partnership = await register(house)
    async with await partnership.act("SCHOOL-MA") as http:
        for pays, pointer in {
            ("1.00", "MAD"): "/trainee_pays/currency",
            ("1850.01", "EUR"): "/trainee_pays/amount",
        }.items():
            money = {"amount": pays[0], "currency": pays[1]}
            refused = await http.post("/v1/programmes", json=programme(partnership.id, trainee_pays=money))
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_session_is_moved_within_its_programme(house: House) -> None:
    partnership = await register(house)
    training = await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        path = f"/v1/programmes/{training}/sessions"
        session = (await http.get(path)).json()["items"][0]["id"]
        changed = await http.patch(f"{path}/{session}", json={"seats": 20}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.json()["seats"], changed.headers["ETag"]) == (200, 20, '"2"')
        refused = await http.patch(f"{path}/{session}", json={"ends_on": "2027-01-01"}, headers={"If-Match": '"2"'})
        assert refused.status_code == 422
        assert (await http.post(path, json=SESSION)).status_code == 409
        other = (await http.post("/v1/programmes", json=programme(partnership.id, external_id="B"))).json()["id"]
        assert (await http.get(f"/v1/programmes/{other}/sessions/{session}")).status_code == 404
    async with await partnership.act("FIRM-BE") as http:
        foreign = await http.patch(f"{path}/{session}", json={"seats": 1}, headers={"If-Match": '"2"'})
    assert foreign.status_code == 403
    assert [e["seats"] for e in await published(house, "session")] == [24, 20]
