"""Candidate-proposing deferred acceptance under quotas, with minority reserves and a home:away ratio.

Everybody asks for the best liked place that has not refused them; a quota with too many gives up whoever has the least
priority, of those whose place is not reserved (Gale and Shapley 1962; reserved places first, then open ones: Hafalir,
Yenmez and Yildirim 2013). Where quotas are nested and reserves are on the innermost, whom a set of places keeps is the
best basis of a laminar matroid: the outcome is stable, best for the candidates among all stable ones, and nobody gains
by another order of wishes. Where they cross, what is left is given to who prefers it, and the pairs that block are
counted. A quota that some options give to, such as a home:away ratio, is looked at when everybody has been asked: as
long as it is exceeded, its consumer of least priority is refused, who may then take a place at home.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.matching.assignment import Market
from services.matching.cohorts import Cohort, holders
from services.matching.compiled import called, compiled
from services.matching.rolls import (
    NOBODY,
    Numbers,
    Rolls,
    counts,
    fits,
    give,
    given_up,
    goes_first,
    guarded,
    over,
    reserve_of,
    rolls,
    take,
)

LISTED = 1_000  # blocking pairs; all are counted
_BLOCK = 20_000  # persons asked between two looks at whether the run was cancelled


@dataclass(frozen=True)
class Outcome:
    """`edge` (n); `nested`: the quotas that refused anybody are nested; `blocking` pairs (K, 2), of `count`."""

    edge: Numbers
    nested: bool
    blocking: Numbers
    count: int


def defer(cohort: Cohort, step: Callable[[str, float], None]) -> Outcome:
    """The placement of a cohort whose persons are in the order of the lottery, and edges in that of preference."""
    r = rolls(cohort, cohort.priority)
    waiting, asked = np.zeros(cohort.persons + 1, np.int64), cohort.market.first[:-1].copy()
    for start in range(0, cohort.persons, _BLOCK):
        step("asking", start / cohort.persons)
        _ask(r, start, min(start + _BLOCK, cohort.persons), waiting, asked)
    step("ratio", 0.0)
    _settle(r, waiting, asked)
    nested = is_nested(cohort.market, r)
    if not nested:
        step("filling", 0.0)
        person = holders(cohort.market)
        _fill(r, np.lexsort((person, -cohort.priority)), person)
    step("blocking pairs", 0.0)
    pairs = np.zeros((LISTED, 2), np.int64)
    count = _blocking(r, pairs)
    return Outcome(r.edge, nested, pairs[: min(count, LISTED)], count)


def is_nested(market: Market, r: Rolls) -> bool:
    """Whether of any two quotas that refused somebody one holds the other or they share no option; each place counts
    once; and reserves are on the innermost."""
    wanted = np.bincount(market.option, minlength=len(market.quota)) > 0
    rows, uses = market.quota[wanted], market.use[wanted]
    bound = np.append(r.refused, False)[rows]  # -1 looks at the last
    if (uses[bound] != 1).any() or (r.refused & r.late).any():
        return False
    size = np.bincount(rows[bound], minlength=len(market.limit))
    order = np.argsort(np.where(bound, size[rows] * len(size) + rows, np.iinfo(np.int64).max), axis=1)
    chain = np.take_along_axis(np.where(bound, rows, -1), order, axis=1)  # the innermost first
    above = np.full(len(market.limit), -2)
    within = np.zeros(len(market.limit), np.bool_)
    for f in range(chain.shape[1]):
        own = chain[:, f]
        outer = chain[:, f + 1] if f + 1 < chain.shape[1] else np.full(len(chain), -1)
        known = own >= 0
        above[own[known]] = outer[known]
        within[outer[outer >= 0]] = True
    for f in range(chain.shape[1]):
        own = chain[:, f]
        outer = chain[:, f + 1] if f + 1 < chain.shape[1] else np.full(len(chain), -1)
        if (above[own[own >= 0]] != outer[own >= 0]).any():
            return False
    has_reserve = np.diff(r.reserves) > 0
    return not (within & has_reserve).any()


@called
def _lacks(r: Rolls, person: int, edge: int) -> bool:
    """Whether the person has a claim to a reserve of the edge that is not filled."""
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0:
            reserve = reserve_of(r, q, person)
            if reserve >= 0 and r.filled[reserve] < r.seats[reserve]:
                return True
    return False


@called
def _hopeless(r: Rolls, person: int, edge: int, late: bool) -> bool:
    """Whether a full quota has only places that come before this one, and none of it is reserved for the person."""
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0 and (late or not r.late[q]) and over(r, q, r.market.use[option, f]):
            top = r.heap[r.begin[q]] if r.size[q] else NOBODY
            last = r.keep[r.edge[top]] if r.size[q] else np.inf
            if (r.keep[edge] < last or (r.keep[edge] == last and person > top)) and not _lacks(r, person, edge):
                r.refused[q] = True
                return True
    return False


@called
def _fullest(r: Rolls, edge: int, late: bool) -> int:
    """Of the exceeded quotas of an edge the one that fewest hold; else -1."""
    option, found = r.market.option[edge], NOBODY
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0 and (late or not r.late[q]) and over(r, q, 0.0) and (found < 0 or r.size[q] < r.size[found]):
            found = q
    return found


@called
def _refuses(r: Rolls, person: int, edge: int) -> int:
    """An exceeded quota of the edge that would give up this very person; else -1."""
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0 and not r.late[q] and over(r, q, 0.0) and given_up(r, q) == person:
            return int(q)
    return NOBODY


@called
def _propose(r: Rolls, waiting: Numbers, count: int, asked: Numbers) -> None:
    """Let those who are waiting ask until each holds a place or has been refused everywhere."""
    while count > 0:
        count -= 1
        person = waiting[count]
        while r.edge[person] < 0 and asked[person] < r.market.first[person + 1]:
            edge = asked[person]
            asked[person] += 1
            if _hopeless(r, person, edge, False):
                continue
            give(r, person, edge)
            refusing = _refuses(r, person, edge)
            if refusing >= 0:
                r.refused[refusing] = True
                take(r, person)
                continue
            q = _fullest(r, edge, False)
            while q >= 0:
                out = given_up(r, q)
                r.refused[q] = True
                take(r, out)
                if out == person:
                    break
                waiting[count] = out
                count += 1
                q = _fullest(r, edge, False)


@compiled
def _ask(r: Rolls, start: int, end: int, waiting: Numbers, asked: Numbers) -> None:
    for person in range(start, end):
        waiting[0] = person
        _propose(r, waiting, 1, asked)


@compiled
def _settle(r: Rolls, waiting: Numbers, asked: Numbers) -> None:
    """Refuse consumers of exceeded ratios, the least priority first, until all hold."""
    again = True
    while again:
        again = False
        for q in range(len(r.late)):
            while r.late[q] and over(r, q, 0.0) and r.size[q] > 0:
                out = given_up(r, q)
                r.refused[q] = True
                take(r, out)
                waiting[0] = out
                _propose(r, waiting, 1, asked)
                again = True


@compiled
def _fill(r: Rolls, order: Numbers, person: Numbers) -> None:
    """Give what is left to who prefers it, those with a claim to an unfilled reserve first."""
    again = True
    while again:
        again = False
        for claiming in (True, False):
            for edge in order:
                i = person[edge]
                if (r.edge[i] >= 0 and edge >= r.edge[i]) or (claiming and not _lacks(r, i, edge)):
                    continue
                if fits(r, edge, r.edge[i], NOBODY):
                    if r.edge[i] >= 0:
                        take(r, i)
                    give(r, i, edge)
                    again = True


@called
def _gives_way(r: Rolls, q: int, person: int, edge: int) -> bool:
    """Whether somebody in the exceeded quota would leave their place to this person, and nobody else had to."""
    for position in range(r.size[q]):
        other = r.heap[r.begin[q] + position]
        if other != person and _hold_without(r, r.edge[other], r.edge[other]) and _hold_without(r, edge, r.edge[other]):
            safe, own = guarded(r, other), guarded(r, person)
            if (own and not safe) or (own == safe and goes_first(r, other, person)):
                return True
    return False


@called
def _hold_without(r: Rolls, edge: int, gone: int) -> bool:
    """Whether the quotas of an edge hold once another comes free; those of edge -1 do."""
    if edge < 0:
        return True
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0 and over(r, q, -counts(r, gone, q)):
            return False
    return True


@compiled
def _blocking(r: Rolls, pairs: Numbers) -> int:
    """How many pairs of a person and a better liked edge would form if the rule were asked again: what fits, or would
    if one person of less priority left. The first go into `pairs`. A full quota that has the person at another of its
    places, with more priority, keeps them there: that is not a pair."""
    count = 0
    for person in range(len(r.edge)):
        held = r.edge[person]
        end = held if held >= 0 else r.market.first[person + 1]
        for edge in range(r.market.first[person], end):
            if _hopeless(r, person, edge, True):
                continue
            good = fits(r, edge, held, NOBODY)
            if not good:
                if held >= 0:
                    take(r, person)
                give(r, person, edge)
                q = _fullest(r, edge, True)
                good = q >= 0 and _hold_without(r, held, NOBODY) and _gives_way(r, q, person, edge)
                take(r, person)
                if held >= 0:
                    give(r, person, held)
            if good:
                if count < len(pairs):
                    pairs[count, 0], pairs[count, 1] = person, edge
                count += 1
    return count
