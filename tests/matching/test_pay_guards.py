"""Guard rails: all twelve block a start, and a rule opens those about pay by itself (G01 to G12)."""

from decimal import Decimal
from typing import Any

import pytest

from services.contracts.vocabulary import GuardRail
from services.matching.pay_guards import Pay, findings
from tests.conftest import House
from tests.matching.registry_events import days
from tests.matching.scene import Scene, build
from tests.matching.test_placements_api import START, codes, prepared

GOOD = Pay(Decimal(2750), Decimal(2500), Decimal(2000), Decimal(200), 3000.0)


@pytest.mark.parametrize(
    ("changed", "tripped"),
    [
        ({}, []),
        ({"floor": Decimal("2750.01")}, [("G03", None)]),
        ({"deducted": Decimal("200.01")}, [("G10", None)]),
        ({"native_median": 3236.0}, [("G11", 30)]),
        ({"gross": None, "net": None}, []),
        ({"floor": None, "native_median": None}, []),
    ],
)
def test_pay_trips_its_guard_rails(changed: dict[str, object], tripped: list[tuple[str, int | None]]) -> None:
    """At the floor, a tenth and 15 % exactly nothing trips; what is unknown trips nothing."""
    pay = Pay(**{name: changed.get(name, getattr(GOOD, name)) for name in Pay.__dataclass_fields__})  # type: ignore[arg-type]
    found = [(rail.value, within.days if within else None) for rail, _, within in findings(pay)]
    assert found == tripped


async def test_each_of_the_twelve_blocks_the_start(house: House) -> None:
    scene = await build(house)
    path = await prepared(scene)
    for rail in GuardRail:
        case = {"code": rail.value, "reason": "Found at an inspection.", "decided_by": "Counsellor 12"}
        assert (await scene.counsellor.post(f"{path}/cases", json=case)).status_code == 201
    refused = await scene.recruiter.post(f"{path}/start", json=START)
    assert sorted(codes(refused)) == sorted(f"GUARD_RAIL_{rail}" for rail in GuardRail)


async def test_pay_below_the_floor_opens_a_case_and_blocks_the_win(house: House) -> None:
    """The vacancy promised more than the floor, the job pays less: another contract than the one agreed (G03)."""
    scene = await build(house, wage_floor={"amount": "2500.00", "currency": "EUR"})
    path = await prepared(scene)
    low = START | {"gross_hourly_earnings": {"amount": "12.00", "currency": "EUR"}}
    assert (await scene.recruiter.post(f"{path}/start", json=low)).status_code == 200
    (case,) = (await scene.recruiter.get("/v1/cases")).json()["items"]
    shown = (await scene.recruiter.get(f"{path}/fourfold")).json()
    assert (case["code"], case["status"], case["opened_by"]) == ("G03", "OPEN", None)
    assert (shown["verdict"], shown["guards"]) == ("BLOCKED", ["G03"])


async def _month(scene: Scene, path: str, deduction: dict[str, Any], **more: Any) -> None:
    """Pay of 2,000 and what was kept back of it, as the worker's side records them."""
    wage = {
        "kind": "WAGE",
        "cost_group": "LIVING",
        "phase": "EMPLOYMENT",
        "payer": "EMPLOYER",
        "payee": "WORKER",
        "amount": {"amount": "2000.00", "currency": "EUR"},
        "paid_on": days(-1).isoformat(),
    }
    back = wage | {"kind": "DEDUCTION", "payer": "WORKER", "payee": "EMPLOYER"} | deduction
    for body in (wage, back):
        answer = await scene.counsellor.post(f"{path}/ledger-entries", json=body | more)
        assert answer.status_code == 201, answer.text


OF_COSTS = {"cost_group": "RECRUITMENT", "amount": {"amount": "900.00", "currency": "EUR"}}


async def test_what_the_worker_told_in_confidence_opens_a_case_the_employer_does_not_see(house: House) -> None:
    scene = await build(house)
    path = await prepared(scene)
    await _month(scene, path, OF_COSTS, kept_from_employer=True)
    assert (await scene.recruiter.post(f"{path}/start", json=START)).status_code == 200
    own = (await scene.counsellor.get("/v1/cases")).json()["items"]
    assert ("G10", True) in [(each["code"], each["kept_from_employer"]) for each in own]
    assert (await scene.recruiter.get("/v1/cases")).json()["items"] == []


async def test_rent_is_no_debt(house: House) -> None:
    scene = await build(house)
    path = await prepared(scene)
    await _month(scene, path, OF_COSTS | {"cost_group": "LIVING"})
    assert (await scene.recruiter.post(f"{path}/start", json=START)).status_code == 200
    assert (await scene.counsellor.get("/v1/cases")).json()["items"] == []
