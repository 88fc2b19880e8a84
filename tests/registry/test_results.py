"""Result targets, achievements, hypotheses, and payments that follow results."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.result_indicators import RESULT_INDICATORS
from services.registry.results.attainment import percent
from tests.conftest import House
from tests.registry.partnership import Partnership, register

PAST = "2026-10-01"
TARGET = {"party": "CANDIDATE", "indicator_code": "CERTIFIED", "target": 120, "due_on": "2028-12-31"}


async def set_target(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/result-targets"), json=TARGET | change)


async def report(
    partnership: Partnership, target_id: str, value: float, by: str = "SCHOOL-MA", on: str = PAST
) -> httpx.Response:
    async with await partnership.act(by) as http:
        body = {"value": value, "on": on, "source": "Invented register"}
        return await http.post(f"/v1/result-targets/{target_id}/achievements", json=body)


async def attainment(partnership: Partnership) -> dict[str, Any]:
    async with await partnership.act("MONITOR-UN") as http:
        items = (await http.get(await partnership.path("/attainments"))).json()["items"]
    assert len(items) == 1
    told: dict[str, Any] = items[0]
    return told


async def plan(partnership: Partnership, **change: Any) -> str:
    """A milestone that MINISTRY-BE pays to SCHOOL-MA; its id."""
    milestone = {
        "title": {"en": "60 persons certified"},
        "payee_organisation_id": await partnership.house.organisation("SCHOOL-MA"),
        "amount": {"amount": "150000.00", "currency": "EUR"},
        "condition": {"en": "60 certificates"},
        "due_on": "2027-12-31",
    }
    async with await partnership.act("MINISTRY-BE") as http:
        answer = await http.post(await partnership.path("/milestones"), json=milestone | change)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def verify(partnership: Partnership, milestone: str, by: str, reached: bool = True) -> httpx.Response:
    async with await partnership.act(by) as http:
        body = {"reached": reached, "evidence": "Certificates seen.", "on": PAST}
        return await http.post(f"/v1/milestones/{milestone}/verifications", json=body)


async def release(partnership: Partnership, milestone: str, by: str = "MINISTRY-BE") -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(f"/v1/milestones/{milestone}/release")


def guards(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [guard["code"] for guard in answer.json()["guards"]]


async def test_the_list_of_indicators_has_titles_and_units(house: House) -> None:
    """02 §9: titles in English and French; everyone who has a token reads them."""
    async with await house.act("STRANGER", "statistics-office") as http:
        items = (await http.get("/v1/result-indicators")).json()["items"]
    assert {item["code"] for item in items} == RESULT_INDICATORS.keys()
    assert all(item["title"].keys() == {"en", "fr"} and item["unit"] for item in items)


async def test_targets_are_set_for_each_party_track_and_year(house: House) -> None:
    """S-34, S-68: numeric, per party, per track, per year, with the family of the outcome."""
    partnership = await register(house)
    for party in ("EMPLOYER", "CANDIDATE", "DESTINATION", "ORIGIN"):
        made = await set_target(partnership, party=party, track="HOME", year=2027, sex="F")
        assert (made.status_code, made.json()["unit"], made.json()["outcome_family"]) == (201, "PERSONS", "SKILLS")
    path = await partnership.path("/result-targets")
    async with await partnership.act("FIRM-BE") as http:
        found = (await http.get(path, params={"party": "ORIGIN"})).json()["items"]
    assert [(each["party"], each["track"], each["year"], each["sex"]) for each in found] == [
        ("ORIGIN", "HOME", 2027, "F")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"indicator_code": "WOMEN_SHARE", "target": 101},
        {"indicator_code": "RECOGNITION_DAYS", "target": 30},  # less is better: from where?
        {"indicator_code": "RECOGNITION_DAYS", "target": 90, "baseline": 30},
        {"baseline": 130},
        {"indicator_code": "HAPPINESS"},
        {"target": -1},
    ],
)
async def test_a_target_that_cannot_be_meant_is_refused(house: House, change: dict[str, Any]) -> None:
    assert (await set_target(await register(house), **change)).status_code == 422


async def test_attainment_follows_the_latest_day(house: House) -> None:
    """S-34: attainment in percent; a value of an earlier day that is reported late changes nothing."""
    partnership = await register(house)
    target = (await set_target(partnership, baseline=20)).json()["id"]
    before = await attainment(partnership)
    assert (before["achieved"], before["attainment_percent"], before["verdict"]) == (None, None, "OPEN")
    await report(partnership, target, 70)
    await report(partnership, target, 30, on="2026-09-01")
    half = await attainment(partnership)
    assert (half["achieved"], half["attainment_percent"], half["achieved_on"]) == (70, 50.0, PAST)


@pytest.mark.parametrize(
    ("due_on", "achieved", "expected"),
    [("2028-12-31", 60, "OPEN"), ("2026-10-31", 60, "NOT_MET"), ("2026-10-31", 120, "MET")],
)
async def test_what_became_of_a_pilot_s_hypothesis(house: House, due_on: str, achieved: int, expected: str) -> None:
    """S-46: a pilot's hypothesis is written down beforehand and compared with what came out."""
    partnership = await register(house)
    hypothesis = {"en": "Employers who choose before the training certify more."}
    target = (await set_target(partnership, due_on=due_on, hypothesis=hypothesis)).json()["id"]
    await report(partnership, target, achieved)
    compared = await attainment(partnership)
    assert (compared["verdict"], compared["target"]["hypothesis"]) == (expected, hypothesis)


async def test_less_can_be_better(house: House) -> None:
    partnership = await register(house)
    target = (await set_target(partnership, indicator_code="RECOGNITION_DAYS", baseline=360, target=60)).json()["id"]
    await report(partnership, target, 210)
    assert ((await attainment(partnership))["attainment_percent"], (await attainment(partnership))["verdict"]) == (
        50.0,
        "OPEN",
    )
    await report(partnership, target, 55, on="2026-10-02")
    assert (await attainment(partnership))["verdict"] == "MET"


async def test_what_is_expected_does_not_change_after_the_fact(house: House) -> None:
    """S-46: success is defined ex ante."""
    partnership = await register(house)
    target = (await set_target(partnership)).json()["id"]
    path = f"/v1/result-targets/{target}"
    async with await partnership.act("MINISTRY-MA") as http:
        assert (await http.patch(path, json={"target": 140}, headers={"If-Match": '"1"'})).json()["target"] == 140
        await report(partnership, target, 60)
        moved = await http.patch(path, json={"target": 60}, headers={"If-Match": '"2"'})
    assert guards(moved) == ["NOTHING_ACHIEVED"]


async def test_strangers_report_nothing(house: House) -> None:
    partnership = await register(house)
    target = (await set_target(partnership)).json()["id"]
    assert (await report(partnership, target, 60, by="STRANGER")).status_code == 404
    assert (await set_target(partnership, by="STRANGER")).status_code == 404
    assert (await report(partnership, target, 60, on="2199-01-01")).status_code == 422


async def test_the_payee_does_not_verify_its_own_milestone(house: House) -> None:
    """S-63, story 24: evidence comes from a party other than the payee."""
    partnership = await register(house)
    milestone = await plan(partnership)
    assert guards(await verify(partnership, milestone, "SCHOOL-MA")) == ["NOT_THE_PAYEE"]
    assert guards(await release(partnership, milestone)) == ["VERIFIED"]
    assert (await verify(partnership, milestone, "MONITOR-UN")).status_code == 201
    paid = await release(partnership, milestone)
    assert (paid.status_code, paid.json()["status"]) == (200, "RELEASED")


async def test_of_25_releases_at_once_one_pays(house: House) -> None:
    """S-63, story 24: double payment is impossible."""
    partnership = await register(house)
    milestone = await plan(partnership)
    await verify(partnership, milestone, "MONITOR-UN")
    answers = await asyncio.gather(*(release(partnership, milestone) for _ in range(25)))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    # A pool that is too busy may ask to come back; nobody else is told that it paid.
    assert {answer.status_code for answer in answers} <= {200, 409, 503}
    assert guards(await release(partnership, milestone)) == ["NOT_RELEASED"]
    async with await partnership.act("SCHOOL-MA") as http:
        history = (await http.get(f"/v1/milestones/{milestone}/history")).json()["items"]
    assert [version["record"]["status"] for version in history] == ["PLANNED", "RELEASED"]


async def test_only_the_payer_pays(house: House) -> None:
    partnership = await register(house)
    milestone = await plan(partnership)
    await verify(partnership, milestone, "MONITOR-UN")
    for by, status in {"SCHOOL-MA": 403, "MONITOR-UN": 403, "STRANGER": 404}.items():
        assert (await release(partnership, milestone, by)).status_code == status


async def test_the_last_word_counts_and_only_for_what_it_saw(house: House) -> None:
    """S-63: a finding is about the milestone as it was; a doubt that comes later stops the payment."""
    partnership = await register(house)
    milestone = await plan(partnership)
    await verify(partnership, milestone, "MONITOR-UN")
    await verify(partnership, milestone, "FIRM-BE", reached=False)
    assert guards(await release(partnership, milestone)) == ["VERIFIED"]
    await verify(partnership, milestone, "MONITOR-UN")
    async with await partnership.act("MINISTRY-BE") as http:
        change = {"amount": {"amount": "900000.00", "currency": "EUR"}}
        path = f"/v1/milestones/{milestone}"
        assert (await http.patch(path, json=change, headers={"If-Match": '"1"'})).status_code == 200
        assert guards(await release(partnership, milestone)) == ["VERIFIED"]
        await verify(partnership, milestone, "MONITOR-UN")
        assert (await release(partnership, milestone)).status_code == 200
        late = await http.patch(path, json=change, headers={"If-Match": '"3"'})
    assert guards(late) == ["NOT_RELEASED"]


async def test_a_threshold_is_reached_by_what_others_than_the_payee_report(house: House) -> None:
    """Story 24: neither the figure nor the finding is the payee's."""
    partnership = await register(house)
    target = (await set_target(partnership)).json()["id"]
    milestone = await plan(partnership, result_target_id=target, threshold=60)
    await report(partnership, target, 60, by="SCHOOL-MA")
    await verify(partnership, milestone, "MONITOR-UN")
    assert guards(await release(partnership, milestone)) == ["THRESHOLD"]
    await report(partnership, target, 59, by="MONITOR-UN")
    assert guards(await release(partnership, milestone)) == ["THRESHOLD"]
    await report(partnership, target, 60, by="MONITOR-UN")
    assert (await release(partnership, milestone)).status_code == 200


async def test_a_milestone_names_a_payee_a_condition_and_a_target_of_its_partnership(house: House) -> None:
    partnership, other = await register(house), await register(house, code="OTHER")
    foreign = (await set_target(other)).json()["id"]
    school, payer = await house.organisation("SCHOOL-MA"), await house.organisation("MINISTRY-BE")
    stranger = await house.organisation("STRANGER")
    milestone = {
        "title": {"en": "Certified"},
        "payee_organisation_id": school,
        "amount": {"amount": "1.00", "currency": "EUR"},
        "condition": {"en": "60 certificates"},
        "due_on": "2027-12-31",
    }
    wrong: list[dict[str, Any]] = [
        {"condition": None},
        {"payee_organisation_id": payer},
        {"payee_organisation_id": stranger},
        {"result_target_id": foreign, "threshold": 60},
        {"threshold": 60},
    ]
    async with await partnership.act("MINISTRY-BE") as http:
        path = await partnership.path("/milestones")
        answers = [(await http.post(path, json=milestone | change)).status_code for change in wrong]
    assert answers == [422] * len(wrong)


numbers = st.floats(min_value=0, max_value=1e6, allow_nan=False)


@given(numbers, numbers)
def test_the_baseline_is_nothing_and_the_target_is_all(baseline: float, target: float) -> None:
    """S-34: 0 % at the baseline, 100 % at the target, whichever is larger."""
    if baseline != target:
        assert percent(baseline, target, baseline) == 0
    assert percent(baseline, target, target) == 100
