"""Plans: how a candidate can become ready for a job, away or at home, before it begins."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.vocabulary import ReuseLevel
from services.kit.db import now
from services.kit.errors import NotFound
from services.matching.courses import LookedUp, Wanted, language, sessions_for
from services.matching.engine import Engine
from services.matching.gaps import Gap, Task, Terms, certified, stand_ins
from services.matching.house import acting_for_the_house
from services.matching.models.candidates import Candidate as CandidateRow
from services.matching.planning import Planning, plan
from services.matching.plans.composition import Target, compose
from services.matching.plans.schemas import PlansOut
from services.matching.profiles import Candidate, HeldSkill, Language, Opening, Session, side_of
from services.matching.safeguards import ruling
from services.matching.standards import Standards
from services.matching.translation import candidate_of

_WIDELY_USEFUL = frozenset({ReuseLevel.TRANSVERSAL.value, ReuseLevel.CROSS_SECTOR.value})
_ENOUGH_VACANCIES = 3  # that a cross-disciplinary skill must open to be learnt first
_COUNTED = 1_000  # vacancies; what opens more than that is worth learning in any case
_HOME_JOBS = 100  # best ones at home among which the same occupation is looked for
# With much on offer a search takes longer than other requests should wait. Two at a time: more would slow one another
# down, and what nobody waits for any longer is not begun.
_SEARCHES = ThreadPoolExecutor(2, "plans")
_PROCESSING = text(
    "SELECT (data ->> 'processing_days')::int FROM mobility_rules"
    " WHERE kind = 'PATHWAY' AND data ->> 'key' = :key AND data ->> 'destination' = :country LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How plans are asked for."""

    language: str
    worker_may_pay_eur: Decimal
    standards: Standards


async def plans(session: AsyncSession, engine: Engine, candidate_id: UUID, vacancy_id: UUID, asked: Asked) -> PlansOut:
    """Plans of a candidate of the caller's organisation for a vacancy offered to it, and for a similar job at home.

    Raises NotFound for either of them.
    """
    row = await session.get(CandidateRow, candidate_id)
    if row is None:
        raise NotFound
    await engine.refresh(session)
    opening = engine.opening(vacancy_id)
    if opening is None or row.organisation_id not in opening.parties:
        raise NotFound
    planner = _Planner(session, engine, candidate_of(row), asked)
    target = await planner.towards(opening)
    home = await planner.at_home(opening) if side_of(planner.candidate, opening) == "AWAY" else None
    return compose(planner.candidate, target, home, engine.taxonomy, planner.unlocked, asked.language)


class _Planner:
    """Plans of one candidate."""

    def __init__(self, session: AsyncSession, engine: Engine, candidate: Candidate, asked: Asked) -> None:
        self.session, self.engine, self.candidate, self.asked = session, engine, candidate, asked
        self.today: date = now().date()
        self._passing: dict[Any, int] = {}

    async def towards(self, opening: Opening) -> Target:
        """Plans for this vacancy."""
        engine, candidate = self.engine, self.candidate
        terms = Terms(
            taxonomy=engine.taxonomy,
            rates=engine.rates,
            today=self.today,
            standards=self.asked.standards,
            permit_days=await self._processing_days(opening),
            worker_may_pay_eur=float(self.asked.worker_may_pay_eur),
        )
        gap = Task(candidate, opening, terms).gap
        first = self._learn_first(opening, gap)
        terms = replace(terms, first=frozenset(first))
        looked_up = await self._sessions(gap)
        found: Planning = await asyncio.get_running_loop().run_in_executor(
            _SEARCHES, plan, candidate, opening, looked_up.sessions, terms
        )
        if not looked_up.whole:
            found = replace(found, proven_optimal=False, whole_front=False)
        return Target(opening, engine.title(opening.id, self.asked.language), found, terms, first)

    async def at_home(self, away: Opening) -> Target | None:
        """Plans for the job of the same occupation at home, or of the nearest one in its ISCO-08 minor group, that
        fits best; None where none is offered."""
        ranked = self.engine.index.rank_openings(self.candidate, self.today, _HOME_JOBS, side="HOME")
        jobs = [job for each in ranked if (job := self.engine.opening(each.id)) is not None]
        same = [job for job in jobs if job.isco08 == away.isco08] or [
            job for job in jobs if job.isco08[:3] == away.isco08[:3]
        ]
        for job in same[:2]:
            target = await self.towards(job)
            if target.planning.plans:
                return target
        return None

    def unlocked(self, session: Session) -> int:
        """Vacancies that pass every gate after this session alone and did not before."""
        spoken = (Language(session.language.code, session.language.cefr_to),) if session.language else ()
        return self._opened(certified(session), spoken)

    def _learn_first(self, opening: Opening, gap: Gap) -> tuple[str, ...]:
        """Cross-disciplinary skills of the gap that by themselves open enough vacancies, the most opening first."""
        levels = {skill.uri: skill.level for skill in opening.skills}
        opened = {
            uri: self._opened((HeldSkill(uri, levels[uri], "CERTIFIED", self.today),), ())
            for uri in gap.skills
            if (skill := self.engine.taxonomy.skills.get(uri)) and skill.reuse_level in _WIDELY_USEFUL
        }
        enough = [uri for uri, vacancies in opened.items() if vacancies >= _ENOUGH_VACANCIES]
        return tuple(sorted(enough, key=lambda uri: (-opened[uri], uri)))

    def _opened(self, skills: tuple[HeldSkill, ...], languages: tuple[Language, ...]) -> int:
        return max(0, self._count(skills, languages) - self._count((), ()))

    def _count(self, skills: tuple[HeldSkill, ...], languages: tuple[Language, ...]) -> int:
        learned = skills, languages
        if learned not in self._passing:
            person = replace(
                self.candidate,
                skills=self.candidate.skills + skills,
                languages=self.candidate.languages + languages,
            )
            found = self.engine.index.rank_openings(person, self.today, _COUNTED, include_near_misses=False)
            self._passing[learned] = len(found)
        return self._passing[learned]

    async def _sessions(self, gap: Gap) -> LookedUp:
        engine = self.engine
        languages = {language(name.split()[0]) for name in gap.languages}
        taught = stand_ins(gap.skills, engine.taxonomy) | languages
        wanted = Wanted.by(self.candidate, taught, engine.agreements_of, self.asked.language)
        return await sessions_for(self.session, wanted, self.today, self.asked.standards.enough_results)

    async def _processing_days(self, opening: Opening) -> int | None:
        """What the legal pathway states of itself."""
        if side_of(self.candidate, opening) == "HOME":
            return None
        pathway = ruling(opening.access, self.candidate.mover, self.today).pathway
        if pathway is None:
            return None
        async with acting_for_the_house(self.session):
            days: int | None = await self.session.scalar(_PROCESSING, {"key": pathway.key, "country": opening.country})
        return days
