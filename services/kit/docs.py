"""Swagger UI and ReDoc from the package, with a selector for the three services."""

import json
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from services.kit.settings import ServiceSettings

_STATIC = Path(__file__).parent / "static"

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
