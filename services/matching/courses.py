"""Which training sessions can bear on a gap: found by what is taught, not by looking at every programme."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching import capacity
from services.matching.corridors import Agreement
from services.matching.house import acting_for_the_house
from services.matching.models.copies import Programme, TrainingSession
from services.matching.profiles import Candidate, Session
from services.matching.translation import Data, session_of

Offered = Callable[[Collection[UUID]], bool]
"""Whether a programme of these partnerships is offered to the one who asks."""

AgreementsOf = Callable[[Collection[UUID]], Iterable[Agreement]]

_MOST = 3_000  # programmes beyond which no further prerequisites are followed
_FIRST = 500  # sessions looked at one by one, those that begin first
_TAUGHT = text("SELECT DISTINCT programme_id FROM taught WHERE what = ANY(:wanted)")
_RESULTS = text(
    "SELECT programme_id, count(*) AS results,"
    " count(*) FILTER (WHERE status IN ('CERTIFIED', 'TRACK_CHOSEN')) AS certified FROM enrolments"
    " WHERE programme_id = ANY(:ids) AND status IN ('CERTIFIED', 'TRACK_CHOSEN', 'FAILED', 'DROPPED')"
    " GROUP BY programme_id HAVING count(*) >= :enough"
)


def language(code: str) -> str:
    """How a language stands among what is taught."""
    return f"language:{code}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, by whom: `taught` to be taught, `owned` the skills that count as prerequisites met, `country`
    where courses can be taken."""

    taught: set[str]
    owned: set[str]
    organisation: UUID
    country: str
    offered: Offered
    language: str

    @classmethod
    def by(cls, person: Candidate, taught: set[str], agreements_of: AgreementsOf, language: str) -> "Wanted":
        """What would have to be taught to this person, where they live and as far as their organisation's active
        partnerships offer it."""
        own = person.organisation_id
        return cls(
            taught=taught,
            owned={skill.uri for skill in person.skills},
            organisation=own,
            country=person.residence,
            offered=lambda ids: any(each.active and own in each.parties for each in agreements_of(ids)),
            language=language,
        )


@dataclass(frozen=True, slots=True)
class LookedUp:
    """`whole`: nothing that could bear on what is wanted, over prerequisites of any depth, was left out."""

    sessions: list[Session]
    whole: bool


async def sessions_for(session: AsyncSession, wanted: Wanted, today: date, enough: int) -> LookedUp:
    """Sessions to come that teach something wanted, or what such a session asks first, to any depth; with seats left
    and, from `enough` results on, the share of participants who were certified."""
    async with acting_for_the_house(session):
        courses, whole = await _courses(session, wanted)
        ids = list(courses)
        query = select(*TrainingSession.__table__.columns)
        query = query.where(TrainingSession.programme_id == func.any(ids), TrainingSession.starts_on >= today)
        runs = (await session.execute(query)).all()
        taken = await capacity.used(session, [run.id for run in runs])
        results = await session.execute(_RESULTS, {"ids": ids, "enough": enough})
        success = {row.programme_id: row.certified / row.results for row in results}
    parties = frozenset({wanted.organisation})
    found = [
        session_of(courses[run.programme_id], run, parties, run.seats - taken.get(run.id, 0), wanted.language)
        for run in runs
    ]
    for place, each in enumerate(found):
        if each.programme_id in success:
            found[place] = replace(each, success=success[each.programme_id])
    return LookedUp(found, whole)


async def first_for(session: AsyncSession, wanted: Wanted, today: date, enough: int) -> list[Session]:
    """Of those sessions the ones that begin first, not too many to be judged one by one."""
    found = (await sessions_for(session, wanted, today, enough)).sessions
    return sorted(found, key=lambda each: (each.start, each.id))[:_FIRST]


async def _courses(session: AsyncSession, wanted: Wanted) -> tuple[dict[UUID, Data], bool]:
    """Data of the programmes, and whether all prerequisites were followed."""
    courses: dict[UUID, Data] = {}
    looked_for: set[str] = set()
    to_look_for = wanted.taught
    while to_look_for and len(courses) < _MOST:
        ids = list(await session.scalars(_TAUGHT, {"wanted": sorted(to_look_for)}))
        query = select(Programme.id, Programme.partnership_ids, Programme.data).where(
            Programme.id == func.any([each for each in ids if each not in courses]),
            Programme.data["country"].astext == wanted.country,
        )
        new = {row.id: row.data for row in await session.execute(query) if wanted.offered(row.partnership_ids)}
        courses |= new
        looked_for |= to_look_for
        to_look_for = {uri for data in new.values() for uri in data["prerequisites"]} - wanted.owned - looked_for
    return courses, not to_look_for
