"""Writing down support structures and what was done to strengthen them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import CapacityActionKind
from services.kit.auth import Principal
from services.kit.errors import FieldError, Unprocessable
from services.kit.records import found, locked
from services.registry.models.documents import check_documents
from services.registry.models.membership import Membership, amend, keep, kept, membership, read
from services.registry.models.partnerships import Partnership
from services.registry.models.support_structures import CapacityAction, SupportStructure
from services.registry.support_structures.schemas import (
    CapacityActionIn,
    CapacitySummaryOut,
    SupportStructureIn,
    SupportStructurePatch,
)


async def listed(session: AsyncSession, partnership_id: UUID, party: str | None) -> Select[Any]:
    """Structures of a partnership, around one of the four parties if given. Raises NotFound."""
    await found(session, Partnership, partnership_id)
    query = kept(SupportStructure, partnership_id)
    return query.where(SupportStructure.party == party) if party else query


async def actions_of(session: AsyncSession, structure_id: UUID) -> Select[Any]:
    """What a structure was given. Raises NotFound."""
    await found(session, SupportStructure, structure_id)
    return select(CapacityAction).where(CapacityAction.support_structure_id == structure_id)


async def add(
    session: AsyncSession, principal: Principal, partnership_id: UUID, data: SupportStructureIn
) -> SupportStructure:
    """A structure, written down by any party. Raises NotFound, Forbidden, Unprocessable."""
    member = await membership(session, principal, partnership_id)
    _check(member, data.linked_organisation_id)
    return await keep(session, principal, SupportStructure, partnership_id, data.model_dump())


async def change(
    session: AsyncSession, principal: Principal, structure_id: UUID, version: int, patch: SupportStructurePatch
) -> SupportStructure:
    """Merge the patch; only who wrote it down may."""
    structure = await locked(session, SupportStructure, structure_id)
    _check(await membership(session, principal, structure.partnership_id), patch.linked_organisation_id)
    return await amend(session, SupportStructure, structure_id, version, SupportStructureIn, patch)


async def strengthen(
    session: AsyncSession, principal: Principal, structure_id: UUID, data: CapacityActionIn
) -> CapacityAction:
    """What a structure was given, written down by any party. Raises NotFound, Forbidden, Unprocessable."""
    structure = await read(session, SupportStructure, structure_id)
    await membership(session, principal, structure.partnership_id)
    await check_documents(session, structure.partnership_id, {"/document_id": data.document_id})
    values = data.model_dump() | data.model_dump(mode="json", include={"cost"})
    values["support_structure_id"] = structure.id
    return await keep(session, principal, CapacityAction, structure.partnership_id, values)


async def summary(session: AsyncSession, partnership_id: UUID) -> CapacitySummaryOut:
    """Structures strengthened and capacity added. Raises NotFound."""
    structures = await session.scalar(
        select(func.count()).select_from((await listed(session, partnership_id, None)).subquery())
    )
    actions: list[CapacityAction] = list(await session.scalars(kept(CapacityAction, partnership_id)))

    def counted(kind: CapacityActionKind) -> int:
        return sum(action.quantity for action in actions if action.kind == kind)

    return CapacitySummaryOut(
        structures=structures or 0,
        structures_strengthened=len({action.support_structure_id for action in actions}),
        places_added_per_year=sum(action.places_added_per_year for action in actions),
        trainers_trained=counted(CapacityActionKind.TRAINERS_TRAINED),
        staff_trained=counted(CapacityActionKind.STAFF_TRAINED),
        accreditations_obtained=counted(CapacityActionKind.ACCREDITATION),
    )


def _check(member: Membership, linked: UUID | None) -> None:
    parties = {party.organisation_id for party in member.partnership.parties if party.belongs()}
    if linked and linked not in parties:
        message = "Name a party of the partnership."
        raise Unprocessable.fields([FieldError("/linked_organisation_id", "not_a_party", message)])
