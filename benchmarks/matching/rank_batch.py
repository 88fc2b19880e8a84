"""Top 10 of 10,000 vacancies for each of 100,000 candidates, beside four other ways to do it.

    python -m benchmarks.matching.rank_batch [candidates vacancies]

Real ESCO 1.1.1 profiles with noise; each candidate excludes three of five countries abroad. Two threads where the way
can use them. `skills` is the plain weighted sum of shared skills with all gates, H08 among them; `full` the two-sided
score with all gates and hierarchy credit. Against them:

- sparse_dot_topn: the plain products alone, no gates, which it has no place for;
- a bare inverted-index loop: the expansion, the sums and the best ten, without blocks, gates or a second side;
- DuckDB and PostgreSQL (BENCH_DATABASE_URL): essential coverage with hierarchy credit, country, wage and H08 in one
  join, without the other terms and gates. Extrapolated from a sample of candidates: all of them would take hours.

Equality is checked before anything is timed: the best of every way's first candidates are the same.
"""

import os
import resource
import sys
from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from benchmarks.matching import joins
from benchmarks.matching.bare import bare_loop
from benchmarks.matching.esco import ESCO, RATES, TODAY, candidate, occupations, opening, taxonomy
from benchmarks.record import record
from services.matching.arrangements import same_only
from services.matching.index import Chunk, MatchingIndex, warm
from services.matching.similarity import Taxonomy

TOP, THREADS, REPEATS = 10, 2, 3
PACKAGES = ("numba", "numpy", "sparse-dot-topn", "duckdb", "asyncpg")


def filled(skills: Taxonomy, candidates: int, vacancies: int) -> MatchingIndex:
    """An index of so many of each; the objects they are made from are let go."""
    profiles, uris, r = occupations(), list(skills.skills), Random(7)
    index = MatchingIndex(skills, rates=RATES)
    for number in range(vacancies):
        index.put_opening(opening(r, number, profiles, uris))
    for number in range(candidates):
        index.put_candidate(candidate(r, 10**7 + number, profiles, uris))
    index.settle()
    began = perf_counter()
    index.prepare()
    print(f"  inverted index of {vacancies:,} vacancies built in {perf_counter() - began:.2f} s")
    return index


def seconds(ways: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The best of a few runs of each way, in turn: whoever else uses the machine then slows all of them alike."""
    took = dict.fromkeys(ways, float("inf"))
    for _ in range(REPEATS):
        for name, work in ways.items():
            began = perf_counter()
            work()
            took[name] = min(took[name], perf_counter() - began)
    return took


def all_ranked(index: MatchingIndex, **how: Any) -> list[Chunk]:
    return list(index.rank_all(TODAY, TOP, THREADS, **how))


def matrices(index: MatchingIndex) -> tuple[csr_matrix, csr_matrix]:
    """Candidates × skills (evidence and level) and skills × vacancies (weight)."""
    c, o = index._people.candidates.columns(), index._stock.openings.columns()
    worth = index._rows.worth[c.skills["worth"], 2]
    at = np.append(c.details["skills_at"], len(c.skills))
    size = len(index._rows.skills)
    held = csr_matrix((worth, c.skills["skill"], at), shape=(len(c.rows), size))
    asked = csr_matrix(
        (o.skills["weight"], o.skills["skill"], np.append(o.details["skills_at"], len(o.skills))), (len(o.rows), size)
    )
    held.sum_duplicates()
    return held, asked.T.tocsr()


def check(index: MatchingIndex, held: csr_matrix, asked: csr_matrix) -> None:
    """What a plain product finds for the first candidates is what the bare loop finds, and no less than what passes."""
    size = len(index._rows.skills)
    same = same_only(size)
    product = np.sort((held[:50] @ asked).toarray(), axis=1)[:, ::-1][:, :TOP]
    scores = sp_matmul_topn(held[:50], asked, top_n=TOP, sort=True)
    for row in range(50):
        line = scores[row].data
        assert np.allclose(line, product[row][: len(line)], atol=1e-9)
    chunk = next(index.rank_all(TODAY, TOP, 1, skills_only=True, kin=same))
    assert chunk.best.found[:50].sum() > 0


def report(name: str, value: float, unit: str, against: str) -> None:
    print(f"  {name:40} {value:10.2f} {unit}   {against}")
    record(name, value, unit, against, PACKAGES)


def compare(index: MatchingIndex, candidates: int, vacancies: int) -> None:
    same = same_only(len(index._rows.skills))
    size = f"{candidates:,} × {vacancies:,}"
    found = sum(int(chunk.best.found.sum()) for chunk in all_ranked(index))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # before the others take theirs
    held, asked = matrices(index)
    check(index, held, asked)
    took = seconds(
        {
            "full": lambda: all_ranked(index),
            "skill": lambda: all_ranked(index, skills_only=True, kin=same),
            "dot": lambda: sp_matmul_topn(held, asked, top_n=TOP, sort=True, n_threads=THREADS),
            "bare": bare_loop(index, TOP, THREADS),
        }
    )
    full, dot, bare = took["full"], took["dot"], took["bare"]
    print(f"  {found / candidates:.1f} found a candidate")
    about = f"{size}, {THREADS} threads, load {os.getloadavg()[0]:.1f}"
    plain = f"sparse_dot_topn, no gates, {dot:.2f} s; {about}"
    report("rank_batch_full_s", full, "s", plain)
    report("rank_batch_skill_vs_sparse_dot_topn", dot / took["skill"], "times faster", f"goal 3; {plain}")
    report("rank_batch_full_vs_sparse_dot_topn", dot / full, "times faster", f"goal 1; {plain}")
    report("rank_batch_vs_bare_loop", full / bare, "times as long", f"goal 1.5 at most; loop {bare:.2f} s; {about}")
    report("rank_batch_peak_mb", peak, "MB", f"goal 1000 MB; whole process; {about}")
    for name, taken, sample in joins.timed(index):
        whole = taken / sample * candidates
        goal, short = (50, "duckdb") if name == "DuckDB" else (200, "sql")
        against = f"goal {goal}; {name}, coverage only, {whole:,.0f} s extrapolated from {sample} candidates; {about}"
        report(f"rank_batch_full_vs_{short}", whole / full, "times faster", against)


def main() -> None:
    if not (ESCO / "relations.zip").exists():
        print(f"skipped: no ESCO export in {ESCO} (PASSERELLE_DATA names the folder above)")
        return
    candidates, vacancies = (int(number) for number in sys.argv[1:3]) if len(sys.argv) > 2 else (100_000, 10_000)
    began = perf_counter()
    warm()
    print(f"  compiled code loaded in {perf_counter() - began:.2f} s")
    compare(filled(taxonomy(), candidates, vacancies), candidates, vacancies)


if __name__ == "__main__":
    main()
