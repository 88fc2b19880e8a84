"""Plans: which training, language steps, recognition and permit, in which order, make a candidate ready in time.

Of all feasible chains those are shown that no other beats in weeks, cost to the worker, total cost and chance to
succeed; what the worker would pay is 0 unless more is asked for. Where the gap cannot be closed, the chains are shown
that open gates H07 and H08 and leave the fewest requirements open, and the least that would make a full plan possible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import prod
from typing import Literal
from uuid import UUID

from services.matching.gaps import Choice, Gap, Procedure, Task, Terms
from services.matching.profiles import Candidate, Opening, Session, Side, side_of
from services.matching.relaxations import Fewest, Relaxation, fewest_open, relaxations
from services.matching.routes import RISK, TOTAL, Route, Routes, frame_of, routes
from services.matching.scoring import explain

Best = Literal["CHEAPEST", "SHORTEST", "SUREST"]
Basis = Literal["SESSION", "STANDARD"]
MAX_PLANS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan. STANDARD ones have no session: somebody has still to arrange them, and durations and prices
    are assumed. `worker_cost` is part of `cost`; `payer` bears the rest, None: as the partnership agreed."""

    kind: str
    basis: Basis
    title: str
    start: date
    end: date
    cost: Decimal
    currency: str
    worker_cost: Decimal
    worker_currency: str
    payer: str | None
    success: float
    session: Session | None = None
    closes_skills: tuple[str, ...] = ()
    closes_languages: tuple[str, ...] = ()

    @property
    def weeks(self) -> int:
        """Weeks begun."""
        return -(-((self.end - self.start).days + 1) // 7)


@dataclass(frozen=True, slots=True)
class Plan:
    """`complete`: the gap is closed; else the plan opens gates H07 and H08 and `gap_after` stays open. `total_weeks`
    counts from today until ready. `still_failing` are gates that no step mends. `prepared`: the candidate after it."""

    best_in: tuple[Best, ...]
    track: Side
    steps: tuple[Step, ...]
    complete: bool
    total_cost_eur: float
    worker_cost_eur: float
    total_weeks: int
    success: float
    ends_on: date | None
    gap_after: Gap
    score_before: float
    score_after: float
    still_failing: tuple[str, ...]
    prepared: Candidate


@dataclass(frozen=True, slots=True)
class Planning:
    """`plans` is empty when even H07 and H08 are out of reach, and holds one without steps when nothing is missing;
    `relaxations` say what would help where the gap cannot be closed. `proven_optimal`: the cheapest, shortest and
    surest are so of all that is on offer; `whole_front`: no plan between them is missing. `unpriced` sessions were left
    out: their currency has no rate."""

    gap: Gap
    plans: tuple[Plan, ...]
    relaxations: tuple[Relaxation, ...]
    proven_optimal: bool
    whole_front: bool
    unpriced: tuple[UUID, ...]


def plan(candidate: Candidate, opening: Opening, sessions: Iterable[Session], terms: Terms) -> Planning:
    """The plans worth choosing between, and where there is none the least that would allow one."""
    task = Task(candidate, opening, terms)
    task.offer(sessions)
    whole = found = routes(task, task.goal)
    relaxed: tuple[Relaxation, ...] = ()
    if not whole.found:
        fewest = fewest_open(task)
        relaxed = relaxations(task, fewest)
        found = _to_the_gates(task, fewest)
    return Planning(
        gap=task.gap,
        plans=_plans(task, found.found),
        relaxations=relaxed,
        proven_optimal=whole.proven and found.proven,
        whole_front=found.whole and len(found.found) <= MAX_PLANS,
        unpriced=task.unpriced,
    )


def _to_the_gates(task: Task, fewest: Fewest) -> Routes:
    """Ways to what can be reached in time, where that opens gates H07 and H08."""
    if fewest.days or not task.reaches_gates(task.prepared(fewest.chosen)):
        return Routes((), True, True)
    found = routes(task, task.without(fewest.left))
    opening = tuple(route for route in found.found if task.reaches_gates(task.prepared(route.chosen)))
    return Routes(opening, found.proven and len(opening) == len(found.found), found.whole)


def _plans(task: Task, found: Sequence[Route]) -> tuple[Plan, ...]:
    """The best in each respect first, then the others by weeks; thinned out evenly where there are many."""
    if not found:
        return ()
    terms = task.terms
    before = explain(task.candidate, task.opening, terms.taxonomy, terms.rates, terms.today, task.profile).score
    cheapest = min(found, key=lambda route: (route.costs[TOTAL], route.weeks, route.costs[RISK]))
    shortest = min(found, key=lambda route: (route.weeks, route.costs[TOTAL], route.costs[RISK]))
    surest = min(found, key=lambda route: (route.costs[RISK], route.costs[TOTAL], route.weeks))
    extremes: dict[int, list[Best]] = {}
    for route, name in ((cheapest, "CHEAPEST"), (shortest, "SHORTEST"), (surest, "SUREST")):
        extremes.setdefault(found.index(route), []).append(name)  # type: ignore[arg-type]
    others = [place for place in range(len(found)) if place not in extremes]
    room = MAX_PLANS - len(extremes)
    shown = others if len(others) <= room else [others[len(others) * i // room] for i in range(room)]
    return tuple(_plan(task, found[place], tuple(extremes.get(place, ())), before) for place in [*extremes, *shown])


def _plan(task: Task, route: Route, best_in: tuple[Best, ...], score_before: float) -> Plan:
    terms, person = task.terms, task.prepared(route.chosen)
    after = explain(person, task.opening, terms.taxonomy, terms.rates, terms.today, task.profile)
    steps = _steps(task, route)
    procedures = [each for each in (task.recognition, task.permit) if each]
    gap = task.open_after(route.bits)
    borne = [(each.euro, each.euro if each.payer == "WORKER" else 0.0) for each in procedures]
    borne += [(choice.euro, choice.worker_euro) for choice in route.chosen]
    return Plan(
        best_in=best_in,
        track=side_of(task.candidate, task.opening),
        steps=steps,
        complete=not len(gap),
        total_cost_eur=sum(total for total, _ in borne),
        worker_cost_eur=sum(worker for _, worker in borne),
        total_weeks=route.weeks,
        success=prod(step.success for step in steps),
        ends_on=max((step.end for step in steps), default=None),
        gap_after=gap,
        score_before=score_before,
        score_after=after.score,
        still_failing=tuple(gate.code for gate in after.gates if not gate.passed),
        prepared=person,
    )


def _steps(task: Task, route: Route) -> tuple[Step, ...]:
    """In order of their first days."""
    frame = frame_of(task)
    steps, bits, end = [], 0, frame.begin - 1
    for choice in route.chosen:
        begin = end + 1 if choice.offer.start is None else choice.offer.start
        end = begin + choice.offer.days - 1
        before = task.open_after(bits)
        bits |= choice.offer.gives
        steps.append(_chosen(choice, begin, end, before, task.open_after(bits), task))
    if task.recognition:
        steps.append(_procedure(task.recognition, frame.begin, frame.floor, task.opening.country))
    if task.permit:
        ready = max(route.end, frame.floor)
        steps.append(_procedure(task.permit, ready + 1, ready + task.permit.days, task.opening.country))
    return tuple(sorted(steps, key=lambda step: step.start))


def _chosen(choice: Choice, begin: int, end: int, before: Gap, after: Gap, task: Task) -> Step:
    session, language, payer = choice.session, choice.language, None
    cost, currency, worker_cost, worker_currency = Decimal(str(choice.euro)), "EUR", Decimal(0), "EUR"
    kind, title = "LANGUAGE", f"{language.code} {language.cefr}" if language else ""
    if session:
        kind, title, cost, currency = session.kind, session.title, session.cost, session.currency
        worker_cost, worker_currency = session.worker_cost, session.worker_currency or session.currency
    else:
        payer = task.terms.standards.language_payer.value
        worker_cost = Decimal(str(choice.worker_euro))
    return Step(
        kind=kind,
        basis="SESSION" if session else "STANDARD",
        title=title,
        start=date.fromordinal(begin),
        end=date.fromordinal(end),
        cost=cost,
        currency=currency,
        worker_cost=worker_cost,
        worker_currency=worker_currency,
        payer=payer,
        success=choice.success,
        session=session,
        closes_skills=tuple(uri for uri in before.skills if uri not in after.skills),
        closes_languages=tuple(name for name in before.languages if name not in after.languages),
    )


def _procedure(what: Procedure, begin: int, end: int, country: str) -> Step:
    cost = Decimal(str(what.euro))
    return Step(
        kind=what.kind,
        basis="STANDARD",
        title=f"{what.kind} {country}",
        start=date.fromordinal(begin),
        end=date.fromordinal(end),
        cost=cost,
        currency="EUR",
        worker_cost=cost if what.payer == "WORKER" else Decimal(0),
        worker_currency="EUR",
        payer=what.payer,
        success=what.success,
    )
