"""Hierarchy and mandates: a federation acts for its members only with a delegation on record."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.kit import db, tenancy
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, published, register, vacancy

TODAY = datetime.now(UTC).date()


def mandate(to: str, **change: Any) -> dict[str, Any]:
    start = (TODAY - timedelta(days=10)).isoformat()
    return {"to_organisation": to, "scopes": ["PUBLISH_VACANCIES"], "valid_from": start, "reference": "B-14"} | change


async def give(house: House, member: str, to: str = "FEDERATION", **change: Any) -> str:
    federation = await house.organisation(to, type="EMPLOYERS_FEDERATION", sector="SOCIAL_PARTNER")
    async with await house.act(member, *ROLES) as http:
        given = await http.post("/v1/mandates", json=mandate(federation, **change))
    assert given.status_code == 201, given.text
    return str(given.json()["id"])


async def revoke(house: House, member: str, mandate_id: str) -> httpx.Response:
    async with await house.act(member, *ROLES) as http:
        return await http.post(f"/v1/mandates/{mandate_id}/revocation", json={"reason": "We do it ourselves."})


async def publish(house: House, partnership: Partnership, employer: str, **change: Any) -> httpx.Response:
    """The federation publishes in the name of the employer."""
    body = vacancy(partnership.id, on_behalf_of=await house.organisation(employer), **change)
    async with await house.act("FEDERATION", *ROLES) as http:
        return await http.post("/v1/vacancies", json=body)


async def test_a_hierarchy_is_listed_one_level_or_all(house: House) -> None:
    """S-13: UIMM is a member of IOE, and has members itself."""
    ids = {"IOE": await house.organisation("IOE", acronym="IOE", languages=["en", "fr"], isic_sectors=["S94"])}
    for code, above in {"UIMM": "IOE", "FIRM-1": "UIMM", "FIRM-2": "UIMM"}.items():
        ids[code] = await house.organisation(code, member_of=ids[above])
    async with await house.act("FIRM-1", "analyst") as http:
        path = f"/v1/organisations/{ids['IOE']}/members"
        direct, everyone = [(await http.get(path, params=query)).json() for query in ({}, {"all": "true"})]
        assert (await http.get(f"/v1/organisations/{MISSING}/members")).status_code == 404
    assert [each["code"] for each in direct["items"]] == ["UIMM"]
    assert [each["code"] for each in everyone["items"]] == ["UIMM", "FIRM-1", "FIRM-2"]


async def test_an_organisation_joins_and_leaves_a_federation_but_never_itself(house: House) -> None:
    ids = {"TOP": await house.organisation("TOP")}
    ids["MIDDLE"] = await house.organisation("MIDDLE", member_of=ids["TOP"])
    async with await house.act("TOP", *ROLES) as http:
        path, tag = f"/v1/organisations/{ids['TOP']}", {"If-Match": '"1"'}
        for above, code in {"TOP": "own_ancestor", "MIDDLE": "own_ancestor"}.items():
            refused = await http.patch(path, json={"member_of": ids[above]}, headers=tag)
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
        unknown = await http.patch(path, json={"member_of": MISSING}, headers=tag)
        assert unknown.json()["errors"][0]["code"] == "unknown_organisation"
    async with await house.act("MIDDLE", *ROLES) as http:
        change = {"member_of": None, "identifiers": [{"scheme": "ROR", "value": "05xyz0000"}]}
        left = await http.patch(f"/v1/organisations/{ids['MIDDLE']}", json=change, headers=tag)
    assert (left.status_code, left.json()["member_of"], left.json()["identifiers"]) == (
        200,
        None,
        change["identifiers"],
    )


async def test_both_ends_read_a_mandate_and_the_member_alone_ends_it(house: House) -> None:
    """S-13: the delegation is on record for both, and for nobody else."""
    given = await give(house, "FIRM-BE")
    path = f"/v1/mandates/{given}"
    for code in ("FIRM-BE", "FEDERATION"):
        async with await house.act(code, *ROLES) as http:
            assert (await http.get(path)).json()["valid"] is True
            assert len((await http.get("/v1/mandates")).json()["items"]) == 1
            assert len((await http.get(f"{path}/history")).json()["items"]) == 1
    async with await house.act("STRANGER", *ROLES) as http:
        foreign, missing = [await http.get(f"/v1/mandates/{each}") for each in (given, MISSING)]
        assert (await http.get("/v1/mandates")).json() == {"items": []}
    assert foreign.status_code == 404
    assert alike(foreign, missing)
    assert [(await revoke(house, code, given)).status_code for code in ("STRANGER", "FEDERATION")] == [404, 403]
    first, again = [await revoke(house, "FIRM-BE", given) for _ in range(2)]
    assert (first.status_code, first.json()["valid"]) == (200, False)
    assert (again.status_code, again.json()["code"]) == (409, "already_revoked")


async def test_a_mandate_is_to_another_that_exists_and_lasts(house: House) -> None:
    async with await house.act("FIRM-BE", *ROLES) as http:
        own = await house.organisation("FIRM-BE")
        day_before = (TODAY - timedelta(days=11)).isoformat()
        for body in (mandate(own), mandate(MISSING), mandate(own, valid_to=day_before), mandate(own, scopes=[])):
            assert (await http.post("/v1/mandates", json=body)).status_code == 422


async def test_a_federation_publishes_changes_and_moves_for_its_member(house: House) -> None:
    """S-13: vacancies are published on_behalf_of an employer, whose they are."""
    partnership = await register(house)
    await give(house, "FIRM-BE")
    created = await publish(house, partnership, "FIRM-BE")
    assert created.status_code == 201, created.text
    job = created.json()
    assert job["organisation_id"] == await house.organisation("FIRM-BE")
    assert job["published_by"] == await house.organisation("FEDERATION")
    path = f"/v1/vacancies/{job['id']}"
    async with await house.act("FEDERATION", *ROLES) as http:
        changed = await http.patch(path, json={"places": 4}, headers={"If-Match": '"1"'})
        moved = await http.post(f"{path}/transitions", json={"to": "PAUSED"})
        confirmed = await http.post(f"{path}/reconfirmation")
        read = await http.get(path)
    assert [each.status_code for each in (changed, moved, confirmed, read)] == [200] * 4
    async with await house.act("FIRM-BE", *ROLES) as http:
        own = (await http.get(path)).json()
        taken_over = await http.patch(path, json={"places": 5}, headers={"If-Match": f'"{own["version"]}"'})
        history = (await http.get(f"{path}/history")).json()["items"]
    assert (own["places"], own["status"], taken_over.status_code) == (4, "PAUSED", 200)
    assert {each["by_organisation"] for each in history[:4]} == {await house.organisation("FEDERATION")}
    async with await house.act("FIRM-MA", *ROLES) as http:  # a party of the partnership it is offered to
        assert (await http.get(path)).status_code == 200
    assert len(await published(house, "vacancy")) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"valid_to": (TODAY - timedelta(days=1)).isoformat()},
        {"valid_from": (TODAY + timedelta(days=1)).isoformat()},
        {"scopes": ["SUBMIT_DEMAND"]},
    ],
    ids=["expired", "not yet valid", "for something else"],
)
async def test_without_a_valid_mandate_nothing_is_published(house: House, change: dict[str, Any]) -> None:
    """S-13: a delegation record is required, for this and for today."""
    partnership = await register(house)
    await give(house, "FIRM-BE", **change)
    refused = await publish(house, partnership, "FIRM-BE")
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate_needed")
    unknown = vacancy(partnership.id, on_behalf_of=MISSING)
    async with await house.act("FEDERATION", *ROLES) as http:
        assert alike(refused, await http.post("/v1/vacancies", json=unknown))
    assert await published(house, "vacancy") == []


async def test_a_revoked_mandate_takes_sight_and_writing_at_once(house: House) -> None:
    partnership = await register(house)
    given = await give(house, "FIRM-BE")
    path = f"/v1/vacancies/{(await publish(house, partnership, 'FIRM-BE')).json()['id']}"
    assert (await revoke(house, "FIRM-BE", given)).status_code == 200
    async with await house.act("FEDERATION", *ROLES) as http:
        answers = [
            await http.get(path),
            await http.patch(path, json={"places": 9}, headers={"If-Match": '"1"'}),
            await http.post(f"{path}/transitions", json={"to": "PAUSED"}),
            await http.post(f"{path}/reconfirmation"),
        ]
        assert (await http.get("/v1/vacancies")).json() == {"items": []}
    assert [answer.status_code for answer in answers] == [404] * 4
    async with await house.act("FIRM-BE", *ROLES) as http:
        assert (await http.get(path)).json()["version"] == 1


async def test_the_last_day_of_a_mandate_is_included(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    partnership = await register(house)
    await give(house, "FIRM-BE", valid_to=(TODAY + timedelta(days=2)).isoformat())
    await house.act("FEDERATION", *ROLES)  # its token is of today
    for days, status in {2: 201, 3: 403}.items():
        monkeypatch.setattr(db, "_clock", lambda days=days: datetime.now(UTC) + timedelta(days=days))
        assert (await publish(house, partnership, "FIRM-BE", external_id=f"D-{days}")).status_code == status
    monkeypatch.undo()
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        await session.execute(text("UPDATE mandates SET valid_to = current_date - 1"))
    async with await house.act("FEDERATION", *ROLES) as http:
        assert (await http.get("/v1/vacancies")).json() == {"items": []}


async def test_a_mandate_shows_nothing_that_the_federation_did_not_publish(house: House) -> None:
    partnership = await register(house)
    await give(house, "FIRM-BE")
    async with await house.act("FIRM-BE", *ROLES) as http:
        own = (await http.post("/v1/vacancies", json=vacancy(partnership.id))).json()["id"]
    async with await house.act("FEDERATION", *ROLES) as http:
        changed = await http.patch(f"/v1/vacancies/{own}", json={"places": 9}, headers={"If-Match": '"1"'})
        assert (await http.get("/v1/vacancies")).json() == {"items": []}
    assert changed.status_code == 404


async def test_the_member_s_partnerships_count_not_the_federation_s(house: House) -> None:
    """Nobody is brought into a partnership by a mandate."""
    partnership = await register(house)
    await give(house, "OUTSIDER")
    refused = await publish(house, partnership, "OUTSIDER")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_a_party")


async def test_a_batch_for_many_members_reports_who_gave_no_mandate(house: House) -> None:
    """S-13: one call for all members; a missing mandate fails its own rows only."""
    partnership = await register(house)
    for member in ("FIRM-BE", "FIRM-MA"):
        await give(house, member)
    async with await house.act("FIRM-BE", *ROLES) as http:
        await http.post("/v1/vacancies", json=vacancy(partnership.id, external_id="OWN"))
    employers = {"A": "FIRM-BE", "B": "FIRM-MA", "C": "STRANGER", "OWN": "FIRM-BE"}
    rows = [
        vacancy(partnership.id, external_id=key, on_behalf_of=await house.organisation(employer))
        for key, employer in employers.items()
    ]
    body = "\n".join(json.dumps(row) for row in rows)
    async with await house.act("FEDERATION", *ROLES) as http:
        headers = {"Content-Type": "application/x-ndjson"}
        checked, first, again = [
            (await http.post("/v1/vacancies:batch", content=body, headers=headers, params=query)).json()["results"]
            for query in ({"validate_only": "true"}, {}, {})
        ]
        seen = {each["external_id"] for each in (await http.get("/v1/vacancies")).json()["items"]}
    assert [row["status"] for row in checked] == ["valid", "valid", "failed", "failed"]
    assert [row["status"] for row in first] == ["created", "created", "failed", "failed"]
    assert [row["status"] for row in again] == ["unchanged", "unchanged", "failed", "failed"]
    assert [row["errors"][0]["code"] for row in first[2:]] == ["mandate_needed", "already_exists"]
    assert seen == {"A", "B"}
