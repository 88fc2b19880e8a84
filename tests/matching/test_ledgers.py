"""Ledgers: who paid what, what a job cost its worker, and the clock of a fee that the worker paid (story 18)."""

import asyncio
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit import tenancy
from services.matching import guard_rails, recruitment_costs
from services.matching.ledgers import service
from services.matching.ledgers.schemas import LedgerEntryIn
from services.matching.recruitment_costs import Payment
from tests.conftest import House
from tests.matching.registry_events import days
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import events
from tests.matching.test_placements_api import START, move, prepared

FEE: dict[str, Any] = {
    "kind": "FEE",
    "cost_group": "RECRUITMENT",
    "phase": "PRE_DEPARTURE",
    "payer": "WORKER",
    "payee": "RECRUITER",
    "amount": {"amount": "400.00", "currency": "EUR"},
    "paid_on": days(-5).isoformat(),
    "receipt": "Receipt 7",
}
BACK = FEE | {"kind": "REIMBURSEMENT", "payer": "EMPLOYER", "payee": "WORKER", "paid_on": days(0).isoformat()}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def entry(http: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await http.post(f"{path}/ledger-entries", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def cases(http: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["status"]) for each in (await http.get("/v1/cases")).json()["items"]]


async def trip(house: House) -> None:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        assert await guard_rails.trip_overdue(session) is False


def paid(
    kind: str, amount: str, payer: str = "WORKER", payee: str = "OTHER", on: str = "2027-01-10", **more: Any
) -> Any:
    values: dict[str, Any] = {"group": "RECRUITMENT", "currency": "EUR"} | more
    return Payment(
        id=uuid4(), kind=kind, payer=payer, payee=payee, amount=Decimal(amount), on=date.fromisoformat(on), **values
    )


def test_the_ratio_is_of_one_worker_and_deductions_lower_earnings() -> None:
    """Story 18: (900 + 100 - 200) / (2150 - 150); the deduction is no part of the costs a second time."""
    payments = [
        paid("FEE", "900"),
        paid("COST", "1070", currency="MAD", group="MIGRATION"),
        paid("COST", "500", group="LIVING"),
        paid("COST", "700", payer="EMPLOYER"),
        paid("REIMBURSEMENT", "200", payer="EMPLOYER", payee="WORKER"),
        paid("WAGE", "1900", payer="EMPLOYER", payee="WORKER", group="LIVING", on="2027-02-28"),
        paid("WAGE", "2150", payer="EMPLOYER", payee="WORKER", group="LIVING", on="2027-03-31"),
        paid("DEDUCTION", "150", payee="EMPLOYER", on="2027-03-31"),
    ]
    rates = {"EUR": Decimal(1), "MAD": Decimal("10.7")}
    found = recruitment_costs.ratio(payments, (Decimal(2000), "EUR"), rates)
    assert (found.paid, found.reimbursed, found.earned, found.deducted) == (1000, 200, 2150, 150)
    assert found.months == Decimal("0.4000")


def test_an_unknown_rate_or_pay_makes_it_unknown() -> None:
    foreign = recruitment_costs.ratio([paid("FEE", "900", currency="XXX")], (Decimal(2000), "EUR"), {})
    unpaid = recruitment_costs.ratio([paid("FEE", "900")], None, {})
    assert (foreign.months, foreign.unconverted, unpaid.months) == (None, ("XXX",), None)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["FEE", "COST", "DEDUCTION", "WAGE"]), st.integers(1, 900)), max_size=8))
def test_what_is_taken_back_leaves_no_trace_in_the_sums(drawn: list[tuple[str, int]]) -> None:
    payments = [paid(kind, str(amount)) for kind, amount in drawn]
    kept = paid("COST", "5")
    back = [
        Payment(**{n: getattr(each, n) for n in each.__slots__} | {"id": uuid4(), "corrects": each.id})
        for each in payments
    ]
    assert recruitment_costs.totals([*payments, kept, *back]) == recruitment_costs.totals([kept])


async def test_each_side_records_the_other_confirms_and_nothing_is_changed(scene: Scene) -> None:
    path = await prepared(scene)
    visa = await entry(scene.recruiter, path, FEE | {"kind": "COST", "cost_group": "MIGRATION", "payer": "EMPLOYER"})
    address = f"/v1/ledger-entries/{visa['id']}"
    own = await scene.recruiter.post(f"{address}/confirmation")
    agreed = await scene.counsellor.post(f"{address}/confirmation")
    foreign = await scene.counsellor.post(f"{address}/correction", json={"note": "Not theirs."})
    taken_back = await scene.recruiter.post(f"{address}/correction", json={"note": "Paid by the federation."})
    twice = await scene.recruiter.post(f"{address}/correction", json={"note": "Again."})
    listed = (await scene.counsellor.get(f"{path}/ledger-entries")).json()["items"]
    assert (visa["evidence"], own.status_code) == ("SELF_DECLARED", 403)
    assert (agreed.json()["evidence"], agreed.json()["confirmed_by"]) == ("CONFIRMED", scene.agency)
    assert (foreign.status_code, taken_back.status_code, twice.status_code) == (403, 201, 409)
    assert [(each["id"], each["corrects"]) for each in listed] == [
        (visa["id"], None),
        (taken_back.json()["id"], visa["id"]),
    ]


async def test_the_summary_nets_reimbursements_and_names_unpaid_fees(scene: Scene) -> None:
    path = await prepared(scene)
    fee = await entry(scene.counsellor, path, FEE)
    await entry(scene.counsellor, path, BACK | {"amount": {"amount": "150.00", "currency": "EUR"}})
    await entry(scene.counsellor, path, FEE | {"payer": "EMPLOYER", "kept_from_employer": True})
    seen = (await scene.counsellor.get(f"{path}/ledger-summary")).json()
    by_employer = (await scene.recruiter.get(f"{path}/ledger-summary")).json()
    totals = {each["payer"]: Decimal(each["total"]) for each in seen["totals"]}
    assert totals == {"WORKER": 250, "EMPLOYER": 550}
    assert {each["payer"]: Decimal(each["total"]) for each in by_employer["totals"]} == {"WORKER": 250, "EMPLOYER": 150}
    assert (seen["unreimbursed_fees"], seen["recruitment_cost"]["counts_for_indicator"]) == ([fee["id"]], True)
    assert seen["recruitment_cost"]["ratio_months"] is None  # nobody has earned anything yet


async def test_a_fee_runs_a_clock_trips_and_blocks_the_start(scene: Scene) -> None:
    """Story 18 and G01: reimbursed within 30 days or blocked; the event is pseudonymous."""
    path = await prepared(scene)
    await entry(scene.counsellor, path, FEE)
    pending = await cases(scene.counsellor)
    late = await entry(scene.counsellor, path, FEE | {"paid_on": days(-40).isoformat()})
    refused = await scene.counsellor.post(f"{path}/start", json=START)
    told = [data for kind, data in await events(scene.house) if kind == "case-changed"]
    assert pending == [("G01", "PENDING")]
    assert await cases(scene.recruiter) == [("G01", "PENDING"), ("G01", "OPEN")]
    (guard,) = refused.json()["guards"]
    assert (refused.status_code, guard["code"], "OPEN" in guard["seen"]) == (409, "GUARD_RAIL_G01", True)
    assert guard["remedy"]
    assert [(each["status"], each["by_rule"]) for each in told] == [("PENDING", True), ("OPEN", True)]
    assert late["id"] not in str(told)


KEPT = FEE | {"kept_from_employer": True, "paid_on": days(-40).isoformat()}


async def test_a_fee_kept_from_the_employer_opens_a_case_that_is_kept_too(scene: Scene) -> None:
    """Stories 18 and 19: the block holds, and the employer does not read from it that the worker spoke."""
    path = await prepared(scene)
    await entry(scene.counsellor, path, KEPT)
    (case,) = (await scene.counsellor.get("/v1/cases")).json()["items"]
    refused = await scene.recruiter.post(f"{path}/start", json=START)
    assert (case["code"], case["status"], case["kept_from_employer"]) == ("G01", "OPEN", True)
    assert await cases(scene.recruiter) == []
    assert (await scene.recruiter.get(f"/v1/cases/{case['id']}/transitions")).status_code == 404
    assert (refused.status_code, [guard["code"] for guard in refused.json()["guards"]]) == (409, ["PLACEMENT_HELD"])
    assert case["id"] not in refused.text
    own = await scene.counsellor.post(f"{path}/start", json=START)
    assert "GUARD_RAIL_G01" in [guard["code"] for guard in own.json()["guards"]]


async def test_a_case_the_employer_does_not_know_is_lifted_by_two_people(scene: Scene) -> None:
    await entry(scene.counsellor, await prepared(scene), KEPT)
    (case,) = (await scene.counsellor.get("/v1/cases")).json()["items"]
    path = f"/v1/cases/{case['id']}/transitions"
    statuses = []
    for to, person in (("UNDER_REVIEW", "A"), ("REFUTED", "A"), ("REFUTED", "A"), ("REFUTED", "B")):
        version = (await scene.counsellor.get(f"/v1/cases/{case['id']}")).headers["ETag"]
        body = {"to": to, "reason": "The receipt was another person's.", "decided_by": person}
        statuses.append((await scene.counsellor.post(path, json=body, headers={"If-Match": version})).json()["status"])
    assert statuses == ["UNDER_REVIEW", "UNDER_REVIEW", "UNDER_REVIEW", "REFUTED"]


async def test_the_employer_reads_the_case_once_the_worker_agrees(scene: Scene) -> None:
    path = await prepared(scene)
    fee = await entry(scene.counsellor, path, KEPT)
    (case,) = (await scene.counsellor.get("/v1/cases")).json()["items"]
    agreed, disclosure = {"agreed_on": days(0).isoformat(), "decided_by": "Counsellor 12"}, "disclosure"
    by_employer = await scene.recruiter.post(
        f"/v1/cases/{case['id']}/{disclosure}", json=agreed, headers={"If-Match": '"1"'}
    )
    shown = await scene.counsellor.post(
        f"/v1/cases/{case['id']}/{disclosure}", json=agreed, headers={"If-Match": '"1"'}
    )
    assert (by_employer.status_code, shown.status_code, shown.json()["kept_from_employer"]) == (404, 200, False)
    assert await cases(scene.recruiter) == [("G01", "OPEN")]
    assert (await scene.recruiter.get(f"/v1/ledger-entries/{fee['id']}")).status_code == 200


async def test_a_clock_that_ends_unreimbursed_trips(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await prepared(scene)
    await entry(scene.counsellor, path, FEE)
    from datetime import timedelta

    from services.kit import db

    moment = db.now()
    await trip(scene.house)
    assert await cases(scene.counsellor) == [("G01", "PENDING")]
    monkeypatch.setattr(db, "_clock", lambda: moment + timedelta(days=26))
    await trip(scene.house)
    monkeypatch.undo()
    assert await cases(scene.counsellor) == [("G01", "OPEN")]


async def test_a_reimbursement_counts_once_the_workers_side_knows_of_it(scene: Scene) -> None:
    path = await prepared(scene)
    fee = await entry(scene.counsellor, path, FEE)
    back = await entry(scene.recruiter, path, BACK | {"reimburses": fee["id"]})
    claimed = await cases(scene.counsellor)
    await scene.counsellor.post(f"/v1/ledger-entries/{back['id']}/confirmation")
    known = await cases(scene.counsellor)
    await scene.recruiter.post(f"/v1/ledger-entries/{back['id']}/correction", json={"note": "The transfer failed."})
    failed = await cases(scene.counsellor)
    started = await scene.counsellor.post(f"{path}/start", json=START)
    assert (claimed, known, failed) == ([("G01", "PENDING")], [("G01", "LIFTED")], [("G01", "PENDING")])
    assert started.status_code == 200  # a clock that runs does not block


async def test_two_halves_given_back_at_once_stop_the_clock(scene: Scene) -> None:
    path = await prepared(scene)
    fee = await entry(scene.counsellor, path, FEE)
    half = BACK | {"reimburses": fee["id"], "amount": {"amount": "200.00", "currency": "EUR"}}
    by = SimpleNamespace(acts_for=UUID(scene.agency), client_id="first")
    placement = UUID(path.rpartition("/")[2])
    async with scene.house.databases["matching"].transaction(scene.agency) as session:
        await service.record(session, by, placement, LedgerEntryIn.model_validate(half))  # type: ignore[arg-type]
        second = asyncio.create_task(entry(scene.counsellor, path, half))
        await asyncio.sleep(0.3)
    await second
    assert await cases(scene.counsellor) == [("G01", "LIFTED")]


async def test_what_cannot_be_is_refused(scene: Scene) -> None:
    path = await prepared(scene)
    ahead = await scene.recruiter.post(
        f"{path}/ledger-entries",
        json=FEE | {"paid_on": days(2).isoformat(), "kept_from_employer": True, "reimburses": str(UUID(int=1))},
    )
    async with await scene.house.act("STRANGER", "counsellor", service="matching") as stranger:
        foreign = await stranger.post(f"{path}/ledger-entries", json=FEE)
    assert [each["pointer"] for each in ahead.json()["errors"]] == ["/paid_on", "/kept_from_employer", "/reimburses"]
    assert foreign.status_code == 404


async def test_an_offer_waits_for_an_open_case(scene: Scene) -> None:
    path = await prepared(scene)
    await entry(scene.counsellor, path, FEE | {"paid_on": days(-40).isoformat()})
    refused = await move(scene.recruiter, path, "OFFER", 1, decided_by="Head of works 7")
    assert [guard["code"] for guard in refused.json()["guards"]] == ["GUARD_RAIL_G01"]
