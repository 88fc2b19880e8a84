"""Files that other records name as their proof."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError, Unprocessable
from services.registry.models.documents import Document


async def check_document(session: AsyncSession, partnership_id: UUID, document_id: UUID | None) -> None:
    """Raises Unprocessable when the document is not one of this partnership's; unknown and foreign look the same."""
    if document_id is None:
        return
    query = select(Document.id).where(Document.id == document_id, Document.partnership_id == partnership_id)
    if await session.scalar(query) is None:
        message = "No document of this partnership has this id."
        raise Unprocessable.fields([FieldError("/document_id", "unknown_document", message)])
