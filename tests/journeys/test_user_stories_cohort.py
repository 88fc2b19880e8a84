"""Story 13: a cohort manager allocates 120 training places three to one, from applicants by the thousand (as in PALIM:
9,677 for 120), with quotas and reserves: seeded, explained to each, dry run apart from decision, the same again.
"""

import time
from random import Random
from typing import Any

import pytest

from tests.conftest import House
from tests.matching.cohort import computed, decision, results, stored
from tests.matching.registry_events import PANELS, SAFETY, WIRING, days, person, publish, session_of, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch

APPLICANTS, TENTH = 9_677, 968
_PART = 900  # rows of an import, below 1 MB


def applicant(number: int, chance: Random) -> dict[str, Any]:
    """Somebody invented; skills, language and wishes vary, one in three is a woman who agreed to reserved places."""
    woman = number % 3 == 0
    scopes = ["MATCHING_HOME", "MATCHING_AWAY", "STATISTICS", *(["PRIORITY"] if woman else [])]
    return person(
        external_id=f"APPLICANT-{number:05}",
        given_name=None,
        family_name=None,
        birth_date=f"{chance.randint(1985, 2004)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        sex="F" if woman else "M",
        nationality="MAR",
        occupations=[{"isco08": "7411", "months": chance.randint(0, 60)}],
        skills=[
            {"uri": PANELS, "level": chance.randint(3, 5), "evidence": chance.choice(["SELF", "CV", "TESTED"])},
            *([{"uri": SAFETY, "level": chance.randint(1, 4), "evidence": "CV"}] if chance.random() < 0.5 else []),
        ],
        eqf=chance.randint(2, 5),
        languages=[{"code": "fr", "cefr": chance.choice(["A2", "B1", "B2", "C1"])}],
        preferences={"track": "EITHER", "destinations": chance.choice([["BEL"], ["MAR"], ["MAR", "BEL"]])},
        consent={"scopes": scopes, "granted_on": days(-10).isoformat(), "text_version": "1"},
    )


async def cohort(house: House, size: int) -> tuple[Scene, float]:
    """120 seats of a course in wiring, jobs on both tracks, applicants; and how many seconds the import took."""
    scene = await build(house, places=500)
    home = vacancy(scene.employer, [scene.partnership.id], country="MAR", external_id="V-2", places=500)
    course = session_of(scene.programme, external_id="S-120", seats=120)
    await publish(house, home, course)
    scene.session = course
    chance, begun = Random(13), time.monotonic()
    rows = [applicant(number, chance) for number in range(size)]
    for first in range(0, size, _PART):
        for found in await batch(scene.counsellor, *rows[first : first + _PART]):
            assert found["status"] == "created", found
    return scene, time.monotonic() - begun


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [TENTH, pytest.param(APPLICANTS, marks=pytest.mark.long)])
async def test_a_cohort_manager_places_120_of_thousands_three_to_one(house: House, size: int) -> None:
    scene, import_seconds = await cohort(house, size)
    asked = {
        "partnership_id": str(scene.partnership.id),
        "cohort": {"pool": True},
        "sessions": [{"session_id": str(scene.session.id), "home_places": 90, "away_places": 30}],
        "ratio": 3,
        "reserves": [{"target_id": str(scene.session.id), "track": "HOME", "places": 45, "sex": "F"}],
        "mode": "STABLE",
        "seed": 20261124,
    }
    begun = time.monotonic()
    run = await computed(house, scene.counsellor, asked)
    run_seconds = time.monotonic() - begun
    again = await computed(house, scene.counsellor, asked)
    print(f"{size} applicants: imported in {import_seconds:.1f} s, placed in {run_seconds:.1f} s")
    summary = run["summary"]
    assert await stored(house, run["id"]) == await stored(house, again["id"])
    assert run["result_sha256"] == again["result_sha256"]
    assert (run["people"], summary["home"], summary["away"]) == (size + 1, 90, 30)
    assert all(quota["used"] <= quota["left"] + 1e-9 for quota in summary["quotas"])
    assert summary["reserves"][0]["filled"] >= 45
    assert sum(summary[name] for name in ("placed", "unplaced", "not_eligible")) == size + 1
    first_page = (await scene.counsellor.get(f"/v1/allocations/{run['id']}/results?limit=100")).json()["items"]
    left = next(each for each in first_page if each["outcome"] == "UNPLACED")
    why = (await scene.counsellor.get(f"/v1/allocations/{run['id']}/results/{left['candidate_id']}")).json()
    assert why["change"]["bound"] in ("TRACK", "SESSION", "RATIO")
    assert why["in_the_way"]
    before = (await scene.counsellor.get("/v1/enrolments")).json()["items"]
    begun = time.monotonic()
    done = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run))
    print(f"committed in {time.monotonic() - begun:.1f} s")
    assert (done.status_code, before) == (200, []), done.text
    path = "/v1/enrolments?status=SELECTED&limit=100"
    page = (await scene.counsellor.get(path)).json()
    rest = (await scene.counsellor.get(f"{path}&cursor={page['next']}")).json()
    selected = [*page["items"], *rest["items"]]
    tracks = [each["track"] for each in selected]
    assert (tracks.count("HOME"), tracks.count("AWAY")) == (90, 30)
    refused = await scene.counsellor.post(f"/v1/allocations/{again['id']}/commit", json=decision(again))
    assert refused.status_code == 409  # the seats are taken
    placed = {each["candidate_id"] for each in await results(scene.counsellor, run) if each["made_id"]}
    assert placed == {each["candidate_id"] for each in selected}
    assert WIRING in {skill["uri"] for skill in scene.programme.model_dump(mode="json")["skills"]}
