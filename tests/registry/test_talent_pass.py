"""The export of a Talent Partnership's pass (02 §4)."""

from typing import Any

import httpx

from tests.conftest import House
from tests.registry.partnership import SKILL, Partnership, offer_training, register

AGREEMENT = {
    "type": "TALENT_PARTNERSHIP",
    "legal_status": "NON_BINDING",
    "title": {"en": "Invented Talent Partnership"},
    "text_uri": "https://gazette.example/talent",
    "expires_on": "2099-06-30",
}


async def _pass(partnership: Partnership, by: str = "FIRM-BE") -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.get(await partnership.path("/talent-partnership-pass"))


async def _sign(partnership: Partnership, *sides: str) -> str:
    async with await partnership.act("MINISTRY-MA") as http:
        agreement = (await http.post(await partnership.path("/agreements"), json=AGREEMENT)).json()
    for side in sides:
        async with await partnership.act("MINISTRY-MA" if side == "ORIGIN" else "MINISTRY-BE") as http:
            signature = {"side": side, "signed_on": "2026-01-10", "office": "Minister of Employment"}
            signed = await http.post(f"/v1/agreements/{agreement['id']}/signatures", json=signature)
            assert signed.status_code == 201, signed.text
    return str(agreement["id"])


async def test_it_names_issuer_agreement_skills_and_last_day(house: House) -> None:
    partnership = await register(house, planned_start="2027-01-01", planned_end="2029-08-31")
    programme = await offer_training(partnership)
    agreement = await _sign(partnership, "ORIGIN", "DESTINATION")
    shown: dict[str, Any] = (await _pass(partnership)).json()
    assert (shown["agreement_id"], shown["issuer"]["code"]) == (agreement, "MINISTRY-MA")
    assert shown["valid_to"] == "2029-08-31"
    assert [(skill["uri"], skill["programme_id"]) for skill in shown["skills"]] == [(SKILL, programme)]


async def test_an_agreement_that_one_side_signed_gives_no_pass_and_says_what_to_do(house: House) -> None:
    partnership = await register(house)
    await _sign(partnership, "ORIGIN")
    shown = (await _pass(partnership)).json()
    assert (shown["issued_on"], shown["skills"]) == (None, [])
    assert "SIGNED_BY_ORIGIN" in shown["missing"]["seen"]


async def test_training_that_nobody_accredited_is_not_in_it(house: House) -> None:
    partnership = await register(house)
    programme = await offer_training(partnership)
    async with await partnership.act("SCHOOL-MA") as http:
        tag = (await http.get(f"/v1/programmes/{programme}")).headers["ETag"]
        await http.patch(f"/v1/programmes/{programme}", json={"accredited": False}, headers={"If-Match": tag})
    await _sign(partnership, "ORIGIN", "DESTINATION")
    assert (await _pass(partnership)).json()["skills"] == []
