"""The history of records: written by the database, append-only, and sealed so that tampering shows."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.cli import migrate
from services.kit import history
from services.kit.chain import Verdict
from services.kit.tenancy import HOUSE
from tests.conftest import House
from tests.registry import partnership


@pytest.fixture
async def owner(database_urls: dict[str, str]) -> AsyncIterator[AsyncEngine]:
    """Somebody with every right on the registry's database, and bad intentions."""
    engine = create_async_engine(
        migrate.with_asyncpg(database_urls["DATABASE_URL_REGISTRY_OWNER"]), poolclass=sa.NullPool
    )
    yield engine
    await engine.dispose()


async def _tamper(owner: AsyncEngine, statement: str) -> None:
    async with owner.begin() as connection:
        await connection.execute(sa.text("SELECT set_config('passerelle.tenant', '*', true)"))
        for table in ("history", "history_seals"):
            await connection.execute(sa.text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            await connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        changed = await connection.execute(sa.text(statement))
        assert changed.rowcount > 0
        for table in ("history", "history_seals"):
            await connection.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            await connection.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))


async def _seal(house: House) -> None:
    async with house.databases["registry"].transaction(HOUSE) as session:
        await history.seal(session)


async def _verify(house: House, anchor: tuple[int, str] | None = None) -> Verdict:
    async with house.databases["registry"].transaction(HOUSE) as session:
        return await history.verify(session, anchor)


async def test_who_changed_what_when_and_why(house: House) -> None:
    own = await house.organisation("CHAMBER")
    async with await house.act("CHAMBER", "partner-admin") as http:
        first = await http.get(f"/v1/organisations/{own}")
        changed = await http.patch(
            f"/v1/organisations/{own}",
            json={"name": {"en": "Invented chamber"}},
            headers={"If-Match": first.headers["ETag"], "Change-Reason": quote("Décidé le 3 mars")},
        )
        versions = (await http.get(f"/v1/organisations/{own}/history")).json()["items"]
        then = await http.get(f"/v1/organisations/{own}", params={"as_of": first.json()["updated_at"]})
        before = await http.get(f"/v1/organisations/{own}", params={"as_of": "2020-01-01T00:00:00Z"})
    assert [v["action"] for v in versions] == ["INSERT", "UPDATE"]
    assert versions[1]["by_organisation"] == own
    assert versions[1]["reason"] == "Décidé le 3 mars"
    assert versions[1]["at"] == changed.json()["updated_at"]
    assert versions[0]["record"]["name"] == first.json()["name"]
    assert then.json() == first.json()
    assert before.status_code == 404


async def test_strangers_read_what_an_organisation_was_and_not_why_it_changed(house: House) -> None:
    own = await house.organisation("CHAMBER")
    path = f"/v1/organisations/{own}"
    async with await house.act("CHAMBER", "partner-admin") as http:
        tag = (await http.get(path)).headers["ETag"]
        why = {"If-Match": tag, "Change-Reason": "A quarrel of ours"}
        await http.patch(path, json={"name": {"en": "Invented chamber"}}, headers=why)
    async with await house.act("STRANGER", "partner-admin") as http:
        last = (await http.get(f"{path}/history")).json()["items"][-1]
    assert (last["record"]["name"], last["by_organisation"]) == ({"en": "Invented chamber"}, own)
    assert (last["by_client"], last["reason"]) == (None, None)


async def test_whoever_does_not_read_a_record_does_not_read_its_history(house: House) -> None:
    made = await partnership.register(house)
    async with await house.act("STRANGER", "partner-admin") as http:
        answer = await http.get(await made.path("/history"))
    async with await made.act("FIRM-BE") as http:
        shared = await http.get(await made.path("/history"))
    assert answer.status_code == 404
    assert [v["record"]["code"] for v in shared.json()["items"]] == ["SOLAR-MA-BE"]


@pytest.mark.parametrize("reason", ["%FF%FE", "a%0Ab", "x" * 501])
async def test_a_reason_is_one_line_of_text(house: House, reason: str) -> None:
    async with await house.act("CHAMBER", "partner-admin") as http:
        answer = await http.post("/v1/partnerships", json={}, headers={"Change-Reason": reason})
    assert answer.status_code in (400, 422)
    async with await house.ops() as ops:
        body = {"code": "X", "name": {"en": "X"}, "type": "EMPLOYER", "sector": "PRIVATE", "country": "BEL"}
        answer = await ops.post("/v1/organisations", json=body, headers={"Change-Reason": reason})
    assert answer.status_code == 400


@pytest.mark.parametrize("statement", ["UPDATE history SET reason = 'none'", "DELETE FROM history"])
async def test_the_service_itself_cannot_change_history(house: House, statement: str) -> None:
    await house.organisation("CHAMBER")
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.databases["registry"].transaction(HOUSE) as session:
            await session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET reason = 'a better one' WHERE number = (SELECT min(number) FROM history)",
        "UPDATE history SET record = jsonb_set(record, '{country}', '\"FRA\"') WHERE kind = 'organisations'",
        "DELETE FROM history WHERE number = (SELECT min(number) + 1 FROM history)",
        "DELETE FROM history_seals WHERE position = 2",
    ],
)
async def test_tampering_breaks_the_chain(house: House, owner: AsyncEngine, statement: str) -> None:
    for code in ("A", "B", "C"):
        await house.organisation(code)
    await _seal(house)
    whole = await _verify(house)
    assert (whole.sealed, whole.unsealed, whole.broken_at) == (3, 0, None)
    await _tamper(owner, statement)
    assert (await _verify(house)).broken_at is not None


async def test_an_anchor_kept_elsewhere_finds_a_chain_that_was_rewritten_whole(
    house: House, owner: AsyncEngine
) -> None:
    for code in ("A", "B"):
        await house.organisation(code)
    await _seal(house)
    head = await _verify(house)
    anchor = (head.sealed, head.head)
    assert (await _verify(house, anchor)).broken_at is None
    await _tamper(owner, "DELETE FROM history_seals")
    await _tamper(owner, "UPDATE history SET reason = 'as it should have been'")
    await _seal(house)
    assert (await _verify(house)).broken_at is None
    assert (await _verify(house, anchor)).broken_at is not None
    await _tamper(owner, "DELETE FROM history_seals WHERE position = 2")
    assert (await _verify(house, anchor)).broken_at is not None


async def test_what_is_committed_late_is_sealed_late(house: House) -> None:
    await house.organisation("A")
    async with house.databases["registry"].transaction(HOUSE) as slow:
        await slow.execute(sa.text("SELECT set_config('passerelle.actor', '/slow', true)"))
        await slow.execute(sa.text("UPDATE organisations SET version = version + 1 WHERE code = 'A'"))
        await house.organisation("B")
        await _seal(house)
        assert (await _verify(house)).sealed == 2
    await _seal(house)
    verdict = await _verify(house)
    assert (verdict.sealed, verdict.unsealed, verdict.broken_at) == (3, 0, None)
