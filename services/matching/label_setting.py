"""Exact search for chains of steps, none overlapping, that reach a goal: label setting guided by lower bounds (NAMOA*,
Mandow and Pérez de la Cruz 2010).

A label is (bits reached, last day, costs). The best one by its lower bounds is extended first; it is dropped when one
with the same bits ends no later and costs no more, or when a chain already found beats all that it can still become.
Bounds forget dates for the costs (the cheapest cover of what is missing) and other bits for the end (the soonest that
each missing bit is taught). Work is counted, not timed, so that the same question has the same answer on every machine:
a search that used up its `budget` of extended labels says `exact=False`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUDGET = 300
DIVE = 100  # further labels to find any chain at all
COVERED_BITS = 12  # of the goal, the rarest: the table of cheapest covers has 2 ** COVERED_BITS rows
FAR = np.int64(2**40)  # later, or dearer, than anything
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
    used = 0
    for offer in offers:
        used |= offer.gives | offer.needs
    kind: Any = np.int64 if used.bit_length() < 63 else object
    gives = np.array([offer.gives for offer in offers], dtype=kind)
    needs = np.array([offer.needs for offer in offers], dtype=kind)
    flexible = np.array([offer.start is None for offer in offers])
    start = np.array([offer.start or 0 for offer in offers], dtype=np.int64)
    days = np.array([offer.days for offer in offers], dtype=np.int64)
    costs = np.array([offer.costs for offer in offers], dtype=np.int64).reshape(len(offers), -1)
    first = np.array([offer.first for offer in offers])
    beaten = np.zeros(len(offers), dtype=bool)
    for i in range(len(offers)):
        inside = ~flexible & (start >= start[i]) & (start + days <= start[i] + days[i])
        better = (flexible & (days <= days[i])) | (inside & ~flexible[i])
        better &= (gives[i] & ~gives == 0) & (needs & ~needs[i] == 0) & (first >= first[i])
        better &= (costs <= costs[i]).all(axis=1) & ~beaten
        better[i] = False
        beaten[i] = better.any()
    return np.flatnonzero(~beaten).tolist()


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


def best(offers: Sequence[Offer], goal: int, frame: Frame, by_end: bool = False, budget: int = BUDGET) -> Found:
    """The one chain that is first by costs, in the order given, and then by end; or first by end and then by costs."""
    if not goal or not offers:
        return _trivial(goal, frame)
    return _Search(offers, goal, frame, by_end).run(budget, one=True)


def front(offers: Sequence[Offer], goal: int, frame: Frame, known: Sequence[Label], budget: int = BUDGET) -> Found:
    """All chains that no other beats in every cost and in weeks, and that none of the `known` ones beats. Of those that
    are alike in all this one is found."""
    if not goal or not offers:
        return _trivial(goal, frame)
    return _Search(offers, goal, frame, known=known).run(budget)


def reach(offers: Sequence[Offer], goal: int, frame: Frame, budget: int = BUDGET) -> Found:
    """For each part of the goal that can be reached in time the chain that does so soonest."""
    if not goal or not offers:
        return Found([_nothing(frame)], True)
    bare = [replace(offer, costs=()) for offer in offers]
    return _Search(bare, goal, replace(frame, most=()), by_end=True).run_to_all(budget)


def _trivial(goal: int, frame: Frame) -> Found:
    return Found([] if goal else [_nothing(frame)], True)


def _nothing(frame: Frame) -> Label:
    return Label(0, frame.begin - 1, (0,) * len(frame.most), 0, ())


class _Search:
    """The offers as columns, the bits of the goal first and the rarest of them lowest."""

    def __init__(
        self, offers: Sequence[Offer], goal: int, frame: Frame, by_end: bool = False, known: Sequence[Label] = ()
    ) -> None:
        self.frame, self.by_end, self.known = frame, by_end, known
        self._number_bits(offers, goal)
        self.start = np.array([FAR if o.start is None else o.start for o in offers], dtype=np.int64)
        self.days = np.array([offer.days for offer in offers], dtype=np.int64)
        self.flexible = self.start == FAR
        self.last = self.start + self.days - 1
        self.costs = np.array([offer.costs for offer in offers], dtype=np.int64).reshape(len(offers), -1)
        self.first = np.array([offer.first for offer in offers], dtype=np.int64)
        self.low = min(self.goal_bits, COVERED_BITS)
        self.covers = np.stack([self._cover(column) for column in (*self.costs.T, self.days)])
        self.taught = [self._taught(bit) for bit in range(self.goal_bits)]
        self.labels: list[Label] = []
        self.bounds: list[tuple[tuple[int, ...], int]] = []
        self.heap: list[tuple[tuple[int, ...], int, int]] = []
        self.kept: dict[int, list[int]] = {}
        self.done: list[Label] = []

    def _number_bits(self, offers: Sequence[Offer], goal: int) -> None:
        used = goal
        for offer in offers:
            used |= offer.gives | offer.needs
        bits = [place for place in range(used.bit_length()) if used >> place & 1]
        often = {bit: sum(offer.gives >> bit & 1 for offer in offers) for bit in bits}
        order = sorted(bits, key=lambda bit: (not goal >> bit & 1, often[bit], bit))
        # Numbers of any length where 64 bits do not hold them: slower, and as right.
        kind: Any = np.int64 if len(order) < 63 else object
        self.names = order

        def renumbered(mask: int) -> int:
            return sum(1 << new for new, old in enumerate(order) if mask >> old & 1)

        self.goal = renumbered(goal)
        self.goal_bits = goal.bit_count()
        self.gives = np.array([renumbered(offer.gives) for offer in offers], dtype=kind)
        self.needs = np.array([renumbered(offer.needs) for offer in offers], dtype=kind)

    def _cover(self, costs: Array) -> Array:
        """By set of missing bits, the least cost of offers that give them, dates and the other bits forgotten."""
        sets = np.arange(1 << self.low)
        cover = np.where(sets == 0, 0, FAR)
        given = (self.gives & ((1 << self.low) - 1)).astype(np.int64)
        cheapest: dict[int, int] = {}
        for mask, cost in zip(given.tolist(), costs.tolist(), strict=True):
            cheapest[mask] = min(cost, cheapest.get(mask, cost))
        for mask, cost in cheapest.items():
            cover = np.minimum(cover, cover[sets & ~mask] + cost)
        return cover

    def _taught(self, bit: int) -> tuple[Array, Array, int]:
        """First days of the dated offers that give a bit, the soonest last day from each of them on, and the shortest
        offer without a date."""
        gives = (self.gives >> bit & 1).astype(bool)
        dated = np.flatnonzero(gives & ~self.flexible)
        dated = dated[np.argsort(self.start[dated], kind="stable")]
        soonest = np.minimum.accumulate(self.last[dated][::-1])[::-1]
        flexible = self.days[gives & self.flexible]
        return self.start[dated], np.append(soonest, FAR), int(flexible.min(initial=FAR))

    def _bound(self, end: Array, missing: Array) -> tuple[Array, Array]:
        """The least further costs and the soonest last day."""
        low = (missing & ((1 << self.low) - 1)).astype(np.int64)
        costs = self.covers[:-1, low].T
        soonest = end + self.covers[-1, low]
        for bit, (starts, ends, days) in enumerate(self.taught):
            taught = np.minimum(ends[np.searchsorted(starts, end, side="right")], end + days)
            soonest = np.maximum(soonest, np.where((missing >> bit & 1).astype(bool), taught, 0))
        return costs, soonest

    def run(self, budget: int, one: bool = False) -> Found:
        self._keep(self._root(), self._root().costs, self.frame.begin)
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
                self.heap = [(self._nearness(n), 0, n) for key, _, n in self.heap]
                self.heap.append((self._nearness(number), 0, number))
                heapify(self.heap)
            else:
                return Found(self._named(self.done), False)
        return Found(self._named(self.done), exact)

    def run_to_all(self, budget: int) -> Found:
        self._keep(self._root(), (), self.frame.begin)
        soonest: dict[int, Label] = {}
        while self.heap and budget > 0:
            label = self.labels[heappop(self.heap)[-1]]
            if label.bits not in soonest:
                soonest[label.bits] = label
                budget -= 1
                self._extend(label, to_goal=False)
        return Found(self._named(soonest.values()), not self.heap)

    def _root(self) -> Label:
        return Label(0, self.frame.begin - 1, (0,) * self.costs.shape[1], 0, ())

    def _nearness(self, number: int) -> tuple[int, ...]:
        missing = self.goal & ~self.labels[number].bits
        return (missing.bit_count(), *self.bounds[number][0], self.bounds[number][1])

    def _extend(self, label: Label, to_goal: bool = True) -> None:
        fits = (self.start > label.end) & (self.needs & ~label.bits == 0) & (self.gives & ~label.bits != 0)
        places = np.flatnonzero(fits)
        if not places.size:
            return
        end = np.where(self.flexible[places], label.end + self.days[places], self.last[places])
        bits = self.gives[places] | label.bits
        costs = self.costs[places] + np.array(label.costs, dtype=np.int64)
        least, soonest = costs, end
        if to_goal:
            further, soonest = self._bound(end, self.goal & ~bits)
            least = costs + further
        possible = soonest <= self.frame.deadline
        if self.frame.most:
            possible &= (least <= np.array(self.frame.most)).all(axis=1)
        wait = label.wait + self.first[places] * (end - self.frame.begin)
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
        heappush(self.heap, (key, new.wait, len(self.labels)))
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
            replace(label, bits=sum(1 << old for new, old in enumerate(self.names) if label.bits >> new & 1))
            for label in labels
        ]


def _beats_label(one: Label, other: Label) -> bool:
    """`one`, which has the same bits, ends no later and costs no more; alike in that, it does not wait longer."""
    if one.end > other.end or not _no_dearer(one.costs, other.costs):
        return False
    return one.wait <= other.wait or one.end < other.end or one.costs != other.costs


def _no_dearer(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(mine <= theirs for mine, theirs in zip(one, other, strict=True))
