"""User stories of discovery and planning, as their users live them: 1, 2, 3, 11 and 20 (issue 4, shown by 1)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from tests.conftest import House
from tests.journeys.corridor import (
    AWAY_FIRM,
    COUNSELLOR,
    HOME_FIRM,
    UNTRAINED,
    Corridor,
    Json,
    build,
    session,
)
from tests.matching.registry_events import PANELS, WIRING, person

_BATCH = 1_400  # rows of some 700 bytes; a call may have a megabyte
PROTECTED_TRAITS = ("birth_date", "1999", '"sex"', "nationality", "TUN", "given_name", "family_name", "Personne")


@pytest.fixture
async def corridor(house: House) -> Corridor:
    return await build(house)


def _adds_up(explained: Json, score: float) -> None:
    assert sum(term["contribution"] for term in explained["terms"]) == pytest.approx(score, abs=1e-9)
    for term in explained["terms"]:
        assert term["weight"] * term["value"] == pytest.approx(term["contribution"], abs=1e-9)


async def test_story_1_a_counsellor_sees_targets_home_and_away_why_and_what_is_missing(corridor: Corridor) -> None:
    """Gates and an explanation that adds up on each item, a home option, what to learn, and a replay to the byte."""
    near = await corridor.vacancy(HOME_FIRM, "HOME-NL", languages=[{"code": "nl", "cefr": "B2"}])
    await corridor.house.follow()
    candidate = await corridor.candidate(**UNTRAINED)
    found = await corridor.get(COUNSELLOR, f"/v1/candidates/{candidate}/matches")
    assert {item["vacancy"]["id"]: item["near_miss"] for item in found["items"]} == {
        corridor.away: True,
        corridor.home: True,
        near: True,
    }
    assert (found["best_home"]["vacancy"]["id"], found["best_away"]["vacancy"]["id"]) == (corridor.home, corridor.away)
    for item in found["items"]:
        _adds_up(item["explanation"], item["score"])
        gates = item["explanation"]["gates"]
        assert {gate["code"] for gate in gates} >= {f"H{n:02}" for n in range(1, 15)}
        assert [gate["code"] for gate in gates if not gate["passed"] and not gate["remedy"]] == []
        assert [skill["uri"] for skill in item["explanation"]["missing_skills"]] == [WIRING]
    why = await corridor.get(COUNSELLOR, f"/v1/candidates/{candidate}/matches/{corridor.away}")
    assert corridor.session in {each["session_id"] for c in why["counterfactuals"] for each in c["sessions"]}

    pair = {"candidate_id": candidate, "vacancy_id": corridor.away}
    kept = await corridor.post(COUNSELLOR, "/v1/matches", pair)
    async with await corridor.as_(COUNSELLOR) as http:
        once, again = [await http.get(f"/v1/matches/{kept['id']}/replay") for _ in range(2)]
        listed, relisted = [await http.get(f"/v1/candidates/{candidate}/matches") for _ in range(2)]
    assert (once.json()["status"], once.json()["equal"]) == ("EQUAL", True)
    assert once.content == again.content
    assert listed.content == relisted.content


async def test_story_2_an_employment_service_pushes_its_register(corridor: Corridor) -> None:
    """Ten thousand in calls of a megabyte: a result a row, valid rows in although others are not, no entry without
    consent, a retry that answers the same and writes nothing, and duplicates that a person reviews."""

    def row(number: int) -> Json:
        born = date(1965, 1, 1) + timedelta(days=number)  # a day each, so that nobody resembles anybody
        return person(external_id=f"PES-{number}", birth_date=born.isoformat())

    twin = row(1) | {"external_id": "PES-TWIN", "given_name": "INVENTEE"}
    silent = {name: value for name, value in row(2).items() if name != "consent"} | {"external_id": "PES-SILENT"}
    rows: list[Json | str] = [*map(row, range(1, 9_998)), twin, silent, "{not json"]
    sent = [rows[n : n + _BATCH] for n in range(0, len(rows), _BATCH)]
    first = [await corridor.batch(each, **{"Idempotency-Key": f"nightly-{n}"}) for n, each in enumerate(sent)]
    assert {each.status_code for each in first} == {200}
    results = [row for answer in first for row in answer.json()["results"]]
    assert [each["status"] for each in results] == ["created"] * 9_998 + ["failed"] * 2
    assert results[9_998]["errors"][0]["pointer"] == "/consent"
    (review,) = first[-1].json()["review"]
    assert (review["external_id"], review["alike"]) == ("PES-TWIN", [results[0]["id"]])
    again = await corridor.batch(sent[-1], **{"Idempotency-Key": f"nightly-{len(sent) - 1}"})
    assert again.content == first[-1].content
    changed = (await corridor.batch([row(1) | {"eqf": 6}, rows[1]])).json()["results"]
    assert [(each["status"], each["id"]) for each in changed] == [
        ("updated", results[0]["id"]),
        ("unchanged", results[1]["id"]),
    ]
    assert (await corridor.get(COUNSELLOR, "/v1/pool"))["candidates"] == 9_998


LIGHTS = {
    "es": "Siga un curso de idioma.",
    "fr": "Suivre un cours de langue.",
    "en": "Take a language course.",
    "ar": "التحق بدورة لغة.",
    "nl": "Volg een taalcursus.",
}


async def test_story_3_somebody_learns_of_their_chances_before_registering(corridor: Corridor) -> None:
    """Anonymous, a traffic light with reasons, in five languages, and nothing of it is stored."""
    stated: Json = {
        "residence": "MAR",
        "age": 27,
        "occupations": [{"isco08": "7411", "months": 30, "current": True}],
        "skills": [{"uri": PANELS, "level": 3}, {"uri": WIRING, "level": 3}],
        "languages": [{"code": "fr", "cefr": "B2"}],
    }
    before = await _rows(corridor)
    async with await corridor.as_(COUNSELLOR) as http:
        lights = [
            (await http.post("/v1/prechecks", json=stated | change)).json()
            for change in ({}, {"languages": []}, {"age": 16})
        ]
        told = {}
        for language in LIGHTS:
            answer = await http.post(
                "/v1/prechecks", json=stated | {"languages": []}, headers={"Accept-Language": language}
            )
            told[language] = answer.json()["away"]["reasons"][0]["advice"]
        named = await http.post("/v1/prechecks", json=stated | {"family_name": "Personne"})
    assert [found["light"] for found in lights] == ["GREEN", "YELLOW", "RED"]
    assert (lights[0]["home"]["fits"], lights[0]["away"]["fits"]) == (1, 1)
    assert told == LIGHTS
    assert named.status_code == 422
    assert await _rows(corridor) == before


async def _rows(corridor: Corridor) -> dict[str, int]:
    """How many rows each table of matching has."""
    async with corridor.house.databases["matching"].transaction(tenancy.HOUSE) as reading:
        names = await reading.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name: await reading.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}


async def test_story_11_an_employer_sees_evidenced_people_and_near_misses_with_their_training(
    corridor: Corridor,
) -> None:
    """Claimed and evidenced apart, nothing of what must not count, the count that of the list, and who is near with
    how long it takes."""
    claims = [{"uri": uri, "level": 4, "evidence": "SELF"} for uri in (PANELS, WIRING)]
    proves = [{"uri": uri, "level": 4, "evidence": "CERTIFIED"} for uri in (PANELS, WIRING)]
    proven = await corridor.candidate("C-1", skills=proves)
    claimed = await corridor.candidate("C-2", skills=claims)
    near = await corridor.candidate("C-3", **UNTRAINED)
    path = f"/v1/vacancies/{corridor.away}/matches"
    async with await corridor.as_(AWAY_FIRM) as http:
        answer = await http.get(path)
        why = (await http.get(f"{path}/{near}")).json()
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["count"] == len(found["items"]) == 3
    assert [each["candidate"]["candidate_id"] for each in found["items"]] == [proven, claimed, near]
    shown = [(each["candidate"]["claimed_skills"], each["candidate"]["evidenced_skills"]) for each in found["items"]]
    assert shown == [(0, 2), (2, 0), (0, 1)]
    assert [each["near_miss"] for each in found["items"]] == [False, False, True]
    for item in found["items"]:
        _adds_up(item["explanation"], item["score"])
    assert [trait for trait in PROTECTED_TRAITS if trait in answer.text] == []
    assert [skill["uri"] for skill in why["explanation"]["missing_skills"]] == [WIRING]
    (course,) = why["training"]
    assert (course["weeks"], course["feasible_after"]) == (4, True)
    assert course["employer_side_to"] > course["employer_side_from"]


async def _plans(corridor: Corridor, candidate: str, vacancy: str) -> Json:
    return await corridor.get(COUNSELLOR, f"/v1/candidates/{candidate}/plans", vacancy=vacancy)


async def _fill(corridor: Corridor, number: int) -> None:
    """Somebody else takes a seat of the course."""
    other = await corridor.candidate(f"SEAT-{number}")
    body = {"candidate_id": other, "session_id": corridor.session, "track": "HOME"}
    await corridor.post(COUNSELLOR, "/v1/enrolments", body)


async def test_story_20_a_candidate_plans_a_way_with_time_cost_and_alternatives(corridor: Corridor) -> None:
    """Two plans at least, one of them at home; when the course is full the plan says so and others are offered; where
    there is no way, the least that would help."""
    later = await session(corridor, corridor.programme, "WIRING-2", 40, 60, seats=1)
    await corridor.house.follow()
    candidate = await corridor.candidate(**UNTRAINED)
    found = await _plans(corridor, candidate, corridor.away)
    assert {"HOME", "AWAY"} == {plan["track"] for plan in found["plans"]}
    for plan in found["plans"]:
        assert plan["complete"]
        assert plan["total_weeks"] > 0
        assert float(plan["total_cost_eur"]) >= 500
        assert float(plan["worker_cost_eur"]) == 0
    assert not [(one, other) for one in found["plans"] for other in found["plans"] if _dominates(one, other)]
    chosen = next(plan for plan in found["plans"] if plan["track"] == "AWAY")
    assert chosen["steps"][0]["session_id"] == corridor.session
    pair = {"candidate_id": candidate, "vacancy_id": corridor.away}
    kept = await corridor.post(COUNSELLOR, "/v1/plans", pair | {"key": chosen["key"]})

    for number in (1, 2):
        await _fill(corridor, number)
    after = await corridor.get(COUNSELLOR, f"/v1/plans/{kept['id']}")
    assert (after["status"], after["vanished"][0]["obstacle"]) == ("NEEDS_REPLAN", "SESSION_FULL")
    assert {plan["steps"][0]["session_id"] for plan in after["alternatives"]["plans"]} == {later}

    last = await corridor.candidate("SEAT-3")
    body = {"candidate_id": last, "session_id": later, "track": "HOME"}
    await corridor.post(COUNSELLOR, "/v1/enrolments", body)
    full = await _plans(corridor, candidate, corridor.away)
    assert not any(plan["complete"] for plan in full["plans"])
    assert {tuple(each["full_sessions"]) for each in full["relaxations"]} >= {(corridor.session,)}


def _dominates(one: Json, other: Json) -> bool:
    """Whether one is no worse in anything and better in something, of the same track."""

    def costs(plan: Json) -> tuple[float, ...]:
        euros = (float(plan["total_cost_eur"]), float(plan["worker_cost_eur"]))
        return (plan["total_weeks"], *euros, -plan["success"])

    no_worse = all(a <= b for a, b in zip(costs(one), costs(other), strict=True))
    return one["track"] == other["track"] and no_worse and costs(one) != costs(other)
