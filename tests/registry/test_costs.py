"""Cost matrix, spending in several currencies, and what a person cost."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import CostGroup, Currency, Payer
from services.kit.db import now
from services.registry.costs.matrix import faults
from services.registry.costs.schemas import CostLineIn
from services.registry.costs.summary import Counted, persons, private_share, unit_costs
from tests.conftest import House
from tests.registry.partnership import Partnership, register

PAST = "2026-10-15"


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def line(group: str, payer: str, share: str, budget: str | None = None, **more: Any) -> dict[str, Any]:
    return {"group": group, "payer": payer, "share_percent": share, "budget": budget and euros(budget)} | more


TRAINING = [line("TRAINING", "DEST_GOV", "75"), line("TRAINING", "EMPLOYER", "25")]
TERMS = {"max_percent_of_net_pay": "10", "total": euros("500.00"), "stops_on_job_loss": True}


async def agree(partnership: Partnership, *lines: dict[str, Any], by: str = "MINISTRY-BE") -> httpx.Response:
    async with await partnership.act(by) as http:
        body = {"reporting_currency": "EUR", "lines": list(lines or TRAINING)}
        return await http.post(await partnership.path("/cost-matrices"), json=body)


async def spend(partnership: Partnership, by: str = "SCHOOL-MA", **change: Any) -> httpx.Response:
    entry = {
        "paid_on": PAST,
        "amount": "100.00",
        "currency": "EUR",
        "payer": "DEST_GOV",
        "payee": "Invented training centre",
        "group": "TRAINING",
        "phase": "TRAINING",
    }
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/cost-entries"), json=entry | change)


async def record_rate(http: httpx.AsyncClient, **change: Any) -> httpx.Response:
    rate = {"base": "MAD", "quote": "EUR", "rate": "0.0918", "on": PAST, "source": "Invented central bank"}
    return await http.post("/v1/exchange-rates", json=rate | change)


async def summary(partnership: Partnership) -> dict[str, Any]:
    async with await partnership.act("MONITOR-UN") as http:
        answer = await http.get(await partnership.path("/cost-summary"))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def codes(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


def guards(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [guard["code"] for guard in answer.json()["guards"]]


shares = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False)


@given(st.lists(shares, min_size=1, max_size=len(Payer) - 1), st.booleans())
def test_a_matrix_is_accepted_exactly_when_shares_sum_to_100(parts: list[Decimal], complete: bool) -> None:
    """S-23, 02 §6: shares of a group sum to 100, exactly."""
    rest = 100 - sum(parts)
    parts = [*parts, rest] if complete and rest >= 0 else parts
    payers = [payer for payer in Payer if payer != Payer.WORKER]
    lines = [
        CostLineIn(group=CostGroup.LIVING, payer=payer, share_percent=part)
        for payer, part in zip(payers, parts, strict=False)
    ]
    accepted = faults(lines, Currency("EUR")) == []
    assert accepted == (sum(each.share_percent for each in lines) == 100)


async def test_a_wrong_sum_is_named_with_its_place(house: House) -> None:
    """02 §6: 99.99 is not 100, and the answer says what the sum is."""
    lines = [line("LIVING", "DONOR", "100"), line("TRAINING", "DONOR", "74.99"), TRAINING[1]]
    refused = await agree(await register(house), *lines)
    assert codes(refused) == {("/lines/1/share_percent", "shares_not_100")}
    assert "99.99" in refused.json()["errors"][0]["message"]


async def test_the_worker_pays_nothing_for_recruitment(house: House) -> None:
    """02 §6, Employer Pays: neither a share nor a budget; a share of 0 may stand there."""
    partnership = await register(house)
    lines = [line("RECRUITMENT", "WORKER", "1"), line("RECRUITMENT", "EMPLOYER", "99")]
    assert codes(await agree(partnership, *lines)) == {("/lines/0/share_percent", "worker_pays_recruitment")}
    lines = [line("RECRUITMENT", "WORKER", "0"), line("RECRUITMENT", "EMPLOYER", "100")]
    assert (await agree(partnership, *lines)).status_code == 201


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (None, ("/lines/0/repayment", "repayment_needed")),
        (
            {"max_percent_of_net_pay": "10.01"},
            ("/lines/0/repayment/max_percent_of_net_pay", "too_much_of_net_pay"),
        ),
        ({"stops_on_job_loss": False}, ("/lines/0/repayment/stops_on_job_loss", "must_stop")),
        ({"total": euros("500.01")}, ("/lines/0/repayment/total", "more_than_cost")),
        ({}, None),
    ],
)
async def test_the_worker_bears_training_only_out_of_income(
    house: House, change: dict[str, Any] | None, wrong: tuple[str, str] | None
) -> None:
    """02 §6: at most 10 % of net pay, no more than the cost, and it stops when the job is lost."""
    terms = None if change is None else TERMS | change
    lines = [line("TRAINING", "WORKER", "5", "500.00", repayment=terms), line("TRAINING", "DONOR", "95", "9500.00")]
    answer = await agree(await register(house), *lines)
    assert answer.status_code == 201 if wrong is None else codes(answer) == {wrong}


async def test_budgets_and_shares_tell_the_same(house: House) -> None:
    lines = [line("TRAINING", "DEST_GOV", "50", "900.00"), line("TRAINING", "EMPLOYER", "50", "100.00")]
    refused = await agree(await register(house), *lines)
    assert codes(refused) == {("/lines/0/budget", "budget_differs"), ("/lines/1/budget", "budget_differs")}


async def test_there_is_one_matrix_and_its_keeper_replaces_it_whole(house: House) -> None:
    partnership = await register(house)
    matrix = (await agree(partnership)).json()
    assert (await agree(partnership, by="MINISTRY-MA")).status_code == 409
    assert (await agree(partnership, by="FIRM-BE")).json()["code"] == "role_needed"
    body = {"reporting_currency": "EUR", "lines": [line("TRAINING", "DEST_GOV", "100")]}
    path, tag = f"/v1/cost-matrices/{matrix['id']}", {"If-Match": '"1"'}
    async with await partnership.act("MINISTRY-MA") as http:
        assert (await http.put(path, json=body, headers=tag)).status_code == 403
    async with await partnership.act("MINISTRY-BE") as http:
        wrong = body | {"lines": [line("TRAINING", "DEST_GOV", "99")]}
        assert (await http.put(path, json=wrong, headers=tag)).status_code == 422
        assert (await http.put(path, json=body, headers=tag)).json()["version"] == 2
        assert (await http.put(path, json=body, headers=tag)).status_code == 412
        history = (await http.get(f"{path}/history")).json()["items"]
    assert [len(version["record"]["lines"]) for version in history] == [2, 1]


async def test_the_reporting_currency_is_fixed_once_money_was_spent(house: House) -> None:
    partnership = await register(house)
    path = f"/v1/cost-matrices/{(await agree(partnership)).json()['id']}"
    body = {"reporting_currency": "MAD", "lines": TRAINING}
    async with await partnership.act("MINISTRY-BE") as http:
        assert (await http.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 200
        assert (await spend(partnership, currency="MAD")).status_code == 201
        back = body | {"reporting_currency": "EUR"}
        assert guards(await http.put(path, json=back, headers={"If-Match": '"2"'})) == ["NOTHING_SPENT"]


async def test_nothing_is_spent_before_a_matrix_is_agreed(house: House) -> None:
    assert guards(await spend(await register(house))) == ["COST_MATRIX"]


async def test_an_entry_keeps_the_rate_of_its_day_with_its_source(house: House) -> None:
    """02 §6: each actual cost entry has an exchange rate and its source."""
    partnership = await register(house)
    await agree(partnership)
    async with await house.ops() as ops:
        await record_rate(ops)
        await record_rate(ops, rate="0.0900", on="2026-10-10")
    entry = (await spend(partnership, amount="18500.00", currency="MAD")).json()
    async with await house.ops() as ops:
        await record_rate(ops, rate="0.5")  # a later one for the same day changes nothing that was recorded
    assert (entry["reporting_amount"], entry["rate"], entry["rate_on"]) == ("1698.30", "0.0918", PAST)
    assert (entry["rate_source"], entry["rate_days_before"]) == ("Invented central bank", 0)
    assert (await summary(partnership))["actual"] == "1698.30"


async def test_an_older_rate_is_used_for_31_days_and_said_to_be_older(house: House) -> None:
    partnership = await register(house)
    await agree(partnership)
    async with await house.ops() as ops:
        await record_rate(ops, on="2026-10-01", base="EUR", quote="MAD", rate="10")
    used = (await spend(partnership, currency="MAD", paid_on="2026-11-01")).json()
    assert (used["reporting_amount"], used["rate_days_before"]) == ("10.00", 31)
    assert used["rate_source"].endswith("(inverse)")
    refused = await spend(partnership, currency="MAD", paid_on="2026-11-02")
    assert codes(refused) == {("/currency", "no_exchange_rate")}
    assert "MAD/EUR from 2026-10-02 to 2026-11-02" in refused.json()["errors"][0]["message"]


async def test_a_stranger_s_rate_moves_nobody_s_money(house: House) -> None:
    partnership = await register(house)
    await agree(partnership)
    async with await house.act("STRANGER", "partner-admin") as http:
        assert (await record_rate(http, rate="99")).status_code == 201
    assert codes(await spend(partnership, currency="MAD")) == {("/currency", "no_exchange_rate")}
    async with await partnership.act("FIRM-BE") as http:
        await record_rate(http, rate="0.09")
        assert len((await http.get("/v1/exchange-rates", params={"base": "MAD"})).json()["items"]) == 2
    assert (await spend(partnership, currency="MAD")).json()["reporting_amount"] == "9.00"


async def test_an_entry_never_changes_and_is_reversed_once(house: House) -> None:
    """02 §6: append-only; a wrong entry is taken back by one that names it."""
    partnership = await register(house)
    await agree(partnership)
    entry = (await spend(partnership, amount="0.10")).json()
    path = f"/v1/cost-entries/{entry['id']}"
    async with await partnership.act("FIRM-BE") as http:
        assert (await http.post(f"{path}/reversals", json={"note": "Not mine"})).status_code == 403
    async with await partnership.act("SCHOOL-MA") as http:
        calls = [http.post(f"{path}/reversals", json={"note": "Entered twice"}) for _ in range(5)]
        answers = await asyncio.gather(*calls)
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        reversal = next(answer.json() for answer in answers if answer.status_code == 201)
        assert (reversal["reverses"], reversal["amount"]) == (entry["id"], "-0.10")
        again = await http.post(f"/v1/cost-entries/{reversal['id']}/reversals", json={"note": "No"})
        assert guards(again) == ["NO_REVERSAL"]
        assert (await http.get(path)).json() == entry
    assert (await summary(partnership))["actual"] == "0.00"


async def test_money_of_the_future_and_documents_of_others_are_refused(house: House) -> None:
    partnership = await register(house)
    await agree(partnership)
    tomorrow = (now().date() + timedelta(days=1)).isoformat()
    assert codes(await spend(partnership, paid_on=tomorrow)) == {("/paid_on", "in_future")}
    unknown = await spend(partnership, document_id=partnership.id)
    assert codes(unknown) == {("/document_id", "unknown_document")}
    assert (await spend(partnership, amount="0.00")).status_code == 422
    assert (await spend(partnership, by="STRANGER")).status_code == 404


async def test_a_palim_like_partnership_costs_12_470_40_per_trainee(house: House) -> None:
    """S-23, 02 §4: 1,496,448.50 EUR for 120 trainees; what was not counted has a reason in place of a figure."""
    partnership = await register(house)
    lines = [line("TRAINING", "DONOR", "80", "1197158.80"), line("TRAINING", "EMPLOYER", "20", "299289.70")]
    await agree(partnership, *lines)
    await spend(partnership, amount="1197158.80", payer="DONOR")
    await spend(partnership, amount="299289.70", payer="EMPLOYER")
    async with await partnership.act("MINISTRY-MA") as http:
        for code, track, achieved in (("TRAINED", None, 120), ("PLACED_HOME", "HOME", 90), ("PLACED_AWAY", "AWAY", 30)):
            body = {"party": "ORIGIN", "indicator_code": code, "track": track, "target": 60, "due_on": "2021-12-31"}
            target = (await http.post(await partnership.path("/result-targets"), json=body)).json()
            report = {"value": achieved, "on": "2021-06-30", "source": "Register"}
            await http.post(f"/v1/result-targets/{target['id']}/achievements", json=report)
    told = await summary(partnership)
    assert (told["budget"], told["actual"], told["private_share_actual"]) == ("1496448.50", "1496448.50", "20.00")
    assert {each["per"]: (each["persons"], each["cost"]) for each in told["unit_costs"]} == {
        "TRAINED": (120, "12470.40"),
        "CERTIFIED": (None, None),
        "PLACED": (120, "12470.40"),
        "RETAINED_12M": (None, None),
    }
    assert {each["reason"] for each in told["unit_costs"]} == {None, "nothing was achieved yet"}
    assert [cell["actual"] for cell in told["cells"]] == ["1197158.80", "299289.70"]


@given(st.lists(st.tuples(st.sampled_from(list(Payer)), st.integers(1, 10**9)), min_size=1, max_size=8))
def test_private_shares_are_exact(paid: list[tuple[Payer, int]]) -> None:
    """S-23: private by total, whatever the cents."""
    sums: dict[tuple[str, str], Decimal] = {}
    for payer, cents in paid:
        cell = ("TRAINING", payer.value)
        sums[cell] = sums.get(cell, Decimal(0)) + Decimal(cents) / 100
    private = {"EMPLOYER", "ORIGIN_FIRM", "PRIVATE_INVESTOR", "DIASPORA"}
    exact = sum(cents for payer, cents in paid if payer.value in private) * 100 / Decimal(sum(c for _, c in paid))
    share = private_share(sums)
    assert share is not None
    assert abs(share - exact) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ([Counted(None, None, 120), Counted(None, None, 120)], 120),  # two parties, the same persons
        ([Counted("HOME", None, 90), Counted("AWAY", None, 30)], 120),
        ([Counted(None, 2026, 60), Counted(None, 2027, 60)], 120),
        ([Counted(None, None, 120), Counted("HOME", None, 90)], 120),
        ([Counted(None, None, 120), Counted(None, None, 100)], None),
        ([Counted("HOME", None, 90), Counted(None, 2026, 60)], None),
        ([], None),
    ],
)
def test_nobody_is_counted_twice(counted: list[Counted], expected: float | None) -> None:
    """02 §6: a unit cost is given only where it is known how many persons there are."""
    known, reason = persons(counted)
    assert (known, reason is None) == (expected, expected is not None)


def test_nobody_counted_is_no_division() -> None:
    costs = unit_costs(Decimal(10), {"TRAINED": [Counted(None, None, 0)]})
    assert (costs[0].cost, costs[0].reason) == (None, "nobody was counted")
