"""The checklist: who answers, who corrects, who waives, and what it comes to."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ChecklistAnswer, PartySide
from services.registry.models.checklist_items import CRITICAL, ITEMS, blocking, conformity, waived
from tests.conftest import House
from tests.registry.partnership import ROLES, Partnership, register

ORIGIN, DESTINATION = PartySide.ORIGIN, PartySide.DESTINATION
answers_of_any_kind = st.dictionaries(st.integers(1, 28), st.sampled_from(ChecklistAnswer))


def test_there_are_28_items_of_which_13_are_critical_in_two_languages() -> None:
    """02 §5."""
    assert [item.number for item in ITEMS] == list(range(1, 29))
    assert {1, 2, 3, 4, 6, 7, 9, 10, 18, 21, 23, 24, 27} == CRITICAL
    assert all(item.title.keys() == {"en", "fr"} for item in ITEMS)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, 0.0),
        ({1: "YES", 2: "PARTIAL"}, 1.5 / 28),
        (dict.fromkeys(range(1, 29), "YES"), 1.0),
        (dict.fromkeys(range(1, 28), "NA") | {28: "PARTIAL"}, 0.5),
        (dict.fromkeys(range(1, 29), "NA"), None),
    ],
)
def test_conformity_counts_a_half_for_partial_and_leaves_out_what_does_not_apply(
    answers: dict[int, str], expected: float | None
) -> None:
    assert conformity(answers) == expected


@given(answers_of_any_kind)
def test_conformity_is_a_share_and_a_yes_more_never_lowers_it(answers: dict[int, str]) -> None:
    before = conformity(answers)
    assert before is None or 0 <= before <= 1
    for item in (number for number, answer in answers.items() if answer in ("NO", "PARTIAL")):
        after = conformity(answers | {item: "YES"})
        assert before is not None
        assert after is not None
        assert after > before


@given(answers_of_any_kind, st.sets(st.tuples(st.integers(1, 28), st.sampled_from(PartySide), st.sampled_from("ab"))))
def test_a_critical_item_passes_by_yes_or_by_both_sides_of_two_organisations(
    answers: dict[int, str], waivers: set[tuple[int, str, str]]
) -> None:
    for item in CRITICAL - set(blocking(answers, waivers)):
        own = {(side, who) for number, side, who in waivers if number == item}
        both = any((ORIGIN, a) in own and (DESTINATION, b) in own for a, b in ("ab", "ba"))
        assert answers.get(item) == "YES" or both


def test_one_organisation_on_both_sides_does_not_waive_alone() -> None:
    assert waived([(3, ORIGIN, "a"), (3, DESTINATION, "a")]) == set()
    assert waived([(3, ORIGIN, "a"), (3, DESTINATION, "b")]) == {3}


async def _answer(partnership: Partnership, by: str, **said: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/checklist-entries"), json=said)


async def _waive(partnership: Partnership, by: str, side: str, item: int = 27) -> httpx.Response:
    async with await partnership.act(by) as http:
        body = {"item": item, "side": side, "reason": "Published after ratification."}
        return await http.post(await partnership.path("/checklist-waivers"), json=body)


async def _checklist(partnership: Partnership) -> dict[str, Any]:
    async with await partnership.act("MONITOR-UN") as http:
        found: dict[str, Any] = (await http.get(await partnership.path("/checklist"))).json()
    return found


async def test_the_checklist_shows_all_items_with_answers_and_what_blocks(house: House) -> None:
    partnership = await register(house)
    assert (await _checklist(partnership))["blocking"] == sorted(CRITICAL)
    said = {"item": 3, "answer": "YES", "side": "DESTINATION", "evidence": "Article 5."}
    assert (await _answer(partnership, "MINISTRY-BE", **said)).status_code == 201
    await _answer(partnership, "MONITOR-UN", item=8, answer="NA")
    shown = await _checklist(partnership)
    assert (len(shown["items"]), shown["conformity"]) == (28, 1 / 27)
    assert shown["blocking"] == sorted(CRITICAL - {3})
    third = shown["items"][2]
    assert (third["critical"], {name: third["entry"][name] for name in said}) == (True, said)


async def test_either_lead_corrects_an_answer_and_the_history_tells_whose_it_was(house: House) -> None:
    partnership = await register(house)
    path = f"/v1/checklist-entries/{(await _answer(partnership, 'FIRM-BE', item=7, answer='YES')).json()['id']}"
    assert (await _answer(partnership, "MINISTRY-MA", item=7, answer="NO")).status_code == 409
    async with await partnership.act("SCHOOL-MA") as http:
        refused = await http.patch(path, json={"answer": "NO"}, headers={"If-Match": '"1"'})
    async with await partnership.act("MINISTRY-MA") as http:
        stale = await http.patch(path, json={"answer": "NO"}, headers={"If-Match": '"9"'})
        corrected = await http.patch(path, json={"answer": "NO"}, headers={"If-Match": '"1"'})
        versions = (await http.get(f"{path}/history")).json()["items"]
    ids = [await house.organisation(code) for code in ("FIRM-BE", "MINISTRY-MA")]
    assert [answer.status_code for answer in (refused, stale, corrected)] == [403, 412, 200]
    assert (corrected.json()["answer"], corrected.json()["organisation_id"]) == ("NO", ids[1])
    assert [(v["record"]["answer"], v["by_organisation"]) for v in versions] == [("YES", ids[0]), ("NO", ids[1])]


async def test_a_waiver_counts_only_when_both_sides_give_it_with_a_reason(house: House) -> None:
    """02 §3: waived with reason by both sides."""
    partnership = await register(house)
    assert (await _waive(partnership, "MINISTRY-MA", "ORIGIN")).status_code == 201
    assert 27 in (await _checklist(partnership))["blocking"]
    assert (await _waive(partnership, "MINISTRY-BE", "DESTINATION")).status_code == 201
    shown = await _checklist(partnership)
    assert 27 not in shown["blocking"]
    assert (shown["items"][26]["waived"], len(shown["items"][26]["waivers"])) == (True, 2)


@pytest.mark.parametrize(
    ("by", "side", "item", "expected"),
    [
        ("MINISTRY-MA", "DESTINATION", 27, (403, "side_needed")),
        ("FIRM-BE", "DESTINATION", 27, (403, "side_needed")),
        ("MINISTRY-MA", "ORIGIN", 8, (422, "invalid_content")),
        ("MINISTRY-MA", "THIRD", 27, (422, "invalid_content")),
    ],
)
async def test_nobody_waives_for_others_or_what_is_not_critical(
    house: House, by: str, side: str, item: int, expected: tuple[int, str]
) -> None:
    refused = await _waive(await register(house), by, side, item)
    assert (refused.status_code, refused.json()["code"]) == expected


async def test_a_stranger_sees_no_checklist(house: House) -> None:
    partnership = await register(house)
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get(await partnership.path("/checklist"))).status_code == 404
