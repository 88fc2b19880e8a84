"""Plans among 10,000 programmes over ESCO skills: time with the look-up of sessions, and how far from the optimum.

    BENCH_DATABASE_URL=postgresql://… python -m benchmarks.matching.plans

Sessions are looked up in PostgreSQL as the service does it; the plans are compared with CP-SAT over every session that
was found, nothing pruned, and with a greedy planner. Writes to benchmarks/results.json and prints the table of
benchmarks/RESULTS.md.
"""

import asyncio
import os
from dataclasses import dataclass
from random import Random
from time import perf_counter

import asyncpg
import numpy as np

from benchmarks.matching.esco import ESCO, RATES, TODAY, occupations, taxonomy
from benchmarks.matching.plans_cp_sat import Model, greedy
from benchmarks.matching.plans_data import AGENCY, Target, programmes, target
from benchmarks.record import record
from services.cli.databases import create, new_passwords, variables
from services.cli.migrate import upgrade
from services.contracts.envelope import Event
from services.contracts.registry import ProgrammeChanged
from services.kit import tenancy
from services.kit.db import Database
from services.matching.courses import Wanted, language, sessions_for
from services.matching.gaps import Task, Terms, stand_ins
from services.matching.models.copies import Programme, TrainingSession
from services.matching.planning import Planning, plan
from services.matching.profiles import Session
from services.matching.routes import TOTAL, routes
from services.matching.similarity import Taxonomy

PROGRAMMES, TARGETS, COMPARED = 10_000, 300, 60


@dataclass(frozen=True, slots=True)
class Answer:
    """One target, the sessions found, what it took to find them and to plan (ms), and the plans."""

    target: Target
    sessions: list[Session]
    looking: float
    planning: float
    found: Planning


async def load(database: Database, owner: str, events: list[Event]) -> None:
    """Programmes and sessions as the feed would leave them."""
    async with database.transaction(tenancy.HOUSE) as session:
        session.add_all(
            Programme(
                id=event.id,
                organisation_id=event.organisation_id,
                partnership_ids=event.partnership_ids,
                data=event.model_dump(mode="json"),
            )
            if isinstance(event, ProgrammeChanged)
            else TrainingSession(**event.model_dump(exclude={"external_id"}))
            for event in events
        )
    connection = await asyncpg.connect(owner)
    await connection.execute("ANALYZE")
    await connection.close()


async def answer(database: Database, target: Target, skills: Taxonomy) -> Answer:
    terms = Terms(skills, RATES, TODAY)
    begun = perf_counter()
    gap = Task(target.candidate, target.opening, terms).gap
    wanted = Wanted(
        taught=stand_ins(gap.skills, skills) | {language(name.split()[0]) for name in gap.languages},
        owned={skill.uri for skill in target.candidate.skills},
        organisation=AGENCY,
        offered=lambda ids: True,
        language="en",
    )
    async with database.transaction(str(AGENCY)) as session:
        sessions = await sessions_for(session, wanted, TODAY, 10)
    looked = perf_counter()
    found = plan(target.candidate, target.opening, sessions, terms)
    return Answer(target, sessions, 1000 * (looked - begun), 1000 * (perf_counter() - looked), found)


def percentiles(milliseconds: list[float]) -> str:
    return "p50 {:.0f} ms, p99 {:.0f} ms".format(*np.percentile(milliseconds, [50, 99]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """`gap` of cost and weeks to the optimum; None where CP-SAT proved none. `missed`: a plan exists, none found."""

    cost: float | None
    weeks: float | None
    missed: bool
    seconds: float
    greedy: float | None
    greedy_missed: bool


def compare(given: Answer, skills: Taxonomy) -> Comparison | None:
    """None where there is no plan."""
    task = Task(given.target.candidate, given.target.opening, Terms(skills, RATES, TODAY))
    task.offer(given.sessions)
    found = routes(task, task.goal).found
    begun = perf_counter()
    cheapest, shortest = Model(task).cheapest(), Model(task).shortest()
    seconds = (perf_counter() - begun) / 2
    if cheapest.value is None:
        assert not (found and cheapest.proven), "a plan where CP-SAT proves that there is none"
        return None
    own = min((route.costs[TOTAL] for route in found), default=None)
    weeks = min((route.weeks for route in found), default=None)
    careless = greedy(task)
    return Comparison(
        cost=_gap(own, cheapest.value) if cheapest.proven else None,
        weeks=_gap(weeks, shortest.value) if shortest.proven else None,
        missed=own is None,
        seconds=seconds,
        greedy=_gap(careless, cheapest.value),
        greedy_missed=careless is None,
    )


def _gap(own: int | None, best: int | None) -> float | None:
    """How much more, as a share."""
    return None if own is None or best is None else (own - best) / max(best, 1)


def report(answers: list[Answer], compared: list[Comparison]) -> None:
    whole = [each.looking + each.planning for each in answers]
    proven = float(np.mean([each.found.proven_optimal for each in answers]))
    gaps = [gap for each in compared for gap in (each.cost, each.weeks) if gap is not None]
    missed, careless = sum(each.missed for each in compared), [e.greedy for e in compared if e.greedy is not None]
    near = sum(gap <= 0.01 for gap in gaps) / (len(gaps) + missed)
    against = (
        f"CP-SAT on all: p50 {1000 * np.median([e.seconds for e in compared]):.0f} ms,"
        f" p99 {1000 * np.percentile([e.seconds for e in compared], 99):.0f} ms an objective"
    )
    print(f"{len(answers)} targets, {np.median([len(e.sessions) for e in answers]):.0f} sessions found (median)")
    print(
        f"looking up {percentiles([e.looking for e in answers])}; planning {percentiles([e.planning for e in answers])}"
    )
    print(f"both {percentiles(whole)}; {against}")
    print(f"a full plan for {np.mean([any(p.complete for p in e.found.plans) for e in answers]):.0%}")
    print(f"proven optimal {proven:.1%}; whole front {np.mean([e.found.whole_front for e in answers]):.1%}")
    print(f"{len(compared)} compared: within 1 % {near:.1%}, worst gap {max(gaps):.2%}, missed {missed}")
    print(
        f"greedy: mean gap {np.mean(careless):.1%}, worst {max(careless):.0%},"
        f" missed {sum(e.greedy_missed for e in compared)}"
    )
    p99 = float(np.percentile(whole, 99))
    record("plan_p99_ms_10k_programmes", p99, "ms", against, ("numpy", "ortools", "sqlalchemy"))
    record("plan_within_1_percent_share", near, "share", "CP-SAT on all", ("numpy", "ortools"))


async def measure(url: str, owner: str) -> None:
    skills, profiles, r = taxonomy(), occupations(), Random(11)
    uris = list(skills.skills)
    database = Database(url)
    await load(database, owner, programmes(r, PROGRAMMES, profiles))
    targets = [target(r, number, profiles, uris, skills) for number in range(TARGETS)]
    await answer(database, targets[0], skills)  # the first one opens the connection
    answers = [await answer(database, each, skills) for each in targets]
    await database.close()
    compared = [found for each in answers[:COMPARED] if (found := compare(each, skills))]
    report(answers, compared)


def main() -> None:
    server = os.environ.get("BENCH_DATABASE_URL")
    if not server or not (ESCO / "relations.zip").exists():
        print("skipped: BENCH_DATABASE_URL and the ESCO export are needed (PASSERELLE_DATA names the folder above)")
        return
    passwords = new_passwords()
    create(server, passwords)
    addresses = variables(server, passwords)
    os.environ |= addresses
    upgrade("matching")
    asyncio.run(measure(addresses["DATABASE_URL_MATCHING"], addresses["DATABASE_URL_MATCHING_OWNER"]))


if __name__ == "__main__":
    main()
