"""The same question put to OR-Tools CP-SAT over every choice, and to a greedy planner: what plans are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from ortools.sat.python import cp_model

from services.matching.gaps import Choice, Task
from services.matching.label_setting import Frame, useful
from services.matching.routes import TOTAL, allowed, frame_of

LIMIT_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Optimum:
    """`value` is None when no plan was found; not `proven` when time ran out first. No plan is below `bound`."""

    value: int | None
    proven: bool
    bound: int


def affordable(task: Task) -> list[Choice]:
    """Every choice that plans may use when the worker pays nothing."""
    return [choice for choice in allowed(task) if not choice.worker_euro]


class Model:
    """Every choice that helps to reach the goal, beaten by others or not. Each is an optional interval; none overlap,
    every bit of the goal is given, what a step needs was given by one that ended before."""

    def __init__(self, task: Task) -> None:
        self.task, self.frame = task, frame_of(task)
        fitting = [c for c in affordable(task) if _fits(c, self.frame)]
        self.choices = [fitting[place] for place in useful([c.offer for c in fitting], task.goal)]
        self.model = cp_model.CpModel()
        self.taken = [self.model.new_bool_var("") for _ in self.choices]
        self.starts, self.ends = [], []
        intervals = []
        for choice, taken in zip(self.choices, self.taken, strict=True):
            offer = choice.offer
            latest = self.frame.deadline - offer.days + 1
            start = offer.start if offer.start is not None else self.model.new_int_var(self.frame.begin, latest, "")
            self.starts.append(start)
            self.ends.append(start + offer.days - 1)
            intervals.append(self.model.new_optional_fixed_size_interval_var(start, offer.days, taken, ""))
        self.model.add_no_overlap(intervals)
        for place in range(task.goal.bit_length()):
            if task.goal >> place & 1:
                self.model.add_bool_or([self.taken[i] for i in self._giving(place)])
        for i, choice in enumerate(self.choices):
            for place in range(choice.offer.needs.bit_length()):
                if choice.offer.needs >> place & 1:
                    self._before(i, place)

    def _giving(self, place: int) -> list[int]:
        return [i for i, choice in enumerate(self.choices) if choice.offer.gives >> place & 1]

    def _before(self, i: int, place: int) -> None:
        ready = []
        for j in self._giving(place):
            if j == i:
                continue
            first = self.model.new_bool_var("")
            self.model.add_implication(first, self.taken[j])
            self.model.add(self.ends[j] < self.starts[i]).only_enforce_if(first)
            ready.append(first)
        self.model.add_bool_or([self.taken[i].negated(), *ready])

    def cheapest(self) -> Optimum:
        """Cents."""
        costs = [choice.offer.costs[TOTAL] for choice in self.choices]
        self.model.minimize(sum(cost * taken for cost, taken in zip(costs, self.taken, strict=True)))
        return self._solve()

    def shortest(self) -> Optimum:
        """Weeks, as plans count them."""
        last = self.model.new_int_var(self.frame.begin - 1, self.frame.deadline, "")
        for end, taken in zip(self.ends, self.taken, strict=True):
            self.model.add(last >= end).only_enforce_if(taken)
        self.model.minimize(last)
        found = self._solve()
        value = None if found.value is None else self.frame.weeks(found.value)
        return Optimum(value, found.proven, self.frame.weeks(found.bound))

    def _solve(self) -> Optimum:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = LIMIT_SECONDS
        solver.parameters.num_workers = 2
        status = solver.solve(self.model)
        bound = ceil(solver.best_objective_bound - 1e-6)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Optimum(round(solver.objective_value), status == cp_model.OPTIMAL, bound)
        return Optimum(None, status == cp_model.INFEASIBLE, bound)


def _fits(choice: Choice, frame: Frame) -> bool:
    offer = choice.offer
    begin = frame.begin if offer.start is None else offer.start
    return begin + offer.days - 1 <= frame.deadline


def greedy(task: Task) -> int | None:
    """Cents of the chain that always takes the least money for a bit that is missing; None when it gets stuck."""
    frame, choices = frame_of(task), affordable(task)
    bits, end, cents = 0, frame.begin - 1, 0
    while task.goal & ~bits:
        best = _next(task, choices, bits, end, frame)
        if best is None:
            return None
        begin = end + 1 if best.offer.start is None else best.offer.start
        bits, end, cents = bits | best.offer.gives, begin + best.offer.days - 1, cents + best.offer.costs[TOTAL]
    return cents


def _next(task: Task, choices: Sequence[Choice], bits: int, end: int, frame: Frame) -> Choice | None:
    missing = task.goal & ~bits
    ready = [
        choice
        for choice in choices
        if choice.offer.gives & missing
        and not choice.offer.needs & ~bits
        and (choice.offer.start is None or choice.offer.start > end)
        and (end + 1 if choice.offer.start is None else choice.offer.start) + choice.offer.days - 1 <= frame.deadline
    ]
    return min(ready, key=lambda c: c.offer.costs[TOTAL] / (c.offer.gives & missing).bit_count(), default=None)
