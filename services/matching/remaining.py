"""The arithmetic of plans, compiled: which steps another beats, and what is still to come.

The least that is still to come is known for every day and every set of missing bits: dynamic programming from the
deadline back to the first day (Held and Karp 1962, over sets; here over days as well). Exact for the bits it holds, a
lower bound where a search knows of more.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.compiled import compiled

NEVER = 2**30
Numbers = NDArray[np.int64]
Table = NDArray[np.int32]


@compiled
def fill(table: Table, offers: Numbers, costs: Numbers, goal: int, by_end: bool) -> None:
    """`table[day, missing]`, day 0 the first one and the last row the day after the deadline, becomes the least sum of
    `costs` with which all of `goal` is reached from there, or with `by_end` the soonest last day; NEVER: never.

    `offers` are rows (first day or -1, days, bits given, bits needed), those without a first day in front, then by
    first day.
    """
    horizon, sets = table.shape[0] - 1, table.shape[1]
    flexible = 0
    while flexible < len(offers) and offers[flexible, 0] < 0:
        flexible += 1
    dated = len(offers) - 1
    for day in range(horizon, -1, -1):
        for missing in range(sets):
            if missing & goal == 0:
                table[day, missing] = day - 1 if by_end else 0
            else:
                table[day, missing] = table[day + 1, missing] if day < horizon else NEVER
        while dated >= flexible and offers[dated, 0] > day:
            dated -= 1
        place = dated
        while place >= flexible and offers[place, 0] == day:
            _take(table, day, offers[place], costs[place])
            place -= 1
        for place in range(flexible):
            _take(table, day, offers[place], costs[place])


@compiled
def _take(table: Any, day: int, offer: Any, cost: int) -> None:
    later, gives, needs = day + offer[1], offer[2], offer[3]
    if later >= table.shape[0]:
        return
    here, there = table[day], table[later]
    for missing in range(table.shape[1]):
        if missing & gives and not missing & needs:
            reached = there[missing & ~gives] + cost
            if reached < here[missing]:
                here[missing] = reached


@compiled
def find_beaten(beaten: NDArray[np.bool_], masks: Numbers, when: Numbers) -> None:
    """Marks the steps for which another one can stand. `masks[step]` are the words of bits given and of bits needed;
    `when[step]` is (first day or -1, days, -1 if it should come first, costs…)."""
    for i in range(len(when)):
        for j in range(len(when)):
            if i != j and not beaten[j] and _stands_for(masks[j], when[j], masks[i], when[i]):
                beaten[i] = True
                break


@compiled
def _stands_for(masks: Any, when: Any, other_masks: Any, other: Any) -> bool:
    if when[0] >= 0 and (other[0] < 0 or when[0] < other[0] or when[0] + when[1] > other[0] + other[1]):
        return False
    if when[0] < 0 and when[1] > other[1]:
        return False
    for place in range(2, len(when)):
        if when[place] > other[place]:
            return False
    for word in range(masks.shape[1]):
        if other_masks[0, word] & ~masks[0, word] or masks[1, word] & ~other_masks[1, word]:
            return False
    return True


def warm() -> None:
    """Have these loops ready, from where they are kept or, if need be, by compiling them."""
    table, offers, one = np.zeros((2, 2), dtype=np.int32), np.zeros((1, 4), dtype=np.int64), np.zeros(1, dtype=np.int64)
    fill(table, offers, one, 1, False)
    find_beaten(np.zeros(1, dtype=np.bool_), np.zeros((1, 2, 1), dtype=np.int64), np.zeros((1, 3), dtype=np.int64))
