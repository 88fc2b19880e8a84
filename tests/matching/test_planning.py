"""Plans make a candidate ready before the start (story 20): none shown is beaten, each keeps to dates, seats and
prerequisites, and what is out of reach is said, with the least that would bring it into reach."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.vocabulary import Payer
from services.matching import remaining
from services.matching.gaps import Terms
from services.matching.planning import Plan, Planning, plan
from services.matching.profiles import (
    CEFR,
    Candidate,
    HeldSkill,
    Language,
    LanguageStep,
    Opening,
    Recognition,
    RequiredSkill,
    Session,
)
from services.matching.relaxations import Relaxation
from services.matching.similarity import Skill, Taxonomy
from services.matching.standards import Standards
from tests.matching.instances import AGENCY, RATES, STRANGER, TODAY, candidate, opening

SKILLS = [f"urn:example:course:{number}" for number in range(6)]
TAXONOMY = Taxonomy("plain", [Skill(uri) for uri in SKILLS])
COURSES_ONLY = Standards(guided_hours_per_cefr_step=0, permit_days=0)
WITH_LANGUAGE_STEPS = Standards(guided_hours_per_cefr_step=60, guided_hours_per_week=30, permit_days=0)


def session(number: int, day: int, days: int = 13, **changes: object) -> Session:
    """Starts `day` days from today; open to the agency, 100 euro, one seat unless said."""
    first = TODAY + timedelta(days=day)
    values: dict[str, object] = {
        "id": UUID(int=number),
        "programme_id": UUID(int=1000 + number),
        "provider_id": UUID(int=9),
        "parties": frozenset({AGENCY}),
        "title": f"Course {number} (invented)",
        "kind": "VOCATIONAL",
        "country": "MAR",
        "start": first,
        "end": first + timedelta(days=days),
        "weeks": -(-days // 7),
        "seats_left": 1,
        "cost": Decimal(100),
        "currency": "EUR",
    }
    return Session(**{**values, **changes})  # type: ignore[arg-type]


def teaching(number: int, day: int, *skills: str, **changes: object) -> Session:
    return session(number, day, teaches=tuple((uri, 3) for uri in skills), **changes)


def job(*skills: str, **changes: object) -> Opening:
    values: dict[str, object] = {"skills": tuple(RequiredSkill(uri, 3) for uri in skills), "languages": ()}
    return opening(**{**values, "start_from": TODAY, "start_to": TODAY + timedelta(days=100), **changes})


def planned(
    sessions: list[Session],
    target: Opening,
    person: Candidate | None = None,
    standards: Standards = COURSES_ONLY,
    **terms: object,
) -> Planning:
    chosen = Terms(TAXONOMY, RATES, TODAY, standards=standards, **terms)  # type: ignore[arg-type]
    return plan(person or candidate(skills=()), target, sessions, chosen)


def best(planning: Planning, kind: str) -> Plan:
    return next(each for each in planning.plans if kind in each.best_in)


def steps(planning: Planning, kind: str) -> list[int]:
    return [step.session.id.int for step in best(planning, kind).steps if step.session]


def only(planning: Planning, kind: str) -> Relaxation:
    (found,) = [each for each in planning.relaxations if each.kind == kind]
    return found


def test_the_cheapest_the_shortest_and_the_surest_may_differ() -> None:
    slow = teaching(1, 1, SKILLS[0], days=60)
    fast = teaching(2, 1, SKILLS[0], days=6, cost=Decimal(900))
    sure = teaching(3, 1, SKILLS[0], days=60, cost=Decimal(950), success=0.99)
    found = planned([slow, fast, sure], job(SKILLS[0]))
    assert [steps(found, kind) for kind in ("CHEAPEST", "SHORTEST", "SUREST")] == [[1], [2], [3]]
    assert [each.total_cost_eur for each in found.plans] == [100.0, 900.0, 950.0]
    assert [each.total_weeks for each in found.plans] == [9, 2, 9]
    assert [each.success for each in found.plans] == [0.85, 0.85, 0.99]


def test_a_plan_between_the_extremes_is_shown() -> None:
    prices = [(1, 60, 100), (2, 30, 500), (3, 6, 900)]
    found = planned([teaching(n, 1, SKILLS[0], days=d, cost=Decimal(c)) for n, d, c in prices], job(SKILLS[0]))
    assert [(each.best_in, each.total_cost_eur) for each in found.plans][-1] == ((), 500.0)


def test_a_plan_states_what_changes() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0]))
    (only_one,) = found.plans
    assert only_one.complete
    assert only_one.best_in == ("CHEAPEST", "SHORTEST", "SUREST")
    assert only_one.steps[0].closes_skills == (SKILLS[0],)
    assert only_one.score_after > only_one.score_before
    assert only_one.still_failing == ()


def test_a_session_the_worker_pays_for_is_planned_only_when_asked() -> None:
    paid = [teaching(1, 1, SKILLS[0], worker_cost=Decimal(7)), teaching(2, 20, SKILLS[1], worker_cost=Decimal(4))]
    target = job(*SKILLS[:2])
    unasked = planned(paid, target)
    assert (unasked.plans, only(unasked, "WORKER_COST").worker_pays_eur) == ((), 11.0)
    assert not any(each.complete for each in planned(paid, target, worker_may_pay_eur=10.99).plans)
    (found,) = planned(paid, target, worker_may_pay_eur=11.0).plans
    assert found.worker_cost_eur == 11.0


def test_what_the_worker_pays_in_another_currency_counts() -> None:
    paid = teaching(1, 1, SKILLS[0], worker_cost=Decimal(107), worker_currency="MAD")
    assert only(planned([paid], job(SKILLS[0])), "WORKER_COST").worker_pays_eur == pytest.approx(10.0)


def test_courses_that_overlap_are_not_combined() -> None:
    both = [teaching(1, 1, SKILLS[0]), teaching(2, 10, SKILLS[1])]
    later = teaching(3, 20, SKILLS[1], cost=Decimal(500))
    assert steps(planned([*both, later], job(*SKILLS[:2])), "CHEAPEST") == [1, 3]


def test_a_prerequisite_is_taken_first() -> None:
    advanced = teaching(1, 40, SKILLS[0], prerequisites=frozenset({SKILLS[1]}))
    basics = teaching(2, 1, SKILLS[1])
    assert steps(planned([advanced, basics], job(SKILLS[0])), "CHEAPEST") == [2, 1]


def test_a_prerequisite_that_the_candidate_has_needs_no_course() -> None:
    advanced = teaching(1, 40, SKILLS[0], prerequisites=frozenset({SKILLS[1]}))
    person = candidate(skills=(HeldSkill(SKILLS[1], 1, "SELF"),))
    assert steps(planned([advanced, teaching(2, 1, SKILLS[1])], job(SKILLS[0]), person), "CHEAPEST") == [1]


def test_language_levels_are_chained() -> None:
    a2 = session(1, 1, kind="LANGUAGE", language=LanguageStep("nl", "A1", "A2"))
    b1 = session(2, 20, kind="LANGUAGE", language=LanguageStep("nl", "A2", "B1"))
    a1 = session(3, -5, kind="LANGUAGE", language=LanguageStep("nl", None, "A1"))
    person = candidate(languages=(Language("nl", "A1"),))
    found = planned([b1, a2, a1], job(languages=(Language("nl", "B1"),)), person)
    assert steps(found, "CHEAPEST") == [1, 2]
    assert found.plans[0].steps[1].closes_languages == ("nl B1",)
    assert found.plans[0].still_failing == ()


def test_a_language_step_without_a_course_takes_the_guided_hours_of_the_standard() -> None:
    person = candidate(languages=(Language("nl", "A1"),))
    standards = Standards(permit_days=0, language_payer=Payer.DEST_GOV)
    target = job(SKILLS[0], languages=(Language("nl", "A2"),), start_to=TODAY + timedelta(days=200))
    found = planned([teaching(1, 1, SKILLS[0])], target, replace(person, skills=()), standards)
    course, language = found.plans[0].steps
    assert (language.basis, language.session, language.title, language.payer) == ("STANDARD", None, "nl A2", "DEST_GOV")
    assert (language.start, language.weeks) == (course.end + timedelta(days=1), 10)  # 200 hours, 20 a week
    assert language.cost == 1600


def test_recognition_runs_beside_the_training_and_the_permit_follows_both() -> None:
    target = job(SKILLS[0], regulated=True, start_to=TODAY + timedelta(days=250))
    found = planned([teaching(1, 1, SKILLS[0])], target, standards=Standards(), permit_days=30)
    recognition, course, permit = found.plans[0].steps
    assert [step.kind for step in (recognition, course, permit)] == ["RECOGNITION", "VOCATIONAL", "PERMIT"]
    assert (recognition.start, permit.start) == (TODAY, recognition.end + timedelta(days=1))
    assert (permit.end - TODAY).days == 120 + 30 - 1
    assert found.plans[0].total_cost_eur == 100 + 400 + 350
    assert found.plans[0].still_failing == ()


def test_a_compensation_path_that_ends_too_late_moves_the_start() -> None:
    person = candidate(recognition=(Recognition("7412", "PARTIAL", TODAY + timedelta(days=110), "BEL"),))
    found = planned([], job(regulated=True), person)
    assert (found.plans, only(found, "START_LATER").start_later_days) == ((), 10)


def test_a_job_at_home_needs_no_permit() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0], country="MAR"), standards=Standards())
    assert [(each.track, [step.kind for step in each.steps]) for each in found.plans] == [("HOME", ["VOCATIONAL"])]


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "BEL"},
        {"parties": frozenset({STRANGER})},
        {"seats_left": 0},
        {"currency": "XOF"},
        {"start": TODAY - timedelta(days=1)},
    ],
    ids=["abroad", "hidden", "full", "unpriced", "begun"],
)
def test_a_session_out_of_reach_is_not_planned(changes: dict[str, object]) -> None:
    assert planned([teaching(1, 1, SKILLS[0], **changes)], job(SKILLS[0])).plans == ()


def test_an_online_course_may_come_from_abroad() -> None:
    found = planned([teaching(1, 1, SKILLS[0], country="BEL", online=True)], job(SKILLS[0]))
    assert steps(found, "CHEAPEST") == [1]


def test_a_course_ends_before_the_last_start_day() -> None:
    course = teaching(1, 1, SKILLS[0])
    assert planned([course], job(SKILLS[0], start_to=course.end)).plans == ()
    assert planned([course], job(SKILLS[0], start_to=course.end + timedelta(days=1))).plans


def test_no_gap_needs_no_step() -> None:
    person = candidate(skills=(HeldSkill(SKILLS[0], 3, "CERTIFIED"),))
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0]), person)
    assert (found.gap.skills, found.relaxations) == ((), ())
    assert [(each.complete, each.steps, each.total_weeks) for each in found.plans] == [(True, (), 0)]


def test_of_two_orders_alike_the_one_that_teaches_a_cross_disciplinary_skill_first_is_taken() -> None:
    one_way = [teaching(1, 1, SKILLS[0]), teaching(2, 20, SKILLS[1])]
    other_way = [teaching(3, 1, SKILLS[1]), teaching(4, 20, SKILLS[0])]
    target = job(*SKILLS[:2])
    for uri, expected in ((SKILLS[0], [1, 2]), (SKILLS[1], [3, 4])):
        assert steps(planned([*one_way, *other_way], target, first=frozenset({uri})), "CHEAPEST") == expected


def test_what_nobody_teaches_is_named_and_the_gates_are_reached_without_it() -> None:
    found = planned([teaching(1, 1, *SKILLS[:3])], job(*SKILLS[:4]))
    assert only(found, "NEW_SESSION").missing.skills == (SKILLS[3],)
    assert (found.plans[0].complete, found.plans[0].gap_after.skills) == (False, (SKILLS[3],))
    assert found.plans[0].still_failing == ()


def test_no_plan_pretends_to_reach_a_gate_that_stays_closed() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(*SKILLS[:4]))
    assert found.plans == ()


def test_a_language_without_course_or_standard_step_would_have_to_be_lowered() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0], languages=(Language("nl", "A2"),)))
    (lowered,) = only(found, "LOWER_LEVEL").lowered
    assert (lowered.requirement, lowered.asked, lowered.lowered_to) == ("nl", "A2", None)
    assert only(found, "NEW_SESSION").missing.languages == ("nl A2",)


def test_the_highest_level_that_would_do_is_named() -> None:
    target = job(skills=(RequiredSkill(SKILLS[0], 5),))
    course = session(1, 1, teaches=((SKILLS[0], 2),))
    found = planned([course], target)
    (lowered,) = only(found, "LOWER_LEVEL").lowered
    assert (lowered.asked, lowered.lowered_to) == ("5", "4")
    assert planned([course], job(skills=(RequiredSkill(SKILLS[0], 4),))).plans[0].complete


def test_the_days_that_the_start_must_move_are_counted() -> None:
    course = teaching(1, 90, SKILLS[0])
    days = only(planned([course], job(SKILLS[0])), "START_LATER").start_later_days
    assert days == 4
    assert planned([course], job(SKILLS[0], start_to=TODAY + timedelta(days=100 + days - 1))).plans == ()
    assert planned([course], job(SKILLS[0], start_to=TODAY + timedelta(days=100 + days))).plans


def test_a_full_session_that_would_help_is_named() -> None:
    found = planned([teaching(1, 1, SKILLS[0], seats_left=0)], job(SKILLS[0]))
    assert only(found, "SEAT").full_sessions == (UUID(int=1),)
    assert "START_LATER" not in {each.kind for each in found.relaxations}


def test_changes_that_help_only_together_are_named_together() -> None:
    full, late = teaching(1, 1, SKILLS[0], seats_left=0), teaching(2, 95, SKILLS[1], worker_cost=Decimal(3))
    found = planned([full, late], job(*SKILLS[:2]))
    both = only(found, "COMBINED")
    assert (both.start_later_days, both.full_sessions, both.worker_pays_eur) == (9, (UUID(int=1),), 3.0)


def random_sessions(r: Random, most: int = 7) -> list[Session]:
    sessions = []
    for number in range(1, r.randint(3, most)):
        step = None
        if r.random() < 0.3:
            low = r.choice([None, "A1", "A2"])
            step = LanguageStep("nl", low, {None: "A1", "A1": "A2", "A2": "B1"}[low])
        sessions.append(
            session(
                number,
                r.randint(0, 80),
                r.choice([6, 13, 27]),
                teaches=tuple((uri, r.randint(2, 4)) for uri in r.sample(SKILLS, r.randint(0, 3))),
                prerequisites=frozenset(r.sample(SKILLS, 1)) if r.random() < 0.3 else frozenset(),
                language=step,
                cost=Decimal(r.randint(1, 20) * 10),
                seats_left=r.choice([0, 1, 5, 5]),
                worker_cost=Decimal(r.choice([0, 0, 0, 10])),
                success=r.choice([None, 0.5, 0.95]),
            )
        )
    return sessions


Taken = tuple[date, date, Session | str]


def chains(person: Candidate, sessions: list[Session], target: Opening, so_far: tuple[Taken, ...]) -> Iterator[object]:
    """Every order of sessions and standard steps to the next level of Dutch that ends in time, from the definitions."""
    yield so_far
    end = so_far[-1][1] if so_far else TODAY - timedelta(days=1)
    levels, nl = learned(person, so_far)
    for each in sessions:
        step = each.language
        fits = each.start > end and each.end < target.start_to and each.seats_left > 0
        ready = each.prerequisites <= set(levels) and not (step and step.cefr_from and nl < CEFR[step.cefr_from])
        if fits and ready:
            yield from chains(person, sessions, target, (*so_far, (each.start, each.end, each)))
    last = end + timedelta(days=WITH_LANGUAGE_STEPS.language_days)
    if nl < asked_nl(target) and last < target.start_to:
        code = next(code for code, rank in CEFR.items() if rank == nl + 1)
        yield from chains(person, sessions, target, (*so_far, (end + timedelta(days=1), last, code)))


def learned(person: Candidate, chain: tuple[Taken, ...]) -> tuple[dict[str, int], int]:
    levels = {skill.uri: skill.level for skill in person.skills}
    nl = max((CEFR[language.cefr] for language in person.languages if language.code == "nl"), default=0)
    for _, _, each in chain:
        if isinstance(each, str):
            nl = max(nl, CEFR[each])
            continue
        levels |= {uri: max(level, levels.get(uri, 0)) for uri, level in each.teaches}
        nl = max(nl, CEFR[each.language.cefr_to]) if each.language else nl
    return levels, nl


def asked_nl(target: Opening) -> int:
    return {language.code: CEFR[language.cefr] for language in target.languages}.get("nl", 0)


def value(chain: tuple[Taken, ...]) -> tuple[int, int, int, int]:
    """Weeks, cents, cents of the worker, -100 ln of the chance."""
    euro, worker, risk = 0, 0, 0
    for _, _, each in chain:
        standard = isinstance(each, str)
        euro += 480 if standard else int(each.cost)
        worker += 0 if standard else int(each.worker_cost)
        risk += round(-100 * log(0.8 if standard else each.success or 0.85))
    return (chain[-1][1] - TODAY).days // 7 + 1, 100 * euro, 100 * worker, risk


def front_by_brute_force(
    person: Candidate, target: Opening, sessions: list[Session], limit: int
) -> set[tuple[int, int, int, int]]:
    values = set()
    for chain in chains(person, sessions, target, ()):
        levels, nl = learned(person, chain)
        closed = all(levels.get(skill.uri, 0) / skill.level >= 0.5 for skill in target.skills)
        if chain and closed and nl >= asked_nl(target) and value(chain)[2] <= 100 * limit:
            values.add(value(chain))
    return {v for v in values if not any(w != v and all(a <= b for a, b in zip(w, v, strict=True)) for w in values)}


def value_of(found: Plan) -> tuple[int, int, int, int]:
    risk = sum(round(-100 * log(step.success)) for step in found.steps)
    return found.total_weeks, round(100 * found.total_cost_eur), round(100 * found.worker_cost_eur), risk


def instance(seed: int) -> tuple[list[Session], Candidate, Opening]:
    r = Random(seed)
    person = candidate(
        skills=tuple(HeldSkill(uri, 2, "CERTIFIED") for uri in r.sample(SKILLS, 1)),
        languages=r.choice([(), (Language("nl", "A1"),)]),
    )
    target = job(*r.sample(SKILLS, r.randint(1, 3)), languages=r.choice([(), (Language("nl", "A2"),)]))
    return random_sessions(r), person, target


@given(seed=st.integers(0, 10**9), limit=st.sampled_from([0, 10]))
@settings(max_examples=100, deadline=None)
def test_the_plans_are_the_front_of_every_chain_there_is(seed: int, limit: int) -> None:
    sessions, person, target = instance(seed)
    found = planned(sessions, target, person, WITH_LANGUAGE_STEPS, worker_may_pay_eur=float(limit))
    expected = front_by_brute_force(person, target, sessions, limit)
    assert found.proven_optimal or not expected
    if found.gap.skills or found.gap.languages:
        complete = {value_of(each) for each in found.plans if each.complete}
        assert complete == expected or (not found.whole_front and complete <= expected)
        assert bool(found.relaxations) == (not expected)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_steps_keep_to_dates_seats_and_prerequisites_and_open_the_gates_they_promise(seed: int) -> None:
    sessions, person, target = instance(seed)
    target = replace(target, regulated=seed % 3 == 0, start_to=TODAY + timedelta(days=160))
    standards = replace(WITH_LANGUAGE_STEPS, permit_days=20 * (seed % 2))
    for found in planned(sessions, target, person, standards).plans:
        training = [step for step in found.steps if step.kind not in ("RECOGNITION", "PERMIT")]
        assert all(one.end < other.start for one, other in pairwise(training))
        assert all(step.start >= TODAY and step.end < target.start_to for step in found.steps)
        assert all(step.session.seats_left > 0 for step in training if step.session)
        known = {skill.uri for skill in person.skills}
        for step in training:
            if step.session:
                assert step.session.prerequisites <= known
                known |= {uri for uri, _ in step.session.teaches}
        assert not {"H06", "H07", "H08"} & set(found.still_failing)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_each_relaxation_makes_a_plan_possible_and_nothing_less_of_it_does(seed: int) -> None:
    sessions, person, target = instance(seed)

    def possible(sessions: list[Session], target: Opening, may_pay: float = 0.0) -> bool:
        found = planned(sessions, target, person, worker_may_pay_eur=may_pay)
        return not len(found.gap) or any(each.complete for each in found.plans)

    for change in planned(sessions, target, person).relaxations:
        if change.kind == "START_LATER":
            later = target.start_to + timedelta(days=change.start_later_days)
            assert possible(sessions, replace(target, start_to=later))
            assert not possible(sessions, replace(target, start_to=later - timedelta(days=1)))
        if change.kind == "SEAT":
            opened = [replace(s, seats_left=1) if s.id in change.full_sessions else s for s in sessions]
            assert possible(opened, target)
            for kept in change.full_sessions:
                fewer = [replace(s, seats_left=0) if s.id == kept else s for s in opened]
                assert not possible(fewer, target)
        if change.kind == "WORKER_COST":
            assert possible(sessions, target, change.worker_pays_eur)
            assert not possible(sessions, target, change.worker_pays_eur - 0.01)
        if change.kind == "LOWER_LEVEL" and not change.start_later_days:
            assert possible(sessions, lowered(target, change))


def lowered(target: Opening, change: Relaxation) -> Opening:
    new = {each.requirement: each.lowered_to for each in change.lowered}
    skills = [replace(s, level=int(new.get(s.uri, s.level) or 0)) for s in target.skills]  # type: ignore[arg-type]
    spoken = [Language(each.code, new.get(each.code, each.cefr) or "") for each in target.languages]
    return replace(
        target,
        skills=tuple(skill for skill in skills if skill.level),
        languages=tuple(language for language in spoken if language.cefr),
    )


@given(seed=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_order_of_sessions_changes_nothing(seed: int) -> None:
    r = Random(seed)
    sessions = random_sessions(r)
    target = job(*SKILLS[:2], languages=(Language("nl", "A2"),))
    assert repr(planned(r.sample(sessions, len(sessions)), target)) == repr(planned(sessions, target))


def test_a_search_that_used_up_its_budget_says_so_and_still_finds_a_plan() -> None:
    r = Random(1)
    many = [
        session(
            n,
            r.randint(1, 700),
            r.choice([6, 13, 20]),
            teaches=tuple((uri, 3) for uri in r.sample(SKILLS, r.choice([1, 2]))),
            cost=Decimal(r.randint(10, 999)),
            success=r.uniform(0.5, 0.99),
        )
        for n in range(400)
    ]
    found = planned(many, job(*SKILLS, start_to=date(2029, 1, 1)))
    assert not found.whole_front
    assert found.plans[0].complete


def test_loops_that_are_ready_need_no_other_machine_code_for_a_plan() -> None:
    """The first plan of a fresh installation took longer than a request may."""
    remaining.warm()
    assert planned([teaching(1, 7, SKILLS[0])], job(SKILLS[0])).plans
    assert (len(remaining.fill.signatures), len(remaining.find_beaten.signatures)) == (1, 1)  # type: ignore[attr-defined]
