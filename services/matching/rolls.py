"""Who holds a place under each quota, whom it would give up first at the top of a heap; and what is used.

Persons are numbered in the order of their lottery, so that of equals the larger number goes first. Compiled.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.assignment import Floats, Market
from services.matching.cohorts import Cohort, holders
from services.matching.compiled import called

Numbers = NDArray[np.int64]
NOBODY = -1
LEEWAY = 1e-9  # sums of uses are not exact


class Rolls(NamedTuple):
    """State of a market while places are given and taken back.

    `market`; `keep` (E): the higher, the longer a quota keeps who holds the edge. `edge` (n): what each holds, or -1.
    `used` (Q). Of quota q `heap[begin[q] : begin[q] + size[q]]` are the persons that count against it, the one to give
    up on top; `place` (n, F): where a person is in the heap of each quota of the edge held. `claim` (n, R) would be
    large: reserves of quota q are `of_quota[reserves[q] : reserves[q + 1]]`, with `bit`, `seats` and how many are
    `filled` (R). `late` (Q): quotas that some options give to; looked at when everybody has been asked. `refused` (Q):
    whether a quota has refused anybody. `stack`: where a search through a heap remembers what it has not seen.
    """

    market: Market
    keep: Floats
    group: Numbers
    edge: Numbers
    used: Floats
    begin: Numbers
    size: Numbers
    heap: Numbers
    place: Numbers
    reserves: Numbers
    bit: Numbers
    seats: Numbers
    filled: Numbers
    late: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    stack: Numbers


def rolls(cohort: Cohort, keep: Floats) -> Rolls:
    """Nobody holds anything yet."""
    market = cohort.market
    n, quotas = cohort.persons, len(market.limit)
    takes = market.use > 0
    asked = np.bincount(market.option, minlength=len(market.quota))
    column = np.where(takes & (market.quota >= 0), market.quota, quotas)
    demand = np.bincount(column.ravel(), np.repeat(asked, market.quota.shape[1]), quotas + 1)[:-1]
    least = np.full(quotas + 1, np.inf)
    np.minimum.at(least, column.ravel(), np.where(takes, market.use, np.inf).ravel())
    late = np.zeros(quotas + 1, np.bool_)
    late[market.quota[(market.use < 0) & (market.quota >= 0)]] = True
    most = np.floor(market.limit.clip(0) / least[:-1] + LEEWAY) + 2  # one more than fits comes in before one goes out
    room = np.minimum(np.where(late[:-1], demand, np.minimum(demand, most)), n)
    begin = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
    kept = sorted(range(len(cohort.reserve)), key=lambda r: cohort.reserve[r].quota)
    at = np.searchsorted([cohort.reserve[r].quota for r in kept], np.arange(quotas + 1))
    return Rolls(
        market=market,
        keep=keep,
        group=cohort.group,
        edge=np.full(n, NOBODY, np.int64),
        used=np.zeros(quotas),
        begin=begin,
        size=np.zeros(quotas, np.int64),
        heap=np.zeros(begin[-1], np.int64),
        place=np.zeros((n, market.quota.shape[1]), np.int64),
        reserves=at.astype(np.int64),
        bit=np.array([cohort.reserve[r].group for r in kept], np.int64),
        seats=np.array([cohort.reserve[r].seats for r in kept], np.int64),
        filled=np.zeros(len(kept), np.int64),
        late=late[:-1],
        refused=np.zeros(quotas, np.bool_),
        stack=np.zeros(int(room.max(initial=0)) + 2, np.int64),
    )


@called
def goes_first(r: Rolls, a: int, b: int) -> bool:
    """Whether a quota gives up person `a` before `b`; both hold an edge."""
    mine, other = r.keep[r.edge[a]], r.keep[r.edge[b]]
    return bool(mine < other or (mine == other and a > b))


@called
def _put(r: Rolls, q: int, position: int, person: int) -> None:
    r.heap[r.begin[q] + position] = person
    option = r.market.option[r.edge[person]]
    for f in range(r.market.quota.shape[1]):
        if r.market.quota[option, f] == q:
            r.place[person, f] = position


@called
def _rise(r: Rolls, q: int, position: int, person: int) -> None:
    """Put a person in at `position` or above."""
    while position > 0:
        above = (position - 1) // 2
        other = r.heap[r.begin[q] + above]
        if not goes_first(r, person, other):
            break
        _put(r, q, position, other)
        position = above
    _put(r, q, position, person)


@called
def _sink(r: Rolls, q: int, position: int, person: int) -> None:
    """Put a person in at `position` or below."""
    while 2 * position + 1 < r.size[q]:
        below = 2 * position + 1
        other = r.heap[r.begin[q] + below]
        if below + 1 < r.size[q] and goes_first(r, r.heap[r.begin[q] + below + 1], other):
            below += 1
            other = r.heap[r.begin[q] + below]
        if not goes_first(r, other, person):
            break
        _put(r, q, position, other)
        position = below
    _put(r, q, position, person)


@called
def reserve_of(r: Rolls, q: int, person: int) -> int:
    """The reserve of a quota that a person counts against: the first of one of their groups; else -1."""
    for each in range(r.reserves[q], r.reserves[q + 1]):
        if (r.group[person] >> r.bit[each]) & 1:
            return each
    return NOBODY


@called
def give(r: Rolls, person: int, edge: int) -> None:
    """The person, who holds nothing, holds an edge."""
    r.edge[person] = edge
    option = r.market.option[edge]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0:
            r.used[q] += r.market.use[option, f]
            if r.market.use[option, f] > 0:
                r.size[q] += 1
                _rise(r, q, r.size[q] - 1, person)
                reserve = reserve_of(r, q, person)
                if reserve >= 0:
                    r.filled[reserve] += 1


@called
def take(r: Rolls, person: int) -> None:
    """The person holds nothing any more."""
    option = r.market.option[r.edge[person]]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0:
            r.used[q] -= r.market.use[option, f]
            if r.market.use[option, f] > 0:
                r.size[q] -= 1
                position, last = r.place[person, f], r.heap[r.begin[q] + r.size[q]]
                if last != person:
                    if position > 0 and goes_first(r, last, r.heap[r.begin[q] + (position - 1) // 2]):
                        _rise(r, q, position, last)
                    else:
                        _sink(r, q, position, last)
                reserve = reserve_of(r, q, person)
                if reserve >= 0:
                    r.filled[reserve] -= 1
    r.edge[person] = NOBODY


@called
def over(r: Rolls, q: int, more: float) -> bool:
    """Whether a quota would be exceeded with so much more."""
    return bool(r.used[q] + more > r.market.limit[q] + LEEWAY)


@called
def guarded(r: Rolls, person: int) -> bool:
    """Whether the person holds a place of a reserve that is not exceeded."""
    option = r.market.option[r.edge[person]]
    for f in range(r.market.quota.shape[1]):
        q = r.market.quota[option, f]
        if q >= 0:
            reserve = reserve_of(r, q, person)
            if reserve >= 0 and r.filled[reserve] <= r.seats[reserve]:
                return True
    return False


@called
def given_up(r: Rolls, q: int) -> int:
    """Whom a quota gives up: of those whose place is not reserved the first to go; else the first to go; or -1."""
    if r.size[q] == 0:
        return NOBODY
    found, waiting = NOBODY, 1
    r.stack[0] = 0
    while waiting > 0:
        waiting -= 1
        position = r.stack[waiting]
        person = r.heap[r.begin[q] + position]
        if found >= 0 and goes_first(r, found, person):
            continue  # and so it is before everybody below
        if not guarded(r, person):
            found = person
            continue
        for below in range(2 * position + 1, min(2 * position + 3, r.size[q])):
            r.stack[waiting] = below
            waiting += 1
    return found if found >= 0 else r.heap[r.begin[q]]


@called
def counts(r: Rolls, edge: int, q: int) -> float:
    """By how much an edge counts against a quota; 0 for edge -1."""
    if edge >= 0:
        option = r.market.option[edge]
        for f in range(r.market.quota.shape[1]):
            if r.market.quota[option, f] == q:
                return float(r.market.use[option, f])
    return 0.0


@called
def _hold(r: Rolls, quotas_of: int, edge: int, a: int, b: int) -> bool:
    if quotas_of >= 0:
        option = r.market.option[quotas_of]
        for f in range(r.market.quota.shape[1]):
            q = r.market.quota[option, f]
            if q >= 0 and over(r, q, counts(r, edge, q) - counts(r, a, q) - counts(r, b, q)):
                return False
    return True


@called
def fits(r: Rolls, edge: int, a: int, b: int) -> bool:
    """Whether all quotas hold when `edge` is given, and edges `a` and `b` (or -1) come free."""
    return _hold(r, edge, edge, a, b) and _hold(r, a, edge, a, b) and _hold(r, b, edge, a, b)


def reserved(cohort: Cohort, edge: Numbers) -> tuple[int, ...]:
    """Places of each reserve that its group holds."""
    held = edge[edge >= 0]
    people, rows = holders(cohort.market)[held], cohort.market.quota[cohort.market.option[held]]
    found: list[int] = []
    seen: dict[int, NDArray[np.bool_]] = {}
    for each in cohort.reserve:
        member = (rows == each.quota).any(axis=1) & ((cohort.group[people] >> each.group) & 1).astype(bool)
        earlier = seen.get(each.quota, np.zeros(len(people), np.bool_))
        found.append(min(each.seats, int((member & ~earlier).sum())))
        seen[each.quota] = earlier | member
    return tuple(found)
