"""The largest total score of a cohort's placement under quotas that cross one another, with a proven gap.

Lagrangian relaxation: each quota gets a price, each person takes the option worth most after prices, and prices rise
where too many come. First the answers are smoothed by an entropy that cools down, with momentum, which brings thousands
of prices near their place in some hundred rounds; then subgradient steps of Polyak's length tighten the bound. The
bound of any prices holds for every placement (weak duality), so the gap needs no trust in how they were found. A
placement is built greedily by what is left after prices, and mended by moving one person to make room for another.

Pure: arrays in, arrays out; the same input gives the same bytes on any number of threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

NOWHERE = -1
_CHUNKS = 8  # fixed, so that sums are made in the same order on one core and on many
_ALONE = 20_000  # edges that are looked at sooner than threads are woken
_LEAST = 1e-9  # a smaller gain is none
_PASSES = 6  # over everybody, each looking for something better
_TRIED = 24  # persons of a full quota who are asked to move
_NEAR = 0.01  # of the highest score


class Market(NamedTuple):
    """Who may go where, and what limits it.

    `first` (n + 1): where each person's edges begin. `option`, `score` (E): an edge's option and what it is worth,
    above 0. `quota` (O, F): the quotas an option counts against, -1 for none; `use` (O, F): by how much; below 0 makes
    room, as a home place does under a home:away ratio. `limit` (Q): each quota's limit. An option is a vacancy as it is
    to one kind of person: of that origin, of that priority group.
    """

    first: NDArray[np.int64]
    option: Ints
    score: Floats
    quota: Ints
    use: Floats
    limit: Floats


@dataclass(frozen=True)
class Assignment:
    """`edge` (n): each person's edge or -1; `total` score; `bound` that no placement exceeds; `price` (Q) of quotas."""

    edge: NDArray[np.int64]
    total: float
    bound: float
    price: Floats

    @property
    def gap(self) -> float:
        """How far below the bound, as a share of it."""
        return 1 - self.total / self.bound if self.bound > 0 else 0.0


def _silent(stage: str, done: float) -> None:
    """Tell nobody."""


def assign(market: Market, rounds: int = 150, step: Callable[[str, float], None] = _silent) -> Assignment:
    """The best placement found, with its bound. Time grows as rounds × edges; `step` is told of every tenth round."""
    price, bound = prices(market, rounds, step)
    step("placing", 0.0)
    worth = market.score - option_prices(market, price)[market.option]
    order = np.lexsort((np.arange(len(worth)), -worth))
    edge = place(market, order)
    improve(market, worth, edge)
    chosen = edge[edge >= 0]
    return Assignment(edge, float(market.score[chosen].sum()), bound, price)


def option_prices(market: Market, price: Floats) -> Floats:
    """What each option costs at these prices of quotas (O)."""
    padded = np.append(price, 0.0)  # a quota of -1 costs nothing
    return np.asarray((padded[market.quota] * market.use).sum(axis=1))


def prices(market: Market, rounds: int, step: Callable[[str, float], None] = _silent) -> tuple[Floats, float]:
    """Prices of quotas (Q) and the bound they prove."""
    price = np.zeros(len(market.limit))
    best, best_price = np.inf, price
    speed = np.zeros_like(price)
    highest = float(market.score.max(initial=0.0))
    for number, heat in enumerate(np.geomspace(0.3, 0.005, rounds) * highest):
        if number % 10 == 0:
            step("prices", number / (2 * rounds))
        bound, usage, gross = _answers(market, price, heat)
        if bound < best:
            best, best_price = bound, price
        push = np.log((usage + gross + 0.01) / (market.limit + gross + 0.01)).clip(-3, 3)
        speed = 0.8 * speed + 0.3 * heat * push
        moved = price + speed
        speed[moved < 0] = 0.0
        price = moved.clip(0)
    return _tighten(market, best_price, rounds, step)


def _tighten(market: Market, price: Floats, rounds: int, told: Callable[[str, float], None]) -> tuple[Floats, float]:
    best, best_price = np.inf, price
    direction, step, stalled = np.zeros_like(price), 0.3, 0
    scale = 1 / (np.abs(market.limit) + 1)
    lower = 0.0
    for number in range(rounds):
        bound, usage, _ = _answers(market, price, 0.0)
        if number % 10 == 0:
            told("prices", (rounds + number) / (2 * rounds))
        if number % 50 == 0:
            lower = max(lower, _guided_total(market, price))
        if bound < best * (1 - 1e-9):
            best, best_price, stalled = bound, price, 0
        else:
            stalled += 1
            if stalled > 8:
                step, stalled = step * 0.6, 0
        over = usage - market.limit
        over[(over < 0) & (price == 0)] = 0.0
        direction = over + 0.7 * direction
        norm = float((direction**2 * scale).sum())
        if norm == 0 or bound - lower <= 1e-9 * abs(bound):
            break
        price = (price + step * (bound - lower) / norm * scale * direction).clip(0)
    return best_price, float(best)


def _guided_total(market: Market, price: Floats) -> float:
    worth = market.score - option_prices(market, price)[market.option]
    edge = place(market, np.argsort(-worth, kind="stable"))
    return float(market.score[edge[edge >= 0]].sum())


def _answers(market: Market, price: Floats, heat: float) -> tuple[float, Floats, Floats]:
    """The bound at these prices; how much of each quota is asked for (Q); and how much room is made in it (Q)."""
    costs = option_prices(market, price)
    respond = _respond if len(market.score) > _ALONE else _respond_alone
    worth, asked = respond(market.first, market.option, market.score, costs, heat)
    used = market.use * asked.sum(axis=0)[:, None]
    size = len(market.limit) + 1  # the last collects what counts against nothing
    usage: Floats = np.bincount(market.quota.ravel() % size, used.ravel(), size)[:-1].astype(np.float64)
    made: Floats = np.bincount(market.quota.ravel() % size, -used.clip(max=0).ravel(), size)[:-1].astype(np.float64)
    return float(worth.sum() + price @ market.limit), usage, made


def _responses(first: Any, option: Any, score: Any, cost: Any, heat: float) -> Any:
    """Per chunk: Σ of each person's best worth, and how often each option is asked for; shared out by exp(worth/heat)
    when there is heat, and else to the best alone, the first of equals."""
    n = len(first) - 1
    worth = np.zeros(_CHUNKS)
    asked = np.zeros((_CHUNKS, len(cost)))
    for chunk in prange(_CHUNKS):
        for i in range(n * chunk // _CHUNKS, n * (chunk + 1) // _CHUNKS):
            top, at = 0.0, -1
            for e in range(first[i], first[i + 1]):
                value = score[e] - cost[option[e]]
                if value > top:
                    top, at = value, e
            worth[chunk] += top
            if heat == 0.0:
                if at >= 0:
                    asked[chunk, option[at]] += 1.0
                continue
            share = np.exp(-top / heat)  # of staying where one is
            for e in range(first[i], first[i + 1]):
                distance = (score[e] - cost[option[e]] - top) / heat
                if distance > -12.0:
                    share += np.exp(distance)
            for e in range(first[i], first[i + 1]):
                distance = (score[e] - cost[option[e]] - top) / heat
                if distance > -12.0:
                    asked[chunk, option[e]] += np.exp(distance) / share
    return worth, asked


_respond_alone = njit(cache=True, nogil=True)(_responses)
_respond = njit(cache=True, nogil=True, parallel=True)(_responses)


@njit(cache=True, nogil=True)
def _count(market: Any, used: Any, edge: int, sign: float) -> None:
    """Count an edge's option against its quotas, or (sign -1) no longer; edge -1 counts nowhere."""
    if edge >= 0:
        o = market.option[edge]
        for f in range(market.quota.shape[1]):
            if market.quota[o, f] >= 0:
                used[market.quota[o, f]] += sign * market.use[o, f]


@njit(cache=True, nogil=True)
def _broken(market: Any, used: Any, edge: int, members: Any) -> int:
    """Of the quotas that an edge counts against, one that is exceeded, that with the fewest members; else -1."""
    worst = -1
    if edge >= 0:
        for q in market.quota[market.option[edge]]:
            if q >= 0 and used[q] > market.limit[q] + 1e-9 and (worst < 0 or members[q] < members[worst]):
                worst = q
    return worst


@njit(cache=True, nogil=True)
def place(market: Any, order: Any) -> Any:
    """Each person's edge or -1, taking edges in `order` while they fit; again when what made room may let more in."""
    n = len(market.first) - 1
    edge = np.full(n, -1, np.int64)
    person = np.empty(len(market.option), np.int64)
    for i in range(n):
        person[market.first[i] : market.first[i + 1]] = i
    used, nobody = np.zeros(len(market.limit)), np.zeros(len(market.limit), np.int64)
    more = True
    while more:
        more = False
        for e in order:
            if edge[person[e]] >= 0:
                continue
            _count(market, used, e, 1.0)
            if _broken(market, used, e, nobody) >= 0:
                _count(market, used, e, -1.0)
            else:
                edge[person[e]] = e
                more = more or market.use[market.option[e]].min() < 0
    return edge


@njit(cache=True, nogil=True)
def improve(market: Any, worth: Any, edge: Any) -> None:
    """Give a person a better edge, moving at most one other away from it, as long as the two together gain.

    `worth` (E) is the score after prices. At the right prices nobody gains by an edge of less worth than one's own, so
    only those within `_NEAR` are tried; and who has the best alternative is asked first to leave a full quota.
    """
    if not len(market.score):
        return
    used = np.zeros(len(market.limit))
    near = _NEAR * market.score.max()
    for i in range(len(edge)):
        _count(market, used, edge[i], 1.0)
    for _ in range(_PASSES):
        members, begin = _members(market, _regret(market, worth, edge), edge)
        gained = False
        for i in range(len(edge)):
            for e in range(market.first[i], market.first[i + 1]):
                before = edge[i]
                enough = (worth[before] if before >= 0 else 0.0) - near
                if worth[e] >= enough and market.score[e] > (market.score[before] if before >= 0 else 0.0) + _LEAST:
                    gained = _move(market, used, members, begin, edge, i, e) or gained
        if not gained:
            return


@njit(cache=True, nogil=True)
def _regret(market: Any, worth: Any, edge: Any) -> Any:
    """What each placed person (n) loses, in worth, by the best alternative, which may be to stay."""
    regret = np.zeros(len(edge))
    for i in range(len(edge)):
        if edge[i] >= 0:
            best = 0.0
            for e in range(market.first[i], market.first[i + 1]):
                if e != edge[i]:
                    best = max(best, worth[e])
            regret[i] = worth[edge[i]] - best
    return regret


@njit(cache=True, nogil=True)
def _members(market: Any, regret: Any, edge: Any) -> Any:
    """Who counts against each quota, `members[begin[q] : begin[q + 1]]`, the least regret first."""
    begin = np.zeros(len(market.limit) + 1, np.int64)
    placed = np.flatnonzero(edge >= 0)
    for i in placed:
        for q in market.quota[market.option[edge[i]]]:
            if q >= 0:
                begin[q + 1] += 1
    begin = np.cumsum(begin)
    at, members = begin[:-1].copy(), np.empty(begin[-1], np.int64)
    for i in placed[np.argsort(regret[placed], kind="mergesort")]:
        for q in market.quota[market.option[edge[i]]]:
            if q >= 0:
                members[at[q]] = i
                at[q] += 1
    return members, begin


@njit(cache=True, nogil=True)
def _move(market: Any, used: Any, members: Any, begin: Any, edge: Any, i: int, e: int) -> bool:
    """Person `i` to edge `e`, alone or with whoever makes room for the least loss; nothing happens if neither gains."""
    before, sizes = edge[i], begin[1:] - begin[:-1]
    _count(market, used, before, -1.0)
    _count(market, used, e, 1.0)
    full = _broken(market, used, e, sizes)
    if full < 0 and _broken(market, used, before, sizes) < 0:
        edge[i] = e
        return True
    mine = market.score[e] - (market.score[before] if before >= 0 else 0.0)
    who, where, best = -1, -1, _LEAST
    for k in members[begin[full] : min(begin[full + 1], begin[full] + _TRIED)] if full >= 0 else members[:0]:
        out = edge[k]
        if k == i or out < 0:
            continue
        _count(market, used, out, -1.0)
        if mine - market.score[out] > best and not _any_broken(market, used, e, before, out, -1, sizes):
            who, where, best = k, -1, mine - market.score[out]
        for other in range(market.first[k], market.first[k + 1]):
            if mine - market.score[out] + market.score[other] > best and other != out:
                _count(market, used, other, 1.0)
                if not _any_broken(market, used, e, before, out, other, sizes):
                    who, where, best = k, other, mine - market.score[out] + market.score[other]
                _count(market, used, other, -1.0)
        _count(market, used, out, 1.0)
    if who < 0:
        _count(market, used, e, -1.0)
        _count(market, used, before, 1.0)
        return False
    _count(market, used, edge[who], -1.0)
    _count(market, used, where, 1.0)
    edge[who], edge[i] = where, e
    return True


@njit(cache=True, nogil=True)
def _any_broken(market: Any, used: Any, a: int, b: int, c: int, d: int, sizes: Any) -> bool:
    for each in (a, b, c, d):  # noqa: SIM110 -- the compiler takes no generators
        if _broken(market, used, each, sizes) >= 0:
            return True
    return False
