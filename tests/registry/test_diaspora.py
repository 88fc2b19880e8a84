"""Engagements of the diaspora: offered, vetted by others, delivered and counted (S-20, story 23)."""

from datetime import timedelta
from typing import Any

import pytest

from services.kit.db import now
from services.registry.models.diaspora import DiasporaEngagement, DiasporaVetting
from tests.conftest import House
from tests.registry.partnership import Partnership, published, register

VET = {"verdict": "VETTED", "grounds": "References of three mentored firms.", "valid_to": "2028-03-01"}


def engagement(*partnership_ids: str, **change: Any) -> dict[str, Any]:
    return {
        "external_id": "MENTORS-1",
        "title": {"en": "Mentors of sustainable building"},
        "type": "MENTOR",
        "residence": "BEL",
        "origin": "MAR",
        "languages": ["fr", "ar"],
        "isco08": ["7127"],
        "regions": ["Souss-Massa"],
        "hours_offered": 240,
        "partnership_ids": list(partnership_ids),
    } | change


async def offered(partnership: Partnership, **change: Any) -> str:
    """By FIRM-MA, who is a party; returns its path."""
    async with await partnership.act("FIRM-MA") as http:
        created = await http.post("/v1/diaspora-engagements", json=engagement(partnership.id, **change))
    assert created.status_code == 201, created.text
    assert created.json()["vetting"] == "UNVETTED"
    return f"/v1/diaspora-engagements/{created.json()['id']}"


async def test_an_engagement_is_found_by_language_occupation_and_origin(house: House) -> None:
    """S-20: mentors are matched by language, occupation and region."""
    partnership = await register(house)
    await offered(partnership)
    await offered(partnership, external_id="MENTORS-2", languages=["nl"], isco08=["2512"])
    async with await partnership.act("MINISTRY-BE") as http:
        found = [
            [each["external_id"] for each in (await http.get("/v1/diaspora-engagements", params=query)).json()["items"]]
            for query in ({"language": "ar"}, {"isco08": "2512"}, {"origin": "SEN"}, {"type": "MENTOR"})
        ]
    assert found == [["MENTORS-1"], ["MENTORS-2"], [], ["MENTORS-1", "MENTORS-2"]]


async def test_nobody_vets_its_own_engagement(house: House) -> None:
    """Story 23: vetting is another party's word."""
    partnership = await register(house)
    path = await offered(partnership)
    async with await house.act("FIRM-MA", "partner-admin") as http:
        own = await http.post(f"{path}/vettings", json=VET)
    assert (own.status_code, own.json()["code"]) == (403, "own_engagement")


async def test_only_a_lead_or_an_implementer_vets(house: House) -> None:
    partnership = await register(house)
    path = await offered(partnership)
    async with await house.act("MONITOR-UN", "partner-admin") as http:
        monitor = await http.post(f"{path}/vettings", json=VET)
    async with await house.act("SCHOOL-MA", "partner-admin") as http:
        implementer = await http.post(f"{path}/vettings", json=VET)
        shown = (await http.get(path)).json()
    assert (monitor.status_code, monitor.json()["code"]) == (403, "role_needed")
    assert implementer.status_code == 201
    assert (shown["vetting"], shown["vetted_to"]) == ("VETTED", "2028-03-01")


async def test_operations_may_vet_and_the_organisation_reads_it(house: House) -> None:
    """An engagement that is not offered to any partnership yet can be vetted by operations alone."""
    async with await house.act("CLUB-BE", "partner-admin", type="DIASPORA_ORGANISATION") as http:
        created = (await http.post("/v1/diaspora-engagements", json=engagement())).json()
        path = f"/v1/diaspora-engagements/{created['id']}"
        async with await house.ops() as ops:
            given = await ops.post(f"{path}/vettings", json=VET | {"verdict": "REFUSED"})
        vettings = (await http.get(f"{path}/vettings")).json()["items"]
        shown = (await http.get(path)).json()
    assert (given.status_code, given.json()["organisation_id"]) == (201, None)
    assert [each["verdict"] for each in vettings] == ["REFUSED"]
    assert shown["vetting"] == "REFUSED"


def test_a_vetting_runs_out() -> None:
    today = now().date()
    last = [DiasporaVetting(verdict="VETTED", valid_to=today - timedelta(days=days)) for days in (0, 1)]
    assert [DiasporaEngagement(vettings=[each]).vetting for each in last] == ["VETTED", "EXPIRED"]


async def test_a_vetting_that_has_run_out_already_is_refused(house: House) -> None:
    partnership = await register(house)
    path = await offered(partnership)
    async with await house.act("MINISTRY-MA", "partner-admin") as http:
        late = await http.post(f"{path}/vettings", json=VET | {"valid_to": "2026-01-01"})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/valid_to")


async def test_the_feed_tells_of_the_engagement_and_of_its_vetting(house: House) -> None:
    partnership = await register(house)
    path = await offered(partnership)
    async with await house.act("MINISTRY-MA", "partner-admin") as http:
        await http.post(f"{path}/vettings", json=VET)
    told = [(each["engagement_type"], each["vetting"]) for each in await published(house, "diaspora-engagement")]
    assert told == [("MENTOR", "UNVETTED"), ("MENTOR", "VETTED")]


async def test_hours_and_money_are_counted_in_eur(house: House) -> None:
    """S-20, story 23: hours and EUR are tracked, whatever the currency."""
    partnership = await register(house)
    path = await offered(partnership, type="INVESTOR", amount_offered={"amount": "50000", "currency": "EUR"})
    given = [
        {"on": "2026-05-04", "hours": "12.50", "beneficiaries": 3},
        {"on": "2026-06-04", "amount": {"amount": "1000.00", "currency": "EUR"}, "beneficiaries": 1},
        {
            "on": "2026-07-04",
            "hours": "1.5",
            "amount": {"amount": "655957", "currency": "XOF"},
            "rate_to_eur": "655.957",
            "rate_source": "Central bank, 4 July 2026",
        },
    ]
    async with await partnership.act("FIRM-MA") as http:
        answers = [await http.post(f"{path}/deliveries", json=each) for each in given]
        one = f"{path}/deliveries/{answers[0].json()['id']}"
        await http.patch(one, json={"beneficiaries": 4}, headers={"If-Match": '"1"'})
        versions = (await http.get(f"{one}/history")).json()["items"]
    async with await partnership.act("MINISTRY-BE") as http:
        totals = (await http.get(f"{path}/totals")).json()
        foreign = await http.post(f"{path}/deliveries", json=given[0])
    assert [each.status_code for each in answers] == [201, 201, 201]
    assert foreign.status_code == 403
    assert [each["record"]["beneficiaries"] for each in versions] == [3, 4]
    assert (totals["deliveries"], totals["beneficiaries"]) == (3, 5)
    assert (float(totals["hours"]), float(totals["amount_eur"])) == (14.0, 2000.0)


MUCH = {"amount": "99999999999999.9999", "currency": "XOF"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2026-05-04"},
        {"on": "2026-05-04", "amount": {"amount": "10", "currency": "XOF"}},
        {"on": "2026-05-04", "amount": {"amount": "10", "currency": "EUR"}, "rate_to_eur": "1", "rate_source": "x"},
        {"on": "2026-05-04", "amount": MUCH, "rate_to_eur": "0.0001", "rate_source": "x"},
        {"on": "2099-05-04", "hours": "1"},
        {"on": "2026-05-04", "hours": 1},
    ],
)
async def test_a_delivery_without_sense_is_refused(house: House, wrong: dict[str, Any]) -> None:
    async with await house.act("CLUB-BE", "partner-admin") as http:
        created = (await http.post("/v1/diaspora-engagements", json=engagement())).json()
        refused = await http.post(f"/v1/diaspora-engagements/{created['id']}/deliveries", json=wrong)
    assert refused.status_code == 422


async def test_an_investor_names_an_amount_and_a_mentor_hours(house: House) -> None:
    async with await house.act("CLUB-BE", "partner-admin") as http:
        investor = await http.post("/v1/diaspora-engagements", json=engagement(type="INVESTOR"))
        mentor = await http.post("/v1/diaspora-engagements", json=engagement(hours_offered=0))
    assert (investor.status_code, mentor.status_code) == (422, 422)
