"""Strict JSON: what the grammar leaves open is refused, and everything else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import BadRequest
from services.kit.json import parse, pointers

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_reads_what_json_writes(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": NaN}', "malformed_json"),
        (b'{"a": -Infinity}', "malformed_json"),
        (b'{"a": 1e999}', "number_out_of_range"),
        (b'{"a": ' + b"9" * 400 + b"}", "number_out_of_range"),
        (b'{"a": "\\ud800"}', "lone_surrogate"),
        (b'{"\\udfff": 1}', "lone_surrogate"),
        (b"[" * 100_000, "malformed_json"),
        (b'{"a":' * 50_000, "malformed_json"),
        ('{"a": "é"}'.encode()[:-3], "malformed_json"),
        (b'{"a": "\xff"}', "malformed_json"),
        (b"{'a': 1}", "malformed_json"),
        (b"", "malformed_json"),
    ],
)
def test_refuses_what_is_open_to_misreading(body: bytes, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse(body)
    assert refused.value.code == code


def test_a_whole_pair_of_surrogates_is_a_character() -> None:
    assert parse(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize(("text", "value"), [(b"2.0", 2), (b"-3e2", -300), (b"0.5", 0.5), (b"1e300", 1e300)])
def test_an_integer_is_one_however_it_is_written(text: bytes, value: float) -> None:
    read = parse(text)
    assert read == value
    assert isinstance(read, type(value))


def test_a_missing_object_is_asked_for_in_words_of_json() -> None:
    error = {
        "loc": ("fee",),
        "type": "model_attributes_type",
        "msg": "Input should be a valid dictionary or object to…",
    }
    assert [told.message for told in pointers([error])] == ["Input should be an object"]


def test_errors_name_fields_without_control_characters_and_parsers_without_what_they_read() -> None:
    told = pointers(
        [
            {"loc": ("name", "a\x00b"), "type": "string_type", "msg": "Input should be a valid string"},
            {
                "loc": ("id",),
                "type": "uuid_parsing",
                "msg": "Input should be a valid UUID, invalid character: found `x`",
            },
        ]
    )
    assert [(error.pointer, error.message) for error in told] == [
        ("/name/a\N{REPLACEMENT CHARACTER}b", "Input should be a valid string"),
        ("/id", "Input should be a valid UUID"),
    ]
