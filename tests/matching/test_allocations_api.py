"""A cohort placed at once: described, computed by a worker, read, committed by a person or stopped."""

import asyncio
from itertools import count
from typing import Any

import pytest

from services.kit import tenancy
from services.matching.allocations import queue
from services.matching.allocations.worker import Progress
from tests.conftest import House
from tests.matching.cohort import computed, decision, results, start, stored, worker
from tests.matching.registry_events import PANELS, days, person, publish, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch

_NUMBERS = count()


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def register(scene: Scene, number: int, **changes: Any) -> list[str]:
    rows = [person(**{"external_id": f"P-{next(_NUMBERS)}", "nationality": "MAR"} | changes) for _ in range(number)]
    return [row["id"] for row in await batch(scene.counsellor, *rows)]


def run_of(scene: Scene, people: list[str], /, **changes: Any) -> dict[str, Any]:
    return {
        "partnership_id": str(scene.partnership.id),
        "cohort": {"candidate_ids": people},
        "vacancies": [str(scene.vacancy.id)],
        "mode": "STABLE",
        "seed": 7,
    } | changes


def guards(answer: Any) -> list[str]:
    return [each["code"] for each in answer.json()["guards"]]


async def test_a_dry_run_places_as_many_as_there_are_places_and_changes_nothing(scene: Scene) -> None:
    people = await register(scene, 5)
    run = await computed(scene.house, scene.counsellor, run_of(scene, people))
    found = await results(scene.counsellor, run)
    proposals = (await scene.counsellor.get("/v1/proposals")).json()["items"]
    assert (run["summary"]["placed"], run["summary"]["unplaced"], proposals) == (2, 3, [])
    assert sorted(each["candidate_id"] for each in found) == sorted(people)
    assert run["percent"] == 100


async def test_whoever_is_left_out_is_told_what_was_full(scene: Scene) -> None:
    run = await computed(scene.house, scene.counsellor, run_of(scene, await register(scene, 3)))
    left = next(each for each in await results(scene.counsellor, run) if each["outcome"] == "UNPLACED")
    path = f"/v1/allocations/{run['id']}/results/{left['candidate_id']}"
    why = (await scene.counsellor.get(path)).json()
    assert (why["change"]["bound"], why["change"]["of"]) == ("VACANCY", str(scene.vacancy.id))
    assert why["change"]["needed"] >= why["change"]["priority"]
    booked = [session["session_id"] for change in why["changes"] for session in change["sessions"]]
    assert str(scene.session.id) in booked


async def test_a_tighter_quota_binds(scene: Scene) -> None:
    tighter = [{"kind": "CORRIDOR", "of": "MAR-BEL", "most": 1}]
    run = await computed(scene.house, scene.counsellor, run_of(scene, await register(scene, 3), quotas=tighter))
    corridor = next(each for each in run["summary"]["quotas"] if each["kind"] == "CORRIDOR")
    assert (corridor["left"], corridor["used"], run["summary"]["placed"]) == (1, 1, 1)


async def test_away_needs_committed_home_places(scene: Scene) -> None:
    """Home jobs of the same run make room, three for each abroad."""
    home = vacancy(scene.employer, [scene.partnership.id], country="MAR", places=4, external_id="V-2")
    await publish(scene.house, home)
    both = [str(scene.vacancy.id), str(home.id)]
    run = await computed(
        scene.house, scene.counsellor, run_of(scene, await register(scene, 9), vacancies=both, ratio=3, mode="WELFARE")
    )
    assert (run["summary"]["home"], run["summary"]["away"]) == (4, 1)


async def test_the_same_input_and_seed_give_the_same_bytes(scene: Scene) -> None:
    people = await register(scene, 6)
    first = await computed(scene.house, scene.counsellor, run_of(scene, people))
    second = await computed(scene.house, scene.counsellor, run_of(scene, people[::-1]))
    other = await computed(scene.house, scene.counsellor, run_of(scene, people, seed=8))
    assert await stored(scene.house, first["id"]) == await stored(scene.house, second["id"])
    assert first["result_sha256"] == second["result_sha256"] != other["result_sha256"]


async def test_reserved_places_go_to_those_who_declared_and_agreed(scene: Scene) -> None:
    receipt = person()["consent"]
    (plain,) = await register(scene, 1, external_id="R-1")
    (agreed,) = await register(scene, 1, external_id="R-2", consent=receipt | {"scopes": ["MATCHING_AWAY", "PRIORITY"]})
    strong = await register(
        scene, 3, skills=[{"uri": PANELS, "level": 5, "evidence": "CERTIFIED"}, *person()["skills"][1:]]
    )
    reserves = [{"target_id": str(scene.vacancy.id), "places": 2, "declared": "RURAL"}]
    said = [{"candidate_id": each, "groups": ["RURAL"]} for each in (plain, agreed)]
    body = run_of(scene, [plain, agreed, *strong], reserves=reserves, people=said)
    found = {
        each["candidate_id"]: each["outcome"]
        for each in await results(scene.counsellor, await computed(scene.house, scene.counsellor, body))
    }
    assert (found[plain], found[agreed]) == ("UNPLACED", "PLACED")


async def test_committing_makes_proposals_with_the_person_who_decided(scene: Scene) -> None:
    run = await computed(scene.house, scene.counsellor, run_of(scene, await register(scene, 3)))
    done = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run))
    proposals = (await scene.counsellor.get("/v1/proposals")).json()["items"]
    placed = {each["candidate_id"]: each["made_id"] for each in await results(scene.counsellor, run) if each["made_id"]}
    seen_by_employer = (await scene.recruiter.get("/v1/proposals")).json()["items"]
    assert (done.status_code, done.json()["status"], done.json()["decided_by"]) == (
        200,
        "COMMITTED",
        "Cohort manager 4",
    )
    assert {each["candidate_id"]: each["id"] for each in proposals} == placed
    assert len(seen_by_employer) == 2
    again = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run))
    assert guards(again) == ["ALLOCATION_STATUS"]


async def test_a_place_taken_since_the_dry_run_stops_all_of_it(scene: Scene) -> None:
    """Everything that changed is named, and nothing is made."""
    people = await register(scene, 3)
    run = await computed(scene.house, scene.counsellor, run_of(scene, people))
    placed = [each["candidate_id"] for each in await results(scene.counsellor, run) if each["option"]]
    await scene.accept(await scene.propose(scene.candidate_id))
    withdrawn = {"action": "WITHDRAW", "scopes": ["MATCHING_AWAY"]}
    assert (await scene.counsellor.post(f"/v1/candidates/{placed[0]}/consents", json=withdrawn)).status_code == 201
    refused = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run))
    mine = [each["candidate_id"] for each in (await scene.counsellor.get("/v1/proposals")).json()["items"]]
    after = (await scene.counsellor.get(f"/v1/allocations/{run['id']}")).json()
    assert refused.status_code == 409
    assert {"LIMIT_LEFT", "CANDIDATE_UNCHANGED", "H01_CONSENT"} <= set(guards(refused))
    assert (mine, after["status"]) == ([scene.candidate_id], "COMPUTED")


async def test_applications_are_selected_put_on_the_list_or_closed(scene: Scene) -> None:
    """Story 13, in small: two seats, one for each track, one who waits, one who gets a reason and a next step."""
    home = vacancy(scene.employer, [scene.partnership.id], country="MAR", external_id="V-2")
    await publish(scene.house, home)
    people = await register(scene, 4)
    for each in people:
        body = {"candidate_id": each, "session_id": str(scene.session.id), "track": "HOME", "status": "APPLIED"}
        assert (await scene.counsellor.post("/v1/enrolments", json=body)).status_code == 201
    asked = run_of(
        scene,
        [],
        cohort={"session_id": str(scene.session.id)},
        vacancies=[],
        sessions=[{"session_id": str(scene.session.id), "home_places": 1, "away_places": 1}],
    )
    run = await computed(scene.house, scene.counsellor, asked)
    silent = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run, next_steps=[]))
    done = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run, waitlist=1))
    assert done.status_code == 200, done.text
    enrolments = (await scene.counsellor.get("/v1/enrolments")).json()["items"]
    closings = (await scene.counsellor.get("/v1/closings")).json()["items"]
    assert guards(silent) == ["NEXT_STEP_GIVEN"]
    assert sorted(each["status"] for each in enrolments) == ["NOT_SELECTED", "SELECTED", "SELECTED", "WAITLISTED"]
    assert {each["track"] for each in enrolments if each["status"] == "SELECTED"} == {"HOME", "AWAY"}
    assert [(each["reason"], each["decided_by"]) for each in closings] == [("OTHERS_RANKED_HIGHER", "Cohort manager 4")]
    waiting = (await scene.trainer.get("/v1/enrolments/waitlist", params={"session_id": str(scene.session.id)})).json()
    assert (waiting["taken"], waiting["free"]) == (2, 0)


async def test_a_run_is_stopped_before_a_worker_has_it(scene: Scene) -> None:
    id = await start(scene.counsellor, run_of(scene, [scene.candidate_id]))
    stopped = (await scene.counsellor.post(f"/v1/allocations/{id}/cancel")).json()
    assert (stopped["status"], await worker(scene.house).step()) == ("CANCELLED", False)
    assert (await scene.counsellor.get(f"/v1/allocations/{id}/results")).status_code == 404


async def test_a_run_is_stopped_while_a_worker_has_it(scene: Scene) -> None:
    id = await start(scene.counsellor, run_of(scene, [scene.candidate_id]))
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        assert await queue.take(session, "lost", 0.001) is not None
    asked = (await scene.counsellor.post(f"/v1/allocations/{id}/cancel")).json()
    assert await worker(scene.house, "second").step()
    run = (await scene.counsellor.get(f"/v1/allocations/{id}")).json()
    assert (asked["status"], run["status"], run["summary"]) == ("RUNNING", "CANCELLED", None)


async def test_a_computed_run_is_not_stopped(scene: Scene) -> None:
    run = await computed(scene.house, scene.counsellor, run_of(scene, [scene.candidate_id]))
    assert guards(await scene.counsellor.post(f"/v1/allocations/{run['id']}/cancel")) == ["ALLOCATION_STATUS"]


async def test_two_workers_never_have_the_same_run(scene: Scene) -> None:
    for _ in range(2):
        await start(scene.counsellor, run_of(scene, [scene.candidate_id]))
    taken = await asyncio.gather(*(worker(scene.house, f"worker-{n}").step() for n in range(3)))
    runs = (await scene.counsellor.get("/v1/allocations")).json()["items"]
    assert sorted(taken) == [False, True, True]
    assert [(each["status"], each["attempts"]) for each in runs] == [("COMPUTED", 1), ("COMPUTED", 1)]


async def test_a_second_worker_computes_from_what_the_first_wrote_down(scene: Scene) -> None:
    """A record that changed in between is not read again."""
    people = await register(scene, 3)
    undisturbed = await computed(scene.house, scene.counsellor, run_of(scene, people))
    id = await start(scene.counsellor, run_of(scene, people))
    lost = worker(scene.house, "lost", lease=0.001)
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        run = await queue.take(session, lost.name, 0.001)
    assert run is not None
    await lost._write_input(run, Progress())
    withdrawn = {"action": "WITHDRAW", "scopes": ["MATCHING_AWAY"]}
    await scene.counsellor.post(f"/v1/candidates/{people[0]}/consents", json=withdrawn)
    assert await worker(scene.house, "second").step()
    assert await stored(scene.house, id) == await stored(scene.house, undisturbed["id"])


async def test_what_does_not_fit_together_is_named_at_once(scene: Scene) -> None:
    wrong = run_of(
        scene, [scene.candidate_id], vacancies=[], floor=0.5, quotas=[{"kind": "RATIO", "of": "x", "most": 1}]
    )
    answer = await scene.counsellor.post("/v1/allocations", json=wrong)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/vacancies", "/quotas/0/kind", "/floor"]


async def test_a_job_that_was_withdrawn_fails_the_run_in_words(scene: Scene) -> None:
    id = await start(scene.counsellor, run_of(scene, [scene.candidate_id]))
    await publish(scene.house, scene.vacancy.model_copy(update={"partnership_ids": []}))
    await worker(scene.house).step()
    run = (await scene.counsellor.get(f"/v1/allocations/{id}")).json()
    assert (run["status"], run["failure"]) == (
        "FAILED",
        "A vacancy of the run is no longer offered in the partnership.",
    )


async def test_nobody_else_sees_a_run(scene: Scene) -> None:
    run = await computed(scene.house, scene.counsellor, run_of(scene, [scene.candidate_id]))
    stranger = await scene.house.act("STRANGER", "counsellor", service="matching")
    for path in ("", "/results", f"/results/{scene.candidate_id}"):
        assert (await stranger.get(f"/v1/allocations/{run['id']}{path}")).status_code == 404
    assert (await stranger.get("/v1/allocations")).json()["items"] == []


async def test_erasure_takes_the_person_out_of_runs(scene: Scene) -> None:
    people = await register(scene, 3)
    run = await computed(scene.house, scene.counsellor, run_of(scene, people))
    gone = await scene.counsellor.delete(f"/v1/candidates/{people[0]}", headers={"If-Match": '"1"'})
    left = [each["candidate_id"] for each in await results(scene.counsellor, run)]
    refused = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run))
    assert (gone.status_code, sorted(left)) == (204, sorted(people[1:]))
    assert guards(refused) == ["COHORT_WHOLE"]


async def test_reading_results_is_written_down(scene: Scene) -> None:
    run = await computed(scene.house, scene.counsellor, run_of(scene, [scene.candidate_id]))
    await results(scene.counsellor, run)
    log = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/access-log")).json()["items"]
    assert "list_allocation_results" in {each["operation"] for each in log}
    assert days(0).isoformat() == run["computed_at"][:10]
