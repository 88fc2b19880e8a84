"""A partnership lives through a step back to the release before and forward again."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config

from services.cli import migrate
from tests.conftest import House
from tests.registry.partnership import register

FOLDER = Path(__file__).parents[2] / "migrations"
BEFORE = "registry_0007"


async def test_a_partnership_keeps_what_both_releases_know(house: House, database_urls: dict[str, str]) -> None:
    partnership = await register(house, acronym="SOLMABE")
    config = Config(FOLDER / "alembic.ini", ini_section="registry")
    url = migrate.with_asyncpg(database_urls["DATABASE_URL_REGISTRY_OWNER"])
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    try:
        await asyncio.to_thread(command.downgrade, config, BEFORE)
    finally:
        await asyncio.to_thread(command.upgrade, config, "head")
    async with await partnership.act("MINISTRY-MA") as http:
        kept = (await http.get(await partnership.path())).json()
    assert (kept["code"], kept["home_places"]) == (partnership.body["code"], partnership.body["home_places"])
    assert len(kept["parties"]) == len(partnership.body["parties"])
    assert (kept["acronym"], kept["hypotheses"], kept["protection"]) == (None, [], None)
