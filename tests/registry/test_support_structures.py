"""Support structures: the ecosystems of the parties, and what strengthened them."""

from typing import Any

import httpx

from services.registry.support_structures.schemas import ACTION, STRUCTURE
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, register
from tests.registry.test_agreements import add_text


async def add(partnership: Partnership, by: str = "SCHOOL-MA", **change: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/support-structures"), json=STRUCTURE | change)


async def strengthen(partnership: Partnership, structure: str, **change: Any) -> httpx.Response:
    evidence = (await add_text(partnership, "MINISTRY-BE", "List of trainers"))["id"]
    async with await partnership.act("MINISTRY-BE") as http:
        return await http.post(
            f"/v1/support-structures/{structure}/capacity-actions", json=ACTION | {"document_id": evidence} | change
        )


async def test_what_strengthened_a_structure_is_counted(house: House) -> None:
    """S-24, S-48: structures strengthened, training places added a year, trainers trained, accreditation obtained."""
    partnership = await register(house)
    structure = (await add(partnership)).json()["id"]
    await add(partnership, kind="CHAMBER", party="EMPLOYER")
    for kind, quantity, places in (("TRAINERS_TRAINED", 12, 48), ("EQUIPMENT", 3, 10), ("ACCREDITATION", 1, 0)):
        added = await strengthen(partnership, structure, kind=kind, quantity=quantity, places_added_per_year=places)
        assert added.status_code == 201, added.text
    async with await partnership.act("FIRM-BE") as http:
        found = (await http.get(await partnership.path("/capacity-summary"))).json()
        actions = (await http.get(f"/v1/support-structures/{structure}/capacity-actions")).json()["items"]
    assert found == {
        "structures": 2,
        "structures_strengthened": 1,
        "places_added_per_year": 58,
        "trainers_trained": 12,
        "staff_trained": 0,
        "accreditations_obtained": 1,
    }
    assert [action["quantity"] for action in actions] == [12, 3, 1]


async def test_it_is_linked_to_a_party_and_found_by_the_party_it_surrounds(house: House) -> None:
    """S-71: the ecosystems of the four parties."""
    partnership = await register(house)
    school, stranger = await house.organisation("SCHOOL-MA"), await house.organisation("STRANGER")
    assert (await add(partnership, linked_organisation_id=school)).status_code == 201
    refused = await add(partnership, linked_organisation_id=stranger)
    assert refused.json()["errors"][0]["pointer"] == "/linked_organisation_id"
    await add(partnership, party="DESTINATION", kind="INTEGRATION_AGENCY", country="BEL")
    async with await partnership.act("MONITOR-UN") as http:
        found = await http.get(await partnership.path("/support-structures"), params={"party": "DESTINATION"})
    assert [each["kind"] for each in found.json()["items"]] == ["INTEGRATION_AGENCY"]


async def test_who_wrote_it_down_changes_it_and_strangers_find_nothing(house: House) -> None:
    partnership = await register(house)
    structure = (await add(partnership)).json()["id"]
    path = f"/v1/support-structures/{structure}"
    for by, status in {"MINISTRY-BE": 403, "SCHOOL-MA": 200}.items():
        async with await partnership.act(by) as http:
            changed = await http.patch(path, json={"location": "Zagora"}, headers={"If-Match": '"1"'})
        assert changed.status_code == status
    async with await house.act("STRANGER", *ROLES) as http:
        for suffix in ("", "/capacity-actions", "/history"):
            foreign = await http.get(path + suffix)
            assert foreign.status_code == 404
            assert alike(foreign, await http.get(f"/v1/support-structures/{MISSING}{suffix}"))
    assert (await strengthen(partnership, structure, document_id=MISSING)).json()["errors"][0]["code"] == (
        "unknown_document"
    )
