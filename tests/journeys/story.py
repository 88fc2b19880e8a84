"""Plays a story that is told in a README: the prose is for people, its tables and blocks are what the parties send.

What counts, besides headings:

- Under `## The cast`, a table of organisations; under `## The record as registered`, a JSON block.
- Under `## <STATE>, <day>`, that day is today. A line with a call in it (method and path between backticks) is made
  at once when it ends with a full stop. When it ends with a colon, a table (a call a row), or a block of JSON (a call
  an object), CSV or text follows. `WHO` before the call or a `who` in the rows says whose call it is; "as `name`" or
  a `gives` in the rows keeps the id that it brings, and `{name}` stands for that id from then on. A call that "is
  refused" names its status, and the guards in backticks.
- A line that begins with "Not yet" names the guards that fail in between; "Moves" says who moves, and why.
- Under `## What the record then shows`, tables of path, field and value.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

STATES = ("SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION", "ACTIVE", "COMPLETING", "CLOSED", "EVALUATED")
_CALL = re.compile(r"`(?P<method>GET|POST|PATCH|PUT) (?P<path>/[^`\s]+)`")
_STATE = re.compile(rf"## ({'|'.join(STATES)}), (\d{{4}}-\d{{2}}-\d{{2}})")
# Columns whose figures are words: codes, and amounts that are exact.
_TEXT = re.compile(r"(^|\.)(isco08|isco08_minor|amount|share_percent|hours)$")
_TYPES = {"csv": "text/csv", "text": "text/plain"}


@dataclass(frozen=True)
class Request:
    """A call of `who`; `refused` is the status that it is answered with, for failing `guards`."""

    who: str
    method: str
    path: str
    body: Any = None
    media_type: str = "application/json"
    gives: str = ""
    refused: int = 0
    guards: frozenset[str] = frozenset()


@dataclass
class Chapter:
    """A state that is to be reached, and what it takes."""

    state: str
    on: date
    missing: frozenset[str] = frozenset()
    requests: list[Request] = field(default_factory=list)
    mover: str = ""
    reason: str = ""


@dataclass
class Story:
    """Everything that a README tells."""

    cast: list[dict[str, Any]]
    record: dict[str, Any]
    chapters: list[Chapter]
    shown: list[tuple[str, str, Any]]


def told(readme: Path) -> Story:
    """The story of a README. A line that looks like data and is not understood raises ValueError."""
    sections = re.split(r"^(?=## )", readme.read_text(), flags=re.MULTILINE)
    story = Story([], {}, [], [])
    for section in sections:
        heading, _, text = section.partition("\n")
        parts = list(_parts(text))
        if heading == "## The cast":
            story.cast = [row for kind, rows in parts if kind == "table" for row in rows]
        elif heading == "## The record as registered":
            (story.record,) = (each for kind, block in parts if kind == "json" for each in _objects(block))
        elif heading == "## What the record then shows":
            rows = (row for kind, rows in parts if kind == "table" for row in rows)
            story.shown += [(row["path"].strip("`"), row["field"], row.get("value")) for row in rows]
        elif found := _STATE.fullmatch(heading):
            story.chapters.append(_chapter(found[1], date.fromisoformat(found[2]), parts))
    return story


def _parts(text: str) -> Iterator[tuple[str, Any]]:
    """Paragraphs, tables as rows, and fenced blocks under their language, in order."""
    for part in re.findall(r"^```\w+\n.*?\n```$|^\S.*?(?=\n\n|\n```|\Z)", text, re.MULTILINE | re.DOTALL):
        if part.startswith("```"):
            language, _, block = part[3:-3].partition("\n")
            yield language, block
        elif part.startswith("|"):
            yield "table", _rows(part.splitlines())
        else:
            yield "line", " ".join(part.split("\n")).strip()


def _rows(table: list[str]) -> list[dict[str, Any]]:
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    return [{name: _value(name, cell) for name, cell in zip(names, row, strict=True) if cell} for row in rows]


def _value(name: str, cell: str) -> Any:
    if cell in ("true", "false", "null") or cell.startswith(("[", '"')):
        return json.loads(cell)
    if re.fullmatch(r"-?\d+", cell) and not _TEXT.search(name):
        return int(cell)
    return cell


def nested(row: dict[str, Any]) -> dict[str, Any]:
    """`{"a.b": 1}` as `{"a": {"b": 1}}`."""
    whole: dict[str, Any] = {}
    for name, value in row.items():
        *outer, last = name.split(".")
        place = whole
        for each in outer:
            place = place.setdefault(each, {})
        place[last] = value
    return whole


def _objects(block: str) -> Iterator[dict[str, Any]]:
    """One after another."""
    decoder, at = json.JSONDecoder(), 0
    while block[at:].strip():
        at += len(block[at:]) - len(block[at:].lstrip())
        value, at = decoder.raw_decode(block, at)
        yield value


def _chapter(state: str, on: date, parts: list[tuple[str, Any]]) -> Chapter:
    chapter, waiting = Chapter(state, on), ""
    for kind, content in parts:
        if kind == "line":
            waiting = content if content.endswith(":") and _CALL.search(content) else ""
            if content.startswith("Not yet"):
                chapter.missing = frozenset(re.findall(r"`([A-Z0-9_]+)`", content))
            elif content.startswith("Moves"):
                chapter.mover = re.findall(r"`([^`]+)`", content)[0]
                chapter.reason = content.partition(":")[2].strip()
            elif not waiting and _CALL.search(content):
                chapter.requests.append(_request(content, {}, None))
            continue
        if not waiting:
            raise ValueError(f"{state}: what is to be done with {content}?")
        if kind in _TYPES:
            chapter.requests.append(_request(waiting, {}, content, _TYPES[kind]))
        else:
            rows = content if kind == "table" else list(_objects(content))
            chapter.requests += [_request(waiting, row, {}) for row in rows]
    return chapter


def _request(line: str, row: dict[str, Any], body: Any, media_type: str = "application/json") -> Request:
    call = _CALL.search(line)
    if call is None:
        raise ValueError(f"no call in: {line}")
    before, after = line[: call.start()], line[call.end() :]
    named = re.search(r"as `(\w+)`", after)
    refused = re.search(r"is refused with (\d+)", line)
    own = {name: value for name, value in row.items() if name not in ("who", "gives")}
    return Request(
        who=row.get("who") or re.findall(r"`([^`]+)`", before)[-1],
        method=call["method"],
        path=call["path"],
        body=nested(own) if own else (body or None),
        media_type=media_type,
        gives=row.get("gives") or (named[1] if named else ""),
        refused=int(refused[1]) if refused else 0,
        guards=frozenset(re.findall(r"`([A-Z0-9_]+)`", after)) if refused else frozenset(),
    )


def at(answer: Any, place: str) -> Any:
    """The value at `a.0.b`; the step `b/id=X` picks the item of a list whose `b.id` is X, `count` is its length."""
    for step in place.split("."):
        name, picks, wanted = step.partition("=")
        if picks:
            answer = next(each for each in answer if at(each, name.replace("/", ".")) == wanted)
        elif isinstance(answer, list):
            answer = len(answer) if step == "count" else answer[int(step)]
        else:
            answer = answer[step]
    return answer
