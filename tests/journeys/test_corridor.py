"""From vacancy to indicator over three applications: the demo's own clients, the bundled sample, real feeds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.cli.sample import ESCO, ESCO_VERSION
from services.cli.sample.loader import load
from services.cli.sample.partner import Partner
from services.cli.story import Story
from services.kit import tenancy
from services.kit.db import now
from services.registry.taxonomy.importing import import_taxonomy
from tests.conftest import URLS, House

TODAY = now().date()  # the sample's dates are relative to the services' own day
ADDRESSES = URLS | {"token_url": f"{URLS['registry']}/oauth/token"}
CORRIDORS = {"MA-BE-GREEN": "MAR-BEL", "SN-BE-CIRCULAR": "SEN-BEL", "FJ-AU-RENEW": "FJI-AUS"}


@asynccontextmanager
async def _following(house: House) -> AsyncIterator[None]:
    """The followers at work, as in running services."""
    tasks = [asyncio.create_task(f.run()) for app in house.apps.values() for f in app.state.followers]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _loaded(house: House) -> AsyncIterator[Story]:
    await import_taxonomy(house.databases["registry"], [ESCO], ESCO_VERSION)
    credentials: dict[str, Any] = {"ops": {"client_id": "ops", "client_secret": house.ops_secret}}
    loaded = await load(ADDRESSES, credentials, today=TODAY, transport=house.hosts)
    async with _following(house), httpx.AsyncClient(transport=house.hosts, timeout=60) as http:
        story = Story(http, ADDRESSES, credentials, loaded, TODAY, lambda *_: None)
        await story.settle()
        yield story


@pytest.mark.timeout(280)
async def test_the_corridor_runs_from_partners_rows_to_the_partnerships_report(house: House) -> None:
    async with _loaded(house) as story:
        assert story.loaded["failed"] == []
        assert len(story.loaded["partnerships"]) == 3
        assert len(story.loaded["candidates"]) == 300

        again = await load(ADDRESSES, story.credentials, today=TODAY, transport=house.hosts)
        assert {kind: set(rows) for kind, rows in again["statuses"].items()} == {
            "vacancies": {"unchanged"},
            "candidates": {"unchanged"},
        }
        for kind in ("organisations", "partnerships", "programmes", "vacancies", "candidates"):
            assert again[kind] == story.loaded[kind]

        await story.match_everybody()
        assert [p.key for p in story.people if not p.matches and not p.reason] == []
        assert any(p.best_home for p in story.people)
        assert any(p.best_away for p in story.people)
        for person in story.people:
            for match in person.matches:
                explained = sum(term["contribution"] for term in match["explanation"]["terms"])
                assert explained == pytest.approx(match["score"], abs=1e-9)

        await story.train()
        assert story.certified > 20
        await story.propose()
        assert story.proposals["DECLINED"] > 0
        assert min(story.placements["HOME"], story.placements["AWAY"]) > 10

        for partnership, corridor in CORRIDORS.items():
            report = await story.report(partnership)
            counted = _cells(report, "PLACEMENTS")
            started = await _started(story, partnership)
            assert sum(started.values()) > 0
            for track, number in started.items():
                cell = counted[track]
                assert cell["value"] == (number if number >= 5 else None), (partnership, track)
            assert corridor in {p["corridor"] for p in await _facts(story, report["partnership"]["id"])}

        before = await story.report("MA-BE-GREEN")
        await _rebuild(house)
        after = await story.report("MA-BE-GREEN")
        assert after["indicators"] == before["indicators"]


def _cells(report: dict[str, Any], code: str) -> dict[str, Any]:
    indicator = next(i for i in report["indicators"] if i["code"] == code)
    return {cell["dims"]["track"]: cell for cell in indicator["cells"]}


async def _started(story: Story, partnership: str) -> dict[str, int]:
    """Placements of a partnership that employers and counsellors see as started, by track."""
    found: dict[str, str] = {}
    wanted = story.loaded["partnerships"][partnership]
    for code in {person.counsellor for person in story.people}:
        async for placement in story.partner(code).items("matching", "/v1/placements"):
            if placement["partnership_id"] == wanted and placement["status"] == "STARTED":
                found[placement["id"]] = placement["track"]
    return {track: list(found.values()).count(track) for track in ("HOME", "AWAY")}


async def _facts(story: Story, partnership_id: str) -> list[dict[str, Any]]:
    ops = Partner(story.http, story.urls, story.credentials["ops"])
    facts = [fact async for fact in ops.items("reporting", "/v1/facts", indicator="PLACEMENTS")]
    return [fact for fact in facts if fact["partnership_id"] == partnership_id]


async def _rebuild(house: House) -> None:
    """Forget everything derived, and wait until it has followed from position 0 again."""
    database = house.databases["reporting"]
    cursors = text("SELECT feed, position FROM feed_cursors ORDER BY feed")
    async with database.transaction(tenancy.HOUSE) as session:
        heads = (await session.execute(cursors)).all()
        for follower in house.apps["reporting"].state.followers:
            await follower.reset(session)
        await session.execute(text("UPDATE feed_cursors SET position = 0, epoch = NULL"))
        assert await session.scalar(text("SELECT count(*) FROM facts")) == 0
    for _ in range(300):
        async with database.transaction(tenancy.HOUSE) as session:
            if (await session.execute(cursors)).all() == heads:
                return
        await asyncio.sleep(0.1)
    raise AssertionError("the feeds were not followed again")


@pytest.mark.timeout(200)
async def test_an_interrupted_load_is_taken_up_where_it_stopped(house: House) -> None:
    await import_taxonomy(house.databases["registry"], [ESCO], ESCO_VERSION)
    credentials: dict[str, Any] = {"ops": {"client_id": "ops", "client_secret": house.ops_secret}}

    class PowerCutError(Exception):
        pass

    def cut(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("programmes", 5):
            raise PowerCutError

    with pytest.raises(PowerCutError):
        await load(ADDRESSES, credentials, cut, TODAY, transport=house.hosts)
    whole = await load(ADDRESSES, credentials, today=TODAY, transport=house.hosts)
    async with await house.ops() as ops:
        partnerships = (await ops.get("/v1/partnerships")).json()["items"]
        programmes = (await ops.get("/v1/programmes", params={"limit": 100})).json()["items"]
    assert whole["failed"] == []
    assert sorted(p["status"] for p in partnerships) == ["ACTIVE"] * 3
    assert len(programmes) == len({(p["organisation_id"], p["external_id"]) for p in programmes}) == 27
