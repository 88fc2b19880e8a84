"""User story 15: before anybody accepts, both sides see whether all four parties gain, who would lose, and what is not
known; afterwards what was expected stands beside what was found (issue 5). Over three services.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import House
from tests.journeys.corridor import AWAY_FIRM, COUNSELLOR, DESTINATION, NDJSON, ORIGIN, Corridor, Json, build
from tests.registry.test_shortages import decided, decision_of, listed, sign

ENTRY = {
    "amount": "4000.00",
    "currency": "EUR",
    "payer": "DEST_GOV",
    "payee": "Invented training centre",
    "group": "TRAINING",
    "phase": "TRAINING",
}


def day(number: int) -> str:
    """A day counted from the one on which the test runs."""
    return (datetime.now(UTC).date() + timedelta(days=number)).isoformat()


def figure(kind: str, value: str, unit: str, **about: str) -> Json:
    period = {"period_from": day(-500), "period_to": day(-1), "released_on": day(-1)}
    return {"kind": kind, "value": value, "unit": unit, "source": "Invented", "licence": "CC0 1.0", **period, **about}


@pytest.fixture
async def corridor(house: House) -> Corridor:
    """With money spent and price levels known."""
    made = await build(house)
    spent = f"/v1/partnerships/{made.partnership.id}/cost-entries"
    await made.post(DESTINATION, spent, ENTRY | {"paid_on": day(0)}, "registry")
    await house.follow()
    level = "CURRENCY_PER_INTERNATIONAL_DOLLAR"
    known = [
        figure("PRICE_LEVEL", "0.8", level, country="BEL", currency="EUR"),
        figure("PRICE_LEVEL", "4", level, country="MAR", currency="MAD"),
        figure("EXCHANGE_RATE", "10.8", "CURRENCY_PER_CURRENCY", currency="MAD", per_currency="EUR"),
    ]
    async with await house.ops("matching") as ops:
        lines = "\n".join(json.dumps(each) for each in known)
        answer = await ops.post("/v1/reference-figures:batch", content=lines, headers=NDJSON)
    assert answer.status_code == 200, answer.text
    return made


def inputs(shown: Json, code: str) -> dict[str, Any]:
    made = next(c for party in shown["parties"] for c in party["components"] if c["code"] == code)
    return {each["name"]: each for each in made["inputs"]}


async def test_story_15_both_sides_see_the_win_before_anybody_accepts(corridor: Corridor) -> None:
    """Verdict and scores stand in the proposal; what is unknown is named with who can give it, and never zero; what
    was kept is computed again to the same hash; weights are frozen once the first job has begun."""
    candidate = await corridor.candidate()
    proposal = f"/v1/proposals/{await corridor.propose(candidate, corridor.away)}"
    by_side = [await corridor.get(who, proposal) for who in (COUNSELLOR, AWAY_FIRM)]
    assert by_side[0]["fourfold"] == by_side[1]["fourfold"]
    assert by_side[0]["fourfold"]["verdict"] == "UNKNOWN"
    whole = await corridor.get(COUNSELLOR, f"{proposal}/fourfold")
    employers = await corridor.get(AWAY_FIRM, f"{proposal}/fourfold")
    assert [each["party"] for each in employers["parties"] if each["components"]] == ["EMPLOYER"]
    lacking = {(each["component"], each["name"]): each["ask"] for each in whole["missing"]}
    assert "import" in lacking["E1", "unfilled_share"]
    assert inputs(whole, "E1")["unfilled_share"]["value"] is None
    assert inputs(whole, "W1")["net_monthly"]["source"].startswith("vacancy")
    (kept,) = whole["kept"]
    again = await corridor.get(COUNSELLOR, f"/v1/fourfold-assessments/{kept['id']}/replay")
    assert (again["status"], again["inputs_hash"]) == ("EQUAL", kept["inputs_hash"])


async def test_story_15_money_and_decisions_of_the_registry_reach_the_win(corridor: Corridor) -> None:
    """Spending that the destination recorded is what left for training by departure, the signed decision's index is
    how short the destination is; weights are frozen by the first job."""
    path = await corridor.placement(await corridor.candidate(), corridor.away)
    decision, _ = await decided(corridor.partnership)
    for side in (ORIGIN, DESTINATION):
        assert (await sign(corridor.partnership, side, decision)).is_success
    await corridor.house.follow()
    start = {
        "started_on": day(0),
        "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
        "weekly_hours": 38,
        "net_monthly_earnings": {"amount": "2000.00", "currency": "EUR"},
        "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
        "decided_by": "Head of works 7",
    }
    await corridor.post(AWAY_FIRM, f"{path}/start", start)
    shown = await corridor.get(COUNSELLOR, f"{path}/fourfold")
    money = inputs(shown, "O2")["foreign_money_per_departure"]
    assert (money["value"], money["evidence"]) == (4000, "VERIFIED")
    round_id = (await decision_of(corridor.partnership, decision))["round_id"]
    computed = await listed(corridor.partnership, ORIGIN, f"/v1/shortage-rounds/{round_id}/indices")
    index = next(each for each in computed if (each["side"], each["isco08"]) == ("DESTINATION", "7411"))
    assert inputs(shown, "D1")["shortage_index"]["value"] == pytest.approx(index["s01"])
    parameters = f"/v1/partnerships/{corridor.partnership.id}/fourfold-parameters"
    agreed = await corridor.get(ORIGIN, parameters)
    assert agreed["frozen"] is True
    assert shown["parameters_version"].startswith(f"{agreed['edition']}:{agreed['hash'][:12]}")
