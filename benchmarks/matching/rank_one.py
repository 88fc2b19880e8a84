"""One candidate against 10,000 vacancies of real ESCO profiles: top 10 with explanations, beside SQL.

    BENCH_DATABASE_URL=postgresql://… python -m benchmarks.matching.rank_one

Writes to benchmarks/results.json. Without BENCH_DATABASE_URL only the index is timed. SQL computes the essential
coverage alone (no gates, no other term, no explanation) from a stored table of similar skills: the favourable
case for it. Its best scores are compared with the index before anything is timed.
"""

import asyncio
import os
import tracemalloc
from collections.abc import Iterator
from random import Random
from time import perf_counter

import asyncpg
import numpy as np

from benchmarks.matching.esco import ESCO, RATES, TODAY, candidate, occupations, opening, taxonomy
from benchmarks.record import record
from services.matching.index import MatchingIndex
from services.matching.profiles import Candidate, Opening, required_skills
from services.matching.scoring import DEFAULT_PROFILE, explain
from services.matching.similarity import GROUP, NARROWER, SAME, Taxonomy

VACANCIES, CANDIDATES, TOP = 10_000, 300, 10

SCHEMA = """
create temp table bench_similar (skill int, other int, alike float8);
create temp table bench_asked (opening int, skill int, level int);
create temp table bench_total (opening int primary key, essential int);
"""
INDEXES = """
create index on bench_similar (skill);
create index on bench_asked (skill) include (opening, level);
analyze bench_similar; analyze bench_asked; analyze bench_total;
"""
QUERY = """
with held as (select * from unnest($1::int[], $2::int[], $3::float8[]) as h(skill, level, evidence)),
credit as (
    select a.opening, a.skill, max(s.alike * least(1, h.level::float8 / a.level) * h.evidence) as credit
    from held h join bench_similar s on s.skill = h.skill join bench_asked a on a.skill = s.other
    group by a.opening, a.skill)
select opening, sum(credit) / essential as e from credit join bench_total using (opening)
group by opening, essential order by e desc, opening limit 10
"""


def percentiles(seconds: list[float]) -> tuple[float, float]:
    p50, p99 = np.percentile(np.array(seconds) * 1000, [50, 99])
    return float(p50), float(p99)


def top_ten(index: MatchingIndex, person: Candidate, jobs: dict[object, Opening], skills: Taxonomy) -> int:
    ranked = index.rank_openings(person, TODAY, TOP)
    explained = [explain(person, jobs[each.id], skills, RATES, TODAY) for each in ranked]
    assert [each.score for each in explained] == [each.score for each in ranked]
    return len(explained)


def time_index(
    index: MatchingIndex, people: list[Candidate], jobs: dict[object, Opening], skills: Taxonomy
) -> tuple[float, float]:
    top_ten(index, people[0], jobs, skills)
    seconds, found = [], 0
    for person in people:
        begun = perf_counter()
        found += top_ten(index, person, jobs, skills)
        seconds.append(perf_counter() - begun)
    print(f"  {found / len(people):.1f} results a candidate")
    return percentiles(seconds)


def similar(skills: Taxonomy) -> Iterator[tuple[int, int, float]]:
    for uri, number in skills.number.items():
        near = {other: GROUP for group in skills.groups(uri) for other in skills.members[group].tolist()}
        near |= dict.fromkeys(skills.related_numbers(uri).tolist(), NARROWER)
        near[number] = SAME
        yield from ((number, other, alike) for other, alike in near.items())


async def time_sql(
    url: str, index: MatchingIndex, people: list[Candidate], jobs: list[Opening], skills: Taxonomy
) -> tuple[float, float]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(SCHEMA)
    asked = [
        (row, skills.number[skill.uri], skill.level)
        for row, job in enumerate(jobs)
        for skill in required_skills(job)
        if skill.essential
    ]
    totals = np.bincount([row for row, _, _ in asked], minlength=len(jobs)).tolist()
    await connection.copy_records_to_table("bench_similar", records=similar(skills))
    await connection.copy_records_to_table("bench_asked", records=asked)
    await connection.copy_records_to_table("bench_total", records=[(i, n) for i, n in enumerate(totals) if n])
    await connection.execute(INDEXES)
    query = await connection.prepare(QUERY)
    seconds = []
    for turn, person in enumerate(people):
        held = [
            [skills.number[skill.uri] for skill in person.skills],
            [skill.level for skill in person.skills],
            [DEFAULT_PROFILE.evidence[skill.evidence] for skill in person.skills],
        ]
        begun = perf_counter()
        best = await query.fetch(*held)
        seconds.append(perf_counter() - begun)
        if turn == 0:
            facts = index._openings_facts(person, TODAY).essential / np.maximum(totals, 1)
            assert np.allclose(np.sort(facts)[::-1][:TOP], [row["e"] for row in best], atol=1e-9)
            seconds.clear()
    await connection.close()
    return percentiles(seconds)


def main() -> None:
    if not (ESCO / "relations.zip").exists():
        print(f"skipped: no ESCO export in {ESCO} (PASSERELLE_DATA names the folder above)")
        return
    tracemalloc.start()
    skills = taxonomy()
    print(f"taxonomy: {len(skills.skills)} skills, {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB with labels")
    profiles, uris, r = occupations(), list(skills.skills), Random(7)
    jobs = [opening(r, number, profiles, uris) for number in range(VACANCIES)]
    people = [candidate(r, 10**6 + number, profiles, uris) for number in range(CANDIDATES)]
    index = MatchingIndex(skills, DEFAULT_PROFILE, RATES)
    before = tracemalloc.get_traced_memory()[0]
    for job in jobs:
        index.put_opening(job)
    print(f"index: {VACANCIES} openings, {(tracemalloc.get_traced_memory()[0] - before) / 1e6:.1f} MB")
    tracemalloc.stop()
    p50, p99 = time_index(index, people, {job.id: job for job in jobs}, skills)
    print(f"index, gates and explanations: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    against = "SQL not run"
    if url := os.environ.get("BENCH_DATABASE_URL"):
        sql50, sql99 = asyncio.run(time_sql(url, index, people, jobs, skills))
        against = f"PostgreSQL, coverage only: p50 {sql50:.2f} ms, p99 {sql99:.2f} ms"
        print(f"{against}; SQL / index: p50 {sql50 / p50:.1f}, p99 {sql99 / p99:.1f}")
    for name, value in (("p50", p50), ("p99", p99)):
        record(f"matching.rank_one.{name}", value, "ms", against, ("numpy", "asyncpg"))


if __name__ == "__main__":
    main()
