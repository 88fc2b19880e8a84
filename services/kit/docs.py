"""Swagger UI and ReDoc from the package, with a selector for the three services."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from services.kit.settings import ServiceSettings

DOCUMENT = "/openapi.json"
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
  docExpansion: "none", // it gives up when more than a hundred operations are open at once
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout"
}});
window.ui.initOAuth({{}});
</script></body></html>"""


def origins(settings: ServiceSettings) -> list[str]:
    """Where the pages of the three services come from; loopback has two names in an address bar."""
    parts = [urlsplit(url) for url in (settings.registry_url, settings.matching_url, settings.reporting_url)]
    found = [f"{part.scheme}://{part.netloc}" for part in parts]
    return [*found, *(origin.replace("//127.0.0.1", "//localhost") for origin in found if "//127.0.0.1" in origin)]


def _policy(settings: ServiceSettings) -> dict[str, str]:
    # ReDoc asks for its logo from a CDN, and a description could name a picture anywhere: neither is fetched.
    issuer = urlsplit(settings.auth_issuer)
    reached = sorted({*origins(settings), f"{issuer.scheme}://{issuer.netloc}"})
    policy = (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        f" img-src 'self' data:; worker-src blob:; connect-src 'self' {' '.join(reached)};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}


def docs_router(app: FastAPI, settings: ServiceSettings) -> APIRouter:
    """`/docs`, `/redoc`, `/openapi.json` and `/static`; nothing comes from outside the package."""
    router = APIRouter(include_in_schema=False)
    addresses = {name: getattr(settings, f"{name}_url") for name in ("registry", "matching", "reporting")}
    # One's own document comes from where the page comes from, whatever name the browser knows that by.
    addresses[settings.service_name] = ""
    urls = [{"name": name, "url": f"{address}{DOCUMENT}"} for name, address in addresses.items()]
    headers = _policy(settings)

    @router.get(DOCUMENT)
    async def openapi_json() -> JSONResponse:
        # Made once, with the first request for it, in seconds: other requests go on meanwhile.
        return JSONResponse(await asyncio.to_thread(app.openapi))

    @router.get("/docs")
    async def swagger_ui() -> HTMLResponse:
        return HTMLResponse(
            _SWAGGER.format(title=app.title, urls=json.dumps(urls), name=json.dumps(settings.service_name)),
            headers=headers,
        )

    @router.get("/redoc")
    async def redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url=DOCUMENT,
            title=app.title,
            redoc_js_url="/static/redoc.standalone.js",
            redoc_favicon_url="/static/favicon-32x32.png",
            with_google_fonts=False,
        )
        page.headers.update(headers)
        return page

    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return router
