"""The traffic light before registration: reasons in the reader's language, and nothing stored."""

from typing import Any

import pytest
from sqlalchemy import text

from services.kit import tenancy
from services.matching.wording import _GATES, _LIGHTS, LANGUAGES
from tests.conftest import House
from tests.matching.registry_events import PANELS, WIRING, publish, safeguard, vacancy
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import with_taxonomy

CANARY = 37  # an age that nobody else here has


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


def profile(**changes: Any) -> dict[str, Any]:
    """Fits the vacancy of the scene."""
    data: dict[str, Any] = {
        "residence": "MAR",
        "age": CANARY,
        "occupations": [{"isco08": "7411", "months": 30, "current": True}],
        "skills": [{"uri": PANELS, "level": 3}, {"uri": WIRING, "level": 3}],
        "languages": [{"code": "fr", "cefr": "B2"}],
    }
    return data | changes


async def check(scene: Scene, language: str = "en", **changes: Any) -> dict[str, Any]:
    headers = {"Accept-Language": language}
    answer = await scene.counsellor.post("/v1/prechecks", json=profile(**changes), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Language"] == language
    found: dict[str, Any] = answer.json()
    return found


def test_every_gate_has_words_in_every_language() -> None:
    """Story 3: ES, FR, EN, AR and NL; no text is a copy of another language's."""
    assert {"H01", "H14"} <= set(_GATES) >= {f"H{n:02}" for n in range(1, 15)}
    for texts in (*_GATES.values(), *_LIGHTS.values()):
        assert tuple(texts) == LANGUAGES
        assert len(set(texts.values())) == len(LANGUAGES)


async def test_green_yellow_red(scene: Scene) -> None:
    """Story 3: as things stand; after a course; not at all. Home and away are counted apart."""
    green = await check(scene)
    yellow = await check(scene, languages=[])
    red = await check(scene, age=16)
    assert [found["light"] for found in (green, yellow, red)] == ["GREEN", "YELLOW", "RED"]
    assert (green["away"]["fits"], green["home"]["light"]) == (1, "RED")
    assert green["home"]["reasons"][0]["code"] == "NO_OPENING_OFFERED"
    (reason,) = yellow["away"]["reasons"]
    assert (reason["code"], reason["remediable"], reason["remedy"]) == ("H07", True, "language course: fr to B1")
    assert red["away"]["reasons"][0]["code"] == "H03"


async def test_home_vacancies_are_counted_beside_those_away(scene: Scene) -> None:
    await publish(scene.house, vacancy(scene.employer, [scene.partnership.id], country="MAR", external_id="V-2"))
    found = await check(scene, track="HOME")
    assert (found["light"], found["home"]["fits"], found["away"]) == ("GREEN", 1, None)


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        ("en", "Take a language course."),
        ("fr", "Suivre un cours de langue."),
        ("nl", "Volg een taalcursus."),
        ("ar", "التحق بدورة لغة."),
        ("es", "Siga un curso de idioma."),
    ],
)
async def test_it_speaks_the_readers_language(scene: Scene, language: str, advice: str) -> None:
    found = await check(scene, language, languages=[])
    assert found["away"]["reasons"][0]["advice"] == advice
    assert found["text"] == _LIGHTS["YELLOW"][language]


async def test_a_safeguard_is_told_as_what_it_is(scene: Scene) -> None:
    """Story 8: it limits what the partnership recruits; people may always apply on their own."""
    await publish(scene.house, safeguard(scene.partnership, "MAR", "741", "BLOCKED"))
    (reason,) = (await check(scene))["away"]["reasons"]
    assert (reason["code"], reason["remediable"]) == ("H10", False)
    assert "You may always apply on your own." in reason["advice"]


async def rows(scene: Scene) -> dict[str, int]:
    """How many rows every table of matching has."""
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        names = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name: await session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}


async def test_nothing_is_stored_not_even_for_a_repeat(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Story 3: no row in any table, no answer under an Idempotency-Key, no word of the profile in a log."""
    await check(scene)  # whatever a first request brings with it
    before = await rows(scene)
    caplog.set_level("DEBUG")
    key = {"Idempotency-Key": "precheck-1"}
    first = await scene.counsellor.post("/v1/prechecks", json=profile(), headers=key)
    other = await scene.counsellor.post("/v1/prechecks", json=profile(languages=[]), headers=key)
    assert (first.json()["light"], other.json()["light"]) == ("GREEN", "YELLOW")
    assert await rows(scene) == before
    logged = "\n".join(record.getMessage() + str(record.__dict__) for record in caplog.records)
    assert PANELS not in logged


@pytest.mark.parametrize("named", ["given_name", "external_id", "birth_date", "nationality", "email", "consent"])
async def test_what_would_name_a_person_is_refused(scene: Scene, named: str) -> None:
    answer = await scene.counsellor.post("/v1/prechecks", json=profile(**{named: "x"}))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{named}")


async def test_it_is_for_organisations_that_advise(scene: Scene) -> None:
    """A scope of counsellors, providers and administrators; each call counts against the client's rate."""
    assert (await scene.recruiter.post("/v1/prechecks", json=profile())).status_code == 403
    answer = await scene.trainer.post("/v1/prechecks", json=profile())
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert any(name.lower().startswith("ratelimit") for name in answer.headers)


async def test_skills_that_the_taxonomy_lacks_are_named(scene: Scene) -> None:
    await with_taxonomy(scene.house)
    strange = "http://data.europa.eu/esco/skill/ffffffff-0000-4000-8000-000000000000"
    found = await check(scene, skills=[{"uri": PANELS, "level": 3}, {"uri": strange, "level": 3}])
    assert found["unknown_skills"] == [strange]
