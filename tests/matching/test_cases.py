"""Guard-rail cases: opened by a party, blocking, lifted by two keys, written down for good."""

from typing import Any

import pytest

from tests.conftest import House
from tests.matching.scene import Scene, build
from tests.matching.test_placements_api import CLOSED, START, codes, move, prepared

PASSPORT = {"code": "G02", "reason": "The passport is kept.", "evidence": "Photograph 7", "decided_by": "Counsellor 12"}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def step(http: Any, case: str, to: str, version: int) -> Any:
    body = {"to": to, "reason": "Looked into.", "decided_by": "Inspector 3"}
    return await http.post(f"/v1/cases/{case}/transitions", json=body, headers={"If-Match": f'"{version}"'})


async def test_it_blocks_until_both_sides_turn_their_keys(scene: Scene) -> None:
    path, agency, employer = await prepared(scene), scene.counsellor, scene.recruiter
    case = (await agency.post(f"{path}/cases", json=PASSPORT)).json()["id"]
    refused = await agency.post(f"{path}/start", json=START)
    steps = [(employer, "UNDER_REVIEW"), (agency, "CONFIRMED"), (employer, "LIFTED"), (employer, "LIFTED")]
    seen = [(await step(http, case, to, version)).json()["status"] for version, (http, to) in enumerate(steps, 1)]
    still = await agency.post(f"{path}/start", json=START)
    lifted = (await step(agency, case, "LIFTED", 5)).json()
    started = await agency.post(f"{path}/start", json=START)
    assert (codes(refused), codes(still)) == (["GUARD_RAIL_G02"], ["GUARD_RAIL_G02"])
    assert seen == ["UNDER_REVIEW", "CONFIRMED", "CONFIRMED", "CONFIRMED"], "one side alone lifts nothing"
    assert (lifted["status"], {each["organisation_id"] for each in lifted["keys"]}) == (
        "LIFTED",
        {scene.agency, scene.employer},
    )
    assert started.status_code == 200
    log = (await employer.get(f"/v1/cases/{case}/transitions")).json()["items"]
    assert [each["to_status"] for each in log] == ["OPEN", "UNDER_REVIEW", *["CONFIRMED"] * 3, "LIFTED"]


async def test_refuting_takes_two_keys_too_and_order_is_kept(scene: Scene) -> None:
    path = await prepared(scene)
    case = (await scene.recruiter.post(f"{path}/cases", json=PASSPORT | {"code": "G08"})).json()["id"]
    skipped = await step(scene.counsellor, case, "LIFTED", 1)
    await step(scene.counsellor, case, "UNDER_REVIEW", 1)
    one = (await step(scene.recruiter, case, "REFUTED", 2)).json()["status"]
    two = (await step(scene.counsellor, case, "REFUTED", 3)).json()["status"]
    assert (codes(skipped), one, two) == (["CASE_STATUS"], "UNDER_REVIEW", "REFUTED")


async def test_what_protects_the_worker_stays_open(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/cases", json=PASSPORT)
    left = await move(scene.counsellor, path, "CANCELLED", 1, **CLOSED | {"reason": "GUARD_TRIPPED"})
    assert left.json()["status"] == "CANCELLED"


async def test_a_stranger_sees_and_does_nothing(scene: Scene) -> None:
    path = await prepared(scene)
    case = (await scene.counsellor.post(f"{path}/cases", json=PASSPORT)).json()["id"]
    async with await scene.house.act("STRANGER", "counsellor", service="matching") as stranger:
        assert (await stranger.get("/v1/cases")).json()["items"] == []
        assert (await stranger.post(f"{path}/cases", json=PASSPORT)).status_code == 404
        assert (await step(stranger, case, "UNDER_REVIEW", 1)).status_code == 404
