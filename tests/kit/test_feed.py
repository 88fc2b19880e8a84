"""The feed: nothing committed is missed, whatever order transactions end in; and what the naive way would lose."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from uuid_utils.compat import uuid7

from services.cli import migrate
from services.contracts.envelope import CloudEvent, Event
from services.kit import events, tenancy
from services.kit.db import Database
from services.kit.errors import Unavailable
from services.kit.feed import Follower
from services.kit.http import Peer
from tests.conftest import URLS, House

WRITERS, EACH = 16, 12


class Noted(Event):
    type: ClassVar[str] = "org.passerelle.test.noted.v1"

    number: int


async def _write(write_one: Callable[[int], Awaitable[None]]) -> None:
    """Sixteen writers, a third of whose transactions stay open for a while."""

    async def writer(first: int) -> None:
        for number in range(first, first + EACH):
            await write_one(number)

    await asyncio.gather(*(writer(n * EACH) for n in range(WRITERS)))


async def _poll(read_after: Callable[[int], Awaitable[list[tuple[int, int]]]], done: asyncio.Event) -> list[int]:
    """Read what comes after the last position, as a follower would, until the writers are done."""
    seen: list[int] = []
    position = 0
    while True:
        last_round = done.is_set()
        rows = await read_after(position)
        seen += [number for _, number in rows]
        position = max([position, *(p for p, _ in rows)])
        if last_round and not rows:
            return seen
        await asyncio.sleep(0.002)


async def _race(
    write_one: Callable[[int], Awaitable[None]], read_after: Callable[[int], Awaitable[list[tuple[int, int]]]]
) -> list[int]:
    done = asyncio.Event()
    reader = asyncio.create_task(_poll(read_after, done))
    await _write(write_one)
    done.set()
    return await reader


def _dawdle() -> float:
    return random.uniform(0.02, 0.05) if random.random() < 0.3 else 0.0


async def test_polling_an_identity_column_loses_events(database_urls: dict[str, str]) -> None:
    """The hazard itself: if this ever fails, the sequencer may no longer be needed."""
    engine = create_async_engine(migrate.with_asyncpg(database_urls["DATABASE_URL_REGISTRY_OWNER"]), pool_size=20)
    async with engine.begin() as connection:
        await connection.execute(
            sa.text("CREATE TABLE naive_events (position bigint GENERATED ALWAYS AS IDENTITY, number int)")
        )

    async def write_one(number: int) -> None:
        async with engine.begin() as connection:
            await connection.execute(sa.text("INSERT INTO naive_events (number) VALUES (:n)"), {"n": number})
            await asyncio.sleep(_dawdle())

    async def read_after(position: int) -> list[tuple[int, int]]:
        async with engine.connect() as connection:
            rows = await connection.execute(
                sa.text("SELECT position, number FROM naive_events WHERE position > :p ORDER BY position"),
                {"p": position},
            )
            return [(row.position, row.number) for row in rows]

    try:
        assert len(await _race(write_one, read_after)) < WRITERS * EACH
    finally:
        async with engine.begin() as connection:
            await connection.execute(sa.text("DROP TABLE naive_events"))
        await engine.dispose()


async def test_the_sequencer_loses_none_and_leaves_no_gap(house: House, database_urls: dict[str, str]) -> None:
    database = Database(database_urls["DATABASE_URL_REGISTRY"], 20)

    async def write_one(number: int) -> None:
        async with database.transaction(str(uuid7())) as session:
            await events.publish(session, ("x", Noted(number=number)))
            await asyncio.sleep(_dawdle())

    async def read_after(position: int) -> list[tuple[int, int]]:
        async with database.transaction(tenancy.HOUSE) as session:
            await events.sequence(session)
        async with database.transaction(tenancy.HOUSE) as session:
            rows = await session.execute(
                sa.text("SELECT position, data FROM events WHERE position > :p ORDER BY position"), {"p": position}
            )
            return [(row.position, row.data["number"]) for row in rows]

    try:
        seen = await _race(write_one, read_after)
        async with database.transaction(tenancy.HOUSE) as session:
            positions = (await session.scalars(sa.text("SELECT position FROM events ORDER BY position"))).all()
    finally:
        await database.close()
    assert sorted(seen) == list(range(WRITERS * EACH))
    assert list(positions) == list(range(1, WRITERS * EACH + 1))


async def test_two_sequencers_at_once_never_give_a_position_twice(house: House) -> None:
    database = house.databases["registry"]
    async with database.transaction("") as session:
        await events.publish(session, *((str(n), Noted(number=n)) for n in range(300)))

    async def sequence() -> int:
        async with database.transaction(tenancy.HOUSE) as session:
            return await events.sequence(session)

    numbered = await asyncio.gather(*(sequence() for _ in range(4)))
    async with database.transaction(tenancy.HOUSE) as session:
        positions = (await session.scalars(sa.text("SELECT position FROM events ORDER BY 1"))).all()
        head = await session.scalar(sa.text("SELECT last_position FROM feed_state"))
    assert sum(numbered) == 300 == head
    assert list(positions) == list(range(1, 301))


async def test_an_event_of_a_transaction_that_failed_is_never_read(house: House) -> None:
    database = house.databases["registry"]
    with pytest.raises(RuntimeError):
        async with database.transaction("") as session:
            await events.publish(session, ("x", Noted(number=1)))
            raise RuntimeError
    async with await house.ops() as ops:
        assert (await ops.get("/v1/events")).json() == []


async def test_the_feed_is_for_the_house_alone(house: House) -> None:
    await house.organisation("ANY")
    async with await house.act("ANY", "partner-admin") as http:
        assert (await http.get("/v1/events")).status_code == 403


async def test_long_polling_answers_as_soon_as_there_is_something(house: House) -> None:
    async with await house.ops() as ops:
        waiting = asyncio.create_task(ops.get("/v1/events", params={"timeout": 10}))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await house.organisation("NEWCOMER")
        answer = await asyncio.wait_for(waiting, 2)
    assert [e["type"] for e in answer.json()] == ["org.passerelle.registry.organisation-changed.v1"]
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    assert answer.headers["Feed-Head"] == "1"


async def test_an_old_epoch_and_a_position_beyond_the_head_are_gone(house: House) -> None:
    async with await house.ops() as ops:
        other = await ops.get("/v1/events", params={"epoch": str(UUID(int=7))})
        beyond = await ops.get("/v1/events", params={"after": 5})
    assert (other.status_code, other.json()["code"]) == (410, "feed_reset")
    assert (beyond.status_code, beyond.json()["code"]) == (410, "feed_reset")


class Taken:
    """A consumer that writes what it takes into its own database, and can be told to fail."""

    def __init__(self, house: House) -> None:
        peer = Peer(URLS["registry"], URLS["registry"], "matching", "s" * 40, house.hosts)
        self.database = house.databases["registry"]  # any database with a cursor table will do
        self.follower = Follower("taken", self.database, peer, self.handle, self.reset, page=3)
        self.numbers: list[int] = []
        self.fail_at: int | None = None
        self.resets = 0

    async def handle(self, session: AsyncSession, event: CloudEvent) -> None:
        if event.position == self.fail_at:
            raise Unavailable
        await session.execute(sa.text("INSERT INTO shares VALUES (:id, :id, :id)"), {"id": UUID(int=event.position)})

    async def reset(self, session: AsyncSession) -> None:
        self.resets += 1
        await session.execute(sa.text("DELETE FROM shares"))

    async def taken(self) -> int:
        async with self.database.transaction(tenancy.HOUSE) as session:
            return int(await session.scalar(sa.text("SELECT count(*) FROM shares")) or 0)


async def test_effect_and_cursor_move_together_or_not_at_all(house: House) -> None:
    consumer = Taken(house)
    for number in range(5):
        await house.organisation(f"ORG-{number}")
    consumer.fail_at = 5
    assert await consumer.follower.step() == 3
    with pytest.raises(Unavailable):
        await consumer.follower.step()
    assert await consumer.taken() == 3  # position 4 was rolled back with 5
    consumer.fail_at = None
    assert await consumer.follower.step() == 2
    assert (await consumer.taken(), consumer.follower.lag) == (5, 0)


async def test_replicas_share_a_cursor_and_nothing_is_done_twice(house: House) -> None:
    replicas = [Taken(house) for _ in range(4)]
    for number in range(9):
        await house.organisation(f"ORG-{number}")
    for _ in range(5):
        await asyncio.gather(*(replica.follower.step() for replica in replicas))
    assert await replicas[0].taken() == 9  # a second insert would have broken the key and raised


async def test_a_restored_feed_makes_its_consumer_rebuild(house: House) -> None:
    consumer = Taken(house)
    for number in range(3):
        await house.organisation(f"ORG-{number}")
    await consumer.follower.step()
    async with consumer.database.transaction(tenancy.HOUSE) as session:
        await session.execute(sa.text("UPDATE feed_state SET epoch = gen_random_uuid()"))
    await consumer.follower.step()
    assert (consumer.resets, await consumer.taken()) == (1, 0)
    await consumer.follower.step()
    assert await consumer.taken() == 3
