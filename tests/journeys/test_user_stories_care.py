"""User stories of people at work abroad, of those who protect them and of those who come back: 18, 19, 21 and 22
(issue 4, shown by 1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from services.kit import db, tenancy
from services.matching.grievances import service as grievances
from services.matching.recognitions import service as recognitions
from tests.conftest import House
from tests.journeys.corridor import AWAY_FIRM, COUNSELLOR, NEXT, Corridor, Json, build, guards
from tests.matching.registry_events import SAFETY
from tests.operations import OPERATIONS

BOARD, UNION = "BOARD-BE", "UNION-BE"
WORDS = "canary words of a worker"
GOOD = {"employed": True, "paid_on_time": True, "paid_in_full": True, "documents_kept_by_worker": True}


def days(number: int) -> date:
    """A day counted from the one on which the test runs, whatever the clock of the services says."""
    return datetime.now(UTC).date() + timedelta(days=number)


@pytest.fixture
async def corridor(house: House) -> Corridor:
    """With an authority that recognises and a union that hears workers."""
    return await build(house, **{BOARD: "RECOGNISER", UNION: "SOCIAL_PARTNER"})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """It is so many days later; tokens are still those of today."""
    return lambda later: monkeypatch.setattr(db, "_clock", lambda: datetime.now(UTC) + timedelta(days=later))


def _start(begun: int = 0) -> Json:
    return {
        "started_on": days(begun).isoformat(),
        "gross_hourly_earnings": {"amount": "17.90", "currency": "EUR"},
        "weekly_hours": 38,
        "net_monthly_earnings": {"amount": "2000.00", "currency": "EUR"},
        "recruitment_costs_paid_by_worker": {"amount": "0.00", "currency": "EUR"},
        "decided_by": "Head of works 7",
    }


async def _at_work(corridor: Corridor, external_id: str = "C-1") -> tuple[str, str]:
    """Somebody who begins abroad today, and the path of the placement."""
    candidate = await corridor.candidate(external_id)
    path = await corridor.placement(candidate, corridor.away)
    await corridor.post(AWAY_FIRM, f"{path}/start", _start())
    return candidate, path


def _paid(kind: str, amount: str, group: str, payer: str = "WORKER", payee: str = "RECRUITER", on: int = -5) -> Json:
    return {
        "kind": kind,
        "cost_group": group,
        "phase": "PRE_DEPARTURE" if group == "RECRUITMENT" else "EMPLOYMENT",
        "payer": payer,
        "payee": payee,
        "amount": {"amount": amount, "currency": "EUR"},
        "paid_on": days(on).isoformat(),
    }


async def test_story_18_a_monitor_reads_what_recruitment_cost_the_worker(corridor: Corridor) -> None:
    """A fee that the worker paid opens G01 and, late, stops the start; reimbursements and deductions are netted, each
    worker by the own earnings."""
    path = await corridor.placement(await corridor.candidate(), corridor.away)
    entries = f"{path}/ledger-entries"
    fee = await corridor.post(COUNSELLOR, entries, _paid("FEE", "600.00", "RECRUITMENT", on=-40))
    (case,) = (await corridor.get(AWAY_FIRM, "/v1/cases"))["items"]
    assert (case["code"], case["status"]) == ("G01", "OPEN")
    assert guards(await corridor.try_(AWAY_FIRM, f"{path}/start", _start())) == ["GUARD_RAIL_G01"]

    back = _paid("REIMBURSEMENT", "600.00", "RECRUITMENT", "EMPLOYER", "WORKER", on=0) | {"reimburses": fee["id"]}
    made = await corridor.post(AWAY_FIRM, entries, back)
    await corridor.post(COUNSELLOR, f"/v1/ledger-entries/{made['id']}/confirmation")
    for who, to in (
        (COUNSELLOR, "UNDER_REVIEW"),
        (COUNSELLOR, "CONFIRMED"),
        (COUNSELLOR, "LIFTED"),
        (AWAY_FIRM, "LIFTED"),
    ):
        assert (await corridor.get(who, f"/v1/cases/{case['id']}"))["status"] != "LIFTED", "one key is not enough"
        await _say(corridor, who, case["id"], to)
    assert (await corridor.get(COUNSELLOR, f"/v1/cases/{case['id']}"))["status"] == "LIFTED"
    await corridor.post(AWAY_FIRM, f"{path}/start", _start())
    await corridor.post(COUNSELLOR, entries, _paid("COST", "950.00", "MIGRATION", payee="OTHER"))
    wage = _paid("WAGE", "2000.00", "LIVING", "EMPLOYER", "WORKER", on=0)
    deduction = _paid("DEDUCTION", "100.00", "MIGRATION", "WORKER", "EMPLOYER", on=0)
    for body in (wage, deduction):
        await corridor.post(COUNSELLOR, entries, body)
    cost = (await corridor.get(COUNSELLOR, f"{path}/ledger-summary"))["recruitment_cost"]
    assert float(cost["ratio_months"]) == pytest.approx(950 / (2000 - 100), abs=1e-4)
    assert cost["counts_for_indicator"] is True


async def _say(corridor: Corridor, who: str, case: str, to: str) -> None:
    """What one side says of a case; to lift it takes both."""
    async with await corridor.as_(who) as http:
        tag = (await http.get(f"/v1/cases/{case}")).headers["ETag"]
        sent = {"to": to, "reason": "Paid back.", "decided_by": "Director 1"}
        answer = await http.post(f"/v1/cases/{case}/transitions", json=sent, headers={"If-Match": tag})
    assert answer.is_success, answer.text


async def test_story_19_a_worker_is_asked_and_complains_where_the_employer_does_not_hear(
    corridor: Corridor, clock: Callable[[int], None]
) -> None:
    """Check-ins at 3, 6 and 12 months; a complaint by token without a name, with a clock, an escalation and a mark of
    retaliation; no route of the employer tells of either."""
    _, path = await _at_work(corridor)
    token = (await corridor.post(COUNSELLOR, f"{path}/grievance-tokens"))["token"]
    union = await corridor.house.act(UNION, "partner-admin", service="matching")
    both = ("employer", "counsellor", "partner-admin", "analyst", "steward", "training-provider")
    employer = await corridor.house.act(AWAY_FIRM, *both, service="matching")
    complaint = {"categories": ["WAGES"], "text": WORDS, "language": "ar"}
    async with corridor.house.anonymous("matching") as worker:
        worker.headers["Grievance-Token"] = token
        filed = (await worker.post("/v1/grievances", json=complaint)).json()["id"]
        (seen,) = (await union.get("/v1/grievances")).json()["items"]
        assert (seen["text"], seen["candidate_id"], seen["placement_id"]) == (WORDS, None, None)
        clock(5)  # nobody at the union acknowledged it within two working days
        async with corridor.house.databases["matching"].transaction(tenancy.HOUSE) as session:
            await grievances.escalate_overdue(session)
        (escalated,) = (await corridor.get(COUNSELLOR, "/v1/grievances"))["items"]
        assert [each["why"] for each in escalated["escalations"]] == ["NOT_ACKNOWLEDGED"]
        assert await _revealed(employer, filed, path) == []
        for to, said in (
            ("ACKNOWLEDGED", {"message": "We have it."}),
            ("RESOLVED", {"message": "Paid.", "reason": "Wages paid", "next_step": "Call us.", "retaliation": True}),
        ):
            async with await corridor.as_(COUNSELLOR) as http:
                tag = (await http.get(f"/v1/grievances/{filed}")).headers["ETag"]
                sent = {"to": to} | said
                moved = await http.post(f"/v1/grievances/{filed}/transitions", json=sent, headers={"If-Match": tag})
                assert moved.status_code == 200, moved.text
        (mine,) = (await worker.get("/v1/own-grievances")).json()["items"]
        assert (mine["status"], mine["reason"], mine["next_step"]) == ("RESOLVED", "Wages paid", "Call us.")
    flagged = (await corridor.get(COUNSELLOR, "/v1/grievances", retaliation=True))["items"]
    assert [each["id"] for each in flagged] == [filed]

    for month, later in ((3, 95), (6, 190), (12, 370)):
        asked = {"month": month, "asked_by": "Counsellor 12", "answers": GOOD, "comment": WORDS}
        asked |= {"took_place_on": days(later).isoformat()}
        early = await corridor.try_(COUNSELLOR, f"{path}/check-ins", asked)
        assert early.status_code in (409, 422)
        clock(later)
        due = (await corridor.get(COUNSELLOR, "/v1/due-check-ins"))["items"]
        assert [[each["month"] for each in one["due"]] for one in due] == [[month]]
        await corridor.post(COUNSELLOR, f"{path}/check-ins", asked)
        assert (await corridor.move(COUNSELLOR, path, f"CHECK_{month}M")).status_code == 200
    assert await _revealed(employer, filed, path) == []


async def _revealed(employer: httpx.AsyncClient, grievance: str, placement: str) -> list[str]:
    """Operations that tell the employer, with every scope there is, of the worker's words."""
    known = {"placement_id": placement.rpartition("/")[2], "grievance_id": grievance}
    found = []
    for operation in OPERATIONS:
        if operation.service == "matching" and operation.method == "get":
            values = {each["name"]: known.get(each["name"], grievance) for each in operation.parameters("path")}
            answer = await employer.get(operation.url(values))
            if WORDS in answer.text or (answer.status_code == 200 and grievance in answer.text):
                found.append(str(operation))
    return found


async def test_story_21_a_returnee_is_recognised_and_matched_at_home(
    corridor: Corridor, clock: Callable[[int], None]
) -> None:
    """What was learned abroad is in the profile, jobs at home come first, and after six months somebody asks."""
    candidate, placement = await _at_work(corridor)
    plan = {"planned_on": days(200).isoformat(), "services": [{"kind": "JOB_SEARCH", "given_by": "Office in Rabat"}]}
    path = f"/v1/returns/{(await corridor.post(COUNSELLOR, f'{placement}/returns', plan))['id']}"
    clock(200)
    back = {
        "returned_on": days(200).isoformat(),
        "certificate": "Certificate 44",
        "skills_gained": [{"uri": SAFETY, "level": 5, "evidence": "TESTED"}],
    }
    home = await corridor.vacancy("FIRM-MA", "HOME-3", start_from=days(220).isoformat(), start_to=days(400).isoformat())
    await corridor.house.follow()
    returned = await _said(corridor, path, "arrival", back)
    person = await corridor.get(COUNSELLOR, f"/v1/candidates/{candidate}")
    assert {s["uri"]: s["evidence"] for s in person["skills"]}[SAFETY] == "TESTED"
    jobs = (await corridor.get(COUNSELLOR, returned["home_jobs"]))["items"]
    assert {each["vacancy"]["side"] for each in jobs} == {"HOME"}
    assert home in {each["vacancy"]["id"] for each in jobs}
    asked = {"on": returned["follow_up_from"], "employed": True, "using_skills": True}
    async with await corridor.as_(COUNSELLOR) as http:
        tag = (await http.get(path)).headers["ETag"]
        early = await http.post(f"{path}/follow-up", json=asked, headers={"If-Match": tag})
    assert guards(early) == ["DUE"]
    clock(200 + 190)
    assert (await _said(corridor, path, "follow-up", asked))["status"] == "REINTEGRATED"


async def _said(corridor: Corridor, path: str, what: str, sent: Json, who: str = COUNSELLOR) -> Json:
    """Of the version that is read."""
    async with await corridor.as_(who) as http:
        tag = (await http.get(path)).headers["ETag"]
        answer = await http.post(f"{path}/{what}", json=sent, headers={"If-Match": tag})
    assert answer.is_success, answer.text
    made: Json = answer.json()
    return made


async def test_story_22_an_authority_receives_and_answers_dossiers(
    corridor: Corridor, clock: Callable[[int], None]
) -> None:
    """Compensation measures with their day, full recognition that opens the regulated job, days counted, an end that
    closes it again."""
    regulated = await corridor.vacancy(AWAY_FIRM, "AWAY-REGULATED", regulated=True)
    await corridor.house.follow()
    candidate = await corridor.candidate()
    pair = {"candidate_id": candidate, "vacancy_id": regulated}
    assert [code[:3] for code in guards(await corridor.try_(COUNSELLOR, "/v1/proposals", pair))] == ["H06"]
    dossier = {
        "candidate_id": candidate,
        "partnership_id": corridor.partnership.id,
        "authority_id": await corridor.house.organisation(BOARD),
        "qualification": "Diploma 118",
        "isco08": "7411",
        "country": "BEL",
        "comparability": {"nqf_level": 5, "eqf_level": 4, "reference": "S-1", "issued_on": days(-90).isoformat()},
    }
    path = f"/v1/recognition-dossiers/{(await corridor.post(COUNSELLOR, '/v1/recognition-dossiers', dossier))['id']}"
    assert (await corridor.get(BOARD, "/v1/recognition-dossiers"))["items"] == []
    await _said(corridor, path, "submission", {"submitted_on": days(-40).isoformat()})
    (received,) = (await corridor.get(BOARD, "/v1/recognition-dossiers"))["items"]
    assert received["status"] == "SUBMITTED"

    measure = {"text": "Adaptation period", "done_by": days(0).isoformat()}
    answer = {"outcome": "COMPENSATION_MEASURES", "decided_on": days(-10).isoformat(), "decision": "D-76"}
    asked = await _said(corridor, path, "answer", answer | {"measures": [measure]}, BOARD)
    assert asked["measures"] == [measure]
    full = {"outcome": "FULL", "decided_on": days(0).isoformat(), "decision": "D-77", "valid_to": days(60).isoformat()}
    done = await _said(corridor, path, "answer", full, BOARD)
    assert done["status"] == "FULL"
    kpi = await corridor.get(BOARD, "/v1/recognition-days")
    assert (kpi["decided"], kpi["recognised"]) == (1, 1)
    assert kpi["median_days"] in (30, 40)
    proposal = await corridor.propose(candidate, regulated)
    taken_back = {"reason": "JOB_INELIGIBLE", "next_steps": NEXT, "decided_by": "Counsellor 12"}
    moved = await corridor.move(COUNSELLOR, f"/v1/proposals/{proposal}", "WITHDRAWN", **taken_back)
    assert moved.status_code == 200, moved.text
    clock(61)
    async with corridor.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await recognitions.expire(session)
    assert (await corridor.get(COUNSELLOR, path))["status"] == "EXPIRED"
    later = await corridor.try_(COUNSELLOR, "/v1/proposals", pair)
    assert "H06" in [code[:3] for code in guards(later)]
