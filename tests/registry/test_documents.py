"""Files of partnerships: what may come in, who reads it, and how it is kept."""

import hashlib
import io
import struct
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.kit import tenancy
from services.kit.files import PIECE_BYTES
from services.kit.limits import DOCX, FILE_BODY_BYTES, FILE_TYPES, XLSX
from services.registry.documents import media
from tests.conftest import House
from tests.registry.partnership import MISSING, ROLES, Partnership, alike, register

PDF = b"%PDF-1.7\n% invented\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def office(*parts: str) -> bytes:
    """An Office Open XML file with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return file.getvalue()


FILES = {
    "application/pdf": PDF,
    "image/png": PNG,
    "image/jpeg": JPEG,
    "text/plain": "Procès-verbal, محضر".encode(),
    "text/csv": b"isco08,places\n0110,3\n",
    DOCX: office("word/document.xml"),
    XLSX: office("xl/workbook.xml"),
}


class InMemory:
    """Bytes that are read as a received file is."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def head(self, size: int) -> bytes:
        return self._content[:size]

    def tail(self, size: int) -> bytes:
        return self._content[-size:]

    def between(self, start: int, size: int) -> bytes:
        return self._content[start : start + size]

    def pieces(self) -> Any:
        return (self._content[at : at + 7] for at in range(0, len(self._content), 7))


async def send(
    partnership: Partnership, content: bytes, media_type: str, by: str = "MINISTRY-MA", **more: Any
) -> httpx.Response:
    async with await partnership.act(by) as http:
        return await http.post(
            await partnership.path("/documents"),
            params={"name": more.pop("name", "Accord – FR.pdf")},
            content=content,
            headers={"Content-Type": media_type} | more,
        )


@pytest.mark.parametrize("media_type", FILE_TYPES)
async def test_a_file_of_each_type_comes_back_as_it_was(house: House, media_type: str) -> None:
    """S-22: the text of an agreement is kept, and known by its hash."""
    partnership = await register(house)
    content = FILES[media_type]
    added = await send(partnership, content, media_type)
    assert added.status_code == 201, added.text
    assert added.json()["sha256"] == hashlib.sha256(content).hexdigest()
    async with await partnership.act("FIRM-BE") as http:
        answer = await http.get(f"/v1/documents/{added.json()['id']}/content")
        known = await http.get(
            f"/v1/documents/{added.json()['id']}/content", headers={"If-None-Match": answer.headers["ETag"]}
        )
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert answer.headers["ETag"] == f'"{added.json()["sha256"]}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Accord%20%E2%80%93%20FR.pdf"
    assert answer.headers["Cache-Control"].startswith("private")
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("media_type", FILE_TYPES)
async def test_bytes_of_another_type_are_refused(house: House, media_type: str) -> None:
    partnership = await register(house)
    other = PNG if media_type != "image/png" else PDF
    refused = await send(partnership, other, media_type)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_of_its_type")
    async with await partnership.act("MINISTRY-MA") as http:
        assert (await http.get(await partnership.path("/documents"))).json() == {"items": []}


async def test_other_types_and_empty_files_are_refused(house: House) -> None:
    partnership = await register(house)
    assert (await send(partnership, b"<a/>", "application/xml")).status_code == 415
    assert (await send(partnership, b"{}", "application/json")).status_code == 415
    assert (await send(partnership, b"", "application/pdf")).status_code == 422


@pytest.mark.parametrize("declared", [True, False])
async def test_a_file_beyond_the_bound_is_refused(house: House, declared: bool) -> None:
    partnership = await register(house)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(FILE_BODY_BYTES // PIECE_BYTES + 1):
            yield b" " * PIECE_BYTES

    length = {"Content-Length": str(FILE_BODY_BYTES + 1)} if declared else {}
    async with await partnership.act("MINISTRY-MA") as http:
        refused = await http.post(
            await partnership.path("/documents"),
            params={"name": "x"},
            content=endless(),
            headers={"Content-Type": "text/plain"} | length,
        )
    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")


async def test_parties_read_it_and_strangers_cannot_tell_it_from_a_missing_one(house: House) -> None:
    partnership = await register(house)
    added = (await send(partnership, PDF, "application/pdf")).json()["id"]
    for suffix in ("", "/content", "/history"):
        async with await partnership.act("MONITOR-UN") as http:
            assert (await http.get(f"/v1/documents/{added}{suffix}")).status_code == 200
        async with await house.act("STRANGER", *ROLES) as http:
            foreign = await http.get(f"/v1/documents/{added}{suffix}")
            assert foreign.status_code == 404
            assert alike(foreign, await http.get(f"/v1/documents/{MISSING}{suffix}"))
    assert (await send(partnership, PDF, "application/pdf", by="STRANGER")).status_code == 404


async def test_whoever_has_the_hash_has_not_the_bytes(house: House) -> None:
    """Row-level security of the bytes themselves: they are read through a document that one may read."""
    partnership = await register(house)
    await send(partnership, PDF, "application/pdf")
    count = sa.text("SELECT count(*) FROM document_chunks")
    stranger, party = await house.organisation("STRANGER"), await house.organisation("FIRM-BE")
    for tenant, seen in {stranger: 0, "": 0, party: 1, tenancy.HOUSE: 1}.items():
        async with house.databases["registry"].transaction(tenant) as session:
            assert await session.scalar(count) == seen


async def test_the_same_bytes_are_stored_once_and_recorded_twice(house: House) -> None:
    partnership = await register(house)
    content = PDF + b"\xfe" * (2 * PIECE_BYTES)
    one = (await send(partnership, content, "application/pdf")).json()
    two = (await send(partnership, content, "application/pdf", by="FIRM-BE", name="copy.pdf")).json()
    assert one["id"] != two["id"]
    assert (one["sha256"], one["size"]) == (two["sha256"], two["size"])
    async with house.databases["registry"].transaction(tenancy.HOUSE) as session:
        kept = await session.scalar(sa.text("SELECT sum(length(bytes)) FROM document_chunks"))
    assert kept == len(content)


async def test_a_repeat_with_the_same_key_adds_one_file(house: House) -> None:
    partnership = await register(house)
    key = {"Idempotency-Key": "once"}
    first = await send(partnership, PDF, "application/pdf", **key)
    again = await send(partnership, PDF, "application/pdf", **key)
    other = await send(partnership, PDF + b"x", "application/pdf", **key)
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_twenty_mebibytes_pass_through_little_memory(house: House) -> None:
    """Neither way does a whole file stand in memory: the peak stays far below its size."""
    partnership = await register(house)
    size = 20 * PIECE_BYTES
    piece = PDF.ljust(PIECE_BYTES, b" ")

    async def content() -> AsyncIterator[bytes]:
        for _ in range(size // PIECE_BYTES):
            yield piece

    async with await partnership.act("MINISTRY-MA") as http:
        tracemalloc.start()
        added = await http.post(
            await partnership.path("/documents"),
            params={"name": "large.pdf"},
            content=content(),
            headers={"Content-Type": "application/pdf"},
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        read = await http.get(f"/v1/documents/{added.json()['id']}/content")
    assert (added.status_code, added.json()["size"], len(read.content)) == (201, size, size)
    assert hashlib.sha256(read.content).hexdigest() == added.json()["sha256"]
    assert peak < size / 2


def test_macros_and_endless_directories_are_refused() -> None:
    assert media.fault(InMemory(office("word/document.xml")), DOCX) is None
    assert media.fault(InMemory(office("word/document.xml", "word/vbaProject.bin")), DOCX) == "It has macros in it."
    assert media.fault(InMemory(office("xl/workbook.xml")), DOCX)
    bomb = bytearray(office("word/document.xml"))
    struct.pack_into("<L", bomb, bomb.rfind(b"PK\x05\x06") + 12, 2**31)
    assert media.fault(InMemory(bytes(bomb)), DOCX) == "It has too many parts."


@given(st.text())
def test_text_is_accepted_wherever_a_character_is_cut(content: str) -> None:
    fault = media.fault(InMemory(content.encode()), "text/plain")
    assert (fault is None) == ("\0" not in content)


@given(st.binary(), st.sampled_from(FILE_TYPES))
def test_whatever_the_bytes_are_an_answer_comes(content: bytes, media_type: str) -> None:
    assert isinstance(media.fault(InMemory(content), media_type), str | None)
