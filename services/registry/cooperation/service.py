"""Registering and changing cooperation programmes and their components."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import concurrency
from services.kit.auth import Principal
from services.kit.errors import FieldError, NotFound, Unprocessable
from services.kit.records import fields_of, found, merged
from services.registry.cooperation.schemas import CooperationProgrammeIn, CooperationProgrammePatch, Implementer
from services.registry.models.cooperation import CooperationProgramme, with_components
from services.registry.models.organisations import Organisation


def listed(parent_id: UUID | None, origin: str | None, implementer_id: UUID | None, code: str | None) -> Select[Any]:
    """Programmes that match all filters given; `implementer_id` is or was an implementer."""
    query = select(CooperationProgramme)
    if parent_id:
        query = query.where(CooperationProgramme.parent_id == parent_id)
    if origin:
        query = query.where(CooperationProgramme.origins.contains([origin]))
    if implementer_id:
        named = [{"organisation_id": str(implementer_id)}]
        query = query.where(CooperationProgramme.implementers.contains(named))
    if code:
        query = query.where(CooperationProgramme.code == code)
    return query


async def get(session: AsyncSession, programme_id: UUID, as_of: datetime | None = None) -> CooperationProgramme:
    """Raises NotFound."""
    return await found(session, CooperationProgramme, programme_id, as_of=as_of)


async def implementers(session: AsyncSession, programme_id: UUID, on: date | None) -> list[Implementer]:
    """All that ever were, or those of one day; in the order of joining. Raises NotFound."""
    programme = await get(session, programme_id)
    known = [Implementer.model_validate(each) for each in programme.implementers]
    then = [
        each for each in known if on is None or (each.joined_on <= on and (each.left_on is None or on < each.left_on))
    ]
    return sorted(then, key=lambda each: each.joined_on)


async def register(session: AsyncSession, principal: Principal, data: CooperationProgrammeIn) -> CooperationProgramme:
    """Raises Unprocessable; a code that is taken gives 409."""
    await _check(session, data, None, principal.acts_for)
    programme = CooperationProgramme(organisation_id=principal.acts_for, **_columns(data))
    session.add(programme)
    await session.flush()
    return programme


async def change(
    session: AsyncSession, programme_id: UUID, version: int, patch: CooperationProgrammePatch
) -> CooperationProgramme:
    """Merge the patch. Raises Unprocessable, and NotFound also for programmes that are not the caller's own."""
    own = select(CooperationProgramme).where(CooperationProgramme.id == programme_id).with_for_update()
    programme = (await session.scalars(own)).one_or_none()
    if programme is None:
        raise NotFound
    concurrency.check(programme, version)
    data = merged(CooperationProgrammeIn, fields_of(CooperationProgrammeIn, programme), patch)
    await _check(session, data, programme, programme.organisation_id)
    for name, value in _columns(data).items():
        setattr(programme, name, value)
    programme.touch()
    await session.flush()
    return programme


def _columns(data: CooperationProgrammeIn) -> dict[str, Any]:
    as_python = {"parent_id", "successor_of", "starts_on", "ends_on"}
    return data.model_dump(mode="json", exclude=as_python) | data.model_dump(include=as_python)


async def _check(
    session: AsyncSession, data: CooperationProgrammeIn, before: CooperationProgramme | None, owner: UUID
) -> None:
    errors = _own_errors(data) + await _organisation_errors(session, data)
    errors += await _parent_errors(session, data.parent_id, before, owner)
    errors += await _successor_errors(session, data.successor_of, before)
    if errors:
        raise Unprocessable.fields(errors)


def _own_errors(data: CooperationProgrammeIn) -> list[FieldError]:
    errors: list[FieldError] = []
    codes = [objective.code for objective in data.objectives]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            errors.append(FieldError(f"/objectives/{place}/code", "repeated", "An earlier objective has this code."))
    for place, each in enumerate(data.implementers):
        if each.left_on and each.left_on <= each.joined_on:
            message = "An implementer leaves after it joined."
            errors.append(FieldError(f"/implementers/{place}/left_on", "too_early", message))
        if not set(each.objectives) <= set(codes):
            message = "The programme has no objective with this code."
            errors.append(FieldError(f"/implementers/{place}/objectives", "unknown_objective", message))
    if data.starts_on and data.ends_on and data.ends_on < data.starts_on:
        errors.append(FieldError("/ends_on", "too_early", "It ends before it starts."))
    return errors


def _organisations(data: CooperationProgrammeIn) -> Iterator[tuple[str, UUID]]:
    for place, implementer in enumerate(data.implementers):
        yield f"/implementers/{place}/organisation_id", implementer.organisation_id
    for place, funder in enumerate(data.funders):
        if funder.organisation_id:
            yield f"/funders/{place}/organisation_id", funder.organisation_id


async def _organisation_errors(session: AsyncSession, data: CooperationProgrammeIn) -> list[FieldError]:
    named = list(_organisations(data))
    query = select(Organisation.id).where(Organisation.id.in_({organisation_id for _, organisation_id in named}))
    known = set(await session.scalars(query))
    return [
        FieldError(pointer, "unknown_organisation", "No organisation has this id.")
        for pointer, organisation_id in named
        if organisation_id not in known
    ]


async def _parent_errors(
    session: AsyncSession, parent_id: UUID | None, before: CooperationProgramme | None, owner: UUID
) -> list[FieldError]:
    if parent_id is None or (before is not None and before.parent_id == parent_id):
        return []
    # One at a time: of two changes that close a circle together, the second must see the first.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("cooperation_programmes.parent_id"))))
    parent = await session.get(CooperationProgramme, parent_id)
    if parent is None:
        return [FieldError("/parent_id", "unknown_record", "No cooperation programme has this id.")]
    if before is not None and parent_id in set(await session.scalars(with_components(before.id))):
        return [FieldError("/parent_id", "own_ancestor", "A component cannot be its own ancestor.")]
    if owner not in {parent.organisation_id, *(UUID(each["organisation_id"]) for each in parent.implementers)}:
        message = "Only the owner and the implementers of a programme add components to it."
        return [FieldError("/parent_id", "not_an_implementer", message)]
    return []


async def _successor_errors(
    session: AsyncSession, successor_of: UUID | None, before: CooperationProgramme | None
) -> list[FieldError]:
    if successor_of is None or (before is not None and before.successor_of == successor_of):
        return []
    if before is not None and successor_of == before.id:
        return [FieldError("/successor_of", "itself", "A programme cannot continue itself.")]
    if await session.get(CooperationProgramme, successor_of) is None:
        return [FieldError("/successor_of", "unknown_record", "No cooperation programme has this id.")]
    return []
