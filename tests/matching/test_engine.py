"""The engine while a new taxonomy comes into force: who is past their refresh still finds everything."""

import asyncio
from dataclasses import replace
from time import perf_counter
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.kit import tenancy
from services.matching import snapshots
from tests.conftest import House
from tests.matching.instances import random_candidate, random_opening
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


async def test_requests_are_answered_while_a_batch_is_ranked(house: House) -> None:
    """The event loop of the real service gets its turn; how soon on an idle machine `benchmarks/matching/loop_lag.py`
    says."""
    scene = await build(house)
    engine = house.apps["matching"].state.engine
    assert (await scene.counsellor.get(f"/v1/candidates/{scene.candidate_id}/matches")).status_code == 200
    for number in range(1500):
        engine.index.put_candidate(replace(random_candidate(number), id=UUID(int=number)))
        engine.index.put_opening(random_opening(number))
    engine.index.prepare()
    found, late = [], []

    async def batches() -> None:
        until = perf_counter() + 1.0
        while perf_counter() < until:
            found.extend(await engine.rank_all(10))

    work = asyncio.create_task(batches())
    while not work.done():
        began = perf_counter()
        await asyncio.sleep(0.002)
        late.append(perf_counter() - began - 0.002)
    await work
    engine.forget()
    assert sum(len(chunk.candidates) for chunk in found) > 1500
    assert len(late) > 20
    assert sorted(late)[len(late) // 2] < 0.05
