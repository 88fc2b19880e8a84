"""Grievances: a token and no name, two clocks, and never a word to the employer (story 19)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.kit import db, tenancy
from services.matching.grievances import service
from tests.conftest import House
from tests.matching.registry_events import organisation, publish
from tests.matching.scene import Scene, build
from tests.matching.test_erasure import rows_of_all
from tests.matching.test_placements_api import codes, prepared
from tests.operations import OPERATIONS

WORDS = "canary grievance words"
COMPLAINT: dict[str, Any] = {"categories": ["WAGES", "DOCUMENTS"], "text": WORDS, "language": "fr"}


@pytest.fixture
async def scene(house: House) -> Scene:
    """With a union in the partnership."""
    scene = await build(house)
    union = {"organisation_id": await house.organisation("UNION"), "side": "DESTINATION", "role": "SOCIAL_PARTNER"}
    parties = [each.model_dump() for each in scene.partnership.parties]
    changed = scene.partnership.model_dump() | {"parties": [*parties, union]}
    await publish(house, type(scene.partnership).model_validate(changed))
    return scene


async def token_of(scene: Scene, path: str) -> str:
    answer = await scene.counsellor.post(f"{path}/grievance-tokens")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def worker(scene: Scene, path: str) -> httpx.AsyncClient:
    """Somebody with a token and no account."""
    http = scene.house.anonymous("matching")
    http.headers["Grievance-Token"] = await token_of(scene, path)
    return http


async def complain(http: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await http.post("/v1/grievances", json=COMPLAINT | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def step(http: Any, id: str, version: int, to: str, **said: Any) -> Any:
    return await http.post(
        f"/v1/grievances/{id}/transitions", json={"to": to} | said, headers={"If-Match": f'"{version}"'}
    )


async def test_a_worker_complains_without_a_name_and_reads_the_answer(scene: Scene) -> None:
    path = await prepared(scene)
    union = await scene.house.act("UNION", "partner-admin", service="matching")
    async with await worker(scene, path) as http:
        id = (await complain(http))["id"]
        (seen,) = (await union.get("/v1/grievances")).json()["items"]
        await step(union, id, 1, "ACKNOWLEDGED", message="We have it.")
        bare = await step(union, id, 2, "RESOLVED")
        closed = {
            "message": "Paid today.",
            "reason": "Wages paid",
            "next_step": "Come to the office.",
            "retaliation": True,
        }
        await step(union, id, 2, "RESOLVED", **closed)
        (mine,) = (await http.get("/v1/own-grievances")).json()["items"]
    assert (seen["text"], seen["candidate_id"], seen["placement_id"], seen["anonymous"]) == (WORDS, None, None, True)
    assert scene.candidate_id not in str(seen)
    assert codes(bare) == ["MESSAGE_GIVEN", "REASON_GIVEN", "NEXT_STEP_GIVEN"]
    assert (mine["status"], [each["text"] for each in mine["messages"]]) == ("RESOLVED", ["We have it.", "Paid today."])
    assert (mine["reason"], mine["next_step"]) == ("Wages paid", "Come to the office.")


async def test_no_route_of_the_employer_reveals_it(scene: Scene) -> None:
    """Every GET of the service, with every scope and with the ids that the employer has or could guess."""
    path = await prepared(scene)
    async with await worker(scene, path) as http:
        id = (await complain(http, anonymous=False))["id"]
    roles = ("employer", "counsellor", "partner-admin", "analyst", "steward", "training-provider")
    known = {"placement_id": path.rpartition("/")[2], "grievance_id": id, "candidate_id": scene.candidate_id}
    revealed, asked = [], 0
    async with await scene.house.act("EMPLOYER", *roles, service="matching") as employer:
        for operation in OPERATIONS:
            if operation.service != "matching" or operation.method != "get":
                continue
            values = {each["name"]: known.get(each["name"], id) for each in operation.parameters("path")}
            answer = await employer.get(operation.url(values))
            asked += 1
            if WORDS in answer.text or (id in answer.text and answer.status_code == 200):
                revealed.append(str(operation))
        refused = await step(employer, id, 1, "RESOLVED")
        token = await employer.post(f"{path}/grievance-tokens")
    assert (revealed, refused.status_code, token.status_code) == ([], 404, 403)
    assert asked > 40


async def test_the_employers_lists_and_gates_are_the_same_however_many_complain(scene: Scene) -> None:
    """H11 does not count grievances: a list that empties would tell that somebody complained."""
    path = await prepared(scene)
    await scene.register(external_id="C-2")
    lists = f"/v1/vacancies/{scene.vacancy.id}/matches"
    before = await scene.recruiter.get(lists)
    async with await worker(scene, path) as http:
        for _ in range(5):
            await complain(http, anonymous=False, retaliation=True)
    after = await scene.recruiter.get(lists)
    gates = [gate for item in after.json()["items"] for gate in item["explanation"]["gates"]]
    assert (before.status_code, before.content) == (200, after.content)
    assert {gate["passed"] for gate in gates if gate["code"] == "H11"} == {True}


async def test_who_speaks_for_the_worker_reads_it_and_an_export_does_not(scene: Scene) -> None:
    path = await prepared(scene)
    async with await worker(scene, path) as http:
        await complain(http)
        named = await complain(http, anonymous=False)
    listed = (await scene.counsellor.get("/v1/grievances")).json()["items"]
    export = await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/export")
    assert [each["candidate_id"] for each in listed] == [None, scene.candidate_id]
    assert named["id"] not in export.text
    assert WORDS not in export.text


@pytest.mark.parametrize("token", [None, "", "wrong", "x" * 300])
async def test_without_a_token_nobody_gets_in(scene: Scene, token: str | None) -> None:
    headers = {} if token is None else {"Grievance-Token": token}
    async with scene.house.anonymous("matching") as http:
        filed = await http.post("/v1/grievances", json=COMPLAINT, headers=headers)
        read = await http.get("/v1/own-grievances", headers=headers)
    assert (filed.status_code, read.status_code, filed.headers["WWW-Authenticate"]) == (401, 401, "Grievance-Token")


async def test_a_token_reads_its_own_only_and_its_text_is_not_kept(scene: Scene) -> None:
    path = await prepared(scene)
    async with await worker(scene, path) as one, await worker(scene, path) as other:
        await complain(one)
        theirs = (await other.get("/v1/own-grievances")).json()["items"]
        secret = one.headers["Grievance-Token"]
    keyed = {"Idempotency-Key": "token-1"}
    first = (await scene.counsellor.post(f"{path}/grievance-tokens", headers=keyed)).json()["token"]
    again = (await scene.counsellor.post(f"{path}/grievance-tokens", headers=keyed)).json()["token"]
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        kept = [each.token_sha256 for each in await session.scalars(service.select(service.GrievanceToken))]
    assert (theirs, first is not None, again) == ([], True, None)
    assert secret not in kept
    assert service.digest(secret) in kept


async def test_what_nobody_takes_up_goes_to_the_next(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two working days to acknowledge, thirty days to put right; then the organisation of the worker has it."""
    path = await prepared(scene)
    async with await worker(scene, path) as http:
        await complain(http)
        moment = db.now()
        await escalate(scene.house)
        kept = (await http.get("/v1/own-grievances")).json()["items"][0]["handled_by"]
        monkeypatch.setattr(db, "_clock", lambda: moment + timedelta(days=5))
        await escalate(scene.house)
        monkeypatch.undo()
        (mine,) = (await http.get("/v1/own-grievances")).json()["items"]
    (seen,) = (await scene.counsellor.get("/v1/grievances")).json()["items"]
    assert (kept, mine["handled_by"]) == (await scene.house.organisation("UNION"), scene.agency)
    assert [(each["to_organisation"], each["why"]) for each in seen["escalations"]] == [
        (scene.agency, "NOT_ACKNOWLEDGED")
    ]


async def escalate(house: House) -> None:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        assert await service.escalate_overdue(session) is False


async def test_an_employer_that_registered_its_own_worker_never_handles(scene: Scene) -> None:
    """Where nobody else is left, no token is given out."""

    class Job:
        organisation_id = employer_id = scene.employer

    union = {"organisation_id": "U", "role": "SOCIAL_PARTNER"}
    lead = {"organisation_id": scene.employer, "role": "LEAD"}
    assert service.chain(Job, [lead, union]) == ["U"]  # type: ignore[arg-type]
    assert service.chain(Job, [lead]) == []  # type: ignore[arg-type]


async def test_a_federation_of_employers_never_handles(scene: Scene) -> None:
    """It is a social partner too; its members are who the complaint is about (found with the sample)."""
    federation = await scene.house.organisation("FEDERATION", type="EMPLOYERS_FEDERATION")
    parties = [
        {"organisation_id": federation, "side": "DESTINATION", "role": role} for role in ("SOCIAL_PARTNER", "LEAD")
    ]
    others = [each.model_dump() for each in scene.partnership.parties]
    changed = scene.partnership.model_dump() | {"parties": [*parties, *others]}
    named = organisation(federation, "FEDERATION", "BEL", "EMPLOYERS_FEDERATION")
    await publish(scene.house, named, type(scene.partnership).model_validate(changed))
    given = await scene.counsellor.post(f"{await prepared(scene)}/grievance-tokens")
    assert given.json()["handlers"] == [scene.agency]


def test_a_weekend_is_no_working_day() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert service.working_days_after(friday, 2) == datetime(2026, 12, 1, 16, tzinfo=UTC)


async def test_erasure_takes_what_was_said_without_a_name(scene: Scene) -> None:
    path = await prepared(scene)
    async with await worker(scene, path) as http:
        id = (await complain(http))["id"]
        union = await scene.house.act("UNION", "partner-admin", service="matching")
        union.headers["Idempotency-Key"] = "canary-2"  # so that the answer, which names nobody, is kept for repeats
        assert (await step(union, id, 1, "ACKNOWLEDGED")).status_code == 200
        person = f"/v1/candidates/{scene.candidate_id}"
        tag = (await scene.counsellor.get(person)).headers["ETag"]
        assert (await scene.counsellor.delete(person, headers={"If-Match": tag})).status_code == 204
        gone = await http.get("/v1/own-grievances")
    assert gone.status_code == 401
    assert (await scene.counsellor.get("/v1/grievances")).json()["items"] == []
    assert [table for table, rows in (await rows_of_all(scene.house)).items() if WORDS in rows] == []


async def test_who_gets_it_late_has_the_same_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that slept for forty days passes nobody over when it wakes."""
    path = await prepared(scene)
    async with await worker(scene, path) as http:
        await complain(http)
        moment = db.now()
        monkeypatch.setattr(db, "_clock", lambda: moment + timedelta(days=40))
        await escalate(scene.house)
        monkeypatch.undo()
        (mine,) = (await http.get("/v1/own-grievances")).json()["items"]
    assert datetime.fromisoformat(mine["resolve_by"]) == moment + timedelta(days=70)
