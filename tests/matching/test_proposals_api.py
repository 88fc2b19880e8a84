"""Proposals: gates first, two answers in either order, a person hidden until they say so."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from tests.conftest import House
from tests.matching.registry_events import PANELS, days, publish, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import events


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


NEXT = [{"kind": "OTHER_VACANCIES", "text": "Two employers nearby look for the same."}]


def no(reason: str) -> dict[str, Any]:
    """What declining needs."""
    return {"decision": "DECLINE", "reason": reason, "next_steps": NEXT, "decided_by": "Recruiter 3"}


async def answer(http: Any, proposal_id: str, **body: Any) -> Any:
    return await http.post(f"/v1/proposals/{proposal_id}/answers", json=body)


@pytest.mark.parametrize("first", ["counsellor", "recruiter"])
async def test_both_accept_in_either_order_and_a_placement_is_prepared(scene: Scene, first: str) -> None:
    order = [scene.counsellor, scene.recruiter]
    if first == "recruiter":
        order.reverse()
    proposal = await scene.propose()
    half = (await answer(order[0], proposal, decision="ACCEPT")).json()
    whole = (await answer(order[1], proposal, decision="ACCEPT")).json()
    placement = (await scene.recruiter.get(f"/v1/placements/{whole['placement_id']}")).json()
    assert half["status"] == {"counsellor": "CANDIDATE_ACCEPTED", "recruiter": "EMPLOYER_ACCEPTED"}[first]
    assert half["placement_id"] is None
    assert whole["status"] == "ACCEPTED"
    assert (placement["status"], placement["track"], placement["country"]) == ("PREPARING", "AWAY", "BEL")
    told = [(kind, data["status"]) for kind, data in await events(scene.house) if kind == "proposal-changed"]
    assert told == [("proposal-changed", status) for status in ("PROPOSED", half["status"], "ACCEPTED")]


async def test_a_gate_that_fails_refuses_with_its_remedy(scene: Scene) -> None:
    beginner = await scene.register(external_id="C-2", languages=[{"code": "fr", "cefr": "A1"}])
    body = {"candidate_id": beginner, "vacancy_id": str(scene.vacancy.id)}
    refused = await scene.counsellor.post("/v1/proposals", json=body)
    assert refused.status_code == 409
    (guard,) = refused.json()["guards"]
    assert guard == {
        "code": "H07_LANGUAGE_MIN",
        "seen": "fr A1",
        "needed": "fr B1",
        "remedy": "language course: fr to B1",
    }


async def test_one_open_proposal_a_pair(scene: Scene) -> None:
    proposal = await scene.propose()
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    assert (await scene.counsellor.post("/v1/proposals", json=body)).status_code == 409
    await answer(scene.recruiter, proposal, **no("NO_JOB_OFFER"))
    assert (await scene.counsellor.post("/v1/proposals", json=body)).status_code == 201


async def test_a_side_answers_once_and_a_closed_proposal_not_at_all(scene: Scene) -> None:
    proposal = await scene.propose()
    bare = await answer(scene.recruiter, proposal, decision="DECLINE")
    await answer(scene.counsellor, proposal, decision="ACCEPT")
    twice = await answer(scene.counsellor, proposal, decision="ACCEPT")
    closed = await answer(scene.recruiter, proposal, **no("NO_JOB_OFFER"))
    late = await answer(scene.recruiter, proposal, decision="ACCEPT")
    assert [guard["code"] for guard in bare.json()["guards"]] == [
        "REASON_GIVEN",
        "NEXT_STEP_GIVEN",
        "DECIDED_BY_GIVEN",
    ]
    assert (twice.status_code, twice.json()["code"]) == (409, "already_answered")
    assert (closed.json()["status"], closed.json()["answers"][1]["reason"]) == ("DECLINED", "NO_JOB_OFFER")
    assert (late.status_code, late.json()["code"]) == (409, "proposal_closed")


async def test_the_employer_learns_who_it_is_only_with_consent(scene: Scene) -> None:
    proposal = await scene.propose()
    path = f"/v1/proposals/{proposal}"
    before = await scene.recruiter.get(path)
    await answer(scene.counsellor, proposal, decision="ACCEPT", share_identity=True)
    after = await scene.recruiter.get(path)
    assert "Personne" not in before.text
    assert before.json()["candidate"]["skills"][0]["uri"] == PANELS
    assert (after.json()["candidate"]["family_name"], after.json()["candidate"]["birth_date"]) == (
        "Personne",
        "1999-04-12",
    )
    assert "TUN" not in after.text


async def test_the_employer_cannot_consent_for_the_candidate(scene: Scene) -> None:
    proposal = await scene.propose()
    seen = await answer(scene.recruiter, proposal, decision="ACCEPT", share_identity=True)
    assert (seen.status_code, "Personne" in seen.text) == (201, False)


async def test_consent_to_one_proposal_says_nothing_in_another(scene: Scene) -> None:
    second = vacancy(scene.employer, [scene.partnership.id], external_id="V-2")
    await publish(scene.house, second)
    one, other = await scene.propose(), await scene.propose(vacancy_id=str(second.id))
    await answer(scene.counsellor, one, decision="ACCEPT", share_identity=True)
    shown = (await scene.recruiter.get(f"/v1/proposals/{other}")).text
    assert "Personne" not in shown


async def test_a_stranger_neither_reads_nor_answers(scene: Scene) -> None:
    proposal = await scene.propose()
    async with await scene.house.act("STRANGER", "employer", service="matching") as stranger:
        read = await stranger.get(f"/v1/proposals/{proposal}")
        answered = await answer(stranger, proposal, decision="ACCEPT")
        listed = (await stranger.get("/v1/proposals")).json()["items"]
    assert (read.status_code, answered.status_code, listed) == (404, 404, [])


async def test_more_accept_than_there_are_places(house: House) -> None:
    scene = await build(house, places=2)
    proposals = []
    for number in range(5):
        candidate = await scene.register(external_id=f"P-{number}")
        proposals.append(await scene.propose(candidate))
        await answer(scene.counsellor, proposals[-1], decision="ACCEPT")
    answers = await asyncio.gather(*(answer(scene.recruiter, each, decision="ACCEPT") for each in proposals))
    placements = (await scene.counsellor.get("/v1/placements")).json()["items"]
    refused = [each.json() for each in answers if each.status_code == 409]
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409, 409]
    assert len(placements) == 2
    assert {guard["code"] for problem in refused for guard in problem["guards"]} == {"PLACES_LEFT"}
    found = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/matches")).json()
    assert (found["items"], found["reason"]["code"]) == ([], "H09")


async def test_the_quota_of_the_corridor_is_kept(scene: Scene) -> None:
    (corridor,) = scene.partnership.corridors
    one = corridor.model_copy(update={"quota_per_year": 1})
    await publish(scene.house, scene.partnership.model_copy(update={"corridors": [one]}))
    other = await scene.register(external_id="C-2")
    first, second = await scene.propose(), await scene.propose(other)
    await scene.accept(first)
    await answer(scene.counsellor, second, decision="ACCEPT")
    refused = await answer(scene.recruiter, second, decision="ACCEPT")
    assert [guard["code"] for guard in refused.json()["guards"]] == ["QUOTA_LEFT"]
    assert (await scene.recruiter.get(f"/v1/proposals/{second}")).json()["status"] == "CANDIDATE_ACCEPTED"


async def test_nothing_is_accepted_under_a_partnership_that_was_suspended_meanwhile(scene: Scene) -> None:
    proposal = await scene.propose()
    await answer(scene.counsellor, proposal, decision="ACCEPT")
    await publish(scene.house, scene.partnership.model_copy(update={"status": "SUSPENDED"}))
    refused = await answer(scene.recruiter, proposal, decision="ACCEPT")
    await publish(scene.house, scene.partnership)
    accepted = await answer(scene.recruiter, proposal, decision="ACCEPT")
    assert "PARTNERSHIP_ACTIVE" in {guard["code"] for guard in refused.json()["guards"]}
    assert accepted.json()["status"] == "ACCEPTED"


async def test_a_withdrawn_consent_hides_the_person_and_stops_the_proposal(scene: Scene) -> None:
    proposal = await scene.propose()
    await answer(scene.counsellor, proposal, decision="ACCEPT", share_identity=True)
    withdrawn = {"action": "WITHDRAW", "scopes": ["MATCHING_AWAY"]}
    ended = await scene.counsellor.post(f"/v1/candidates/{scene.candidate_id}/consents", json=withdrawn)
    assert ended.status_code == 201
    refused = await answer(scene.recruiter, proposal, decision="ACCEPT")
    assert [guard["code"] for guard in refused.json()["guards"]] == ["H01_CONSENT"]
    assert (await scene.recruiter.get(f"/v1/proposals/{proposal}")).json()["candidate"] == {}


async def test_who_was_declined_is_a_pseudonym_again(scene: Scene) -> None:
    proposal = await scene.propose()
    shared = (await answer(scene.counsellor, proposal, decision="ACCEPT", share_identity=True)).json()
    closed = (await answer(scene.recruiter, proposal, **no("NOT_FIT_FOR_ROLE"))).json()
    assert "family_name" in shared["candidate"]
    assert closed["status"] == "DECLINED"
    assert closed["candidate"].keys() == shared["candidate"].keys() - {"given_name", "family_name", "birth_date"}


async def test_nothing_is_answered_for_somebody_who_is_being_erased(scene: Scene) -> None:
    proposal = await scene.propose()
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as erasing:
        await erasing.execute(sa.text("DELETE FROM candidates WHERE id = :id"), {"id": scene.candidate_id})
        answering = asyncio.create_task(answer(scene.recruiter, proposal, decision="ACCEPT"))
        await asyncio.sleep(0.3)
    assert (await answering).status_code == 404


async def test_two_answers_of_a_side_at_once_count_once(scene: Scene) -> None:
    proposal = await scene.propose()
    answers = await asyncio.gather(*(answer(scene.recruiter, proposal, decision="ACCEPT") for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


async def test_erasing_a_candidate_removes_the_proposal_and_frees_the_place(house: House) -> None:
    scene = await build(house, places=1)
    accepted = await scene.accept(await scene.propose())
    await scene.counsellor.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": '"1"'})
    assert (await scene.recruiter.get(f"/v1/proposals/{accepted['id']}")).status_code == 404
    placement = (await scene.recruiter.get(f"/v1/placements/{accepted['placement_id']}")).json()
    assert (placement["status"], placement["candidate_id"] == scene.candidate_id) == ("CANCELLED", False)
    other = await scene.register(external_id="C-2")
    assert (await scene.accept(await scene.propose(other)))["status"] == "ACCEPTED"


async def move(http: Any, proposal_id: str, to: str, version: int = 1, **said: Any) -> Any:
    body = {"to": to, "on": days(0).isoformat()} | said
    path = f"/v1/proposals/{proposal_id}/transitions"
    return await http.post(path, json=body, headers={"If-Match": f'"{version}"'})


async def test_a_prospect_is_nobodys_business_until_a_person_confirms_it(scene: Scene) -> None:
    """Anti-disappointment rules of domain/03: internal stages are shown to neither candidate nor employer."""
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id), "prospect": True}
    made = (await scene.counsellor.post("/v1/proposals", json=body)).json()
    path = f"/v1/proposals/{made['id']}"
    hidden = await scene.recruiter.get(path)
    told_before = [kind for kind, _ in await events(scene.house) if kind == "proposal-changed"]
    nameless = await move(scene.counsellor, made["id"], "PROPOSED")
    confirmed = await move(scene.counsellor, made["id"], "PROPOSED", decided_by="Counsellor 12")
    steps = [(await http.get(f"{path}/transitions")).json()["items"] for http in (scene.counsellor, scene.recruiter)]
    assert (made["status"], made["told_status"], hidden.status_code, told_before) == ("PROSPECT", None, 404, [])
    assert [guard["code"] for guard in nameless.json()["guards"]] == ["DECIDED_BY_GIVEN"]
    assert (confirmed.json()["status"], confirmed.json()["told_status"]) == ("PROPOSED", "PROPOSED")
    assert [[step["to_status"] for step in each] for each in steps] == [["PROSPECT", "PROPOSED"], ["PROPOSED"]]
    assert (await answer(scene.recruiter, made["id"], decision="ACCEPT")).status_code == 201


async def test_a_prospect_is_put_forward_only_once_every_gate_holds(scene: Scene) -> None:
    beginner = await scene.register(external_id="C-2", languages=[{"code": "fr", "cefr": "A1"}])
    body = {"candidate_id": beginner, "vacancy_id": str(scene.vacancy.id), "prospect": True}
    prospect = (await scene.counsellor.post("/v1/proposals", json=body)).json()["id"]
    refused = await move(scene.counsellor, prospect, "PROPOSED", decided_by="Counsellor 12")
    assert [guard["code"] for guard in refused.json()["guards"]] == ["H07_LANGUAGE_MIN"]


async def test_a_proposal_is_taken_back_by_the_candidates_side_alone(scene: Scene) -> None:
    proposal = await scene.propose()
    said = {"reason": "JOB_INELIGIBLE", "next_steps": NEXT, "decided_by": "Somebody 1"}
    foreign = await move(scene.recruiter, proposal, "WITHDRAWN", **said)
    stale = await move(scene.counsellor, proposal, "WITHDRAWN", 7, **said)
    taken_back = await move(scene.counsellor, proposal, "WITHDRAWN", **said)
    again = await move(scene.counsellor, proposal, "PROPOSED", 2, decided_by="Somebody 1")
    assert [guard["code"] for guard in foreign.json()["guards"]] == ["WHO_MAY"]
    assert (stale.status_code, taken_back.json()["status"]) == (412, "WITHDRAWN")
    assert (again.status_code, again.json()["guards"][0]["seen"]) == (409, "WITHDRAWN")


async def test_who_moved_it_when_and_why_is_kept_and_a_comment_stays_with_its_writer(scene: Scene) -> None:
    proposal = await scene.propose()
    await answer(scene.counsellor, proposal, decision="ACCEPT", decided_by="Counsellor 12")
    await answer(scene.recruiter, proposal, **no("NOT_FIT_FOR_ROLE"), comment="Too far from the site.")
    path = f"/v1/proposals/{proposal}/transitions"
    own, other = [(await http.get(path)).json()["items"] for http in (scene.recruiter, scene.counsellor)]
    assert [(s["from_status"], s["to_status"], s["decided_by"]) for s in own] == [
        (None, "PROPOSED", None),
        ("PROPOSED", "CANDIDATE_ACCEPTED", "Counsellor 12"),
        ("CANDIDATE_ACCEPTED", "DECLINED", "Recruiter 3"),
    ]
    assert (own[-1]["reason"], own[-1]["by_organisation"]) == ("NOT_FIT_FOR_ROLE", scene.employer)
    assert [steps[-1]["comment"] for steps in (own, other)] == ["Too far from the site.", None]
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        changed = await session.execute(sa.text("UPDATE case_steps SET reason = 'NO_VISA'"))
    assert changed.rowcount == 0, "a step is never changed"
