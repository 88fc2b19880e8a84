"""The taxonomy snapshot: fetched once from the registry, kept by its ETag, used while the registry is down."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.cli.sample import ESCO, ESCO_VERSION
from services.kit import tenancy
from services.matching.engine import Engine
from services.registry.taxonomy.importing import import_taxonomy
from tests.conftest import House
from tests.matching.registry_events import person


@pytest.fixture
async def sample(house: House) -> House:
    """The registry has the bundled extract of ESCO."""
    await import_taxonomy(house.databases["registry"], [ESCO], ESCO_VERSION)
    return house


async def refreshed(house: House, engine: Engine) -> Engine:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await engine.refresh(session)
    return engine


async def fetched_at(house: House) -> Any:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        return await session.scalar(sa.text("SELECT fetched_at FROM taxonomy_snapshots"))


async def test_the_engine_reads_what_the_registry_published(sample: House) -> None:
    state = sample.apps["matching"].state
    await state.taxonomies.ensure()
    taxonomy = (await refreshed(sample, state.engine)).taxonomy
    async with await sample.act("READER", "counsellor") as http:
        shown = (await http.get("/v1/skills", params={"limit": 5}, headers={"Accept-Language": "fr"})).json()["items"]
    assert taxonomy.version == ESCO_VERSION
    assert len(taxonomy.skills) >= 600
    assert {skill["uri"]: taxonomy.label(skill["uri"], "fr") for skill in shown} == {
        skill["uri"]: skill["label"] for skill in shown
    }
    assert any(skill.groups for skill in taxonomy.skills.values())
    assert taxonomy.related


async def test_an_unchanged_snapshot_is_not_fetched_again(sample: House) -> None:
    taxonomies = sample.apps["matching"].state.taxonomies
    await taxonomies.ensure()
    first = await fetched_at(sample)
    taxonomies.mark_stale()
    await taxonomies.ensure()
    assert await fetched_at(sample) == first is not None


async def test_a_restart_without_the_registry_uses_what_was_kept(sample: House) -> None:
    state = sample.apps["matching"].state
    await state.taxonomies.ensure()
    restarted = await refreshed(sample, Engine(state.settings.euro_rates))
    assert restarted.taxonomy.version == ESCO_VERSION


async def test_a_registry_that_is_down_stops_nobody(house: House) -> None:
    counsellor = await house.act("AGENCY", "counsellor", service="matching")
    await counsellor.get("/v1/candidates")  # the keys of the token issuer are known from here on
    registry = house.hosts.apps.pop("registry.test")
    try:
        house.apps["matching"].state.taxonomies.mark_stale()
        answer = await counsellor.post("/v1/candidates", json=person())
    finally:
        house.hosts.apps["registry.test"] = registry
    assert answer.status_code == 201


async def test_an_activation_makes_matching_fetch_the_new_version(sample: House) -> None:
    state = sample.apps["matching"].state
    state.taxonomies._stale = False
    await state.taxonomies.ensure()
    assert await fetched_at(sample) is None
    await sample.follow()
    await state.taxonomies.ensure()
    assert (await refreshed(sample, state.engine)).taxonomy.version == ESCO_VERSION
