"""One CSV file of an ESCO export: found in a folder or a zip, decoded, and read row by row with line numbers."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

# (file, lines done, lines in all)
Progress = Callable[[str, int, int], None]

_REPORT_EVERY = 5_000  # rows
_LARGEST = 300_000_000  # bytes of one file unpacked; the largest of ESCO 1.2 has 21 MB
csv.field_size_limit(1_000_000)  # the list of URIs of one concept scheme passes the default of 131,072


if TYPE_CHECKING:
    from _csv import Reader


class TaxonomyError(ValueError):
    """A file that cannot be what it claims to be; names the file and, where there is one, the line."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class CsvFile(NamedTuple):
    """The bytes of a CSV file and the name it had."""

    name: str
    content: bytes

    @property
    def stem(self) -> str:
        return Path(self.name).stem


class Row(NamedTuple):
    """The wanted columns of a row, in the order they were asked for, and the line where it begins."""

    line: int
    values: Sequence[str]


def find(path: Path) -> Iterator[CsvFile]:
    """The CSV files of a folder (and of the zips in it), of a zip, or the one named.

    Raises:
        TaxonomyError: nothing is there, or a zip is damaged or locked.
    """
    if path.is_dir():
        inside = sorted(child for child in path.rglob("*") if child.suffix.lower() in {".csv", ".zip"})
        if not inside:
            raise TaxonomyError(str(path), None, "holds neither CSV files nor zips")
        for child in inside:
            yield from find(child)
    elif path.suffix.lower() == ".zip":
        yield from _unzip(path)
    elif path.suffix.lower() == ".csv":
        try:
            yield CsvFile(path.name, path.read_bytes())
        except OSError as error:
            raise TaxonomyError(str(path), None, error.strerror or "cannot be read") from error
    else:
        raise TaxonomyError(str(path), None, "is no folder, zip or CSV file" if path.exists() else "does not exist")


def _unzip(path: Path) -> Iterator[CsvFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.filename.lower().endswith(".csv"):
                    continue
                if member.file_size > _LARGEST:
                    raise TaxonomyError(path.name, None, f"{member.filename} is larger than any ESCO file")
                yield CsvFile(Path(member.filename).name, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        # RuntimeError: encrypted; NotImplementedError: a compression that Python lacks.
        raise TaxonomyError(path.name, None, f"is a damaged or locked zip ({error})") from error
    except OSError as error:
        raise TaxonomyError(str(path), None, error.strerror or "cannot be read") from error


def rows(file: CsvFile, columns: Sequence[str], on_progress: Progress | None = None) -> Iterator[Row]:
    """The `columns` of each row. A name with a question mark may be missing from the file and is then empty.

    Raises:
        TaxonomyError: not UTF-8, a column is missing, a row is ragged, a quote is never closed, or the file
            ends in the middle of a row.
    """
    text = _decode(file)
    total = text.count("\n")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = _header(file, reader)
    indices = _indices(file, header, columns)
    line = reader.line_num + 1
    for number, values in enumerate(_parsed(file, reader)):
        if len(values) != len(header):
            raise TaxonomyError(file.name, line, f"has {len(values)} fields where the header names {len(header)}")
        yield Row(line, ["" if index is None else values[index].strip() for index in indices])
        line = reader.line_num + 1
        if on_progress and number % _REPORT_EVERY == 0:
            on_progress(file.name, reader.line_num, total)
    if not text.endswith("\n"):  # every official export ends its last row
        raise TaxonomyError(file.name, reader.line_num, "the file ends in the middle of a row (truncated?)")
    if on_progress:
        on_progress(file.name, total, total)


def _decode(file: CsvFile) -> str:
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.content.count(b"\n", 0, error.start) + 1
        raise TaxonomyError(file.name, line, "is not UTF-8") from error
    if "\x00" in text:
        raise TaxonomyError(file.name, text.count("\n", 0, text.index("\x00")) + 1, "holds a NUL character")
    return text


def _header(file: CsvFile, reader: "Reader") -> list[str]:
    header = next(_parsed(file, reader), None)
    if not header:
        raise TaxonomyError(file.name, 1, "has no header row")
    return header


def _indices(file: CsvFile, header: list[str], columns: Sequence[str]) -> list[int | None]:
    missing = [name for name in columns if not name.endswith("?") and name not in header]
    if missing:
        raise TaxonomyError(file.name, 1, f"lacks the column {', '.join(missing)}; it has {', '.join(header)[:300]}")
    return [header.index(name.rstrip("?")) if name.rstrip("?") in header else None for name in columns]


def _parsed(file: CsvFile, reader: "Reader") -> Iterator[list[str]]:
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TaxonomyError(file.name, line, f"a quoted field is cut or never closed ({error})") from error
        yield row


def alternatives(text: str, preferred: str = "") -> list[str]:
    """Alternative labels: ESCO separates them by line feeds in one layout and by ` | ` in another."""
    parts = (part.strip() for part in re.split(r"\r?\n| \| ", text))
    return list(dict.fromkeys(part for part in parts if part and part != preferred))
