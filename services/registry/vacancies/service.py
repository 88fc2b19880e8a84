"""Publishing, changing and moving vacancies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import VacancyStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.errors import Conflict, FieldError, Guard, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.concepts import concept_errors, unknown_among
from services.registry.models.sharing import hold_parties, not_a_party, share_offers
from services.registry.models.taxonomy import ACTIVE, green_uris
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies.schemas import VacancyIn, VacancyPatch, VacancyTransitionIn

_NEXT: dict[VacancyStatus, frozenset[VacancyStatus]] = {
    VacancyStatus.OPEN: frozenset({VacancyStatus.PAUSED, VacancyStatus.FILLED, VacancyStatus.WITHDRAWN}),
    VacancyStatus.PAUSED: frozenset({VacancyStatus.OPEN, VacancyStatus.FILLED, VacancyStatus.WITHDRAWN}),
}


def listed(partnership: UUID | None, country: str | None, isco08: str | None, status: str | None) -> Select[Any]:
    """Vacancies the caller may read that match all filters given."""
    query = select(Vacancy)
    if partnership:
        query = query.where(Vacancy.partnership_ids.contains([partnership]))
    if country:
        query = query.where(Vacancy.country == country)
    if isco08:
        query = query.where(Vacancy.isco08 == isco08)
    if status:
        query = query.where(Vacancy.status == status)
    return query


async def get(session: AsyncSession, vacancy_id: UUID, as_of: datetime | None = None) -> Vacancy:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Vacancy, vacancy_id, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks of any number of vacancies need: partnerships the employer is a party to, unknown concepts
    with their nearest, and the green ones among the skills (None while there is no taxonomy to say so)."""

    own: set[UUID]
    unknown: dict[str, list[str]]
    green: set[str] | None


async def known_about(session: AsyncSession, own: set[UUID], vacancies: Sequence[VacancyIn]) -> Known:
    """As many statements for many vacancies as for one."""
    unknown = await unknown_among(session, {value for data in vacancies for value in _named(data).values()})
    if await session.scalar(select(ACTIVE)) is None:
        return Known(own, unknown, None)
    return Known(own, unknown, await green_uris(session, {skill.uri for data in vacancies for skill in data.skills}))


def errors_of(data: VacancyIn, known: Known) -> list[FieldError]:
    """What the schema cannot see."""
    errors = not_a_party(data.partnership_ids, known.own) + concept_errors(_named(data), known.unknown)
    for name in ("net_monthly_wage_estimate", "wage_floor"):
        money = getattr(data, name)
        if money is not None and money.currency != data.gross_monthly_wage.currency:
            message = "Must be the currency of gross_monthly_wage."
            errors.append(FieldError(f"/{name}/currency", "other_currency", message))
    return errors


def columns_of(data: VacancyIn, known: Known) -> dict[str, Any]:
    """Column values of a vacancy, without those that the service itself keeps."""
    computed = None
    if known.green is not None:
        computed = sum(skill.uri in known.green for skill in data.skills) / len(data.skills)
    return data.model_dump(mode="json") | {
        "start_from": data.start_from,
        "start_to": data.start_to,
        "partnership_ids": list(dict.fromkeys(data.partnership_ids)),
        "green_share_stated": data.green_share,
        "green_share": computed if data.green_share is None else data.green_share,
    }


def _named(data: VacancyIn) -> dict[str, str]:
    named = {f"/skills/{place}/uri": skill.uri for place, skill in enumerate(data.skills)}
    named["/isco08"] = data.isco08
    return named | ({"/esco_uri": data.esco_uri} if data.esco_uri else {})


async def publish(session: AsyncSession, principal: Principal, data: VacancyIn) -> Vacancy:
    """A new vacancy, OPEN. Raises Unprocessable; an external_id that is taken gives 409."""
    own = await hold_parties(session, principal.tenant, data.partnership_ids)
    vacancy = Vacancy(organisation_id=principal.acts_for, status=VacancyStatus.OPEN)
    await _set(session, vacancy, data, own)
    session.add(vacancy)
    await session.flush()
    await share_offers(session, principal.tenant, Vacancy, [vacancy.id])
    await events.publish(session, (vacancy.id, vacancy.event()))
    return vacancy


async def change(
    session: AsyncSession, principal: Principal, vacancy_id: UUID, version: int, patch: VacancyPatch
) -> Vacancy:
    """Merge the patch. Raises NotFound, Forbidden for those who may only read, Unprocessable."""
    offered_anew = "partnership_ids" in patch.model_fields_set
    own = await hold_parties(session, principal.tenant, patch.partnership_ids or [])
    vacancy = await locked(session, Vacancy, vacancy_id)
    concurrency.check(vacancy, version)
    current = fields_of(VacancyIn, vacancy) | {"green_share": vacancy.green_share_stated}
    data = merged(VacancyIn, current, patch)
    await _set(session, vacancy, data, own if offered_anew else set(data.partnership_ids))
    vacancy.touch()
    await session.flush()
    if offered_anew:
        await share_offers(session, principal.tenant, Vacancy, [vacancy.id])
    await events.publish(session, (vacancy.id, vacancy.event()))
    return vacancy


async def _set(session: AsyncSession, vacancy: Vacancy, data: VacancyIn, own: set[UUID]) -> None:
    known = await known_about(session, own, [data])
    if errors := errors_of(data, known):
        raise Unprocessable.fields(errors)
    for name, value in columns_of(data, known).items():
        setattr(vacancy, name, value)


async def move(session: AsyncSession, vacancy_id: UUID, data: VacancyTransitionIn) -> Vacancy:
    """Pause, reopen, fill or withdraw; the last two are final. Raises Conflict for a move that does not exist."""
    vacancy = await locked(session, Vacancy, vacancy_id)
    possible = _NEXT.get(VacancyStatus(vacancy.status), frozenset())
    if data.to not in possible:
        needed = " or ".join(s for s in VacancyStatus if s in possible) or "nothing: this state is final"
        seen = f"{vacancy.status} to {data.to}"
        raise Conflict.guards([Guard("TRANSITION_UNKNOWN", False, seen, needed, "Move to one of the states named.")])
    vacancy.status, vacancy.status_reason = data.to, data.reason
    vacancy.touch()
    await session.flush()
    await events.publish(session, (vacancy.id, vacancy.event()))
    return vacancy
