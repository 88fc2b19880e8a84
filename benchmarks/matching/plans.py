"""Plans among 10,000 programmes over ESCO skills: time with the look-up of sessions, and how far from the optimum.

    BENCH_DATABASE_URL=postgresql://… python -m benchmarks.matching.plans

Sessions are looked up in PostgreSQL as the service does it; the plans are compared with CP-SAT over every session that
was found, nothing pruned, and with a greedy planner. Writes to benchmarks/results.json and prints the table of
benchmarks/RESULTS.md.
"""

import asyncio
import gc
import os
from dataclasses import dataclass
from random import Random
from time import perf_counter, process_time

import asyncpg
import numpy as np

from benchmarks.matching.esco import AGENCY, ESCO, RATES, TODAY, occupations, taxonomy
from benchmarks.matching.plans_cp_sat import Model, greedy
from benchmarks.matching.plans_data import Target, programmes, target
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

PROGRAMMES, TARGETS = 10_000, 50
COMPARED, COMPARE_SECONDS = 60, 20  # whichever is reached first


@dataclass(frozen=True, slots=True)
class Answer:
    """One target, the sessions found, what it took to find them and to plan (ms of wall clock), how much of both this
    process was at work (ms; PostgreSQL is another process), and the plans."""

    target: Target
    sessions: list[Session]
    looking: float
    planning: float
    cpu: float
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
    begun, at_work = perf_counter(), process_time()
    gap = Task(target.candidate, target.opening, terms).gap
    wanted = Wanted(
        taught=stand_ins(gap.skills, skills) | {language(name.split()[0]) for name in gap.languages},
        owned={skill.uri for skill in target.candidate.skills},
        organisation=AGENCY,
        country=target.candidate.residence,
        offered=lambda ids: True,
        language="en",
    )
    async with database.transaction(str(AGENCY)) as session:
        sessions = (await sessions_for(session, wanted, TODAY, 10)).sessions
    looked = perf_counter()
    found = plan(target.candidate, target.opening, sessions, terms)
    cpu = 1000 * (process_time() - at_work)
    return Answer(target, sessions, 1000 * (looked - begun), 1000 * (perf_counter() - looked), cpu, found)


def percentiles(milliseconds: list[float]) -> str:
    return "p50 {:.0f} ms, p99 {:.0f} ms".format(*np.percentile(milliseconds, [50, 99]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One objective of one target: how far from the optimum, or from what CP-SAT could prove that no plan beats, as
    shares of it; `missed`: a plan exists, none was found. `greedy`: how far a greedy planner is, None: it got stuck."""

    objective: str
    gap: float
    proven: bool
    missed: bool
    seconds: float
    greedy: float | None


def compare(given: Answer, skills: Taxonomy) -> list[Comparison]:
    """Empty where CP-SAT found no plan either."""
    task = Task(given.target.candidate, given.target.opening, Terms(skills, RATES, TODAY))
    task.offer(given.sessions)
    found = routes(task, task.goal)
    careless, compared = greedy(task), []
    for objective, own in (
        ("cost", min((route.costs[TOTAL] for route in found.found), default=None)),
        ("weeks", min((route.weeks for route in found.found), default=None)),
    ):
        begun = perf_counter()
        model = Model(task)
        peer = model.cheapest() if objective == "cost" else model.shortest()
        seconds = perf_counter() - begun
        assert not (peer.value is None and peer.proven and own is not None), "a plan where CP-SAT proves there is none"
        if peer.value is None and own is None:
            continue
        gap = 0.0 if own is None else (own - peer.bound) / max(peer.bound, 1)
        stuck = careless is None or objective == "weeks"
        far = None if stuck else (careless - peer.bound) / max(peer.bound, 1)  # type: ignore[operator]
        compared.append(Comparison(objective, gap, peer.proven, own is None, seconds, far))
    return compared


def compare_some(answers: list[Answer], skills: Taxonomy) -> list[Comparison]:
    compared: list[Comparison] = []
    begun = perf_counter()
    for each in answers[:COMPARED]:
        if perf_counter() - begun < COMPARE_SECONDS:
            compared += compare(each, skills)
    return compared


def report(answers: list[Answer], compared: list[Comparison]) -> None:
    whole = [each.looking + each.planning for each in answers]
    seconds = [1000 * each.seconds for each in compared]
    against = f"CP-SAT on all: {percentiles(seconds)} an objective, {np.mean([e.proven for e in compared]):.0%} proven"
    decided = [each for each in compared if each.proven]
    near = sum(each.gap <= 0.01 and not each.missed for each in decided) / len(decided)
    careless = [e.greedy for e in compared if e.greedy is not None]
    print(f"{len(answers)} targets, {np.median([len(e.sessions) for e in answers]):.0f} sessions found (median)")
    print(f"look-up {percentiles([e.looking for e in answers])}; planning {percentiles([e.planning for e in answers])}")
    print(f"both {percentiles(whole)}; of this at work {percentiles([e.cpu for e in answers])} (contended machine)")
    print(f"a full plan for {np.mean([any(p.complete for p in e.found.plans) for e in answers]):.0%}")
    print(
        f"proven optimal {np.mean([e.found.proven_optimal for e in answers]):.1%};"
        f" whole front {np.mean([e.found.whole_front for e in answers]):.1%}"
    )
    print(against)
    print(
        f"{len(decided)} of {len(compared)} decided by CP-SAT: within 1 % {near:.1%},"
        f" worst gap {max(e.gap for e in decided):.2%},"
        f" missed {sum(e.missed for e in compared)}"
    )
    if careless:
        print(f"greedy, cost: mean gap {np.mean(careless):.1%}, worst {max(careless):.0%}")
    print(f"greedy got stuck {sum(e.objective == 'cost' for e in compared) - len(careless)} times")
    cpu = float(np.percentile([each.cpu for each in answers], 99))
    p99 = float(np.percentile(whole, 99))
    against += f"; CPU time of the process p99 {cpu:.0f} ms, contended"
    record("plan_p99_ms_10k_programmes", p99, "ms", against, ("numpy", "numba", "ortools", "sqlalchemy"))
    record(
        "plan_within_1_percent_share",
        near,
        "share",
        f"CP-SAT on all, {len(decided)} optima decided",
        ("numpy", "numba", "ortools"),
    )


async def measure(url: str, owner: str) -> None:
    skills, profiles, r = taxonomy(), occupations(), Random(11)
    uris = list(skills.skills)
    database = Database(url)
    await load(database, owner, programmes(r, PROGRAMMES, profiles))
    targets = [target(r, number, profiles, uris, skills) for number in range(TARGETS)]
    await answer(database, targets[0], skills)  # the first one opens the connection
    gc.collect()
    gc.freeze()  # else the thousands of events made above are looked through while plans are timed
    answers = [await answer(database, each, skills) for each in targets]
    await database.close()
    report(answers, compare_some(answers, skills))


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
