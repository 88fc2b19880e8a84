"""Mentors of the diaspora: matched by language, occupation and region, hours and EUR tracked (story 23, S-20)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.kit.db import now
from tests.conftest import House
from tests.matching.entrepreneurs import Firms, build, engagement
from tests.matching.registry_events import days, publish


@pytest.fixture
async def scene(house: House) -> Firms:
    return await build(house)


async def offer(scene: Firms, **changes: Any) -> str:
    """An engagement of CLUB, a diaspora organisation; its id."""
    club = await scene.house.organisation("CLUB", type="DIASPORA_ORGANISATION")
    party = scene.partnership.parties[0].model_copy(update={"organisation_id": UUID(club)})
    parties = [*scene.partnership.parties, party]
    offered = engagement(club, [scene.partnership.id], **changes)
    await publish(scene.house, scene.partnership.model_copy(update={"parties": parties}), offered)
    return str(offered.id)


async def book(scene: Firms, engagement_id: str, hours: str = "2.00") -> Any:
    body = {
        "candidate_id": scene.candidate_id,
        "engagement_id": engagement_id,
        "planned_on": days(0).isoformat(),
        "hours": hours,
    }
    return await scene.incubator.post("/v1/mentorings", json=body)


async def move(scene: Firms, mentoring_id: str, to: str, **said: Any) -> Any:
    """By the mentors' organisation."""
    path = f"/v1/mentorings/{mentoring_id}"
    async with await scene.house.act("CLUB", "partner-admin", service="matching") as http:
        tag = (await http.get(path)).headers["ETag"]
        body = {"to": to, "on": now().date().isoformat()} | said
        return await http.post(f"{path}/transitions", json=body, headers={"If-Match": tag})


async def mentors_for(scene: Firms) -> list[dict[str, Any]]:
    answer = await scene.incubator.get(f"/v1/candidates/{scene.candidate_id}/mentors")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_mentors_are_ranked_and_their_score_adds_up(scene: Firms) -> None:
    """Story 23: matching by language, occupation and region."""
    near = await offer(scene)
    far = await offer(scene, external_id="M-2", isco08=["7411"], regions=["SN-TH"])
    unvetted = await offer(scene, external_id="M-3", vetting="UNVETTED", vetted_to=None)
    await offer(scene, external_id="I-1", engagement_type="INVESTOR")
    found = await mentors_for(scene)
    assert [each["mentors"]["engagement_id"] for each in found] == [near, far, unvetted]
    assert [each["near_miss"] for each in found] == [False, False, True]
    for each in found:
        assert abs(sum(term["contribution"] for term in each["terms"]) - each["score"]) < 1e-9
    assert [gate["code"] for gate in found[2]["gates"] if not gate["passed"]] == ["M01"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vetting": "REFUSED"}, "M01_VETTED"),
        ({"vetted_to": days(-1)}, "M01_VETTED"),
        ({"open": False}, "M02_OPEN"),
        ({"hours_offered": 1}, "M03_HOURS_LEFT"),
        ({"languages": ["wo"]}, "M04_LANGUAGE"),
    ],
)
async def test_hours_are_booked_only_where_all_gates_hold(scene: Firms, change: dict[str, Any], code: str) -> None:
    refused = await book(scene, await offer(scene, **change))
    assert (refused.status_code, [guard["code"] for guard in refused.json()["guards"]]) == (409, [code])


async def test_hours_are_never_given_twice(scene: Firms) -> None:
    """Story 23: of ten hours, six are booked once when two ask for them at once."""
    offered = await offer(scene)
    answers = await asyncio.gather(*(book(scene, offered, "6.00") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (await mentors_for(scene))[0]["mentors"]["hours_left"] == 4


async def test_hours_and_money_are_tracked_against_the_engagement(scene: Firms) -> None:
    """Story 23: hours and EUR, whatever the currency."""
    offered = await offer(scene)
    held, dropped = [(await book(scene, offered, "4.00")).json()["id"] for _ in range(2)]
    too_many = await move(scene, held, "HELD", hours="6.50")
    assert too_many.json()["guards"][0]["code"] == "M03_HOURS_LEFT"
    given = {"amount": "65595.7", "currency": "XOF"}
    assert (await move(scene, held, "HELD", hours="5.50", amount=given)).status_code == 200
    silent = await move(scene, dropped, "CANCELLED")
    missing = [guard["code"] for guard in silent.json()["guards"]]
    assert missing == ["DECIDED_BY_GIVEN", "REASON_GIVEN", "NEXT_STEP_GIVEN"]
    steps = [{"kind": "MENTOR", "text": "Another mentor calls you."}]
    said = {"reason": "MENTOR_UNAVAILABLE", "next_steps": steps, "decided_by": "Club 3"}
    cancelled = await move(scene, dropped, "CANCELLED", **said)
    assert cancelled.json()["next_steps"] == steps
    path = f"/v1/diaspora-engagements/{offered}/mentoring-totals"
    assert (await scene.incubator.get(path)).status_code == 404
    async with await scene.house.act("CLUB", "partner-admin", service="matching") as http:
        totals = (await http.get(path)).json()
    sums = [float(totals[name]) for name in ("hours_booked", "hours_held", "hours_left", "amount_eur")]
    assert (sums, totals["candidates"]) == ([0, 5.5, 4.5, 100], 1)
    assert (await move(scene, held, "CANCELLED")).json()["guards"][0]["code"] == "STEP_FOLLOWS"


async def test_erasure_leaves_the_hours_counted_of_nobody(scene: Firms) -> None:
    offered = await offer(scene)
    held, booked = [(await book(scene, offered, "4.00")).json()["id"] for _ in range(2)]
    await move(scene, held, "HELD")
    tag = (await scene.incubator.get(f"/v1/candidates/{scene.candidate_id}")).headers["ETag"]
    await scene.incubator.delete(f"/v1/candidates/{scene.candidate_id}", headers={"If-Match": tag})
    async with await scene.house.act("CLUB", "partner-admin", service="matching") as http:
        left = {each["id"]: each for each in (await http.get("/v1/mentorings")).json()["items"]}
    assert (left[held]["status"], left[booked]["status"]) == ("HELD", "CANCELLED")
    assert scene.candidate_id not in str(left)
