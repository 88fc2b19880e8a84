"""Publishing, changing, moving and reconfirming vacancies.

An organisation that publishes for an employer acts for it, once its mandate was checked: the vacancy, its sharing and
its offers are the employer's, and only the employer's partnerships can be named.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import GreenShareSource, MandateScope, Track, VacancyStatus
from services.kit import concurrency, events
from services.kit.auth import Principal
from services.kit.db import now
from services.kit.errors import BadRequest, Conflict, FieldError, Guard, Unprocessable
from services.kit.records import fields_of, found, locked, merged
from services.registry.models.concepts import concept_errors, unknown_among
from services.registry.models.mandates import acting_for, check_mandate
from services.registry.models.partnerships import Partnership
from services.registry.models.rule_parameters import STALE_DAYS, RuleParameters
from services.registry.models.sharing import hold_parties, not_a_party, share_offers
from services.registry.models.taxonomy import ACTIVE, OccupationSkills, green_uris, skills_of_occupations
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies.schemas import VacancyIn, VacancyPatch, VacancyTransitionIn

_NEXT: dict[VacancyStatus, frozenset[VacancyStatus]] = {
    VacancyStatus.OPEN: frozenset({VacancyStatus.PAUSED, VacancyStatus.FILLED, VacancyStatus.WITHDRAWN}),
    VacancyStatus.PAUSED: frozenset({VacancyStatus.OPEN, VacancyStatus.FILLED, VacancyStatus.WITHDRAWN}),
}
_BATCH = 500  # rows that a chore changes in one transaction
STALE = "stale"  # reason of a pause that the service made; reconfirmation ends it
_PUBLISH = MandateScope.PUBLISH_VACANCIES


@dataclass(frozen=True, slots=True)
class Filters:
    """Which vacancies; all that are given must hold. `side` needs `partnership`."""

    partnership: UUID | None = None
    country: str | None = None
    isco08: str | None = None
    status: str | None = None
    side: Track | None = None
    job_effect: str | None = None


def listed(wanted: Filters) -> Select[Any]:
    """Vacancies the caller may read that match all filters given."""
    query = select(Vacancy)
    if wanted.partnership:
        query = query.where(Vacancy.partnership_ids.contains([wanted.partnership]))
    if wanted.side:
        if wanted.partnership is None:
            raise BadRequest("HOME and AWAY are those of a partnership: name it.", "invalid_parameter")
        # Home is where a corridor begins.
        begins = Partnership.corridors.contains(
            func.jsonb_build_array(func.jsonb_build_object("origin", Vacancy.country))
        )
        at_home = select(Partnership.id).where(Partnership.id == wanted.partnership, begins).exists()
        query = query.where(at_home if wanted.side == Track.HOME else ~at_home)
    for name in ("country", "isco08", "status", "job_effect"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Vacancy, name) == value)
    return query


async def get(session: AsyncSession, vacancy_id: UUID, as_of: datetime | None = None) -> Vacancy:
    """Raises NotFound for missing and foreign ones alike."""
    return await found(session, Vacancy, vacancy_id, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks of any number of vacancies need: partnerships the employer is a party to, unknown concepts
    with their nearest, the green ones among the skills (None while there is no taxonomy to say so), and the skills of
    the occupations that stand for vacancies without any."""

    own: set[UUID]
    unknown: dict[str, list[str]]
    green: set[str] | None
    occupations: dict[str, OccupationSkills]


async def known_about(session: AsyncSession, own: set[UUID], vacancies: Sequence[VacancyIn]) -> Known:
    """As many statements for many vacancies as for one."""
    unknown = await unknown_among(session, {value for data in vacancies for value in _named(data).values()})
    if await session.scalar(select(ACTIVE)) is None:
        return Known(own, unknown, None, {})
    green = await green_uris(session, {skill.uri for data in vacancies for skill in data.skills})
    bare = {data.esco_uri for data in vacancies if data.esco_uri and not data.skills}
    return Known(own, unknown, green, await skills_of_occupations(session, bare))


def errors_of(data: VacancyIn, known: Known) -> list[FieldError]:
    """What the schema cannot see."""
    errors = not_a_party(data.partnership_ids, known.own) + concept_errors(_named(data), known.unknown)
    for name in ("net_monthly_wage_estimate", "wage_floor"):
        money = getattr(data, name)
        if money is not None and money.currency != data.gross_monthly_wage.currency:
            message = "Must be the currency of gross_monthly_wage."
            errors.append(FieldError(f"/{name}/currency", "other_currency", message))
    if not data.skills and not errors and not known.occupations.get(data.esco_uri or ""):
        message = "Name skills: the taxonomy in force gives none to this occupation."
        errors.append(FieldError("/skills", "missing", message))
    return errors


def columns_of(data: VacancyIn, known: Known) -> dict[str, Any]:
    """Column values of a vacancy, without those that the service itself keeps."""
    skills = data.model_dump(mode="json")["skills"]
    share: float | None = None
    source: GreenShareSource | None = None
    if not data.skills:
        occupation = known.occupations[data.esco_uri or ""]
        skills = [{"uri": uri, "essential": True, "critical": False, "level": 3} for uri in occupation.essential]
        share, source = occupation.green_share, GreenShareSource.OCCUPATION
    elif known.green is not None:
        share = sum(skill.uri in known.green for skill in data.skills) / len(data.skills)
        source = GreenShareSource.SKILLS
    if data.green_share is not None:
        share, source = data.green_share, GreenShareSource.STATED
    return data.model_dump(mode="json", exclude={"on_behalf_of"}) | {
        "skills": skills,
        "start_from": data.start_from,
        "start_to": data.start_to,
        "partnership_ids": list(dict.fromkeys(data.partnership_ids)),
        "green_share_stated": data.green_share,
        "green_share": share,
        "green_share_source": source,
    }


def _named(data: VacancyIn) -> dict[str, str]:
    named = {f"/skills/{place}/uri": skill.uri for place, skill in enumerate(data.skills)}
    named["/isco08"] = data.isco08
    return named | ({"/esco_uri": data.esco_uri} if data.esco_uri else {})


async def publish(session: AsyncSession, principal: Principal, data: VacancyIn) -> Vacancy:
    """A new vacancy, OPEN. Raises Forbidden without the employer's mandate, Unprocessable; an external_id that is
    taken gives 409."""
    employer = data.on_behalf_of or principal.acts_for
    await check_mandate(session, principal.acts_for, employer, _PUBLISH)
    async with acting_for(session, principal.tenant, employer) as tenant:
        own = await hold_parties(session, tenant, data.partnership_ids)
        published_by = None if employer == principal.acts_for else principal.acts_for
        vacancy = Vacancy(organisation_id=employer, published_by=published_by, status=VacancyStatus.OPEN)
        await _set(session, vacancy, data, own)
        session.add(vacancy)
        await session.flush()
        await share_offers(session, tenant, Vacancy, [vacancy.id])
        await events.publish(session, (vacancy.id, vacancy.event()))
    return vacancy


@asynccontextmanager
async def _held(session: AsyncSession, principal: Principal, vacancy_id: UUID) -> AsyncIterator[tuple[Vacancy, str]]:
    """The vacancy, held, and the tenant that statements inside act for: the employer, also for who published it in
    the employer's name. Raises NotFound, Forbidden for those who may only read and when the mandate has ended."""
    seen = await found(session, Vacancy, vacancy_id)
    employer = principal.acts_for
    if seen.published_by == principal.organisation_id:
        employer = seen.organisation_id
        await check_mandate(session, principal.acts_for, employer, _PUBLISH)
    async with acting_for(session, principal.tenant, employer) as tenant:
        yield await locked(session, Vacancy, vacancy_id), tenant


async def change(
    session: AsyncSession, principal: Principal, vacancy_id: UUID, version: int, patch: VacancyPatch
) -> Vacancy:
    """Merge the patch; it confirms the vacancy as well. Raises NotFound, Forbidden for those who may only read,
    Unprocessable."""
    offered_anew = "partnership_ids" in patch.model_fields_set
    if offered_anew:  # parties are held before the vacancy, in the order of whoever changes the parties
        await hold_parties(session, principal.tenant, patch.partnership_ids or [])
    async with _held(session, principal, vacancy_id) as (vacancy, tenant):
        concurrency.check(vacancy, version)
        current = fields_of(VacancyIn, vacancy) | {"green_share": vacancy.green_share_stated}
        data = merged(VacancyIn, current, patch)
        own = await hold_parties(session, tenant, data.partnership_ids) if offered_anew else set(data.partnership_ids)
        await _set(session, vacancy, data, own)
        vacancy.confirmed_at = now()
        vacancy.touch()
        await session.flush()
        if offered_anew:
            await share_offers(session, tenant, Vacancy, [vacancy.id])
        await events.publish(session, (vacancy.id, vacancy.event()))
    return vacancy


async def _set(session: AsyncSession, vacancy: Vacancy, data: VacancyIn, own: set[UUID]) -> None:
    known = await known_about(session, own, [data])
    if errors := errors_of(data, known):
        raise Unprocessable.fields(errors)
    for name, value in columns_of(data, known).items():
        setattr(vacancy, name, value)


async def move(session: AsyncSession, principal: Principal, vacancy_id: UUID, data: VacancyTransitionIn) -> Vacancy:
    """Pause, reopen, fill or withdraw; the last two are final. Raises Conflict for a move that does not exist."""
    async with _held(session, principal, vacancy_id) as (vacancy, _):
        possible = _NEXT.get(VacancyStatus(vacancy.status), frozenset())
        if data.to not in possible:
            needed = " or ".join(s for s in VacancyStatus if s in possible) or "nothing: this state is final"
            seen = f"{vacancy.status} to {data.to}"
            remedy = "Move to one of the states named."
            raise Conflict.guards([Guard("TRANSITION_UNKNOWN", False, seen, needed, remedy)])
        vacancy.status, vacancy.status_reason = data.to, data.reason
        await _tell(session, vacancy, confirmed=data.to == VacancyStatus.OPEN)
    return vacancy


async def reconfirm(session: AsyncSession, principal: Principal, vacancy_id: UUID) -> Vacancy:
    """The job is still there: it counts as confirmed now, and is OPEN again if it had become stale. Raises Conflict
    for one that is filled or withdrawn."""
    async with _held(session, principal, vacancy_id) as (vacancy, _):
        if vacancy.status not in _NEXT:
            remedy = "Publish a new vacancy."
            raise Conflict.guards([Guard("STATE_IS_FINAL", False, vacancy.status, "OPEN or PAUSED", remedy)])
        if vacancy.status == VacancyStatus.PAUSED and vacancy.status_reason == STALE:
            vacancy.status, vacancy.status_reason = VacancyStatus.OPEN, None
        await _tell(session, vacancy, confirmed=True)
    return vacancy


async def pause_stale(session: AsyncSession) -> bool:
    """Pause what nobody reconfirmed for as long as its partnerships say, so that nobody is proposed for a job that is
    gone; done hourly, a batch at a time. Returns whether there may be more."""
    days = (
        select(func.min(func.coalesce(RuleParameters.stale_days, STALE_DAYS)))
        .select_from(Partnership)
        .outerjoin(RuleParameters, RuleParameters.partnership_id == Partnership.id)
        .where(Partnership.id == any_(Vacancy.partnership_ids))
        .correlate(Vacancy)
        .scalar_subquery()
    )
    longest = func.make_interval(0, 0, 0, func.coalesce(days, STALE_DAYS))
    old = select(Vacancy).where(Vacancy.status == VacancyStatus.OPEN, Vacancy.confirmed_at < now() - longest)
    batch = old.order_by(Vacancy.id).limit(_BATCH).with_for_update(skip_locked=True, of=Vacancy)
    stale = (await session.scalars(batch)).all()
    for vacancy in stale:
        vacancy.status, vacancy.status_reason = VacancyStatus.PAUSED, STALE
        await _tell(session, vacancy, confirmed=False)
    return len(stale) == _BATCH


async def _tell(session: AsyncSession, vacancy: Vacancy, confirmed: bool) -> None:
    if confirmed:
        vacancy.confirmed_at = now()
    vacancy.touch()
    await session.flush()
    await events.publish(session, (vacancy.id, vacancy.event()))
