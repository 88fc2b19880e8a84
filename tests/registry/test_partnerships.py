"""Partnerships over HTTP: who sees and moves them, and what their guards ask for."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.kit import db, tenancy
from services.kit.auth import Principal
from services.registry.models.sharing import hold_parties
from services.registry.partnerships import service
from services.registry.partnerships.schemas import PartnershipPatch
from tests.conftest import House
from tests.registry.partnership import (
    MISSING,
    PARTIES,
    ROLES,
    alike,
    body,
    offer_job,
    offer_training,
    programme,
    published,
    register,
)

TO_INCEPTION = ("SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION")


async def test_a_new_partnership_is_an_idea_that_all_its_parties_read(house: House) -> None:
    partnership = await register(house)
    for code in PARTIES:
        async with await partnership.act(code) as http:
            read = await http.get(await partnership.path())
            listed = await http.get("/v1/partnerships")
        assert (read.status_code, read.json()["status"], read.headers["ETag"]) == (200, "IDEA", '"1"')
        assert [item["id"] for item in listed.json()["items"]] == [partnership.id]
    sent = [(p["organisation_id"], p["side"], p["role"]) for p in partnership.body["parties"]]
    assert [(p["organisation_id"], p["side"], p["role"]) for p in read.json()["parties"]] == sent
    assert [event["status"] for event in await published(house, "partnership")] == ["IDEA"]


async def test_a_stranger_cannot_tell_a_partnership_from_a_missing_one(house: House) -> None:
    partnership = await register(house)
    async with await house.act("STRANGER", *ROLES) as http:
        assert (await http.get("/v1/partnerships")).json() == {"items": []}
        for suffix in ("", "/history", "/readiness?to=SCOPING"):
            foreign = await http.get(f"/v1/partnerships/{partnership.id}{suffix}")
            assert foreign.status_code == 404
            assert alike(foreign, await http.get(f"/v1/partnerships/{MISSING}{suffix}"))
        tag = {"If-Match": '"1"'}
        foreign = await http.patch(f"/v1/partnerships/{partnership.id}", json={"home_places": 1}, headers=tag)
        missing = await http.patch(f"/v1/partnerships/{MISSING}", json={"home_places": 1}, headers=tag)
        assert foreign.status_code == 404
        assert alike(foreign, missing)
        foreign = await http.post(f"/v1/partnerships/{partnership.id}/transitions", json={"to": "SCOPING"})
        missing = await http.post(f"/v1/partnerships/{MISSING}/transitions", json={"to": "SCOPING"})
        assert foreign.status_code == 404
        assert alike(foreign, missing)


async def test_a_party_reads_but_neither_changes_nor_moves(house: House) -> None:
    partnership = await register(house)
    async with await partnership.act("FIRM-BE") as http:
        tag = {"If-Match": '"1"'}
        changed = await http.patch(await partnership.path(), json={"home_places": 1}, headers=tag)
        moved = await http.post(await partnership.path("/transitions"), json={"to": "SCOPING"})
    assert (changed.status_code, changed.json()["code"]) == (403, "not_the_owner")
    assert (moved.status_code, moved.json()["code"]) == (403, "not_the_owner")


async def test_the_lead_of_the_other_side_moves_it(house: House) -> None:
    partnership = await register(house)
    moved = await partnership.move("SCOPING", by="MINISTRY-BE")
    assert (moved.status_code, moved.json()["status"], moved.headers["ETag"]) == (200, "SCOPING", '"2"')
    async with await partnership.act("MINISTRY-MA") as http:  # the owner sees the step the other lead took
        history = (await http.get(await partnership.path("/transitions"))).json()["items"]
    leads = [await house.organisation(code) for code in ("MINISTRY-MA", "MINISTRY-BE")]
    assert [(h["from_status"], h["to_status"], h["actor"]) for h in history] == [
        (None, "IDEA", leads[0]),
        ("IDEA", "SCOPING", leads[1]),
    ]


async def test_a_patch_merges_and_needs_the_current_version(house: House) -> None:
    partnership = await register(house, summary={"en": "One", "fr": "Un"})
    async with await partnership.act("MINISTRY-MA") as http:
        path = await partnership.path()
        assert (await http.patch(path, json={"home_places": 1})).status_code == 428
        assert (await http.patch(path, json={"home_places": 1}, headers={"If-Match": '"7"'})).status_code == 412
    merged = (await partnership.patch(title={"fr": "Partenariat"}, summary=None, ratio_target=2.5)).json()
    assert merged["title"] == {"en": "Invented solar partnership", "fr": "Partenariat"}
    assert (merged["summary"], merged["ratio_target"], merged["version"]) == (None, 2.5, 2)
    assert len(merged["parties"]) == len(partnership.body["parties"])
    refused = await partnership.patch(title=None)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/title")


async def test_lists_are_filtered(house: House) -> None:
    await register(house, code="ONE")
    corridor = (await body(house))["corridors"][0] | {"origin": "TUN", "destination": "FRA"}
    cast = (("MINISTRY-TN", "TUN", "ORIGIN", "LEAD"), ("MINISTRY-FR", "FRA", "DESTINATION", "LEAD"))
    cast += (("MINISTRY-BE", "BEL", "THIRD", "FUNDER"),)
    parties = [
        {"organisation_id": await house.organisation(who, country=country), "side": side, "role": role}
        for who, country, side, role in cast
    ]
    two = await register(house, code="TWO", model="SMP", corridors=[corridor], parties=parties)
    await two.move("SCOPING")
    async with await house.act("MINISTRY-BE", *ROLES) as http:
        for query, codes in {
            "status=SCOPING": ["TWO"],
            "model=GSP_DUAL_TRACK": ["ONE"],
            "country=MAR": ["ONE"],
            "country=BEL": ["ONE"],
            "country=AUS": [],
            "limit=2": ["ONE", "TWO"],
        }.items():
            items = (await http.get(f"/v1/partnerships?{query}")).json()["items"]
            assert [item["code"] for item in items] == codes, query


async def test_wrong_parties_and_corridors_are_named_by_pointer(house: House) -> None:
    sent = await body(house)
    sent["parties"] += [sent["parties"][0], sent["parties"][0] | {"organisation_id": MISSING}]
    sent["corridors"] += [sent["corridors"][0], sent["corridors"][0] | {"destination": "MAR"}]
    async with await house.act("MINISTRY-MA", *ROLES) as http:
        refused = await http.post("/v1/partnerships", json=sent)
    assert refused.status_code == 422
    last = len(sent["parties"]) - 1
    assert {(e["pointer"], e["code"]) for e in refused.json()["errors"]} == {
        (f"/parties/{last - 1}", "repeated"),
        (f"/parties/{last}/organisation_id", "unknown_organisation"),
        ("/corridors/1", "repeated"),
        ("/corridors/2/destination", "same_country"),
    }


async def test_a_code_is_given_once(house: House) -> None:
    await register(house)
    async with await house.act("MINISTRY-BE", *ROLES) as http:
        again = await http.post("/v1/partnerships", json=await body(house))
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_what_is_active_is_suspended_taken_up_again_and_ended(house: House) -> None:
    partnership = await register(house)
    await partnership.complete("ACTIVE")
    states = ("SUSPENDED", "ACTIVE", "COMPLETING", "TERMINATED")
    final = await partnership.move(*states)
    assert (final.status_code, final.json()["status"]) == (200, "TERMINATED")
    assert [e["status"] for e in await published(house, "partnership")] == ["IDEA", *TO_INCEPTION, "ACTIVE", *states]
    assert (await partnership.patch(home_places=100)).json()["code"] == "final_state"


async def _guards(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    assert all(guard.keys() == {"code", "seen", "needed", "remedy"} for guard in answer.json()["guards"])
    return [guard["code"] for guard in answer.json()["guards"]]


def _only(sent: dict[str, Any], *roles: str) -> list[dict[str, Any]]:
    return [party for party in sent["parties"] if party["role"] not in roles]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("TITLE_AND_SUMMARY", {"summary": {"ar": "شراكة"}}),
        ("THEME", {"themes": []}),
        ("CORRIDOR", {"corridors": []}),
        ("PLANNED_DATES", {"planned_end": "2026-08-31"}),
        ("LEAD_ORIGIN", {"without": "LEAD"}),
        ("LEAD_DESTINATION", {"without": "CO_LEAD"}),
    ],
)
async def test_an_idea_is_scoped_when_the_record_says_what_it_is_about(
    house: House, code: str, change: dict[str, Any]
) -> None:
    """02 §1, fields that are mandatory to leave the draft, and 02 §3: one lead a side."""
    if "without" in change:
        change = {"parties": _only(await body(house), change["without"])}
    partnership = await register(house, **change)
    assert await _guards(await partnership.move("SCOPING")) == [code]
    async with await partnership.act("MINISTRY-MA") as http:
        answer = (await http.get(await partnership.path("/readiness"))).json()
    assert [g["code"] for g in answer["guards"] if not g["passed"]] == [code]
    assert (answer["to"], answer["ready"]) == ("SCOPING", False)


async def test_training_counts_with_a_session_by_a_trainer_and_a_paused_job_does_not(house: House) -> None:
    partnership = await register(house)
    await partnership.complete("INCEPTION")
    missing = set(await _guards(await partnership.move("ACTIVE")))
    async with await partnership.act("SCHOOL-MA") as http:  # no session yet
        created = (await http.post("/v1/programmes", json=programme(partnership.id))).json()
    async with await partnership.act("FIRM-MA") as http:  # a session, but of one who is no trainer
        other = (await http.post("/v1/programmes", json=programme(partnership.id))).json()
        session = {"external_id": "S", "starts_on": "2027-02-01", "ends_on": "2027-04-23", "seats": 1}
        await http.post(f"/v1/programmes/{other['id']}/sessions", json=session)
    assert set(await _guards(await partnership.move("ACTIVE"))) == missing
    async with await partnership.act("SCHOOL-MA") as http:
        await http.post(f"/v1/programmes/{created['id']}/sessions", json=session)
    await offer_job(partnership, "FIRM-MA", country="MAR")
    job = await offer_job(partnership, "FIRM-BE")
    trained = {"ACCREDITED_TRAINING", "GSP_TRAINING_AT_ORIGIN"}
    assert set(await _guards(await partnership.move("ACTIVE"))) == missing - trained - {"AWAY_VACANCY", "HOME_VACANCY"}
    async with await partnership.act("FIRM-BE") as http:
        await http.post(f"/v1/vacancies/{job}/transitions", json={"to": "PAUSED"})
    assert "AWAY_VACANCY" in await _guards(await partnership.move("ACTIVE"))


@pytest.mark.parametrize("to", ["IDEA", "NEGOTIATION", "ACTIVE", "CLOSED", "EVALUATED"])
async def test_a_move_outside_the_lifecycle_is_unknown(house: House, to: str) -> None:
    assert await _guards(await (await register(house)).move(to)) == ["TRANSITION_UNKNOWN"]


async def test_suspension_and_termination_need_a_reason(house: House) -> None:
    partnership = await register(house)
    refused = await partnership.move("TERMINATED", reason=None)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await partnership.move("TERMINATED", reason="Funds were withdrawn.")).status_code == 200
    assert await _guards(await partnership.move("SCOPING")) == ["TRANSITION_UNKNOWN"]


async def test_readers_of_offers_follow_the_parties(house: House) -> None:
    partnership = await register(house)
    training = await offer_training(partnership)
    job = await offer_job(partnership, "FIRM-BE")
    newcomer = {"organisation_id": await house.organisation("NEWCOMER"), "side": "THIRD", "role": "OBSERVER"}
    paths = [f"/v1/partnerships/{partnership.id}", f"/v1/vacancies/{job}", f"/v1/programmes/{training}"]
    paths.append(f"/v1/programmes/{training}/sessions")

    async def seen() -> set[int]:
        async with await house.act("NEWCOMER", *ROLES) as http:
            return {(await http.get(path)).status_code for path in paths}

    assert await seen() == {404}
    await partnership.patch(parties=[*partnership.body["parties"], newcomer])
    assert await seen() == {200}
    await partnership.patch(parties=[*partnership.body["parties"], newcomer | {"left_on": "2026-01-01"}])
    assert await seen() == {404}


async def test_offers_of_a_party_that_is_removed_are_withdrawn_from_the_partnership(house: House) -> None:
    partnership = await register(house)
    job = await offer_job(partnership, "FIRM-BE")
    left = [p for p in partnership.body["parties"] if p["role"] != "DEMAND_HOLDER"]
    assert (await partnership.patch(parties=left)).status_code == 200
    async with await partnership.act("MINISTRY-MA") as http:
        assert (await http.get(f"/v1/vacancies/{job}")).status_code == 404
    async with await partnership.act("FIRM-BE") as http:
        own = (await http.get(f"/v1/vacancies/{job}")).json()
        offered = await http.patch(
            f"/v1/vacancies/{job}", json={"partnership_ids": [partnership.id]}, headers={"If-Match": '"2"'}
        )
    assert (own["partnership_ids"], own["version"]) == ([], 2)
    assert [e["code"] for e in offered.json()["errors"]] == ["not_a_party"]
    assert [e["partnership_ids"] for e in await published(house, "vacancy")] == [[partnership.id], []]


async def test_an_offer_made_while_the_parties_change_is_seen_by_the_new_ones(house: House) -> None:
    partnership = await register(house)
    owner, newcomer = await house.organisation("MINISTRY-MA"), await house.organisation("NEWCOMER")
    added = {"organisation_id": newcomer, "side": "THIRD", "role": "OBSERVER"}
    patch = PartnershipPatch.model_validate({"parties": [*partnership.body["parties"], added]})
    principal = Principal("test", UUID(owner), frozenset(), frozenset())
    async with house.databases["registry"].transaction(owner) as session:
        await service.change(session, principal, UUID(partnership.id), 1, patch)
        offer = asyncio.create_task(offer_job(partnership, "FIRM-BE"))
        await asyncio.wait({offer}, timeout=0.5)
        assert not offer.done(), "the offer did not wait for the change of parties to be committed"
    job = await offer
    async with await house.act("NEWCOMER", *ROLES) as http:
        assert (await http.get(f"/v1/vacancies/{job}")).status_code == 200


async def test_parties_do_not_change_while_an_offer_is_made(house: House) -> None:
    partnership = await register(house)
    employer = await house.organisation("FIRM-BE")
    left = [p for p in partnership.body["parties"] if p["role"] != "DEMAND_HOLDER"]
    async with house.databases["registry"].transaction(employer) as session:
        assert await hold_parties(session, employer, [UUID(partnership.id)]) == {UUID(partnership.id)}
        change = asyncio.create_task(partnership.patch(parties=left))
        await asyncio.wait({change}, timeout=0.5)
        assert not change.done(), "a party was removed while it was making an offer"
    assert (await change).status_code == 200


async def test_the_database_lets_a_party_write_nothing_but_its_own(house: House) -> None:
    partnership = await register(house)
    await offer_job(partnership, "FIRM-BE")
    await offer_training(partnership)
    writes = [
        "UPDATE partnership_parties SET role = 'LEAD'",
        "DELETE FROM partnership_parties",
        "UPDATE partnerships SET home_places = 0",
        "UPDATE vacancies SET places = 9",
        "UPDATE programmes SET hours = 1",
        "UPDATE programme_sessions SET seats = 1",
        "DELETE FROM partnership_status_changes",
    ]
    touched = {}
    for tenant in (await house.organisation("MONITOR-UN"), await house.organisation("STRANGER"), ""):
        for write in writes:
            async with house.databases["registry"].transaction(tenant) as session:
                touched[tenant, write] = len((await session.execute(text(f"{write} RETURNING 1"))).all())
    assert set(touched.values()) == {0}


async def test_who_leaves_on_a_day_to_come_loses_sight_when_it_has_come(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    partnership = await register(house)
    firm = await house.organisation("FIRM-BE")
    last_day = datetime.now(UTC).date() + timedelta(days=7)
    parties = [
        party | ({"left_on": last_day.isoformat()} if party["organisation_id"] == firm else {})
        for party in partnership.body["parties"]
    ]
    assert (await partnership.patch(parties=parties)).status_code == 200
    told = len(await published(house, "partnership"))
    sights = []
    for days in (0, 6, 7):
        monkeypatch.setattr(db, "_clock", lambda days=days: datetime.now(UTC) + timedelta(days=days))
        async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
            await service.release_those_who_left(session)
        monkeypatch.undo()
        async with await partnership.act("FIRM-BE") as http:
            sights.append((await http.get(await partnership.path())).status_code)
    events = await published(house, "partnership")
    assert sights == [200, 200, 404]
    assert len(events) == told + 1
    assert firm not in {party["organisation_id"] for party in events[-1]["parties"]}
