"""CSV and XLSX: what partners' offices send is read as they meant it, and what would hurt is refused."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from services.kit import tables
from services.kit.errors import Problem, TooLarge, Unprocessable, UnsupportedMedia
from services.kit.tables import CSV, XLSX, rows, to_csv, to_xlsx


def workbook(*lines: list[Any]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(body: bytes, name: str, change: Any) -> bytes:
    """The workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";"])
def test_csv_is_read_with_commas_or_semicolons_with_or_without_a_mark(separator: str) -> None:
    lines = ["isco08,title", '0110,"Officer, ""first"""', "", "7411"]
    body = "\r\n".join(line if '"' in line else line.replace(",", separator) for line in lines)
    body = body.replace("0110,", f"0110{separator}")
    expected = [(1, {"isco08": "0110", "title": 'Officer, "first"'}), (2, {"isco08": "7411", "title": ""})]
    assert list(rows(f"{CSV}; charset=utf-8", body.encode())) == expected
    assert list(rows(CSV, body.encode("utf-8-sig"))) == expected


def test_a_sheet_is_read_as_text_with_numbers_and_dates_as_one_types_them() -> None:
    line = ["0110", 7411, 2.5, 3.0, date(2027, 3, 1), datetime(2027, 3, 1, 8, 30), True, None]
    body = workbook([f"c{n}" for n in range(8)], [None] * 8, line)
    [(number, row)] = rows(XLSX, body)
    assert number == 1
    assert list(row.values()) == ["0110", "7411", "2.5", "3", "2027-03-01", "2027-03-01T08:30:00", "true", ""]


def test_a_formula_is_not_evaluated() -> None:
    [(_, row)] = rows(XLSX, workbook(["a", "b"], ["=1+1", "kept"]))
    assert row == {"a": "", "b": "kept"}


def test_a_wrong_statement_of_its_own_size_hides_no_row() -> None:
    body = workbook(["a", "b"], ["1", "2"])
    lying = with_part(body, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1"'))
    assert lying != body
    assert list(rows(XLSX, lying)) == [(1, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    ("media_type", "body", "problem", "code"),
    [
        ("application/pdf", b"a\n1", UnsupportedMedia, "unsupported_media_type"),
        (CSV, b"", Unprocessable, "empty_table"),
        (CSV, b"\xff\xfea", Unprocessable, "not_utf8"),
        (CSV, b'a\n"open', Unprocessable, "malformed_csv"),
        (CSV, b"a,a\n1,2", Unprocessable, "bad_header"),
        (CSV, b"a,,c\n1,2,3", Unprocessable, "bad_header"),
        (CSV, b"a\n1,2", Unprocessable, "cell_without_header"),
        (CSV, b"a\n" + b"x" * 4001, Unprocessable, "cell_too_long"),
        (CSV, b"a\n" + b"1\n" * 10_001, TooLarge, "body_too_large"),
        (CSV, ",".join(f"c{n}" for n in range(201)).encode(), TooLarge, "body_too_large"),
        (XLSX, b"PK no workbook", Unprocessable, "malformed_xlsx"),
        (XLSX, workbook([f"c{n}" for n in range(201)]), TooLarge, "body_too_large"),
        (XLSX, with_part(workbook(["a"]), "xl/workbook.xml", lambda _: b"<broken"), Unprocessable, "malformed_xlsx"),
        (
            XLSX,
            with_part(workbook(["a"], ["1"]), "xl/worksheets/sheet1.xml", lambda x: x.replace(b"A2", b"!!")),
            Unprocessable,
            "malformed_xlsx",
        ),
    ],
)
def test_what_is_no_table_or_too_much_of_one_is_refused(
    media_type: str, body: bytes, problem: type[Problem], code: str
) -> None:
    with pytest.raises(problem) as refused:
        list(rows(media_type, body))
    assert code in (refused.value.code, *(error["code"] for error in refused.value.more.get("errors", [])))


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread() -> None:
    bomb = with_part(workbook(["a"]), "xl/workbook.xml", lambda xml: xml + b" " * (20 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge):
        list(rows(XLSX, bomb))


def test_a_row_far_below_ends_the_reading_and_not_the_service() -> None:
    def far(xml: bytes) -> bytes:
        return xml.replace(b'<row r="2"', b'<row r="999999999"').replace(b'r="A2"', b'r="A999999999"')

    with pytest.raises(TooLarge):
        list(rows(XLSX, with_part(workbook(["a"], ["1"]), "xl/worksheets/sheet1.xml", far)))


def test_entities_that_grow_are_refused() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><b>&m;</b>'
    with pytest.raises(Unprocessable):
        list(rows(XLSX, with_part(workbook(["a"], ["x"]), "xl/workbook.xml", lambda _: entity)))


def test_what_is_written_holds_no_formula_and_leaves_numbers_alone() -> None:
    line = ["=HYPERLINK(1)", "+31 20", "-5", "-5.25", "@SUM", "plain", None, 7]
    header = [f"c{n}" for n in range(len(line))]
    text = to_csv(header, [line]).decode("utf-8-sig").splitlines()[1]
    assert text == "'=HYPERLINK(1),'+31 20,-5,-5.25,'@SUM,plain,,7"
    sheet = load_workbook(io.BytesIO(to_xlsx(header, [line]))).active
    assert [cell.data_type for cell in sheet[2] if cell.value is not None] == ["s"] * 6 + ["n"]


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn")), max_size=20)


@given(lines=st.lists(st.lists(CELLS.filter(lambda t: not t.startswith("'")), min_size=3, max_size=3), max_size=8))
@pytest.mark.parametrize("media_type", tables.MEDIA_TYPES)
def test_what_is_written_is_read_again(media_type: str, lines: list[list[str]]) -> None:
    write = to_csv if media_type == CSV else to_xlsx
    read = [list(row.values()) for _, row in rows(media_type, write(["a", "b", "c"], lines))]
    assert read == [line for line in lines if any(line)]


@pytest.mark.parametrize(
    ("part", "end", "tag"),
    [("xl/styles.xml", b"</cellXfs>", b"<xf/>"), ("xl/worksheets/sheet1.xml", b"</row>", b"<c/>")],
)
def test_a_small_workbook_of_a_million_tags_is_refused_before_it_is_read(part: str, end: bytes, tag: bytes) -> None:
    """Each costs its reader microseconds: together, minutes of a processor for a file of some kilobytes."""
    heavy = with_part(workbook(["a"], ["b"]), part, lambda xml: xml.replace(end, tag * 1_000_001 + end, 1))
    assert len(heavy) < 100_000
    with pytest.raises(TooLarge):
        list(rows(XLSX, heavy))
