"""The chains of choices worth showing: the cheapest, the shortest, the surest, and what lies between them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.matching.gaps import CRITERIA, Choice, Task
from services.matching.label_setting import FAR, Frame, Ground, Label, best, front, unbeaten, useful

FRONT_BUDGET = 25  # labels extended in search of plans between the best ones
TOTAL, WORKER, RISK = range(len(CRITERIA))
ANY = int(FAR)


@dataclass(frozen=True, slots=True)
class Route:
    """A chain of choices and what it comes to: `costs` in the order of CRITERIA, `end` the ordinal of its last day."""

    chosen: tuple[Choice, ...]
    bits: int
    end: int
    weeks: int
    costs: tuple[int, ...]
    wait: int


@dataclass(frozen=True, slots=True)
class Routes:
    """None beaten by another in weeks and costs. `proven`: the cheapest, shortest and surest are so of all that is on
    offer; `whole`: no chain between them is missing."""

    found: tuple[Route, ...]
    proven: bool
    whole: bool


class Search:
    """The choices of a task that help towards one goal, without those that another one beats."""

    def __init__(self, task: Task, goal: int, choices: Sequence[Choice]) -> None:
        self.goal = goal
        offers = [choice.offer for choice in choices]
        near = useful(offers, goal)
        wanted = goal
        for place in near:
            wanted |= offers[place].needs
        bare = [replace(offers[place], gives=offers[place].gives & wanted) for place in near]
        kept = unbeaten(bare)
        self.choices = [choices[near[place]] for place in kept]
        self.offers = [bare[place] for place in kept]

    def ground(self, frame: Frame) -> Ground:
        return Ground(self.offers, self.goal, frame.begin, frame.deadline)

    def route(self, label: Label, frame: Frame) -> Route:
        chosen = tuple(self.choices[place] for place in label.path)
        costs = tuple(sum(choice.offer.costs[each] for choice in chosen) for each in range(len(CRITERIA)))
        return Route(chosen, label.bits, label.end, frame.weeks(label.end), costs, label.wait)


def frame_of(task: Task, days_later: int = 0) -> Frame:
    """The days that training may take before the start, its procedures allowed for. The candidate must be ready on the
    day before the last start day, moved by `days_later`."""
    begin = task.terms.today.toordinal()
    ahead = task.permit.days if task.permit else 0
    recognised = begin - 1 + (task.recognition.days if task.recognition else 0)
    return Frame(begin, task.opening.start_to.toordinal() - 1 - ahead + days_later, recognised, ahead)


def in_time(frame: Frame) -> bool:
    """Whether the procedures alone can be over before the start."""
    return frame.floor <= frame.deadline


def allowed(task: Task) -> list[Choice]:
    """Choices with a seat left."""
    return [choice for choice in task.choices if not choice.full]


def routes(task: Task, goal: int) -> Routes:
    """Chains that reach the goal in time; none when there is no way, which `proven` then says for certain."""
    frame = frame_of(task)
    if not in_time(frame):
        return Routes((), True, True)
    limit = round(100 * task.terms.worker_may_pay_eur)
    search = Search(task, goal, [choice for choice in allowed(task) if _fits(choice, frame, limit)])
    ground = search.ground(frame)
    within = replace(frame, most=(ANY, limit))
    cheapest = best(ground, within, (TOTAL, WORKER))
    if not cheapest.labels:
        return Routes((), cheapest.exact, cheapest.exact)
    surest = best(ground, within, (RISK, WORKER))
    shortest = best(ground, replace(frame, most=(limit,)), (WORKER,), by_end=True)
    found = [cheapest, surest, shortest]
    if shortest.labels:
        week = replace(within, deadline=_end_of_week(frame, shortest.labels[0].end))
        found.append(best(search.ground(week), week, (TOTAL, WORKER)))
    known = _pareto([_whole(search, label) for each in found for label in each.labels], frame)
    between = front(ground, replace(frame, most=(ANY, limit, ANY)), (TOTAL, WORKER, RISK), known, FRONT_BUDGET)
    labels = _pareto([*known, *between.labels], frame)
    return Routes(
        tuple(search.route(label, frame) for label in labels),
        all(each.exact for each in found),
        between.exact,
    )


def _fits(choice: Choice, frame: Frame, limit: int) -> bool:
    begin = frame.begin if choice.offer.start is None else choice.offer.start
    return begin + choice.offer.days - 1 <= frame.deadline and choice.offer.costs[WORKER] <= limit


def _end_of_week(frame: Frame, end: int) -> int:
    """The last day on which a chain may end that takes no more weeks than one that ends on `end`."""
    last = frame.begin + 7 * frame.weeks(end) - 1 - frame.ahead
    return min(frame.deadline, max(last, end))


def _whole(search: Search, label: Label) -> Label:
    costs = tuple(sum(search.offers[place].costs[each] for place in label.path) for each in range(len(CRITERIA)))
    return replace(label, costs=costs)


def _pareto(labels: Sequence[Label], frame: Frame) -> list[Label]:
    """Without those that another one beats; of those alike in all, the one that waits least, then that ends first."""
    kept: list[Label] = []
    ordered = sorted(labels, key=lambda each: (frame.weeks(each.end), each.costs, each.wait, each.end, each.path))
    for label in ordered:
        if not any(all(a <= b for a, b in zip(old.costs, label.costs, strict=True)) for old in kept):
            kept.append(label)
    return kept
