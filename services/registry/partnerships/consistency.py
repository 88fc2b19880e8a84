"""What a partnership record may say: names that exist, corridors that lead somewhere, no party twice."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import IrisStatus, PartyRole, PartySide
from services.kit.errors import FieldError, Unprocessable
from services.registry.models.concepts import check_concepts
from services.registry.models.cooperation import CooperationProgramme
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import Partnership
from services.registry.models.providers import ServiceProvider
from services.registry.partnerships.schemas import PartnershipIn
from services.registry.partnerships.terms import Corridor, Party, TargetOccupation


async def check(session: AsyncSession, data: PartnershipIn, before: Partnership | None = None) -> None:
    """Raises Unprocessable with every error of the record as a whole; `before` is what it was."""
    errors = _party_errors(data.parties) + _corridor_errors(data.corridors) + _year_errors(data.targets)
    errors += await _organisation_errors(session, data) + await _link_errors(session, data, before)
    errors += await _recruiter_errors(session, data)
    named: dict[str, str] = {}
    for place, target in enumerate(data.targets):
        named[f"/targets/{place}/isco08"] = target.isco08
        if target.esco_uri:
            named[f"/targets/{place}/esco_uri"] = target.esco_uri
    for place, focus in enumerate(data.green_focus):
        if focus.startswith("http"):
            named[f"/green_focus/{place}"] = focus
    if errors := errors + await check_concepts(session, named):
        raise Unprocessable.fields(errors)


def _party_errors(parties: Sequence[Party]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[UUID, PartySide, PartyRole]] = set()
    for place, party in enumerate(parties):
        key = (party.organisation_id, party.side, party.role)
        if key in seen:
            message = "This organisation has this role on this side already."
            errors.append(FieldError(f"/parties/{place}", "repeated", message))
        seen.add(key)
    return errors


def _corridor_errors(corridors: Sequence[Corridor]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str | None, ...]] = set()
    for place, corridor in enumerate(corridors):
        key = (corridor.origin, corridor.origin_area, corridor.destination, corridor.destination_area)
        if corridor.origin == corridor.destination:
            pointer = f"/corridors/{place}/destination"
            errors.append(FieldError(pointer, "same_country", "Origin and destination must differ."))
        elif key in seen:
            errors.append(FieldError(f"/corridors/{place}", "repeated", "An earlier corridor has the same ends."))
        seen.add(key)
    return errors


def _year_errors(targets: Sequence[TargetOccupation]) -> list[FieldError]:
    return [
        FieldError(f"/targets/{place}/planned", "repeated", "A year is planned once.")
        for place, target in enumerate(targets)
        if len({planned.year for planned in target.planned}) < len(target.planned)
    ]


def _organisations(data: PartnershipIn) -> Iterator[tuple[str, UUID]]:
    for place, party in enumerate(data.parties):
        yield f"/parties/{place}/organisation_id", party.organisation_id
    if data.data_protection:
        for place, controller in enumerate(data.data_protection.controllers):
            yield f"/data_protection/controllers/{place}", controller
        for place, processor in enumerate(data.data_protection.processors):
            yield f"/data_protection/processors/{place}", processor
    if data.closing and data.closing.handed_over_to:
        yield "/closing/handed_over_to", data.closing.handed_over_to


async def _organisation_errors(session: AsyncSession, data: PartnershipIn) -> list[FieldError]:
    named = list(_organisations(data))
    wanted = {organisation_id for _, organisation_id in named}
    known = set(await session.scalars(select(Organisation.id).where(Organisation.id.in_(wanted))))
    return [
        FieldError(pointer, "unknown_organisation", "No organisation has this id.")
        for pointer, organisation_id in named
        if organisation_id not in known
    ]


async def _recruiter_errors(session: AsyncSession, data: PartnershipIn) -> list[FieldError]:
    """Who is in the directory is not described a second time."""
    recruiters = data.recruitment_policy.recruiters if data.recruitment_policy else []
    wanted = [each.provider_id for each in recruiters if each.provider_id]
    known = set(await session.scalars(select(ServiceProvider.id).where(ServiceProvider.id.in_(wanted))))
    errors: list[FieldError] = []
    for place, each in enumerate(recruiters):
        pointer = f"/recruitment_policy/recruiters/{place}"
        if each.provider_id and each.provider_id not in known:
            errors.append(FieldError(f"{pointer}/provider_id", "unknown_record", "No service provider has this id."))
        elif each.provider_id and (each.licence or each.valid_to or each.iris_status != IrisStatus.NOT_ASSESSED):
            message = "With provider_id, licence, iris_status and valid_to are the directory's to say; leave them out."
            errors.append(FieldError(pointer, "said_by_directory", message))
    return errors


async def _link_errors(session: AsyncSession, data: PartnershipIn, before: Partnership | None) -> list[FieldError]:
    """Only what is new is looked at: one side may have linked what the other cannot read."""
    errors: list[FieldError] = []
    for name in ("programme_id", "successor_of", "replicated_from"):
        wanted: UUID | None = getattr(data, name)
        if wanted is None or (before is not None and wanted == getattr(before, name)):
            continue
        if before is not None and wanted == before.id:
            errors.append(FieldError(f"/{name}", "itself", "A partnership cannot follow from itself."))
            continue
        kind = CooperationProgramme if name == "programme_id" else Partnership
        if await session.scalar(select(kind.id).where(kind.id == wanted)) is None:
            noun = "cooperation programme" if name == "programme_id" else "partnership that you may read"
            errors.append(FieldError(f"/{name}", "unknown_record", f"No {noun} has this id."))
    return errors
