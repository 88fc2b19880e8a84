"""Placements: started and ended by either side, told to statistics with what they need."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import House
from tests.matching.registry_events import PANELS, WIRING, days, publish, safeguard
from tests.matching.registry_events import pathway as permit
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import events

PAID: dict[str, Any] = {
    "started_on": days(0).isoformat(),
    "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
    "weekly_hours": 38,
    "net_monthly_earnings": {"amount": "2150.00", "currency": "EUR"},
    "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
}
START = PAID | {"decided_by": "Head of works 7"}
CLOSED: dict[str, Any] = {
    "reason": "CANDIDATE_WITHDRAWS",
    "next_steps": [{"kind": "RETURN_SERVICE", "text": "The return desk expects you."}],
    "decided_by": "Counsellor 12",
}
END = CLOSED | {"ended_on": days(30).isoformat()}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house, places=1)


async def prepared(scene: Scene) -> str:
    """Path of a placement being prepared."""
    return f"/v1/placements/{(await scene.accept(await scene.propose()))['placement_id']}"


@pytest.mark.parametrize("who", ["counsellor", "recruiter"])
async def test_either_side_starts_and_ends_it(scene: Scene, who: str) -> None:
    http, path = getattr(scene, who), await prepared(scene)
    started = await http.post(f"{path}/start", json=START)
    ended = await http.post(f"{path}/end", json=END)
    assert (started.status_code, started.json()["status"], started.json()["weekly_hours"]) == (200, "STARTED", 38)
    assert (ended.json()["status"], ended.json()["reason"]) == ("ENDED", "CANDIDATE_WITHDRAWS")


async def test_a_start_is_published_with_amounts_and_a_pseudonym(scene: Scene) -> None:
    await scene.counsellor.post(f"{await prepared(scene)}/start", json=START)
    kind, data = (await events(scene.house))[-1]
    assert kind == "placement-started"
    assert (data["corridor"], data["track"], data["country"], data["isco08"]) == ("MAR-BEL", "AWAY", "BEL", "7411")
    assert (data["gross_hourly_earnings"], data["net_currency"], data["sex"]) == ("17.90", "EUR", "F")


async def test_it_starts_once(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/start", json=START)
    again = await scene.recruiter.post(f"{path}/start", json=START)
    assert (again.status_code, again.json()["guards"][0]["seen"]) == (409, "STARTED")


async def test_a_minor_does_not_begin(house: House) -> None:
    """G06: old enough for the vacancy's first day (H03), not for an earlier one."""
    scene = await build(house, start_from=days(70), start_to=days(90))
    born = days(60) - timedelta(days=18 * 365 + 4)
    scene.candidate_id = await scene.register(external_id="C-2", birth_date=born.isoformat())
    path = await prepared(scene)
    early = await scene.recruiter.post(f"{path}/start", json=START)
    later = await scene.recruiter.post(f"{path}/start", json=START | {"started_on": days(70).isoformat()})
    assert (codes(early), later.status_code) == (["GUARD_RAIL_G06"], 200)


async def test_one_that_never_began_gives_its_place_back(scene: Scene) -> None:
    path = await prepared(scene)
    ended = (await scene.recruiter.post(f"{path}/end", json=END)).json()
    other = await scene.register(external_id="C-2")
    assert ended["status"] == "CANCELLED"
    assert (await scene.accept(await scene.propose(other)))["status"] == "ACCEPTED"
    told = [data["had_started"] for kind, data in await events(scene.house) if kind == "placement-ended"]
    assert told == [False]


async def test_it_does_not_end_before_it_began(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/start", json=START)
    refused = await scene.counsellor.post(f"{path}/end", json=END | {"ended_on": days(-5).isoformat()})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/ended_on")


async def test_a_stranger_neither_sees_nor_starts_it(scene: Scene) -> None:
    path = await prepared(scene)
    async with await scene.house.act("STRANGER", "counsellor", service="matching") as stranger:
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"{path}/start", json=START)).status_code == 404
        assert (await stranger.get("/v1/placements")).json()["items"] == []


async def move(http: Any, path: str, to: str, version: int, on: int = 0, **said: Any) -> Any:
    body = {"to": to, "on": days(on).isoformat()} | said
    return await http.post(f"{path}/transitions", json=body, headers={"If-Match": f'"{version}"'})


def codes(answer: Any) -> list[str]:
    return [guard["code"] for guard in answer.json()["guards"]]


async def test_a_life_abroad_from_the_offer_to_the_reintegration(house: House) -> None:
    """The whole of domain/02 section 3, each step by the side that may take it."""
    scene = await build(house, start_from=days(-200), start_to=days(200))
    path = await prepared(scene)
    counsellor, recruiter = scene.counsellor, scene.recruiter
    begun = PAID | {"started_on": days(-190).isoformat()}
    steps: list[tuple[Any, str, int, dict[str, Any]]] = [
        (recruiter, "OFFER", -195, {"decided_by": "Head of works 7"}),
        (counsellor, "CONTRACT_VERIFIED", -194, {"decided_by": "Counsellor 12", "evidence": "C-118"}),
        (recruiter, "PATHWAY_APPLIED", -193, {"evidence": "P-1"}),
        (recruiter, "PATHWAY_GRANTED", -192, {"evidence": "P-1/granted"}),
        (counsellor, "PRE_DEPARTURE", -192, {}),
        (counsellor, "ARRIVED", -191, {}),
        (recruiter, "STARTED", -190, {"start": begun}),
        (counsellor, "CHECK_3M", -95, {}),
        (counsellor, "CHECK_6M", -5, {}),
        (counsellor, "RETURN_PLANNED", -4, {}),
        (counsellor, "RETURNED", -2, {}),
        (counsellor, "REINTEGRATED", 0, CLOSED | {"reason": "RETURNED_HOME"}),
    ]
    for version, (http, to, on, said) in enumerate(steps, 1):
        if to in ("CHECK_3M", "CHECK_6M"):
            asked = {"month": int(to[6]), "took_place_on": days(on).isoformat(), "asked_by": "Counsellor 12"}
            await counsellor.post(f"{path}/check-ins", json=asked | {"answers": {"employed": True}})
        moved = await move(http, path, to, version, on, **said)
        assert (moved.status_code, moved.json().get("status")) == (200, to), moved.text
    kept = (await recruiter.get(f"{path}/transitions")).json()["items"]
    told = [data["status"] for kind, data in await events(house) if kind == "placement-moved"]
    ended = [data["reason"] for kind, data in await events(house) if kind == "placement-ended"]
    assert [step["to_status"] for step in kept] == ["PREPARING", *(to for _, to, _, _ in steps)] == told
    assert (moved.json()["ended_on"], ended) == (days(-2).isoformat(), ["RETURNED_HOME"])


async def test_everything_that_is_missing_is_named_at_once(scene: Scene) -> None:
    path = await prepared(scene)
    bare = await move(scene.counsellor, path, "CANCELLED", 1)
    skipped = await move(scene.counsellor, path, "ARRIVED", 1)
    nameless = await move(scene.counsellor, path, "OFFER", 1)
    assert codes(bare) == ["REASON_GIVEN", "NEXT_STEP_GIVEN", "DECIDED_BY_GIVEN"]
    assert (codes(skipped), skipped.json()["guards"][0]["needed"]) == (
        ["PLACEMENT_STATUS"],
        "CANCELLED or OFFER or STARTED",
    )
    assert codes(nameless) == ["WHO_MAY", "DECIDED_BY_GIVEN"]


async def test_safeguard_pathway_quota_and_partnership_are_looked_at_again_at_the_offer(scene: Scene) -> None:
    """Story 8: H04, H09 and H10 at the offer, with all that fails."""
    path = await prepared(scene)
    (corridor,) = scene.partnership.corridors
    none_left = scene.partnership.model_copy(update={"corridors": [corridor.model_copy(update={"quota_per_year": 0})]})
    await publish(
        scene.house,
        none_left.model_copy(update={"status": "SUSPENDED"}),
        safeguard(scene.partnership, "MAR", "741", "BLOCKED"),
        permit("BEL", valid_to=days(5)),
        guarded=True,
    )
    refused = await move(scene.recruiter, path, "OFFER", 1, decided_by="Head of works 7")
    assert {"H04_PATHWAY_VALID", "H09_QUOTA", "H10_SAFEGUARD", "PARTNERSHIP_ACTIVE"} <= set(codes(refused))
    started = await scene.recruiter.post(f"{path}/start", json=START)
    assert {"H09_QUOTA", "H10_SAFEGUARD"} <= set(codes(started))


async def test_an_offer_past_somebody_who_ranks_higher_says_why(house: House) -> None:
    """Human decides: departing from the ranking is allowed, and recorded with its reason."""
    scene = await build(house, places=5)
    claimed = [{"uri": uri, "level": 4, "evidence": "SELF"} for uri in (PANELS, WIRING)]
    lower = await scene.register(external_id="C-2", skills=claimed)
    await scene.propose()
    path = f"/v1/placements/{(await scene.accept(await scene.propose(lower)))['placement_id']}"
    refused = await move(scene.recruiter, path, "OFFER", 1, decided_by="Head of works 7")
    because = {"decided_by": "Head of works 7", "override_reason": "Lives next to the site."}
    offered = await move(scene.recruiter, path, "OFFER", 1, **because)
    step = (await scene.counsellor.get(f"{path}/transitions")).json()["items"][-1]
    assert (codes(refused), offered.status_code) == (["RANKING"], 200)
    assert (step["decided_by"], step["override_reason"]) == ("Head of works 7", "Lives next to the site.")


async def test_a_check_in_waits_for_its_month(scene: Scene) -> None:
    path = await prepared(scene)
    await scene.counsellor.post(f"{path}/start", json=START)
    early = await move(scene.counsellor, path, "CHECK_3M", 2)
    ahead = await move(scene.counsellor, path, "CHECK_3M", 2, 100)
    by_the_employer = await move(scene.recruiter, path, "CHECK_3M", 2)
    assert (codes(early), codes(ahead), codes(by_the_employer)) == (
        ["CHECK_IN", "DUE"],
        ["CHECK_IN", "DUE"],
        ["WHO_MAY", "CHECK_IN", "DUE"],
    )


async def test_a_job_at_home_needs_no_permit(house: House) -> None:
    scene = await build(house, country="MAR")
    path = await prepared(scene)
    await move(scene.recruiter, path, "OFFER", 1, decided_by="Head of works 7")
    await move(scene.counsellor, path, "CONTRACT_VERIFIED", 2, decided_by="Counsellor 12", evidence="C-1")
    permit_asked = await move(scene.counsellor, path, "PATHWAY_APPLIED", 3, evidence="P-1")
    started = await move(scene.recruiter, path, "STARTED", 3, start=PAID)
    assert (codes(permit_asked), started.status_code) == (["TRACK"], 200)
    assert (started.json()["status"], started.json()["track"]) == ("STARTED", "HOME")


async def test_what_was_cancelled_is_taken_up_again_only_after_a_contestation(scene: Scene) -> None:
    """Its place is taken again; the person who decided does not judge the contestation."""
    path = await prepared(scene)
    cancelled = (await move(scene.recruiter, path, "CANCELLED", 1, **CLOSED)).json()
    refused = await move(scene.recruiter, path, "PREPARING", 2, decided_by="Director 1")
    (closing,) = (await scene.counsellor.get("/v1/closings")).json()["items"]
    grounds = {"grounds": "The person never withdrew."}
    contested = (await scene.counsellor.post(f"/v1/closings/{closing['id']}/contestations", json=grounds)).json()
    judged = {"outcome": "REVERSED", "answered_by": "Director 1", "answer": "A mistake of ours."}
    reply = f"/v1/contestations/{contested['id']}/answer"
    answered = await scene.recruiter.post(reply, json=judged, headers={"If-Match": '"1"'})
    reopened = await move(scene.recruiter, path, "PREPARING", 2, decided_by="Director 1")
    assert (cancelled["status"], codes(refused)) == ("CANCELLED", ["CONTESTED"])
    assert (answered.json()["status"], reopened.json()["status"]) == ("REVERSED", "PREPARING")
    other = await scene.register(external_id="C-2")
    full = await scene.counsellor.post(
        "/v1/proposals", json={"candidate_id": other, "vacancy_id": str(scene.vacancy.id)}
    )
    assert codes(full) == ["H09_QUOTA"]


async def test_a_start_without_an_offer_names_who_decided(scene: Scene) -> None:
    """The shorthand skips the offer and not the person who made it."""
    refused = await scene.recruiter.post(f"{await prepared(scene)}/start", json=PAID)
    assert (refused.status_code, codes(refused)) == (409, ["DECIDED_BY_GIVEN"])


async def test_the_shorthand_looks_at_all_that_an_offer_looks_at(house: House) -> None:
    """Every failed guard at once: partnership, ranking, who decided; a reason overrides the ranking alone."""
    scene = await build(house, places=2)
    skills = [{"uri": PANELS, "level": 3, "evidence": "CV"}, {"uri": WIRING, "level": 3, "evidence": "CV"}]
    path = await prepared(scene)
    lower = await scene.register(external_id="C-2", skills=skills, occupations=[])
    placed = await scene.accept(await scene.propose(lower))
    start = f"/v1/placements/{placed['placement_id']}/start"
    await publish(house, scene.partnership.model_copy(update={"status": "SUSPENDED"}))
    refused = await scene.recruiter.post(start, json=PAID)
    assert {"DECIDED_BY_GIVEN", "PARTNERSHIP_ACTIVE", "RANKING"} <= set(codes(refused))
    await publish(house, scene.partnership)
    assert codes(await scene.recruiter.post(start, json=START)) == ["RANKING"]
    begun = await scene.recruiter.post(start, json=START | {"override_reason": "Lives nearby."})
    assert begun.status_code == 200, begun.text
    steps = (await scene.recruiter.get(f"/v1/placements/{placed['placement_id']}/transitions")).json()["items"]
    assert steps[-1]["override_reason"] == "Lives nearby."
    assert (await scene.recruiter.post(f"{path}/start", json=START)).status_code == 200
