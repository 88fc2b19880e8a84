"""A file as the body of a request: taken in piece by piece, so that it never stands in memory whole."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Annotated

from fastapi import Depends, Request

PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """What a client sent; gone when the request is answered. `media_type` is what the client says it is."""

    file: "SpooledTemporaryFile[bytes]"
    size: int
    sha256: str
    media_type: str

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, a mebibyte at a time."""
        self.file.seek(0)
        while piece := self.file.read(PIECE_BYTES):
            yield piece

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        self.file.seek(0)
        return self.file.read(size)

    def tail(self, size: int) -> bytes:
        """Its last bytes."""
        return self.between(max(0, self.size - size), min(size, self.size))

    def between(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on."""
        self.file.seek(start)
        return self.file.read(size)


async def _received(request: Request) -> AsyncIterator[ReceivedFile]:
    digest, size = hashlib.sha256(), 0
    with SpooledTemporaryFile(max_size=PIECE_BYTES) as file:
        async for piece in request.stream():
            digest.update(piece)
            file.write(piece)
            size += len(piece)
        request.state.body_digest = digest.digest()  # for the idempotency record, which cannot read the body again
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        yield ReceivedFile(file, size, digest.hexdigest(), media_type)


# To be named before the session: no database connection is held while a file comes in.
FileDep = Annotated[ReceivedFile, Depends(_received)]
