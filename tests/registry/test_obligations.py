"""Obligations: promised by one, confirmed by another, on time or not."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ClosureOutcome, Recurrence
from services.registry.models.due_dates import Kept, Tally, due_dates, status, tally
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, register
from tests.registry.test_agreements import add_text, day

COMMITMENT = {
    "kind": "EMPLOYER_COMMITMENT",
    "side": "DESTINATION",
    "text": {"en": "Thirty jobs."},
    "isco08": "7411",
    "places": 30,
}


async def promise(partnership: Partnership, by: str = "FIRM-BE", **change: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/obligations"), json=COMMITMENT | {"due_on": day(0)} | change)


async def promised(partnership: Partnership, by: str = "FIRM-BE", **change: Any) -> str:
    answer = await promise(partnership, by, **change)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def fulfil(partnership: Partnership, obligation: str, by: str = "FIRM-BE", **change: Any) -> httpx.Response:
    evidence = await add_text(partnership, by, "Thirty signed contracts.")
    body = {"fulfilled_on": day(0), "document_id": evidence["id"]} | change
    return await tell(partnership, obligation, "fulfilments", body, by)


async def tell(partnership: Partnership, obligation: str, what: str, body: Any, by: str) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(f"/v1/obligations/{obligation}/{what}", json=body)


async def standing(partnership: Partnership, obligation: str) -> str:
    async with await partnership.act("MONITOR-UN") as http:
        return str((await http.get(f"/v1/obligations/{obligation}")).json()["status"])


async def test_a_promise_is_fulfilled_when_another_party_confirms_it(house: House) -> None:
    """S-44, S-63: an employer's commitment with evidence; its own word does not make it fulfilled."""
    partnership = await register(house)
    obligation = await promised(partnership)
    assert (await fulfil(partnership, obligation)).status_code == 201
    assert await standing(partnership, obligation) == "OPEN"
    own = await tell(partnership, obligation, "confirmations", {"accepted": True}, "FIRM-BE")
    assert (own.status_code, own.json()["guards"][0]["code"]) == (409, "another_party")
    assert (await tell(partnership, obligation, "confirmations", {"accepted": True}, "SCHOOL-MA")).status_code == 201
    assert await standing(partnership, obligation) == "FULFILLED"
    again = await tell(partnership, obligation, "confirmations", {"accepted": True}, "MONITOR-UN")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_confirm")


async def test_only_the_party_it_was_promised_to_or_a_monitor_judges(house: House) -> None:
    partnership = await register(house)
    obligation = await promised(partnership, to_party=await house.organisation("MINISTRY-MA"))
    await fulfil(partnership, obligation)
    other = await tell(partnership, obligation, "confirmations", {"accepted": True}, "SCHOOL-MA")
    assert (other.status_code, other.json()["code"]) == (403, "not_promised_to_you")
    for by in ("MINISTRY-MA", "MONITOR-UN"):
        fulfilment = (await answer_of(partnership, obligation))["fulfilments"][0]["id"]
        body = {"accepted": True, "fulfilment_id": fulfilment}
        assert (await tell(partnership, obligation, "confirmations", body, by)).status_code == 201


async def answer_of(partnership: Partnership, obligation: str) -> dict[str, Any]:
    async with await partnership.act("MONITOR-UN") as http:
        found: dict[str, Any] = (await http.get(f"/v1/obligations/{obligation}")).json()
    return found


async def test_refused_evidence_counts_nothing_and_may_be_replaced(house: House) -> None:
    partnership = await register(house)
    obligation = await promised(partnership, due_on=day(-1))
    assert await standing(partnership, obligation) == "LATE"
    await fulfil(partnership, obligation)
    assert (await fulfil(partnership, obligation)).json()["code"] == "already_fulfilled"
    silent = await tell(partnership, obligation, "confirmations", {"accepted": False}, "MINISTRY-BE")
    assert silent.status_code == 422
    refusal = {"accepted": False, "reason": "Only twelve of thirty."}
    assert (await tell(partnership, obligation, "confirmations", refusal, "MINISTRY-BE")).status_code == 201
    assert await standing(partnership, obligation) == "LATE"
    assert (await fulfil(partnership, obligation)).status_code == 201


async def test_another_party_waives_it_or_finds_it_broken(house: House) -> None:
    partnership = await register(house)
    for outcome in ("WAIVED", "BROKEN"):
        obligation = await promised(partnership, due_on=day(-1))
        body = {"outcome": outcome, "reason": "Decided by the joint committee."}
        assert (await tell(partnership, obligation, "closures", body, "FIRM-BE")).status_code == 409
        assert (await tell(partnership, obligation, "closures", body, "MINISTRY-MA")).status_code == 201
        assert await standing(partnership, obligation) == outcome
        assert (await fulfil(partnership, obligation)).json()["code"] == "closed"


async def test_who_promises_what(house: House) -> None:
    partnership = await register(house)
    assert (await promise(partnership, "MINISTRY-BE")).json()["code"] == "role_needed"
    assert (await promise(partnership, side="ORIGIN")).json()["code"] == "side_needed"
    for change in (
        {"places": None},
        {"kind": "FUNDING"},
        {"recurrence": "MONTHLY"},
        {"ends_on": day(30)},
        {"recurrence": "MONTHLY", "ends_on": day(-30)},
    ):
        assert (await promise(partnership, **change)).status_code == 422, change
    for name in ("to_party", "agreement_id"):
        refused = await promise(partnership, **{name: MISSING})
        assert refused.json()["errors"][0]["pointer"] == f"/{name}"
    own = await promise(partnership, to_party=await house.organisation("FIRM-BE"))
    assert own.json()["errors"][0]["code"] == "not_another_party"


async def test_evidence_is_the_promisers_and_of_a_day_that_was_due(house: House) -> None:
    partnership = await register(house)
    obligation = await promised(partnership, due_on=day(-40), recurrence="MONTHLY", ends_on=day(40))
    assert (await fulfil(partnership, obligation, by="SCHOOL-MA")).status_code == 403
    wrong = await fulfil(partnership, obligation, due_on=day(-39), fulfilled_on=day(1), document_id=MISSING)
    assert {e["pointer"] for e in wrong.json()["errors"]} == {"/due_on", "/fulfilled_on"}
    foreign = await fulfil(partnership, obligation, document_id=MISSING)
    assert foreign.json()["errors"][0]["code"] == "unknown_document"
    assert (await fulfil(partnership, obligation)).json()["due_on"] == day(-40)


async def test_the_share_fulfilled_on_time(house: House) -> None:
    """S-63: obligations fulfilled on time, in percent; of all and of each party."""
    partnership = await register(house)
    for due, by, side in ((0, "FIRM-BE", "DESTINATION"), (-1, "FIRM-BE", "DESTINATION"), (-1, "FIRM-MA", "ORIGIN")):
        obligation = await promised(partnership, by, due_on=day(due), side=side)
        if by == "FIRM-BE":
            await fulfil(partnership, obligation, by)
            await tell(partnership, obligation, "confirmations", {"accepted": True}, "MONITOR-UN")
    waived = await promised(partnership, due_on=day(-9))
    await tell(partnership, waived, "closures", {"outcome": "WAIVED", "reason": "Not needed."}, "MONITOR-UN")
    async with await partnership.act("SCHOOL-MA") as http:
        found = (await http.get(await partnership.path("/obligation-summary"))).json()
    total = {"due": 3, "on_time": 1, "late": 1, "pending": 0, "missed": 1, "on_time_percent": 33.3}
    assert (found["obligations"], found["total"]) == (3, total)
    shares = {each["organisation_id"]: each["on_time_percent"] for each in found["by_party"]}
    assert shares == {await house.organisation("FIRM-BE"): 50.0, await house.organisation("FIRM-MA"): 0.0}


async def test_lists_are_filtered_and_strangers_find_nothing(house: House) -> None:
    partnership = await register(house)
    obligation = await promised(partnership)
    await promised(partnership, "FIRM-MA", kind="HOUSING", side="ORIGIN")
    firm = await house.organisation("FIRM-BE")
    async with await partnership.act("SCHOOL-MA") as http:
        for query in ("kind=EMPLOYER_COMMITMENT", f"organisation={firm}"):
            items = (await http.get(f"{await partnership.path('/obligations')}?{query}")).json()["items"]
            assert [item["id"] for item in items] == [obligation]
    async with await house.act("STRANGER", *ROLES) as http:
        foreign = await http.get(f"/v1/obligations/{obligation}")
        assert foreign.status_code == 404
        assert alike(foreign, await http.get(f"/v1/obligations/{MISSING}"))
        assert (await http.get(await partnership.path("/obligation-summary"))).status_code == 404


FIRST = date(2027, 1, 31)
TODAY = date(2027, 6, 15)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("recurrence", "last", "dues"),
    [
        (Recurrence.ONCE, None, ["2027-01-31"]),
        (Recurrence.MONTHLY, date(2027, 4, 30), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Recurrence.QUARTERLY, date(2027, 8, 1), ["2027-01-31", "2027-04-30", "2027-07-31"]),
        (Recurrence.YEARLY, date(2029, 1, 30), ["2027-01-31", "2028-01-31"]),
    ],
)
def test_due_dates_keep_the_day_of_the_month_where_there_is_one(
    recurrence: Recurrence, last: date | None, dues: list[str]
) -> None:
    assert [due.isoformat() for due in due_dates(FIRST, recurrence, last)] == dues


@given(days, st.sampled_from(Recurrence), st.integers(0, 3000))
def test_due_dates_are_in_order_and_in_bounds(first: date, recurrence: Recurrence, length: int) -> None:
    last = first + timedelta(days=length)
    dues = list(due_dates(first, recurrence, last))
    assert dues[0] == first
    assert dues == sorted(set(dues))
    assert dues[-1] <= last


@given(st.lists(days, min_size=1, max_size=8, unique=True), st.data())
def test_no_due_date_is_counted_twice_or_lost(dues: list[date], data: st.DataObject) -> None:
    """Each due date before today is in exactly one count; what lies ahead counts only when it was met."""
    kept = [
        Kept(due, data.draw(days), data.draw(st.sampled_from([True, False, None])))
        for due in data.draw(st.lists(st.sampled_from(dues), unique=True))
    ]
    counted = tally(dues, kept, TODAY)
    met_before = sum(each.due_on >= TODAY and each.accepted is True for each in kept)
    assert counted.due == sum(due < TODAY for due in dues) + met_before
    if counted.missed:
        assert status(dues, kept, None, TODAY) == "LATE"
    assert status(dues, kept, ClosureOutcome.WAIVED, TODAY) == "WAIVED"


def test_where_a_promise_stands() -> None:
    dues = [date(2027, 5, 1), date(2027, 7, 1)]
    first, second = Kept(dues[0], dues[0], True), Kept(dues[1], dues[0], True)
    assert status(dues, [], None, TODAY) == "LATE"
    assert status(dues, [], None, dues[0]) == "OPEN"
    assert status(dues, [Kept(dues[0], dues[0], None)], None, TODAY) == "OPEN"
    assert status(dues, [first], None, TODAY) == "OPEN"
    assert status(dues, [first, second], None, TODAY) == "FULFILLED"
    assert status(dues, [first], ClosureOutcome.BROKEN, TODAY) == "BROKEN"


def test_nothing_due_has_no_share() -> None:
    assert Tally().on_time_percent is None
    assert Tally(on_time=12, late=1).on_time_percent == 92.3
