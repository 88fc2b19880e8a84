"""Enrolments: seats are not oversold, a certificate counts."""

import asyncio
from typing import Any

import pytest

from tests.conftest import House
from tests.matching.registry_events import PANELS, WIRING, days, person
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch, events

UNSKILLED = {"skills": [{"uri": PANELS, "level": 4, "evidence": "TESTED"}], "external_id": "C-2"}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def enrol(scene: Scene, candidate_id: str) -> Any:
    body = {"candidate_id": candidate_id, "session_id": str(scene.session.id), "track": "AWAY"}
    return await scene.counsellor.post("/v1/enrolments", json=body)


async def move(http: Any, enrolment_id: str, to: str, **more: Any) -> Any:
    body = {"to": to, "on": days(0).isoformat()} | more
    return await http.post(f"/v1/enrolments/{enrolment_id}/transitions", json=body)


async def test_the_provider_certifies_and_the_candidate_gains_the_skills(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    enrolment = (await enrol(scene, candidate)).json()["id"]
    await move(scene.trainer, enrolment, "COMPLETED")
    certified = await move(scene.trainer, enrolment, "CERTIFIED")
    shown = (await scene.counsellor.get(f"/v1/candidates/{candidate}")).json()
    wiring = next(skill for skill in shown["skills"] if skill["uri"] == WIRING)
    assert (certified.status_code, certified.json()["status"]) == (200, "CERTIFIED")
    assert (wiring["level"], wiring["evidence"]) == (4, "CERTIFIED")
    statuses = [data["status"] for kind, data in await events(scene.house) if kind == "enrolment-changed"]
    assert statuses == ["ENROLLED", "COMPLETED", "CERTIFIED"]


async def test_a_certificate_outlasts_the_partners_next_import(scene: Scene) -> None:
    row = person(**UNSKILLED)
    candidate = (await batch(scene.counsellor, row))[0]["id"]
    enrolment = (await enrol(scene, candidate)).json()["id"]
    await move(scene.trainer, enrolment, "COMPLETED")
    await move(scene.trainer, enrolment, "CERTIFIED")
    again = await batch(scene.counsellor, row)
    shown = (await scene.counsellor.get(f"/v1/candidates/{candidate}")).json()
    assert again[0]["status"] == "unchanged"
    assert WIRING in {skill["uri"] for skill in shown["skills"]}


async def test_a_certificate_raises_the_score(scene: Scene) -> None:
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    before = (await scene.counsellor.get(path)).json()["items"][0]["score"]
    enrolment = (await enrol(scene, scene.candidate_id)).json()["id"]
    await move(scene.trainer, enrolment, "COMPLETED")
    await move(scene.trainer, enrolment, "CERTIFIED", skills=[WIRING])
    after = (await scene.counsellor.get(path)).json()["items"][0]["score"]
    assert after > before


async def test_steps_follow_each_other_and_failing_needs_a_reason(scene: Scene) -> None:
    enrolment = (await enrol(scene, scene.candidate_id)).json()["id"]
    early = await move(scene.trainer, enrolment, "CERTIFIED")
    silent = await move(scene.trainer, enrolment, "DROPPED")
    await move(scene.trainer, enrolment, "COMPLETED")
    untaught = await move(scene.trainer, enrolment, "CERTIFIED", skills=[PANELS])
    assert (early.status_code, early.json()["guards"][0]["seen"]) == (409, "ENROLLED")
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (untaught.status_code, untaught.json()["errors"][0]["pointer"]) == (422, "/skills/0")


async def test_seats_are_not_oversold_and_a_dropped_one_is_free_again(scene: Scene) -> None:
    people = [await scene.register(external_id=f"E-{n}") for n in range(5)]
    answers = await asyncio.gather(*(enrol(scene, each) for each in people))
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409, 409]
    taken = next(each.json()["id"] for each in answers if each.status_code == 201)
    left_out = next(c for c, each in zip(people, answers, strict=True) if each.status_code == 409)
    await move(scene.counsellor, taken, "DROPPED", reason="Moved to another town.")
    assert (await enrol(scene, left_out)).status_code == 201


async def test_only_the_two_sides_see_an_enrolment(scene: Scene) -> None:
    enrolment = (await enrol(scene, scene.candidate_id)).json()["id"]
    async with await scene.house.act("STRANGER", "training-provider", service="matching") as stranger:
        assert (await stranger.get(f"/v1/enrolments/{enrolment}")).status_code == 404
        assert (await move(stranger, enrolment, "COMPLETED")).status_code == 404
    assert len((await scene.trainer.get("/v1/enrolments")).json()["items"]) == 1


async def test_a_session_that_is_not_offered_cannot_be_taken(scene: Scene) -> None:
    async with await scene.house.act("STRANGER", "counsellor", service="matching") as stranger:
        own = (await stranger.post("/v1/candidates", json=person())).json()["id"]
        body = {"candidate_id": own, "session_id": str(scene.session.id), "track": "HOME"}
        refused = await stranger.post("/v1/enrolments", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_session")
