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
    two = await register(house, code="TWO", model="SMP", corridors=[])
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


async def test_a_partnership_with_training_and_jobs_becomes_active_and_ends(house: House) -> None:
    partnership = await register(house)
    assert (await partnership.move(*TO_INCEPTION)).status_code == 200
    await offer_training(partnership)
    await offer_job(partnership, "FIRM-BE")
    await offer_job(partnership, "FIRM-MA", country="MAR")
    async with await partnership.act("MONITOR-UN") as http:
        ready = (await http.get(await partnership.path("/readiness?to=ACTIVE"))).json()
    assert (ready["status"], ready["ready"]) == ("INCEPTION", True)
    states = ("ACTIVE", "SUSPENDED", "ACTIVE", "COMPLETING", "TERMINATED")
    final = await partnership.move(*states)
    assert (final.status_code, final.json()["status"]) == (200, "TERMINATED")
    assert [e["status"] for e in await published(house, "partnership")] == ["IDEA", *TO_INCEPTION, *states]
    assert (await partnership.patch(home_places=100)).json()["code"] == "final_state"


async def _guards(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    assert all(guard.keys() == {"code", "seen", "needed", "remedy"} for guard in answer.json()["guards"])
    return [guard["code"] for guard in answer.json()["guards"]]


def _only(sent: dict[str, Any], *roles: str) -> list[dict[str, Any]]:
    return [party for party in sent["parties"] if party["role"] not in roles]


async def test_every_guard_up_to_inception_refuses_over_http(house: House) -> None:
    whole = await body(house)
    cases: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
        ("LEAD_ORIGIN", ("SCOPING",), {"parties": _only(whole, "LEAD")}),
        ("LEAD_DESTINATION", ("SCOPING",), {"parties": _only(whole, "CO_LEAD")}),
        ("CORRIDOR", ("SCOPING", "NEGOTIATION"), {"corridors": []}),
        ("TARGET", ("SCOPING", "NEGOTIATION"), {"targets": []}),
        ("HOME_PLACES", TO_INCEPTION[:3], {"home_places": 0, "ratio_target": None}),
        ("HOME_AWAY_RATIO", TO_INCEPTION[:3], {"home_places": 89}),
        ("PLANNED_DATES", TO_INCEPTION[:3], {"planned_end": "2026-08-31"}),
        ("IMPLEMENTER", TO_INCEPTION, {"parties": _only(whole, "IMPLEMENTER")}),
        ("MONITOR", TO_INCEPTION, {"parties": _only(whole, "MONITOR")}),
    ]
    for code, way, change in cases:
        partnership = await register(house, code=f"NO-{code}", **change)
        assert await _guards(await partnership.move(*way)) == [code]
        async with await partnership.act("MINISTRY-MA") as http:
            answer = (await http.get(await partnership.path(f"/readiness?to={way[-1]}"))).json()
        assert [g["code"] for g in answer["guards"] if not g["passed"]] == [code]
        assert answer["ready"] is False
    unsigned = await register(house, code="UNSIGNED", parties=_only(whole, "SIGNATORY"))
    assert await _guards(await unsigned.move(*TO_INCEPTION[:3])) == ["SIGNATORY_ORIGIN", "SIGNATORY_DESTINATION"]


async def test_active_asks_for_training_pathway_and_jobs_on_both_sides(house: House) -> None:
    partnership = await register(house)
    await partnership.move(*TO_INCEPTION)
    assert await _guards(await partnership.move("ACTIVE")) == ["ACCREDITED_TRAINING", "AWAY_VACANCY", "HOME_VACANCY"]
    async with await partnership.act("SCHOOL-MA") as http:  # no session yet
        created = (await http.post("/v1/programmes", json=programme(partnership.id))).json()
    assert "ACCREDITED_TRAINING" in await _guards(await partnership.move("ACTIVE"))
    async with await partnership.act("FIRM-MA") as http:  # a session, but of one who is no trainer
        other = (await http.post("/v1/programmes", json=programme(partnership.id))).json()
        session = {"external_id": "S", "starts_on": "2027-02-01", "ends_on": "2027-04-23", "seats": 1}
        await http.post(f"/v1/programmes/{other['id']}/sessions", json=session)
    assert "ACCREDITED_TRAINING" in await _guards(await partnership.move("ACTIVE"))
    async with await partnership.act("SCHOOL-MA") as http:
        await http.post(f"/v1/programmes/{created['id']}/sessions", json=session)
    assert await _guards(await partnership.move("ACTIVE")) == ["AWAY_VACANCY", "HOME_VACANCY"]
    await offer_job(partnership, "FIRM-MA", country="MAR")
    assert await _guards(await partnership.move("ACTIVE")) == ["AWAY_VACANCY"]
    job = await offer_job(partnership, "FIRM-BE")
    async with await partnership.act("FIRM-BE") as http:
        paused = await http.post(f"/v1/vacancies/{job}/transitions", json={"to": "PAUSED"})
        assert paused.status_code == 200
        assert await _guards(await partnership.move("ACTIVE")) == ["AWAY_VACANCY"]
        await http.post(f"/v1/vacancies/{job}/transitions", json={"to": "OPEN"})
    without = [corridor | {"pathway": None} for corridor in partnership.body["corridors"]]
    await partnership.patch(corridors=without)
    assert await _guards(await partnership.move("ACTIVE")) == ["PATHWAY"]
    await partnership.patch(corridors=partnership.body["corridors"])
    assert (await partnership.move("ACTIVE")).status_code == 200


@pytest.mark.parametrize("to", ["IDEA", "NEGOTIATION", "ACTIVE", "CLOSED", "EVALUATED"])
async def test_a_move_outside_the_lifecycle_is_unknown(house: House, to: str) -> None:
    assert await _guards(await (await register(house)).move(to)) == ["TRANSITION_UNKNOWN"]


async def test_suspension_and_termination_need_a_reason(house: House) -> None:
    partnership = await register(house)
    refused = await partnership.move("TERMINATED", reason=None)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await partnership.move("TERMINATED", reason="Funds were withdrawn.")).status_code == 200
    assert await _guards(await partnership.move("SCOPING")) == ["TRANSITION_UNKNOWN"]


async def test_what_a_state_rests_on_cannot_be_taken_away(house: House) -> None:
    partnership = await register(house)
    await partnership.move(*TO_INCEPTION)
    assert await _guards(await partnership.patch(home_places=10)) == ["HOME_AWAY_RATIO"]
    assert await _guards(await partnership.patch(parties=_only(partnership.body, "LEAD", "SIGNATORY"))) == [
        "LEAD_ORIGIN",
        "SIGNATORY_ORIGIN",
        "SIGNATORY_DESTINATION",
    ]
    async with await partnership.act("MINISTRY-MA") as http:
        kept = (await http.get(await partnership.path())).json()
    assert (kept["home_places"], len(kept["parties"])) == (90, len(partnership.body["parties"]))


async def test_of_simultaneous_moves_one_is_made(house: House) -> None:
    partnership = await register(house)
    leads = ["MINISTRY-MA", "MINISTRY-BE"] * 3
    answers = await asyncio.gather(*(partnership.move("SCOPING", by=lead) for lead in leads))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    async with await partnership.act("MINISTRY-MA") as http:
        history = (await http.get(await partnership.path("/transitions"))).json()["items"]
    assert [h["to_status"] for h in history] == ["IDEA", "SCOPING"]


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
