"""The one route class: one request, one transaction, and everything that has to happen around it."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import tenancy
from services.kit.auth import PrincipalDep
from services.kit.concurrency import tag_of_body
from services.kit.db import Database
from services.kit.errors import BadRequest
from services.kit.idempotency import Claim, Replayed, check, claim
from services.kit.json import parse

_MAX_IF_NONE_MATCH = 500
REASON_HEADER = "Change-Reason"
MAX_REASON = 500
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """The body's value; see `kit.json.parse` for what is refused."""
        return parse(await self.body())


class Unit:
    """The transaction of a request, opened by the first dependency that asks for a session."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.session: AsyncSession | None = None
        self.claim: Claim | None = None
        self.replay: bytes | None = None  # what a repeat gets instead, when the answer holds a secret
        self.after_commit: list[Callable[[], None]] = []

    async def begin(self, tenant: str, actor: str = "", reason: str = "") -> AsyncSession:
        """The session, acting for `tenant`."""
        if self.session is None:
            self.session = self._database.sessions()
            await tenancy.begin_for(self.session, tenant, actor, reason)
        return self.session

    async def commit(self, response: Response) -> None:
        """Commit effect, events and idempotency record together; only then may the answer leave."""
        if self.session is None:
            return
        if response.status_code >= 400:
            await self.session.rollback()
            return
        if self.claim:
            await self.claim.save(self.session, response, self.replay)
        await self.session.commit()
        for callback in self.after_commit:
            callback()

    async def close(self) -> None:
        """Give the connection back, rolling back what was not committed."""
        if self.session is not None:
            await self.session.close()


class Route(APIRoute):
    """Commits before the answer leaves (FastAPI's own yield dependencies would do so after), answers repeated
    requests from their idempotency record, and turns GETs into 304 where the client has the answer."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler inside a transaction."""
        handle = super().get_route_handler()

        async def run(request: Request) -> Response:
            request = StrictRequest(request.scope, request.receive)
            unit = request.state.unit = Unit(request.app.state.database)
            try:
                _check_if_none_match(request)
                check(request)
                response = await handle(request)
                await unit.commit(response)
            except Replayed as replayed:
                response = replayed.response
            finally:
                await unit.close()
            if rate := getattr(request.state, "rate", None):
                response.headers.update(rate.headers())
            return _conditional(request, response)

        return run


def _check_if_none_match(request: Request) -> None:
    known = request.headers.get("if-none-match", "")
    if len(known) > _MAX_IF_NONE_MATCH or not (known.isascii() and known.isprintable()):
        raise BadRequest(
            f"If-None-Match must be up to {_MAX_IF_NONE_MATCH} printable ASCII characters.", "invalid_parameter"
        )


def _conditional(request: Request, response: Response) -> Response:
    if request.method != "GET" or response.status_code != 200:
        return response
    if hasattr(response, "body"):
        response.headers.setdefault("ETag", tag_of_body(bytes(response.body)))
    if (tag := response.headers.get("ETag")) is None:
        return response
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        kept = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
        return Response(status_code=304, headers=kept)
    return response


def _reason(request: Request) -> str:
    """What the client says of its change. Raises BadRequest for what is not percent-encoded text of one line."""
    raw = request.headers.get(REASON_HEADER, "")
    reason = unquote(raw, errors="replace")
    if len(raw) > MAX_REASON or not raw.isascii() or not reason.isprintable() or "\ufffd" in reason:
        message = f"{REASON_HEADER} must be up to {MAX_REASON} ASCII characters; percent-encode others."
        raise BadRequest(message, "invalid_parameter")
    return reason


async def _session(request: Request, principal: PrincipalDep) -> AsyncSession:
    unit: Unit = request.state.unit
    if not hasattr(request.state, "body_digest"):
        await request.body()  # whole, before a connection is held: a client may take its time
    session = await unit.begin(principal.tenant, principal.actor, _reason(request))
    session.info[tenancy.CALLER] = tenancy.Caller(
        principal.organisation_id,
        principal.client_id,
        tuple(sorted(principal.roles)),
        request.scope["route"].operation_id,
        request.scope["request_id"],
    )
    if request.method == "POST" and unit.claim is None:
        unit.claim = await claim(request, session, principal.tenant, principal.client_id)
    return session


async def _house_session(request: Request) -> AsyncSession:
    unit: Unit = request.state.unit
    return await unit.begin(tenancy.HOUSE)


SessionDep = Annotated[AsyncSession, Depends(_session)]
# For the few public operations, such as the token endpoint, that run before anybody is known.
HouseSessionDep = Annotated[AsyncSession, Depends(_house_session)]


def api_router(prefix: str, tag: str) -> APIRouter:
    """A router whose routes get transactions, idempotency, conditional answers and documented problems."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route)
