"""Erasure: nothing that is held about a person stays behind, wherever they went (story 4)."""

import asyncio
import json
import logging
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.matching.erasure import HOLDINGS, held_placement
from services.matching.models.returns import Remittance
from tests.conftest import House
from tests.matching.registry_events import days, person
from tests.matching.scene import Scene, build
from tests.matching.test_candidates_api import batch, events

_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
_EVERY_TABLE = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
CANARIES = {
    "external_id": "CANARY-EXT-7731",
    "given_name": "Canarygiven",
    "family_name": "Canaryfamily",
    "birth_date": "1973-02-19",
}
CERTIFICATE, NOTE, COMMENT = "CANARY-CERT-5512", "canary note of a counsellor", "canary comment"
WORDS = [*CANARIES.values(), CERTIFICATE, NOTE, COMMENT]


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


async def rows_of_all(house: House) -> dict[str, str]:
    """Every row of every table of all services as text, bytes decoded where they are text."""
    found: dict[str, str] = {}
    for service, database in house.databases.items():
        async with database.transaction(tenancy.HOUSE) as session:
            for table in await session.scalars(sa.text(_EVERY_TABLE)):
                rows = (await session.execute(sa.text(f"SELECT * FROM {table}"))).all()
                found[f"{service}.{table}"] = "\n".join(_readable(value) for row in rows for value in row)
    return found


def _readable(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def canary(**changes: Any) -> dict[str, Any]:
    languages = [{"code": "fr", "cefr": "B2", "certificate": CERTIFICATE}]
    return person(**CANARIES, languages=languages, **changes)


async def live(scene: Scene, log: logging.Logger) -> str:
    """One person through every route that keeps something: registered, imported, proposed, placed, trained, asked."""
    http, keyed = scene.counsellor, {"Idempotency-Key": "canary-1"}
    created = await http.post("/v1/candidates", json=canary(), headers=keyed)
    assert created.status_code == 201, created.text
    id = str(created.json()["id"])
    await batch(http, canary(eqf=5))
    proposal = {"candidate_id": id, "vacancy_id": str(scene.vacancy.id), "note": NOTE}
    proposed = (await http.post("/v1/proposals", json=proposal, headers=keyed)).json()["id"]
    said = {"decision": "ACCEPT", "comment": COMMENT, "share_identity": True}
    for side in (http, scene.recruiter):
        answered = await side.post(f"/v1/proposals/{proposed}/answers", json=said, headers=keyed)
        assert answered.status_code == 201, answered.text
        said = {"decision": "ACCEPT"}
    seat = {"candidate_id": id, "session_id": str(scene.session.id), "track": "HOME"}
    assert (await http.post("/v1/enrolments", json=seat, headers=keyed)).status_code == 201
    consent = {"action": "RENEW", "scopes": ["MATCHING_HOME", "STATISTICS"], "text_version": "2"}
    assert (await http.post(f"/v1/candidates/{id}/consents", json=consent, headers=keyed)).status_code == 201
    assert (await http.post(f"/v1/candidates/{id}/reconfirm", headers=keyed)).status_code == 200
    for path in ("", "/export", "/matches", "/access-log", "/duplicates", "/consents"):
        assert (await http.get(f"/v1/candidates/{id}{path}")).status_code == 200, path
    await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")
    await scene.house.follow()
    return id


async def erase(scene: Scene, id: str) -> None:
    path = f"/v1/candidates/{id}"
    tag = (await scene.counsellor.get(path)).headers["ETag"]
    assert (await scene.counsellor.delete(path, headers={"If-Match": tag})).status_code == 204
    await scene.house.follow()


async def test_no_canary_survives_in_any_table_event_answer_cache_or_log(
    scene: Scene, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    id = await live(scene, logging.getLogger())
    before = await rows_of_all(scene.house)
    assert [word for word in WORDS if not any(word in text for text in before.values())] == []
    await erase(scene, id)
    after = await rows_of_all(scene.house)
    assert [(table, word) for table, text in after.items() for word in WORDS if word in text] == []
    await scene.recruiter.get(f"/v1/vacancies/{scene.vacancy.id}/matches")  # the engine lets go with its next look
    engine = scene.house.apps["matching"].state.engine
    held = engine.index.rank_candidates(engine.opening(scene.vacancy.id), days(0), 10)
    assert id not in {str(each.id) for each in held}
    out, err = capfd.readouterr()
    assert [word for word in WORDS if word in caplog.text + out + err] == []


async def test_what_was_published_forgets_sex_and_age_and_stays_dense(scene: Scene) -> None:
    id = await live(scene, logging.getLogger())
    await erase(scene, id)
    told = [data for _, data in await events(scene.house) if data.get("candidate_id") == id and "sex" in data]
    assert len(told) >= 4
    assert {(data["sex"], data["age_band"]) for data in told} == {(None, None)}
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        positions = list(await session.scalars(sa.text("SELECT position FROM events ORDER BY position")))
    assert positions == list(range(1, len(positions) + 1))


async def test_figures_are_the_same_when_rebuilt_after_an_erasure(scene: Scene) -> None:
    if "reporting" not in scene.house.apps:
        pytest.skip("no reporting service")
    from services.reporting.feeds import rebuild

    facts = (
        "SELECT kind, sex, age_band, track, status, count(*) FROM facts GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
    )
    await erase(scene, await live(scene, logging.getLogger()))
    database = scene.house.databases["reporting"]
    async with database.transaction(tenancy.HOUSE) as session:
        followed = [tuple(row) for row in await session.execute(sa.text(facts))]
        await rebuild(session)
    await scene.house.follow()
    async with database.transaction(tenancy.HOUSE) as session:
        rebuilt = [tuple(row) for row in await session.execute(sa.text(facts))]
    assert followed == rebuilt


async def test_an_export_holds_what_was_said_everywhere(scene: Scene) -> None:
    """Story 4: get my data."""
    id = await live(scene, logging.getLogger())
    export = (await scene.counsellor.get(f"/v1/candidates/{id}/export")).json()
    text = json.dumps(export, ensure_ascii=False)
    assert [word for word in WORDS if word not in text] == []
    filled = {table for table, rows in export["held"].items() if rows}
    assert {"candidates", "proposals", "proposal_answers", "placements", "enrolments"} <= filled
    assert {"consents", "access_log", "events"} <= filled
    assert all("candidate_ids" not in row for row in export["held"]["access_log"])


async def test_an_erasure_waits_for_what_is_being_written(scene: Scene) -> None:
    """What is written about a placement at the same moment is taken as well, and what comes later names nobody."""
    placement = UUID((await scene.accept(await scene.propose()))["placement_id"])
    sent = {"sent_on": days(-1), "amount": Decimal(5), "fee": Decimal(1), "currency": "EUR", "placement_id": placement}
    async with scene.house.databases["matching"].transaction(scene.agency) as session:
        held = await held_placement(session, placement)
        erasing = asyncio.create_task(erase(scene, scene.candidate_id))
        await asyncio.sleep(0.3)
        waited = not erasing.done()
        names = ("organisation_id", "candidate_id", "partnership_id")
        session.add(Remittance(**{name: getattr(held, name) for name in names}, **sent))
    await erasing
    async with scene.house.databases["matching"].transaction(scene.agency) as session:
        left = await session.scalar(sa.select(sa.func.count()).select_from(Remittance))
        later = await held_placement(session, placement)
    assert (waited, left) == (True, 0)
    assert str(later.candidate_id) != scene.candidate_id


async def test_no_match_is_kept_of_somebody_who_is_being_erased(scene: Scene) -> None:
    body = {"candidate_id": scene.candidate_id, "vacancy_id": str(scene.vacancy.id)}
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await session.execute(sa.text("DELETE FROM candidates WHERE id = :id"), {"id": scene.candidate_id})
        keeping = asyncio.create_task(scene.counsellor.post("/v1/matches", json=body))
        await asyncio.sleep(0.3)
        waited = not keeping.done()
    assert (waited, (await keeping).status_code) == (True, 422)


async def test_every_table_that_names_a_candidate_is_in_the_list(house: House) -> None:
    """Who adds a table says in `services/matching/erasure.py` what becomes of it."""
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        columns = (await session.execute(sa.text(_COLUMNS))).all()
    naming = {row.table_name for row in columns if row.column_name in ("candidate_id", "candidate_ids", "person_id")}
    listed = {holding.table for holding in HOLDINGS}
    assert naming - listed == set()
    assert listed - {row.table_name for row in columns} == set()
    assert all(bool(holding.blank) + bool(holding.kept) <= 1 for holding in HOLDINGS)


async def kept_answers(house: House, words: str) -> int:
    """Answers kept for repeats in which these words stand, read one by one."""
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        bodies = (await session.scalars(sa.text("SELECT body FROM idempotency_keys"))).all()
    return sum(words in _readable(body) for body in bodies)


async def test_answers_of_a_bulk_import_go_with_the_person_also_of_rows_that_failed(scene: Scene) -> None:
    """Story 4: a row that failed has no pseudonym, and is found by the key that the partner gave."""
    key = CANARIES["external_id"]
    rows = [
        [person(external_id="C-8"), canary()],
        [person(external_id="C-9"), canary(eqf=99)],
        [person(external_id="C-8")],
    ]
    for number, sent in enumerate(rows):
        body = "\n".join(json.dumps(row) for row in sent).encode()
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": f"nightly-{number}"}
        answered = await scene.counsellor.post("/v1/candidates:batch", content=body, headers=headers)
        assert answered.status_code == 200, answered.text
    assert (await kept_answers(scene.house, key), await kept_answers(scene.house, "C-8")) == (2, 2)
    found = (await scene.counsellor.get("/v1/candidates", params={"external_id": key})).json()["items"][0]
    path = f"/v1/candidates/{found['id']}"
    version = (await scene.counsellor.get(path)).headers["ETag"]
    assert (await scene.counsellor.delete(path, headers={"If-Match": version})).status_code == 204
    assert (await kept_answers(scene.house, key), await kept_answers(scene.house, found["id"])) == (0, 0)
    assert await kept_answers(scene.house, "C-8") == 1


async def test_the_same_key_of_another_organisation_is_another_person(scene: Scene) -> None:
    async with await scene.house.act("OTHER", "counsellor", service="matching") as other:
        body = json.dumps(person(external_id="C-1", eqf=99)).encode()
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "theirs"}
        assert (await other.post("/v1/candidates:batch", content=body, headers=headers)).status_code == 200
    before = await kept_answers(scene.house, '"C-1"')
    path = f"/v1/candidates/{scene.candidate_id}"
    assert (await scene.counsellor.delete(path, headers={"If-Match": '"1"'})).status_code == 204
    assert (before, await kept_answers(scene.house, '"C-1"')) == (1, 1)


async def test_kept_answers_are_found_by_an_index(scene: Scene) -> None:
    async with scene.house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        await session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        plan = await session.scalars(
            sa.text("EXPLAIN SELECT scope FROM answer_subjects WHERE subject = ANY(:ids)"),
            {"ids": [scene.candidate_id]},
        )
        assert "Index Cond: (subject = ANY" in "\n".join(plan)
