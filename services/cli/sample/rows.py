"""The invented rows that come with Passerelle, and how they become requests.

Each line of an .ndjson file is one row: who sends it (`organisation`, by code), what else it names by code
(`partnerships`, the `organisation` of a party), and `body`, which is the request but for two things: references
are codes until the services have given ids, and dates are days from today ("+120d"), so that the sample never
goes stale.

records.ndjson holds what the parties record about a partnership, in order, and the state it is asked for (`before`).
In its paths and bodies "{name}" is the id of the partnership, of an organisation by its code, or of what an earlier
row brought under that name (`as`); a row with `list_by` asks for a list and names its items by that field.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_FOLDER = Path(__file__).parent
_DAYS = re.compile(r"[+-]\d{1,6}d")
_NAME = re.compile(r"\{([A-Za-z0-9-]+)\}")


class UnknownCodeError(LookupError):
    """A row names a code that nothing has."""


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids that the registry gave, by code."""

    organisations: dict[str, str] = field(default_factory=dict)
    partnerships: dict[str, str] = field(default_factory=dict)


def read(kind: str) -> list[Row]:
    """All of a kind: organisations, pathways, partnerships, records, programmes, vacancies, figures, candidates."""
    text = (_FOLDER / f"{kind}.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def by_organisation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by the code of the organisation that sends them."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["organisation"], []).append(row)
    return grouped


def dated(value: Any, today: date) -> Any:
    """The same value with every "+120d" in it replaced by an ISO 8601 date."""
    if isinstance(value, str) and _DAYS.fullmatch(value):
        return (today + timedelta(days=int(value[:-1]))).isoformat()
    if isinstance(value, list):
        return [dated(item, today) for item in value]
    if isinstance(value, dict):
        return {key: dated(item, today) for key, item in value.items()}
    return value


def request_of(row: Row, today: date, ids: Ids) -> Row:
    """The request body of a row.

    Raises:
        UnknownCodeError: an organisation or partnership that is named has no id.
    """
    body: Row = dated(row["body"], today)
    if "partnerships" in row:
        body["partnership_ids"] = [_id(ids.partnerships, code) for code in row["partnerships"]]
    if "parties" in body:
        body["parties"] = [
            {"organisation_id": _id(ids.organisations, party["organisation"]), **_without(party, "organisation")}
            for party in body["parties"]
        ]
    return body


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """The same value with every "{name}" in it replaced by the id of that name. Raises UnknownCodeError."""
    if isinstance(value, str):
        return _NAME.sub(lambda found: _id(ids, found[1]), value)
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    return value


def _id(ids: Mapping[str, str], code: str) -> str:
    if code not in ids:
        raise UnknownCodeError(f"the sample names {code}, which is not among {', '.join(sorted(ids))}")
    return ids[code]


def _without(row: Row, key: str) -> Row:
    return {name: value for name, value in row.items() if name != key}
