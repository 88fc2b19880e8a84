"""What would make a plan possible where none is: the least change of each kind that does so by itself. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Literal
from uuid import UUID

from services.matching.gaps import NO_GAP, Choice, Gap, Task, stand_ins
from services.matching.label_setting import FAR, Frame, Ground, Offer, best
from services.matching.profiles import CEFR, CEFR_CODE, Language, Opening, Session
from services.matching.routes import WORKER, Search, allowed, frame_of

Kind = Literal["START_LATER", "SEAT", "WORKER_COST", "COMBINED", "LOWER_LEVEL", "NEW_SESSION"]
Cost = Callable[[Choice], tuple[int, ...]]
ANY = int(FAR)
MAX_LOWERED = 2  # skills of which a lower level is looked for; of further ones it is said that they may not be asked
_FEWEST_BUDGET = 40  # labels extended in search of the fewest requirements left open: a hint, not a proof


@dataclass(frozen=True, slots=True)
class Lowered:
    """A requirement and what it would have to be: a skill level or CEFR code; None: not asked at all."""

    requirement: str
    asked: str
    lowered_to: str | None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """All that is named must change together; what is not named stays. `missing` is what sessions would have to be
    opened for, early enough and beside all others."""

    kind: Kind
    start_later_days: int = 0
    full_sessions: tuple[UUID, ...] = ()
    worker_pays_eur: float = 0.0
    lowered: tuple[Lowered, ...] = ()
    missing: Gap = NO_GAP


@dataclass(frozen=True, slots=True)
class Fewest:
    """The chain that leaves the fewest requirements open in time; what it leaves, and the days by which the start must
    move for the procedures alone."""

    chosen: tuple[Choice, ...]
    left: Gap
    days: int


def relaxations(task: Task, fewest: Fewest) -> tuple[Relaxation, ...]:
    """One of each kind that helps, the least it takes; of later starts, seats and payments together only where none of
    them does alone. Requirements are lowered, or taught anew, as few as will do."""
    alone = [each for each in (_later(task), _seats(task), _payment(task)) if each]
    return (*(alone or _together(task)), *_fewer_requirements(task, fewest.left, fewest.days))


def _later(task: Task) -> Relaxation | None:
    days = _days_late(task, allowed(task), round(100 * task.terms.worker_may_pay_eur))
    return Relaxation("START_LATER", days) if days else None


def _days_late(task: Task, choices: list[Choice], limit: int) -> int | None:
    """By how many days the soonest chain misses the start; None when there is no chain at all."""
    frame = frame_of(task)
    search = Search(task, task.goal, choices)
    frame_any = replace(frame, deadline=ANY, most=(limit,))
    found = best(search.ground(frame_any), frame_any, (WORKER,), by_end=True)
    if not found.labels:
        return None
    return max(0, max(found.labels[0].end, frame.floor) - frame.deadline)


def _seats(task: Task) -> Relaxation | None:
    """The fewest full sessions in which one seat more would be needed."""
    frame = replace(frame_of(task), most=(ANY, round(100 * task.terms.worker_may_pay_eur)))
    chosen = _least(task, task.choices, frame, lambda choice: (int(choice.full), choice.offer.costs[WORKER]))
    seats = _full(chosen)
    return Relaxation("SEAT", full_sessions=seats) if seats else None


def _payment(task: Task) -> Relaxation | None:
    frame = replace(frame_of(task), most=(ANY,))
    chosen = _least(task, allowed(task), frame, lambda choice: (choice.offer.costs[WORKER],))
    paid = _paid(chosen)
    return Relaxation("WORKER_COST", worker_pays_eur=paid) if paid else None


def _together(task: Task) -> tuple[Relaxation, ...]:
    """The fewest days later, then the fewest seats, then the least payment."""
    days = _days_late(task, task.choices, ANY)
    if days is None:
        return ()
    frame = replace(frame_of(task, days), most=(ANY, ANY))
    chosen = _least(task, task.choices, frame, lambda choice: (int(choice.full), choice.offer.costs[WORKER]))
    paid = _paid(chosen)
    over = paid if paid > task.terms.worker_may_pay_eur else 0.0
    return (Relaxation("COMBINED", days, _full(chosen), over),)


def _full(chosen: Sequence[Choice]) -> tuple[UUID, ...]:
    return tuple(choice.session.id for choice in chosen if choice.full and choice.session)


def _paid(chosen: Sequence[Choice]) -> float:
    return sum(round(100 * choice.worker_euro) for choice in chosen) / 100


def _least(task: Task, choices: list[Choice], frame: Frame, cost: Cost) -> tuple[Choice, ...]:
    """The chain that reaches the goal at the least of this cost."""
    priced = [replace(choice, offer=replace(choice.offer, costs=cost(choice))) for choice in choices]
    search = Search(task, task.goal, priced)
    found = best(search.ground(frame), frame, tuple(range(len(frame.most))))
    return tuple(search.choices[place] for place in found.labels[0].path) if found.labels else ()


def _fewer_requirements(task: Task, left: Gap, days: int) -> tuple[Relaxation, ...]:
    if not left:
        return ()
    return (
        Relaxation("LOWER_LEVEL", days, lowered=_lowered(task, left, days)),
        Relaxation("NEW_SESSION", days, missing=left),
    )


def fewest_open(task: Task) -> Fewest:
    """Of chains that leave as few open the one the worker pays least for, and then the soonest."""
    frame = frame_of(task)
    days = max(0, frame.floor - frame.deadline)
    frame = replace(frame, deadline=frame.deadline + days, most=(ANY, round(100 * task.terms.worker_may_pay_eur)))
    search = Search(task, task.goal, [each for each in allowed(task) if each.offer.costs[WORKER] <= frame.most[1]])
    settled = task.requirements(1 << max((each.bit_length() for each in _masks(search.offers)), default=0))
    offers = [
        replace(
            offer,
            gives=offer.gives | sum(bit for met, bit in settled if offer.gives & met),
            costs=(0, offer.costs[WORKER]),
        )
        for offer in search.offers
    ]
    # What nothing teaches stays open whatever is chosen: that it is given up need not be searched for.
    taught = reduce(or_, (offer.gives for offer in offers), 0)
    in_question = [bit for _, bit in settled if bit & taught]
    # To give a requirement up takes no time and nobody's money, counts one, and prepares for nothing.
    offers += [Offer(gives=bit, needs=0, start=None, days=0, costs=(1, 0)) for bit in in_question]
    ground = Ground(offers, sum(in_question), frame.begin, frame.deadline)
    found = best(ground, frame, (0, 1), budget=_FEWEST_BUDGET)
    if not found.labels:
        return Fewest((), task.gap, days)
    chosen = tuple(search.choices[place] for place in found.labels[0].path if place < len(search.choices))
    return Fewest(chosen, task.open_after(reduce(or_, (choice.offer.gives for choice in chosen), 0)), days)


def _masks(offers: Sequence[Offer]) -> list[int]:
    return [offer.gives | offer.needs for offer in offers]


def _lowered(task: Task, left: Gap, days: int) -> tuple[Lowered, ...]:
    """Each requirement in turn at the highest level at which a plan is possible while the rest is not asked."""
    opening = replace(
        task.opening,
        skills=tuple(skill for skill in task.opening.skills if skill.uri not in left.skills),
        languages=tuple(each for each in task.opening.languages if f"{each.code} {each.cefr}" not in left.languages),
    )
    wanted = stand_ins(left.skills, task.terms.taxonomy)
    promising = {choice.session.id for choice in Search(task, task.goal, allowed(task)).choices if choice.session}
    near = [s for s in task.near if s.id in promising or any(uri in wanted for uri, _ in s.teaches) or s.language]
    changes = []
    for place, skill in enumerate(skill for skill in task.essential if skill.uri in left.skills):
        lower = range(skill.level - 1, 0, -1) if place < MAX_LOWERED else ()
        tried = ((str(level), replace(skill, level=level)) for level in lower)
        with_it = ((level, replace(opening, skills=(*opening.skills, weaker))) for level, weaker in tried)
        to, opening = next((each for each in with_it if _possible(task, each[1], near, days)), (None, opening))
        changes.append(Lowered(skill.uri, str(skill.level), to))
    for name in left.languages:
        code, asked = name.split()
        spoken = ((CEFR_CODE[rank], Language(code, CEFR_CODE[rank])) for rank in range(CEFR[asked] - 1, 0, -1))
        with_it = ((level, replace(opening, languages=(*opening.languages, weaker))) for level, weaker in spoken)
        to, opening = next((each for each in with_it if _possible(task, each[1], near, days)), (None, opening))
        changes.append(Lowered(code, asked, to))
    return tuple(changes)


def _possible(task: Task, opening: Opening, near: list[Session], days: int) -> bool:
    eased = Task(task.candidate, opening, task.terms)
    eased.offer(near)
    search = Search(eased, eased.goal, allowed(eased))
    frame = replace(frame_of(eased, days), most=(round(100 * task.terms.worker_may_pay_eur),))
    return bool(best(search.ground(frame), frame, (WORKER,), by_end=True).labels)
