"""What a partnership's lists can be narrowed to."""

from typing import Any

import pytest

from tests.conftest import House
from tests.registry.partnership import Partnership, register

RISK = {"description": {"en": "Too few jobs."}, "likelihood": 2, "impact": 3, "mitigation": {"en": "Ask more firms."}}
INCIDENT = {"occurred_on": "2026-11-02", "reference": "CASE-17"}
EVIDENCE = {"claim": {"en": "Training at home works."}, "supports": True, "method": "Survey", "source": "Invented"}
TARGET = {"party": "EMPLOYER", "target": 10, "due_on": "2029-01-01", "indicator_code": "TRAINED"}

# kind of record → two bodies, and the query that finds only the first
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "lessons": (
        {"type": "CHALLENGE", "text": {"en": "One."}},
        {"type": "SOLUTION", "text": {"en": "Two."}},
        "type=CHALLENGE",
    ),
    "incidents": (
        INCIDENT | {"kind": "FORCED_LABOUR_INDICATOR", "confirmed": True},
        INCIDENT | {"kind": "GUARD_TRIPPED", "guard": "G01"},
        "confirmed=true&kind=FORCED_LABOUR_INDICATOR",
    ),
    "evidence-items": (EVIDENCE | {"strength": "RCT"}, EVIDENCE | {"strength": "ANECDOTE"}, "strength=RCT"),
    "result-targets": (TARGET | {"track": "CIRCULAR"}, TARGET | {"track": "AWAY"}, "track=CIRCULAR"),
}


async def _listed(partnership: Partnership, kind: str, query: str) -> list[str]:
    async with await partnership.act("MINISTRY-MA") as http:
        items = (await http.get(await partnership.path(f"/{kind}?{query}"))).json()["items"]
    return [item["id"] for item in items]


async def _record(partnership: Partnership, kind: str, body: dict[str, Any]) -> str:
    async with await partnership.act("MINISTRY-MA") as http:
        answer = await http.post(await partnership.path(f"/{kind}"), json=body)
    made: str = answer.json()["id"]
    return made


@pytest.mark.parametrize("kind", CASES)
async def test_a_list_is_narrowed_to_what_is_asked_for(house: House, kind: str) -> None:
    first, second, query = CASES[kind]
    partnership = await register(house)
    wanted = await _record(partnership, kind, first)
    await _record(partnership, kind, second)
    assert await _listed(partnership, kind, query) == [wanted]


async def test_risks_are_listed_by_status(house: House) -> None:
    partnership = await register(house)
    owner = await house.organisation("MINISTRY-MA")
    open_, _ = [
        await _record(partnership, "risks", RISK | {"type": "DEMAND", "owner_organisation_id": owner, "status": status})
        for status in ("OPEN", "CLOSED")
    ]
    assert await _listed(partnership, "risks", "status=OPEN&type=DEMAND") == [open_]


@pytest.mark.parametrize(("due_by", "found"), [("2027-06-01", 1), ("2027-05-31", 0)])
async def test_milestones_are_listed_by_the_day_they_fall_due(house: House, due_by: str, found: int) -> None:
    partnership = await register(house)
    payee = await house.organisation("SCHOOL-MA")
    milestone = {
        "title": {"en": "First cohort"},
        "payee_organisation_id": payee,
        "amount": {"amount": "1000.00", "currency": "EUR"},
        "condition": {"en": "40 certified."},
        "due_on": "2027-06-01",
    }
    await _record(partnership, "milestones", milestone)
    assert len(await _listed(partnership, "milestones", f"status=PLANNED&due_by={due_by}")) == found


@pytest.mark.parametrize(("frame", "found"), [("GFMD", 1), ("NDC", 0)])
async def test_partnerships_are_listed_by_policy_frame(house: House, frame: str, found: int) -> None:
    """S-04."""
    partnership = await register(house, policy_frames=[{"frame": "GFMD", "reference": "Round table 4"}])
    async with await partnership.act("MINISTRY-MA") as http:
        assert len((await http.get(f"/v1/partnerships?frame={frame}")).json()["items"]) == found
