"""The pool: asked again every ninety days (story 12), and people who may be there twice shown to people (story 2)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.kit.tenancy import HOUSE
from services.matching import duplicates
from services.matching.likeness import likeness, name_of
from services.matching.pool import service as pool_service
from services.matching.pool.service import lay_down, misses
from tests.conftest import House
from tests.matching.registry_events import person
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import NDJSON

KEY = b"k" * 32
BORN = date(1999, 4, 12)


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def silent_for(scene: Scene, days: int) -> None:
    """The person said their last word so long ago; then the chore of the hour is done."""
    last = "UPDATE candidates SET reconfirmed_at = now() - make_interval(days => :days) WHERE id = :id"
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await session.execute(sa.text(last), {"days": days, "id": scene.candidate_id})
        await lay_down(session)


async def shortlist(scene: Scene) -> list[str]:
    answer = (await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")).json()
    return [each["candidate"]["candidate_id"] for each in answer["items"]]


@pytest.mark.parametrize(
    ("days", "due", "missed", "rests"), [(89, False, 0, False), (91, True, 1, False), (181, True, 2, True)]
)
async def test_who_is_silent_is_asked_and_then_rests(
    scene: Scene, days: int, due: bool, missed: int, rests: bool
) -> None:
    await silent_for(scene, days)
    listed = (await scene.counsellor.get("/v1/pool/due")).json()["items"]
    assert [each["candidate_id"] for each in listed] == [scene.candidate_id] * due
    assert [(each["misses"], each["dormant_since"] is not None) for each in listed] == [(missed, rests)] * due
    assert await shortlist(scene) == [scene.candidate_id] * (not rests)


async def test_a_dormant_person_is_proposed_only_after_a_word_from_them(scene: Scene) -> None:
    await silent_for(scene, 200)
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    refused = (await scene.counsellor.post("/v1/proposals", json=body)).json()
    assert [(g["code"], g["remedy"]) for g in refused["guards"]] == [
        ("H01_CONSENT", "reconfirm that the person still looks")
    ]
    woken = (await scene.counsellor.post(f"/v1/candidates/{scene.candidate_id}/reconfirm")).json()
    assert (woken["dormant_since"], woken["misses"]) == (None, 0)
    assert await shortlist(scene) == [scene.candidate_id]
    await scene.propose()


async def test_nobody_is_deleted_for_being_silent(scene: Scene) -> None:
    await silent_for(scene, 2000)
    assert (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")).json()["dormant_since"]


async def test_the_pool_in_numbers(scene: Scene) -> None:
    """Story 12: metrics."""
    await silent_for(scene, 200)
    for number, family in ((2, "Autre"), (3, "Autre"), (4, "Ailleurs")):
        await scene.register(external_id=f"C-{number}", family_name=family)
    withdrawn = {"action": "WITHDRAW", "scopes": ["MATCHING_HOME", "MATCHING_AWAY"]}
    last = (await scene.counsellor.get("/v1/candidates", params={"external_id": "C-4"})).json()["items"][0]["id"]
    await scene.counsellor.post(f"/v1/candidates/{last}/consents", json=withdrawn)
    pool = (await scene.counsellor.get("/v1/pool")).json()
    assert pool.pop("oldest_reconfirmation")
    assert pool == {
        "candidates": 4,
        "due": 1,
        "dormant": 1,
        "reconfirmed": 3,
        "without_consent": 1,
        "possible_duplicates": 2,
    }


async def sent(scene: Scene, *rows: dict[str, Any]) -> dict[str, Any]:
    import json

    body = "\n".join(json.dumps(row) for row in rows).encode()
    answer = await scene.counsellor.post("/v1/candidates:batch", content=body, headers=NDJSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def asked(scene: Scene, candidate_id: str) -> dict[str, Any]:
    answer = await scene.counsellor.get(f"/v1/candidates/{candidate_id}/duplicates")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def registered_by(scene: Scene, code: str, **fields: Any) -> str:
    """A person like the scene's candidate, registered by another organisation."""
    async with await scene.house.act(code, "counsellor", service="matching") as http:
        answer = await http.post("/v1/candidates", json=person(external_id="X-1", **fields))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_nobody_learns_of_a_record_outside_their_partnerships(scene: Scene) -> None:
    """Story 12: duplicates are flagged across partners, and to nobody else."""
    await registered_by(scene, "OTHER")
    assert (await asked(scene, scene.candidate_id)) == {
        "candidate_id": scene.candidate_id,
        "alike": [],
        "ask_partner": False,
        "partners": [],
    }
    assert (await scene.counsellor.get("/v1/pool")).json()["possible_duplicates"] == 0


async def test_a_partner_to_ask_is_named_while_the_person_agrees_on_both_sides(scene: Scene) -> None:
    await registered_by(scene, "SCHOOL")
    found = await asked(scene, scene.candidate_id)
    assert (found["ask_partner"], found["partners"]) == (True, [str(scene.session.organisation_id)])
    gone = {"action": "WITHDRAW", "scopes": ["MATCHING_HOME", "MATCHING_AWAY"]}
    await scene.counsellor.post(f"/v1/candidates/{scene.candidate_id}/consents", json=gone)
    found = await asked(scene, scene.candidate_id)
    assert (found["ask_partner"], found["partners"]) == (True, [])


async def test_who_agrees_no_more_at_the_partner_is_not_told_of(scene: Scene) -> None:
    consent = person()["consent"]
    await registered_by(scene, "SCHOOL", consent=consent | {"withdrawn_on": consent["granted_on"]})
    assert (await asked(scene, scene.candidate_id))["ask_partner"] is False


async def test_the_question_stands_in_the_logs_of_both_records(scene: Scene) -> None:
    """Story 4: the person sees who accessed them, at the partner too."""
    theirs = await registered_by(scene, "SCHOOL")
    await asked(scene, scene.candidate_id)
    async with await scene.house.act("SCHOOL", "counsellor", service="matching") as http:
        log = (await http.get(f"/v1/candidates/{theirs}/access-log")).json()["items"]
    assert (scene.agency, "DUPLICATES") in [(each["by_organisation"], each["seen"]) for each in log]


async def test_names_cannot_be_tried_out_by_the_hundred(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_service, "QUESTIONS_A_DAY", 2)
    path = f"/v1/candidates/{scene.candidate_id}/duplicates"
    assert [(await scene.counsellor.get(path)).status_code for _ in range(3)] == [200, 200, 429]


async def test_hashes_of_another_key_are_made_again(scene: Scene) -> None:
    """A secret of its own, that can be changed: who were alike before are alike after."""
    again = await scene.register(external_id="C-2")
    async with scene.house.databases["matching"].transaction(HOUSE) as session:
        assert await duplicates.hash_anew(session, b"another key") is False
        keys = (await session.scalars(sa.text("SELECT DISTINCT likeness_key FROM candidates"))).all()
        hashes = (await session.scalars(sa.text("SELECT DISTINCT likeness FROM candidates"))).all()
    assert keys == [name_of(b"another key")]
    assert len(hashes) == 1
    assert (await asked(scene, scene.candidate_id))["alike"] == [again]


async def test_a_batch_returns_possible_duplicates_for_review_and_merges_nothing(scene: Scene) -> None:
    """Story 2; of the other organisation's record nothing is said."""
    async with await scene.house.act("OTHER", "counsellor", service="matching") as other:
        theirs = person(external_id="X-9", given_name="محمد", family_name="بن علي", nationality="MAR")
        foreign = (await other.post("/v1/candidates", json=theirs)).json()["id"]
        mine = person(external_id="C-2", given_name="Mohammed", family_name="Benali")
        again = person(external_id="C-3", given_name="Benali", family_name="Muhamad")
        alone = person(external_id="C-4", given_name="Unique", family_name="Autre")
        answer = await sent(scene, mine, again, alone)
        ids = [each["id"] for each in answer["results"]]
        assert answer["review"] == [
            {"row": 1, "external_id": "C-2", "candidate_id": ids[0], "alike": [ids[1]]},
            {"row": 2, "external_id": "C-3", "candidate_id": ids[1], "alike": [ids[0]]},
        ]
        assert (await asked(scene, ids[0]))["alike"] == [ids[1]]
        assert (await other.get(f"/v1/candidates/{foreign}/duplicates")).json()["alike"] == []
        assert (await other.get(f"/v1/candidates/{foreign}")).json()["family_name"] == "بن علي"
    assert (await sent(scene, mine))["review"] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("محمد", "الخطيب"), ("Mohamed", "El Khatib")),
        (("فاطمة", "سعيد"), ("Fatima", "Said")),
        (("Fatimah", "SAID"), ("Said", "Fatima")),
        (("Amélie", "Ben-Ali"), ("Amelie", "Benali")),
        (("عبد الله", "عمر"), ("Abdallah", "Omar")),
        (("Youssef", None), ("Yusuf", "")),
    ],
)
def test_spellings_of_one_name_are_alike(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> None:
    alike = likeness(KEY, BORN, *one)
    assert alike is not None
    assert alike == likeness(KEY, BORN, *other)


def test_other_people_are_not_alike() -> None:
    one = likeness(KEY, BORN, "Fatima", "Said")
    assert one != likeness(KEY, BORN + timedelta(days=1), "Fatima", "Said")
    assert one != likeness(KEY, BORN, "Fatima", "Salim")
    assert one != likeness(b"o" * 32, BORN, "Fatima", "Said")
    assert likeness(KEY, BORN, None, None) is None


def test_a_miss_is_a_whole_period_without_a_word() -> None:
    last = datetime(2027, 1, 1, tzinfo=UTC)
    assert [misses(last, last + timedelta(days=d)) for d in (0, 89, 90, 179, 180, 400)] == [0, 0, 1, 1, 2, 4]
