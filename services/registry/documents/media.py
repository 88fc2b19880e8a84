"""Whether a file is what its sender says it is, by its first bytes or by what cannot stand in it."""

import codecs
import struct
from collections.abc import Iterator
from typing import Protocol

from services.kit.limits import DOCX, XLSX

_MAGIC = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_MAIN_PART = {DOCX: b"word/document.xml", XLSX: b"xl/workbook.xml"}
_MACROS = b"vbaProject.bin"
# ZIP (APPNOTE 4.3.16): the end record stands in the last 22 bytes and up to 65,535 of comment.
_END, _END_BYTES, _MAX_COMMENT = b"PK\x05\x06", 22, 65_535
_MAX_DIRECTORY_BYTES = 1024 * 1024  # some ten thousand parts; more is no text document and no workbook


class Readable(Protocol):
    """A file that is read in pieces."""

    def head(self, size: int) -> bytes: ...
    def tail(self, size: int) -> bytes: ...
    def between(self, start: int, size: int) -> bytes: ...
    def pieces(self) -> Iterator[bytes]: ...


def fault(file: Readable, media_type: str) -> str | None:
    """What speaks against the file being of this type; None when nothing does."""
    if media_type in _MAGIC:
        return None if file.head(16).startswith(_MAGIC[media_type]) else "It does not begin as such a file does."
    if media_type in _MAIN_PART:
        return _fault_of_office_file(file, _MAIN_PART[media_type])
    return None if _is_text(file.pieces()) else "It is not text in UTF-8."


def _is_text(pieces: Iterator[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return not any("\0" in decoder.decode(piece) for piece in pieces) and decoder.decode(b"", final=True) == ""
    except UnicodeDecodeError:
        return False


def _fault_of_office_file(file: Readable, main_part: bytes) -> str | None:
    # Only the directory is read, and only of a bounded size: nothing is unpacked.
    end = file.tail(_END_BYTES + _MAX_COMMENT)
    at = end.rfind(_END)
    if not file.head(4).startswith(b"PK\x03\x04") or at < 0 or len(end) < at + _END_BYTES:
        return "It is not an Office Open XML file."
    size, start = struct.unpack_from("<LL", end, at + 12)
    if size > _MAX_DIRECTORY_BYTES:
        return "It has too many parts."
    directory = file.between(start, size)
    if b"[Content_Types].xml" not in directory or main_part not in directory:
        return "It is not an Office Open XML file of this type."
    return "It has macros in it." if _MACROS in directory else None
