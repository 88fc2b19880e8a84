"""Story 20: a candidate's way to a target with time, cost and alternatives, one of them at home; where there is none
the least that would help; and a plan once chosen notices that a course has filled up."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import House
from tests.matching.registry_events import (
    PANELS,
    SAFETY,
    WIRING,
    days,
    pathway,
    programme,
    publish,
    session_of,
    vacancy,
)
from tests.matching.scene import Scene, build

UNSKILLED = {"skills": [{"uri": PANELS, "level": 4, "evidence": "TESTED"}], "external_id": "C-2"}


@pytest.fixture
async def scene(house: House) -> Scene:
    """The vacancy asks for wiring; a pathway takes thirty days."""
    made = await build(house)
    await publish(house, pathway("BEL", processing_days=30))
    return made


async def plans(scene: Scene, candidate_id: str, **params: Any) -> dict[str, Any]:
    path = f"/v1/candidates/{candidate_id}/plans"
    answer = await scene.counsellor.get(path, params={"vacancy": str(scene.vacancy.id)} | params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def keep(scene: Scene, candidate_id: str, key: str) -> Any:
    body = {"candidate_id": candidate_id, "vacancy_id": str(scene.vacancy.id), "key": key}
    return await scene.counsellor.post("/v1/plans", json=body)


async def shown(scene: Scene, plan_id: str) -> dict[str, Any]:
    answer = await scene.counsellor.get(f"/v1/plans/{plan_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def take_all_seats(scene: Scene) -> None:
    for number in range(2):
        other = await scene.register(external_id=f"E-{number}")
        body = {"candidate_id": other, "session_id": str(scene.session.id), "track": "AWAY"}
        answer = await scene.counsellor.post("/v1/enrolments", json=body)
        assert answer.status_code == 201, answer.text


async def other_course(scene: Scene, **changes: Any) -> Any:
    """Another course in wiring, offered to the same partnership; three weeks later, dearer."""
    price = {"amount": "9000.00", "currency": "MAD"}
    course = programme(str(scene.programme.organisation_id), [scene.partnership.id], cost_per_trainee=price, **changes)
    run = session_of(course, starts_on=days(31), ends_on=days(58))
    await publish(scene.house, course, run)
    return run


async def test_a_plan_names_course_permit_cost_weeks_and_chance(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    found = await plans(scene, candidate)
    (plan,) = found["plans"]
    course, permit = plan["steps"]
    assert [skill["uri"] for skill in found["gap"]["skills"]] == [WIRING]
    assert (course["session_id"], course["cost"]) == (str(scene.session.id), {"amount": "5350.00", "currency": "MAD"})
    assert (permit["kind"], permit["basis"], permit["payer"]) == ("PERMIT", "STANDARD", "EMPLOYER")
    assert (permit["starts_on"], permit["ends_on"]) == (days(38).isoformat(), days(67).isoformat())
    assert (plan["complete"], plan["total_cost_eur"], plan["total_weeks"]) == (True, "850.00", 10)
    assert (plan["worker_cost_eur"], plan["success"]) == ("0.00", 0.765)
    assert plan["score_after"] > plan["score_before"]
    assert plan["still_failing"] == []
    assert found["proven_optimal"]
    assert found["relaxations"] == []


async def test_a_step_says_how_many_vacancies_it_opens(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    employer = str(scene.vacancy.organisation_id)
    await publish(scene.house, vacancy(employer, [scene.partnership.id], id=uuid4(), external_id="V-2"))
    course, _ = (await plans(scene, candidate))["plans"][0]["steps"]
    assert course["unlocks"] == 2


async def test_at_least_two_plans_one_of_them_at_home(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    at_home = vacancy(
        str(scene.vacancy.organisation_id), [scene.partnership.id], id=uuid4(), external_id="V-3", country="MAR"
    )
    await publish(scene.house, at_home)
    found = (await plans(scene, candidate))["plans"]
    assert [(plan["track"], plan["vacancy_id"]) for plan in found] == [
        ("AWAY", str(scene.vacancy.id)),
        ("HOME", str(at_home.id)),
    ]
    assert [step["kind"] for step in found[1]["steps"]] == ["VOCATIONAL"]


async def test_cheapest_and_shortest_are_told_apart(scene: Scene) -> None:
    price = {"amount": "1070.00", "currency": "MAD"}
    course = programme(str(scene.programme.organisation_id), [scene.partnership.id], cost_per_trainee=price)
    await publish(scene.house, course, session_of(course, starts_on=days(60), ends_on=days(90)))
    candidate = await scene.register(**UNSKILLED)
    found = (await plans(scene, candidate))["plans"]
    assert [("CHEAPEST" in plan["best_in"], "SHORTEST" in plan["best_in"]) for plan in found] == [
        (True, False),
        (False, True),
    ]


async def test_a_course_is_found_for_what_it_asks_first(scene: Scene) -> None:
    provider = str(scene.programme.organisation_id)
    advanced = programme(
        provider,
        [scene.partnership.id],
        skills=[{"uri": WIRING, "level": 5}],
        prerequisites=[SAFETY],
        cost_per_trainee={"amount": "10.00", "currency": "MAD"},
    )
    basic = programme(
        provider,
        [scene.partnership.id],
        skills=[{"uri": SAFETY, "level": 2}],
        cost_per_trainee={"amount": "10.00", "currency": "MAD"},
    )
    first, second = session_of(basic, ends_on=days(20)), session_of(advanced, starts_on=days(21), ends_on=days(30))
    await publish(scene.house, advanced, basic, first, second)
    candidate = await scene.register(**UNSKILLED)
    cheapest = (await plans(scene, candidate))["plans"][0]
    assert [step["session_id"] for step in cheapest["steps"]][:2] == [str(first.id), str(second.id)]


async def test_what_the_worker_would_pay_is_planned_only_when_asked_for(scene: Scene) -> None:
    paid = programme(
        str(scene.programme.organisation_id),
        [scene.partnership.id],
        id=scene.programme.id,
        trainee_pays={"amount": "20.00", "currency": "EUR"},
    )
    await publish(scene.house, paid)
    candidate = await scene.register(**UNSKILLED)
    unasked = await plans(scene, candidate)
    assert [plan["complete"] for plan in unasked["plans"]] in ([], [False])
    assert unasked["relaxations"][0]["kind"] == "WORKER_COST"
    assert unasked["relaxations"][0]["worker_pays_eur"] == "20.00"
    asked = await plans(scene, candidate, worker_may_pay_eur="20.00")
    assert [plan["worker_cost_eur"] for plan in asked["plans"]] == ["20.00"]


async def test_a_full_session_is_no_plan_but_a_relaxation(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    await take_all_seats(scene)
    found = await plans(scene, candidate)
    assert not any(plan["complete"] for plan in found["plans"])
    assert found["relaxations"][0]["full_sessions"] == [str(scene.session.id)]


async def test_a_session_that_ends_too_late_asks_for_a_later_start(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    late = session_of(scene.programme, id=scene.session.id, starts_on=days(150), ends_on=days(209))
    await publish(scene.house, late)
    found = await plans(scene, candidate)
    assert found["relaxations"][0]["start_later_days"] == 10 + 30  # the permit takes thirty days


async def test_a_vacancy_that_is_not_offered_has_no_plan(scene: Scene) -> None:
    params = {"vacancy": str(scene.session.id)}
    answer = await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/plans", params=params)
    assert answer.status_code == 404


async def test_a_plan_that_was_chosen_notices_that_the_course_is_full_and_offers_others(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    chosen = (await plans(scene, candidate))["plans"][0]
    kept = await keep(scene, candidate, chosen["key"])
    assert kept.status_code == 201, kept.text
    before = await shown(scene, kept.json()["id"])
    assert (before["status"], before["vanished"], before["alternatives"]) == ("VALID", [], None)

    later = await other_course(scene)
    await take_all_seats(scene)
    after = await shown(scene, kept.json()["id"])
    assert after["status"] == "NEEDS_REPLAN"
    assert after["vanished"] == [{"step": 1, "session_id": str(scene.session.id), "obstacle": "SESSION_FULL"}]
    (other,) = after["alternatives"]["plans"]
    assert other["steps"][0]["session_id"] == str(later.id)

    path, tag = f"/v1/plans/{after['id']}", {"If-Match": '"1"'}
    replanned = await scene.counsellor.put(path, json={"key": other["key"]}, headers=tag)
    assert (replanned.status_code, replanned.json()["status"]) == (200, "VALID")
    listed = (await scene.counsellor.get("/v1/plans", params={"candidate_id": candidate})).json()["items"]
    assert [each["chosen"]["key"] for each in listed] == [other["key"]]


async def test_a_seat_of_ones_own_keeps_the_plan_valid_in_a_full_course(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    kept = await keep(scene, candidate, (await plans(scene, candidate))["plans"][0]["key"])
    for person in (candidate, await scene.register(external_id="E-1")):
        body = {"candidate_id": person, "session_id": str(scene.session.id), "track": "AWAY"}
        await scene.counsellor.post("/v1/enrolments", json=body)
    assert (await shown(scene, kept.json()["id"]))["status"] == "VALID"


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"starts_on": days(11)}, "SESSION_MOVED"),
        ({"start_to": days(60)}, "VACANCY_EARLIER"),
        ({"status": "CLOSED"}, "VACANCY_CLOSED"),
    ],
)
async def test_a_chosen_plan_notices_what_else_vanishes(scene: Scene, change: dict[str, Any], obstacle: str) -> None:
    candidate = await scene.register(**UNSKILLED)
    kept = await keep(scene, candidate, (await plans(scene, candidate))["plans"][0]["key"])
    about = scene.session if "starts_on" in change else scene.vacancy
    await publish(scene.house, about.model_copy(update=change))
    found = await shown(scene, kept.json()["id"])
    assert [each["obstacle"] for each in found["vanished"]] == [obstacle]


async def test_a_plan_that_is_not_offered_cannot_be_chosen(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    refused = await keep(scene, candidate, "0" * 16)
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "PLAN_OFFERED")


async def test_a_plan_is_given_up(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    kept = await keep(scene, candidate, (await plans(scene, candidate))["plans"][0]["key"])
    path = f"/v1/plans/{kept.json()['id']}"
    assert (await scene.counsellor.delete(path, headers={"If-Match": '"1"'})).status_code == 204
    assert (await scene.counsellor.get(path)).status_code == 404


async def test_plans_go_with_the_person(scene: Scene) -> None:
    candidate = await scene.register(**UNSKILLED)
    kept = await keep(scene, candidate, (await plans(scene, candidate))["plans"][0]["key"])
    erased = await scene.counsellor.delete(f"/v1/candidates/{candidate}", headers={"If-Match": '"1"'})
    assert erased.status_code == 204, erased.text
    assert (await scene.counsellor.get(f"/v1/plans/{kept.json()['id']}")).status_code == 404
