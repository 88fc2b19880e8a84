"""Returns: experience recognised, jobs at home, a follow-up after six months, money sent home (story 21)."""

from datetime import timedelta
from typing import Any

import pytest

from services.kit import db
from services.matching.returns import service
from tests.conftest import House
from tests.matching.registry_events import SAFETY, days, publish, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_placements_api import START, codes, prepared

PLAN = {"planned_on": days(0).isoformat(), "services": [{"kind": "JOB_SEARCH", "given_by": "Office in Rabat"}]}
BACK = {
    "returned_on": days(0).isoformat(),
    "certificate": "Certificate 44",
    "skills_gained": [{"uri": SAFETY, "level": 5, "evidence": "TESTED"}],
}
SENT = {
    "sent_on": days(0).isoformat(),
    "amount": {"amount": "200.00", "currency": "EUR"},
    "fee": "6",
    "consented": True,
}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def planned(scene: Scene) -> str:
    """Path of the planned return of somebody who works abroad."""
    placement = await prepared(scene)
    await scene.counsellor.post(f"{placement}/start", json=START)
    answer = await scene.counsellor.post(f"{placement}/returns", json=PLAN)
    assert answer.status_code == 201, answer.text
    return f"/v1/returns/{answer.json()['id']}"


async def tell(scene: Scene, path: str, what: str, version: int, body: dict[str, Any]) -> Any:
    return await scene.counsellor.post(f"{path}/{what}", json=body, headers={"If-Match": f'"{version}"'})


async def test_what_was_learned_counts_and_jobs_at_home_are_listed(scene: Scene) -> None:
    at_home = vacancy(scene.employer, [scene.partnership.id], country="MAR", external_id="V-HOME")
    await publish(scene.house, at_home)
    path = await planned(scene)
    back = (await tell(scene, path, "arrival", 1, BACK)).json()
    person = (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).json()
    jobs = (await scene.counsellor.get(back["home_jobs"])).json()["items"]
    gained = [(s["level"], s["evidence"]) for s in person["skills"] if s["uri"] == SAFETY]
    assert (back["status"], back["certificate"], gained) == ("RETURNED", "Certificate 44", [(5, "TESTED")])
    assert [job["vacancy"]["id"] for job in jobs] == [str(at_home.id)]


async def test_the_follow_up_waits_six_months(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await planned(scene)
    early = await tell(scene, path, "follow-up", 1, {"on": days(0).isoformat(), "employed": True})
    due = (await tell(scene, path, "arrival", 1, BACK)).json()["follow_up_from"]
    moment = db.now()
    later = {"on": due, "employed": True, "using_skills": True}
    ahead = await tell(scene, path, "follow-up", 2, later)
    monkeypatch.setattr(service, "now", lambda: moment + timedelta(days=190))
    done = (await tell(scene, path, "follow-up", 2, later)).json()
    assert (codes(early), codes(ahead)) == (["RETURN_STATUS", "DUE"], ["DUE"])
    assert (done["status"], done["follow_up"]["using_skills"]) == ("REINTEGRATED", True)


async def test_nobody_returns_from_home_or_before_the_start(house: House) -> None:
    scene = await build(house, country="MAR")
    refused = await scene.counsellor.post(f"{await prepared(scene)}/returns", json=PLAN)
    assert codes(refused) == ["TRACK", "STARTED"]


async def test_remittances_need_consent_and_stay_from_the_employer(scene: Scene) -> None:
    path = f"{await prepared(scene)}/remittances"
    unasked = await scene.counsellor.post(path, json=SENT | {"consented": False})
    kept = await scene.counsellor.post(path, json=SENT)
    async with await scene.house.act("EMPLOYER", "employer", "counsellor", service="matching") as employer:
        shown = (await employer.get(path)).json()["items"]
        written = await employer.post(path, json=SENT)
    assert (unasked.status_code, kept.json()["cost_share"], shown, written.status_code) == (422, 0.03, [], 403)
