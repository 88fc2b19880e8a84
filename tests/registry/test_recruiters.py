"""What the directory says of the recruiters that a partnership names (S-35, IRIS)."""

from typing import Any

import pytest

from tests.conftest import House
from tests.registry.partnership import MISSING, Partnership, register
from tests.registry.test_providers import LICENCE


async def _entry(partnership: Partnership, **change: Any) -> str:
    """A recruiter that entered itself in the directory."""
    await partnership.house.organisation("RECRUITER-MA", country="MAR", type="RECRUITER", sector="PRIVATE")
    async with await partnership.act("RECRUITER-MA") as http:
        body = {"kind": "RECRUITER", "countries": ["MAR"], "employer_pays": True} | change
        made = await http.post("/v1/service-providers", json=body)
        assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _license(partnership: Partnership, provider: str) -> None:
    async with await partnership.act("RECRUITER-MA") as http:
        made = await http.post(f"/v1/service-providers/{provider}/licences", json=LICENCE)
        assert made.status_code == 201, made.text


async def _told(partnership: Partnership, **recruiter: Any) -> dict[str, Any]:
    policy = {"employer_pays": True, "recruiters": [{"name": "Invented agency"} | recruiter]}
    changed = await partnership.patch(recruitment_policy=policy)
    assert changed.status_code == 200, changed.text
    async with await partnership.act("FIRM-BE") as http:
        told: dict[str, Any] = (await http.get(await partnership.path("/recruiters"))).json()["items"][0]
    return told


@pytest.mark.parametrize(("licensed", "missing"), [(True, []), (False, ["LICENSED"])])
async def test_a_recruiter_of_the_directory_is_usable_when_it_is_licensed(
    house: House, licensed: bool, missing: list[str]
) -> None:
    """S-35: computed, not ticked."""
    partnership = await register(house)
    provider = await _entry(partnership)
    if licensed:
        await _license(partnership, provider)
    told = await _told(partnership, provider_id=provider)
    assert (told["from_directory"], told["usable"]) == (True, licensed)
    assert [each.split(":")[0] for each in told["missing"]] == missing


async def test_what_only_the_record_states_makes_nobody_usable(house: House) -> None:
    told = await _told(await register(house), licence="MA-42", valid_to="2099-12-31", iris_status="COMPLIANT")
    assert (told["from_directory"], told["licensed"], told["usable"]) == (False, True, False)


async def test_who_is_in_the_directory_is_not_described_a_second_time(house: House) -> None:
    partnership = await register(house)
    recruiter = {"name": "Invented agency", "provider_id": await _entry(partnership), "iris_status": "COMPLIANT"}
    refused = await partnership.patch(recruitment_policy={"employer_pays": True, "recruiters": [recruiter]})
    assert [error["code"] for error in refused.json()["errors"]] == ["said_by_directory"]


async def test_an_entry_that_does_not_exist_is_refused_by_its_place(house: House) -> None:
    recruiter = {"name": "Invented agency", "provider_id": MISSING}
    refused = await (await register(house)).patch(recruitment_policy={"employer_pays": True, "recruiters": [recruiter]})
    assert refused.json()["errors"][0]["pointer"] == "/recruitment_policy/recruiters/0/provider_id"
