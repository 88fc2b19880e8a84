"""Tables as partners' offices make them: CSV and XLSX, read row by row as text, within bounds, and written again.

Nothing in a file is believed: its size unpacked, its number of rows and columns and the length of a cell are bounded,
and no formula is evaluated (a cell has the value that the partner's own program last saved).
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

from openpyxl import Workbook, load_workbook
from pydantic import BaseModel

from services.kit import bulk
from services.kit.errors import FieldError, TooLarge, Unprocessable, UnsupportedMedia

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = (CSV, XLSX)

BAR = "|"  # between several values of one cell
MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_CELL = 4000
_MAX_LINES = 5 * MAX_ROWS  # blank ones included: sheets often carry formats far below their last row
_MAX_UNPACKED = 20 * 1024 * 1024  # bytes of a workbook of 1 MB; sheets shrink to a tenth
_MAX_PARTS = 500
# Each tag costs the reader some microseconds, and twenty megabytes hold millions: a workbook of 10,000 rows by 20
# columns has 900,000 in its cells and texts, and some thousands in its styles and the rest, which cost ten times more.
_MAX_TAGS, _MAX_OTHER_TAGS = 1_000_000, 20_000
_CELLS = ("xl/worksheets/", "xl/sharedStrings.xml")

# What a spreadsheet program would take for a formula (OWASP, CSV injection); a plain number is none.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Line = tuple[int, list[str]]
M = TypeVar("M", bound=BaseModel)


def rows(media_type: str, body: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header as (number from 1, header → text); an empty cell is "", a blank row is passed over.

    The first line that is not blank is the header. Of a workbook the first sheet is read. CSV is UTF-8 with commas or
    semicolons. Raises UnsupportedMedia for other types, TooLarge beyond the bounds, Unprocessable for what cannot be
    read as a table.
    """
    lines = _lines(media_type.partition(";")[0].strip().lower(), body)
    header = _header(next(lines, (0, []))[1])
    for number, (line, cells) in enumerate(lines, 1):
        if number > MAX_ROWS:
            raise TooLarge(f"A table may have {MAX_ROWS} rows.")
        if any(cells[len(header) :]):
            raise _broken(line, "cell_without_header", "A cell stands to the right of the last header.")
        if any(len(cell) > MAX_CELL for cell in cells):
            raise _broken(line, "cell_too_long", f"A cell may have {MAX_CELL} characters.")
        padded = cells + [""] * (len(header) - len(cells))
        yield number, dict(zip(header, padded, strict=False))


def batch(
    media_type: str, body: bytes, schema: type[M], fields: Callable[[dict[str, str]], Any]
) -> Iterator[bulk.Row[M]]:
    """The rows of a `POST …:batch`: NDJSON, or a table whose rows `fields` makes into what `schema` takes."""
    if media_type.partition(";")[0].strip().lower() == bulk.MEDIA_TYPE:
        return bulk.rows(body, schema)
    return bulk.checked(((number, fields(row)) for number, row in rows(media_type, body)), schema)


def nested(row: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """A row's cells as the fields of a schema: `a.b` is b in a, empty cells are absent, `readers` (by header) make
    values of texts. What a reader cannot read stays text, for the schema to refuse."""
    fields: dict[str, Any] = {}
    for header, text in row.items():
        if not text:
            continue
        name, _, part = header.partition(".")
        value = readers.get(header, str)(text)
        inside = fields.setdefault(name, {}) if part else None
        if isinstance(inside, dict):
            inside[part] = value
        elif not part:
            fields[name] = value
    return fields


def whole(text: str) -> int | str:
    """A whole number."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text


def number(text: str) -> float | str:
    """A number with a decimal point."""
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", text) else text


def flag(text: str) -> bool | str:
    """true or false."""
    return {"true": True, "false": False}.get(text.lower(), text)


def several(text: str) -> list[str]:
    """Values separated by bars."""
    return [part for part in (part.strip() for part in text.split(BAR)) if part]


def _broken(line: int, code: str, message: str) -> Unprocessable:
    return Unprocessable.fields([FieldError(f"/{line}", code, f"Line {line}: {message}")])


def _lines(media_type: str, body: bytes) -> Iterator[Line]:
    if media_type == CSV:
        read = _csv_lines(body)
    elif media_type == XLSX:
        read = _sheet_lines(body)
    else:
        raise UnsupportedMedia(f"Send {' or '.join(MEDIA_TYPES)}.")
    for number, cells in read:
        if number > _MAX_LINES:
            raise TooLarge(f"A table may have {_MAX_LINES} lines, blank ones included.")
        if any(cells):
            yield number, cells


def _header(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if not cells:
        raise Unprocessable.fields([FieldError("", "empty_table", "The table has no header.")])
    if len(cells) > MAX_COLUMNS:
        raise TooLarge(f"A table may have {MAX_COLUMNS} columns.")
    if not all(0 < len(cell) <= 100 for cell in cells) or len(set(cells)) < len(cells):
        message = "Each column needs a header of its own, of up to 100 characters."
        raise Unprocessable.fields([FieldError("/1", "bad_header", message)])
    return cells


def _csv_lines(body: bytes) -> Iterator[Line]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unprocessable.fields([FieldError("", "not_utf8", "The file is not UTF-8.")]) from None
    # Offices that write decimal commas separate by semicolons.
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _broken(reader.line_num, "malformed_csv", "A quoted cell is cut or never closed.") from None
        yield reader.line_num, [_text(cell) for cell in cells]


def _sheet_lines(body: bytes) -> Iterator[Line]:
    _refuse_bomb(body)
    broken = Unprocessable.fields([FieldError("", "malformed_xlsx", "The file cannot be read as a workbook.")])
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        # One column more than allowed, so that a cell out there is seen and refused, not lost.
        lines = iter(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True))
    except Exception:  # the reader fails with whatever its parts meet in a broken file
        raise broken from None
    number = 0
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except Exception:
            raise broken from None
        number += 1
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield number, texts


def _refuse_bomb(body: bytes) -> None:
    """Raises TooLarge for what would unpack to too much; no part is read beyond the size that it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise TooLarge(f"A workbook may have {_MAX_UNPACKED} bytes when unpacked.")
            tags = {part.filename: archive.read(part).count(b"<") for part in parts}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise Unprocessable.fields([FieldError("", "malformed_xlsx", "The file is not a workbook.")]) from None
    in_cells = sum(number for name, number in tags.items() if name.startswith(_CELLS))
    if in_cells > _MAX_TAGS or sum(tags.values()) - in_cells > _MAX_OTHER_TAGS:
        raise TooLarge(f"A workbook may have {_MAX_TAGS} tags in its cells and {_MAX_OTHER_TAGS} elsewhere.")


def _text(value: Any) -> str:
    """A cell as a partner would type it; what `guarded` put before a formula is taken off again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = _CONTROL.sub(" ", str(value)).strip()
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:2]) else text


def guarded(value: Any) -> Any:
    """A cell that no spreadsheet program takes for a formula."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def to_csv(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheet programs know it; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(list(header))
    for line in lines:
        sheet.append([guarded(cell) for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
