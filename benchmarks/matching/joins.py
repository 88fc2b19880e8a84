"""The same question as a join, in DuckDB and PostgreSQL: coverage of essential skills with hierarchy credit, country,
wage and H08. No other gate, no second side."""

import asyncio
import os
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import asyncpg
import duckdb
import numpy as np

from services.matching.columns import OPTIONAL, Kin
from services.matching.index import MatchingIndex
from services.matching.similarity import GROUP, NARROWER, SAME

SAMPLES = {"DuckDB": 1000, "PostgreSQL": 50}
TABLES = {
    "bench_similar": "skill int, other int, alike float8",
    "bench_asked": "opening int, skill int, level int, weight float8",
    "bench_vacancy": "opening int, country int, net float8, essential float8",
    "bench_held": "candidate int, skill int, level int, evidence float8",
    "bench_wish": "candidate int, min_wage float8",
    "bench_excluded": "candidate int, country int",
}
QUERY = """
with credit as (
    select h.candidate, a.opening, a.skill, a.weight,
        max(s.alike * least(1.0, h.level::float8 / a.level) * h.evidence) as credit
    from bench_held h join bench_similar s on s.skill = h.skill join bench_asked a on a.skill = s.other
    group by h.candidate, a.opening, a.skill, a.weight),
covered as (select candidate, opening, sum(credit * weight) as e from credit group by candidate, opening),
passing as (
    select c.candidate, c.opening, c.e / v.essential as e,
        row_number() over (partition by c.candidate order by c.e / v.essential desc, c.opening) as place
    from covered c join bench_vacancy v on v.opening = c.opening join bench_wish w on w.candidate = c.candidate
    where c.e >= 0.5 * v.essential and v.net >= w.min_wage and not exists (
        select 1 from bench_excluded x where x.candidate = c.candidate and x.country = v.country))
select candidate, opening, e from passing where place <= 10
"""
INDEXES = (
    "create index on bench_similar (skill)",
    "create index on bench_asked (skill) include (opening, level, weight)",
    "create index on bench_held (candidate)",
    "analyze",
)


def similar(kin: Kin) -> tuple[np.ndarray[Any, Any], ...]:
    """Where the list of each skill begins, the skills it may stand in for, and how alike they are."""
    at, skills, alike = np.zeros(kin.known + 1, dtype=np.int64), [], []
    for skill in range(kin.known):
        near = {
            other: GROUP
            for group in kin.groups[skill][kin.groups[skill] >= 0]
            for other in kin.members[kin.members_at[group] : kin.members_at[group + 1]].tolist()
        }
        near |= dict.fromkeys(kin.related[kin.related_at[skill] : kin.related_at[skill + 1]].tolist(), NARROWER)
        near[skill] = SAME
        skills += near.keys()
        alike += near.values()
        at[skill + 1] = len(skills)
    return at, np.array(skills, dtype=np.int32), np.array(alike)


def rows(index: MatchingIndex, sample: int) -> dict[str, list[np.ndarray[Any, Any]]]:
    """Columns of each table, for the first `sample` candidates and all vacancies."""
    c, o = index._people.candidates.columns(), index._stock.openings.columns()
    at, others, alike = similar(index._kin)
    asked = np.repeat(np.arange(len(o.rows)), o.details["skills_end"] - o.details["skills_at"])
    essential = o.skills["kind"] != OPTIONAL
    details = c.details[:sample]
    held = c.skills[: details["skills_end"][-1]]
    excluded = c.excluded[: details["excluded_end"][-1]]
    people = np.arange(sample)
    return {
        "bench_similar": [np.repeat(np.arange(len(at) - 1), np.diff(at)), others, alike],
        "bench_asked": [
            asked[essential],
            *(o.skills[name][essential] for name in ("skill", "level", "weight")),
        ],
        "bench_vacancy": [np.arange(len(o.rows)), *(o.rows["country"], o.rows["net"], o.details["essential"])],
        "bench_held": [
            np.repeat(people, details["skills_end"] - details["skills_at"]),
            held["skill"],
            held["worth"] // 5 + 1,
            index._rows.worth[held["worth"], 0],
        ],
        "bench_wish": [people, c.rows["min_wage"][:sample]],
        "bench_excluded": [np.repeat(people, details["excluded_end"] - details["excluded_at"]), excluded["number"]],
    }


def in_duckdb(index: MatchingIndex, sample: int) -> float:
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    for name, columns in rows(index, sample).items():
        fields = [field.split()[0] for field in TABLES[name].split(", ")]
        given = {field: np.ascontiguousarray(values) for field, values in zip(fields, columns, strict=True)}
        connection.register("given", given)
        connection.execute(f"create table {name} as select * from given")
        connection.unregister("given")
    began = perf_counter()
    found = connection.execute(QUERY).fetchall()
    assert found
    return perf_counter() - began


async def in_postgres(url: str, index: MatchingIndex, sample: int) -> float:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for name, columns in rows(index, sample).items():
        await connection.execute(f"create temp table {name} ({TABLES[name]})")
        await connection.copy_records_to_table(name, records=zip(*(each.tolist() for each in columns), strict=True))
    for statement in INDEXES:
        await connection.execute(statement)
    began = perf_counter()
    found = await connection.fetch(QUERY)
    took = perf_counter() - began
    await connection.close()
    assert found
    return took


def timed(index: MatchingIndex) -> Iterator[tuple[str, float, int]]:
    """Name, seconds, and the number of candidates that took so long."""
    sample = min(SAMPLES["DuckDB"], index.candidates)
    yield "DuckDB", in_duckdb(index, sample), sample
    if url := os.environ.get("BENCH_DATABASE_URL"):
        sample = min(SAMPLES["PostgreSQL"], index.candidates)
        yield "PostgreSQL", asyncio.run(in_postgres(url, index, sample)), sample
