"""Agreements: who signs them, when their text is frozen, where they stand."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.kit import db
from services.kit.db import now
from services.registry.models.agreements import Agreement, AgreementSignature, AgreementTermination
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, register

SIDES = {"MINISTRY-MA": "ORIGIN", "MINISTRY-BE": "DESTINATION", "FIRM-BE": "DESTINATION"}


def day(number: int) -> str:
    return (now().date() + timedelta(days=number)).isoformat()


async def add_text(partnership: Partnership, by: str = "MINISTRY-MA", text: str = "Accord") -> dict[str, Any]:
    async with await partnership.act(by) as http:
        added = await http.post(
            await partnership.path("/documents"),
            params={"name": "accord.txt"},
            content=text.encode(),
            headers={"Content-Type": "text/plain"},
        )
    assert added.status_code == 201, added.text
    document: dict[str, Any] = added.json()
    return document


async def propose(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> httpx.Response:
    text = await add_text(partnership, by)
    body = {
        "type": "BLMA",
        "legal_status": "BINDING",
        "title": {"fr": "Accord de mobilité"},
        "language_versions": [{"language": "fr", "document_id": text["id"]}],
    } | change
    async with await partnership.act(by) as http:
        return await http.post(await partnership.path("/agreements"), json=body)


async def agree(partnership: Partnership, by: str = "MINISTRY-MA", **change: Any) -> str:
    registered = await propose(partnership, by, **change)
    assert registered.status_code == 201, registered.text
    return str(registered.json()["id"])


async def sign(partnership: Partnership, agreement: str, by: str, **change: Any) -> httpx.Response:
    body = {"side": SIDES.get(by, "ORIGIN"), "signed_on": day(-1), "office": "Minister of Employment"} | change
    async with await partnership.act(by) as http:
        return await http.post(f"/v1/agreements/{agreement}/signatures", json=body)


async def standing(partnership: Partnership, agreement: str) -> dict[str, Any]:
    async with await partnership.act("MONITOR-UN") as http:
        found: dict[str, Any] = (await http.get(f"/v1/agreements/{agreement}")).json()
    return found


async def test_both_country_sides_sign_and_it_is_in_force(house: House) -> None:
    """S-22: governments agree; each side's signature is its own row, the last one makes it signed."""
    partnership = await register(house)
    agreement = await agree(partnership)
    seen = [await standing(partnership, agreement)]
    for code, when in {"MINISTRY-BE": day(-3), "MINISTRY-MA": day(-2)}.items():
        assert (await sign(partnership, agreement, code, signed_on=when)).status_code == 201
        seen.append(await standing(partnership, agreement))
    assert [each["status"] for each in seen] == ["DRAFT", "SIGNED_BY_DESTINATION", "IN_FORCE"]
    assert [each["signed_on"] for each in seen] == [None, None, day(-2)]
    assert [s["side"] for s in seen[-1]["signatures"]] == ["DESTINATION", "ORIGIN"]
    assert len(seen[0]["language_versions"][0]["sha256"]) == 64


async def test_only_named_parties_sign_for_their_own_side_and_once(house: House) -> None:
    partnership = await register(house)
    agreement = await agree(partnership)
    wrong_side = await sign(partnership, agreement, "MINISTRY-MA", side="DESTINATION")
    assert (wrong_side.status_code, wrong_side.json()["errors"][0]["pointer"]) == (422, "/side")
    tomorrow = await sign(partnership, agreement, "MINISTRY-MA", signed_on=day(1))
    assert (tomorrow.status_code, tomorrow.json()["errors"][0]["pointer"]) == (422, "/signed_on")
    firm = await sign(partnership, agreement, "FIRM-BE")
    assert (firm.status_code, firm.json()["code"]) == (403, "role_needed")
    assert (await sign(partnership, agreement, "MINISTRY-MA")).status_code == 201
    assert (await sign(partnership, agreement, "MINISTRY-MA")).json()["code"] == "already_exists"
    async with await house.act("STRANGER", *ROLES) as http:
        body = {"side": "ORIGIN", "signed_on": day(-1), "office": "Nobody"}
        foreign = await http.post(f"/v1/agreements/{agreement}/signatures", json=body)
        assert alike(foreign, await http.post(f"/v1/agreements/{MISSING}/signatures", json=body))
    assert foreign.status_code == 404


async def test_employers_sign_what_they_commit_to(house: House) -> None:
    """S-44: an employer's commitment is signed by the employer alone."""
    partnership = await register(house)
    firm = await house.organisation("FIRM-BE")
    agreement = await agree(partnership, "FIRM-BE", type="EMPLOYER_COMMITMENT", party_ids=[firm])
    assert (await sign(partnership, agreement, "FIRM-BE")).status_code == 201
    assert (await standing(partnership, agreement))["status"] == "IN_FORCE"
    refused = await propose(partnership, "FIRM-BE", party_ids=[firm])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "may_not_sign")


async def test_an_agreement_between_countries_names_both_sides(house: House) -> None:
    partnership = await register(house)
    refused = await propose(partnership, party_ids=[await house.organisation("MINISTRY-MA")])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "one_sided")


async def test_a_signed_text_is_frozen_and_its_successor_names_it(house: House) -> None:
    partnership = await register(house)
    agreement = await agree(partnership)
    async with await partnership.act("MINISTRY-MA") as http:
        path = f"/v1/agreements/{agreement}"
        changed = await http.patch(path, json={"tacit_renewal": False}, headers={"If-Match": '"1"'})
        assert changed.status_code == 200, changed.text
        await sign(partnership, agreement, "MINISTRY-BE")
        refused = await http.patch(path, json={"expires_on": "2040-01-01"}, headers={"If-Match": '"2"'})
        published = await http.patch(path, json={"text_uri": "https://gazette.example/14"}, headers={"If-Match": '"2"'})
    assert refused.status_code == 409
    assert "replaces" in refused.json()["guards"][0]["remedy"]
    assert (published.status_code, published.json()["text_uri"]) == (200, "https://gazette.example/14")
    successor = await propose(partnership, replaces=agreement)
    assert (successor.status_code, successor.json()["replaces"]) == (201, agreement)
    assert (await propose(partnership, replaces=MISSING)).json()["errors"][0]["pointer"] == "/replaces"


async def test_nobody_signs_a_text_that_changes_under_the_hand(house: House) -> None:
    """A change and a signature at once: whichever comes first, what was signed is what stands there."""
    partnership = await register(house)
    for _ in range(3):
        agreement = await agree(partnership)
        async with await partnership.act("MINISTRY-MA") as http:
            change = http.patch(
                f"/v1/agreements/{agreement}", json={"expires_on": "2040-01-01"}, headers={"If-Match": '"1"'}
            )
            changed, signed = await asyncio.gather(change, sign(partnership, agreement, "MINISTRY-BE"))
            final = (await http.get(f"/v1/agreements/{agreement}")).json()
        assert signed.status_code == 201
        assert changed.status_code in (200, 409)
        assert (final["expires_on"] == "2040-01-01") == (changed.status_code == 200)
        if changed.status_code == 200:
            assert final["updated_at"] <= final["signatures"][0]["created_at"]


async def test_nobody_signs_what_has_no_text(house: House) -> None:
    partnership = await register(house)
    agreement = await agree(partnership, language_versions=[])
    refused = await sign(partnership, agreement, "MINISTRY-MA")
    assert (refused.status_code, refused.json()["guards"][0]["code"]) == (409, "text")


async def test_texts_and_supporters_belong_to_the_partnership(house: House) -> None:
    """S-21: a development actor supports the agreement, and is a party."""
    partnership = await register(house)
    foreign = {"language": "nl", "document_id": MISSING}
    refused = await propose(partnership, language_versions=[foreign])
    assert refused.json()["errors"] == [
        {
            "pointer": "/language_versions/0/document_id",
            "code": "unknown_document",
            "message": "No document of this partnership has this id.",
        }
    ]
    school, stranger = await house.organisation("SCHOOL-MA"), await house.organisation("STRANGER")
    action = {"fr": "Organise les appels à candidatures."}
    accepted = await propose(partnership, supports=[{"organisation_id": school, "action": action}])
    assert accepted.json()["supports"] == [{"organisation_id": school, "action": action}]
    refused = await propose(partnership, supports=[{"organisation_id": stranger, "action": action}])
    assert refused.json()["errors"][0]["pointer"] == "/supports/0/organisation_id"


async def test_a_party_that_signed_ends_it(house: House) -> None:
    partnership = await register(house)
    agreement = await agree(partnership)
    await sign(partnership, agreement, "MINISTRY-MA")
    body = {"ends_on": day(0), "reason": "Notice under article 19."}
    async with await partnership.act("MINISTRY-BE") as http:
        early = await http.post(f"/v1/agreements/{agreement}/terminations", json=body)
        await sign(partnership, agreement, "MINISTRY-BE")
        ended = await http.post(f"/v1/agreements/{agreement}/terminations", json=body)
    assert (early.status_code, early.json()["guards"][0]["code"], ended.status_code) == (409, "signed", 201)
    async with await partnership.act("FIRM-BE") as http:
        outsider = await http.post(f"/v1/agreements/{agreement}/terminations", json=body)
    assert (outsider.status_code, outsider.json()["code"]) == (403, "not_a_signatory")
    assert (await standing(partnership, agreement))["status"] == "TERMINATED"


async def test_a_social_security_convention_holds_its_branches(house: House) -> None:
    """S-22, record §8: Belgium and Morocco, in force on 1 June 2022, secondment 24 months, extended to 36."""
    partnership = await register(house)
    coordination = {
        "branches": ["OLD_AGE", "SURVIVORS", "INVALIDITY", "SICKNESS_MATERNITY", "WORK_INJURY"],
        "totalisation": True,
        "export": True,
        "detachment_max_months": 24,
        "detachment_extended_months": 36,
    }
    more = {"social_security": coordination, "in_force_on": "2022-06-01"}
    accepted = await propose(partnership, type="SOCIAL_SECURITY_CONVENTION", **more)
    assert (accepted.status_code, accepted.json()["social_security"]) == (201, coordination)
    assert (await propose(partnership, **more)).status_code == 422


async def test_it_is_read_as_it_stood(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    partnership = await register(house)
    agreement = await agree(partnership)
    before = now()
    monkeypatch.setattr(db, "_clock", lambda: before + timedelta(seconds=20))
    await sign(partnership, agreement, "MINISTRY-MA")
    async with await partnership.act("MINISTRY-BE") as http:
        then = await http.get(f"/v1/agreements/{agreement}", params={"as_of": before.isoformat()})
        today = await http.get(f"/v1/agreements/{agreement}")
    assert (then.json()["status"], today.json()["status"]) == ("DRAFT", "SIGNED_BY_ORIGIN")


async def test_lists_are_filtered_and_foreign_ones_are_missing(house: House) -> None:
    partnership = await register(house)
    agreement = await agree(partnership)
    await agree(partnership, type="MOU")
    async with await partnership.act("FIRM-MA") as http:
        items = (await http.get(await partnership.path("/agreements"), params={"type": "BLMA"})).json()["items"]
    assert [item["id"] for item in items] == [agreement]
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get(f"/v1/agreements/{agreement}")).status_code == 404
        assert (await http.get(await partnership.path("/agreements"))).status_code == 404


@pytest.mark.parametrize(
    ("fields", "on", "status"),
    [
        ({}, date(2027, 1, 1), "IN_FORCE"),
        ({"in_force_on": date(2027, 6, 1)}, date(2027, 5, 31), "SIGNED"),
        ({"expires_on": date(2028, 1, 1)}, date(2028, 1, 1), "IN_FORCE"),
        ({"expires_on": date(2028, 1, 1)}, date(2028, 1, 2), "EXPIRED"),
        ({"expires_on": date(2028, 1, 1), "tacit_renewal": True}, date(2030, 1, 1), "IN_FORCE"),
    ],
)
def test_where_a_signed_agreement_stands_follows_from_its_dates(fields: Any, on: date, status: str) -> None:
    agreement = _signed(**fields)
    assert agreement.status_on(on) == status
    agreement.terminations = [AgreementTermination(ends_on=on)]
    assert agreement.status_on(on) == "TERMINATED"


def _signed(**fields: Any) -> Agreement:
    signed = AgreementSignature(organisation_id=MISSING, side="ORIGIN", signed_on=date(2026, 12, 1))
    parties = [{"organisation_id": MISSING, "side": "ORIGIN"}]
    return Agreement(**{"parties": parties, "signatures": [signed], "tacit_renewal": False} | fields)
