"""Files of a partnership, kept once by their content."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.errors import FieldError, Unprocessable
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class Document(PartyRecord, Base):
    """A file that a party gave to a partnership. It never changes; its bytes stand in the chunks of its SHA-256."""

    __tablename__ = "documents"

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]


class DocumentChunk(Base):
    """A piece of a file's bytes, counted from 0; whoever reads a document of this SHA-256 reads it.

    In the database and not in a folder, so that a file and its record appear together, and backups and replicas
    hold both.
    """

    __tablename__ = "document_chunks"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)


async def check_documents(
    session: AsyncSession, partnership_id: UUID, named: Mapping[str, UUID | None]
) -> dict[UUID, Document]:
    """The documents that a record of this partnership names (JSON pointer → id; None names none).

    Raises Unprocessable at the pointers whose document is not one of the partnership's; missing and foreign look alike.
    """
    wanted = {document_id for document_id in named.values() if document_id}
    query = select(Document).where(Document.id.in_(wanted), Document.partnership_id == partnership_id)
    known = {document.id: document for document in (await session.scalars(query) if wanted else ())}
    message = "No document of this partnership has this id."
    wrong = [pointer for pointer, document_id in named.items() if document_id and document_id not in known]
    if wrong:
        raise Unprocessable.fields([FieldError(pointer, "unknown_document", message) for pointer in wrong])
    return known
