"""Swagger UI and ReDoc from the package, with a selector for the three services; and the OpenAPI document."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from services.kit.errors import Problem
from services.kit.idempotency import HEADER as IDEMPOTENCY_HEADER
from services.kit.settings import ServiceSettings

_STATIC = Path(__file__).parent / "static"

_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "maxLength": 200, "examples": ["urn:passerelle:problem:not_found"]},
        "title": {"type": "string", "maxLength": 200, "examples": ["Not found"]},
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "examples": [404]},
        "code": {"type": "string", "maxLength": 100, "examples": ["not_found"]},
        "detail": {"type": "string", "maxLength": 2000},
        "request_id": {"type": "string", "maxLength": 100},
        "errors": {
            "type": "array",
            "maxItems": 1000,
            "description": "Wrong fields, by JSON pointer.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "maxLength": 2000, "examples": ["/skills/0/uri"]},
                    "code": {"type": "string", "maxLength": 100},
                    "message": {"type": "string", "maxLength": 4000},
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
                "properties": {
                    name: {"type": "string", "maxLength": 2000} for name in ("code", "seen", "needed", "remedy")
                },
            },
        },
    },
}
_PROBLEM_REF = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_WITH_BODY = {"post", "put", "patch"}
_GUARDED = {"put", "patch", "delete"}


def _titles() -> dict[int, str]:
    found: dict[int, str] = {}
    for kind in Problem.__subclasses__():
        found.setdefault(kind.status, kind.title)
    return found


def _problems_of(method: str, path: str, operation: dict[str, Any]) -> list[int]:
    public = not operation.get("security")
    statuses = [400, 422, 503]
    if not public or path == "/oauth/token":
        statuses += [401]
    if not public:
        statuses += [403, 429]
    if "{" in path:
        statuses += [404]
    if method in _WITH_BODY:
        statuses += [404, 409, 413, 415]
    if method in _GUARDED:
        statuses += [409, 412, 428]
    return sorted(set(statuses))


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)  # FastAPI's own shape, which we do not send
    for status in _problems_of(method, path, operation):
        documented = responses.setdefault(str(status), {"description": _titles()[status]})
        documented["content"] = _PROBLEM_REF
    parameters = operation.setdefault("parameters", [])
    if method == "post" and operation.get("security"):
        parameters.append(
            {
                "name": IDEMPOTENCY_HEADER,
                "in": "header",
                "required": False,
                "description": "Any key of yours, new for each intended effect; a repeat gets the first answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
                "example": "a8f1e7c2-order-17",
            }
        )
    if not parameters:
        del operation["parameters"]


def openapi_document(app: FastAPI, settings: ServiceSettings, tags: list[dict[str, str]]) -> dict[str, Any]:
    """The document of a service, with what `kit` adds to every operation."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=tags,
        servers=[{"url": getattr(settings, f"{settings.service_name}_url")}],
        contact={"name": "Passerelle", "url": "https://passerelle.example"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    flow = components.get("securitySchemes", {}).get("oauth2", {}).get("flows", {}).get("clientCredentials")
    if flow:
        flow["tokenUrl"] = settings.auth_issuer.rstrip("/") + "/oauth/token"
    return document


_SWAGGER = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/static/favicon-32x32.png"><link rel="stylesheet" href="/static/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/static/swagger-ui-bundle.js"></script><script src="/static/swagger-ui-standalone-preset.js"></script>
<script>
window.ui = SwaggerUIBundle({{
  urls: {urls}, "urls.primaryName": {name}, dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout"
}});
window.ui.initOAuth({{useBasicAuthenticationWithAccessCodeGrant: true}});
</script></body></html>"""


def docs_router(app: FastAPI, settings: ServiceSettings) -> APIRouter:
    """`/docs`, `/redoc` and `/static`; nothing comes from outside the package."""
    router = APIRouter(include_in_schema=False)
    urls = [
        {"name": name, "url": f"{getattr(settings, f'{name}_url')}/openapi.json"}
        for name in ("registry", "matching", "reporting")
    ]

    @router.get("/docs")
    async def swagger_ui() -> HTMLResponse:
        return HTMLResponse(
            _SWAGGER.format(title=app.title, urls=json.dumps(urls), name=json.dumps(settings.service_name))
        )

    @router.get("/redoc")
    async def redoc() -> HTMLResponse:
        return get_redoc_html(
            openapi_url="/openapi.json",
            title=app.title,
            redoc_js_url="/static/redoc.standalone.js",
            redoc_favicon_url="/static/favicon-32x32.png",
            with_google_fonts=False,
        )

    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return router
