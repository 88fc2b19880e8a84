"""What Schemathesis has to be told about the house: whose token opens which operation, and one check of our own."""

import json
import os
from typing import Any, get_args

import httpx
import schemathesis
from pydantic_core.core_schema import ErrorType

# Client id and secret by scope; "" is the token endpoint itself, which wants just these.
CLIENTS: dict[str, tuple[str, str]] = json.loads(os.environ["PASSERELLE_CLIENTS"])
ISSUER = os.environ["PASSERELLE_ISSUER"]
# Codes of rules that no JSON schema can say: signed cursors, and validators that look at several fields.
_MEANING = {"invalid_cursor", "cursor_of_other_filters", "empty_batch", "value_error"}
_SHAPE = set(get_args(ErrorType)) - _MEANING


@schemathesis.auth(cache_by_key=lambda case, context: _scope_of(context))
class TokenOfTheScope:
    """The client whose role has the scope that the operation declares."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        scope = _scope_of(context)
        client = httpx.BasicAuth(*CLIENTS[scope])
        asked = httpx.Request("POST", f"{ISSUER}/oauth/token", data={"grant_type": "client_credentials"})
        if not scope:
            return str(next(client.auth_flow(asked)).headers["Authorization"])
        with httpx.Client() as http:
            return f"Bearer {http.send(asked, auth=client).json()['access_token']}"

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = data


def _scope_of(context: schemathesis.AuthContext) -> str:
    security: list[dict[str, list[str]]] = context.operation.definition.raw.get("security", [])
    return next((scope for need in security for scope in need.get("oauth2", [])), "")


def _code_of(error: dict[str, str]) -> str:
    """A field that is missing for one state only is told with a message of its own."""
    return "missing_here" if error["code"] == "missing" and error["message"] != "Field required" else error["code"]


@schemathesis.hook
def map_query(context: schemathesis.HookContext, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Nobody waits for events here: the time-outs that the feed would sit out become none."""
    if query and isinstance(query.get("timeout"), int | float) and 0 < query["timeout"] <= 30:
        query["timeout"] = 0
    return query


@schemathesis.serializer(
    "application/x-ndjson",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
def as_it_is(context: schemathesis.SerializationContext, value: Any) -> Any:
    """The document calls lines one string, and files as well."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@schemathesis.check
def refuses_valid_data_only_for_what_it_means(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """A body that the document allows is never refused for its shape."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in (400, 422):
        return
    problem: dict[str, Any] = response.json()
    codes = {_code_of(error) for error in problem.get("errors", [])} or {problem["code"]}
    assert not codes & _SHAPE, f"the document allows what the service refuses: {problem}"
    assert response.status_code == 422 or codes <= _MEANING, f"the document allows what the service refuses: {problem}"
