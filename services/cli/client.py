"""`passerelle client create`: an API client for an organisation, made by operations over REST."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import httpx
from cyclopts import Parameter

from services.cli.sample.partner import Partner, RefusedError


def create(
    organisation: str,
    *,
    role: Annotated[list[str], Parameter(negative="")],
    name: str = "",
    data: Path = Path(".passerelle/data"),
    registry: str = "http://127.0.0.1:8101",
) -> None:
    """Create an API client of a registered organisation and print it with its secret, which is shown only once.

    Parameters
    ----------
    organisation
        Code of the organisation in the registry.
    role
        partner-admin, counsellor, employer, training-provider, analyst, statistics-office or steward; repeatable.
    name
        What the client is for.
    data
        Folder of the running installation, whose operations client is used.
    registry
        Address of the registry.
    """
    file = data / "credentials.json"
    if not file.exists():
        raise SystemExit(f"{file} does not exist: start Passerelle with --data {data} first.")
    try:
        print(json.dumps(asyncio.run(_create(organisation, role, name, json.loads(file.read_text())["ops"], registry))))
    except (RefusedError, LookupError) as problem:
        raise SystemExit(f"passerelle: {problem}") from None
    except httpx.TransportError:
        raise SystemExit(f"passerelle: no registry answers at {registry}.") from None


async def _create(
    organisation: str, roles: list[str], name: str, ops: dict[str, str], registry: str
) -> dict[str, object]:
    async with httpx.AsyncClient(timeout=20) as http:
        partner = Partner(http, {"registry": registry, "token_url": f"{registry}/oauth/token"}, ops)
        found = (await partner.get("registry", "/v1/organisations", code=organisation))["items"]
        if not found:
            raise LookupError(f"no organisation has the code {organisation}")
        body = {"organisation_id": found[0]["id"], "name": name or f"{organisation} system", "roles": roles}
        return await partner.post("registry", "/v1/clients", body)
