"""Plans: which training sessions, in which order, close the gap between a candidate and an opening in time.

The gap is every essential skill whose credit is below `covered` and every language below the level asked. What
a session adds is written as bits: one per skill and credit value reached, one per language and CEFR level, one
per prerequisite. A plan is then a chain of sessions, none overlapping, whose bits include the goal.

Where the whole gap cannot be closed, finer bits tell credits below `covered` apart, and of the chains that reach
gates H07 and H08 the ones that leave least open are taken.

A course is credited as CERTIFIED at the level taught: the plan assumes that the candidate passes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.matching.label_setting import Label, Offer, search, useful
from services.matching.profiles import (
    CEFR,
    CEFR_CODE,
    Candidate,
    HeldSkill,
    Language,
    Opening,
    Rates,
    Session,
    in_euro,
    language_levels,
    required_skills,
)
from services.matching.scoring import Explanation, Holdings, explain
from services.matching.similarity import Taxonomy
from services.matching.weights import WeightProfile, profile_for

Kind = Literal["CHEAPEST", "SHORTEST"]


@dataclass(frozen=True, slots=True)
class Step:
    """One session of a plan. `worker_cost` is what the worker pays of it, in the same currency."""

    session_id: UUID
    programme_id: UUID
    provider_id: UUID
    title: str
    kind: str
    country: str
    start: date
    end: date
    weeks: int
    cost: Decimal
    worker_cost: Decimal
    currency: str
    closes_skills: tuple[str, ...]
    closes_languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: skills by URI, languages as "code level". Empty when nothing is."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`complete`: the gap is closed; else the plan reaches gates H07 and H08 and `gap_after` stays open.
    `still_failing` are gates that no training mends."""

    kind: Kind
    steps: tuple[Step, ...]
    complete: bool
    total_cost_eur: float
    worker_cost_eur: float
    total_weeks: int
    ends_on: date | None
    gap_after: Gap
    score_before: float
    score_after: float
    still_failing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The least that would make a full plan possible: a later last start day, a seat in full sessions; or what
    no session on offer teaches at all."""

    start_later_days: int | None
    full_sessions: tuple[UUID, ...]
    untaught_skills: tuple[str, ...]
    untaught_languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planning:
    """`plans` is empty when even H07 and H08 are out of reach; `relaxation` is set unless the gap can be closed.
    `unpriced` are sessions left out because the rate of their currency is not known."""

    gap: Gap
    plans: tuple[Plan, ...]
    relaxation: Relaxation | None
    exact: bool
    unpriced: tuple[UUID, ...]


def plan(
    candidate: Candidate,
    opening: Opening,
    sessions: Iterable[Session],
    taxonomy: Taxonomy,
    rates: Rates,
    today: date,
    profile: WeightProfile | None = None,
) -> Planning:
    """The cheapest and the shortest way to close the gap before the last start day, or as much of it as the gates
    ask; if neither closes it, the smallest relaxation that would."""
    profile = profile or profile_for(opening.isco08)
    visible = [session for session in sessions if _within_reach(session, candidate, today)]
    task = Task(candidate, opening, visible, taxonomy, rates, profile)
    before = explain(candidate, opening, taxonomy, rates, today, profile)
    if not task.goal:
        return Planning(task.open_gap(0), (), None, True, ())
    in_time = [o for o in task.offers if o.session.seats_left > 0 and o.session.end < opening.start_to]
    found = search(useful(in_time, task.goal), task.goal)
    ends = full = found.complete(task.goal)
    if not full:
        found = search(useful(in_time, task.gate_bits), task.goal)
        ends = task.best_reaching_gates(found.labels)
    plans: tuple[Plan, ...] = ()
    if ends:
        cheapest = min(ends, key=lambda label: (label.euro, label.weeks, label.end, label.path))
        shortest = min(ends, key=lambda label: (label.weeks, label.euro, label.end, label.path))
        plans = (
            _plan("CHEAPEST", cheapest, found.offers, task, before, today),
            _plan("SHORTEST", shortest, found.offers, task, before, today),
        )
    return Planning(
        gap=task.open_gap(0),
        plans=plans,
        relaxation=None if full else _relax(task),
        exact=found.exact,
        unpriced=tuple(sorted(task.unpriced)),
    )


class Task:
    """The gap of one pair and the bits that stand for it."""

    def __init__(
        self,
        candidate: Candidate,
        opening: Opening,
        sessions: list[Session],
        taxonomy: Taxonomy,
        rates: Rates,
        profile: WeightProfile,
    ) -> None:
        self.candidate, self.opening = candidate, opening
        self.taxonomy, self.rates, self.profile = taxonomy, rates, profile
        held = Holdings(candidate.skills, taxonomy, profile)
        essential = [skill for skill in required_skills(opening) if skill.essential]
        self.credit = {skill.uri: held.best(skill).credit for skill in essential}
        self.required = {skill.uri: skill for skill in essential}
        self.skills = [skill for skill in essential if self.credit[skill.uri] < profile.covered]
        self.spoken = language_levels(candidate.languages)
        asked = language_levels(opening.languages)
        self.languages = {code: rank for code, rank in asked.items() if self.spoken.get(code, 0) < rank}
        self.bit: dict[tuple[str, str, float], int] = {}
        self.goal = self._goal()
        self.unpriced: list[UUID] = []
        self.offers = self._offers(sessions)

    def _bit(self, kind: str, name: str, value: float) -> int:
        return 1 << self.bit.setdefault((kind, name, value), len(self.bit))

    def _goal(self) -> int:
        goal = 0
        for skill in self.skills:
            goal |= self._bit("skill", skill.uri, self.profile.covered)
        for code, asked in self.languages.items():
            for rank in range(self.spoken.get(code, 0) + 1, asked + 1):
                goal |= self._bit("language", code, rank)
        return goal

    def _offers(self, sessions: list[Session]) -> list[Offer]:
        """The priced sessions in order of start, with the bits they give and need."""
        prerequisites = {uri for session in sessions for uri in session.prerequisites}
        credits = {session.id: self._credits(session) for session in sessions}
        reached = {(uri, value) for found in credits.values() for uri, value in found.items()}
        offers = []
        for session in sorted(sessions, key=lambda each: (each.start, each.end, each.id)):
            euro = in_euro(session.cost, session.currency, self.rates)
            if euro is None:
                self.unpriced.append(session.id)
                continue
            gives = self._skill_bits(credits[session.id], reached) | self._language_bits(session)
            for uri, _ in session.teaches:
                gives |= self._bit("has", uri, 0) if uri in prerequisites else 0
            offers.append(Offer(session, euro, gives, self._needs(session)))
        return offers

    def _credits(self, session: Session) -> dict[str, float]:
        """Credit that the session gives for each skill of the gap, where it is better than what is there."""
        taught = Holdings(_certified(session), self.taxonomy, self.profile)
        found = {skill.uri: taught.best(skill).credit for skill in self.skills}
        return {uri: credit for uri, credit in found.items() if credit > self.credit[uri]}

    def _skill_bits(self, credits: dict[str, float], reached: set[tuple[str, float]]) -> int:
        """A credit includes every lower one, so that more bits always mean more."""
        bits = 0
        for uri, credit in credits.items():
            if credit >= self.profile.covered:
                bits |= self._bit("skill", uri, self.profile.covered)
            for value in sorted(value for name, value in reached if name == uri and value <= credit):
                bits |= self._bit("skill", uri, value)
        return bits

    def _language_bits(self, session: Session) -> int:
        step, bits = session.language, 0
        if step is not None:
            for rank in range(self.spoken.get(step.code, 0) + 1, CEFR[step.cefr_to] + 1):
                bits |= self._bit("language", step.code, rank)
        return bits

    def _needs(self, session: Session) -> int:
        owned = {skill.uri for skill in self.candidate.skills}
        bits = 0
        for uri in sorted(session.prerequisites - owned):
            bits |= self._bit("has", uri, 0)
        step = session.language
        if step is not None and step.cefr_from and self.spoken.get(step.code, 0) < CEFR[step.cefr_from]:
            bits |= self._bit("language", step.code, CEFR[step.cefr_from])
        return bits

    @property
    def gate_bits(self) -> int:
        """The goal and every credit on the way to it."""
        credits = sum(1 << place for (kind, _, _), place in self.bit.items() if kind == "skill")
        return self.goal | credits

    def best_reaching_gates(self, labels: list[Label]) -> list[Label]:
        """Of the chains with which H07 and H08 hold, those that leave the fewest skills open."""
        reaching = [(len(self.open_gap(x.bits).skills), x) for x in labels if x.path and self.reaches_gates(x.bits)]
        fewest = min((still_open for still_open, _ in reaching), default=0)
        return [label for still_open, label in reaching if still_open == fewest]

    def reaches_gates(self, bits: int) -> bool:
        """H07 and H08 with what `bits` stand for; other skills keep the credit they have."""
        gap = self.open_gap(bits)
        if gap.languages or any(self.required[uri].critical for uri in gap.skills):
            return False
        credit = dict(self.credit)
        for (kind, uri, value), place in self.bit.items():
            if kind == "skill" and bits >> place & 1:
                credit[uri] = max(credit[uri], value)
        weight = {uri: self.taxonomy.weight(uri) for uri in credit}
        total = sum(weight.values())
        return not total or sum(weight[uri] * credit[uri] for uri in credit) / total >= self.profile.e_min

    def open_gap(self, bits: int) -> Gap:
        skills = [s.uri for s in self.skills if not bits & self._bit("skill", s.uri, self.profile.covered)]
        languages = [
            f"{code} {CEFR_CODE[rank]}"
            for code, rank in self.languages.items()
            if not bits & self._bit("language", code, rank)
        ]
        return Gap(tuple(skills), tuple(languages))


def _within_reach(session: Session, candidate: Candidate, today: date) -> bool:
    """Offered to the candidate's organisation, not begun, and where they live or online: a plan that needs a visa
    for a course would be no plan."""
    offered = candidate.organisation_id in session.parties
    return offered and session.start >= today and (session.online or session.country == candidate.residence)


def _certified(session: Session) -> tuple[HeldSkill, ...]:
    return tuple(HeldSkill(uri, level, "CERTIFIED", session.end) for uri, level in session.teaches)


def _plan(kind: Kind, label: Label, offers: list[Offer], task: Task, before: Explanation, today: date) -> Plan:
    chosen = [offers[i].session for i in label.path]
    learned = tuple(skill for session in chosen for skill in _certified(session))
    spoken = tuple(Language(s.language.code, s.language.cefr_to) for s in chosen if s.language)
    person = replace(
        task.candidate,
        skills=task.candidate.skills + learned,
        languages=task.candidate.languages + spoken,
    )
    after = explain(person, task.opening, task.taxonomy, task.rates, today, task.profile)
    gap = task.open_gap(label.bits)
    worker = (in_euro(s.worker_cost, s.currency, task.rates) or 0.0 for s in chosen)
    return Plan(
        kind=kind,
        steps=_steps(label, offers, task),
        complete=not gap.skills and not gap.languages,
        total_cost_eur=label.euro,
        worker_cost_eur=sum(worker),
        total_weeks=label.weeks,
        ends_on=chosen[-1].end if chosen else None,
        gap_after=gap,
        score_before=before.score,
        score_after=after.score,
        still_failing=tuple(gate.code for gate in after.gates if not gate.passed),
    )


def _steps(label: Label, offers: list[Offer], task: Task) -> tuple[Step, ...]:
    steps, bits = [], 0
    for i in label.path:
        session, before = offers[i].session, task.open_gap(bits)
        bits |= offers[i].gives
        after = task.open_gap(bits)
        steps.append(
            Step(
                session_id=session.id,
                programme_id=session.programme_id,
                provider_id=session.provider_id,
                title=session.title,
                kind=session.kind,
                country=session.country,
                start=session.start,
                end=session.end,
                weeks=session.weeks,
                cost=session.cost,
                worker_cost=session.worker_cost,
                currency=session.currency,
                closes_skills=tuple(uri for uri in before.skills if uri not in after.skills),
                closes_languages=tuple(name for name in before.languages if name not in after.languages),
            )
        )
    return tuple(steps)


def _relax(task: Task) -> Relaxation:
    """First what nobody teaches; else a seat more; else a later start, by as few days as will do."""
    reachable = 0
    for offer in task.offers:
        reachable |= offer.gives
    untaught = task.open_gap(reachable)
    if untaught.skills or untaught.languages:
        return Relaxation(None, (), untaught.skills, untaught.languages)
    in_time = [offer for offer in task.offers if offer.session.end < task.opening.start_to]
    with_seats = [offer for offer in task.offers if offer.session.seats_left > 0]
    for offers in (in_time, with_seats, task.offers):
        found = search(useful(offers, task.goal), task.goal)
        full = found.complete(task.goal)
        if full:
            best = min(full, key=lambda label: (label.end, label.euro, label.path))
            days = best.end + 1 - task.opening.start_to.toordinal()
            taken = [found.offers[i].session for i in best.path]
            seats = tuple(session.id for session in taken if session.seats_left < 1)
            return Relaxation(max(days, 0) or None, seats, (), ())
    return Relaxation(None, (), (), ())
