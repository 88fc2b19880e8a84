"""The OpenAPI document of a service: FastAPI's, and what `kit` adds to every operation.

What holds everywhere by construction is written here once, so that a new route is documented without care:
the problems it may answer, the headers that come with an answer, the bounds of what is answered, examples.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.kit import examples
from services.kit.errors import Problem
from services.kit.idempotency import HEADER as IDEMPOTENCY_HEADER
from services.kit.pagination import MAX_PAGE
from services.kit.problem_document import PROBLEM_SCHEMA, RESPONSE_HEADERS, problem_responses
from services.kit.route import MAX_REASON, REASON_HEADER
from services.kit.schemas import MAX_INT
from services.kit.settings import ServiceSettings

Json = dict[str, Any]

_WITH_BODY = {"post", "put", "patch"}
_GUARDED = {"put", "patch", "delete"}
# Answers have no bounds of their own where requests have none to hand on; these hold for all that is stored.
_MAX_TEXT, _MAX_LIST = 4000, 10_000
_NO_NUL = r"^[^\x00]*$"
_LENGTH_OF_FORMAT = {"uuid": 36, "date": 10, "date-time": 35}
_IDEMPOTENCY_KEY: Json = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": False,
    "description": "Any key of yours, new for each intended effect; a repeat gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    "example": "a8f1e7c2-order-17",
}
_CHANGE_REASON: Json = {
    "name": REASON_HEADER,
    "in": "header",
    "required": False,
    "description": "Why you make this change; stands in the history of the record. Percent-encode what is not ASCII.",
    "schema": {"type": "string", "maxLength": MAX_REASON, "pattern": "^[ -~]*$"},
    "example": "Agreed by the joint committee on 3 March",
}
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag of the answer you have; 304 when it still holds.",
    "schema": {"type": "string", "maxLength": 500, "pattern": "^[ -~]*$"},
    "example": '"3"',
}


def openapi_document(app: FastAPI, settings: ServiceSettings, tags: list[dict[str, str]]) -> Json:
    """The document of a service, deterministic for the same code and settings."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=tags,
        servers=[
            {
                "url": getattr(settings, f"{settings.service_name}_url"),
                "description": "This installation: production behind TLS, or local development on loopback.",
                "x-internal": False,
            }
        ],
        contact={"name": "Passerelle", "url": "https://passerelle.example"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    keeps_history = any(path.endswith("/history") for path in document["paths"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path, schemas)
            if keeps_history and method != "get" and _needs_token(operation):
                operation["parameters"] = [*operation.get("parameters", []), _CHANGE_REASON]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    used = set(references_in(document["paths"]))
    components["responses"] = {n: r for n, r in problem_responses().items() if f"responses/{n}" in used}
    used |= set(references_in(components["responses"]))
    components["headers"] = {n: h for n, h in RESPONSE_HEADERS.items() if f"headers/{n}" in used}
    _keep_what_is_required(schemas)
    _close_maps(schemas)
    _bound(document, schemas)
    examples.add(document)
    flow = components.get("securitySchemes", {}).get("oauth2", {}).get("flows", {}).get("clientCredentials")
    if flow:
        flow["tokenUrl"] = settings.auth_token_url or settings.auth_issuer.rstrip("/") + "/oauth/token"
    return document


def schemas_in(part: Any) -> Iterator[Json]:
    """Every schema below `part` of a document, examples left out."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str) and part["type"] in ("string", "integer", "number", "array", "object"):
            yield part
        for key, value in part.items():
            if key not in ("example", "examples", "default", "enum", "const"):
                yield from schemas_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas_in(value)


def references_in(part: Any) -> Iterator[str]:
    """What `part` refers to directly, such as `schemas/Problem`."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix("#/components/")
        for value in part.values():
            yield from references_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from references_in(value)


def _problems_of(method: str, path: str, operation: Json) -> set[int]:
    statuses = {400, 500, 503}
    if operation.get("security"):
        statuses |= {401, 429}
    if _needs_token(operation):
        statuses |= {403}
    if "{" in path:
        statuses |= {404}
    if method in _WITH_BODY:
        statuses |= {404, 409, 413, 415, 422}
    guarded = [each for each in operation.get("parameters", []) if each["name"].lower() == "if-match"]
    if method in _GUARDED or guarded:
        statuses |= {409, 412, 428}
    return statuses


def _needs_token(operation: Json) -> bool:
    return any("oauth2" in need for need in operation.get("security", []))


def _complete(operation: Json, method: str, path: str, schemas: Json) -> None:
    responses: Json = operation.setdefault("responses", {})
    responses.pop("422", None)  # FastAPI's own shape, which we do not send
    kinds: list[type[Problem]] = [Problem, *Problem.__subclasses__()]
    names = {kind.status: kind.__name__ for kind in kinds}
    wanted = _problems_of(method, path, operation) | {int(s) for s in responses if s >= "400"}
    for status in sorted(wanted):
        shared = {"$ref": f"#/components/responses/{names[status]}"}
        said = responses.get(str(status), {}).get("description")
        responses[str(status)] = shared | ({"description": said} if said else {})
    parameters: list[Json] = operation.setdefault("parameters", [])
    for parameter in parameters:
        _say_what_is_sent(parameter)
    taken = {parameter["name"].lower() for parameter in parameters}
    if method == "post" and _needs_token(operation):
        parameters.append(_IDEMPOTENCY_KEY)
    if _is_conditional(method, responses):
        responses.setdefault("304", {"description": "You have it already."})
        if "if-none-match" not in taken:
            parameters.append(_IF_NONE_MATCH)
    _name_text(operation.get("requestBody", {}), "binary")
    _name_text(responses.get("200", {}), "text")
    for code, response in responses.items():
        if code < "400":
            if response.get("description") == "Successful Response":
                response["description"] = HTTPStatus(int(code)).phrase
            headers = response.setdefault("headers", {})
            for name in _headers_of(operation, method, code, response, schemas):
                headers[name] = {"$ref": f"#/components/headers/{name}"}
    operation["responses"] = dict(sorted(responses.items()))
    if not parameters:
        del operation["parameters"]


def _say_what_is_sent(parameter: Json) -> None:
    """A parameter is never null but left out; If-Match is required where a change without it is refused by 428."""
    schema = parameter["schema"]
    given = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if len(given) == 1:
        del schema["anyOf"]
        parameter["schema"] = schema | given[0]
    if parameter["in"] == "header":
        parameter["name"] = parameter["name"].title()
    if parameter["name"] == "If-Match":
        parameter["required"] = "428 without it" in parameter["description"]


def _name_text(body: Json, form: str) -> None:
    """Lines of NDJSON and CSV are one string to OpenAPI; say of which kind."""
    for media_type, described in body.get("content", {}).items():
        if described["schema"].get("type") == "string":
            described["schema"] = {"format": form} | described["schema"] | {"contentMediaType": media_type}


def _is_conditional(method: str, responses: Json) -> bool:
    answer = responses.get("200", {})
    return method == "get" and ("application/json" in answer.get("content", {}) or "ETag" in answer.get("headers", {}))


def _headers_of(operation: Json, method: str, status: str, response: Json, schemas: Json) -> Iterator[str]:
    """Names of the headers that come with an answer; see `route`, `concurrency`, `pagination`, `idempotency`."""
    yield from ("Access-Control-Allow-Origin", "X-Request-Id")
    if operation.get("security"):
        yield from ("RateLimit", "RateLimit-Policy")
    if method == "post" and _needs_token(operation):
        yield "Idempotent-Replayed"
    reference = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    answered = schemas.get(reference.rpartition("/")[2], {}).get("properties", {})
    read = method == "get" and ("application/json" in response.get("content", {}) or status == "304")
    if read or {"id", "version"} <= answered.keys():
        yield "ETag"
    if {"items", "next"} <= answered.keys() and answered["items"].get("maxItems") == MAX_PAGE:
        yield "Link"
    if any(parameter["name"].lower() == "accept-language" for parameter in operation.get("parameters", [])):
        yield "Content-Language"


def _close_maps(schemas: Json) -> None:
    """Say that a map's keys are what they must be: Pydantic's `patternProperties` lets all other keys through."""
    for schema in schemas_in(schemas):
        for pattern, values in schema.pop("patternProperties", {}).items():
            schema["additionalProperties"] = values
            schema["propertyNames"] = {"type": "string", **schema.get("propertyNames", {}), "pattern": pattern}


def _keep_what_is_required(schemas: Json) -> None:
    """In a merge-patch null removes a field; say which fields cannot be removed, since the record needs them."""
    for name, schema in schemas.items():
        whole = schemas.get(f"{name.removesuffix('Patch')}In", {}) if name.endswith("Patch") else {}
        for field in whole.get("required", []):
            described = schema.get("properties", {}).get(field, {})
            if {"type": "null"} in described.get("anyOf", []):
                described["anyOf"].remove({"type": "null"})


def _bound(document: Json, schemas: Json) -> None:
    """Say of every format how long and how large it is, and of what is only answered where its bounds lie.

    What comes in is left as its types say, so that the tests see a type that forgot its bounds.
    """
    incoming = _reached_from_requests(document, schemas)
    for schema in schemas_in(document):
        _bound_format(schema)
    for name, component in schemas.items():
        if name not in incoming:
            for schema in schemas_in(component):
                _bound_answer(schema)


def _bound_format(schema: Json) -> None:
    if schema.get("type") == "string" and schema.get("format") in _LENGTH_OF_FORMAT:
        schema.setdefault("maxLength", _LENGTH_OF_FORMAT[schema["format"]])
    if schema.get("type") == "integer":
        for bound in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if bound in schema:
                schema[bound] = int(schema[bound])  # FastAPI makes a float of it
        small = schema.get("maximum", MAX_INT) < 2**31 and schema.get("minimum", -MAX_INT) >= -(2**31)
        schema.setdefault("format", "int32" if small else "int64")


def _bound_answer(schema: Json) -> None:
    match schema.get("type"):
        case "string" if not {"enum", "const"} & schema.keys():
            schema.setdefault("maxLength", _MAX_TEXT)
            if not {"format", "pattern"} & schema.keys():
                schema["pattern"] = _NO_NUL
        case "integer":
            values = schema.get("enum", [schema["const"]] if "const" in schema else [-MAX_INT, MAX_INT])
            schema.setdefault("minimum", min(values))
            schema.setdefault("maximum", max(values))
        case "array":
            schema.setdefault("maxItems", _MAX_LIST)


def _reached_from_requests(document: Json, schemas: Json) -> set[str]:
    asked: list[Any] = [
        [operation.get("requestBody", {}), operation.get("parameters", [])]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    reached: set[str] = set()
    while asked:
        for kind, _, name in (reference.partition("/") for reference in references_in(asked.pop())):
            if kind == "schemas" and name not in reached:
                reached.add(name)
                asked.append(schemas[name])
    return reached
