"""1,000,000 candidates × 100,000 vacancies, and one against all in both directions.

    python -m benchmarks.matching.rank_million [candidates vacancies]

A tenth of the candidates is drawn from ESCO profiles with noise; the others are copies of them in which every fifth
skill is another one. Memory is that of the whole process at its peak.
"""

import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from random import Random
from time import perf_counter, thread_time
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.matching.esco import ESCO, TODAY, candidate, occupations, opening, taxonomy
from benchmarks.matching.rank_batch import THREADS, TOP, filled, report
from services.matching.columns import Candidates
from services.matching.index import MatchingIndex, warm
from services.matching.packed import Packed

COPIES, ASKED = 10, 300


def multiply(index: MatchingIndex, copies: int) -> None:
    """Put so many altered copies of its candidates in their place."""
    packed, random = index._people.candidates, np.random.default_rng(7)
    columns, size = packed.columns()._asdict(), packed.size
    held = np.repeat(np.arange(size), columns["details"]["skills_end"] - columns["details"]["skills_at"])
    made = {name: np.empty(len(array) * copies, array.dtype) for name, array in columns.items()}
    for copy in range(copies):  # one after the other: sorting all at once would take more memory than the index
        for name, array in columns.items():
            put = made[name][copy * len(array) : (copy + 1) * len(array)]
            put[:] = array
            if name == "skills" and copy:
                other = random.random(len(put)) < 0.2
                put["skill"][other] = random.integers(0, index._kin.known, np.count_nonzero(other))
                put[:] = put[np.lexsort([put["skill"], held])]
        details = made["details"][copy * size : (copy + 1) * size]
        for name in set(columns) - {"rows", "details"}:
            details[f"{name}_at"] += copy * len(columns[name])
            details[f"{name}_end"] += copy * len(columns[name])
    ids = [UUID(int=10**7 + number) for number in range(size * copies)]
    made["details"]["id_low"] = 10**7 + np.arange(size * copies)
    whole = Packed(Candidates)
    whole._begin(made, ids)
    index._people = index._people._replace(candidates=whole)
    index.prepare()


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds on the clock, and of the processor: a machine in use shows in the first alone."""
    began, used = perf_counter(), thread_time()
    work()
    return (perf_counter() - began) * 1000, (thread_time() - used) * 1000


def one_against_all(index: MatchingIndex) -> None:
    profiles, uris, r = occupations(), list(index.taxonomy.skills), Random(11)
    people = [candidate(r, number, profiles, uris) for number in range(ASKED)]
    jobs = [opening(r, number, profiles, uris) for number in range(ASKED)]
    rank_one = partial(index.rank_openings, today=TODAY, limit=TOP, include_near_misses=False)
    rank_all = partial(index.rank_candidates, today=TODAY, limit=TOP, include_near_misses=False)
    rank_one(people[0])
    rank_all(jobs[0])
    took = {
        "rank_one_engine_p99_ms": [timed(partial(rank_one, person)) for person in people],
        "rank_vacancy_engine_p99_ms": [timed(partial(rank_all, job)) for job in jobs],
    }
    goals = {
        "rank_one_engine_p99_ms": f"goal 1 ms, {index.openings:,} vacancies",
        "rank_vacancy_engine_p99_ms": f"goal 15 ms, {index.candidates:,} candidates",
    }
    for name, pairs in took.items():
        p50, p99 = np.percentile(pairs, [50, 99], axis=0)
        about = f"{goals[name]}; p50 {p50[0]:.2f} ms; processor time p50 {p50[1]:.2f} ms, p99 {p99[1]:.2f} ms"
        report(name, float(p99[0]), "ms", f"{about}; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    if not (ESCO / "relations.zip").exists():
        print(f"skipped: no ESCO export in {ESCO} (PASSERELLE_DATA names the folder above)")
        return
    candidates, vacancies = (int(number) for number in sys.argv[1:3]) if len(sys.argv) > 2 else (1_000_000, 100_000)
    warm()
    began = perf_counter()
    index = filled(taxonomy(), candidates // COPIES, vacancies)
    loaded = perf_counter() - began
    print(f"  {candidates // COPIES:,} candidates and {vacancies:,} vacancies made and indexed in {loaded:.0f} s")
    multiply(index, COPIES)
    one_against_all(index)
    began, found = perf_counter(), 0
    for number, chunk in enumerate(index.rank_all(TODAY, TOP, THREADS), 1):
        found += int(chunk.best.found.sum())
        if number % 100 == 0:
            print(f"  {number * 1000:,} candidates, {perf_counter() - began:.0f} s", flush=True)
    took = perf_counter() - began
    size = f"{candidates:,} × {vacancies:,}, {THREADS} threads, load {os.getloadavg()[0]:.1f}"
    report("rank_batch_1m_x_100k_s", took, "s", f"goal 120 s; {found / candidates:.1f} found a candidate; {size}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report("rank_batch_1m_x_100k_peak_mb", peak, "MB", f"goal 1500 MB; whole process; {size}")


if __name__ == "__main__":
    main()
