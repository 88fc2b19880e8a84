"""The access log: every read of personal data leaves a row that nobody changes unseen (story 4: complete)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.cli import migrate
from services.kit.chain import Verdict
from services.kit.tenancy import HOUSE
from services.matching import access_log
from tests.conftest import House
from tests.matching.scene import Scene, build


@pytest.fixture
async def scene(house: House) -> Scene:
    return await build(house)


@pytest.fixture
async def owner(database_urls: dict[str, str]) -> AsyncIterator[AsyncEngine]:
    """Somebody with every right on matching's database, and bad intentions."""
    url = migrate.with_asyncpg(database_urls["DATABASE_URL_MATCHING_OWNER"])
    engine = create_async_engine(url, poolclass=sa.NullPool)
    yield engine
    await engine.dispose()


async def accesses(scene: Scene) -> list[dict[str, Any]]:
    answer = await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/access-log")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def seal(house: House) -> Verdict:
    async with house.databases["matching"].transaction(HOUSE) as session:
        await access_log.CHAIN.seal(session)
        return await access_log.CHAIN.verify(session)


async def test_every_read_of_a_person_is_in_their_log(scene: Scene) -> None:
    """Story 4: the person learns who saw them, for what, and which part."""
    candidate, employer = f"/v1/candidates/{scene.candidate_id}", f"/v1/vacancies/{scene.vacancy.id}/matches"
    await scene.counsellor.get(candidate, headers={"X-Request-Id": "read-by-counsellor"})
    await scene.counsellor.get("/v1/candidates")
    await scene.recruiter.get(employer)
    accepted = await scene.accept(await scene.propose())
    await scene.recruiter.get(f"/v1/placements/{accepted['placement_id']}")
    body = {"candidate_id": scene.candidate_id, "session_id": str(scene.session.id), "track": "HOME"}
    await scene.counsellor.post("/v1/enrolments", json=body)
    await scene.trainer.get("/v1/enrolments")
    await scene.counsellor.get(f"{candidate}/consents")
    await scene.counsellor.get(f"{candidate}/export")
    found = [
        (each["by_organisation"], each["seen"], each["purpose"], each["operation"]) for each in await accesses(scene)
    ]
    expected = [
        (scene.agency, "RECORD", "COUNSELLING", "get_candidate"),
        (scene.agency, "RECORD", "COUNSELLING", "list_candidates"),
        (scene.employer, "PROFILE", "RECRUITMENT", "match_vacancy"),
        (scene.agency, "PROFILE", "RECRUITMENT", "propose_match"),
        (scene.employer, "PLACEMENT", "EMPLOYMENT", "get_placement"),
        (str(scene.session.organisation_id), "TRAINING", "TRAINING", "list_enrolments"),
        (scene.agency, "CONSENTS", "COUNSELLING", "list_consents"),
        (scene.agency, "EXPORT", "REQUEST_OF_THE_PERSON", "export_candidate"),
    ]
    assert [each for each in expected if each not in found] == []
    assert next(each for each in await accesses(scene) if each["operation"] == "get_candidate")["roles"] == [
        "counsellor"
    ]
    assert "read-by-counsellor" in {each["request_id"] for each in await accesses(scene)}


async def test_reading_the_log_is_logged(scene: Scene) -> None:
    await accesses(scene)
    assert [each["seen"] for each in await accesses(scene)] == ["ACCESS_LOG"]


async def test_the_log_says_who_saw_the_identity(scene: Scene) -> None:
    proposal = await scene.propose()
    accepted = {"decision": "ACCEPT", "share_identity": True}
    await scene.counsellor.post(f"/v1/proposals/{proposal}/answers", json=accepted)
    await scene.recruiter.get(f"/v1/proposals/{proposal}")
    last = (await accesses(scene))[-1]
    assert (last["by_organisation"], last["seen"]) == (scene.employer, "IDENTITY")


async def test_a_read_that_was_refused_is_not_in_the_log(scene: Scene) -> None:
    async with await scene.house.act("OTHER", "counsellor", service="matching") as other:
        assert (await other.get(f"/v1/candidates/{scene.candidate_id}")).status_code == 404
        assert (await other.get(f"/v1/candidates/{scene.candidate_id}/access-log")).status_code == 404
        assert (await other.get(f"/v1/candidates/{scene.candidate_id}/export")).status_code == 404
    assert await accesses(scene) == []


async def test_pages_of_the_log_follow_each_other(scene: Scene) -> None:
    for _ in range(3):
        await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")
    path = f"/v1/candidates/{scene.candidate_id}/access-log"
    first = (await scene.counsellor.get(path, params={"limit": 2})).json()
    second = (await scene.counsellor.get(path, params={"limit": 2, "cursor": first["next"]})).json()
    seen = [each["seen"] for each in [*first["items"], *second["items"]]]
    assert seen == ["RECORD", "RECORD", "RECORD", "ACCESS_LOG"]


@pytest.mark.parametrize(
    ("statement", "why"),
    [("UPDATE access_log SET by_client = 'nobody'", "append-only"), ("DELETE FROM access_log", "six months")],
)
async def test_the_service_itself_cannot_change_the_log(scene: Scene, statement: str, why: str) -> None:
    await accesses(scene)
    with pytest.raises(DBAPIError, match=why):
        async with scene.house.databases["matching"].transaction(HOUSE) as session:
            await session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET by_client = 'nobody' WHERE number = (SELECT min(number) FROM access_log)",
        "UPDATE access_log SET candidate_ids = '{}'",
        "DELETE FROM access_log WHERE number = (SELECT max(number) FROM access_log)",
    ],
)
async def test_tampering_with_the_log_breaks_the_chain(scene: Scene, owner: AsyncEngine, statement: str) -> None:
    for _ in range(3):
        await accesses(scene)
    whole = await seal(scene.house)
    assert (whole.sealed, whole.unsealed, whole.broken_at) == (3, 0, None)
    async with owner.begin() as connection:
        await connection.execute(sa.text("SELECT set_config('passerelle.tenant', '*', true)"))
        await connection.execute(sa.text("ALTER TABLE access_log DISABLE TRIGGER USER"))
        await connection.execute(sa.text("ALTER TABLE access_log NO FORCE ROW LEVEL SECURITY"))
        changed = await connection.execute(sa.text(statement))
        await connection.execute(sa.text("ALTER TABLE access_log FORCE ROW LEVEL SECURITY"))
        await connection.execute(sa.text("ALTER TABLE access_log ENABLE TRIGGER USER"))
    assert changed.rowcount > 0
    assert (await seal(scene.house)).broken_at is not None


async def test_the_command_checks_both_chains(
    scene: Scene, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    from services.cli import history

    for service in ("registry", "matching"):
        name = f"DATABASE_URL_{service.upper()}"
        monkeypatch.setenv(name, database_urls[name])
    await accesses(scene)
    await asyncio.to_thread(history.verify)
    said = capsys.readouterr().out
    assert "1 reads of personal data as they were sealed, 0 not sealed yet" in said
    assert "versions as they were sealed" in said


async def age(scene: Scene, days: int) -> None:
    """Three reads of so long ago, sealed."""
    old = sa.text(
        "INSERT INTO access_log (at, by_client, roles, operation, purpose, seen, candidate_ids, request_id)"
        " SELECT now() - make_interval(days => :days), 'test', '{}', 'get_candidate', 'COUNSELLING', 'RECORD',"
        " ARRAY[CAST(:id AS uuid)], 'old' FROM generate_series(1, 3)"
    )
    async with scene.house.databases["matching"].transaction(HOUSE) as session:
        await session.execute(old, {"days": days, "id": scene.candidate_id})
        await access_log.CHAIN.seal(session)


async def test_what_is_too_old_goes_and_the_chain_still_verifies(scene: Scene) -> None:
    """GDPR Article 5(1)(e), AI Act Article 26(6): kept for its time and no longer, provably."""
    await age(scene, 400)
    await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}")
    sealed = await seal(scene.house)
    async with scene.house.databases["matching"].transaction(HOUSE) as session:
        assert await access_log.forget_old(session, 365) is True
        assert await access_log.forget_old(session, 365) is False
        kept = (await session.scalars(sa.text("SELECT operation FROM access_log ORDER BY number"))).all()
        after = await access_log.CHAIN.verify(session, (sealed.sealed, sealed.head))
    assert kept[0] == "get_candidate"
    assert kept[-1] == access_log.FORGOT
    assert (sealed.broken_at, after.broken_at, after.unsealed) == (None, None, 0)


async def test_nobody_shortens_the_log_without_its_saying_so(scene: Scene, owner: AsyncEngine) -> None:
    await age(scene, 400)
    await age(scene, 300)
    async with owner.begin() as connection:
        await connection.execute(sa.text("SELECT set_config('passerelle.tenant', '*', true)"))
        await connection.execute(sa.text("DELETE FROM access_log WHERE at < now() - interval '350 days'"))
    assert (await seal(scene.house)).broken_at is not None


async def test_the_database_keeps_six_months_whatever_it_is_told(scene: Scene) -> None:
    await age(scene, 100)
    with pytest.raises(DBAPIError, match="six months"):
        async with scene.house.databases["matching"].transaction(HOUSE) as session:
            await access_log.forget_old(session, 50)
