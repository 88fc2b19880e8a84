"""Check-ins after three, six and twelve months: asked out of the employer's hearing (story 19)."""

from typing import Any

import pytest

from tests.conftest import House
from tests.matching.registry_events import days
from tests.matching.scene import Scene, build
from tests.matching.test_placements_api import START, codes, move, prepared

GOOD = {"employed": True, "paid_on_time": True, "paid_in_full": True, "documents_kept_by_worker": True}


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house, start_from=days(-200), start_to=days(200))


async def at_work(scene: Scene, since: int) -> str:
    """Path of a placement that began so many days ago."""
    path = await prepared(scene)
    begun = await scene.counsellor.post(f"{path}/start", json=START | {"started_on": days(-since).isoformat()})
    assert begun.status_code == 200, begun.text
    return path


async def ask(http: Any, path: str, month: int = 3, on: int = 0, **more: Any) -> Any:
    body = {"month": month, "took_place_on": days(on).isoformat(), "asked_by": "Counsellor 12", "answers": GOOD} | more
    return await http.post(f"{path}/check-ins", json=body)


async def test_whom_to_ask_is_listed_until_they_were_asked(scene: Scene) -> None:
    path = await at_work(scene, 100)
    due = (await scene.counsellor.get("/v1/due-check-ins")).json()["items"]
    late = (await scene.counsellor.get("/v1/due-check-ins", params={"overdue": True})).json()["items"]
    to_the_employer = (await scene.recruiter.get("/v1/due-check-ins")).status_code
    asked = await ask(scene.counsellor, path)
    after = (await scene.counsellor.get("/v1/due-check-ins")).json()["items"]
    assert [(each["month"], each["overdue"]) for each in due[0]["due"]] == [(3, False)]
    assert (late, to_the_employer, asked.status_code, after) == ([], 403, 201, [])


async def test_overdue_ones_are_told_apart(scene: Scene) -> None:
    await at_work(scene, 190)
    (placement,) = (await scene.counsellor.get("/v1/due-check-ins", params={"overdue": True})).json()["items"]
    assert [(each["month"], each["overdue"]) for each in placement["due"]] == [(3, True), (6, False)]


async def test_the_placement_moves_on_only_once_the_worker_was_asked(scene: Scene) -> None:
    path = await at_work(scene, 100)
    ticked = await move(scene.counsellor, path, "CHECK_3M", 2)
    early = await ask(scene.counsellor, path, month=6)
    await ask(scene.counsellor, path)
    twice = await ask(scene.counsellor, path)
    moved = await move(scene.counsellor, path, "CHECK_3M", 2)
    assert (codes(ticked), codes(early), twice.status_code, moved.status_code) == (["CHECK_IN"], ["DUE"], 409, 200)


async def test_a_verified_breach_opens_cases_without_the_workers_words(scene: Scene) -> None:
    """Papers held back is G02, short pay G03; told but not verified is nothing yet."""
    path = await at_work(scene, 100)
    bad = GOOD | {"documents_kept_by_worker": False, "paid_in_full": False}
    told = (await ask(scene.counsellor, path, answers=bad, comment="canary words")).json()
    before = (await scene.counsellor.get("/v1/cases")).json()["items"]
    await scene.counsellor.post(
        f"/v1/check-ins/{told['id']}/verification", json={"verified_by": "Payslips"}, headers={"If-Match": '"1"'}
    )
    shown = await scene.recruiter.get("/v1/cases")
    assert (told["breaches"], before) == (["G02", "G03"], [])
    assert [(each["code"], each["status"]) for each in shown.json()["items"]] == [("G02", "OPEN"), ("G03", "OPEN")]
    assert "canary" not in shown.text
    assert "Payslips" not in shown.text


async def test_the_employer_neither_reads_nor_writes_them(scene: Scene) -> None:
    path = await at_work(scene, 100)
    made = (await ask(scene.counsellor, path)).json()["id"]
    # With every scope that there is, row-level security alone keeps it.
    async with await scene.house.act("EMPLOYER", "employer", "counsellor", service="matching") as employer:
        assert (await employer.get("/v1/check-ins")).json()["items"] == []
        assert (await employer.get(f"/v1/check-ins/{made}")).status_code == 404
        assert (await ask(employer, path, month=6)).status_code == 403
