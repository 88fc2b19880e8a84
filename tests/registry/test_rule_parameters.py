"""Parameters of a partnership's rules: stored, versioned, and frozen when it is signed."""

from typing import Any

import httpx

from tests.conftest import House
from tests.registry.partnership import Partnership, register


async def _set(partnership: Partnership, by: str = "MINISTRY-BE", **values: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/rule-parameters"), json={"edition": "JOINT-1"} | values)


async def _get(partnership: Partnership, suffix: str) -> dict[str, Any]:
    async with await partnership.act("FIRM-MA") as http:
        answer: dict[str, Any] = (await http.get(await partnership.path(suffix))).json()
    return answer


async def _change(partnership: Partnership, at: dict[str, Any], by: str = "MINISTRY-BE") -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.patch(
            f"/v1/rule-parameters/{at['id']}",
            json={"active_days": 30},
            headers={"If-Match": f'"{at["version"]}"'},
        )


async def test_without_any_the_defaults_are_read_with_their_edition(house: House) -> None:
    rules = await _get(await register(house), "/rules")
    assert (rules["edition"], rules["rule_parameters_id"], rules["frozen"]) == ("2026-1", None, False)
    assert (rules["active_days"], rules["dependent_above_percent"], rules["guard_trips"]) == (90, 50, 3)


async def test_what_a_lead_set_is_read_with_its_version(house: House) -> None:
    partnership = await register(house)
    made = (await _set(partnership, active_days=60)).json()
    rules = await _get(partnership, "/rules")
    assert (rules["rule_parameters_id"], rules["version"]) == (made["id"], made["version"])
    assert (rules["edition"], rules["active_days"], rules["longest_training_hours"]) == ("JOINT-1", 60, 4800)


async def test_who_leads_nothing_sets_nothing(house: House) -> None:
    assert (await _set(await register(house), by="FIRM-BE")).status_code == 403


async def test_critical_items_are_added_to_those_of_the_guidance_and_block_signing(house: House) -> None:
    """02 §5: item 13, housing, is critical by agreement; item 1 stays so."""
    partnership = await register(house)
    await _set(partnership, further_critical_items=[13])
    checklist = await _get(partnership, "/checklist")
    assert {1, 13} <= {line["item"] for line in checklist["items"] if line["critical"]}
    await partnership.complete("NEGOTIATION")
    guards = {g["code"]: g for g in (await _get(partnership, "/readiness"))["guards"]}
    assert "13" in guards["CHECKLIST"]["seen"]


async def test_conformity_names_the_parameters_and_goes_by_them(house: House) -> None:
    """S-19, S-60, S-80."""
    partnership = await register(house)
    await _set(partnership, active_days=7, least_actor_classes=8)
    conformity = await _get(partnership, "/conformity")
    assert (conformity["parameters"], conformity["activity"]["days"]) == ("JOINT-1", 7)
    assert "8 are asked for" in conformity["smp"]["components"][1]["evidence"][0]


async def test_they_are_frozen_when_the_partnership_is_signed(house: House) -> None:
    partnership = await register(house)
    made = (await _set(partnership)).json()
    await partnership.complete("SIGNED")
    refused = await _change(partnership, made)
    assert (refused.status_code, refused.json()["code"]) == (409, "parameters_in_use")
    assert (await _get(partnership, "/rules"))["frozen"] is True


async def test_a_change_before_that_is_kept_in_history(house: House) -> None:
    partnership = await register(house)
    made = (await _set(partnership, active_days=60)).json()
    assert (await _change(partnership, made)).status_code == 200
    async with await partnership.act("FIRM-MA") as http:
        versions = (await http.get(f"/v1/rule-parameters/{made['id']}/history")).json()["items"]
    assert [version["record"]["active_days"] for version in versions] == [60, 30]
