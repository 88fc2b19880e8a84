"""Matches over HTTP: who is shown what, in which order, with which reasons."""

from typing import Any
from uuid import UUID

import pytest

from tests.conftest import House
from tests.matching.registry_events import PANELS, SAFETY, WIRING, days, person, publish, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import with_taxonomy


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def matches(scene: Scene, candidate_id: str | None = None, **params: Any) -> dict[str, Any]:
    path = f"/v1/candidates/{candidate_id or scene.candidate_id}/matches"
    answer = await scene.counsellor.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_candidate_finds_the_vacancy_with_an_explanation_that_adds_up(scene: Scene) -> None:
    await with_taxonomy(scene.house)
    found = await matches(scene)
    (item,) = found["items"]
    explained = item["explanation"]
    assert item["vacancy"]["id"] == str(scene.vacancy.id)
    assert item["vacancy"]["side"] == "AWAY"
    assert item["near_miss"] is False
    assert sum(term["contribution"] for term in explained["terms"]) == pytest.approx(item["score"], abs=1e-9)
    for term in explained["terms"]:
        assert term["weight"] * term["value"] == pytest.approx(term["contribution"], abs=1e-9)
    assert {(skill["uri"], skill["label"]) for skill in explained["matched_skills"]} == {
        (PANELS, "install panels"),
        (WIRING, "wire a board"),
    }
    assert (explained["claimed"], explained["evidenced"]) == (1, 1)
    assert explained["versions"]["taxonomy"] == "test-1"


async def test_labels_and_titles_come_in_the_readers_language(scene: Scene) -> None:
    await with_taxonomy(scene.house)
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    answer = await scene.counsellor.get(path, headers={"Accept-Language": "de, fr;q=0.8, en;q=0.5"})
    item = answer.json()["items"][0]
    labels = {skill["label"] for skill in item["explanation"]["matched_skills"]}
    assert answer.headers["Content-Language"] == "fr"
    assert item["vacancy"]["title"] == "Installateur solaire"
    assert labels == {"poser des panneaux", "wire a board"}


async def test_the_same_question_has_the_same_bytes(scene: Scene) -> None:
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    first, second = await scene.counsellor.get(path), await scene.counsellor.get(path)
    scene.house.apps["matching"].state.engine.forget()
    third = await scene.counsellor.get(path)
    assert first.content == second.content == third.content
    assert first.headers["Cache-Control"] == "no-store"


async def test_home_and_away_stand_side_by_side(scene: Scene) -> None:
    home = vacancy(scene.employer, [scene.partnership.id], country="MAR", external_id="V-2")
    await publish(scene.house, home)
    found = await matches(scene)
    only_home = await matches(scene, track="HOME")
    assert found["best_home"]["vacancy"]["id"] == str(home.id)
    assert found["best_away"]["vacancy"]["id"] == str(scene.vacancy.id)
    assert [item["vacancy"]["side"] for item in only_home["items"]] == ["HOME"]
    assert only_home["best_away"] is None


async def all_pages(scene: Scene, **params: Any) -> list[dict[str, Any]]:
    pages, cursor = [], {}
    while True:
        pages.append(await matches(scene, **params, **cursor))
        if "next" not in pages[-1]:
            return pages
        cursor = {"cursor": pages[-1]["next"]}


async def offer(scene: Scene, *changes: dict[str, Any]) -> list[str]:
    made = [
        vacancy(scene.employer, [scene.partnership.id], external_id=f"V-{n}", **change)
        for n, change in enumerate(changes, 2)
    ]
    await publish(scene.house, *made)
    return [str(each.id) for each in made]


async def test_home_and_away_stand_in_one_list_with_a_count(scene: Scene) -> None:
    """Story 1: the count is that of the list; at home and away are ranked together."""
    await offer(scene, {"country": "MAR"}, {"languages": [{"code": "nl", "cefr": "B2"}]})
    found = await matches(scene, explain=False)
    assert [item["vacancy"]["side"] for item in found["items"]].count("HOME") == 1
    assert found["count"] == len(found["items"]) == 3
    assert (found["best_home"]["vacancy"]["country"], found["moved"]) == ("MAR", False)


GREEN = {"green_share": 0.8, "sector": "F43", "isco08": "7127", "regulated": False}
GREY = {"green_share": None, "sector": "C10", "country": "MAR", "contract_type": "FIXED_TERM"}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"country": "MAR"}, ["grey"]),
        ({"isco08": "712"}, ["green"]),
        ({"sector": "F"}, ["green"]),
        ({"min_green_share": 0.5}, ["green"]),
        ({"contract_type": "FIXED_TERM"}, ["grey"]),
        ({"regulated": True}, []),
        ({"track": "AWAY", "min_score": 0.01}, ["first", "green"]),
        ({"min_score": 1}, []),
        ({"feasible": False}, ["near"]),
        ({"near_misses": False}, ["first", "green", "grey"]),
    ],
)
async def test_filters_are_applied_before_ranks_are_given(scene: Scene, asked: dict[str, Any], left: list[str]) -> None:
    near = {"languages": [{"code": "nl", "cefr": "B2"}], "country": "MAR"}
    names = dict(zip(await offer(scene, GREEN, GREY, near), ("green", "grey", "near"), strict=True))
    names[str(scene.vacancy.id)] = "first"
    narrowed = {"country": ["grey", "near"], "track": ["first", "green"]}.get(next(iter(asked)), left)
    found = await matches(scene, explain=False, **asked)
    assert sorted(names[item["vacancy"]["id"]] for item in found["items"]) == sorted(narrowed)
    assert [item["rank"] for item in found["items"]] == list(range(1, found["count"] + 1))
    if not found["items"]:
        assert found["reason"]["code"] == "FILTERS"


async def test_pages_of_a_filtered_list_join(scene: Scene) -> None:
    await offer(scene, *({"green_share": n / 10} for n in range(1, 7)))
    pages = await all_pages(scene, limit=2, explain=False, min_green_share=0.3)
    ids = [item["vacancy"]["id"] for page in pages for item in page["items"]]
    assert (len(set(ids)), [page["count"] for page in pages]) == (4, [4, 4])


async def test_a_page_says_when_the_ranking_moved_and_repeats_nothing(scene: Scene) -> None:
    await offer(scene, *({"green_share": n / 10} for n in range(1, 4)))
    first = await matches(scene, limit=2, explain=False)
    gone = first["items"][0]["vacancy"]["id"]
    withdrawn = scene.vacancy.model_copy(update={"id": UUID(gone), "status": "WITHDRAWN"})
    await publish(scene.house, withdrawn)
    second = await matches(scene, limit=2, explain=False, cursor=first["next"])
    shown = {item["vacancy"]["id"] for item in first["items"]}
    assert (second["moved"], second["count"]) == (True, 3)
    assert not shown & {item["vacancy"]["id"] for item in second["items"]}
    assert [item["rank"] for item in second["items"]] == [2, 3]


async def test_an_employer_filters_what_the_profiles_show(scene: Scene) -> None:
    """Story 11: the count is that of the list."""
    await scene.register(external_id="C-2", eqf=6)
    path = f"/v1/vacancies/{scene.vacancy.id}/matches"

    async def found(**params: Any) -> tuple[int, int]:
        answer = await scene.recruiter.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["count"], len(answer.json()["items"])

    assert await found() == (2, 2)
    assert await found(minimum_eqf=5) == (1, 1)
    assert await found(residence="SEN") == (0, 0)
    assert await found(skill=PANELS, min_score=0.1) == (2, 2)
    assert await found(skill=SAFETY) == (0, 0)


async def test_gates_speak_the_readers_language(scene: Scene) -> None:
    (near,) = await offer(scene, {"languages": [{"code": "nl", "cefr": "B2"}]})
    path = f"/v1/candidates/{scene.candidate_id}/matches/{near}"
    for language, advice in (("fr", "Suivre un cours de langue."), ("ar", "التحق بدورة لغة.")):
        answer = await scene.counsellor.get(path, headers={"Accept-Language": language})
        gate = next(each for each in answer.json()["explanation"]["gates"] if each["code"] == "H07")
        assert (gate["advice"], gate["remedy"]) == (advice, "language course: nl to B2")


async def test_pages_have_every_vacancy_once_in_order(scene: Scene) -> None:
    more = [
        vacancy(scene.employer, [scene.partnership.id], external_id=f"V-{n}", green_share=n / 10) for n in range(2, 9)
    ]
    await publish(scene.house, *more)
    whole = await matches(scene, limit=100, explain=False)
    pages = await all_pages(scene, limit=3, explain=False)
    paged = [item for page in pages for item in page["items"]]
    assert paged == whole["items"]
    assert {page["count"] for page in pages} == {whole["count"]} == {len(paged)}
    assert not any(page["moved"] for page in pages)
    assert [item["rank"] for item in paged] == list(range(1, 9))
    assert len({item["vacancy"]["id"] for item in paged}) == 8


async def test_a_near_miss_comes_last_and_can_be_left_out(scene: Scene) -> None:
    hard = vacancy(scene.employer, [scene.partnership.id], external_id="V-2", languages=[{"code": "nl", "cefr": "B2"}])
    await publish(scene.house, hard)
    found = await matches(scene)
    strict = await matches(scene, near_misses=False)
    last = found["items"][-1]
    gate = next(gate for gate in last["explanation"]["gates"] if not gate["passed"])
    assert (last["vacancy"]["id"], last["near_miss"]) == (str(hard.id), True)
    assert (gate["code"], gate["threshold"], gate["remedy"]) == ("H07", "nl B2", "language course: nl to B2")
    assert [item["vacancy"]["id"] for item in strict["items"]] == [str(scene.vacancy.id)]


async def test_who_finds_nothing_is_told_why(scene: Scene) -> None:
    homebound = await scene.register(external_id="C-2", preferences={"track": "HOME"})
    gate = (await matches(scene, homebound))["reason"]
    await publish(scene.house, scene.vacancy.model_copy(update={"status": "WITHDRAWN"}))
    nothing = (await matches(scene, homebound))["reason"]
    assert (gate["code"], gate["refused"], gate["remedy"]) == ("H14", 1, "choose the other track")
    assert nothing["code"] == "NO_OPENING_OFFERED"


@pytest.mark.parametrize("status", ["SIGNED", "SUSPENDED"])
async def test_a_partnership_that_is_not_active_offers_nothing(scene: Scene, status: str) -> None:
    assert (await matches(scene))["items"]
    await publish(scene.house, scene.partnership.model_copy(update={"status": status}))
    assert (await matches(scene))["items"] == []
    await publish(scene.house, scene.partnership)
    assert (await matches(scene))["items"]


async def test_candidates_of_an_outsider_see_nothing_of_the_partnership(scene: Scene) -> None:
    async with await scene.house.act("OUTSIDER", "counsellor", service="matching") as outsider:
        own = (await outsider.post("/v1/candidates", json=person())).json()["id"]
        found = (await outsider.get(f"/v1/candidates/{own}/matches")).json()
        foreign = await outsider.get(f"/v1/candidates/{scene.candidate_id}/matches")
    assert (found["items"], found["reason"]["code"]) == ([], "NO_OPENING_OFFERED")
    assert foreign.status_code == 404


async def test_the_employer_sees_a_profile_without_the_person(scene: Scene) -> None:
    answer = await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")
    (item,) = answer.json()["items"]
    seen = item["candidate"]
    assert seen["candidate_id"] == scene.candidate_id
    assert (seen["claimed_skills"], seen["evidenced_skills"], seen["months_of_experience"]) == (1, 1, 30)
    for secret in ("Inventée", "Personne", "1999", "TUN", "C-1", '"sex"', "nationality"):
        assert secret not in answer.text
    age = next(gate for gate in item["explanation"]["gates"] if gate["code"] == "H03")
    assert (age["passed"], age["value"]) == (True, None)
    terms = item["explanation"]["terms"]
    assert sum(term["contribution"] for term in terms) == pytest.approx(item["score"], abs=1e-9)


async def test_both_directions_give_the_same_score(scene: Scene) -> None:
    forth = (await matches(scene))["items"][0]["score"]
    back = (await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")).json()["items"][0]["score"]
    assert forth == back


async def test_a_vacancy_of_another_employer_is_not_found(scene: Scene) -> None:
    async with await scene.house.act("RIVAL", "employer", service="matching") as rival:
        foreign = await rival.get(f"/v1/vacancies/{scene.vacancy.id}/matches")
        missing = await rival.get(f"/v1/vacancies/{UUID(int=7)}/matches")
    assert foreign.status_code == missing.status_code == 404


async def test_an_erased_candidate_is_no_longer_found(scene: Scene) -> None:
    path = f"/v1/vacancies/{scene.vacancy.id}/matches"
    assert len((await scene.recruiter.get(path)).json()["items"]) == 1
    await scene.counsellor.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": '"1"'})
    assert (await scene.recruiter.get(path)).json()["items"] == []


async def test_who_withdraws_consent_is_at_once_matched_with_nothing(scene: Scene) -> None:
    path = f"/v1/candidates/{scene.candidate_id}"
    consent = person()["consent"] | {"withdrawn_on": days(0).isoformat()}
    changed = await scene.counsellor.patch(path, json={"consent": consent}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    found = await matches(scene)
    assert (found["items"], found["reason"]["code"]) == ([], "H01")
    assert (await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")).json()["items"] == []


async def test_a_change_is_seen_by_the_next_question(scene: Scene) -> None:
    before = (await matches(scene))["items"][0]["score"]
    change = {"skills": [{"uri": PANELS, "level": 5, "evidence": "CERTIFIED"}, {"uri": WIRING, "level": 5}]}
    changed = await scene.counsellor.patch(
        f"/v1/candidates/{scene.candidate_id}", json=change, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    after = (await matches(scene))["items"][0]["score"]
    back = (await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")).json()["items"][0]["score"]
    assert after == back != before
