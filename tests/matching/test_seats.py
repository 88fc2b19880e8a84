"""Seats are never oversold, however many ask at the same time."""

import asyncio
from typing import Any

from services.kit import tenancy
from services.matching import capacity
from tests.conftest import House
from tests.matching.registry_events import person, publish, session_of
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch

PEOPLE, SEATS = 50, 17


async def enrol(scene: Scene, candidate_id: str, session_id: str) -> Any:
    """The answer; a request that finds the house too busy (503) is sent again, as the answer says."""
    body = {"candidate_id": candidate_id, "session_id": session_id, "track": "AWAY"}
    for _ in range(20):
        answer = await scene.counsellor.post("/v1/enrolments", json=body)
        if answer.status_code != 503:
            break
        await asyncio.sleep(0.2)
    return answer


async def test_fifty_parallel_enrolments_take_exactly_the_seats_there_are(house: House) -> None:
    """Story 10, S-37: capacity is never oversold under concurrency, and every count says the same."""
    scene = await build(house)
    run = session_of(scene.programme, seats=SEATS, external_id="S-SCARCE")
    await publish(house, run)
    rows = await batch(scene.counsellor, *(person(external_id=f"E-{n}") for n in range(PEOPLE)))
    answers = await asyncio.gather(*(enrol(scene, row["id"], str(run.id)) for row in rows))
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        used = await capacity.used(session, [run.id])
    params = {"session_id": str(run.id), "limit": 100}
    listed = (await scene.trainer.get("/v1/enrolments", params=params)).json()["items"]
    refused = [each.json()["guards"][0] for each in answers if each.status_code == 409]
    assert sorted(each.status_code for each in answers) == [201] * SEATS + [409] * (PEOPLE - SEATS)
    assert {guard["code"] for guard in refused} == {"SEATS_LEFT"}
    assert used == {run.id: SEATS}
    assert len({each["candidate_id"] for each in listed}) == len(listed) == SEATS
