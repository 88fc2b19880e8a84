"""The documents can be read without a guide: every coded value is described, every date and sum of money shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.contracts import vocabulary
from tests.conftest import SERVICES
from tests.operations import DOCUMENTS

Json = dict[str, Any]
_ISO = {"Country", "Currency"}  # described by their standards


@pytest.mark.parametrize("name", sorted(set(vocabulary.__all__) - _ISO))
def test_every_coded_value_is_described(name: str) -> None:
    kind = getattr(vocabulary, name)
    missing = [member for member in kind if f"    {member.value}: " not in (kind.__doc__ or "")]
    assert not missing


def _properties(service: str) -> Iterator[tuple[str, str, Json]]:
    for schema, body in DOCUMENTS[service]["components"]["schemas"].items():
        for name, field in body.get("properties", {}).items():
            yield schema, name, field


def _shapes(field: Json) -> list[Json]:
    return [field, *field.get("anyOf", [])]


@pytest.mark.parametrize("service", SERVICES)
def test_every_date_and_amount_has_an_example(service: str) -> None:
    without = []
    for schema, name, field in _properties(service):
        for shape in _shapes(field):
            dated = shape.get("format") in ("date", "date-time")
            money = name == "amount" and shape.get("type") == "string"
            if (dated or money) and not any(s.get("examples") or "example" in s for s in _shapes(field)):
                without.append(f"{schema}.{name}")
    assert not without


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_schemas_share_a_name(service: str) -> None:
    """FastAPI tells such two apart by their modules, and generated clients get classes named after our folders."""
    assert [name for name in DOCUMENTS[service]["components"]["schemas"] if "__" in name] == []
