"""Keyset pages: an opaque, signed cursor bound to its filters; no totals."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import BadRequest
from services.kit.schemas import Out

T = TypeVar("T")
MAX_PAGE = 100


class Page(Out, Generic[T]):
    """A page of a list; `next` is absent on the last one."""

    items: list[T] = Field(max_length=MAX_PAGE)
    next: str | None = Field(
        None, description="Cursor of the next page.", max_length=500, exclude_if=lambda value: value is None
    )


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A page before it is serialised: table rows instead of schemas."""

    items: Sequence[T]
    next: str | None


class Paging:
    """Where the client is in a list. Bound to the other query parameters, whose change makes a cursor void."""

    def __init__(self, request: Request, response: Response, limit: int, cursor: str | None) -> None:
        self.limit = limit
        self._request, self._response = request, response
        self._secret: bytes = request.app.state.settings.cursor_secret.get_secret_value().encode()
        filters = sorted((k, v) for k, v in request.query_params.multi_items() if k not in ("limit", "cursor"))
        self._bound_to = hashlib.blake2b(json.dumps([request.url.path, filters]).encode(), digest_size=8).hexdigest()
        self.after: Any = self._read(cursor) if cursor else None

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, payload, hashlib.sha256).digest()[:16]

    def _read(self, cursor: str) -> Any:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, payload = raw[:16], raw[16:]
            if not hmac.compare_digest(signature, self._sign(payload)):
                raise ValueError
            bound_to, after = json.loads(payload)
        except ValueError:
            raise BadRequest("The cursor is not one that was given out.", "invalid_cursor") from None
        if bound_to != self._bound_to:
            raise BadRequest("The cursor belongs to other filters.", "cursor_of_other_filters")
        return after

    def page(self, items: Sequence[T], last: Any, more: bool) -> Rows[T]:
        """The page, and a Link header to the next one; `last` is the sort key of the last item."""
        if not more:
            return Rows(items, None)
        payload = json.dumps([self._bound_to, last]).encode()
        token = base64.urlsafe_b64encode(self._sign(payload) + payload).rstrip(b"=").decode()
        url = self._request.url.include_query_params(cursor=token, limit=self.limit)
        self._response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return Rows(items, token)

    async def by_id(self, session: AsyncSession, statement: Select[Any], id_column: Any) -> Rows[T]:
        """Rows of `statement` in the order of their UUIDv7 keys, which is that of their creation."""
        if self.after is not None:
            statement = statement.where(id_column > self.after)
        rows = (await session.scalars(statement.order_by(id_column).limit(self.limit + 1))).all()
        shown = rows[: self.limit]
        return self.page(shown, str(shown[-1].id) if shown else None, len(rows) > self.limit)


def _paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items a page.")] = 25,
    cursor: Annotated[
        str | None,
        Query(max_length=500, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before."),
    ] = None,
) -> Paging:
    return Paging(request, response, limit, cursor)


PagingDep = Annotated[Paging, Depends(_paging)]
