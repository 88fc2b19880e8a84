"""Incidents, and when they propose to suspend a partnership."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.partnerships.suspension import Report, Rule, proposal
from tests.conftest import House
from tests.registry.partnership import Partnership, register

G01, G02 = Report("GUARD_TRIPPED", "G01", True), Report("GUARD_TRIPPED", "G02", True)
SEEN, CONFIRMED = Report("FORCED_LABOUR_INDICATOR", None, False), Report("FORCED_LABOUR_INDICATOR", None, True)
INCIDENT = {"kind": "GUARD_TRIPPED", "guard": "G01", "occurred_on": "2026-11-02", "reference": "CASE-17"}


@pytest.mark.parametrize(
    ("reports", "rule", "expected"),
    [
        ([], Rule(), None),
        ([G01] * 2 + [G02] * 2, Rule(), None),
        ([G01] * 3, Rule(), "G01 tripped 3 times"),
        ([G01] * 2, Rule(guard_trips=2), "G01 tripped 2 times"),
        ([SEEN] * 5, Rule(), None),
        ([CONFIRMED], Rule(), "1 confirmed indicators of forced labour"),
        ([CONFIRMED], Rule(forced_labour_indicators=2), None),
        ([G02] * 3 + [CONFIRMED], Rule(), "G02 tripped 3 times; 1 confirmed indicators of forced labour"),
    ],
)
def test_suspension_is_proposed_from_the_third_trip_or_one_confirmed_indicator_on(
    reports: list[Report], rule: Rule, expected: str | None
) -> None:
    """02 §3."""
    assert proposal(reports, rule) == expected


@given(st.lists(st.sampled_from([G01, G02, SEEN, CONFIRMED])), st.sampled_from([G01, G02, SEEN, CONFIRMED]))
def test_another_report_never_takes_a_proposal_away(reports: list[Report], another: Report) -> None:
    assert proposal(reports, Rule()) is None or proposal([*reports, another], Rule()) is not None


async def _report(partnership: Partnership, by: str, **change: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/incidents"), json=INCIDENT | change)


async def _set_rule(partnership: Partnership, by: str = "MINISTRY-BE", **rule: int) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/suspension-rules"), json=rule)


async def _proposed(partnership: Partnership) -> str | None:
    async with await partnership.act("FIRM-MA") as http:
        answer = (await http.get(await partnership.path("/readiness"))).json()
    proposed: str | None = answer["suspension_proposed"]
    return proposed


async def test_any_party_reports_and_all_read(house: House) -> None:
    partnership = await register(house)
    assert (await _report(partnership, "MONITOR-UN")).status_code == 201
    async with await partnership.act("FIRM-BE") as http:
        listed = (await http.get(await partnership.path("/incidents"))).json()["items"]
    assert [{name: item[name] for name in INCIDENT} for item in listed] == [INCIDENT]
    assert listed[0]["confirmed"] is False


@pytest.mark.parametrize("change", [{"guard": None}, {"kind": "FORCED_LABOUR_INDICATOR"}, {"guard": "G13"}])
async def test_an_incident_names_its_guard_and_nothing_else(house: House, change: dict[str, Any]) -> None:
    assert (await _report(await register(house), "FIRM-BE", **change)).status_code == 422


async def test_the_rule_is_set_by_a_lead_and_frozen_by_the_first_incident(house: House) -> None:
    partnership = await register(house)
    assert (await _set_rule(partnership, by="FIRM-BE")).status_code == 403
    rule = await _set_rule(partnership, guard_trips=5)
    assert (rule.status_code, rule.json()["guard_trips"], rule.json()["forced_labour_indicators"]) == (201, 5, 1)
    assert (await _set_rule(partnership, by="MINISTRY-MA")).status_code == 409
    path = f"/v1/suspension-rules/{rule.json()['id']}"
    async with await partnership.act("MINISTRY-BE") as http:
        changed = await http.patch(path, json={"guard_trips": 4}, headers={"If-Match": '"1"'})
        await _report(partnership, "FIRM-BE")
        frozen = await http.patch(path, json={"guard_trips": 9}, headers={"If-Match": '"2"'})
        kept = (await http.get(path)).json()
    assert (changed.status_code, frozen.status_code, frozen.json()["code"]) == (200, 409, "rule_in_use")
    assert kept["guard_trips"] == 4


async def test_no_rule_is_set_for_what_has_happened_already(house: House) -> None:
    partnership = await register(house)
    await _report(partnership, "FIRM-BE")
    assert (await _set_rule(partnership)).json()["code"] == "rule_in_use"


async def test_readiness_proposes_to_suspend_what_is_active(house: House) -> None:
    """02 §3: an unconfirmed indicator proposes nothing; confirmed, it does at once."""
    partnership = await register(house)
    await partnership.complete("ACTIVE")
    made = await _report(partnership, "MONITOR-UN", kind="FORCED_LABOUR_INDICATOR", guard=None)
    assert await _proposed(partnership) is None
    async with await partnership.act("MONITOR-UN") as http:
        path = f"/v1/incidents/{made.json()['id']}"
        assert (await http.patch(path, json={"confirmed": True}, headers={"If-Match": '"1"'})).status_code == 200
    assert await _proposed(partnership) == "1 confirmed indicators of forced labour"
    assert (await partnership.move("SUSPENDED", by="FIRM-MA", reason="Until it is cleared.")).status_code == 200
    assert await _proposed(partnership) is None
