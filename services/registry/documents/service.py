"""Taking files in and giving them out."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Principal
from services.kit.db import Database
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.kit.files import ReceivedFile
from services.kit.records import found
from services.registry.documents import media
from services.registry.models.documents import Document, DocumentChunk
from services.registry.models.membership import keep, kept, membership
from services.registry.models.partnerships import Partnership


async def listed(session: AsyncSession, partnership_id: UUID) -> Select[Any]:
    """All files of a partnership. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    return kept(Document, partnership_id)


async def add(
    session: AsyncSession, principal: Principal, partnership_id: UUID, name: str, received: ReceivedFile
) -> Document:
    """A new file of a partnership; any party may add one. The same bytes are stored once.

    Raises NotFound, Forbidden for readers that are no party, Unprocessable for what is not of its type.
    """
    await membership(session, principal, partnership_id)
    fault = "It is empty." if received.size == 0 else media.fault(received, received.media_type)
    if fault:
        raise Unprocessable.fields([FieldError("", "not_of_its_type", fault)])
    values = {"name": name, "media_type": received.media_type, "size": received.size, "sha256": received.sha256}
    document = await keep(session, principal, Document, partnership_id, values)
    for part, piece in enumerate(received.pieces()):
        chunk = {"sha256": received.sha256, "part": part, "bytes": piece}
        added = await session.scalar(
            insert(DocumentChunk).values(chunk).on_conflict_do_nothing().returning(DocumentChunk.part)
        )
        if added is None:  # these bytes are here already, all of them: they came in one transaction
            break
    return document


async def pieces(database: Database, tenant: str, document: Document) -> AsyncIterator[bytes]:
    """The bytes of a document, a piece at a time; no connection is held while the reader takes one."""
    sent = part = 0
    while sent < document.size:
        async with database.transaction(tenant) as session:
            query = select(DocumentChunk.bytes).where(
                DocumentChunk.sha256 == document.sha256, DocumentChunk.part == part
            )
            piece = await session.scalar(query)
        if piece is None:  # the reader has left the partnership meanwhile
            raise NotFound
        yield piece
        sent, part = sent + len(piece), part + 1
