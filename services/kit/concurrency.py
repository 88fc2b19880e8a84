"""Optimistic concurrency: ETag out, If-Match in (RFC 9110 §13)."""

import hashlib
from typing import Annotated, Protocol, TypeVar

from fastapi import Header, Response

from services.kit.errors import PreconditionFailed, PreconditionRequired


class Versioned(Protocol):
    """Anything with a version."""

    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def tag_of(version: int) -> str:
    """The ETag of a record's version."""
    return f'"{version}"'


def tagged(response: Response, record: V) -> V:
    """Put the record's ETag on the answer and hand the record on."""
    response.headers["ETag"] = tag_of(record.version)
    return record


def tag_of_body(body: bytes) -> str:
    """ETag of an answer that has no version of its own, such as a list."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


_TAG = r'^(?:W/)?"[0-9]{1,16}"$'


async def sent_if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="ETag of the version to be changed; 412 when it is stale. Without it any version is.",
            max_length=100,
            pattern=_TAG,
            examples=['"3"'],
        ),
    ] = None,
) -> int | None:
    """The version a client wants to change, where it may leave open which."""
    return None if if_match is None else int(if_match.removeprefix("W/").strip('"'))


async def required_if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="ETag of the version to be changed; 428 without it, 412 when it is stale.",
            max_length=100,
            pattern=_TAG,
            examples=['"3"'],
        ),
    ] = None,
) -> int:
    """The version a client wants to change."""
    if if_match is None:
        raise PreconditionRequired("Send the ETag you read as If-Match.")
    return int(if_match.removeprefix("W/").strip('"'))


def check(record: Versioned, wanted: int) -> None:
    """Refuse to change what somebody else has changed meanwhile."""
    if record.version != wanted:
        raise PreconditionFailed("Read the record again and repeat the change on it.")
