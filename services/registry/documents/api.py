"""Files of partnerships over HTTP."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.kit.auth import PrincipalDep, requires
from services.kit.concurrency import tagged
from services.kit.files import FileDep
from services.kit.history import AsOf, history_route
from services.kit.limits import FILE_BODY_BYTES, FILE_TYPES
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Line
from services.registry.documents import service
from services.registry.documents.schemas import DocumentOut
from services.registry.models.documents import Document
from services.registry.models.membership import read

router = api_router("/v1", "documents")

_BYTES = {"type": "string", "format": "binary", "maxLength": FILE_BODY_BYTES}
_SHOWN = {"text/plain": "Minutes of the first meeting", "text/csv": "isco08,places\n7411,30\n"}
_CONTENT: dict[str, Any] = {
    kind: {"schema": dict(_BYTES), "example": _SHOWN.get(kind, f"(bytes of {kind})")}
    for kind in sorted(FILE_TYPES, key=lambda kind: kind not in _SHOWN)  # examples that can be sent come first
}
_BODY = {"requestBody": {"required": True, "description": "The file as it is, up to 50 MiB.", "content": _CONTENT}}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes, as the type under which they were added.",
        "content": _CONTENT,
        "headers": {
            "ETag": {"$ref": "#/components/headers/ETag"},
            "Content-Disposition": {
                "schema": {"type": "string", "maxLength": 1000, "pattern": "^attachment;"},
                "description": "Its file name (RFC 6266).",
            },
            "X-Content-Type-Options": {"schema": {"const": "nosniff"}, "description": "Always nosniff."},
        },
    }
}


@router.post(
    "/partnerships/{partnership_id}/documents",
    operation_id="add_document",
    summary="Add a file",
    status_code=201,
    response_model=DocumentOut,
    dependencies=[requires("partnerships:write")],
    openapi_extra=_BODY,
)
async def add_document(
    partnership_id: UUID,
    file: FileDep,
    session: SessionDep,
    principal: PrincipalDep,
    response: Response,
    name: Annotated[Line, Query(description="Its file name.", examples=["Accord-FR.pdf"])],
) -> Document:
    """Any party adds one; the parties read it, nobody else does. Its bytes must be of the Content-Type, and are
    stored once however often they are added. It never changes: add the next version as a file of its own."""
    return tagged(response, await service.add(session, principal, partnership_id, name, file))


@router.get(
    "/partnerships/{partnership_id}/documents",
    operation_id="list_documents",
    summary="List the files of a partnership",
    response_model=Page[DocumentOut],
    dependencies=[requires("partnerships:read")],
)
async def list_documents(partnership_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Document]:
    """In the order they were added."""
    return await paging.by_id(session, await service.listed(session, partnership_id), Document.id)


@router.get(
    "/documents/{document_id}",
    operation_id="get_document",
    summary="Get what is known of a file",
    response_model=DocumentOut,
    dependencies=[requires("partnerships:read")],
)
async def get_document(document_id: UUID, session: SessionDep, response: Response, as_of: AsOf = None) -> Document:
    """Its name, type, size and hash."""
    return tagged(response, await read(session, Document, document_id, as_of))


@router.get(
    "/documents/{document_id}/content",
    operation_id="read_document",
    summary="Read a file",
    response_class=StreamingResponse,
    responses=_ANSWER,
    dependencies=[requires("partnerships:read")],
)
async def read_document(
    document_id: UUID, request: Request, session: SessionDep, principal: PrincipalDep
) -> StreamingResponse:
    """Its bytes, as they were added; the ETag is their SHA-256."""
    document = await read(session, Document, document_id)
    headers = {
        "Content-Length": str(document.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name, safe='')}",
        "ETag": f'"{document.sha256}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    pieces = service.pieces(request.app.state.database, principal.tenant, document)
    return StreamingResponse(pieces, media_type=document.media_type, headers=headers)


history_route(router, "/documents/{document_id}", Document, "document", "partnerships:read")
