"""Registering, changing and moving partnerships."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.contracts.vocabulary import PartnershipModel, PartnershipStatus, PartyRole, PartySide, VacancyStatus
from services.kit import concurrency, events, tenancy
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import Conflict, FieldError, Forbidden, Guard, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.concepts import check_concepts
from services.registry.models.organisations import Organisation
from services.registry.models.partnerships import Partnership, PartnershipParty, PartnershipStatusChange
from services.registry.models.programmes import Programme, TrainingSession
from services.registry.models.sharing import Share, share_partnership
from services.registry.models.vacancies import Vacancy
from services.registry.partnerships import guards
from services.registry.partnerships.schemas import PartnershipIn, PartnershipPatch, Party, TransitionIn

_WITH_PARTIES = selectinload(Partnership.parties)


def listed(status: str | None, model: str | None, country: str | None) -> Select[Any]:
    """Partnerships the caller is a party to, by state, model, or a country at either end of a corridor."""
    query = select(Partnership).options(_WITH_PARTIES)
    if status:
        query = query.where(Partnership.status == status)
    if model:
        query = query.where(Partnership.model == model)
    if country:
        ends = ("origin", "destination")
        query = query.where(or_(*(Partnership.corridors.contains([{end: country}]) for end in ends)))
    return query


async def get(session: AsyncSession, partnership_id: UUID) -> Partnership:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Partnership, partnership_id, _WITH_PARTIES)


async def release_those_who_left(session: AsyncSession) -> None:
    """Take the sight from parties whose last day has come since their partnership was last changed; done hourly."""
    left = select(PartnershipParty.partnership_id).where(PartnershipParty.left_on <= now().date())
    query = select(Partnership).options(_WITH_PARTIES).where(Partnership.id.in_(left)).order_by(Partnership.id)
    for partnership in await session.scalars(query.with_for_update()):
        sees = set(await session.scalars(select(Share.reader_id).where(Share.record_id == partnership.id)))
        if sees != partnership.readers():
            await share_partnership(session, tenancy.HOUSE, partnership)
            await events.publish(session, (partnership.id, partnership.event()))


async def register(session: AsyncSession, principal: Principal, data: PartnershipIn) -> Partnership:
    """A new partnership, in the state IDEA. Raises Unprocessable; a code that is taken gives 409."""
    await _check(session, data)
    partnership = Partnership(organisation_id=principal.acts_for, status=PartnershipStatus.IDEA)
    _set(partnership, data)
    partnership.parties = _parties(partnership, data.parties)
    session.add(partnership)
    await session.flush()
    await share_partnership(session, principal.tenant, partnership)
    await _record_step(session, principal, partnership, None, None)
    return partnership


async def change(
    session: AsyncSession, principal: Principal, partnership_id: UUID, version: int, patch: PartnershipPatch
) -> Partnership:
    """Merge the patch. Only the owner may; raises Conflict for what would undo a guard that was passed."""
    partnership = await locked(session, Partnership, partnership_id, _WITH_PARTIES)
    if partnership.organisation_id != principal.organisation_id:
        raise Forbidden("Only the organisation that registered it may change it.", "not_the_owner")
    concurrency.check(partnership, version)
    current = fields_of(PartnershipIn, partnership)
    current["parties"] = [Party.model_validate(party) for party in partnership.parties]
    data = merged(PartnershipIn, current, patch)
    await _check(session, data)
    _set(partnership, data)
    new_parties = "parties" in patch.model_fields_set
    if new_parties:
        partnership.parties = _parties(partnership, data.parties)
    _check_standing(partnership)
    partnership.touch()
    await session.flush()
    if new_parties:
        await share_partnership(session, principal.tenant, partnership)
    await events.publish(session, (partnership.id, partnership.event()))
    return partnership


async def move(session: AsyncSession, principal: Principal, partnership_id: UUID, data: TransitionIn) -> Partnership:
    """Move to another state; the owner and leads of either side may. Raises Conflict with all failed guards."""
    partnership = await locked(session, Partnership, partnership_id, _WITH_PARTIES)
    if failed := [guard for guard in await readiness(session, partnership, data.to) if not guard.passed]:
        raise Conflict.guards(failed)
    if data.to in guards.NEEDS_REASON and not data.reason:
        raise Unprocessable.fields([FieldError("/reason", "missing", "This change of state needs a reason.")])
    before, partnership.status = partnership.status, data.to
    partnership.touch()
    await session.flush()
    await _record_step(session, principal, partnership, before, data.reason)
    return partnership


async def readiness(session: AsyncSession, partnership: Partnership, to: PartnershipStatus) -> list[Guard]:
    """Every guard of the move to `to`, passed or not."""
    facts = _facts(partnership, await _trainings(session, partnership), await _open_in(session, partnership))
    return guards.transition(PartnershipStatus(partnership.status), to, facts)


def history(partnership: Partnership) -> Select[Any]:
    """The steps of its life."""
    return select(PartnershipStatusChange).where(PartnershipStatusChange.partnership_id == partnership.id)


async def _record_step(
    session: AsyncSession, principal: Principal, partnership: Partnership, before: str | None, reason: str | None
) -> None:
    step = PartnershipStatusChange(
        partnership_id=partnership.id,
        organisation_id=principal.acts_for,
        from_status=before,
        to_status=partnership.status,
        reason=reason,
    )
    session.add(step)
    await session.flush()
    await events.publish(session, (partnership.id, partnership.event()))


def _set(partnership: Partnership, data: PartnershipIn) -> None:
    as_json = data.model_dump(mode="json", exclude={"parties", "planned_start", "planned_end"})
    for name, value in as_json.items():
        setattr(partnership, name, value)
    partnership.planned_start, partnership.planned_end = data.planned_start, data.planned_end


def _parties(partnership: Partnership, parties: Sequence[Party]) -> list[PartnershipParty]:
    return [PartnershipParty(owner_id=partnership.organisation_id, **party.model_dump()) for party in parties]


def _check_standing(partnership: Partnership) -> None:
    status = PartnershipStatus(partnership.status)
    if status not in guards.NEXT:
        raise Conflict("A partnership in its final state does not change.", "final_state")
    if failed := [guard for guard in guards.standing(status, _facts(partnership)) if not guard.passed]:
        raise Conflict.guards(failed)


async def _check(session: AsyncSession, data: PartnershipIn) -> None:
    errors = await _party_errors(session, data.parties) + _corridor_errors(data)
    named: dict[str, str] = {}
    for place, target in enumerate(data.targets):
        named[f"/targets/{place}/isco08"] = target.isco08
        if target.esco_uri:
            named[f"/targets/{place}/esco_uri"] = target.esco_uri
    if errors := errors + await check_concepts(session, named):
        raise Unprocessable.fields(errors)


async def _party_errors(session: AsyncSession, parties: Sequence[Party]) -> list[FieldError]:
    wanted = {party.organisation_id for party in parties}
    known = set(await session.scalars(select(Organisation.id).where(Organisation.id.in_(wanted))))
    errors: list[FieldError] = []
    seen: set[tuple[UUID, PartySide, PartyRole]] = set()
    for place, party in enumerate(parties):
        key = (party.organisation_id, party.side, party.role)
        if party.organisation_id not in known:
            pointer = f"/parties/{place}/organisation_id"
            errors.append(FieldError(pointer, "unknown_organisation", "No organisation has this id."))
        elif key in seen:
            message = "This organisation has this role on this side already."
            errors.append(FieldError(f"/parties/{place}", "repeated", message))
        seen.add(key)
    return errors


def _corridor_errors(data: PartnershipIn) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for place, corridor in enumerate(data.corridors):
        key = (corridor.origin, corridor.destination)
        if corridor.origin == corridor.destination:
            pointer = f"/corridors/{place}/destination"
            errors.append(FieldError(pointer, "same_country", "Origin and destination must differ."))
        elif key in seen:
            errors.append(FieldError(f"/corridors/{place}", "repeated", "An earlier corridor has the same ends."))
        seen.add(key)
    return errors


def _facts(partnership: Partnership, trainings: int = 0, open_in: frozenset[str] = frozenset()) -> guards.Facts:
    standing = (party for party in partnership.parties if party.belongs())
    return guards.Facts(
        model=PartnershipModel(partnership.model),
        parties=frozenset((PartySide(party.side), PartyRole(party.role)) for party in standing),
        corridors=tuple(guards.Way(c["origin"], c["destination"], c["pathway"]) for c in partnership.corridors),
        targets=len(partnership.targets),
        home_places=partnership.home_places,
        away_places=partnership.away_places,
        ratio_target=partnership.ratio_target,
        planned_start=partnership.planned_start,
        planned_end=partnership.planned_end,
        trainings=trainings,
        open_in=open_in,
    )


async def _trainings(session: AsyncSession, partnership: Partnership) -> int:
    trainers = {p.organisation_id for p in partnership.parties if p.role == PartyRole.TRAINER and p.belongs()}
    query = select(func.count()).where(
        Programme.partnership_ids.contains([partnership.id]),
        Programme.accredited,
        Programme.organisation_id.in_(trainers),
        select(TrainingSession.id).where(TrainingSession.programme_id == Programme.id).exists(),
    )
    return await session.scalar(query) or 0


async def _open_in(session: AsyncSession, partnership: Partnership) -> frozenset[str]:
    offered = Vacancy.partnership_ids.contains([partnership.id])
    query = select(Vacancy.country).where(offered, Vacancy.status == VacancyStatus.OPEN).distinct()
    return frozenset(await session.scalars(query))
