"""Safeguards, joint decisions and pathways: at match, at the offer and at the start of a job abroad."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.registry import PartnershipChanged, SafeguardChanged
from services.kit import tenancy
from services.matching.gates import Gate, near_miss
from services.matching.profiles import Candidate, Occupation, Opening
from services.matching.safeguards import Access, Decision, ruling
from services.matching.scoring import explain
from tests.conftest import House
from tests.matching.instances import RATES, TODAY, candidate, limit, opening, pathway, taxonomy
from tests.matching.registry_events import days, decision, partnership, publish, safeguard
from tests.matching.registry_events import pathway as permit
from tests.matching.scene import Scene, build

TAXONOMY = taxonomy()
TRAINED = candidate(trained_by_partnership=True, origin_employment="PRIVATE_SECTOR")


def gates(person: Candidate, job: Opening) -> dict[str, Gate]:
    return {gate.code: gate for gate in explain(person, job, TAXONOMY, RATES, TODAY).gates}


def job(*limits: Any, decisions: tuple[Decision, ...] = (), **changes: Any) -> Opening:
    return opening(access=(Access("", limits, decisions, (pathway(),)),), **changes)


@pytest.mark.parametrize(
    ("mode", "untrained", "trained"),
    [("OPEN", True, True), ("TRAIN_FIRST", False, True), ("PROTECTED", False, True), ("BLOCKED", False, False)],
)
def test_each_mode_admits_whom_it_says(mode: str, untrained: bool, trained: bool) -> None:
    """Story 8: modes are enforced at match."""
    offer = job(limit(mode))
    assert [gates(person, offer)["H10"].passed for person in (candidate(), TRAINED)] == [untrained, trained]


def test_what_is_unknown_is_train_first() -> None:
    """Precaution: no safeguard on record is TRAIN_FIRST, never OPEN."""
    gate = gates(candidate(), job())["H10"]
    assert (gate.passed, gate.value) == (False, "TRAIN_FIRST (default where no safeguard is in force)")
    assert gates(TRAINED, job())["H10"].passed


def test_a_listed_health_profession_is_blocked_without_any_record() -> None:
    """The fixture of WHO's list: nurses of a listed origin, also when the partnership trained them."""
    nurse = opening(isco08="2221", access=(Access("222", (), (), (pathway(),)),))
    listed = candidate(residence="SEN", trained_by_partnership=True)
    gate = gates(listed, nurse)["H10"]
    assert (gate.passed, gate.remediable) == (False, False)
    assert "you may always apply on your own" in (gate.remedy or "")
    assert gates(TRAINED, nurse)["H10"].passed


def test_being_trained_is_a_remedy_and_being_blocked_has_none() -> None:
    """A person whom training would admit is a near miss; nobody is put on a list."""
    for mode, wanted in (("TRAIN_FIRST", True), ("BLOCKED", False)):
        assert near_miss(tuple(gates(candidate(), job(limit(mode))).values())) is wanted


def test_jobs_at_home_are_never_touched() -> None:
    at_home = job(limit("BLOCKED"), country="MAR", net_monthly_wage_estimate=None)
    found = gates(candidate(), at_home)
    assert (found["H04"].passed, found["H10"].passed) == (True, True)


def test_a_decision_in_force_can_only_make_it_stricter() -> None:
    def mode(decided: str, **changes: Any) -> str:
        entry = Decision("MAR", decided, date(2026, 1, 1), date(2026, 12, 31), 1.0)._replace(**changes)
        return ruling(job(limit("TRAIN_FIRST"), decisions=(entry,)).access, "MAR", TODAY).mode

    assert [mode(m) for m in ("OPEN", "PROTECTED", "BLOCKED")] == ["TRAIN_FIRST", "PROTECTED", "BLOCKED"]
    assert mode("OPEN", origin="SEN") == "TRAIN_FIRST"


def test_an_expired_decision_opens_no_away_track() -> None:
    """S-30: an assessment is good for a year; one in force renews it."""
    old = Decision("MAR", "OPEN", date(2025, 1, 1), TODAY - timedelta(days=1), 0.0)
    new = old._replace(in_force_on=date(2026, 2, 1), expires_on=TODAY)
    assert gates(TRAINED, job(limit("OPEN"), decisions=(old,)))["H10"].value == (
        f"BLOCKED (joint decision expired on {TODAY - timedelta(days=1)})"
    )
    assert gates(candidate(), job(limit("OPEN"), decisions=(old, new)))["H10"].passed


def test_of_two_decisions_of_one_day_the_later_holds() -> None:
    first = Decision("MAR", "OPEN", date(2026, 2, 1), date(2027, 1, 31), 0.0, UUID(int=1))
    second = first._replace(mode="PROTECTED", id=UUID(int=2))
    for order in ((first, second), (second, first)):
        assert ruling(job(limit("OPEN"), decisions=order).access, "MAR", TODAY).mode == "PROTECTED"


def test_a_safeguard_out_of_its_period_leaves_the_default() -> None:
    for outside in (limit("OPEN", expires_on=TODAY - timedelta(days=1)), limit("OPEN", valid_from=date(2026, 12, 1))):
        assert ruling(job(outside).access, "MAR", TODAY).mode == "TRAIN_FIRST"


@pytest.mark.parametrize(
    ("ways", "passed"),
    [
        ((), False),
        ((pathway(),), True),
        ((pathway("SEN"),), False),
        ((pathway("MAR", valid_to=date(2027, 2, 28)),), False),  # the job begins on 1 March
        ((pathway("MAR", valid_from=date(2027, 3, 2)),), False),
        ((pathway("MAR", valid_from=date(2027, 3, 1), valid_to=date(2027, 3, 1)),), True),
    ],
)
def test_a_pathway_must_be_open_on_the_first_day(ways: tuple[Any, ...], passed: bool) -> None:
    """H04."""
    gate = gates(candidate(), opening(access=(Access("", (limit("OPEN"),), (), ways),)))["H04"]
    assert (gate.passed, gate.threshold) == (passed, "a pathway from MAR to BEL on 2027-03-01")


def test_a_mode_loosened_under_an_agreement_ends_with_it() -> None:
    """On the day after its last day the default holds again, by itself."""
    loose = limit("PROTECTED", default="BLOCKED", loose_until=TODAY)
    assert ruling(job(loose).access, "MAR", TODAY).mode == "PROTECTED"
    after = ruling(job(loose).access, "MAR", TODAY + timedelta(days=1))
    assert (after.mode, after.why) == (
        "BLOCKED",
        f"safeguard of the origin, tightened since the agreement that loosened it ended on {TODAY}",
    )


NURSE, COOK = Occupation("7412", 40), Occupation("5120", 12)
REFUSED, ASKED, ADMITTED = (False, False), (False, True), (True, True)


@pytest.mark.parametrize(
    ("employment", "jobs", "seen"),
    [
        ("PUBLIC_SERVICE", (NURSE,), REFUSED),
        ("PUBLIC_SERVICE", (COOK,), ADMITTED),
        ("PUBLIC_SERVICE", (replace(NURSE, last_date=date(2020, 1, 1)), COOK), ADMITTED),  # left the post long ago
        ("PUBLIC_SERVICE", (), ASKED),
        ("PRIVATE_SECTOR", (NURSE,), ADMITTED),
        (None, (NURSE,), ASKED),
        (None, (COOK,), ADMITTED),
    ],
)
def test_protected_leaves_the_public_service_its_people(
    employment: str | None, jobs: tuple[Occupation, ...], seen: tuple[bool, bool]
) -> None:
    """Story 8, domain 02 §7: no incumbents of public service in a protected occupation; the unknown is asked for."""
    person = replace(TRAINED, origin_employment=employment, occupations=jobs)
    gate = gates(person, job(limit("PROTECTED")))["H10"]
    assert (gate.passed, gate.remediable) == seen
    assert gates(person, job(limit("TRAIN_FIRST")))["H10"].passed
    if not gate.passed:
        assert "you may always apply on your own" in (gate.remedy or "")


def test_the_strictest_of_a_corridor_binds_every_partnership() -> None:
    """Of each partnership what it set last; where a partnership set nothing itself, at least the default."""
    this, other = UUID(int=1), UUID(int=2)

    def mode(*elsewhere: str, own: str | None = "OPEN") -> str:
        kept = tuple(limit(m, partnership=other, valid_from=date(2026, n + 1, 1)) for n, m in enumerate(elsewhere))
        mine = (limit(own, partnership=this),) if own else ()
        return ruling((Access("", mine, (), (pathway(),), kept),), "MAR", TODAY).mode

    assert [mode(), mode("BLOCKED"), mode("PROTECTED", "OPEN"), mode("OPEN", own=None)] == [
        "OPEN",
        "BLOCKED",
        "OPEN",
        "TRAIN_FIRST",
    ]


def test_a_decision_in_force_anywhere_renews_one_that_expired() -> None:
    old = Decision("MAR", "OPEN", date(2025, 1, 1), TODAY - timedelta(days=1), 0.0, UUID(int=1), UUID(int=1), "7412")
    new = old._replace(mode="PROTECTED", expires_on=TODAY, id=UUID(int=2), partnership=UUID(int=2))
    assert ruling(job(limit("OPEN"), decisions=(old,)).access, "MAR", TODAY).mode == "BLOCKED"
    assert ruling(job(limit("OPEN"), decisions=(old, new)).access, "MAR", TODAY).mode == "PROTECTED"


# Over HTTP, with what the registry publishes.


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def set_mode(scene: Scene, mode: str, **changes: Any) -> SafeguardChanged:
    event = safeguard(scene.partnership, "MAR", "741", mode, **changes)
    await publish(scene.house, event)
    return event


async def codes_refused(scene: Scene) -> list[str]:
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    answer = await scene.counsellor.post("/v1/proposals", json=body)
    return [guard["code"] for guard in answer.json()["guards"]] if answer.status_code == 409 else []


async def test_a_proposal_is_refused_with_the_gate(scene: Scene) -> None:
    """Story 8: at match and offer."""
    await set_mode(scene, "BLOCKED")
    assert await codes_refused(scene) == ["H10_SAFEGUARD"]
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    assert (await scene.counsellor.get(path)).json()["items"] == []
    await set_mode(scene, "TRAIN_FIRST")
    assert [item["near_miss"] for item in (await scene.counsellor.get(path)).json()["items"]] == [True]
    await set_mode(scene, "OPEN")
    assert await codes_refused(scene) == []


async def other_partnership(scene: Scene, **changes: Any) -> PartnershipChanged:
    """A second one, of which the agency and the employer are parties as well, and to which the vacancy is offered."""
    other = partnership([scene.agency, scene.employer], code="MA-BE-2", **changes)
    both = [scene.partnership.id, other.id]
    await publish(scene.house, other, scene.vacancy.model_copy(update={"partnership_ids": both}))
    return other


async def test_what_one_partnership_closed_is_not_offered_through_another(scene: Scene) -> None:
    """Story 8: the strictest over all partnerships of the corridor."""
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    other = await other_partnership(scene)
    assert len((await scene.counsellor.get(path)).json()["items"]) == 1
    await publish(scene.house, decision(other, "7411", "BLOCKED"))
    assert (await scene.counsellor.get(path)).json()["items"] == []
    assert await codes_refused(scene) == ["H10_SAFEGUARD"]
    await publish(scene.house, decision(other, "7411", "OPEN"))
    assert await codes_refused(scene) == []


async def test_a_safeguard_of_a_stranger_to_the_vacancy_binds_its_corridor_only(scene: Scene) -> None:
    """Also a partnership whose parties are others, and that this vacancy is not offered to."""
    stranger = partnership([await scene.house.organisation("STRANGER")], code="MA-BE-3")
    await publish(scene.house, stranger, safeguard(stranger, "MAR", "741", "BLOCKED"), guarded=True)
    assert await codes_refused(scene) == ["H10_SAFEGUARD"]
    corridors = [{"origin": "MAR", "destination": "DEU", "quota_per_year": 5, "pathway": None}]
    moved = stranger.model_copy(update={"corridors": partnership([scene.agency], corridors=corridors).corridors})
    await publish(scene.house, moved, guarded=True)
    assert await codes_refused(scene) == []


async def test_who_serves_the_public_is_not_recruited_from_a_protected_post(scene: Scene) -> None:
    """Story 8: refused at match and offer, and asked where it is not known."""
    await set_mode(scene, "PROTECTED")
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await session.execute(text("UPDATE candidates SET trained_by_partnership = true"))
    path = f"/v1/candidates/{scene.candidate_id}"

    async def seen(employment: str | None) -> tuple[list[bool], list[str]]:
        tag = (await scene.counsellor.get(path)).headers["ETag"]
        change = {"origin_employment": employment}
        assert (await scene.counsellor.patch(path, json=change, headers={"If-Match": tag})).status_code == 200
        items = (await scene.counsellor.get(f"{path}/matches")).json()["items"]
        return [item["near_miss"] for item in items], await codes_refused(scene)

    assert await seen(None) == ([True], ["H10_SAFEGUARD"])
    assert await seen("PUBLIC_SERVICE") == ([], ["H10_SAFEGUARD"])
    assert await seen("SELF_EMPLOYED") == ([False], [])


async def test_a_looser_mode_ends_with_the_agreement_that_allowed_it(scene: Scene) -> None:
    await set_mode(scene, "OPEN", default_mode="BLOCKED", loose_until=days(-1))
    assert await codes_refused(scene) == ["H10_SAFEGUARD"]
    await set_mode(scene, "OPEN", default_mode="BLOCKED", loose_until=days(0))
    assert await codes_refused(scene) == []


async def test_decision_and_pathway_close_the_way_as_well(scene: Scene) -> None:
    await publish(scene.house, decision(scene.partnership, "7411", "OPEN", expires_on=days(-1)))
    assert await codes_refused(scene) == ["H10_SAFEGUARD"]
    await publish(scene.house, decision(scene.partnership, "7411", "OPEN"), permit("BEL", valid_to=days(99)))
    assert await codes_refused(scene) == ["H04_PATHWAY_VALID"]
    await publish(scene.house, permit("BEL"))
    assert await codes_refused(scene) == []


async def test_an_offer_is_not_accepted_once_the_origin_has_closed(scene: Scene) -> None:
    """Story 8: at the offer."""
    proposal = await scene.propose()
    path, accept = f"/v1/proposals/{proposal}/answers", {"decision": "ACCEPT"}
    await scene.counsellor.post(path, json=accept)
    await set_mode(scene, "BLOCKED")
    refused = await scene.recruiter.post(path, json=accept)
    assert (refused.status_code, [g["code"] for g in refused.json()["guards"]]) == (409, ["H10_SAFEGUARD"])
    await set_mode(scene, "OPEN")
    assert (await scene.recruiter.post(path, json=accept)).status_code == 201


def started() -> dict[str, Any]:
    return {
        "started_on": days(120).isoformat(),
        "gross_hourly_earnings": {"amount": "17.00", "currency": "EUR"},
        "weekly_hours": 38,
        "net_monthly_earnings": {"amount": "2100.00", "currency": "EUR"},
        "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
        "decided_by": "Head of works 7",
    }


async def start(scene: Scene, placement: str) -> list[str]:
    """Codes of the guards that refuse it; none when it started."""
    answer = await scene.recruiter.post(f"/v1/placements/{placement}/start", json=started())
    assert answer.status_code in (200, 409), answer.text
    return [guard["code"] for guard in answer.json().get("guards", [])]


async def test_a_start_is_refused_once_the_origin_has_closed(scene: Scene) -> None:
    """Story 8: at start; the same person may start as soon as it is open again."""
    placement = (await scene.accept(await scene.propose()))["placement_id"]
    await set_mode(scene, "BLOCKED")
    assert await start(scene, placement) == ["H10_SAFEGUARD"]
    await publish(scene.house, safeguard(scene.partnership, "MAR", "741", "OPEN"), permit("BEL", valid_to=days(119)))
    assert await start(scene, placement) == ["H04_PATHWAY_VALID"]
    await publish(scene.house, permit("BEL"))
    assert await start(scene, placement) == []


async def test_home_places_come_first(scene: Scene) -> None:
    """Each person away needs the home places that the mode asks for, committed and not merely planned."""
    placement = (await scene.accept(await scene.propose()))["placement_id"]
    await set_mode(scene, "OPEN", ratio=1.0)
    assert await start(scene, placement) == ["H10_HOME_AWAY_RATIO"]
    other = await scene.register(external_id="C-2")
    body = {"candidate_id": other, "session_id": str(scene.session.id), "track": "HOME"}
    assert (await scene.counsellor.post("/v1/enrolments", json=body)).status_code == 201
    assert await start(scene, placement) == []


async def test_the_cap_of_the_origin_is_kept(scene: Scene) -> None:
    placement = (await scene.accept(await scene.propose()))["placement_id"]
    await set_mode(scene, "OPEN", away_cap=0)
    assert await start(scene, placement) == ["H10_AWAY_CAP"]
    await set_mode(scene, "OPEN", away_cap=1)
    assert await start(scene, placement) == []


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ({"occupations": ["71", "2"]}, "an occupation of ISCO-08 2, 71; "),
        ({"contract_types": ["SEASONAL"]}, "a contract that is SEASONAL; "),
        ({"occupations": ["74"], "contract_types": ["PERMANENT"]}, None),
    ],
)
async def test_a_pathway_is_for_its_occupations_and_contracts(house: House, asked: Any, remedy: str | None) -> None:
    """H04, in the list and pair by pair; remedies name what the pathway is for."""
    scene = await build(house)
    await publish(house, permit("BEL", **asked))
    path = f"/v1/candidates/{scene.candidate_id}/matches"
    listed = (await scene.counsellor.get(path)).json()["items"]
    why = (await scene.counsellor.get(f"{path}/{scene.vacancy.id}")).json()["explanation"]["gates"]
    gate = next(each for each in why if each["code"] == "H04")
    assert (bool(listed), gate["passed"]) == (remedy is None, remedy is None)
    assert remedy is None or gate["remedy"].startswith(remedy)
