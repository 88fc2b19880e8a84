"""What every operation must have, read from the OpenAPI documents: a new route gets it or fails the build."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from services.cli import openapi
from services.contracts.access import ROLES, SCOPES
from tests.conftest import SERVICES

# Reached before anybody is known. Nothing else is public.
PUBLIC = {"issue_token", "read_keys", "read_issuer_metadata", "file_grievance", "read_own_grievances"}
DOCUMENTS = {service: openapi.document(service) for service in SERVICES}
OPERATIONS = [
    pytest.param(service, method, path, operation, id=operation.get("operationId", f"{method} {path}"))
    for service, document in DOCUMENTS.items()
    for path, operations in document["paths"].items()
    for method, operation in operations.items()
]
every_operation = pytest.mark.parametrize(("service", "method", "path", "operation"), OPERATIONS)


@every_operation
def test_declares_its_scopes_unless_it_is_public(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    scopes = [scope for need in operation.get("security", []) for scope in need.get("oauth2", [])]
    if operation["operationId"] in PUBLIC:
        assert scopes == []
    else:
        assert scopes, f"{method} {path} needs dependencies=[requires('…')]"
        assert set(scopes) <= SCOPES.keys()
        assert len(operation["security"]) == 1, "several entries would mean that one of them is enough"


@every_operation
def test_has_a_name_a_summary_a_description_and_a_tag(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", operation["operationId"])
    assert operation["summary"]
    assert operation["description"]
    described = {tag["name"] for tag in DOCUMENTS[service]["tags"]}
    assert set(operation["tags"]) <= described


@every_operation
def test_paths_are_kebab_case_plurals_or_say_what_they_do(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    assert re.fullmatch(r"(/v1)?(/[a-z.-]+(:[a-z]+)?|/\{[a-z_]+\})+", path)


@every_operation
def test_changes_of_a_record_need_if_match(service: str, method: str, path: str, operation: dict[str, Any]) -> None:
    if method in ("put", "patch", "delete"):
        headers = {p["name"].lower() for p in operation["parameters"] if p["in"] == "header"}
        assert "if-match" in headers


@every_operation
def test_problems_are_documented_as_problem_json(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    answers = operation["responses"]
    for status in [s for s in answers if s >= "400"]:
        assert "application/problem+json" in _resolve(DOCUMENTS[service], answers[status])["content"]
    assert {"400", "500", "503"} <= answers.keys()


@every_operation
def test_every_answer_has_an_example_that_fits(service: str, method: str, path: str, operation: dict[str, Any]) -> None:
    document = DOCUMENTS[service]
    for status, answer in operation["responses"].items():
        for media_type, content in _resolve(document, answer).get("content", {}).items():
            schema = _resolve(document, content["schema"])
            examples = [content["example"]] if "example" in content else schema.get("examples", [])
            assert examples, f"{status} {media_type}: no example"
            checked = content["schema"] | {"components": document["components"]}
            for example in examples:
                wrong = [
                    f"{e.json_path}: {e.message}" for e in jsonschema.Draft202012Validator(checked).iter_errors(example)
                ]
                assert wrong == [], f"{status} {media_type}"


@every_operation
def test_every_header_that_comes_with_an_answer_is_documented(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    document = DOCUMENTS[service]
    for status, answer in operation["responses"].items():
        documented = _resolve(document, answer).get("headers", {}).keys()
        assert "X-Request-Id" in documented, status
        if operation.get("security"):
            assert {"RateLimit", "RateLimit-Policy"} <= documented, status
        if status in ("429", "503"):
            assert "Retry-After" in documented
        if method == "get" and status == "304":
            assert "ETag" in documented


@every_operation
def test_bodies_have_an_example(service: str, method: str, path: str, operation: dict[str, Any]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolve(DOCUMENTS[service], content["schema"])
        if operation["operationId"] != "issue_token":
            assert "examples" in schema or "example" in content or "examples" in content


@every_operation
def test_what_comes_in_is_bounded_and_closed(service: str, method: str, path: str, operation: dict[str, Any]) -> None:
    document = DOCUMENTS[service]
    for content_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if "json" not in content_type or "ndjson" in content_type:
            continue
        for where, schema in _walk(document, content["schema"], "body"):
            _assert_bounded(where, schema)
            if schema.get("type") == "object" and "properties" in schema:
                assert schema.get("additionalProperties") is False, f"{where} takes unknown fields"
    for parameter in operation.get("parameters", []):
        for where, schema in _walk(document, parameter["schema"], parameter["name"]):
            _assert_bounded(where, schema)


def _assert_bounded(where: str, schema: dict[str, Any]) -> None:
    kind = schema.get("type")
    if kind == "string" and not {"enum", "const"} & schema.keys():
        bounded = "maxLength" in schema or schema.get("format") in ("uuid", "date", "date-time")
        assert bounded, f"{where}: a string without maxLength"
    if kind in ("integer", "number"):
        assert "maximum" in schema or "exclusiveMaximum" in schema, f"{where}: a number without maximum"
    if kind == "array":
        assert "maxItems" in schema, f"{where}: a list without maxItems"


def _resolve(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        kind, name = part["$ref"].removeprefix("#/components/").split("/")
        part = document["components"][kind][name]
    return part


def _walk(
    document: dict[str, Any], schema: dict[str, Any], where: str, above: tuple[int, ...] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = _resolve(document, schema)
    if id(schema) in above:
        return
    above = (*above, id(schema))
    yield where, schema
    for kind in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(kind, []):
            yield from _walk(document, part, where, above)
    for name, part in schema.get("properties", {}).items():
        yield from _walk(document, part, f"{where}.{name}", above)
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(name), dict):
            yield from _walk(document, schema[name], f"{where}[]", above)


def test_operation_names_are_unique_across_the_house() -> None:
    names = [p.values[3]["operationId"] for p in OPERATIONS]
    names = [n for n in names if n != "read_events"]  # the one operation that every service has
    assert len(names) == len(set(names))


def test_roles_only_give_scopes_that_exist_and_every_scope_is_given() -> None:
    given = set().union(*ROLES.values())
    assert given == SCOPES.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_document_is_the_one_served(service: str) -> None:
    file = openapi.FOLDER / f"{service}.json"
    assert file.read_text() == openapi.text_of(DOCUMENTS[service]), "run `make openapi` and commit the result"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_carries_no_secret_and_no_machine(service: str) -> None:
    text = json.dumps(DOCUMENTS[service])
    assert "password" not in text.lower()
    assert "/" + "root/" not in text
