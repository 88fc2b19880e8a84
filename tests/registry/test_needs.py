"""Needs of the four parties over HTTP."""

from typing import Any

import pytest

from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, register

NEED: dict[str, Any] = {
    "party": "ORIGIN",
    "side": "ORIGIN",
    "kind": "SECTOR",
    "sector": "E38",
    "quantity": 40,
    "urgency": "HIGH",
    "statement": {"en": "People who run sorting plants.", "ar": "عمال فرز النفايات"},
    "evidence": "Survey of 60 invented municipalities.",
}


async def _record(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> Any:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/needs"), json=NEED | change)


async def test_a_party_records_what_its_side_needs_and_all_parties_read_it(house: House) -> None:
    """S-62: sector or stakeholder, worker or entrepreneur, with quantity, urgency and evidence."""
    partnership = await register(house)
    made = await _record(partnership)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    await _record(partnership, by="FIRM-BE", party="EMPLOYER", side="DESTINATION", persona="ENTREPRENEUR")
    async with await partnership.act("MONITOR-UN") as http:
        listed = (await http.get(await partnership.path("/needs"))).json()["items"]
        origins = (await http.get(await partnership.path("/needs?party=ORIGIN"))).json()["items"]
    assert [(n["party"], n["persona"]) for n in listed] == [("ORIGIN", "WORKER"), ("EMPLOYER", "ENTREPRENEUR")]
    assert {name: origins[0][name] for name in NEED} == NEED
    assert len(origins) == 1


async def test_strangers_see_and_write_no_needs(house: House) -> None:
    partnership = await register(house)
    need = (await _record(partnership)).json()["id"]
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get(f"/v1/needs/{need}")).status_code == 404
        assert (await http.get(await partnership.path("/needs"))).status_code == 404
        assert (await http.post(await partnership.path("/needs"), json=NEED)).status_code == 404
        assert (await http.get(f"/v1/needs/{MISSING}")).status_code == 404


async def test_nobody_speaks_for_the_other_side(house: House) -> None:
    partnership = await register(house)
    refused = await _record(partnership, by="FIRM-BE")
    assert (refused.status_code, refused.json()["code"]) == (403, "side_needed")


@pytest.mark.parametrize("change", [{"sector": None}, {"side": "DESTINATION"}, {"party": "UNION"}, {"quantity": -1}])
async def test_a_need_that_says_too_little_is_refused(house: House, change: dict[str, Any]) -> None:
    """S-62: a SECTOR need names its sector; a country's need stands on its own side."""
    partnership = await register(house)
    assert (await _record(partnership, **change)).status_code == 422


async def test_only_who_wrote_a_need_changes_it_and_its_history_tells(house: House) -> None:
    partnership = await register(house)
    path = f"/v1/needs/{(await _record(partnership)).json()['id']}"
    tag = {"If-Match": '"1"'}
    async with await partnership.act("MINISTRY-BE") as http:
        assert (await http.patch(path, json={"quantity": 1}, headers=tag)).status_code == 403
    async with await partnership.act("MINISTRY-MA") as http:
        assert (await http.patch(path, json={"quantity": 50})).status_code == 428
        changed = await http.patch(path, json={"quantity": 50}, headers=tag)
        assert (await http.patch(path, json={"quantity": 60}, headers=tag)).status_code == 412
        versions = (await http.get(f"{path}/history")).json()["items"]
    assert (changed.json()["quantity"], changed.json()["statement"]) == (50, NEED["statement"])
    assert [version["record"]["quantity"] for version in versions] == [40, 50]
