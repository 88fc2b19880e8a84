"""What a partnership's lists can be narrowed to."""

from typing import Any

import pytest

from tests.conftest import House
from tests.registry.partnership import Partnership, register
from tests.registry.test_shortages import decided, decision_of, sign

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


async def _by_queries(partnership: Partnership, kind: str, names: dict[str, str], queries: dict[str, str]) -> None:
    for query, wanted in queries.items():
        assert [names[found] for found in await _listed(partnership, kind, query)] == wanted.split(), query


async def test_agreements_are_listed_by_status_and_last_day(house: House) -> None:
    """Story 7 of 06: what runs out soon is found before it does."""
    partnership = await register(house)
    text = {"type": "BLMA", "legal_status": "BINDING", "title": {"en": "Invented"}, "text_uri": "https://text.example"}
    days = {"EARLY": "2029-01-01", "LATE": "2030-01-01", "OPEN": None}
    names = {await _record(partnership, "agreements", text | {"expires_on": day}): name for name, day in days.items()}
    (early, *_) = names
    async with await partnership.act("MINISTRY-MA") as http:
        signed = {"side": "ORIGIN", "signed_on": "2026-11-01", "office": "Minister"}
        assert (await http.post(f"/v1/agreements/{early}/signatures", json=signed)).is_success
    queries = {
        "expires_before=2030-01-01": "EARLY",
        "expires_after=2029-01-01": "LATE",
        "status=SIGNED_BY_ORIGIN": "EARLY",
        "status=DRAFT&expires_before=2031-01-01": "LATE",
    }
    await _by_queries(partnership, "agreements", names, queries)


async def test_obligations_are_listed_by_status_and_due_date(house: House) -> None:
    """S-63: of a promise that recurs, any of its days counts."""
    partnership = await register(house)
    promise = {"kind": "HOUSING", "side": "ORIGIN", "text": {"en": "Rooms."}}
    days = {
        "PAST": {"due_on": "2020-01-01"},
        "ONCE": {"due_on": "2099-01-01"},
        "YEARLY": {"due_on": "2098-06-01", "recurrence": "YEARLY", "ends_on": "2102-06-01"},
    }
    names = {await _record(partnership, "obligations", promise | day): name for name, day in days.items()}
    queries = {
        "due_before=2099-01-01": "PAST YEARLY",
        "due_after=2099-01-01": "YEARLY",
        "due_after=2098-06-01&due_before=2099-02-01": "ONCE",
        "status=LATE": "PAST",
        "status=LATE&due_after=2020-01-01": "",
    }
    await _by_queries(partnership, "obligations", names, queries)


async def test_joint_decisions_are_listed_by_status_and_last_day(house: House) -> None:
    """S-67: those that are to be decided anew."""
    partnership = await register(house)
    first, second = await decided(partnership)
    for code in ("MINISTRY-MA", "MINISTRY-BE"):
        await sign(partnership, code, first)
    last = (await decision_of(partnership, first))["expires_on"]
    queries = {
        "status=IN_FORCE": "FIRST",
        "status=PROPOSED": "SECOND",
        f"expires_after={last}": "",
        f"expires_before={last}": "",
        "expires_before=2099-01-01": "FIRST SECOND",
    }
    await _by_queries(partnership, "joint-decisions", {first: "FIRST", second: "SECOND"}, queries)
