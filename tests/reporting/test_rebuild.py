"""`passerelle reporting rebuild` against a service that follows."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from services.cli import reporting
from services.cli.addresses import database_of
from services.kit import tenancy
from services.kit.feed import Follower
from tests.conftest import House


def registry_follower(house: House) -> Follower:
    return next(f for f in house.apps["reporting"].state.followers if f.feed == "registry")


async def organisations(house: House) -> list[str]:
    async with house.databases["reporting"].transaction(tenancy.HOUSE) as session:
        return list(await session.scalars(text("SELECT code FROM organisations ORDER BY code")))


async def test_rebuilding_returns_when_the_service_has_read_everything_again(
    house: House, database_urls: dict[str, str]
) -> None:
    for code in ("ONE", "TWO"):
        await house.organisation(code)
    follower = registry_follower(house)
    while await follower.step():
        pass
    rebuilding = asyncio.create_task(reporting.read_again(database_urls["DATABASE_URL_REPORTING"], 30))
    while await organisations(house):  # forgotten before it is read again
        await asyncio.sleep(0.02)
    assert not rebuilding.done()
    while await follower.step():
        pass
    assert await rebuilding == (0, 0)
    assert await organisations(house) == ["ONE", "TWO"]


async def test_rebuilding_says_when_nothing_reads(house: House, database_urls: dict[str, str]) -> None:
    await house.organisation("ONE")
    while await registry_follower(house).step():
        pass
    with pytest.raises(TimeoutError, match="No event was read"):
        await reporting.read_again(database_urls["DATABASE_URL_REPORTING"], 0.1)


def test_a_folder_without_installation_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL_REPORTING", raising=False)
    with pytest.raises(LookupError, match=tmp_path.name):
        database_of("reporting", tmp_path)
