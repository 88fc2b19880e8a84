"""Hostile changes of records that are there: they get past the lookup, to the merge, the checks and the database."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests import factories
from tests.conftest import House, fresh
from tests.factories import World, factory_of
from tests.journeys.test_hostile_bodies import WITH_FIELDS, Attempts
from tests.operations import Operation, resolve

ON_RECORDS = [
    o for o in WITH_FIELDS if o.parameters("path") and factory_of(o.service, o.parameters("path")[-1]["name"])
]
SECONDS = 5.0  # these do the whole work of a change, on whatever machine
# Well-formed, and still nonsense in most fields.
WELL_FORMED = {
    "null": "null",
    "the same twice": '["FRA","FRA"]',
    "the first day": '"1900-01-01"',
    "the last day": '"2200-12-31"',
    "another id": '"01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a99"',
    "much money": '"99999999999999.9999"',
    "little money": '"0.0001"',
    "a million": "1000000",
    "0": "0",
    "an occupation that is none": '"0000"',
    "a country": '"ATA"',
}


@pytest.fixture(scope="module")
async def world(_built: House, database_urls: dict[str, str]) -> World:
    return await factories.build(await fresh(_built, database_urls))


def fields_of(operation: Operation) -> Iterator[str]:
    assert operation.body
    schema = resolve(operation.service, operation.body[1]["schema"])
    yield from resolve(operation.service, schema).get("properties", {})


def changes(operation: Operation) -> Iterator[tuple[str, str]]:
    """Bodies in which one field of the schema has one of the values; the rest is the example, or nothing in a patch."""
    example = operation.example()
    if isinstance(example, str):
        example = json.loads(example.splitlines()[0])
    for name in fields_of(operation):
        rest = {} if operation.method == "patch" else {k: v for k, v in example.items() if k != name}
        others = "".join(f"{json.dumps(k)}:{json.dumps(v)}," for k, v in rest.items())
        for what, value in WELL_FORMED.items():
            yield f"{what} as {name}", f"{{{others}{json.dumps(name)}:{value}}}"


async def tag_of(world: World, service: str, path: str) -> str:
    async with await world.act(factories.OWNER, service) as http:
        return str((await http.get(path)).headers.get("ETag", '"1"'))


@pytest.mark.parametrize("operation", ON_RECORDS, ids=str)
async def test_every_field_of_a_record_that_is_there(world: World, operation: Operation) -> None:
    factory = factory_of(operation.service, operation.parameters("path")[-1]["name"])
    assert factory is not None
    made = await factory(world)
    owner = await world.act(factories.OWNER, operation.service)
    sender = Attempts(world.house, operation, owner.headers["Authorization"], SECONDS)
    assert operation.body
    headers: dict[str, Any] = {"Content-Type": operation.body[0]}
    for what, text in changes(operation):
        headers["If-Match"] = await tag_of(world, made.service, made.path) if operation.method != "post" else '"1"'
        await sender.send(what, operation.url(made.values), content=text.encode(), headers=headers)
    assert not sender.wrong, "\n".join(sender.wrong[:20])
