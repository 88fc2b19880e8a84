"""Bulk rows: `POST …:batch` takes NDJSON or a table, answers one result a row in order; a bad row never blocks a good
one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.kit.errors import BadRequest, FieldError, Problem, TooLarge
from services.kit.json import parse, pointers
from services.kit.schemas import Out

MAX_ROWS = 10_000
MEDIA_TYPE = "application/x-ndjson"

M = TypeVar("M", bound=BaseModel)


class RowStatus(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    VALID = "valid"
    FAILED = "failed"


class RowError(Out):
    """One wrong field of a row."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pointer": "/places",
                    "code": "greater_than_equal",
                    "message": "Input should be greater than or equal to 1",
                }
            ]
        }
    )

    pointer: str
    code: str
    message: str


class RowResult(Out):
    """Result of one row, in the order they were sent; `row` counts from 1."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "row": 1,
                    "status": "created",
                    "external_id": "HP-2027-04",
                    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "errors": [],
                }
            ]
        }
    )

    row: int
    status: RowStatus
    external_id: str | None = None
    id: UUID | None = None
    errors: list[RowError] = Field(default_factory=list, max_length=1000)


class BatchOut(Out):
    """Results of a bulk request."""

    results: list[RowResult] = Field(max_length=MAX_ROWS)


@dataclass(slots=True)
class Row(Generic[M]):
    """A line of the body: `value` when it is valid, else `errors`."""

    number: int
    value: M | None
    external_id: str | None
    errors: list[FieldError]

    def result(self, status: RowStatus, record_id: UUID | None = None) -> RowResult:
        """How this row is reported."""
        errors = [RowError(pointer=e.pointer, code=e.code, message=e.message) for e in self.errors]
        return RowResult(
            row=self.number,
            status=RowStatus.FAILED if errors else status,
            external_id=self.external_id,
            id=None if errors else record_id,
            errors=errors,
        )


def rows(body: bytes, schema: type[M]) -> Iterator[Row[M]]:
    """Read NDJSON; blank lines are passed over. Raises TooLarge beyond MAX_ROWS rows, BadRequest for none."""
    return checked(enumerate(map(_parsed, filter(bytes.strip, BytesIO(body))), 1), schema)


def checked(numbered: Iterable[tuple[int, Any]], schema: type[M]) -> Iterator[Row[M]]:
    """Validate values, or hand on the FieldError that stands for one that could not be read."""
    seen: set[str] = set()
    number = 0
    for number, data in numbered:
        if number > MAX_ROWS:
            raise TooLarge(f"A batch may have {MAX_ROWS} rows.")
        row = _row(number, data, schema)
        if row.external_id is not None and row.value is not None:
            if row.external_id in seen:
                row.value = None
                row.errors = [FieldError("/external_id", "repeated", "An earlier row of this batch has the same key.")]
            seen.add(row.external_id)
        yield row
    if number == 0:
        raise BadRequest("The batch has no rows.", "empty_batch")


def _parsed(line: bytes) -> Any:
    try:
        return parse(line.rstrip(b"\n"))
    except Problem as problem:
        return FieldError("", problem.code, problem.detail)


def _row(number: int, data: Any, schema: type[M]) -> Row[M]:
    if isinstance(data, FieldError):
        return Row(number, None, None, [data])
    key = data.get("external_id") if isinstance(data, dict) else None
    external_id = key if isinstance(key, str) and len(key) <= 100 and key.isprintable() else None
    try:
        return Row(number, schema.model_validate(data), external_id, [])
    except ValidationError as error:
        return Row(number, None, external_id, pointers(error.errors(include_url=False, include_input=False)))
