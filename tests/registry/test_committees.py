"""Joint committees: both sides sit, meet, decide and do."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from services.registry.models.committees import ActionItem, ActionItemCompletion, Committee, CommitteeMeeting
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, register
from tests.registry.test_agreements import add_text, day

SEATS = {"MINISTRY-MA": "ORIGIN", "MINISTRY-BE": "DESTINATION", "MONITOR-UN": "THIRD"}


async def call(partnership: Partnership, by: str, path: str, body: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(path, json=body)


async def seats(house: House, **change: str) -> list[dict[str, str]]:
    return [
        {"organisation_id": await house.organisation(code), "side": side, "office": "Director"}
        for code, side in (SEATS | change).items()
    ]


async def set_up(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> httpx.Response:
    body = {"name": {"en": "Joint committee"}, "members": await seats(partnership.house), "cadence_months": 6}
    return await call(partnership, by, await partnership.path("/committees"), body | change)


async def committee_of(partnership: Partnership) -> str:
    answer = await set_up(partnership)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def decide(partnership: Partnership, committee: str, by: str = "MINISTRY-MA", **change: Any) -> httpx.Response:
    body = {"text": {"en": "Thirty places in 2027."}} | change
    return await call(partnership, by, f"/v1/committees/{committee}/decisions", body)


async def test_both_sides_sit_on_it_as_parties(house: House) -> None:
    """S-43: members per side are organisations and offices."""
    partnership = await register(house)
    assert (await set_up(partnership)).status_code == 201
    wrong_side = await set_up(partnership, members=await seats(house, **{"MINISTRY-BE": "ORIGIN"}))
    assert wrong_side.status_code == 422
    stranger = await set_up(partnership, members=await seats(house, STRANGER="THIRD"))
    assert stranger.json()["errors"][0]["pointer"] == "/members/3"
    assert (await set_up(partnership, by="FIRM-BE")).json()["code"] == "role_needed"
    assert (await set_up(partnership, agreement_id=MISSING)).json()["errors"][0]["pointer"] == "/agreement_id"


async def test_a_meeting_is_written_down_and_gets_its_minutes(house: House) -> None:
    """S-43: meetings with agenda and minutes; the cadence says when the next one is due."""
    partnership = await register(house)
    committee = await committee_of(partnership)
    member, school = await house.organisation("MINISTRY-BE"), await house.organisation("SCHOOL-MA")
    body = {"held_on": "2026-10-31", "agenda": [{"en": "Places"}], "attended": [member]}
    path = f"/v1/committees/{committee}/meetings"
    outsider = await call(partnership, "SCHOOL-MA", path, body)
    assert (outsider.status_code, outsider.json()["code"]) == (403, "not_a_member")
    absent = await call(partnership, "MINISTRY-BE", path, body | {"attended": [school]})
    assert absent.json()["errors"][0]["pointer"] == "/attended/0"
    meeting = (await call(partnership, "MINISTRY-BE", path, body)).json()
    minutes = await add_text(partnership, "MINISTRY-BE", "Minutes")
    async with await partnership.act("MINISTRY-BE") as http:
        changed = await http.patch(
            f"/v1/committee-meetings/{meeting['id']}",
            json={"minutes_document_id": minutes["id"]},
            headers={"If-Match": '"1"'},
        )
        assert (changed.status_code, changed.json()["minutes_document_id"]) == (200, minutes["id"])
        assert (await http.get(f"/v1/committees/{committee}")).json()["next_meeting_by"] == "2027-04-30"
        assert [m["id"] for m in (await http.get(path)).json()["items"]] == [meeting["id"]]


async def test_a_decision_holds_when_both_sides_have_adopted_it(house: House) -> None:
    """S-43: decisions are numbered; each side's adoption is its own row, and one side cannot speak for the other."""
    partnership = await register(house)
    committee = await committee_of(partnership)
    decision = (await decide(partnership, committee)).json()
    assert (decision["number"], decision["adopted_on"]) == (1, None)
    path = f"/v1/committee-decisions/{decision['id']}"
    for by, side, status in (
        ("MINISTRY-MA", "DESTINATION", 403),
        ("FIRM-BE", "DESTINATION", 403),
        ("MINISTRY-MA", "ORIGIN", 201),
        ("MINISTRY-MA", "ORIGIN", 409),
        ("MINISTRY-BE", "DESTINATION", 201),
    ):
        answer = await call(partnership, by, f"{path}/adoptions", {"side": side, "adopted_on": day(-1)})
        assert answer.status_code == status, (by, side, answer.text)
    async with await partnership.act("FIRM-MA") as http:
        assert (await http.get(path)).json()["adopted_on"] == day(-1)


async def test_decisions_taken_at_once_get_numbers_of_their_own(house: House) -> None:
    partnership = await register(house)
    committee = await committee_of(partnership)
    answers = await asyncio.gather(*(decide(partnership, committee, by) for by in SEATS for _ in range(2)))
    assert sorted(answer.json()["number"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_references_stay_within_the_committee(house: House) -> None:
    partnership = await register(house)
    one, other = await committee_of(partnership), await committee_of(partnership)
    decision = (await decide(partnership, one)).json()["id"]
    refused = await decide(partnership, other, meeting_id=MISSING)
    assert refused.json()["errors"][0]["pointer"] == "/meeting_id"
    item = {"assignee_id": await house.organisation("SCHOOL-MA"), "text": {"en": "Report."}, "due_on": day(9)}
    path = f"/v1/committees/{other}/action-items"
    refused = await call(partnership, "MINISTRY-MA", path, item | {"decision_id": decision})
    assert refused.json()["errors"][0]["pointer"] == "/decision_id"
    stranger = item | {"assignee_id": await house.organisation("STRANGER")}
    assert (await call(partnership, "MINISTRY-MA", path, stranger)).json()["errors"][0]["pointer"] == "/assignee_id"


async def test_what_is_overdue_is_listed_until_its_assignee_shows_that_it_is_done(house: House) -> None:
    """S-43: action items have an owner, a due date, a status and evidence."""
    partnership = await register(house)
    committee = await committee_of(partnership)
    item = {"assignee_id": await house.organisation("SCHOOL-MA"), "text": {"en": "Report."}, "due_on": day(-1)}
    path = f"/v1/committees/{committee}/action-items"
    late = (await call(partnership, "MINISTRY-MA", path, item)).json()
    await call(partnership, "MINISTRY-MA", path, item | {"due_on": day(0)})
    await call(partnership, "MINISTRY-MA", path, item | {"cancelled": True})

    async def overdue() -> list[str]:
        async with await partnership.act("FIRM-BE") as http:
            found = await http.get(await partnership.path("/action-items"), params={"overdue": True})
        return [each["id"] for each in found.json()["items"]]

    assert (late["status"], await overdue()) == ("OVERDUE", [late["id"]])
    evidence = await add_text(partnership, "SCHOOL-MA", "Report")
    done = {"done_on": day(0), "document_id": evidence["id"]}
    completions = f"/v1/action-items/{late['id']}/completions"
    assert (await call(partnership, "MINISTRY-MA", completions, done)).json()["code"] == "not_the_assignee"
    assert (await call(partnership, "SCHOOL-MA", completions, done | {"done_on": day(1)})).status_code == 422
    assert (await call(partnership, "SCHOOL-MA", completions, done)).status_code == 201
    assert await overdue() == []
    async with await partnership.act("MINISTRY-MA") as http:
        moved = await http.patch(f"/v1/action-items/{late['id']}", json={"due_on": day(9)}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["code"]) == (409, "done")


async def test_strangers_find_nothing(house: House) -> None:
    partnership = await register(house)
    committee = await committee_of(partnership)
    async with await house.act("STRANGER", *ROLES) as http:
        for suffix in ("", "/meetings", "/decisions"):
            foreign = await http.get(f"/v1/committees/{committee}{suffix}")
            assert foreign.status_code == 404
            assert alike(foreign, await http.get(f"/v1/committees/{MISSING}{suffix}"))


@pytest.mark.parametrize(
    ("due_on", "cancelled", "done", "status"),
    [
        (date(2100, 1, 1), False, False, "OPEN"),
        (date(2020, 1, 1), False, False, "OVERDUE"),
        (date(2020, 1, 1), True, False, "CANCELLED"),
        (date(2020, 1, 1), False, True, "DONE"),
    ],
)
def test_where_an_action_item_stands(due_on: date, cancelled: bool, done: bool, status: str) -> None:
    completions = [ActionItemCompletion(done_on=date(2020, 1, 1))] if done else []
    assert ActionItem(due_on=due_on, cancelled=cancelled, completions=completions).status == status


def test_the_next_meeting_follows_from_the_last_and_the_cadence() -> None:
    assert Committee(cadence_months=6, meetings=[]).next_meeting_by is None
    meetings = [CommitteeMeeting(held_on=date(2026, 1, 1)), CommitteeMeeting(held_on=date(2026, 8, 31))]
    assert Committee(cadence_months=6, meetings=meetings).next_meeting_by == date(2027, 2, 28)
