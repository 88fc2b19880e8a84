"""Exact search for chains of steps, none overlapping, that reach a goal: label setting guided by lower bounds (NAMOA*,
Mandow and Pérez de la Cruz 2010).

A label is (bits reached, last day, costs). The best one by its lower bounds is extended first; it is dropped when one
with the same bits ends no later and costs no more, or when a chain already found beats all that it can still become.
Bounds are those of `remaining`, which know all dates and as many bits as their tables have room for. Work is counted,
not timed, so that the same question has the same answer on every machine: a search that used up its `budget` of
extended labels says `exact=False`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.remaining import NEVER, fill, find_beaten

BUDGET = 300
DIVE = 100  # further labels to find any chain at all
CELLS = 2**21  # of a table of what remains: days times sets of bits
TABLED_BITS = 13
FAR = np.int64(2**40)  # later, or dearer, than anything
WORD = 62  # bits of a mask in one number
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A step seen from a goal: bits it gives and bits it needs, and its additive `costs`, whole numbers from 0 on.
    `start` is the ordinal of its first day, None when it begins as soon as the step before has ended."""

    gives: int
    needs: int
    start: int | None
    days: int
    costs: tuple[int, ...] = ()
    first: bool = False  # of two chains alike in all else, the one that takes such steps sooner is kept


@dataclass(frozen=True, slots=True)
class Label:
    """A chain of offers, by their place in the list given. `end` is the ordinal of its last day; `wait` sums the last
    days of steps that should come first."""

    bits: int
    end: int
    costs: tuple[int, ...]
    wait: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Chains that hold the goal, none beaten by another, and whether the search was exhaustive."""

    labels: list[Label]
    exact: bool


def useful(offers: Sequence[Offer], wanted: int) -> list[int]:
    """Places of the offers that give something wanted, or something that such an offer needs; without those whose needs
    nobody gives."""
    possible = list(range(len(offers)))
    while True:
        given = 0
        for i in possible:
            given |= offers[i].gives
        kept = [i for i in possible if not offers[i].needs & ~given]
        if len(kept) == len(possible):
            break
        possible = kept
    chosen: set[int] = set()
    while True:
        found = {i for i in possible if offers[i].gives & wanted}
        if found == chosen:
            return sorted(chosen)
        chosen = found
        for i in chosen:
            wanted |= offers[i].needs


def unbeaten(offers: Sequence[Offer]) -> list[int]:
    """Places of the offers for which no other can stand wherever they stand, at no greater cost."""
    if not offers:
        return []
    words = max((offer.gives | offer.needs).bit_length() for offer in offers) // WORD + 1
    masks = np.array([[_words(offer.gives, words), _words(offer.needs, words)] for offer in offers], dtype=np.int64)
    when = [(-1 if o.start is None else o.start, o.days, -int(o.first), *o.costs) for o in offers]
    beaten = np.zeros(len(offers), dtype=np.bool_)
    find_beaten(beaten, masks, np.array(when, dtype=np.int64))
    return np.flatnonzero(~beaten).tolist()


def _words(mask: int, number: int) -> list[int]:
    return [mask >> WORD * place & (1 << WORD) - 1 for place in range(number)]


@dataclass(frozen=True, slots=True)
class Frame:
    """When a chain may be: from day `begin` to day `deadline`, both ordinals. A chain is followed by `ahead` days that
    begin on day `floor` at the soonest, which is what its length in weeks is counted with. `most` limits each cost."""

    begin: int
    deadline: int
    floor: int = 0
    ahead: int = 0
    most: tuple[int, ...] = ()

    def weeks(self, end: int) -> int:
        """Weeks begun from the first day until all that follows a chain is over."""
        return (max(end, self.floor) + self.ahead - self.begin) // 7 + 1


class Ground:
    """Offers as columns, the bits of the goal first and the rarest of them lowest, and what remains from each day on:
    one table a criterion and one of the soonest end, for as many bits as there is room for."""

    def __init__(self, offers: Sequence[Offer], goal: int, begin: int, deadline: int) -> None:
        self.begin, self.size = begin, len(offers)
        if not offers:
            self.goal = goal
            return
        self._number_bits(offers, goal)
        self.start = np.array([FAR if o.start is None else o.start for o in offers], dtype=np.int64)
        self.days = np.array([offer.days for offer in offers], dtype=np.int64)
        self.flexible = self.start == FAR
        self.last = self.start + self.days - 1
        self.costs = np.array([offer.costs for offer in offers], dtype=np.int64).reshape(len(offers), -1)
        self.first = np.array([offer.first for offer in offers], dtype=np.int64)
        over = max(int(self.last[~self.flexible].max(initial=begin)), begin) + int(self.days[self.flexible].sum())
        self._tabulate(max(0, min(deadline, over) - begin + 1) + 1)
        self.taught = {bit: self._taught(bit) for bit in range(self.low, self.goal_bits)}

    def lower_bound(self, criteria: Sequence[int], by_end: bool) -> int:
        """The least that the first of the costs, or the end, can be."""
        nothing = np.array([0], dtype=self.gives.dtype)
        costs, soonest = self.bound(np.array([self.begin - 1]), ~nothing, criteria)
        return int(soonest[0] if by_end or not criteria else costs[0, 0])

    def trivial(self, criteria: Sequence[int]) -> Found:
        """Where there is nothing to choose from."""
        nothing = Label(0, self.begin - 1, (0,) * len(criteria), 0, ())
        return Found([] if self.goal else [nothing], True)

    def _number_bits(self, offers: Sequence[Offer], goal: int) -> None:
        used = goal
        for offer in offers:
            used |= offer.gives | offer.needs
        bits = [place for place in range(used.bit_length()) if used >> place & 1]
        given = {bit: sum(offer.gives >> bit & 1 for offer in offers) for bit in bits if goal >> bit & 1}
        needs = [offer.needs for offer in offers if offer.needs]
        needed = {bit: sum(mask >> bit & 1 for mask in needs) for bit in bits if not goal >> bit & 1}
        order = [*sorted(given, key=lambda bit: (given[bit], bit)), *sorted(needed, key=lambda b: (-needed[b], b))]
        # Numbers of any length where 64 bits do not hold them: slower, and as right.
        kind: Any = np.int64 if len(order) < WORD else object
        self.names = order
        place = {old: new for new, old in enumerate(order)}

        def renumbered(mask: int) -> int:
            new = 0
            while mask:
                lowest = mask & -mask
                new |= 1 << place[lowest.bit_length() - 1]
                mask ^= lowest
            return new

        self.goal = renumbered(goal)
        self.goal_bits = goal.bit_count()
        self.gives = np.array([renumbered(offer.gives) for offer in offers], dtype=kind)
        self.needs = np.array([renumbered(offer.needs) for offer in offers], dtype=kind)

    def _tabulate(self, rows: int) -> None:
        self.low = max(0, min(len(self.names), TABLED_BITS, (CELLS // rows).bit_length() - 1))
        inside = (1 << self.low) - 1
        first = np.where(self.flexible, -1, self.start - self.begin)
        order = np.lexsort((-self.days, first))  # steps that take no time last of those without a day
        order = order[self.flexible[order] | (first[order] >= 0)]
        held = [(mask & inside).astype(np.int64) for mask in (self.gives, self.needs)]
        offers = np.stack([first, self.days, *held], axis=1)[order]
        self._offers, self._order, self._rows = offers, order, rows
        self.soonest = self._table(np.zeros(len(offers), dtype=np.int64), by_end=True)
        self._least: dict[int, NDArray[np.int32]] = {}

    def _table(self, costs: Array, by_end: bool = False) -> NDArray[np.int32]:
        table = np.empty((self._rows, 1 << self.low), dtype=np.int32)
        fill(table, self._offers, costs, self.goal & ((1 << self.low) - 1), by_end)
        return table

    def least(self, criterion: int) -> NDArray[np.int32]:
        """What remains of one cost, NEVER where the goal is out of reach."""
        if criterion not in self._least:
            self._least[criterion] = self._table(np.minimum(self.costs[self._order, criterion], NEVER // 2))
        return self._least[criterion]

    def _taught(self, bit: int) -> tuple[Array, Array, int]:
        """First days of the dated offers that give a bit, the soonest last day from each of them on, and the shortest
        offer without a date."""
        gives = (self.gives >> bit & 1).astype(bool)
        dated = np.flatnonzero(gives & ~self.flexible)
        dated = dated[np.argsort(self.start[dated], kind="stable")]
        soonest = np.minimum.accumulate(self.last[dated][::-1])[::-1]
        flexible = self.days[gives & self.flexible]
        return self.start[dated], np.append(soonest, FAR), int(flexible.min(initial=FAR))

    def bound(self, end: Array, missing: Array, criteria: Sequence[int]) -> tuple[Array, Array]:
        """The least further costs and the soonest last day."""
        rows = end + 1 - self.begin
        late = rows >= self._rows
        place = np.where(late, 0, rows), (missing & ((1 << self.low) - 1)).astype(np.int64)
        costs = np.zeros((len(end), len(criteria)), dtype=np.int64)
        for column, criterion in enumerate(criteria):
            if self.costs[:, criterion].any():
                costs[:, column] = self.least(criterion)[place]
        soonest = self.soonest[place].astype(np.int64)
        soonest = np.where(late | (soonest >= NEVER), FAR, soonest + self.begin)
        for bit, (starts, ends, days) in self.taught.items():
            taught = np.minimum(ends[starts.searchsorted(end, "right")], end + days)
            soonest = np.maximum(soonest, np.where((missing >> bit & 1).astype(bool), taught, 0))
        return costs, soonest


def best(ground: Ground, frame: Frame, criteria: tuple[int, ...], by_end: bool = False, budget: int = BUDGET) -> Found:
    """The one chain that is first by these costs, in the order given, and then by end; or first by end and then by
    costs. `frame.most` limits the costs of `criteria`."""
    if not ground.size:
        return ground.trivial(criteria)
    # Where the bound is sharp next to nothing lies between it and the optimum: look there before looking further.
    limit, step = ground.lower_bound(criteria, by_end), 0
    while True:
        search = _Search(ground, frame, criteria, by_end, limit=limit)
        found = search.run(budget, one=True)
        if found.labels or search.passed_over >= FAR:
            return found
        step = max(2 * step, limit // 64, 1)
        limit = max(limit + step, search.passed_over) if found.exact else int(FAR)


def front(
    ground: Ground, frame: Frame, criteria: tuple[int, ...], known: Sequence[Label], budget: int = BUDGET
) -> Found:
    """All chains that no other beats in every cost and in weeks, and that none of the `known` ones beats. Of those that
    are alike in all this one is found."""
    return _Search(ground, frame, criteria, known=known).run(budget) if ground.size else ground.trivial(criteria)


class _Search:
    def __init__(
        self,
        ground: Ground,
        frame: Frame,
        criteria: tuple[int, ...],
        by_end: bool = False,
        known: Sequence[Label] = (),
        limit: int = int(FAR),
    ) -> None:
        self.ground, self.frame, self.criteria, self.by_end, self.known = ground, frame, criteria, by_end, known
        self.goal, self.costs = ground.goal, ground.costs[:, criteria]
        self.limit, self.passed_over = limit, int(FAR)
        self.labels: list[Label] = []
        self.bounds: list[tuple[tuple[int, ...], int]] = []
        self.heap: list[tuple[tuple[int, ...], int, int, int]] = []
        self.kept: dict[int, list[int]] = {}
        self.done: list[Label] = []

    def run(self, budget: int, one: bool = False) -> Found:
        nothing = (0,) * len(self.criteria)
        self._keep(Label(0, self.frame.begin - 1, nothing, 0, ()), nothing, self.frame.begin)
        exact = True
        while self.heap:
            label = self.labels[number := heappop(self.heap)[-1]]
            if number not in self.kept[label.bits] or self._beaten(*self.bounds[number], label.wait):
                continue
            if label.bits & self.goal == self.goal:
                self.done = [*(old for old in self.done if not self._as_good(label, old)), label]
                if one:
                    break
            elif budget > 0:
                budget -= 1
                self._extend(label)
            elif exact and not self.done and not self.known:
                # One chain is better than none: from here on whoever is nearest to the goal goes first.
                exact, budget = False, DIVE
                self.heap = [(self._nearness(n), 0, 0, n) for *_, n in self.heap]
                self.heap.append((self._nearness(number), 0, 0, number))
                heapify(self.heap)
            else:
                return Found(self._named(self.done), False)
        return Found(self._named(self.done), exact)

    def _nearness(self, number: int) -> tuple[int, ...]:
        missing = self.goal & ~self.labels[number].bits
        return (missing.bit_count(), *self.bounds[number][0], self.bounds[number][1])

    def _extend(self, label: Label) -> None:
        ground, most = self.ground, np.array(self.frame.most)
        fits = (ground.start > label.end) & (ground.needs & ~label.bits == 0) & (ground.gives & ~label.bits != 0)
        places = np.flatnonzero(fits)
        end = np.where(ground.flexible[places], label.end + ground.days[places], ground.last[places])
        bits = ground.gives[places] | label.bits
        costs = self.costs[places] + np.array(label.costs, dtype=np.int64)
        further, soonest = ground.bound(end, ~bits, self.criteria)
        least = costs + further
        possible = (soonest <= self.frame.deadline) & (least <= most).all(axis=1)
        leading = soonest if self.by_end or not self.criteria else least[:, 0]
        beyond = possible & (leading > self.limit)
        self.passed_over = min(self.passed_over, int(leading[beyond].min(initial=FAR)))
        possible &= ~beyond
        for done in self.known:  # most of what is beaten goes here, all at once
            weeks = (np.maximum(soonest, self.frame.floor) + self.frame.ahead - self.frame.begin) // 7 + 1
            worse = (least >= np.array(done.costs)).all(axis=1) & (weeks >= self.frame.weeks(done.end))
            possible &= ~(worse & ((least > np.array(done.costs)).any(axis=1) | (weeks > self.frame.weeks(done.end))))
        wait = label.wait + ground.first[places] * (end - self.frame.begin)
        for i in np.flatnonzero(possible).tolist():
            path = (*label.path, int(places[i]))
            new = Label(int(bits[i]), int(end[i]), tuple(costs[i].tolist()), int(wait[i]), path)
            bound = tuple(least[i].tolist())
            if not self._beaten(bound, int(soonest[i]), new.wait):
                self._keep(new, bound, int(soonest[i]))

    def _keep(self, new: Label, bound: tuple[int, ...], soonest: int) -> None:
        same = self.kept.setdefault(new.bits, [])
        olds = [self.labels[number] for number in same]
        if any(_beats_label(old, new) for old in olds):
            return
        same[:] = [number for number, old in zip(same, olds, strict=True) if not _beats_label(new, old)]
        same.append(len(self.labels))
        key = (soonest, *bound) if self.by_end else (*bound, soonest)
        # Of labels alike the one with least to do, lest all that are as good be opened side by side.
        missing = (self.goal & ~new.bits).bit_count()
        heappush(self.heap, (key, new.wait, missing, len(self.labels)))
        self.labels.append(new)
        self.bounds.append((bound, soonest))

    def _beaten(self, costs: tuple[int, ...], soonest: int, wait: int) -> bool:
        """Whether a chain that is done is at least as good as what can become of a label."""
        weeks = self.frame.weeks(soonest)
        for done in (*self.known, *self.done):
            if self.frame.weeks(done.end) <= weeks and _no_dearer(done.costs, costs):
                alike = done.costs == costs and self.frame.weeks(done.end) == weeks
                if not alike or done.wait <= wait:
                    return True
        return False

    def _as_good(self, one: Label, other: Label) -> bool:
        return self.frame.weeks(one.end) <= self.frame.weeks(other.end) and _no_dearer(one.costs, other.costs)

    def _named(self, labels: Iterable[Label]) -> list[Label]:
        """Labels in the bits of the caller."""
        return [
            replace(label, bits=sum(1 << old for new, old in enumerate(self.ground.names) if label.bits >> new & 1))
            for label in labels
        ]


def _beats_label(one: Label, other: Label) -> bool:
    """`one`, which has the same bits, ends no later and costs no more; alike in that, it does not wait longer."""
    if one.end > other.end or not _no_dearer(one.costs, other.costs):
        return False
    return one.wait <= other.wait or one.end < other.end or one.costs != other.costs


def _no_dearer(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(mine <= theirs for mine, theirs in zip(one, other, strict=True))
