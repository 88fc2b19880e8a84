"""Placements: started and ended by either side, told to statistics with what they need."""

from typing import Any

import pytest

from tests.conftest import House
from tests.matching.registry_events import days
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import events

START: dict[str, Any] = {
    "started_on": days(0).isoformat(),
    "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
    "weekly_hours": 38,
    "net_monthly_earnings": {"amount": "2150.00", "currency": "EUR"},
    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
}
END = {"ended_on": days(30).isoformat(), "reason": "CANDIDATE_WITHDRAWS"}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house, places=1)


async def prepared(scene: Scene) -> str:
    """Path of a placement being prepared."""
    return f"/v1/placements/{(await scene.accept(await scene.propose()))['placement_id']}"


@pytest.mark.parametrize("who", ["counsellor", "recruiter"])
async def test_either_side_starts_and_ends_it(scene: Scene, who: str) -> None:
    http, path = getattr(scene, who), await prepared(scene)
    started = await http.post(f"{path}/start", json=START)
    ended = await http.post(f"{path}/end", json=END)
    assert (started.status_code, started.json()["status"], started.json()["weekly_hours"]) == (200, "STARTED", 38)
    assert (ended.json()["status"], ended.json()["reason"]) == ("ENDED", "CANDIDATE_WITHDRAWS")


async def test_a_start_is_published_with_amounts_and_a_pseudonym(scene: Scene) -> None:
    await scene.counsellor.post(f"{await prepared(scene)}/start", json=START)
    kind, data = (await events(scene.house))[-1]
    assert kind == "placement-started"
    assert (data["corridor"], data["track"], data["country"], data["isco08"]) == ("MAR-BEL", "AWAY", "BEL", "7411")
    assert (data["gross_hourly_earnings"], data["net_currency"], data["sex"]) == ("17.90", "EUR", "F")


async def test_it_starts_once(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/start", json=START)
    again = await scene.recruiter.post(f"{path}/start", json=START)
    assert (again.status_code, again.json()["guards"][0]["seen"]) == (409, "STARTED")


async def test_one_that_never_began_gives_its_place_back(scene: Scene) -> None:
    path = await prepared(scene)
    ended = (await scene.recruiter.post(f"{path}/end", json=END)).json()
    other = await scene.register(external_id="C-2")
    assert ended["status"] == "CANCELLED"
    assert (await scene.accept(await scene.propose(other)))["status"] == "ACCEPTED"
    told = [data["had_started"] for kind, data in await events(scene.house) if kind == "placement-ended"]
    assert told == [False]


async def test_it_does_not_end_before_it_began(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/start", json=START)
    refused = await scene.counsellor.post(f"{path}/end", json=END | {"ended_on": days(-5).isoformat()})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/ended_on")


async def test_a_stranger_neither_sees_nor_starts_it(scene: Scene) -> None:
    path = await prepared(scene)
    async with await scene.house.act("STRANGER", "counsellor", service="matching") as stranger:
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"{path}/start", json=START)).status_code == 404
        assert (await stranger.get("/v1/placements")).json()["items"] == []
