"""Keeping the firms of entrepreneurs."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import Persona
from services.kit import concurrency
from services.kit.errors import FieldError, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.matching.firms.schemas import FirmIn, FirmPatch
from services.matching.models.candidates import Candidate
from services.matching.models.entrepreneurs import Firm

_PERSONAS = (Persona.ENTREPRENEUR, Persona.EMPLOYEE_OF_SME)


def listed(candidate_id: UUID | None, sector: str | None, formalised: bool | None) -> Select[Any]:
    """Firms of the caller's candidates that match all filters given; a sector has all that lies in it."""
    query = select(Firm)
    if candidate_id:
        query = query.where(Firm.candidate_id == candidate_id)
    if sector:
        query = query.where(Firm.sector.startswith(sector))
    if formalised is not None:
        query = query.where(Firm.formalised == formalised)
    return query


async def get(session: AsyncSession, firm_id: UUID) -> Firm:
    """Raises NotFound."""
    return await found(session, Firm, firm_id)


async def register(session: AsyncSession, data: FirmIn) -> Firm:
    """Raises Unprocessable for an unknown person or another persona; a second firm of the person gives 409."""
    # Held, so that nobody gets a firm while being erased.
    person = await session.get(Candidate, data.candidate_id, with_for_update={"read": True})
    if person is None:
        message = "No candidate of yours has this id."
        raise Unprocessable.fields([FieldError("/candidate_id", "unknown_candidate", message)])
    if person.persona not in _PERSONAS:
        message = f"The candidate's persona must be {' or '.join(_PERSONAS)}."
        raise Unprocessable.fields([FieldError("/candidate_id", "other_persona", message)])
    firm = Firm(organisation_id=person.organisation_id, **_columns(data))
    session.add(firm)
    await session.flush()
    return firm


async def change(session: AsyncSession, firm_id: UUID, version: int, patch: FirmPatch) -> Firm:
    """Merge the patch; the result must be what could have been registered. Raises NotFound, Unprocessable."""
    firm = await locked(session, Firm, firm_id)
    concurrency.check(firm, version)
    for name, value in _columns(merged(FirmIn, fields_of(FirmIn, firm), patch)).items():
        setattr(firm, name, value)
    firm.touch()
    await session.flush()
    return firm


async def remove(session: AsyncSession, firm_id: UUID, version: int) -> None:
    """Raises NotFound."""
    firm = await locked(session, Firm, firm_id)
    concurrency.check(firm, version)
    await session.delete(firm)


def _columns(data: FirmIn) -> dict[str, Any]:
    return data.model_dump(mode="json") | {"candidate_id": data.candidate_id, "founded_on": data.founded_on}
