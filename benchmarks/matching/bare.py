"""The least that an inverted index must do: expand a candidate, add up, keep the best ten. For comparison only."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit

from benchmarks.matching.joins import similar
from services.matching.columns import OPTIONAL
from services.matching.index import MatchingIndex


@njit(nogil=True, cache=True)
def _rank(first, last, at, skill, worth, similar, near, alike, start, row, level, weight, vacancies, limit):  # type: ignore[no-untyped-def]
    credit = np.zeros((len(start), 5))
    found = np.zeros((last - first, limit))
    sums = np.zeros(vacancies)
    order = np.empty(len(start), np.int32)
    for i in range(first, last):
        n = 0
        for p in range(at[i], at[i + 1]):
            for q in range(similar[skill[p]], similar[skill[p] + 1]):
                if credit[near[q], 0] == 0.0:
                    order[n] = near[q]
                    n += 1
                for v in range(5):
                    credit[near[q], v] = max(credit[near[q], v], alike[q] * worth[p, v])
        sums[:] = 0.0
        for k in range(n):
            s = order[k]
            for p in range(start[s], start[s + 1]):
                sums[row[p]] += weight[p] * credit[s, level[p]]
            credit[s, :] = 0.0
        best = found[i - first]
        for j in range(vacancies):
            if sums[j] > best[limit - 1]:
                p = limit - 1
                while p > 0 and best[p - 1] < sums[j]:
                    best[p] = best[p - 1]
                    p -= 1
                best[p] = sums[j]
    return found


def bare_loop(index: MatchingIndex, limit: int, threads: int) -> Callable[[], list[Any]]:
    """Best sums over the essential skills of all vacancies, for all candidates: what is to be timed."""
    c, o = index._people.candidates.columns(), index._stock.openings.columns()
    near_at, near, alike = similar(index._kin)
    asked = np.flatnonzero(o.skills["kind"] != OPTIONAL)
    rows = np.repeat(np.arange(len(o.rows)), o.details["skills_end"] - o.details["skills_at"])[asked]
    by_skill = asked[np.argsort(o.skills["skill"][asked], kind="stable")]
    rows = rows[np.argsort(o.skills["skill"][asked], kind="stable")].astype(np.int32)
    start = np.zeros(len(near_at), dtype=np.int64)
    np.add.at(start, o.skills["skill"][by_skill] + 1, 1)
    start = np.cumsum(start)
    at = np.append(c.details["skills_at"], len(c.skills))
    worth = index._rows.worth[c.skills["worth"]]
    skill, level, weight = c.skills["skill"].copy(), o.skills["level"][by_skill] - 1, o.skills["weight"][by_skill]

    def rank(first: int) -> Any:
        last = min(first + 1000, len(c.rows))
        return _rank(
            first, last, at, skill, worth, near_at, near, alike, start, rows, level, weight, len(o.rows), limit
        )

    def run() -> list[Any]:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(rank, range(0, len(c.rows), 1000)))

    return run
