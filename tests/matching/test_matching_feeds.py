"""The registry's feed: copies in any order, forgotten and rebuilt, a late commit not missed."""

import sqlalchemy as sa

from services.kit import tenancy
from services.matching import feeds
from services.matching.engine import Engine
from tests.conftest import House
from tests.matching.registry_events import organisation, partnership, programme, publish, session_of, vacancy


async def refreshed(house: House, engine: Engine) -> Engine:
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await engine.refresh(session)
    return engine


async def visible_to(house: House, organisation_id: str) -> dict[str, int]:
    """How many copies of each kind an organisation reads."""
    tables = ("partnerships", "openings", "programmes", "training_sessions", "organisations")
    async with house.databases["matching"].transaction(organisation_id) as session:
        counts = {table: await session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables}
    return {table: int(count or 0) for table, count in counts.items()}


async def test_copies_are_shared_with_the_parties_whatever_comes_first(house: House) -> None:
    owner, party = await house.organisation("OWN"), await house.organisation("PARTY")
    stranger = await house.organisation("STRANGER")
    agreed = partnership([owner, party])
    course = programme(owner, [agreed.id])
    run, offered = session_of(course), vacancy(owner, [agreed.id])
    await publish(house, organisation(owner, "OWN"), run, course, offered, agreed)
    shown = {"partnerships": 1, "openings": 1, "programmes": 1, "training_sessions": 1, "organisations": 1}
    assert await visible_to(house, party) == shown
    assert await visible_to(house, stranger) == {**dict.fromkeys(shown, 0), "organisations": 1}
    left = agreed.model_copy(update={"parties": agreed.parties[:1]})
    await publish(house, left)
    assert await visible_to(house, party) == {**dict.fromkeys(shown, 0), "organisations": 1}


async def test_events_may_be_applied_twice(house: House) -> None:
    owner, party = await house.organisation("OWN"), await house.organisation("PARTY")
    agreed = partnership([owner, party])
    events = [agreed, vacancy(owner, [agreed.id])]
    await publish(house, *events)
    once = await visible_to(house, party)
    await publish(house, *events)
    assert await visible_to(house, party) == once


async def test_a_reset_forgets_the_copies_and_the_engine_follows(house: House) -> None:
    owner, party = await house.organisation("OWN"), await house.organisation("PARTY")
    agreed = partnership([owner, party])
    kept, gone = vacancy(owner, [agreed.id]), vacancy(owner, [agreed.id], external_id="V-2")
    await publish(house, agreed, kept, gone)
    engine = await refreshed(house, house.apps["matching"].state.engine)
    assert engine.index.openings == 2
    async with house.databases["matching"].transaction(tenancy.HOUSE) as session:
        await feeds.reset(session)
    assert (await refreshed(house, engine)).index.openings == 0
    assert sum((await visible_to(house, party)).values()) == 0
    await publish(house, agreed, kept)
    assert (await refreshed(house, engine)).index.openings == 1
    assert engine.opening(gone.id) is None
    assert engine.opening(kept.id) is not None


async def test_a_write_that_commits_late_is_not_missed(house: House) -> None:
    """The engine looks while an older transaction is still open, and a younger one has committed."""
    owner = await house.organisation("OWN")
    agreed = partnership([owner])
    late, early = vacancy(owner, [agreed.id]), vacancy(owner, [agreed.id], external_id="V-2")
    engine = house.apps["matching"].state.engine
    handle = feeds.handlers(house.apps["matching"].state.taxonomies)[type(late)]
    async with house.databases["matching"].transaction(tenancy.HOUSE) as slow:
        await handle(slow, late)
        await publish(house, early)
        await refreshed(house, engine)
        assert (engine.opening(early.id) is None, engine.opening(late.id) is None) == (False, True)
    assert (await refreshed(house, engine)).opening(late.id) is not None


async def test_two_processes_see_the_same(house: House) -> None:
    owner = await house.organisation("OWN")
    agreed = partnership([owner])
    offered = vacancy(owner, [agreed.id])
    one, other = house.apps["matching"].state.engine, Engine(house.apps["matching"].state.settings.euro_rates)
    await refreshed(house, one)
    await refreshed(house, other)
    await publish(house, agreed, offered)
    await refreshed(house, one)
    await refreshed(house, other)
    assert one.opening(offered.id) == other.opening(offered.id) is not None


async def test_the_registrys_own_events_arrive(house: House) -> None:
    owner = await house.organisation("OWN")
    await house.follow()
    assert (await visible_to(house, owner))["organisations"] == 1
