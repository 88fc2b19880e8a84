"""Programmes of cooperation: components, funders, and implementers who join and leave."""

from typing import Any

import httpx

from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, register

PATH = "/v1/cooperation-programmes"
# A programme like those that run for years with several countries: who joined and left when.
IMPLEMENTERS = {
    "LABOUR-UN": ("2019-01-01", None),
    "MIGRATION-UN": ("2019-01-01", "2023-01-01"),
    "AGENCY-DE": ("2019-10-01", None),
    "AGENCY-BE": ("2020-08-01", None),
    "OFFICE-FR": ("2022-01-01", None),
}
OBJECTIVES = {
    "SO1": ("Governance", "PARTNERSHIPS"),
    "SO2": ("Recognition of skills", "SKILLS"),
    "SO3": ("Data", "KNOWLEDGE"),
    "SO4": ("Mobility schemes", "SKILLS"),
    "SO5": ("Cooperation of institutions", "PARTNERSHIPS"),
}


async def _body(house: House, **change: Any) -> dict[str, Any]:
    implementers = [
        {
            "organisation_id": await house.organisation(code),
            "joined_on": joined,
            "left_on": left,
            "objectives": ["SO4"],
        }
        for code, (joined, left) in IMPLEMENTERS.items()
    ]
    return {
        "code": "ATLAS",
        "title": {"en": "Invented labour mobility programme"},
        "acronym": "ATLAS",
        "origins": ["EGY", "MAR", "TUN"],
        "destinations": ["BEL", "DEU", "FRA"],
        "objectives": [
            {"code": code, "title": {"en": title}, "family": family} for code, (title, family) in OBJECTIVES.items()
        ],
        "funders": [
            {"name": "Trust fund", "organisation_id": None, "amount": {"amount": "20000000.00", "currency": "EUR"}},
            {"name": "Ministry", "organisation_id": None, "amount": {"amount": "3500000.00", "currency": "EUR"}},
        ],
        "implementers": implementers,
    } | change


async def _post(house: House, by: str = "COMMISSION", **change: Any) -> httpx.Response:
    sent = await _body(house, **change)
    async with await house.act(by, *ROLES) as http:
        return await http.post(PATH, json=sent)


async def _patch(house: House, programme_id: str, by: str = "COMMISSION", **change: Any) -> httpx.Response:
    async with await house.act(by, *ROLES) as http:
        tag = (await http.get(f"{PATH}/{programme_id}")).headers["ETag"]
        return await http.patch(f"{PATH}/{programme_id}", json=change, headers={"If-Match": tag})


async def test_a_programme_is_everybodys_to_read_and_its_owners_to_change(house: House) -> None:
    """S-66: five objectives, several origins and funders; S-68: outcomes of three families."""
    created = await _post(house)
    assert created.status_code == 201, created.text
    path = f"{PATH}/{created.json()['id']}"
    async with await house.act("STRANGER", *ROLES) as http:
        read = await http.get(path)
        then = await http.get(path, params={"as_of": read.json()["updated_at"]})
        refused = await http.patch(path, json={"acronym": "MINE"}, headers={"If-Match": '"1"'})
    assert (read.json(), then.json()) == (created.json(), created.json())
    assert {objective["family"] for objective in read.json()["objectives"]} == {"KNOWLEDGE", "SKILLS", "PARTNERSHIPS"}
    assert refused.status_code == 404
    changed = await _patch(house, created.json()["id"], ends_on="2026-12-31")
    assert (changed.json()["ends_on"], changed.json()["version"]) == ("2026-12-31", 2)


async def test_implementers_are_told_for_a_day(house: House) -> None:
    """S-66: implementers join and leave; who left does not implement on the day it left."""
    programme = (await _post(house)).json()["id"]
    codes = {await house.organisation(code): code for code in IMPLEMENTERS}
    told = {}
    async with await house.act("STRANGER", *ROLES) as http:
        for day in ("2018-12-31", "2019-01-01", "2020-08-01", "2022-12-31", "2023-01-01"):
            items = (await http.get(f"{PATH}/{programme}/implementers", params={"on": day})).json()["items"]
            told[day] = [codes[item["organisation_id"]] for item in items]
        ever = (await http.get(f"{PATH}/{programme}/implementers")).json()["items"]
    assert told == {
        "2018-12-31": [],
        "2019-01-01": ["LABOUR-UN", "MIGRATION-UN"],
        "2020-08-01": ["LABOUR-UN", "MIGRATION-UN", "AGENCY-DE", "AGENCY-BE"],
        "2022-12-31": ["LABOUR-UN", "MIGRATION-UN", "AGENCY-DE", "AGENCY-BE", "OFFICE-FR"],
        "2023-01-01": ["LABOUR-UN", "AGENCY-DE", "AGENCY-BE", "OFFICE-FR"],
    }
    assert [codes[item["organisation_id"]] for item in ever] == list(IMPLEMENTERS)


async def test_partnerships_of_a_programme_are_also_those_of_its_components(house: House) -> None:
    """S-66: programme, component, partnership."""
    programme = (await _post(house)).json()["id"]
    component = (await _post(house, by="AGENCY-BE", code="ATLAS-BE", parent_id=programme)).json()["id"]
    part = (await _post(house, by="AGENCY-BE", code="ATLAS-BE-ICT", parent_id=component)).json()["id"]
    other = (await _post(house, code="OTHER")).json()["id"]
    for code, wanted in {"TOP": programme, "DEEP": part, "ELSEWHERE": other}.items():
        await register(house, code=code, programme_id=wanted)
    listed = {}
    async with await house.act("MINISTRY-MA", *ROLES) as http:
        for name, wanted in {"programme": programme, "component": component, "other": other}.items():
            items = (await http.get("/v1/partnerships", params={"programme_id": wanted})).json()["items"]
            listed[name] = [item["code"] for item in items]
        components = (await http.get(PATH, params={"parent_id": programme})).json()["items"]
    assert listed == {"programme": ["TOP", "DEEP"], "component": ["DEEP"], "other": ["ELSEWHERE"]}
    assert [item["code"] for item in components] == ["ATLAS-BE"]


async def test_a_component_is_not_its_own_ancestor(house: House) -> None:
    top = (await _post(house)).json()["id"]
    middle = (await _post(house, code="MIDDLE", parent_id=top)).json()["id"]
    bottom = (await _post(house, code="BOTTOM", parent_id=middle)).json()["id"]
    for ancestor in (top, middle, bottom):
        refused = await _patch(house, top, parent_id=ancestor)
        assert refused.status_code == 422
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/parent_id", "own_ancestor")]


async def test_only_owner_and_implementers_add_components(house: House) -> None:
    programme = (await _post(house)).json()["id"]
    refused = await _post(house, by="STRANGER", code="INTRUDER", parent_id=programme)
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/parent_id", "not_an_implementer")]


async def test_a_programme_continues_another(house: House) -> None:
    """S-66: a second phase follows the first."""
    first = (await _post(house)).json()["id"]
    second = await _post(house, code="ATLAS-PLUS", successor_of=first)
    assert second.json()["successor_of"] == first
    itself = await _patch(house, first, successor_of=first)
    assert [e["code"] for e in itself.json()["errors"]] == ["itself"]


async def test_what_is_wrong_is_named_by_pointer(house: House) -> None:
    sent = await _body(house)
    sent["objectives"].append(sent["objectives"][0])
    sent["implementers"][0] |= {"left_on": "2018-01-01", "objectives": ["SO9"]}
    sent["implementers"][1] |= {"organisation_id": MISSING}
    sent["funders"][0] |= {"organisation_id": MISSING}
    wrong = {"parent_id": MISSING, "successor_of": MISSING, "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
    async with await house.act("COMMISSION", *ROLES) as http:
        refused = await http.post(PATH, json=sent | wrong)
    assert {(e["pointer"], e["code"]) for e in refused.json()["errors"]} == {
        ("/objectives/5/code", "repeated"),
        ("/implementers/0/left_on", "too_early"),
        ("/implementers/0/objectives", "unknown_objective"),
        ("/implementers/1/organisation_id", "unknown_organisation"),
        ("/funders/0/organisation_id", "unknown_organisation"),
        ("/parent_id", "unknown_record"),
        ("/successor_of", "unknown_record"),
        ("/ends_on", "too_early"),
    }


async def test_programmes_are_found_by_origin_implementer_and_code(house: House) -> None:
    await _post(house)
    await _post(house, code="OTHER", origins=["KEN"], implementers=[])
    found = {}
    async with await house.act("STRANGER", *ROLES) as http:
        for query in (
            {"origin": "TUN"},
            {"origin": "KEN"},
            {"implementer_id": await house.organisation("MIGRATION-UN")},
            {"code": "OTHER"},
        ):
            items = (await http.get(PATH, params=query)).json()["items"]
            found[next(iter(query.items()))] = [item["code"] for item in items]
    assert list(found.values()) == [["ATLAS"], ["OTHER"], ["ATLAS"], ["OTHER"]]
