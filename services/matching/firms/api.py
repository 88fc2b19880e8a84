"""Firms over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.kit.auth import requires
from services.kit.concurrency import required_if_match, tagged
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.kit.schemas import Isic
from services.matching.firms import service
from services.matching.firms.schemas import FirmIn, FirmOut, FirmPatch
from services.matching.models.entrepreneurs import Firm
from services.matching.web import no_store

router = api_router("/v1/firms", "firms")


@router.post(
    "",
    operation_id="register_firm",
    summary="Register a firm",
    status_code=201,
    response_model=FirmOut,
    dependencies=[requires("mobilities:write"), requires("candidates:read"), Depends(no_store)],
)
async def register_firm(data: FirmIn, session: SessionDep, response: Response) -> Firm:
    """The firm of a candidate of yours who is an entrepreneur, or is sent by it; one for each."""
    return tagged(response, await service.register(session, data))


@router.get(
    "",
    operation_id="list_firms",
    summary="List firms",
    response_model=Page[FirmOut],
    dependencies=[requires("mobilities:read"), requires("candidates:read"), Depends(no_store)],
)
async def list_firms(
    session: SessionDep,
    paging: PagingDep,
    candidate_id: Annotated[UUID | None, Query()] = None,
    sector: Annotated[Isic | None, Query(description="With all that lies in it.")] = None,
    formalised: Annotated[bool | None, Query()] = None,
) -> Rows[Firm]:
    """Firms of one's own candidates, in the order of registration."""
    return await paging.by_id(session, service.listed(candidate_id, sector, formalised), Firm.id)


@router.get(
    "/{firm_id}",
    operation_id="get_firm",
    summary="Get a firm",
    response_model=FirmOut,
    dependencies=[requires("mobilities:read"), requires("candidates:read"), Depends(no_store)],
)
async def get_firm(firm_id: UUID, session: SessionDep, response: Response) -> Firm:
    """The firm, for the organisation that registered its person."""
    return tagged(response, await service.get(session, firm_id))


@router.patch(
    "/{firm_id}",
    operation_id="change_firm",
    summary="Change a firm",
    response_model=FirmOut,
    dependencies=[requires("mobilities:write"), requires("candidates:read"), Depends(no_store)],
)
async def change_firm(
    firm_id: UUID,
    data: FirmPatch,
    session: SessionDep,
    response: Response,
    version: Annotated[int, Depends(required_if_match)],
) -> Firm:
    """Merge a patch into the record."""
    return tagged(response, await service.change(session, firm_id, version, data))


@router.delete(
    "/{firm_id}",
    operation_id="remove_firm",
    summary="Remove a firm",
    status_code=204,
    dependencies=[requires("mobilities:write"), requires("candidates:read")],
)
async def remove_firm(firm_id: UUID, session: SessionDep, version: Annotated[int, Depends(required_if_match)]) -> None:
    """What the person has done with it stays on record."""
    await service.remove(session, firm_id, version)
