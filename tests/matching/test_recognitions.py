"""Recognition dossiers: received and answered by the authority, and read by gate H06 (story 22)."""

from typing import Any

import httpx
import pytest

from services.kit import tenancy
from services.matching.recognitions import service
from tests.conftest import House
from tests.matching.registry_events import days, person, publish
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch
from tests.matching.test_placements_api import codes

FULL = {"outcome": "FULL", "decided_on": days(0).isoformat(), "decision": "D-77"}


@pytest.fixture
async def scene(house: House) -> Scene:
    """A regulated job, and an authority in the partnership."""
    scene = await build(house, regulated=True)
    board = {"organisation_id": await house.organisation("BOARD"), "side": "DESTINATION", "role": "RECOGNISER"}
    parties = [each.model_dump() for each in scene.partnership.parties]
    changed = scene.partnership.model_dump() | {"parties": [*parties, board]}
    await publish(house, type(scene.partnership).model_validate(changed))
    return scene


async def board(scene: Scene) -> httpx.AsyncClient:
    return await scene.house.act("BOARD", "partner-admin", service="matching")


async def begin(scene: Scene, authority: str = "BOARD", **changes: Any) -> Any:
    body = {
        "candidate_id": scene.candidate_id,
        "partnership_id": str(scene.partnership.id),
        "authority_id": await scene.house.organisation(authority),
        "qualification": "Diploma 118",
        "isco08": "7411",
        "country": "BEL",
        "comparability": {"nqf_level": 5, "eqf_level": 4, "reference": "S-1", "issued_on": days(-90).isoformat()},
    }
    return await scene.counsellor.post("/v1/recognition-dossiers", json=body | changes)


async def submitted(scene: Scene, on: int = -40) -> str:
    path = f"/v1/recognition-dossiers/{(await begin(scene)).json()['id']}"
    sent = {"submitted_on": days(on).isoformat()}
    answer = await scene.counsellor.post(f"{path}/submission", json=sent, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    return path


async def decide(scene: Scene, path: str, version: int = 2, **said: Any) -> Any:
    return await (await board(scene)).post(f"{path}/answer", json=FULL | said, headers={"If-Match": f'"{version}"'})


async def h06(scene: Scene) -> bool:
    """Whether the gate is open: a proposal is refused for nothing else."""
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    answer = await scene.counsellor.post("/v1/proposals", json=body)
    return answer.status_code == 201 or not [c for c in codes(answer) if c.startswith("H06")]


async def test_full_recognition_opens_gate_h06(scene: Scene) -> None:
    path = await submitted(scene)
    before = await h06(scene)
    answered = (await decide(scene, path)).json()
    assert (before, await h06(scene)) == (False, True)
    assert (answered["status"], answered["days"], answered["comparability"]["eqf_level"]) == ("FULL", 40, 4)
    kpi = (await scene.counsellor.get("/v1/recognition-days")).json()
    assert (kpi["decided"], kpi["recognised"], kpi["median_days"]) == (1, 1, 40)


async def test_measures_are_named_and_count_once_they_are_done(scene: Scene) -> None:
    path = await submitted(scene)
    nameless = await decide(scene, path, outcome="COMPENSATION_MEASURES")
    measure = {"text": "Adaptation period", "done_by": days(10).isoformat()}
    asked = await decide(scene, path, outcome="COMPENSATION_MEASURES", measures=[measure])
    person = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).json()["recognitions"]
    assert (codes(nameless), asked.json()["measures"]) == (["MEASURES"], [measure])
    assert [(each["status"], each["compensation_ends_on"]) for each in person] == [("PARTIAL", measure["done_by"])]


async def test_who_is_refused_is_told_why_and_what_next_and_may_try_again(scene: Scene) -> None:
    path = await submitted(scene)
    bare = await decide(scene, path, outcome="REFUSED")
    no = await decide(scene, path, outcome="REFUSED", reason="Hours are missing.", next_step="Take module 4.")
    again = await scene.counsellor.post(
        f"{path}/submission", json={"submitted_on": days(0).isoformat()}, headers={"If-Match": '"3"'}
    )
    assert (codes(bare), no.json()["status"], again.json()["status"]) == (["TOLD_WHY"], "REFUSED", "SUBMITTED")


STATED = {"isco08": "7411", "country": "BEL", "status": "FULL", "compensation_ends_on": None}


async def test_an_import_and_a_patch_do_not_undo_what_the_authority_decided(scene: Scene) -> None:
    path = await submitted(scene)
    await decide(scene, path, outcome="REFUSED", reason="Hours are missing.", next_step="Take module 4.")
    elsewhere = STATED | {"country": "FRA"}
    imported = [await batch(scene.counsellor, person(recognitions=[STATED, elsewhere])) for _ in range(2)]
    one = f"/v1/candidates/{scene.candidate_id}"
    tag = (await scene.counsellor.get(one)).headers["ETag"]
    patched = await scene.counsellor.patch(one, json={"recognitions": [STATED]}, headers={"If-Match": tag})
    held = (await scene.counsellor.get(f"{one}/export")).json()["held"]["candidates"][0]
    assert [result["status"] for (result,) in imported] == ["updated", "unchanged"]
    assert [each["status"] for each in patched.json()["recognitions"]] == ["REFUSED"]
    assert (held["stated_recognitions"], held["earned_recognitions"][0]["status"]) == ([STATED], "REFUSED")
    assert not await h06(scene)


async def test_a_nightly_import_changes_nothing_once_the_authority_decided(scene: Scene) -> None:
    await decide(scene, await submitted(scene))
    (again,) = await batch(scene.counsellor, person())
    assert (again["status"], await h06(scene)) == ("unchanged", True)


async def test_a_new_dossier_does_not_undo_what_was_decided_in_another(scene: Scene) -> None:
    path = await submitted(scene)
    await decide(scene, path, outcome="REFUSED", reason="Hours are missing.", next_step="Take module 4.")
    second = await begin(scene, qualification="Diploma 119", required=False)
    shown = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).json()["recognitions"]
    assert (second.json()["status"], [each["status"] for each in shown]) == ("NOT_REQUIRED", ["REFUSED"])


async def test_it_ends_with_its_last_day(scene: Scene) -> None:
    path = await submitted(scene)
    await decide(scene, path, valid_to=days(-1).isoformat())
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        assert await service.expire(session) is False
    assert (await scene.counsellor.get(path)).json()["status"] == "EXPIRED"
    assert not await h06(scene)


async def test_only_a_recogniser_is_an_authority_and_only_it_answers(scene: Scene) -> None:
    wrong = await begin(scene, "EMPLOYER")
    unsent = f"/v1/recognition-dossiers/{(await begin(scene)).json()['id']}"
    early = (await (await board(scene)).get(unsent)).status_code
    await scene.counsellor.post(
        f"{unsent}/submission", json={"submitted_on": days(-1).isoformat()}, headers={"If-Match": '"1"'}
    )
    async with await scene.house.act("AGENCY", "partner-admin", service="matching") as agency:
        own = await agency.post(f"{unsent}/answer", json=FULL, headers={"If-Match": '"2"'})
    received = (await (await board(scene)).get("/v1/recognition-dossiers")).json()["items"]
    assert (wrong.json()["errors"][0]["pointer"], early, own.status_code) == ("/authority_id", 404, 403)
    assert [each["status"] for each in received] == ["SUBMITTED"]
