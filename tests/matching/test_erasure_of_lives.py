"""Erasure after a whole life, at work and as an entrepreneur: what was written down along the way is gone (story 4)."""

import logging
from typing import Any

import httpx
import pytest

from services.kit.db import now
from tests.conftest import House
from tests.matching import entrepreneurs
from tests.matching.registry_events import days, person, publish
from tests.matching.scene import Scene, build
from tests.matching.test_check_ins import GOOD
from tests.matching.test_erasure import CANARIES, rows_of_all
from tests.matching.test_ledgers import FEE
from tests.matching.test_mentors_api import offer
from tests.matching.test_placements_api import CLOSED, START
from tests.matching.test_returns import BACK, PLAN, SENT

# The only places of this service that still know the pseudonym, which leads nowhere; statistics keep it too.
_PSEUDONYM = {"matching.events", "matching.access_log", "matching.forgotten"}


class Life:
    """Sends what happens to one person, with keys, so that answers are kept too, and with words that must not stay."""

    def __init__(self, house: House) -> None:
        self.house, self.words, self.sent = house, list(CANARIES.values()), 0

    def say(self, what: str) -> str:
        """A text that is found again."""
        self.words.append(f"canary {what}")
        return self.words[-1]

    async def post(self, http: httpx.AsyncClient, path: str, body: Any = None, version: int | None = None) -> Any:
        """What was answered; `version` of what is changed."""
        self.sent += 1
        headers = {"Idempotency-Key": f"canary-{self.sent}"}
        headers |= {"If-Match": f'"{version}"'} if version else {}
        answer = await http.post(path, json=body, headers=headers)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    async def ends(self, http: httpx.AsyncClient, id: str, caplog: Any, capfd: Any) -> None:
        """Erases the person and looks for what is left."""
        before = await rows_of_all(self.house)
        assert [word for word in self.words if not any(word in text for text in before.values())] == []
        tag = (await http.get(f"/v1/candidates/{id}")).headers["ETag"]
        gone = await http.delete(f"/v1/candidates/{id}", headers={"If-Match": tag})
        assert gone.status_code == 204, gone.text
        await self.house.follow()
        after = await rows_of_all(self.house)
        assert [(table, word) for table, text in after.items() for word in self.words if word in text] == []
        knowing = {table for table, text in after.items() if id in text and not table.startswith("reporting.")}
        assert knowing - _PSEUDONYM == set()
        out, err = capfd.readouterr()
        assert [word for word in self.words if word in caplog.text + out + err] == []


async def partners(house: House) -> Scene:
    """With a union that hears complaints and an authority that recognises."""
    scene = await build(house, start_from=days(-200), start_to=days(200))
    parties = [each.model_dump() for each in scene.partnership.parties]
    for code, role in (("UNION", "SOCIAL_PARTNER"), ("BOARD", "RECOGNISER")):
        parties.append({"organisation_id": await house.organisation(code), "side": "DESTINATION", "role": role})
    changed = scene.partnership.model_dump() | {"parties": parties}
    await publish(house, type(scene.partnership).model_validate(changed))
    return scene


async def test_nothing_is_left_of_a_life_at_work(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Plan, kept match, closing, contestation, ledger, case, check-in, grievance, recognition, return, remittance."""
    caplog.set_level(logging.DEBUG)
    scene, life = await partners(house), Life(house)
    agency, employer = scene.counsellor, scene.recruiter
    id = (await life.post(agency, "/v1/candidates", person(**CANARIES)))["id"]
    job = {"candidate_id": id, "vacancy_id": str(scene.vacancy.id)}
    found = (await agency.get(f"/v1/candidates/{id}/plans", params={"vacancy": job["vacancy_id"]})).json()
    await life.post(agency, "/v1/plans", job | {"key": found["plans"][0]["key"]})
    await recognised(life, scene, id)
    proposal = (await life.post(agency, "/v1/proposals", job))["id"]
    for http in (agency, employer):
        accepted = await life.post(http, f"/v1/proposals/{proposal}/answers", {"decision": "ACCEPT"})
    path = f"/v1/placements/{accepted['placement_id']}"
    await reopened(life, scene, path)
    begun = START | {"started_on": days(-100).isoformat()}
    await life.post(agency, f"{path}/start", begun)
    fee = FEE | {"note": life.say("ledger note"), "receipt": life.say("receipt")}
    await life.post(agency, f"{path}/ledger-entries", fee)
    said = {"reason": life.say("case reason"), "decided_by": "Counsellor 12"}
    case = (await life.post(agency, f"{path}/cases", said | {"code": "G02", "evidence": life.say("evidence")}))["id"]
    looked = said | {"to": "UNDER_REVIEW", "reason": life.say("review")}
    await life.post(employer, f"/v1/cases/{case}/transitions", looked, 1)
    asked = {"month": 3, "took_place_on": days(0).isoformat(), "asked_by": "Counsellor 12", "answers": GOOD}
    await life.post(agency, f"{path}/check-ins", asked | {"comment": life.say("check-in")})
    await complained(life, scene, path)
    home = (await life.post(agency, f"{path}/returns", PLAN))["id"]
    await life.post(agency, f"/v1/returns/{home}/arrival", BACK | {"certificate": life.say("return")}, 1)
    await life.post(agency, f"{path}/remittances", SENT)
    await life.ends(agency, id, caplog, capfd)


async def recognised(life: Life, scene: Scene, id: str) -> None:
    dossier = {
        "candidate_id": id,
        "partnership_id": str(scene.partnership.id),
        "authority_id": await scene.house.organisation("BOARD"),
        "qualification": life.say("diploma"),
        "isco08": "7411",
        "country": "BEL",
    }
    path = f"/v1/recognition-dossiers/{(await life.post(scene.counsellor, '/v1/recognition-dossiers', dossier))['id']}"
    await life.post(scene.counsellor, f"{path}/submission", {"submitted_on": days(-9).isoformat()}, 1)
    answer = {"outcome": "FULL", "decided_on": days(0).isoformat(), "decision": life.say("decision")}
    async with await scene.house.act("BOARD", "partner-admin", service="matching") as board:
        await life.post(board, f"{path}/answer", answer, 2)


async def reopened(life: Life, scene: Scene, path: str) -> None:
    """Cancelled by the employer, contested, taken up again."""
    steps = [{"kind": "RETURN_SERVICE", "text": life.say("next step")}]
    cancelled = CLOSED | {"to": "CANCELLED", "on": days(0).isoformat(), "next_steps": steps}
    await life.post(scene.recruiter, f"{path}/transitions", cancelled | {"comment": life.say("comment")}, 1)
    (closing,) = (await scene.counsellor.get("/v1/closings")).json()["items"]
    told = {"confirmed_by": "Counsellor 12", "next_steps": []}
    await life.post(scene.counsellor, f"/v1/closings/{closing['id']}/confirmation", told, 1)
    grounds = {"grounds": life.say("grounds")}
    contested = await life.post(scene.counsellor, f"/v1/closings/{closing['id']}/contestations", grounds)
    judged = {"outcome": "REVERSED", "answered_by": "Director 1", "answer": life.say("judgement")}
    await life.post(scene.recruiter, f"/v1/contestations/{contested['id']}/answer", judged, 1)
    again = {"to": "PREPARING", "on": days(0).isoformat(), "decided_by": "Director 1"}
    version = (await scene.recruiter.get(path)).headers["ETag"].strip('"')
    await life.post(scene.recruiter, f"{path}/transitions", again, int(version))


async def complained(life: Life, scene: Scene, path: str) -> None:
    """Without a name, and answered."""
    token = (await life.post(scene.counsellor, f"{path}/grievance-tokens"))["token"]
    async with scene.house.anonymous("matching") as worker:
        worker.headers["Grievance-Token"] = token
        complaint = {"categories": ["WAGES"], "text": life.say("complaint"), "language": "fr"}
        filed = (await life.post(worker, "/v1/grievances", complaint))["id"]
    async with await scene.house.act("UNION", "partner-admin", service="matching") as union:
        heard = {"to": "ACKNOWLEDGED", "message": life.say("message")}
        await life.post(union, f"/v1/grievances/{filed}/transitions", heard, 1)


async def test_nothing_is_left_of_an_entrepreneur(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Firm, mobility, stay and mentoring."""
    caplog.set_level(logging.DEBUG)
    scene, life = await entrepreneurs.build(house), Life(house)
    incubator, today = scene.incubator, now().date().isoformat()
    canary = entrepreneurs.entrepreneur(**CANARIES)
    id = (await life.post(incubator, "/v1/candidates", canary))["id"]
    names = {"name": life.say("firm"), "continuity_person": life.say("deputy")}
    await life.post(incubator, "/v1/firms", entrepreneurs.firm(id, **names, registration_number=life.say("register")))
    begin = {"candidate_id": id, "partnership_id": str(scene.partnership.id), "scheme_id": str(scene.scheme.id)}
    mobility = (await life.post(incubator, "/v1/mobilities", begin | {"on": today}))["id"]
    steps: list[dict[str, Any]] = [
        {"to": "FORMALISATION_CHECK"},
        {"to": "DIAGNOSED", "diagnosis": life.say("diagnosis")},
        {"to": "PRE_MOBILITY"},
        {"to": "HOST_MATCHED", "preparation": life.say("preparation"), "host_id": str(scene.host.id)},
    ]
    for version, step in enumerate(steps, 1):
        said = step | {"on": today, "decided_by": life.say("adviser")}
        await life.post(incubator, f"/v1/mobilities/{mobility}/transitions", said, version)
    dates = {"from_date": days(10).isoformat(), "to_date": days(20).isoformat()}
    planned = {"mobility_id": mobility, "host_id": str(scene.host.id), "share_identity": True} | dates
    stay = (await life.post(incubator, "/v1/stays", planned))["id"]
    await life.post(scene.hosting, f"/v1/stays/{stay}/answer", {"accepts": True, "decided_by": life.say("head")}, 1)
    engagement = await offer(scene)
    booked = {"candidate_id": id, "engagement_id": engagement, "planned_on": days(0).isoformat(), "hours": "2.00"}
    mentoring = (await life.post(incubator, "/v1/mentorings", booked))["id"]
    steps_on = [{"kind": "APPLY_AGAIN", "text": life.say("other mentors")}]
    cancelled = {"to": "CANCELLED", "on": today, "reason": "PERSON_WITHDRAWS", "next_steps": steps_on}
    cancelled["decided_by"] = life.say("decider")
    await life.post(incubator, f"/v1/mentorings/{mentoring}/transitions", cancelled, 1)
    await life.ends(incubator, id, caplog, capfd)
