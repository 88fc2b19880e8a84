"""Service providers: usable by what others say of them, and ordered from without cost to workers (S-35, IRIS)."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.contracts.vocabulary import IrisPrinciple
from services.kit.db import now
from services.registry.models.providers import IrisAssessment, Licence, ProviderSanction, ServiceProvider
from tests.conftest import House
from tests.registry.partnership import MISSING, Partnership, register

DAY = date(2027, 3, 1)
LICENCE = {
    "authority": "Invented ministry",
    "number": "REC-1",
    "country": "MAR",
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
}


def findings(*unmet: IrisPrinciple) -> list[dict[str, Any]]:
    return [{"principle": each.value, "met": each not in unmet} for each in IrisPrinciple]


def provider(**change: Any) -> ServiceProvider:
    """A recruiter that is usable on DAY unless `change` says otherwise."""
    given: dict[str, Any] = {
        "employer_pays": True,
        "licences": [Licence(country="MAR", valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))],
        "assessments": [],
        "ratings": [],
        "sanctions": [],
    }
    return ServiceProvider(**given | change)


def failed(one: ServiceProvider, day: date = DAY, *countries: str) -> list[str]:
    return [check.code for check in one.checks_on(day, *countries) if not check.passed]


def assessed(*unmet: IrisPrinciple, on: date = date(2027, 1, 1), valid_to: date = date(2029, 1, 1)) -> IrisAssessment:
    return IrisAssessment(on=on, valid_to=valid_to, findings=findings(*unmet))


def test_usable_is_licensed_not_sanctioned_and_fee_free() -> None:
    """S-35."""
    assert failed(provider()) == []
    assert failed(provider(licences=[])) == ["LICENSED"]
    assert failed(provider(employer_pays=False)) == ["FEE_FREE"]


def test_a_licence_holds_from_its_first_to_its_last_day() -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    assert [provider().licensed_on(day) for day in days] == [False, True, True, False]


def test_a_licence_of_another_country_does_not_count_for_a_corridor() -> None:
    assert failed(provider(), DAY, "SEN", "BEL") == ["LICENSED"]
    assert failed(provider(), DAY, "MAR", "BEL") == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "blocks"),
    [
        (DAY, None, True),
        (DAY - timedelta(days=9), DAY, True),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), False),
        (DAY + timedelta(days=1), None, False),
    ],
)
def test_a_sanction_blocks_while_it_is_in_force(starts_on: date, ends_on: date | None, blocks: bool) -> None:
    measure = ProviderSanction(kind="SUSPENSION", starts_on=starts_on, ends_on=ends_on)
    assert (failed(provider(sanctions=[measure])) == ["NOT_SANCTIONED"]) == blocks


def test_iris_status_follows_from_the_seven_findings() -> None:
    """02 §6: the seven IRIS principles; fees to workers alone make a recruiter not compliant."""
    by_findings = [
        provider(assessments=each).iris_on(DAY)
        for each in (
            [],
            [assessed()],
            [assessed(IrisPrinciple.REMEDY)],
            [assessed(IrisPrinciple.NO_FEES)],
            [assessed(valid_to=date(2027, 2, 28))],
            [assessed(IrisPrinciple.NO_FEES), assessed(on=date(2027, 2, 1))],
            [assessed(on=date(2027, 4, 1))],
        )
    ]
    assert by_findings == [
        "NOT_ASSESSED",
        "COMPLIANT",
        "PARTLY_COMPLIANT",
        "NOT_COMPLIANT",
        "EXPIRED",
        "COMPLIANT",
        "NOT_ASSESSED",
    ]


def test_an_assessor_that_found_fees_outweighs_the_providers_own_word() -> None:
    assert failed(provider(assessments=[assessed(IrisPrinciple.NO_FEES)])) == ["FEE_FREE"]


async def registered(house: House, **change: Any) -> str:
    """A recruiter in the directory; returns its path."""
    async with await house.act("RECRUITER-MA", "partner-admin", country="MAR", type="RECRUITER") as http:
        body = {"kind": "RECRUITER", "countries": ["MAR", "BEL"], "employer_pays": True} | change
        created = await http.post("/v1/service-providers", json=body)
    assert created.status_code == 201, created.text
    return f"/v1/service-providers/{created.json()['id']}"


async def test_the_directory_shows_everybody_why_a_provider_is_usable(house: House) -> None:
    path = await registered(house)
    async with await house.act("ANYBODY", "analyst") as reader:
        before = (await reader.get(path)).json()
        async with await house.act("RECRUITER-MA", "partner-admin") as http:
            recorded = await http.post(f"{path}/licences", json=LICENCE)
        after = (await reader.get(path)).json()
        listed = (await reader.get("/v1/service-providers", params={"country": "BEL"})).json()["items"]
    assert recorded.status_code == 201, recorded.text
    assert (before["licensed"], before["usable"]) == (False, False)
    assert [check["code"] for check in before["usable_because"] if not check["passed"]] == ["LICENSED"]
    assert (after["licensed"], after["usable"], after["iris_status"]) == (True, True, "NOT_ASSESSED")
    assert [each["id"] for each in listed] == [after["id"]]


async def test_nobody_assesses_rates_or_sanctions_itself(house: House) -> None:
    """S-11: the IRIS assessment of a recruiter is owned by somebody else, such as IOM."""
    path = await registered(house)
    sent = {
        "assessments": {"on": "2026-01-01", "valid_to": "2028-01-01", "findings": findings()},
        "ratings": {"score": 5},
        "sanctions": {"kind": "SUSPENSION", "reason": "x", "starts_on": "2026-01-01"},
    }
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        answers = [await http.post(f"{path}/{kind}", json=body) for kind, body in sent.items()]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "own_provider")] * 3


async def test_only_assessors_assess_and_only_authorities_sanction(house: House) -> None:
    path = await registered(house)
    assessment = {"on": "2026-01-01", "valid_to": "2098-01-01", "findings": findings()}
    measure = {"kind": "EXCLUSION", "reason": "Fees taken from workers.", "starts_on": "2026-01-01"}
    async with await house.act("FIRM-BE", "partner-admin") as http:
        firm = [
            (await http.post(f"{path}/{kind}", json=body)).json().get("code")
            for kind, body in {"assessments": assessment, "sanctions": measure, "licences": LICENCE}.items()
        ]
        rated = [(await http.post(f"{path}/ratings", json={"score": score})).status_code for score in (1, 4)]
    async with await house.act("IOM-LIKE", "partner-admin", type="UN_IGO") as http:
        done = await http.post(f"{path}/assessments", json=assessment)
        compliant = (await http.get(path)).json()
    async with await house.act("LABOUR-MA", "partner-admin", type="GOVERNMENT_MINISTRY") as http:
        sanctioned = await http.post(f"{path}/sanctions", json=measure)
        blocked = (await http.get(path)).json()
        one = f"{path}/sanctions/{sanctioned.json()['id']}"
        yesterday = (now().date() - timedelta(days=1)).isoformat()
        ended = await http.patch(one, json={"ends_on": yesterday}, headers={"If-Match": '"1"'})
        free = (await http.get(path)).json()
    checks = [{c["code"]: c["passed"] for c in each["usable_because"]} for each in (compliant, blocked, free)]
    assert firm == ["type_needed", "type_needed", "type_needed"]
    assert (rated, done.status_code, ended.status_code) == ([201, 201], 201, 200)
    assert (compliant["iris_status"], compliant["rating"], compliant["rated_by"]) == ("COMPLIANT", 4.0, 1)
    assert [each["NOT_SANCTIONED"] for each in checks] == [True, False, True]


async def test_an_assessment_names_each_principle_once(house: House) -> None:
    path = await registered(house)
    twice = [*findings()[:6], findings()[0]]
    async with await house.act("IOM-LIKE", "partner-admin", type="UN_IGO") as http:
        refused = await http.post(
            f"{path}/assessments", json={"on": "2026-01-01", "valid_to": "2028-01-01", "findings": twice}
        )
    assert refused.status_code == 422


async def test_only_who_recorded_a_licence_changes_it(house: House) -> None:
    path = await registered(house)
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        licence = (await http.post(f"{path}/licences", json=LICENCE)).json()
    async with await house.act("LABOUR-MA", "partner-admin", type="GOVERNMENT_MINISTRY") as http:
        one = f"{path}/licences/{licence['id']}"
        foreign = await http.patch(one, json={"number": "X"}, headers={"If-Match": '"1"'})
        elsewhere = await http.get(f"/v1/service-providers/{MISSING}/licences/{licence['id']}")
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        own = await http.patch(one, json={"valid_to": "2029-12-31"}, headers={"If-Match": '"1"'})
        history = (await http.get(f"{one}/history")).json()["items"]
    assert (foreign.status_code, elsewhere.status_code, own.status_code) == (404, 404, 200)
    assert [each["record"]["valid_to"] for each in history] == ["2028-12-31", "2029-12-31"]


def order(path: str, **change: Any) -> dict[str, Any]:
    return {
        "provider_id": path.rsplit("/", 1)[1],
        "service": "RECRUITMENT",
        "phase": "PRE_DEPARTURE",
        "origin": "MAR",
        "destination": "BEL",
        "persons": 30,
        "price": {"amount": "57000.00", "currency": "EUR"},
        "payer": "EMPLOYER",
        "ordered_on": "2026-11-20",
    } | change


async def placed(partnership: Partnership, body: dict[str, Any]) -> Any:
    async with await partnership.act("FIRM-BE") as http:
        return await http.post(await partnership.path("/service-orders"), json=body)


@pytest.mark.parametrize(
    ("service", "status"),
    [
        ("RECRUITMENT", 422),
        ("VISA_APPLICATION", 422),
        ("SKILLS_ASSESSMENT", 422),
        ("MEDICAL_EXAMINATION", 422),
        ("ORIENTATION", 422),
        ("TRAVEL", 422),
        ("LANGUAGE_COURSE", 201),
        ("REMITTANCE", 201),
    ],
)
async def test_no_worker_pays_for_recruitment_or_what_goes_with_it(house: House, service: str, status: int) -> None:
    """S-35, Employer Pays: ILO definition of recruitment fees and related costs, 2019."""
    partnership = await register(house)
    answer = await placed(partnership, order(await registered(house), service=service, payer="WORKER"))
    assert answer.status_code == status, answer.text
    assert [each["code"] for each in answer.json().get("errors", [])] == ["employer_pays"] * (status == 422)


async def test_orders_sum_up_to_the_share_served_well_and_unit_prices(house: House) -> None:
    """S-35: share served by licensed and fee-free providers, and unit prices of each corridor."""
    partnership = await register(house)
    path = await registered(house)
    unlicensed = await placed(partnership, order(path))
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        await http.post(f"{path}/licences", json=LICENCE)
    good = await placed(partnership, order(path, persons=10, price={"amount": "15000", "currency": "EUR"}))
    cancelled = await placed(partnership, order(path, persons=500))
    async with await partnership.act("FIRM-BE") as http:
        one = f"/v1/service-orders/{cancelled.json()['id']}"
        await http.patch(one, json={"status": "CANCELLED"}, headers={"If-Match": '"1"'})
        late = await http.patch(one, json={"status": "DELIVERED"}, headers={"If-Match": '"2"'})
    async with await partnership.act("MINISTRY-MA") as http:
        summary = (await http.get(await partnership.path("/service-summary"))).json()
    assert (unlicensed.json()["usable_when_ordered"], good.json()["usable_when_ordered"]) == (False, True)
    assert (late.status_code, late.json()["guards"][0]["code"]) == (409, "ORDER_OPEN")
    assert (summary["orders"], summary["persons"], summary["served_well_share"]) == (2, 40, 0.5)
    (price,) = summary["unit_prices"]
    assert (price["origin"], price["destination"], price["price_per_person"]) == ("MAR", "BEL", "1800.00")


async def test_a_later_sanction_does_not_rewrite_an_order(house: House) -> None:
    partnership = await register(house)
    path = await registered(house)
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        await http.post(f"{path}/licences", json=LICENCE)
    made = (await placed(partnership, order(path))).json()
    async with await house.act("LABOUR-MA", "partner-admin", type="GOVERNMENT_MINISTRY") as http:
        measure = {"kind": "LICENCE_REVOKED", "reason": "Fees.", "starts_on": "2026-11-01"}
        await http.post(f"{path}/sanctions", json=measure)
    async with await partnership.act("FIRM-BE") as http:
        shown = (await http.get(f"/v1/service-orders/{made['id']}")).json()
    assert shown["usable_when_ordered"] is True


async def test_orders_are_for_parties(house: House) -> None:
    partnership = await register(house)
    path = await registered(house)
    async with await house.act("RECRUITER-MA", "partner-admin") as http:
        foreign = await http.post(await partnership.path("/service-orders"), json=order(path))
        summary = await http.get(await partnership.path("/service-summary"))
    unknown = await placed(partnership, order(f"/x/{MISSING}"))
    assert (foreign.status_code, summary.status_code, unknown.status_code) == (404, 404, 422)
