"""Hostile input at every place a client can put it: never a 5xx, never slow, always problem+json."""

import gzip
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from services.kit.limits import body_bound
from tests.conftest import House
from tests.operations import OPERATIONS, Operation, authorizations

NOBODY = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a99"
WITH_BODY = [operation for operation in OPERATIONS if operation.body]
WITH_FIELDS = [o for o in WITH_BODY if o.body and "json" in o.body[0]]  # the token's form has none below its own
SECONDS = 1.0

WHOLE_BODIES = {
    "empty": b"",
    "a number": b"1",
    "a list": b"[[]]",
    "null": b"null",
    "NUL": b"\x00",
    "not UTF-8": b'{"a": "\xff"}',
    "truncated UTF-8": b'{"a": "\xc3',
    "truncated JSON": b'{"a": "',
    "NaN": b'{"a": NaN}',
    "400 digits": b'{"a": ' + b"1" * 400 + b"}",
    "deep nesting": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
    "deep lists": b"[" * 100_000,
    "duplicate keys": b'{"a": 1, "a": 2}',
    "60,000 keys": b"{" + b",".join(b'"%x":0' % n for n in range(60_000))[: 250_000 - 8] + b',"z":0}',
    "a key of 100 kB": b'{"' + b"k" * 100_000 + b'": 1}',
    "a key with NUL": b'{"\\u0000": 1}',
    "a key that is half a pair": b'{"\\ud800": 1}',
}
# What takes the place of each field of the document's own example, as JSON text.
VALUES = {
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"\ud800"',
    "control characters": r'"\u0001\u001b[2J\u007f"',
    "2^63": "9223372036854775808",
    "-2^63": "-9223372036854775809",
    "400 digits": "1" * 400,
    "1e400": "1e400",
    "-1": "-1",
    "half": "0.5",
    "NaN": "NaN",
    "empty string": '""',
    "10,000 characters": json.dumps("x" * 10_000),
    "another script": json.dumps("تقني\u202e" * 10, ensure_ascii=False),
    "a date that is none": '"2027-02-30"',
    "year 9999": '"9999-12-31"',
    "null": "null",
    "true": "true",
    "a list": "[]",
    "a list of lists": "[[[[[[]]]]]]",
    "a list of null": "[null]",
    "an object": "{}",
    "another object": r'{"\u0000": {"amount": "NaN", "currency": "EUR"}}',
}
TEXTS = {
    "NUL": "%00",
    "lone surrogate": "%ED%A0%80",
    "not UTF-8": "%FF",
    "400 digits": "9" * 400,
    "2^63": "9223372036854775808",
    "-1": "-1",
    "NaN": "nan",
    "empty": "",
    "5,000 characters": "a" * 5000,
    "quotes": "%27%22%3B--%25_%5C",
    "line feed": "a%0D%0Ab",
    "another script": "%D8%AA%E2%80%AE",
    "a date that is none": "2027-02-30",
    "missing record": NOBODY,
}
HEADERS = {
    "not ASCII": "café\x80".encode("latin-1"),
    "not UTF-8": b"\xff\xfe",
    "5,000 characters": b"a" * 5000,
    "empty": b"",
    "400 digits": b'"' + b"9" * 400 + b'"',
    "2^63": b'"9223372036854775808"',
    "commas": b"," * 1000,
    "wildcards": b"*;q=nan,fr;q=1e999",
}


class Attempts:
    """Sends requests and remembers which were answered as they must not be."""

    def __init__(self, house: House, operation: Operation, authorization: str, seconds: float = SECONDS) -> None:
        self._http = house.anonymous(operation.service)
        self._http.headers["Authorization"] = authorization
        self._method = operation.method.upper()
        self._seconds = seconds
        self.wrong: list[str] = []

    async def send(self, what: str, url: str, **more: Any) -> httpx.Response:
        """One request."""
        started = time.perf_counter()
        answer = await self._http.request(self._method, url, **more)
        took = time.perf_counter() - started
        kind = answer.headers.get("content-type", "")
        if answer.status_code >= 500:
            self.wrong.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        elif answer.status_code >= 400 and kind != "application/problem+json":
            self.wrong.append(f"{what}: {answer.status_code} as {kind}")
        elif took > self._seconds:
            self.wrong.append(f"{what}: {took:.1f} s")
        return answer


async def attempts(house: House, operation: Operation) -> Attempts:
    return Attempts(house, operation, (await authorizations(house))[operation.scope])


def somewhere(operation: Operation) -> str:
    """Its address, of records that are not there."""
    return operation.url({parameter["name"]: NOBODY for parameter in operation.parameters("path")})


def headers_for(operation: Operation) -> dict[str, str]:
    assert operation.body
    return {"Content-Type": operation.body[0], "If-Match": '"1"'}


def distorted(example: Any) -> Iterator[tuple[str, str]]:
    """JSON texts made of `example`: each value in place of all fields at once, and each field with a value in turn.

    The first meets every validator; only the second gets past the validators of the other fields.
    """
    fields = list(pointers(example))
    for name, text in VALUES.items():
        yield f"{name} everywhere", replaced(example, dict.fromkeys(fields, text))
    for number, field in enumerate(fields):
        for shift in (0, len(VALUES) // 2):
            name = list(VALUES)[(number + shift) % len(VALUES)]
            yield f"{name} in {'/'.join(map(str, field))}", replaced(example, {field: VALUES[name]})


def replaced(value: Any, texts: dict[tuple[str | int, ...], str], here: tuple[str | int, ...] = ()) -> str:
    """`value` as JSON with the text of `texts` at their places; inner places win."""
    inside = any(place[: len(here)] == here and len(place) > len(here) for place in texts)
    if here in texts and not inside:
        return texts[here]
    if isinstance(value, dict):
        members = [f"{json.dumps(key)}:{replaced(inner, texts, (*here, key))}" for key, inner in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(replaced(inner, texts, (*here, n)) for n, inner in enumerate(value)) + "]"
    return json.dumps(value)


def pointers(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    steps: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value[:1]))
    for step, inner in steps:
        yield (*above, step)
        yield from pointers(inner, (*above, step))


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_whole_bodies(house: House, operation: Operation) -> None:
    sender = await attempts(house, operation)
    for name, body in WHOLE_BODIES.items():
        await sender.send(name, somewhere(operation), content=body, headers=headers_for(operation))
    assert not sender.wrong, "\n".join(sender.wrong)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_bodies_that_are_too_large_or_compressed_or_of_another_kind(house: House, operation: Operation) -> None:
    bound, _ = body_bound(somewhere(operation))

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(bound // 65_536 + 2):
            yield b" " * 65_536

    sender = await attempts(house, operation)
    url, headers = somewhere(operation), headers_for(operation)
    too_large = b" " * (bound + 1)
    declared = await sender.send("declared length", url, content=too_large, headers=headers)
    chunked = await sender.send("undeclared length", url, content=endless(), headers=headers)
    bomb = await sender.send("gzip", url, content=gzip.compress(b"{}"), headers=headers | {"Content-Encoding": "gzip"})
    xml = await sender.send("XML", url, content=b"<a/>", headers=headers | {"Content-Type": "application/xml"})
    assert not sender.wrong, "\n".join(sender.wrong)
    assert [a.status_code for a in (declared, chunked, bomb, xml)] == [413, 413, 415, 415]


@pytest.mark.parametrize("operation", WITH_FIELDS, ids=str)
async def test_every_field_of_the_example(house: House, operation: Operation) -> None:
    sender = await attempts(house, operation)
    example = operation.example()
    if isinstance(example, str):  # lines of NDJSON
        example = json.loads(example.splitlines()[0])
    for what, text in distorted(example):
        await sender.send(what, somewhere(operation), content=text.encode(), headers=headers_for(operation))
    assert not sender.wrong, "\n".join(sender.wrong[:20])


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.parameters("path")], ids=str)
async def test_every_path_parameter(house: House, operation: Operation) -> None:
    sender = await attempts(house, operation)
    names = [parameter["name"] for parameter in operation.parameters("path")]
    more: dict[str, Any] = {}
    if operation.body:
        more = {"content": json.dumps(operation.example()), "headers": headers_for(operation)}
    for name in names:
        for what, text in TEXTS.items():
            values = dict.fromkeys(names, NOBODY) | {name: text}
            await sender.send(f"{what} as {name}", operation.url(values), **more)
    assert not sender.wrong, "\n".join(sender.wrong)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.parameters("query")], ids=str)
async def test_every_query_parameter(house: House, operation: Operation) -> None:
    sender = await attempts(house, operation)
    for parameter in operation.parameters("query"):
        name = parameter["name"]
        for what, text in TEXTS.items():
            await sender.send(f"{what} as {name}", f"{somewhere(operation)}?{name}={text}")
        await sender.send(f"{name} a thousand times", f"{somewhere(operation)}?" + "&".join([f"{name}=0"] * 1000))
        await sender.send(f"{name} as a structure", f"{somewhere(operation)}?{name}[]=1&{name}[a]=2")
    assert not sender.wrong, "\n".join(sender.wrong)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_every_header(house: House, operation: Operation) -> None:
    sender = await attempts(house, operation)
    names = {parameter["name"] for parameter in operation.parameters("header")}
    names |= {"Accept", "Accept-Language", "Accept-Encoding", "X-Request-Id", "Range", "If-None-Match"}
    more = {"content": json.dumps(operation.example())} if operation.body else {}
    media_type = operation.body[0] if operation.body else "text/plain"
    for what, value in HEADERS.items():
        all_of_them = [(name.encode(), value) for name in sorted(names)]
        for headers in (all_of_them, [(b"Authorization", value)], [(b"Authorization", b"Bearer " + value)]):
            headers.append((b"Content-Type", media_type.encode()))
            await sender.send(f"{what} in {headers[0][0].decode()} …", somewhere(operation), headers=headers, **more)
    assert not sender.wrong, "\n".join(sender.wrong)
