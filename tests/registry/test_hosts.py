"""Hosts: what they have room for, who reads it, and what the feed says of it (S-17, S-64)."""

from datetime import timedelta
from typing import Any

import pytest

from services.kit.db import now
from tests.conftest import House
from tests.registry.partnership import MISSING, alike, published, register


def host(*partnership_ids: str, **change: Any) -> dict[str, Any]:
    return {
        "external_id": "HOST-1",
        "title": {"en": "Room for food entrepreneurs"},
        "country": "BEL",
        "capacity_days": 720,
        "places": 4,
        "sectors": ["A01", "C10"],
        "services": ["WORKSPACE", "MENTORING"],
        "personas": ["ENTREPRENEUR"],
        "languages": ["fr"],
        "mentors": [{"count": 3, "languages": ["fr", "wo"], "isco08": ["1311"]}],
        "stay_days_min": 7,
        "stay_days_max": 180,
        "partnership_ids": list(partnership_ids),
    } | change


async def test_a_host_is_read_by_the_parties_and_by_nobody_else(house: House) -> None:
    """S-17: a host's profile names places, sectors, mentors and languages, for the partnerships it is offered to."""
    partnership = await register(house)
    async with await partnership.act("FIRM-BE") as http:
        created = await http.post("/v1/hosts", json=host(partnership.id))
    assert created.status_code == 201, created.text
    path = f"/v1/hosts/{created.json()['id']}"
    async with await partnership.act("MINISTRY-MA") as http:
        shown = (await http.get(path)).json()
    async with await partnership.act("STRANGER") as http:
        foreign, missing = await http.get(path), await http.get(f"/v1/hosts/{MISSING}")
    assert (shown["capacity_days"], shown["places"], shown["mentors"][0]["count"]) == (720, 4, 3)
    assert alike(foreign, missing)
    assert foreign.status_code == 404


async def test_hosts_are_found_by_sector_persona_and_diaspora(house: House) -> None:
    """S-20: diaspora firms that host are told from the others (PEM-WECCO planned 10 beside 60 Belgian firms)."""
    partnership = await register(house)
    async with await partnership.act("FIRM-BE") as http:
        await http.post("/v1/hosts", json=host(partnership.id))
        diaspora = host(partnership.id, external_id="HOST-2", diaspora_firm=True, sectors=["J62"], personas=["EXPERT"])
        await http.post("/v1/hosts", json=diaspora)
    async with await partnership.act("MINISTRY-MA") as http:
        found = {
            name: [each["external_id"] for each in (await http.get("/v1/hosts", params=query)).json()["items"]]
            for name, query in {
                "sector": {"sector": "C10"},
                "persona": {"persona": "EXPERT"},
                "diaspora": {"diaspora_firm": "true", "partnership": partnership.id},
            }.items()
        }
    assert found == {"sector": ["HOST-1"], "persona": ["HOST-2"], "diaspora": ["HOST-2"]}


async def test_the_host_alone_changes_its_offer_and_keeps_its_history(house: House) -> None:
    partnership = await register(house)
    before = now()
    async with await partnership.act("FIRM-BE") as http:
        created = await http.post("/v1/hosts", json=host(partnership.id))
        path = f"/v1/hosts/{created.json()['id']}"
        changed = await http.patch(path, json={"places": 6, "open": False}, headers={"If-Match": '"1"'})
        stale = await http.patch(path, json={"places": 7}, headers={"If-Match": '"1"'})
        history = (await http.get(f"{path}/history")).json()["items"]
        then = await http.get(path, params={"as_of": created.json()["updated_at"]})
        never = await http.get(path, params={"as_of": (before - timedelta(days=1)).isoformat()})
    async with await partnership.act("MINISTRY-MA") as http:
        foreign = await http.patch(path, json={"places": 1}, headers={"If-Match": '"2"'})
    assert (changed.json()["places"], changed.json()["open"], changed.headers["ETag"]) == (6, False, '"2"')
    assert (stale.status_code, foreign.status_code, never.status_code) == (412, 403, 404)
    assert [each["record"]["places"] for each in history] == [4, 6]
    assert then.json()["places"] == 4


async def test_the_feed_carries_the_whole_host(house: House) -> None:
    partnership = await register(house)
    async with await partnership.act("FIRM-BE") as http:
        created = (await http.post("/v1/hosts", json=host(partnership.id))).json()
    (event,) = await published(house, "host")
    assert {"version", "created_at", "updated_at"} == created.keys() - event.keys()
    assert event["partnership_ids"] == [partnership.id]


async def test_a_host_that_leaves_is_withdrawn_from_the_partnership(house: House) -> None:
    """What is offered to a partnership follows its parties, hosts like vacancies."""
    partnership = await register(house)
    async with await partnership.act("FIRM-BE") as http:
        created = (await http.post("/v1/hosts", json=host(partnership.id))).json()
    gone = await house.organisation("FIRM-BE")
    stay = [party for party in partnership.body["parties"] if party["organisation_id"] != gone]
    changed = await partnership.patch(parties=stay)
    assert changed.status_code == 200, changed.text
    async with await partnership.act("FIRM-BE") as http:
        own = (await http.get(f"/v1/hosts/{created['id']}")).json()
    async with await partnership.act("MINISTRY-MA") as http:
        seen = await http.get(f"/v1/hosts/{created['id']}")
    assert own["partnership_ids"] == []
    assert seen.status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"stay_days_min": 200}, ""),
        ({"places": 1}, ""),
        ({"sectors": ["c10"]}, "/sectors/0"),
        ({"availability": [{"from_date": "2027-03-02", "to_date": "2027-03-01"}]}, "/availability/0"),
        (
            {
                "availability": [
                    {"from_date": "2027-01-01", "to_date": "2027-03-01"},
                    {"from_date": "2027-03-01", "to_date": "2027-04-01"},
                ]
            },
            "",
        ),
        ({"partnership_ids": [MISSING]}, "/partnership_ids/0"),
    ],
)
async def test_what_cannot_be_is_refused(house: House, change: dict[str, Any], pointer: str) -> None:
    async with await house.act("FIRM-BE", "employer") as http:
        refused = await http.post("/v1/hosts", json=host(**change))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
