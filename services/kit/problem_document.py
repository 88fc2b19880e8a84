"""How problems and headers are described in the OpenAPI documents (RFC 9457, RFC 9110)."""

from typing import Any

from services.kit.errors import Problem

Json = dict[str, Any]

_TEXT = r"^[^\x00]*$"
_REQUEST_ID = "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a99"


def _text(length: int, *examples: str) -> Json:
    described: Json = {"type": "string", "maxLength": length, "pattern": _TEXT}
    return described | ({"examples": list(examples)} if examples else {})


PROBLEM_SCHEMA: Json = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": _text(200, "urn:passerelle:problem:not_found"),
        "title": _text(200, "Not found"),
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "examples": [404]},
        "code": {"type": "string", "maxLength": 100, "pattern": "^[a-z0-9_]+$", "examples": ["not_found"]},
        "detail": _text(4000),
        "request_id": _text(100, _REQUEST_ID),
        "errors": {
            "type": "array",
            "maxItems": 1000,
            "description": "Wrong fields, by JSON pointer.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": _text(2000, "/skills/0/uri"),
                    "code": _text(100, "string_too_long"),
                    "message": _text(4000, "String should have at most 200 characters"),
                },
            },
        },
        "guards": {
            "type": "array",
            "maxItems": 100,
            "description": "Conditions of a change of state that do not hold.",
            "items": {
                "type": "object",
                "required": ["code", "seen", "needed", "remedy"],
                "properties": {name: _text(2000) for name in ("code", "seen", "needed", "remedy")},
            },
        },
    },
    "examples": [
        {
            "type": "urn:passerelle:problem:not_found",
            "title": "Not found",
            "status": 404,
            "code": "not_found",
            "request_id": _REQUEST_ID,
        }
    ],
}


def _header(description: str, example: str, pattern: str = "^[ -~]*$", length: int = 500) -> Json:
    return {
        "description": description,
        "schema": {"type": "string", "maxLength": length, "pattern": pattern},
        "example": example,
    }


RESPONSE_HEADERS: Json = {
    "Access-Control-Allow-Origin": _header(
        "The asking page, when it is Swagger UI of one of the services.", "http://127.0.0.1:8101"
    ),
    "Content-Language": _header("Languages of the labels in the answer (BCP 47).", "fr", "^[A-Za-z0-9, -]*$"),
    "ETag": _header("The version of what is answered; send it back as If-Match or If-None-Match.", '"3"'),
    "Idempotent-Replayed": _header("`true` when this answer is that of an earlier request.", "true", "^true$", 4),
    "Link": _header('Where the next page is, `rel="next"`.', '</v1/organisations?cursor=aGVq&limit=25>; rel="next"')
    | {"schema": {"type": "string", "maxLength": 8000, "pattern": "^[ -~]*$"}},
    "RateLimit": _header("Requests left (r), seconds until the allowance is whole (t).", '"client";r=5999;t=60'),
    "RateLimit-Policy": _header("Requests (q) an API client has in a window of seconds (w).", '"client";q=6000;w=60'),
    "Retry-After": _header("Seconds to wait before the next attempt.", "1", "^[0-9]+$", 10),
    "WWW-Authenticate": _header("How to authenticate.", 'Bearer realm="passerelle"'),
    "X-Request-Id": _header("Names this request in the logs; kept when you send one.", _REQUEST_ID, length=100),
}
_OF_STATUS = {401: ["WWW-Authenticate"], 409: ["Retry-After"], 429: ["Retry-After"], 503: ["Retry-After"]}
_ON_ALL = ("Access-Control-Allow-Origin", "X-Request-Id", "RateLimit", "RateLimit-Policy")
_FIELD_ERROR = {"pointer": "/name", "code": "string_too_long", "message": "String should have at most 200 characters"}


def problem_responses() -> Json:
    """The shared answers that are not a success, by the name of their class in `errors`."""
    return {kind.__name__: _response(kind) for kind in (*Problem.__subclasses__(), Problem)}


def _response(kind: type[Problem]) -> Json:
    # An answer that comes before the caller is known (401, some of 400, 413, 415) carries no RateLimit.
    names = [
        "Access-Control-Allow-Origin",
        "X-Request-Id",
        "RateLimit",
        "RateLimit-Policy",
        *_OF_STATUS.get(kind.status, []),
    ]
    more = {"errors": [_FIELD_ERROR]} if kind.status == 422 else {}
    example = {
        "type": f"urn:passerelle:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "request_id": _REQUEST_ID,
    }
    return {
        "description": kind.title,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example | more}
        },
    }
