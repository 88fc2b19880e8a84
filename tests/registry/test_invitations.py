"""Invitations and departures: who takes part is asked, and leaves by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.kit import db, tenancy
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, body, offer_job, published, register

INVITATION = {"code": "SCHOOL-2", "side": "ORIGIN", "roles": ["TRAINER", "CERTIFIER"], "message": "Train with us?"}


async def invite(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> httpx.Response:
    await partnership.house.organisation("SCHOOL-2", country="MAR")
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/invitations"), json=INVITATION | change)


async def answer(house: House, invitation: str, decision: str, by: str = "SCHOOL-2", **more: Any) -> httpx.Response:
    async with await house.act(by, *ROLES) as http:
        return await http.post(f"/v1/invitations/{invitation}/answers", json={"decision": decision, **more})


async def leave(partnership: Partnership, by: str, **more: Any) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/departure"), json={"reason": "Our plans changed.", **more})


async def sees(partnership: Partnership, code: str) -> bool:
    async with await partnership.act(code) as http:
        return (await http.get(await partnership.path())).status_code == 200


async def test_who_accepts_becomes_a_party_in_all_roles_it_was_invited_for(house: House) -> None:
    """S-60: actors are invited, and see the partnership when they take part."""
    partnership = await register(house)
    sent = await invite(partnership)
    assert (sent.status_code, sent.json()["status"]) == (201, "PENDING")
    async with await partnership.act("SCHOOL-2") as http:
        [received] = (await http.get("/v1/invitations", params={"received": "true"})).json()["items"]
        assert (await http.get("/v1/invitations", params={"received": "false"})).json()["items"] == []
    assert (received["partnership_code"], received["message"]) == ("SOLAR-MA-BE", "Train with us?")
    assert not await sees(partnership, "SCHOOL-2")
    accepted = await answer(house, received["id"], "ACCEPTED")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "ACCEPTED")
    assert await sees(partnership, "SCHOOL-2")
    school = await house.organisation("SCHOOL-2")
    parties = (await published(house, "partnership"))[-1]["parties"]
    assert [p["role"] for p in parties if p["organisation_id"] == school] == ["TRAINER", "CERTIFIER"]
    again = await answer(house, received["id"], "ACCEPTED")
    assert (again.status_code, again.json()["guards"][0]["code"]) == (409, "INVITATION_PENDING")


async def test_who_declines_says_why_and_sees_nothing(house: House) -> None:
    partnership = await register(house)
    invitation = (await invite(partnership)).json()["id"]
    assert (await answer(house, invitation, "DECLINED")).status_code == 422
    declined = await answer(house, invitation, "DECLINED", reason="Our workshops are full.")
    assert (declined.status_code, declined.json()["answer_reason"]) == (200, "Our workshops are full.")
    assert not await sees(partnership, "SCHOOL-2")
    assert (await invite(partnership)).status_code == 201  # it can be asked again


async def test_only_the_owner_and_leads_invite_and_only_the_invited_answers(house: House) -> None:
    partnership = await register(house)
    by_others = {code: await invite(partnership, code) for code in ("FIRM-BE", "STRANGER")}
    assert {code: refused.status_code for code, refused in by_others.items()} == {"FIRM-BE": 403, "STRANGER": 404}
    assert (await invite(partnership, "MINISTRY-BE")).status_code == 403  # the lead of the other side
    sent = await invite(partnership, "MINISTRY-BE", side="DESTINATION")
    assert sent.status_code == 201
    invitation = sent.json()["id"]
    for code, status in {"MINISTRY-MA": 403, "STRANGER": 404}.items():
        assert (await answer(house, invitation, "ACCEPTED", code)).status_code == status
    async with await house.act("STRANGER", *ROLES) as http:
        foreign, missing = [await http.get(f"/v1/invitations/{each}") for each in (invitation, MISSING)]
    assert foreign.status_code == 404
    assert alike(foreign, missing)


async def test_an_invitation_is_for_somebody_known_once_and_for_something_new(house: House) -> None:
    partnership = await register(house)
    unknown = await invite(partnership, code="NOBODY")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/code")
    both = await invite(partnership, organisation_id=MISSING)
    assert both.status_code == 422
    assert (await invite(partnership)).status_code == 201
    twice = await invite(partnership)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_invited")
    known = await invite(partnership, code="SCHOOL-MA", roles=["TRAINER"])
    assert (known.status_code, known.json()["code"]) == (409, "already_a_party")


async def test_who_invited_takes_it_back_while_it_waits(house: House) -> None:
    partnership = await register(house)
    path = f"/v1/invitations/{(await invite(partnership)).json()['id']}"
    for code, status in {"SCHOOL-2": 403, "MINISTRY-BE": 403, "MINISTRY-MA": 200}.items():
        async with await partnership.act(code) as http:
            answered = await http.post(f"{path}/withdrawal", json={"reason": "The corridor is off."})
        assert answered.status_code == status, code
    assert (await answer(house, path.rpartition("/")[2], "ACCEPTED")).status_code == 409


async def test_an_invitation_expires_after_thirty_days(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    partnership = await register(house)
    invitation = (await invite(partnership)).json()["id"]
    await house.act("SCHOOL-2", *ROLES)  # its token is of today
    monkeypatch.setattr(db, "_clock", lambda: datetime.now(UTC) + timedelta(days=31))
    late = await answer(house, invitation, "ACCEPTED")
    assert (late.status_code, late.json()["guards"][0]["seen"]) == (409, "EXPIRED")
    assert not await sees(partnership, "SCHOOL-2")


async def test_a_party_leaves_by_itself_and_its_offers_go_with_it(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE")
    left = await leave(partnership, "FIRM-BE")
    assert (left.status_code, left.json()["roles"]) == (200, ["DEMAND_HOLDER"])
    assert not await sees(partnership, "FIRM-BE")
    async with await partnership.act("FIRM-BE") as http:
        assert (await http.get(f"/v1/vacancies/{job}")).json()["partnership_ids"] == []
    assert (await leave(partnership, "FIRM-BE")).status_code == 404
    async with await partnership.act("MINISTRY-MA") as http:
        parties = (await http.get(await partnership.path())).json()["parties"]
    firm = await house.organisation("FIRM-BE")
    assert [p["left_on"] for p in parties if p["organisation_id"] == firm] == [datetime.now(UTC).date().isoformat()]


async def test_who_names_a_day_to_come_stays_until_then(house: House) -> None:
    partnership = await register(house)
    today = datetime.now(UTC).date()
    past = await leave(partnership, "FIRM-BE", left_on=(today - timedelta(days=1)).isoformat())
    assert (past.status_code, past.json()["errors"][0]["code"]) == (422, "in_the_past")
    assert (await leave(partnership, "FIRM-BE", left_on=(today + timedelta(days=9)).isoformat())).status_code == 200
    assert await sees(partnership, "FIRM-BE")
    assert (await leave(partnership, "STRANGER")).status_code == 404


async def test_the_last_signatory_of_a_side_stays_while_the_partnership_is_in_force(house: House) -> None:
    """S-22: an agreement in force keeps a signatory on each side."""
    partnership = await register(house)
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        await session.execute(text("UPDATE partnerships SET status = 'SIGNED'"))
    refused = await leave(partnership, "MINISTRY-BE")
    failed = [guard["code"] for guard in refused.json()["guards"]]
    assert (refused.status_code, failed) == (409, ["LAST_SIGNATORY_OF_A_SIDE", "LAST_LEAD_OF_A_SIDE"])
    assert (await leave(partnership, "FIRM-BE")).status_code == 200


async def test_who_has_left_reads_what_it_wrote_and_rewrites_nothing(house: House) -> None:
    """The others go by it: a need is no longer that of a party, nor is an order, a target or an answer."""
    partnership = await register(house)
    need = {
        "party": "DESTINATION",
        "side": "DESTINATION",
        "kind": "SECTOR",
        "persona": "WORKER",
        "sector": "C10",
        "quantity": 12,
        "urgency": "HIGH",
        "statement": {"en": "Twelve people."},
    }
    async with await partnership.act("FIRM-BE") as http:
        own = f"/v1/needs/{(await http.post(await partnership.path('/needs'), json=need)).json()['id']}"
        before = await http.patch(own, json={"quantity": 13}, headers={"If-Match": '"1"'})
        await leave(partnership, "FIRM-BE")
        refused = await http.patch(own, json={"quantity": 14}, headers={"If-Match": '"2"'})
        still = await http.get(own)
    assert (before.status_code, still.status_code, still.json()["quantity"]) == (200, 200, 13)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_party")


async def test_after_the_idea_the_owner_asks_the_other_side_instead_of_naming_it(house: House) -> None:
    """S-60: the two sides are independent; in an idea the owner names whom it likes."""
    partnership = await register(house)
    parties, added = partnership.body["parties"], await house.organisation("FIRM-2", country="BEL")
    named = [*parties, {"organisation_id": added, "side": "DESTINATION", "role": "SIGNATORY"}]
    assert (await partnership.patch(parties=named)).status_code == 200
    assert (await partnership.patch(parties=parties)).status_code == 200
    await partnership.complete("SCOPING")
    refused = await partnership.patch(parties=named)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_side")
    assert "/invitations" in refused.json()["detail"]
    assert (await partnership.patch(parties=[p for p in parties if p["role"] != "CO_LEAD"])).status_code == 403
    own = [*parties, {"organisation_id": added, "side": "ORIGIN", "role": "FUNDER"}]
    own += [{"organisation_id": added, "side": "THIRD", "role": "FUNDER"}]
    assert (await partnership.patch(parties=own)).status_code == 200
    sent = await invite(partnership, code="FIRM-2", side="DESTINATION", roles=["SIGNATORY"])
    assert (await answer(house, sent.json()["id"], "ACCEPTED", "FIRM-2")).status_code == 200


async def test_who_would_speak_for_a_side_is_invited_from_its_country(house: House) -> None:
    """S-22: nobody signs for another country."""
    partnership = await register(house)
    refused = await invite(partnership, side="DESTINATION", roles=["SIGNATORY"])  # a school of MAR
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "from_elsewhere")
    assert (await invite(partnership, side="DESTINATION", roles=["TRAINER"])).status_code == 201


async def test_a_partnership_is_not_scoped_by_leads_from_elsewhere(house: House) -> None:
    """S-22: the readiness names who is from elsewhere."""
    sent = await body(house)
    foreign = await house.organisation("MINISTRY-TN", country="TUN")
    co_lead = next(party for party in sent["parties"] if party["role"] == "CO_LEAD")
    partnership = await register(house, parties=[*sent["parties"], co_lead | {"organisation_id": foreign}])
    [failed] = (await partnership.move("SCOPING")).json()["guards"]
    assert (failed["code"], failed["seen"]) == (
        "SPEAKERS_OF_THEIR_COUNTRY",
        "leads and signatories from elsewhere: CO_LEAD of DESTINATION from TUN",
    )


async def test_the_invitation_of_a_lead_that_left_brings_nobody_in(house: House) -> None:
    partnership = await register(house)
    sent = await invite(partnership, "MINISTRY-BE", side="DESTINATION")
    assert (await leave(partnership, "MINISTRY-BE")).status_code == 200
    late = await answer(house, sent.json()["id"], "ACCEPTED")
    assert (late.status_code, late.json()["guards"][0]["code"]) == (409, "INVITER_LEADS")
    assert not await sees(partnership, "SCHOOL-2")
    assert (await answer(house, sent.json()["id"], "DECLINED", reason="Nobody to work with.")).status_code == 200
