"""Every operation of every service, read from the OpenAPI documents: what tests of the whole house run over."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from services.cli import openapi
from services.contracts.access import HOUSE_ROLES, ROLES, SCOPES
from tests.conftest import SERVICES, House

DOCUMENTS: dict[str, dict[str, Any]] = {service: openapi.document(service) for service in SERVICES}
PARTNER_ROLES = sorted(ROLES.keys() - HOUSE_ROLES)
PARTNER_SCOPES = frozenset().union(*(ROLES[role] for role in PARTNER_ROLES))


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    service: str
    method: str
    path: str
    spec: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.service}.{self.spec['operationId']}"

    @property
    def scope(self) -> str | None:
        """The scope its token needs; None for the few that anybody may call."""
        needs = self.spec.get("security", [])
        return next((scope for need in needs for scope in need.get("oauth2", [])), None)

    @property
    def scopes(self) -> frozenset[str]:
        """All scopes its token needs."""
        return frozenset(scope for need in self.spec.get("security", []) for scope in need.get("oauth2", []))

    def parameters(self, place: str) -> list[dict[str, Any]]:
        """Its parameters in `path`, `query` or `header`."""
        found = [resolve(self.service, parameter) for parameter in self.spec.get("parameters", [])]
        return [parameter for parameter in found if parameter["in"] == place]

    @property
    def body(self) -> tuple[str, dict[str, Any]] | None:
        """Media type of its body and what the document says of it."""
        content = resolve(self.service, self.spec.get("requestBody", {})).get("content", {})
        return next(iter(content.items()), None)

    def example(self) -> Any:
        """The body that the document shows."""
        assert self.body
        _, content = self.body
        schema = resolve(self.service, content["schema"])
        shown = [example["value"] for example in content.get("examples", {}).values()]
        shown += [content["example"]] if "example" in content else []
        shown += [schema["example"]] if "example" in schema else []
        shown += schema.get("examples", [])
        assert shown, f"{self} shows no example of its body"
        return json.loads(json.dumps(shown[0]))

    def url(self, values: dict[str, str]) -> str:
        """Its path with `values` in place of its parameters."""
        return self.path.format_map(values)


def resolve(service: str, part: dict[str, Any]) -> dict[str, Any]:
    """`part`, or what its `$ref` points at."""
    while "$ref" in part:
        found: Any = DOCUMENTS[service]
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


OPERATIONS = [
    Operation(service, method, path, spec)
    for service, document in DOCUMENTS.items()
    for path, operations in document["paths"].items()
    for method, spec in operations.items()
]


async def authorizations(house: House) -> dict[str | None, str]:
    """Authorization header by scope: one organisation with every role of a partner, operations for the rest."""
    async with await house.act("TESTED", *PARTNER_ROLES) as http:
        partner = http.headers["Authorization"]
    async with await house.ops() as http:
        operations = http.headers["Authorization"]
    request = next(httpx.BasicAuth("ops", house.ops_secret).auth_flow(httpx.Request("POST", "http://house.test")))
    by_scope = {scope: partner if scope in PARTNER_SCOPES else operations for scope in SCOPES}
    return {None: request.headers["Authorization"], **by_scope}
