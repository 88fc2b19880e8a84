"""Strict JSON in: what the grammar leaves open is refused here, before any schema sees it."""

import json
import math
from collections.abc import Sequence
from typing import Any

from services.kit.errors import BadRequest, FieldError

_MAX_DIGITS = 17
_EXACT = 2**53  # integers below it are exact as doubles
_MAX_ERRORS = 1000  # told in one answer; the document says so


def parse(body: bytes) -> Any:
    """The value of a JSON text.

    Raises BadRequest for what is not UTF-8 or not JSON, and for duplicate keys, lone surrogates, NaN, numbers
    beyond what a double holds and nesting that no schema asks for.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_bounded_int,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.", "malformed_json") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.", "malformed_json") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"Not JSON, at line {error.lineno}, column {error.colno}.", "malformed_json") from None
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadRequest("An object names a key twice.", "duplicate_key")
    return members


def _no_constant(_: str) -> Any:
    raise BadRequest("NaN and Infinity are not JSON.", "malformed_json")


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise BadRequest("A number is too large.", "number_out_of_range")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadRequest("A number is too large.", "number_out_of_range")
    # JSON knows numbers only: 2.0 is the integer 2 to JSON Schema, so it is to us.
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise BadRequest("A string has half of a surrogate pair.", "lone_surrogate") from None


def pointers(errors: Sequence[Any]) -> list[FieldError]:
    """Pydantic's errors as JSON pointers; messages name what is needed, never what was sent."""
    return [
        FieldError(
            "".join(f"/{_escape(part)}" for part in error["loc"] if part != "[key]"),
            error["type"],
            _message(error),
        )
        for error in errors[:_MAX_ERRORS]
    ]


def _message(error: Any) -> str:
    """Pydantic's words for a missing object are about Python; those of a parser repeat a character that was sent."""
    if error["type"] in ("model_attributes_type", "model_type", "dict_type"):
        return "Input should be an object"
    message: str = error["msg"]
    return message.partition(",")[0] if error["type"].endswith("_parsing") else message


def _escape(part: Any) -> str:
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(part)[:100])
    return shown.replace("~", "~0").replace("/", "~1")
