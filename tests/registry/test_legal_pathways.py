"""Legal pathways: public law, kept by those who speak for it."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.kit import tenancy
from services.registry.legal_pathways.schemas import LegalPathwayIn
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, published

BELGIUM, AUSTRALIA = LegalPathwayIn.model_config["json_schema_extra"]["examples"]  # type: ignore[call-overload, index]


async def ministry(house: House, country: str = "BEL") -> httpx.AsyncClient:
    code = f"MINISTRY-{country}"
    return await house.act(code, *ROLES, type="GOVERNMENT_MINISTRY", sector="NATIONAL_PUBLIC", country=country)


async def put_down(house: House, body: dict[str, Any], **change: Any) -> httpx.Response:
    async with await ministry(house, body["destination"]) as http:
        return await http.post("/v1/legal-pathways", json=body | change)


@pytest.mark.parametrize("body", [BELGIUM, AUSTRALIA], ids=["Belgium", "Australia"])
async def test_every_partner_reads_what_an_authority_registers(house: House, body: dict[str, Any]) -> None:
    """S-40, S-10: a pathway has all its terms, of whatever continent it is."""
    registered = await put_down(house, body)
    assert registered.status_code == 201, registered.text
    async with await house.act("STRANGER", *ROLES) as http:
        read = await http.get(f"/v1/legal-pathways/{registered.json()['id']}")
        missing = await http.get(f"/v1/legal-pathways/{MISSING}")
    assert {name: read.json()[name] for name in body} == body
    assert missing.status_code == 404


async def test_only_authorities_of_the_destination_speak_for_its_law(house: House) -> None:
    """S-40: an authority of another country registers nothing, and changes nothing once it is one."""
    async with await ministry(house, "MAR") as http:
        refused = await http.post("/v1/legal-pathways", json=BELGIUM)
    assert (refused.status_code, refused.json()["code"]) == (403, "authority_of_destination_needed")
    async with await house.act("AGENCY-BE", *ROLES, type="DEVELOPMENT_AGENCY", country="BEL") as http:
        assert (await http.post("/v1/legal-pathways", json=BELGIUM)).json()["code"] == "type_needed"
    path = f"/v1/legal-pathways/{(await put_down(house, BELGIUM)).json()['id']}"
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        await session.execute(text("UPDATE organisations SET country = 'MAR' WHERE code = 'MINISTRY-BEL'"))
    async with await ministry(house) as http:
        changed = await http.patch(path, json={"valid_to": "2029-12-31"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["code"]) == (403, "authority_of_destination_needed")


async def test_only_authorities_register_and_only_who_did_changes(house: House) -> None:
    path = f"/v1/legal-pathways/{(await put_down(house, BELGIUM)).json()['id']}"
    change = {"json": {"valid_to": "2029-12-31"}, "headers": {"If-Match": '"1"'}}
    async with await house.act("FIRM-BE", *ROLES) as http:
        refused = await http.post("/v1/legal-pathways", json=AUSTRALIA)
        assert (refused.status_code, refused.json()["code"]) == (403, "type_needed")
        assert (await http.patch(path, **change)).status_code == 404
    async with await ministry(house) as http:
        changed = await http.patch(path, **change)
        assert (changed.status_code, changed.json()["valid_to"]) == (200, "2029-12-31")
        assert (await http.patch(path, **change)).status_code == 412
        removed = await http.patch(path, json={"valid_to": None}, headers={"If-Match": '"2"'})
        assert removed.json()["valid_to"] is None


async def test_a_key_is_given_once(house: House) -> None:
    await put_down(house, BELGIUM)
    async with await ministry(house) as http:
        again = await http.post("/v1/legal-pathways", json=BELGIUM)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_they_are_found_by_destination_origin_persona_and_day(house: House) -> None:
    for body in (BELGIUM, AUSTRALIA):
        await put_down(house, body)
    found = {
        "destination=AUS": ["AU-403-PACIFIC"],
        "origin=TON": ["BE-SINGLE-PERMIT", "AU-403-PACIFIC"],
        "origin=MAR": ["BE-SINGLE-PERMIT"],
        "persona=APPRENTICE": ["BE-SINGLE-PERMIT"],
        "persona=ENTREPRENEUR": [],
        "valid_on=2026-03-01": ["BE-SINGLE-PERMIT"],
        "valid_on=2030-06-30": ["BE-SINGLE-PERMIT", "AU-403-PACIFIC"],
        "valid_on=2030-07-01": ["BE-SINGLE-PERMIT"],
        "key=BE-SINGLE-PERMIT&destination=AUS": [],
    }
    async with await house.act("STRANGER", *ROLES) as http:
        for query, keys in found.items():
            items = (await http.get(f"/v1/legal-pathways?{query}")).json()["items"]
            assert [item["key"] for item in items] == keys, query


@pytest.mark.parametrize(
    "change",
    [
        {"valid_to": "2025-12-31"},
        {"minimum_age": 40, "maximum_age": 30},
        {"fee_payer": None},
        {"personas": []},
        {"destination": "EU"},
    ],
)
async def test_terms_that_contradict_each_other_are_refused(house: House, change: dict[str, Any]) -> None:
    assert (await put_down(house, BELGIUM, **change)).status_code == 422


async def test_other_services_hear_of_every_change(house: House) -> None:
    """S-40: matching refuses an away offer without a pathway that is open on the start date; it knows them by event."""
    created = (await put_down(house, BELGIUM)).json()
    async with await ministry(house) as http:
        await http.patch(
            f"/v1/legal-pathways/{created['id']}", json={"valid_to": "2027-06-30"}, headers={"If-Match": '"1"'}
        )
    heard = await published(house, "legal-pathway")
    assert heard[0]["occupations"] == ["71", "7411", "7412"]
    assert heard[0]["contract_types"] == ["PERMANENT", "FIXED_TERM"]
    assert [(e["key"], e["valid_from"], e["valid_to"]) for e in heard] == [
        ("BE-SINGLE-PERMIT", "2026-01-01", None),
        ("BE-SINGLE-PERMIT", "2026-01-01", "2027-06-30"),
    ]


async def test_its_history_is_as_public_as_it_is(house: House) -> None:
    created = (await put_down(house, BELGIUM)).json()
    path = f"/v1/legal-pathways/{created['id']}"
    async with await house.act("STRANGER", *ROLES) as http:
        history = (await http.get(f"{path}/history")).json()["items"]
        then = await http.get(path, params={"as_of": created["updated_at"]})
    assert [version["action"] for version in history] == ["INSERT"]
    assert then.json()["key"] == "BE-SINGLE-PERMIT"
