"""User stories of people, partners and authorities around a placement, as they live them: 4, 7, 8, 9, 10 and 12
(issue 4, shown by 1)."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.kit import db, tenancy
from services.matching.pool.service import lay_down
from services.registry.vacancies.service import pause_stale
from tests.conftest import House
from tests.journeys.corridor import (
    AWAY_FIRM,
    COUNSELLOR,
    DESTINATION,
    NEXT,
    ORIGIN,
    SCHOOL,
    UNTRAINED,
    Corridor,
    Json,
    build,
    guards,
)
from tests.matching.registry_events import WIRING, days
from tests.matching.test_candidates_api import events
from tests.registry.completion import agreement, calls_for, day, make
from tests.registry.partnership import CAST, Partnership, body, register

ACCEPT = {"decision": "ACCEPT"}
WAIVED = 27  # a critical item of the checklist
START = {
    "started_on": days(120).isoformat(),
    "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
    "weekly_hours": 38,
    "net_monthly_earnings": {"amount": "2150.00", "currency": "EUR"},
    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
    "decided_by": "Head of works 7",
}


@pytest.fixture
async def corridor(house: House) -> Corridor:
    return await build(house)


async def _shortlist(corridor: Corridor) -> list[str]:
    found = await corridor.get(AWAY_FIRM, f"/v1/vacancies/{corridor.away}/matches", explain=False)
    return [each["candidate"]["candidate_id"] for each in found["items"]]


async def _traits(corridor: Corridor) -> set[tuple[Any, ...]]:
    """Sex and age band of all that reporting counts."""
    async with corridor.house.databases["reporting"].transaction(tenancy.HOUSE) as reading:
        return {tuple(row) for row in await reading.execute(sa.text("SELECT sex, age_band FROM facts"))}


async def test_story_4_a_candidate_limits_withdraws_sees_and_erases(corridor: Corridor) -> None:
    """A withdrawal counts at once and is in the feed and in reporting within a minute; the log names every reader;
    the export holds all; erasure leaves no trace but the count."""
    candidate = await corridor.candidate()
    path = f"/v1/candidates/{candidate}"
    proposal = f"/v1/proposals/{await corridor.propose(candidate, corridor.away)}"
    await corridor.post(COUNSELLOR, f"{proposal}/answers", ACCEPT | {"share_identity": True})
    assert "family_name" in (await corridor.get(AWAY_FIRM, proposal))["candidate"]
    assert await _shortlist(corridor) == [candidate]
    await corridor.house.follow()
    assert ("F", "Y25T34") in await _traits(corridor)

    begun = time.monotonic()
    withdrawn = {"action": "WITHDRAW", "scopes": ["MATCHING_AWAY", "STATISTICS"]}
    await corridor.post(COUNSELLOR, f"{path}/consents", withdrawn)
    assert await _shortlist(corridor) == []
    assert (await corridor.get(AWAY_FIRM, proposal))["candidate"] == {}
    assert guards(await corridor.try_(AWAY_FIRM, f"{proposal}/answers", ACCEPT)) == ["H01_CONSENT"]
    left = (await corridor.get(COUNSELLOR, f"{path}/matches"))["items"]
    assert {item["vacancy"]["side"] for item in left} == {"HOME"}, "what was not withdrawn goes on"
    await corridor.house.follow()
    assert await _traits(corridor) == {(None, None)}
    assert time.monotonic() - begun < 60

    log = (await corridor.get(COUNSELLOR, f"{path}/access-log", limit=100))["items"]
    employer = await corridor.house.organisation(AWAY_FIRM)
    seen = [(each["seen"], each["operation"]) for each in log if each["by_organisation"] == employer]
    assert seen == [("IDENTITY", "get_proposal"), ("PROFILE", "match_vacancy")]
    held = (await corridor.get(COUNSELLOR, f"{path}/export"))["held"]
    assert {"candidates", "proposals", "consents"} <= set(held), sorted(held)
    assert "Personne" in str(held)

    async with await corridor.as_(COUNSELLOR) as http:
        tag = (await http.get(path)).headers["ETag"]
        assert (await http.delete(path, headers={"If-Match": tag})).status_code == 204
        assert (await http.get(path)).status_code == 404
        assert (await http.get(proposal)).status_code == 404
    assert "candidate-erased" in {kind for kind, _ in await events(corridor.house)}


async def test_story_7_an_officer_is_told_what_blocks_signing_and_starting(house: House) -> None:
    """409 with every failed guard by code and remedy, before SIGNED and ACTIVE; one side alone waives nothing."""
    partnership = await register(house)
    known = await partnership.complete("NEGOTIATION")
    blocked = await partnership.move("SIGNED")
    codes = guards(blocked)
    assert {"CHECKLIST", "SAFEGUARDS", "GSP_DESTINATION_FINANCING"} <= set(codes)
    assert codes == await _failing(partnership)
    assert [each["code"] for each in blocked.json()["guards"] if not each["remedy"]] == []

    for call in calls_for("SIGNED", CAST, partnership.body):
        if call.body.get("item") != WAIVED:
            await make(call, partnership.act, known)
    assert guards(await partnership.move("SIGNED")) == ["CHECKLIST"]
    reason = {"item": WAIVED, "reason": "Published after ratification."}
    await _said(partnership, ORIGIN, "checklist-waivers", reason | {"side": "ORIGIN"})
    assert guards(await partnership.move("SIGNED")) == ["CHECKLIST"]
    await _said(partnership, DESTINATION, "checklist-waivers", reason | {"side": "DESTINATION"})
    assert (await partnership.move("SIGNED")).status_code == 200

    for call in calls_for("INCEPTION", CAST, partnership.body):
        await make(call, partnership.act, known)
    assert (await partnership.move("INCEPTION")).status_code == 200
    waiting = guards(await partnership.move("ACTIVE"))
    assert len(waiting) >= 4
    assert waiting == await _failing(partnership)
    for call in calls_for("ACTIVE", CAST, partnership.body):
        await make(call, partnership.act, known)
    active = await partnership.move("ACTIVE")
    assert (active.status_code, active.json()["status"]) == (200, "ACTIVE")


async def _failing(partnership: Partnership) -> list[str]:
    """What its readiness says to be missing."""
    async with await partnership.act(ORIGIN) as http:
        found = (await http.get(await partnership.path("/readiness"))).json()["guards"]
    return [guard["code"] for guard in found if not guard["passed"]]


async def _said(partnership: Partnership, who: str, what: str, sent: Json) -> Json:
    async with await partnership.act(who) as http:
        answer = await http.post(await partnership.path(f"/{what}"), json=sent)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def _set_mode(corridor: Corridor, **change: Any) -> httpx.Response:
    """By the ministry of the origin; matching follows."""
    path = f"/v1/partnerships/{corridor.partnership.id}/safeguards"
    (safeguard,) = (await corridor.get(ORIGIN, path, "registry"))["items"]
    async with await corridor.as_(ORIGIN, "registry") as http:
        tag = (await http.get(f"/v1/safeguards/{safeguard['id']}")).headers["ETag"]
        answer = await http.patch(f"/v1/safeguards/{safeguard['id']}", json=change, headers={"If-Match": tag})
    await corridor.house.follow()
    return answer


async def test_story_8_a_ministry_keeps_its_people_at_match_offer_and_start(corridor: Corridor) -> None:
    """Modes hold at match, at the agreement, at the offer and at the start, and nowhere longer than the origin says.
    That the pressure of each week is reported stands in test_shortage_stories."""
    first, second, third = [await corridor.candidate(f"C-{n}") for n in (1, 2, 3)]
    placement = await corridor.placement(first, corridor.away)
    answers = f"/v1/proposals/{await corridor.propose(second, corridor.away)}/answers"
    await corridor.post(COUNSELLOR, answers, ACCEPT)
    by = {"decided_by": "Head of works 7"}

    closed = {"mode": "BLOCKED", "reason": "Hospitals and roofs at home first."}
    assert (await _set_mode(corridor, **closed)).status_code == 200
    matches = (await corridor.get(COUNSELLOR, f"/v1/candidates/{third}/matches"))["items"]
    assert {item["vacancy"]["side"] for item in matches} == {"HOME"}
    pair = {"candidate_id": third, "vacancy_id": corridor.away}
    assert guards(await corridor.try_(COUNSELLOR, "/v1/proposals", pair)) == ["H10_SAFEGUARD"]
    assert guards(await corridor.try_(AWAY_FIRM, answers, ACCEPT)) == ["H10_SAFEGUARD"]
    assert guards(await corridor.move(AWAY_FIRM, placement, "OFFER", **by)) == ["H10_SAFEGUARD"]
    assert guards(await corridor.try_(AWAY_FIRM, f"{placement}/start", START)) == ["H10_SAFEGUARD"]

    default = await _set_mode(corridor, mode=None, reason="Back to what was computed.")
    assert default.json()["mode"] == default.json()["default_mode"]
    assert (await corridor.move(AWAY_FIRM, placement, "OFFER", **by)).status_code == 200


async def test_story_8_nothing_loosens_a_safeguard_but_two_keys(house: House) -> None:
    """A listed profession (nurses of Senegal, WHO 2023) is blocked by itself, and neither the origin alone nor the
    destination alone opens it."""
    sent = await body(house)
    partnership = await register(house, corridors=[sent["corridors"][0] | {"origin": "SEN", "origin_currency": "XOF"}])
    listed = {"origin": "SEN", "isco08_minor": "222", "reason": "As agreed."}
    nurses = await _said(partnership, ORIGIN, "safeguards", listed | {"valid_from": day(0), "expires_on": day(365)})
    assert (nurses["list_flag"], nurses["mode"]) == (True, "BLOCKED")
    path = f"/v1/safeguards/{nurses['id']}"
    wish = {"mode": "PROTECTED"}

    async def loosened() -> httpx.Response:
        async with await partnership.act(ORIGIN) as http:
            tag = (await http.get(path)).headers["ETag"]
            return await http.patch(path, json=wish, headers={"If-Match": tag})

    assert guards(await loosened()) == ["SAFEGUARD_TWO_KEYS"]
    async with await partnership.act(DESTINATION) as http:
        alone = await http.patch(path, json=wish, headers={"If-Match": '"1"'})
    assert alone.status_code == 403
    known = await partnership.known()
    for call in agreement(CAST, "BLMA"):
        await make(call, partnership.act, known)
    key = wish | {"agreement_id": known["BLMA"], "reason": "We fund 200 places a year."}
    async with await partnership.act(DESTINATION) as http:
        assert (await http.post(f"{path}/consents", json=key)).status_code == 201
    assert (await loosened()).json()["mode"] == "PROTECTED"


async def test_story_9_whoever_is_not_selected_gets_a_reason_and_a_plan(corridor: Corridor) -> None:
    """Training, proposal and placement: each closed case has a reason code and a next step, an event at once that asks
    to tell within 48 hours, and a person who confirmed it."""
    people = [await corridor.candidate(f"C-{n}") for n in range(3)]
    applied = {"candidate_id": people[0], "session_id": corridor.session, "track": "HOME", "status": "APPLIED"}
    training = f"/v1/enrolments/{(await corridor.post(COUNSELLOR, '/v1/enrolments', applied))['id']}"
    assert (await corridor.move(SCHOOL, training, "SCREENED", decided_by="Head 3")).status_code == 200
    proposal = f"/v1/proposals/{await corridor.propose(people[1], corridor.away)}"
    placement = await corridor.placement(people[2], corridor.away)

    silent = [
        await corridor.move(SCHOOL, training, "NOT_SELECTED"),
        await corridor.try_(AWAY_FIRM, f"{proposal}/answers", {"decision": "DECLINE"}),
        await corridor.move(AWAY_FIRM, placement, "CANCELLED"),
    ]
    for refused in silent:
        assert guards(refused) == ["REASON_GIVEN", "NEXT_STEP_GIVEN", "DECIDED_BY_GIVEN"]
    because = {"next_steps": NEXT, "decided_by": "Head 3"}
    no = {"decision": "DECLINE", "reason": "NOT_FIT_FOR_ROLE"} | because
    told = [
        await corridor.move(SCHOOL, training, "NOT_SELECTED", reason="OTHERS_RANKED_HIGHER", **because),
        await corridor.try_(AWAY_FIRM, f"{proposal}/answers", no),
        await corridor.move(AWAY_FIRM, placement, "CANCELLED", reason="JOB_WITHDRAWN", **because),
    ]
    assert [answer.is_success for answer in told] == [True] * 3

    closings = (await corridor.get(COUNSELLOR, "/v1/closings"))["items"]
    assert {each["candidate_id"] for each in closings} == set(people)
    assert [each for each in closings if not (each["reason"] and each["next_steps"])] == []
    published = [data for kind, data in await events(corridor.house) if kind == "case-closed"]
    assert {data["closing_id"] for data in published} == {each["id"] for each in closings}
    waits = [_moment(data["tell_by"]) - _moment(data["closed_at"]) for data in published]
    assert set(waits) == {timedelta(hours=48)}
    for each in closings:
        steps = f"/v1/candidates/{each['candidate_id']}/next-steps"
        assert (await corridor.get(COUNSELLOR, steps))["cases"] == []
        async with await corridor.as_(COUNSELLOR) as http:
            path, said = f"/v1/closings/{each['id']}/confirmation", {"confirmed_by": "Counsellor 12"}
            assert (await http.post(path, json=said, headers={"If-Match": '"1"'})).status_code == 200
        (case,) = (await corridor.get(COUNSELLOR, steps))["cases"]
        assert (case["reason"], case["next_steps"][0]["kind"]) == (each["reason"], "OTHER_VACANCIES")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_story_10_a_training_centre_sees_demand_gives_seats_once_and_certifies(corridor: Corridor) -> None:
    """Expected demand by skill; of five who want two seats at once, two get one; the certificate is evidence."""
    demand = await corridor.get(SCHOOL, f"/v1/partnerships/{corridor.partnership.id}/skill-demand", "registry")
    asked = {each["skill"]: each for each in demand["items"]}
    assert WIRING in asked, asked
    people = [await corridor.candidate(f"C-{n}", **UNTRAINED) for n in range(5)]
    wishes = [{"candidate_id": each, "session_id": corridor.session, "track": "AWAY"} for each in people]
    answers = await asyncio.gather(*(corridor.try_(COUNSELLOR, "/v1/enrolments", wish) for wish in wishes))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert {code for answer in answers if answer.status_code == 409 for code in guards(answer)} == {"SEATS_LEFT"}

    taken = next(answer.json() for answer in answers if answer.status_code == 201)
    path = f"/v1/enrolments/{taken['id']}"
    for to in ("COMPLETED", "CERTIFIED"):
        moved = await corridor.move(SCHOOL, path, to)
        assert moved.status_code == 200, moved.text
    person = await corridor.get(COUNSELLOR, f"/v1/candidates/{taken['candidate_id']}")
    assert {s["uri"]: s["evidence"] for s in person["skills"]}[WIRING] == "CERTIFIED"
    found = await corridor.get(COUNSELLOR, f"/v1/candidates/{taken['candidate_id']}/matches")
    away = next(item for item in found["items"] if item["vacancy"]["id"] == corridor.away)
    assert (away["near_miss"], away["explanation"]["missing_skills"]) == (False, [])


async def test_story_12_operations_keep_the_pool_alive(corridor: Corridor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again after 90 days, at rest after two misses, awake with a word, never deleted; a vacancy that nobody
    confirmed for 60 days is offered no more; all of it counted."""
    candidate = await corridor.candidate()
    path, employer = f"/v1/candidates/{candidate}", f"/v1/vacancies/{corridor.away}"
    await _shortlist(corridor)
    seen = []
    for later in (89, 91, 181):
        _in_days(monkeypatch, later)
        await _chores(corridor)
        pool = await corridor.get(COUNSELLOR, "/v1/pool")
        vacancy = await corridor.get(AWAY_FIRM, employer, "registry")
        seen.append((pool["candidates"], pool["due"], pool["dormant"], vacancy["status"]))
    assert seen == [(1, 0, 0, "PAUSED"), (1, 1, 0, "PAUSED"), (1, 1, 1, "PAUSED")]
    assert (await corridor.get(COUNSELLOR, path))["dormant_since"]
    assert (await corridor.get(COUNSELLOR, f"{path}/matches"))["items"] == []

    confirmed = await corridor.post(AWAY_FIRM, f"{employer}/reconfirmation", None, "registry")
    assert confirmed["status"] == "OPEN"
    await corridor.house.follow()
    pair = {"candidate_id": candidate, "vacancy_id": corridor.away}
    assert "H01_CONSENT" in guards(await corridor.try_(COUNSELLOR, "/v1/proposals", pair))
    woken = await corridor.post(COUNSELLOR, f"{path}/reconfirm")
    assert (woken["dormant_since"], woken["misses"]) == (None, 0)
    assert (await corridor.get(COUNSELLOR, "/v1/pool"))["dormant"] == 0


def _in_days(monkeypatch: pytest.MonkeyPatch, later: int) -> None:
    monkeypatch.setattr(db, "_clock", lambda: datetime.now(UTC) + timedelta(days=later))


async def _chores(corridor: Corridor) -> None:
    """What both services do every hour."""
    databases = corridor.house.databases
    async with databases["matching"].transaction(tenancy.HOUSE) as session:
        await lay_down(session)
    async with databases["registry"].transaction(tenancy.HOUSE) as session:
        await pause_stale(session)
    await corridor.house.follow()
