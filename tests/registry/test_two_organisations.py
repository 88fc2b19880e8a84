"""What both sides must want is never the word of one organisation, wherever it comes to stand."""

from typing import Any

import pytest

from tests.conftest import House
from tests.registry.partnership import ROLES, Partnership, body, register
from tests.registry.test_committees import committee_of
from tests.registry.test_committees import decide as take_decision
from tests.registry.test_mobility_schemes import created as scheme
from tests.registry.test_safeguards import DESTINATION, ORIGIN, compensation, registered, text
from tests.registry.test_shortages import call, decided, sign

Json = dict[str, Any]


async def with_party(house: House, code: str, side: str, role: str) -> list[Json]:
    """The parties as ever, and one line more."""
    sent = await body(house)
    return [*sent["parties"], {"organisation_id": await house.organisation(code), "side": side, "role": role}]


async def changing_sides(partnership: Partnership) -> None:
    """The owner makes itself an authority of the destination, and of nothing else."""
    house = partnership.house
    own = await house.organisation(ORIGIN)
    others = [party for party in partnership.body["parties"] if party["organisation_id"] != own]
    crossed = [{"organisation_id": own, "side": "DESTINATION", "role": role} for role in ("LEAD", "SIGNATORY")]
    assert (await partnership.patch(parties=[*others, *crossed])).status_code == 200


async def test_who_changes_sides_does_not_sign_a_joint_decision_again(house: House) -> None:
    """S-67: two signatures are two organisations'."""
    partnership = await register(house)
    decision, _ = await decided(partnership)
    assert (await sign(partnership, ORIGIN, decision)).status_code == 201
    await changing_sides(partnership)
    again = await sign(partnership, ORIGIN, decision)
    assert (again.status_code, again.json()["guards"][0]["code"]) == (409, "TWO_ORGANISATIONS")


async def test_who_changes_sides_does_not_approve_a_scheme_again(house: House) -> None:
    """S-49."""
    partnership = await register(house)
    path = f"/v1/mobility-schemes/{(await scheme(partnership)).json()['id']}/approvals"
    assert (await call(partnership, ORIGIN, path, {"side": "ORIGIN"})).status_code == 201
    await changing_sides(partnership)
    assert (await call(partnership, ORIGIN, path, {"side": "DESTINATION"})).status_code == 409


async def test_who_changes_sides_does_not_hold_the_second_key_of_its_safeguard(house: House) -> None:
    """Story 8: two keys are two organisations'."""
    partnership = await register(house)
    own = (await registered(partnership)).json()["id"]
    word = {"mode": "OPEN", "agreement_id": await compensation(partnership), "reason": "We fund 200 places."}
    await changing_sides(partnership)
    refused = await call(partnership, ORIGIN, f"/v1/safeguards/{own}/consents", word)
    assert (refused.status_code, refused.json()["code"]) == (403, "own_safeguard")


async def test_who_changes_sides_does_not_adopt_a_decision_again(house: House) -> None:
    """S-43."""
    partnership = await register(house)
    committee = await committee_of(partnership)
    decision = (await take_decision(partnership, committee)).json()["id"]
    path = f"/v1/committee-decisions/{decision}/adoptions"
    first = await call(partnership, ORIGIN, path, {"side": "ORIGIN", "adopted_on": "2026-01-05"})
    await changing_sides(partnership)
    async with await partnership.act(ORIGIN) as http:
        seat = {"organisation_id": await house.organisation(ORIGIN), "side": "DESTINATION", "office": "Director"}
        other = {"organisation_id": await house.organisation("SCHOOL-MA"), "side": "ORIGIN", "office": "Head"}
        tag = (await http.get(f"/v1/committees/{committee}")).headers["ETag"]
        change = {"members": [seat, other]}
        seated = await http.patch(f"/v1/committees/{committee}", json=change, headers={"If-Match": tag})
        assert seated.status_code == 200, seated.text
    again = await call(partnership, ORIGIN, path, {"side": "DESTINATION", "adopted_on": "2026-01-05"})
    assert [first.status_code, again.status_code] == [201, 409]


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/safeguards", text()), ("/invitations", {"code": "PUPPET", "side": "ORIGIN", "roles": ["SIGNATORY"]})],
)
async def test_a_lead_of_one_side_is_none_of_the_other(house: House, path: str, sent: Json) -> None:
    """A role says something for the side on which one has it: it opens no seat and no safeguard of the other."""
    await house.organisation("PUPPET")
    partnership = await register(house, parties=await with_party(house, DESTINATION, "ORIGIN", "FUNDER"))
    async with await house.act(DESTINATION, *ROLES) as http:
        refused = await http.post(await partnership.path(path), json=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_needed")


async def test_who_lacks_a_role_is_told_which_and_how_to_get_it(house: House) -> None:
    """Story 7 of 06: a refusal names the role, who has it, and the requests that lead to it; they do."""
    partnership = await register(house)
    path = await partnership.path("/rule-parameters")
    asked = {"edition": "OURS"}
    async with await partnership.act("FIRM-BE") as http:
        refused = await http.post(path, json=asked)
    told = refused.json()
    assert (refused.status_code, told["code"], told["needed"]) == (403, "role_needed", "LEAD or CO_LEAD")
    assert told["seen"] == "DEMAND_HOLDER of DESTINATION"
    assert set(told["organisations"]) == {await house.organisation(code) for code in ("MINISTRY-MA", "MINISTRY-BE")}
    assert (
        "POST /v1/partnerships/{partnership_id}/invitations with organisation_id, side, roles: [LEAD]" in told["remedy"]
    )
    invited = {"code": "FIRM-BE", "side": "DESTINATION", "roles": ["LEAD"]}
    async with await partnership.act("MINISTRY-MA") as http:
        invitation = (await http.post(await partnership.path("/invitations"), json=invited)).json()["id"]
    async with await partnership.act("FIRM-BE") as http:
        await http.post(f"/v1/invitations/{invitation}/answers", json={"decision": "ACCEPTED"})
        assert (await http.post(path, json=asked)).status_code == 201


async def test_who_stands_on_the_wrong_side_is_told_which_one_is_asked_for(house: House) -> None:
    """The side is said with the role: a lead of one side says nothing for the other."""
    partnership = await register(house)
    invited = {"code": "FIRM-MA", "side": "ORIGIN", "roles": ["TRAINER"]}
    async with await partnership.act("MINISTRY-BE") as http:
        told = (await http.post(await partnership.path("/invitations"), json=invited)).json()
    assert (told["code"], told["needed"]) == ("side_needed", "LEAD or CO_LEAD on the side ORIGIN")
    assert "side: ORIGIN, roles: [LEAD]; then your organisation" in told["remedy"]
