"""Two stories across registry and matching: two authorities agree on a shortage, and a ministry keeps its people."""

from datetime import timedelta
from typing import Any

import httpx

from services.kit.db import now
from tests.conftest import House
from tests.registry.partnership import SKILL, Partnership, register
from tests.registry.test_shortages import (
    DESTINATION,
    ORIGIN,
    call,
    decided,
    decision_of,
    listed,
    seen,
    sign,
)

Json = dict[str, Any]
AGENCY = "SCHOOL-MA"


def day(number: int) -> str:
    return (now().date() + timedelta(days=number)).isoformat()


async def running(house: House) -> tuple[Partnership, str]:
    """An active partnership whose first round found the origin to have many installers, and a job abroad."""
    partnership = await register(house)
    made = await partnership.complete("ACTIVE")
    await house.follow()
    return partnership, made["AWAY-1"]


def person(number: int) -> Json:
    return {
        "external_id": f"C-{number}",
        "birth_date": "1999-04-12",
        "sex": "F",
        "nationality": "MAR",
        "residence": "MAR",
        "occupations": [{"isco08": "7411", "months": 60}],
        "skills": [{"uri": SKILL, "level": 5, "evidence": "TESTED"}],
        "available_from": day(10),
        "consent": {
            "scopes": ["MATCHING_HOME", "MATCHING_AWAY", "STATISTICS"],
            "granted_on": day(-10),
            "text_version": "1",
        },
    }


async def offer(house: House, number: int, vacancy: str) -> httpx.Response:
    """Put an untrained person forward for the job abroad."""
    async with await house.act(AGENCY, "counsellor", service="matching") as http:
        made = await http.post("/v1/candidates", json=person(number))
        assert made.status_code == 201, made.text
        return await http.post("/v1/proposals", json={"candidate_id": made.json()["id"], "vacancy_id": vacancy})


def refusal(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 409, answer.text
    return [(guard["code"], guard["seen"]) for guard in answer.json()["guards"]]


async def test_story_5_two_authorities_agree_and_a_dissent_protects(house: House) -> None:
    """S-67, story 5: what both signed opens the way; a dissent in the next round closes it to the untrained."""
    partnership, vacancy = await running(house)
    assert (await offer(house, 1, vacancy)).status_code == 201
    decision, _ = await decided(partnership)
    await sign(partnership, DESTINATION, decision)
    word = {"agrees": False, "proposed_class": "DUAL_TRACK_PROTECTED", "reason": "Our own roofs come first."}
    await sign(partnership, ORIGIN, decision, **word)
    assert (await decision_of(partnership, decision))["corridor_class"] == "DUAL_TRACK_PROTECTED"
    await house.follow()
    assert refusal(await offer(house, 2, vacancy)) == [
        ("H10_SAFEGUARD", "PROTECTED (joint decision), employment at origin unknown")
    ]


async def test_story_8_the_origin_ministry_keeps_its_people(house: House) -> None:
    """Story 8: pressure is reported, the stop closes the away track at once, and nobody but the origin opens it."""
    partnership, vacancy = await running(house)
    [decision] = await listed(partnership, ORIGIN, f"/v1/partnerships/{partnership.id}/joint-decisions")
    path = f"/v1/joint-decisions/{decision['id']}/observations"
    for departures, codes in ((30, []), (40, ["BRAIN_DRAIN_ALARM"]), (70, ["BRAIN_DRAIN_STOP"])):
        answer = await call(partnership, ORIGIN, path, seen(incumbent_departures=departures, employed_stock=3100))
        assert [warning["code"] for warning in answer.json()["warnings"]] == codes
    report = await listed(partnership, DESTINATION, path)
    assert [week["pressure_percent"] for week in report] == [0.9677, 1.2903, 2.2581]
    await house.follow()
    assert refusal(await offer(house, 1, vacancy)) == [("H10_SAFEGUARD", "BLOCKED (joint decision)")]

    [safeguard] = await listed(partnership, ORIGIN, f"/v1/partnerships/{partnership.id}/safeguards")
    version = safeguard["version"]
    for who, status in ((DESTINATION, 403), (ORIGIN, 200)):
        async with await partnership.act(who) as http:
            change = {"mode": "BLOCKED", "reason": "Closed by decree."}
            closed = await http.patch(
                f"/v1/safeguards/{safeguard['id']}", json=change, headers={"If-Match": f'"{version}"'}
            )
        assert closed.status_code == status
    await house.follow()
    assert refusal(await offer(house, 2, vacancy)) == [("H10_SAFEGUARD", "BLOCKED (safeguard of the origin)")]
