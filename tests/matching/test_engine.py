"""The engine while a new taxonomy comes into force: who is past their refresh still finds everything."""

import asyncio

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.matching import snapshots
from tests.conftest import House
from tests.matching.scene import build


async def test_a_new_taxonomy_never_leaves_the_index_empty(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await build(house)
    engine, database = house.apps["matching"].state.engine, house.databases["matching"]
    async with database.transaction(tenancy.HOUSE) as session:
        await engine.refresh(session)
        known = set(engine._offers)
        body = snapshots.pack(
            b'{"version": "next", "skills": [["http://x", 0, null, "x"]], "broader": [], "isco08": [], "labels": {}}'
        )
        await session.execute(sa.text("DELETE FROM taxonomy_snapshots"))
        insert = "INSERT INTO taxonomy_snapshots (etag, body, fetched_at) VALUES ('next', :body, now())"
        await session.execute(sa.text(insert), {"body": body})
    assert known
    seen: list[set[object]] = []
    take = type(engine)._take

    async def watched(self: object, *arguments: object) -> None:
        seen.append(set(engine._offers))  # what another request would find at this moment
        await asyncio.sleep(0)
        await take(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(type(engine), "_take", watched)
    async with database.transaction(tenancy.HOUSE) as session:
        await engine.refresh(session)
    assert seen == [known]
    assert (engine.taxonomy.version, set(engine._offers)) == ("next", known)
