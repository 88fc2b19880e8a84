"""`passerelle openapi`: the OpenAPI documents of the three services, as files that are committed and compared."""

import importlib
import json
from pathlib import Path
from typing import Any

from services.cli import keys
from services.cli.databases import SERVICES

FOLDER = Path(__file__).parents[2] / "docs" / "openapi"


def write(*, folder: Path = FOLDER) -> None:
    """Write one JSON document a service.

    Parameters
    ----------
    folder
        Where to; `docs/openapi` of the project unless said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for service in SERVICES:
        file = folder / f"{service}.json"
        file.write_text(text_of(document(service)))
        print(file)


def text_of(document: dict[str, Any]) -> str:
    """Stable text: the same document gives the same bytes."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def document(service: str) -> dict[str, Any]:
    """The document as the service would serve it on its default address; no database is touched."""
    settings_class = getattr(importlib.import_module(f"services.{service}.settings"), f"{service.title()}Settings")
    settings = settings_class(
        service_name=service,
        database_url="postgresql://nobody@127.0.0.1:1/none",
        auth_issuer="http://127.0.0.1:8101",
        registry_url="http://127.0.0.1:8101",
        matching_url="http://127.0.0.1:8102",
        reporting_url="http://127.0.0.1:8103",
        cursor_secret="not used for documents, but long enough",  # noqa: S106
        **({"signing_key": json.dumps(keys.new()["signing_key"])} if service == "registry" else {}),
        **({"likeness_secret": "not used for documents, but long enough"} if service == "matching" else {}),
    )
    app = importlib.import_module(f"services.{service}.app").create_app(settings)
    written: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return written
