"""Expected demand by skill: what open vacancies of a partnership ask for, less what its sessions teach (story 10)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import VacancyStatus
from services.kit.db import now
from services.kit.records import found
from services.registry.models.partnerships import Partnership
from services.registry.models.programmes import Programme, TrainingSession
from services.registry.models.vacancies import Vacancy
from services.registry.programmes.schemas import SkillDemand, SkillDemands

MAX_SKILLS = 500


async def expected(session: AsyncSession, partnership_id: UUID) -> SkillDemands:
    """For a partnership, as its parties see it. Raises NotFound for whoever may not read it."""
    partnership = await found(session, Partnership, partnership_id)
    vacancies = await session.scalars(
        select(Vacancy).where(
            Vacancy.partnership_ids.contains([partnership.id]), Vacancy.status == VacancyStatus.OPEN.value
        )
    )
    origins = {corridor["origin"] for corridor in partnership.corridors}
    return SkillDemands(items=demand(vacancies, origins, await _seats(session, partnership.id))[:MAX_SKILLS])


async def _seats(session: AsyncSession, partnership_id: UUID) -> dict[str, int]:
    """Skill → seats of sessions that are not over."""
    query = (
        select(Programme.skills, func.sum(TrainingSession.seats))
        .join(TrainingSession, TrainingSession.programme_id == Programme.id)
        .where(Programme.partnership_ids.contains([partnership_id]), TrainingSession.ends_on >= now().date())
        .group_by(Programme.id)
    )
    seats: dict[str, int] = defaultdict(int)
    for skills, taught in await session.execute(query):
        for skill in skills:
            seats[skill["uri"]] += taught
    return seats


def demand(vacancies: Iterable[Vacancy], origins: Collection[str], seats: Mapping[str, int]) -> list[SkillDemand]:
    """Demand by skill, weighted by places, the most people still to be trained first."""
    asking: dict[str, list[tuple[Vacancy, bool]]] = defaultdict(list)
    for vacancy in vacancies:
        for skill in vacancy.skills:
            asking[skill["uri"]].append((vacancy, skill["essential"]))
    found = [_of_skill(uri, jobs, origins, seats.get(uri, 0)) for uri, jobs in asking.items()]
    return sorted(found, key=lambda each: (-each.expected, each.skill))


def _of_skill(uri: str, jobs: list[tuple[Vacancy, bool]], origins: Collection[str], seats: int) -> SkillDemand:
    home = sum(vacancy.places for vacancy, _ in jobs if vacancy.country in origins)
    total = sum(vacancy.places for vacancy, _ in jobs)
    return SkillDemand(
        skill=uri,
        places_home=home,
        places_away=total - home,
        essential_places=sum(vacancy.places for vacancy, essential in jobs if essential),
        seats=seats,
        expected=total - seats,
        needed_by=min(vacancy.start_from for vacancy, _ in jobs),
        isco08=sorted({vacancy.isco08 for vacancy, _ in jobs}),
    )
