"""Rights of the person over HTTP, exercised through the organisation that registered them."""

from typing import Any
from uuid import UUID

from fastapi import Depends

from services.kit.auth import requires
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.subject_rights import service
from services.matching.subject_rights.schemas import AccessOut, ExportOut
from services.matching.web import no_store

router = api_router("/v1/candidates", "subject rights")


@router.get(
    "/{candidate_id}/access-log",
    operation_id="list_accesses",
    summary="List who read what of a candidate",
    response_model=Page[AccessOut],
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def list_accesses(candidate_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[Any]:
    """Every request that read personal data of theirs, oldest first: who, for what, and which part."""
    rows = await service.accesses(session, candidate_id, paging.after, paging.limit + 1)
    shown = rows[: paging.limit]
    return paging.page(shown, shown[-1].number if shown else None, len(rows) > paging.limit)


@router.get(
    "/{candidate_id}/export",
    operation_id="export_candidate",
    summary="Export all that is held about a candidate",
    response_model=ExportOut,
    dependencies=[requires("candidates:read"), Depends(no_store)],
)
async def export_candidate(candidate_id: UUID, session: SessionDep) -> ExportOut:
    """Every row that holds anything about the person, table by table. The export is logged like any other read."""
    return await service.export(session, candidate_id)
