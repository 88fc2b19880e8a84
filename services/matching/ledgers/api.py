"""The ledger of a placement over HTTP."""

from uuid import UUID

from fastapi import Depends

from services.kit.auth import PrincipalDep, requires
from services.kit.pagination import Page, PagingDep, Rows
from services.kit.route import SessionDep, api_router
from services.matching.ledgers import service
from services.matching.ledgers.schemas import LedgerCorrectionIn, LedgerEntryIn, LedgerEntryOut, LedgerSummaryOut
from services.matching.models.care import LedgerEntry
from services.matching.web import EngineDep, no_store

router = api_router("/v1", "ledgers")


@router.post(
    "/placements/{placement_id}/ledger-entries",
    operation_id="record_ledger_entry",
    summary="Record a payment",
    status_code=201,
    dependencies=[requires("ledgers:write"), Depends(no_store)],
)
async def record_ledger_entry(
    placement_id: UUID, data: LedgerEntryIn, session: SessionDep, principal: PrincipalDep
) -> LedgerEntryOut:
    """Each side records its own facts. A recruitment fee or related cost that the worker paid opens a case (G01), which
    trips if it is not reimbursed within 30 days."""
    return service.view(await service.record(session, principal, placement_id, data))


@router.get(
    "/placements/{placement_id}/ledger-entries",
    operation_id="list_ledger_entries",
    summary="List the payments of a placement",
    response_model=Page[LedgerEntryOut],
    dependencies=[requires("ledgers:read"), Depends(no_store)],
)
async def list_ledger_entries(placement_id: UUID, session: SessionDep, paging: PagingDep) -> Rows[LedgerEntryOut]:
    """In the order in which they were recorded, with those that take others back."""
    query = await service.listed(session, placement_id)
    page: Rows[LedgerEntry] = await paging.by_id(session, query, LedgerEntry.id)
    return Rows([service.view(entry) for entry in page.items], page.next)


@router.get(
    "/placements/{placement_id}/ledger-summary",
    operation_id="get_ledger_summary",
    summary="See who bore what in a placement",
    dependencies=[requires("ledgers:read"), Depends(no_store)],
)
async def get_ledger_summary(placement_id: UUID, engine: EngineDep, session: SessionDep) -> LedgerSummaryOut:
    """Totals by payer and group, and the recruitment cost of this worker in months of pay (method of SDG 10.7.1)."""
    return await service.summary(session, engine, placement_id)


@router.get(
    "/ledger-entries/{entry_id}",
    operation_id="get_ledger_entry",
    summary="Get a payment",
    dependencies=[requires("ledgers:read"), Depends(no_store)],
)
async def get_ledger_entry(entry_id: UUID, session: SessionDep) -> LedgerEntryOut:
    """One entry, as both sides see it."""
    return service.view(await service.get(session, entry_id))


@router.post(
    "/ledger-entries/{entry_id}/correction",
    operation_id="correct_ledger_entry",
    summary="Take a payment back",
    status_code=201,
    dependencies=[requires("ledgers:write"), Depends(no_store)],
)
async def correct_ledger_entry(
    entry_id: UUID, data: LedgerCorrectionIn, session: SessionDep, principal: PrincipalDep
) -> LedgerEntryOut:
    """A counter-entry that takes the whole entry back; only who recorded it may. The entry itself stays."""
    return service.view(await service.correct(session, principal, entry_id, data))


@router.post(
    "/ledger-entries/{entry_id}/confirmation",
    operation_id="confirm_ledger_entry",
    summary="Confirm a payment",
    dependencies=[requires("ledgers:write"), Depends(no_store)],
)
async def confirm_ledger_entry(entry_id: UUID, session: SessionDep, principal: PrincipalDep) -> LedgerEntryOut:
    """What the other side recorded is true: the entry is no longer its word alone."""
    return service.view(await service.confirm(session, principal, entry_id))
