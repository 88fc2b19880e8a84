"""Enrolments: seats are not oversold, a certificate counts."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.matching import capacity
from tests.conftest import House
from tests.matching.registry_events import PANELS, WIRING, days, person
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch, events

UNSKILLED = {"skills": [{"uri": PANELS, "level": 4, "evidence": "TESTED"}], "external_id": "C-2"}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


NEXT = [{"kind": "APPLY_AGAIN", "text": "The next session takes applications in March."}]


def closed(reason: str) -> dict[str, Any]:
    """What closing needs."""
    return {"reason": reason, "next_steps": NEXT, "decided_by": "Head of training 3"}


async def enrol(scene: Scene, candidate_id: str, **more: str) -> Any:
    body = {"candidate_id": candidate_id, "session_id": str(scene.session.id), "track": "AWAY"} | more
    return await scene.counsellor.post("/v1/enrolments", json=body)


async def move(http: Any, enrolment_id: str, to: str, **more: Any) -> Any:
    body = {"to": to, "on": days(0).isoformat()} | more
    return await http.post(f"/v1/enrolments/{enrolment_id}/transitions", json=body)


def codes(answer: Any) -> list[str]:
    return [guard["code"] for guard in answer.json()["guards"]]


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
    assert codes(silent) == ["REASON_GIVEN", "NEXT_STEP_GIVEN", "DECIDED_BY_GIVEN"]
    assert (untaught.status_code, untaught.json()["errors"][0]["pointer"]) == (422, "/skills/0")


async def test_seats_are_not_oversold_and_a_dropped_one_is_free_again(scene: Scene) -> None:
    people = [await scene.register(external_id=f"E-{n}") for n in range(5)]
    answers = await asyncio.gather(*(enrol(scene, each) for each in people))
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409, 409]
    taken = next(each.json()["id"] for each in answers if each.status_code == 201)
    left_out = next(c for c, each in zip(people, answers, strict=True) if each.status_code == 409)
    await move(scene.counsellor, taken, "DROPPED", **closed("FOUND_WORK"))
    assert (await enrol(scene, left_out)).status_code == 201


async def screened(scene: Scene, candidate_id: str) -> str:
    """An application that somebody has looked at."""
    enrolment = (await enrol(scene, candidate_id, status="APPLIED")).json()["id"]
    await move(scene.trainer, enrolment, "SCREENED", decided_by="Head of training 3")
    return str(enrolment)


async def test_from_application_to_the_choice_of_a_track(scene: Scene) -> None:
    """The whole life of domain/02 section 3; the track chosen is the person's from then on."""
    enrolment = await screened(scene, scene.candidate_id)
    by = {"decided_by": "Head of training 3"}
    steps: list[tuple[Any, str, dict[str, Any]]] = [
        (scene.trainer, "SELECTED", by),
        (scene.counsellor, "ENROLLED", {}),
        (scene.counsellor, "SUSPENDED", {}),
        (scene.counsellor, "ENROLLED", {}),
        (scene.trainer, "COMPLETED", {}),
        (scene.trainer, "CERTIFIED", {}),
        (scene.counsellor, "TRACK_CHOSEN", closed("TRAINED") | {"track": "HOME"}),
    ]
    for http, to, said in steps:
        moved = await move(http, enrolment, to, **said)
        assert moved.status_code == 200, moved.text
    person = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).json()
    kept = (await scene.trainer.get(f"/v1/enrolments/{enrolment}/transitions")).json()["items"]
    assert (moved.json()["track"], person["track_chosen"]) == ("HOME", "HOME")
    assert [each["to_status"] for each in kept] == ["APPLIED", "SCREENED", *(to for _, to, _ in steps)]


async def test_nobody_certifies_their_own(scene: Scene) -> None:
    """A certificate is evidence; the candidate's organisation cannot make it."""
    enrolment = (await enrol(scene, scene.candidate_id)).json()["id"]
    await move(scene.counsellor, enrolment, "COMPLETED")
    assert codes(await move(scene.counsellor, enrolment, "CERTIFIED")) == ["WHO_MAY"]


async def test_the_waiting_list_moves_up_when_a_person_says_so(scene: Scene) -> None:
    """Story 10: two seats, three applications, and the seat that a drop-out leaves."""
    first, second, third, fourth = [await screened(scene, await scene.register(external_id=f"W-{n}")) for n in range(4)]
    by = {"decided_by": "Head of training 3"}
    for each in (first, second):
        assert (await move(scene.trainer, each, "SELECTED", **by)).status_code == 200
    for each in (third, fourth):
        assert (await move(scene.trainer, each, "WAITLISTED", **by)).status_code == 200
    full = await move(scene.trainer, third, "SELECTED", **by)
    await move(scene.counsellor, first, "NOT_SELECTED", **closed("CANDIDATE_WITHDRAWS"))
    path = f"/v1/enrolments/waitlist?session_id={scene.session.id}"
    waiting = (await scene.trainer.get(path)).json()
    jumped = await move(scene.trainer, fourth, "SELECTED", **by)
    because = by | {"override_reason": "Needs the seat before her permit ends."}
    overridden = await move(scene.trainer, fourth, "SELECTED", **because)
    late = await move(scene.trainer, third, "SELECTED", **by)
    assert (codes(full), codes(jumped), codes(late)) == (["SEATS_LEFT"], ["NEXT_ON_LIST"], ["SEATS_LEFT"])
    assert (waiting["seats"], waiting["taken"], waiting["free"]) == (2, 1, 1)
    assert [(each["place"], each["enrolment"]["id"]) for each in waiting["waiting"]] == [(1, third), (2, fourth)]
    assert overridden.json()["status"] == "SELECTED"


async def test_whoever_is_not_selected_gets_a_reason_and_a_next_step_once_a_person_confirms(scene: Scene) -> None:
    """Story 9: reason code, next step, and an event at once that asks to tell within 48 hours."""
    enrolment = await screened(scene, scene.candidate_id)
    refused = await move(scene.trainer, enrolment, "NOT_SELECTED", reason="OTHERS_RANKED_HIGHER")
    said = closed("OTHERS_RANKED_HIGHER")
    shown = (await move(scene.trainer, enrolment, "NOT_SELECTED", **said)).json()
    path = f"/v1/candidates/{scene.candidate_id}/next-steps"
    before = (await scene.counsellor.get(path)).json()
    (closing,) = (await scene.counsellor.get("/v1/closings", params={"confirmed": "false"})).json()["items"]
    more = {"confirmed_by": "Counsellor 12", "next_steps": [{"kind": "OTHER_VACANCIES", "text": "Jobs that fit now."}]}
    confirm = f"/v1/closings/{closing['id']}/confirmation"
    confirmed = await scene.counsellor.post(confirm, json=more, headers={"If-Match": '"1"'})
    twice = await scene.counsellor.post(confirm, json=more, headers={"If-Match": '"2"'})
    (after,) = (await scene.counsellor.get(path)).json()["cases"]
    told = [data for kind, data in await events(scene.house) if kind == "case-closed"]
    assert codes(refused) == ["NEXT_STEP_GIVEN", "DECIDED_BY_GIVEN"]
    assert (shown["status"], shown["told_status"]) == ("NOT_SELECTED", "APPLIED")
    assert (before["cases"], before["awaiting_confirmation"]) == ([], 1)
    assert (confirmed.status_code, twice.status_code) == (200, 409)
    assert (after["reason"], [step["kind"] for step in after["next_steps"]]) == (
        "OTHERS_RANKED_HIGHER",
        ["APPLY_AGAIN", "OTHER_VACANCIES"],
    )
    assert after["next_steps"][1]["link"] == f"/v1/candidates/{scene.candidate_id}/matches"
    assert [event["confirmed"] for event in told] == [False, True]
    assert datetime.fromisoformat(told[0]["tell_by"]) - datetime.fromisoformat(told[0]["closed_at"]) == timedelta(2)
    assert "March" not in str(told), "words for the person are not published"
    read = (await scene.counsellor.get(f"/v1/enrolments/{enrolment}")).json()
    assert read["told_status"] == "NOT_SELECTED"


async def test_a_contested_refusal_is_judged_by_somebody_else_and_taken_up_again(scene: Scene) -> None:
    """GDPR article 22 (3); a person other than the one who decided answers, within 30 days."""
    enrolment = await screened(scene, scene.candidate_id)
    await move(scene.trainer, enrolment, "NOT_SELECTED", **closed("PREREQUISITES_MISSING"))
    (closing,) = (await scene.counsellor.get("/v1/closings")).json()["items"]
    path = f"/v1/closings/{closing['id']}/contestations"
    grounds = {"grounds": "The certificate of March was not read."}
    contested = (await scene.counsellor.post(path, json=grounds)).json()
    twice = await scene.counsellor.post(path, json=grounds)
    reply = f"/v1/contestations/{contested['id']}/answer"
    judged = {"outcome": "REVERSED", "answered_by": "head of training 3", "answer": "It counts."}
    version = {"If-Match": '"1"'}
    same = await scene.trainer.post(reply, json=judged, headers=version)
    own = await scene.counsellor.post(reply, json=judged | {"answered_by": "Director 1"}, headers=version)
    answered = await scene.trainer.post(reply, json=judged | {"answered_by": "Director 1"}, headers=version)
    again = await move(scene.trainer, enrolment, "SCREENED", decided_by="Director 1")
    assert contested["answer_by"] == days(30).isoformat()
    assert (twice.status_code, codes(same), own.status_code) == (409, ["ANOTHER_PERSON"], 403)
    assert (answered.json()["status"], again.json()["status"]) == ("REVERSED", "SCREENED")


async def test_a_stale_version_moves_nothing(scene: Scene) -> None:
    enrolment = (await enrol(scene, scene.candidate_id)).json()["id"]
    path, body = f"/v1/enrolments/{enrolment}/transitions", {"to": "COMPLETED", "on": days(0).isoformat()}
    assert (await scene.trainer.post(path, json=body, headers={"If-Match": '"9"'})).status_code == 412
    assert (await scene.trainer.post(path, json=body, headers={"If-Match": '"1"'})).status_code == 200


async def test_erasure_leaves_no_step_no_closing_and_no_seat(scene: Scene) -> None:
    enrolment = await screened(scene, scene.candidate_id)
    await move(scene.trainer, enrolment, "SELECTED", decided_by="Head of training 3")
    version = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).headers["ETag"]
    gone = await scene.counsellor.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": version})
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        left = await session.scalar(sa.text("SELECT count(*) FROM case_steps"))
        used = await capacity.used(session, [scene.session.id])
    assert (gone.status_code, left, used.get(scene.session.id, 0)) == (204, 0, 0)


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
