"""Story 13: a cohort manager allocates 120 training places three to one, from applicants by the thousand (as in PALIM:
9,677 for 120), with quotas and reserves: seeded, explained to each, dry run apart from decision, the same again.
"""

import time
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from tests.conftest import House
from tests.matching.cohort import computed, decision, stored
from tests.matching.registry_events import PANELS, SAFETY, days, person, publish, session_of, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch

APPLICANTS = 9_677
_STATUSES = "SELECT status, count(*) FROM enrolments GROUP BY status"
_REASONS = (
    "SELECT reason, count(*) FROM closings WHERE decided_by = 'Cohort manager 4' AND next_steps <> '[]' GROUP BY reason"
)
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


async def apply(scene: Scene) -> None:
    """Everybody applies for the course; as rows, because partners import applications with the people."""
    ids = "id, organisation_id, candidate_id, session_id, programme_id, provider_id, partnership_id"
    values = {
        "session": scene.session.id,
        "programme": scene.programme.id,
        "provider": scene.programme.organisation_id,
        "partnership": scene.partnership.id,
    }
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        made = await session.execute(
            sa.text(
                f"INSERT INTO enrolments ({ids}, track, corridor, status, told_status, status_date, version)"
                " SELECT gen_random_uuid(), organisation_id, id, :session, :programme, :provider, :partnership, 'HOME',"
                " 'MAR-BEL', 'APPLIED', 'APPLIED', current_date, 1 FROM candidates WHERE external_id LIKE 'APPLICANT-%'"
                " RETURNING id, organisation_id"
            ),
            values,
        )
        rows = [{"record": id, "reader": values["provider"], "owner": owner} for id, owner in made]
        share = "INSERT INTO shares (record_id, reader_id, owner_id) VALUES (:record, :reader, :owner)"
        await session.execute(sa.text(share), rows)


async def count(house: House, query: str) -> dict[str, int]:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        return {row[0]: row[1] for row in await session.execute(sa.text(query))}


@pytest.mark.timeout(600)
async def test_a_cohort_manager_places_120_of_9677_three_to_one(house: House) -> None:
    size = APPLICANTS
    scene, import_seconds = await cohort(house, size)
    await apply(scene)
    asked = {
        "partnership_id": str(scene.partnership.id),
        "cohort": {"session_id": str(scene.session.id)},
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
    assert (run["people"], summary["home"], summary["away"]) == (size, 90, 30)
    assert all(quota["used"] <= quota["left"] + 1e-9 for quota in summary["quotas"])
    assert summary["reserves"][0]["filled"] >= 45
    assert sum(summary[name] for name in ("placed", "unplaced", "not_eligible")) == size
    first_page = (await scene.counsellor.get(f"/v1/allocations/{run['id']}/results?limit=100")).json()["items"]
    left = next(each for each in first_page if each["outcome"] == "UNPLACED")
    why = (await scene.counsellor.get(f"/v1/allocations/{run['id']}/results/{left['candidate_id']}")).json()
    assert why["change"]["bound"] in ("TRACK", "SESSION", "RATIO")
    assert why["in_the_way"]
    before = await count(house, _STATUSES)
    begun = time.monotonic()
    done = await scene.counsellor.post(f"/v1/allocations/{run['id']}/commit", json=decision(run, waitlist=60))
    print(f"committed in {time.monotonic() - begun:.1f} s")
    assert (done.status_code, before) == (200, {"APPLIED": size}), done.text
    tracks = "SELECT track, count(*) FROM enrolments WHERE status = 'SELECTED' GROUP BY track"
    after, told = await count(house, _STATUSES), await count(house, _REASONS)
    assert after == {"SELECTED": 120, "WAITLISTED": 60, "NOT_SELECTED": size - 180}
    assert await count(house, tracks) == {"HOME": 90, "AWAY": 30}
    assert sum(told.values()) == size - 180
    assert set(told) == {"OTHERS_RANKED_HIGHER", "PREREQUISITES_MISSING"}
    refused = await scene.counsellor.post(f"/v1/allocations/{again['id']}/commit", json=decision(again))
    assert refused.status_code == 409  # the seats are taken
