"""Evidence for and against, lessons, the practice library, risks."""

from typing import Any

import httpx
import pytest

from tests.conftest import House
from tests.registry.partnership import ROLES, Partnership, register

# Two published findings, both against what was hoped for.
APTC = {
    "claim": {"en": "Graduates of the Australia-Pacific Technical College migrate with their certificates."},
    "supports": False,
    "method": "Survey of graduates: 2.9 % abroad by 2014, 1.2 % in Australia",
    "source": "Center for Global Development, gsp.cgdev.org, Australia-Pacific Technical College",
    "strength": "EVALUATION",
    "indicator_code": "PLACED_AWAY",
}
KOSOVO_YES = {
    "claim": {"en": "Training at home closes the gap to the destination's qualification."},
    "supports": False,
    "method": "Description of the project: the gap was too wide",
    "source": "Center for Global Development, gsp.cgdev.org, Youth, Employment and Skills in Kosovo",
    "strength": "MONITORING",
}
LESSON = {
    "type": "GOOD_PRACTICE",
    "text": {"en": "Recognition was checked before the first lesson."},
    "corridor": {"origin": "MAR", "destination": "BEL"},
    "sector": "F43",
    "replicable_to": [{"origin": "TUN", "destination": "BEL"}],
}


async def add(partnership: Partnership, kind: str, body: dict[str, Any], by: str = "SCHOOL-MA") -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path(f"/{kind}"), json=body)


async def practices(house: House, **filters: str) -> list[dict[str, Any]]:
    """What somebody who is a party to nothing finds."""
    async with await house.act("STRANGER", "analyst") as http:
        answer = await http.get("/v1/practices", params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_counter_evidence_is_kept_like_evidence(house: House) -> None:
    """S-38: what speaks against the claim can be stored, with its source and strength."""
    partnership = await register(house)
    for item in (APTC, KOSOVO_YES):
        assert (await add(partnership, "evidence-items", item)).status_code == 201
    async with await partnership.act("MONITOR-UN") as http:
        found = (await http.get(await partnership.path("/evidence-items"))).json()["items"]
    assert [(each["supports"], each["strength"]) for each in found] == [(False, "EVALUATION"), (False, "MONITORING")]


@pytest.mark.parametrize(
    ("strength", "counterfactual", "status"),
    [
        ("ANECDOTE", True, 422),
        ("MONITORING", True, 422),
        ("EVALUATION", False, 422),
        ("EVALUATION", True, 201),
        ("RCT", False, 422),
        ("RCT", True, 201),
    ],
)
async def test_attribution_needs_an_evaluation_with_a_counterfactual(
    house: House, strength: str, counterfactual: bool, status: int
) -> None:
    """S-73: contribution is not attribution."""
    partnership = await register(house)
    claimed = {"strength": strength, "counterfactual": counterfactual, "causal_claim": "ATTRIBUTION"}
    assert (await add(partnership, "evidence-items", APTC | claimed)).status_code == status
    assert (await add(partnership, "evidence-items", APTC)).json()["causal_claim"] == "CONTRIBUTION"


async def test_a_claim_of_attribution_does_not_outlive_its_strength(house: House) -> None:
    """S-73: the same holds for changes."""
    partnership = await register(house)
    strong = {"strength": "RCT", "counterfactual": True, "causal_claim": "ATTRIBUTION"}
    item = (await add(partnership, "evidence-items", APTC | strong)).json()["id"]
    path, tag = f"/v1/evidence-items/{item}", {"If-Match": '"1"'}
    async with await partnership.act("FIRM-BE") as http:
        assert (await http.patch(path, json={"supports": True}, headers=tag)).status_code == 403
    async with await partnership.act("SCHOOL-MA") as http:
        assert (await http.patch(path, json={"strength": "ANECDOTE"}, headers=tag)).status_code == 422
        weaker = {"strength": "ANECDOTE", "causal_claim": "CONTRIBUTION"}
        assert (await http.patch(path, json=weaker, headers=tag)).json()["version"] == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "INNOVATION"}, 422),
        ({"type": "INNOVATION", "maturity": "PILOT"}, 201),
        ({"maturity": "PILOT"}, 422),
        ({"sector": "construction"}, 422),
        ({"evidence_item_ids": ["01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10"]}, 422),
    ],
)
async def test_a_lesson_says_how_far_an_innovation_was_tried(house: House, change: dict[str, Any], status: int) -> None:
    """S-03, S-32: innovations, and only they, have a maturity."""
    assert (await add(await register(house), "lessons", LESSON | change)).status_code == status


async def test_the_practice_library_shows_public_lessons_with_their_evidence(house: House) -> None:
    """S-07, S-38: everybody finds them, with the strength of what speaks for them and whether something does not."""
    partnership = await register(house)
    supporting = {"supports": True, "strength": "RCT", "counterfactual": True, "causal_claim": "ATTRIBUTION"}
    items = [(await add(partnership, "evidence-items", item)).json()["id"] for item in (APTC, APTC | supporting)]
    await add(partnership, "lessons", LESSON)  # not public
    shown = (await add(partnership, "lessons", LESSON | {"public": True, "evidence_item_ids": items})).json()
    found = await practices(house)
    assert [(each["lesson"]["id"], each["strength"], each["counter_evidence"]) for each in found] == [
        (shown["id"], "RCT", True)
    ]
    assert found[0]["causal_claim"] == "ATTRIBUTION"
    assert partnership.id not in str(found)
    async with await house.act("STRANGER", *ROLES) as http:
        paths = [f"/v1/lessons/{shown['id']}", *(f"/v1/evidence-items/{item}" for item in items)]
        seen = [await http.get(path) for path in paths]
    assert {answer.status_code for answer in seen} == {200}
    assert partnership.id not in str([answer.json() for answer in seen])


async def test_what_is_not_public_stays_among_the_parties(house: House) -> None:
    partnership = await register(house)
    item = (await add(partnership, "evidence-items", APTC)).json()["id"]
    lesson = (await add(partnership, "lessons", LESSON | {"public": True, "evidence_item_ids": [item]})).json()["id"]
    async with await partnership.act("SCHOOL-MA") as http:
        hidden = await http.patch(f"/v1/lessons/{lesson}", json={"public": False}, headers={"If-Match": '"1"'})
    assert hidden.status_code == 200
    assert await practices(house) == []
    async with await house.act("STRANGER", *ROLES) as http:
        for path in (f"/v1/lessons/{lesson}", f"/v1/evidence-items/{item}", f"/v1/lessons/{lesson}/history"):
            assert (await http.get(path)).status_code == 404


async def test_nobody_makes_others_evidence_public(house: House) -> None:
    partnership = await register(house)
    item = (await add(partnership, "evidence-items", APTC, by="MONITOR-UN")).json()["id"]
    refused = await add(partnership, "lessons", LESSON | {"public": True, "evidence_item_ids": [item]})
    assert refused.json()["errors"][0]["code"] == "evidence_of_others"
    kept = await add(partnership, "lessons", LESSON | {"evidence_item_ids": [item]})
    assert kept.status_code == 201
    async with await partnership.act("SCHOOL-MA") as http:
        path, tag = f"/v1/lessons/{kept.json()['id']}", {"If-Match": '"1"'}
        assert (await http.patch(path, json={"public": True}, headers=tag)).status_code == 422


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"origin": "MAR", "destination": "BEL"}, 2),
        ({"origin": "TUN"}, 1),  # the one about all corridors
        ({"sector": "F"}, 1),
        ({"sector": "A"}, 0),
        ({"model": "GSP_DUAL_TRACK"}, 2),
        ({"model": "SMP"}, 0),
        ({"type": "CHALLENGE"}, 1),
        ({"strength": "MONITORING"}, 1),
        ({"strength": "EVALUATION"}, 0),  # counter-evidence of that strength does not support it
    ],
)
async def test_practices_are_found_by_what_they_are_about(house: House, filters: dict[str, str], found: int) -> None:
    """S-07: by corridor, sector, model, type and strength of evidence."""
    partnership = await register(house)
    supports = KOSOVO_YES | {"supports": True}
    items = [(await add(partnership, "evidence-items", item)).json()["id"] for item in (APTC, supports)]
    await add(partnership, "lessons", LESSON | {"public": True, "evidence_item_ids": items})
    await add(partnership, "lessons", {"type": "CHALLENGE", "text": {"en": "Visas took a year."}, "public": True})
    assert len(await practices(house, **filters)) == found


async def test_a_risk_has_a_score_and_a_party_that_minds_it(house: House) -> None:
    """02 §1: type, likelihood, impact, mitigation, owner."""
    partnership = await register(house)
    risk = {
        "type": "RECOGNITION",
        "description": {"en": "The professional body takes longer than a year."},
        "likelihood": 3,
        "impact": 4,
        "mitigation": {"en": "Gap analysis first."},
        "owner_organisation_id": await house.organisation("MINISTRY-BE"),
    }
    made = (await add(partnership, "risks", risk)).json()
    assert (made["score"], made["status"]) == (12, "OPEN")
    stranger = {"owner_organisation_id": await house.organisation("STRANGER")}
    assert (await add(partnership, "risks", risk | stranger)).status_code == 422
    assert (await add(partnership, "risks", risk | {"likelihood": 6})).status_code == 422
    async with await partnership.act("SCHOOL-MA") as http:
        path = f"/v1/risks/{made['id']}"
        changed = await http.patch(path, json={"status": "OCCURRED", "impact": 5}, headers={"If-Match": '"1"'})
        assert (changed.json()["score"], changed.json()["status"]) == (15, "OCCURRED")
        assert (await http.patch(path, json=stranger, headers={"If-Match": '"2"'})).status_code == 422
        past = await http.get(path, params={"as_of": made["updated_at"]})
    assert past.json()["status"] == "OPEN"
