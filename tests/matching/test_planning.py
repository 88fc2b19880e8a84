"""Plans close the gap before the start, at the least cost and in the least time; what is out of reach is said."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.label_setting import MAX_SESSIONS
from services.matching.planning import Planning, plan
from services.matching.profiles import (
    CEFR,
    Candidate,
    HeldSkill,
    Language,
    LanguageStep,
    Opening,
    RequiredSkill,
    Session,
)
from services.matching.similarity import Skill, Taxonomy
from tests.matching.instances import AGENCY, RATES, STRANGER, TODAY, candidate, opening

SKILLS = [f"urn:example:course:{number}" for number in range(6)]
TAXONOMY = Taxonomy("plain", [Skill(uri) for uri in SKILLS])


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


def planned(sessions: list[Session], target: Opening, person: Candidate | None = None) -> Planning:
    return plan(person or candidate(skills=()), target, sessions, TAXONOMY, RATES, TODAY)


def steps(planning: Planning, kind: str) -> list[int]:
    chosen = next(each for each in planning.plans if each.kind == kind)
    return [step.session_id.int for step in chosen.steps]


def test_cheapest_and_shortest_may_differ() -> None:
    slow = teaching(1, 1, SKILLS[0], days=60)
    fast = teaching(2, 1, SKILLS[0], days=6, cost=Decimal(900))
    found = planned([slow, fast], job(SKILLS[0]))
    assert (steps(found, "CHEAPEST"), steps(found, "SHORTEST")) == ([1], [2])
    assert [each.total_cost_eur for each in found.plans] == [100.0, 900.0]
    assert [each.total_weeks for each in found.plans] == [9, 1]


def test_a_plan_states_what_changes() -> None:
    found = planned([teaching(1, 1, SKILLS[0], worker_cost=Decimal(7))], job(SKILLS[0]))
    cheapest = found.plans[0]
    assert cheapest.complete
    assert cheapest.steps[0].closes_skills == (SKILLS[0],)
    assert (cheapest.gap_after.skills, cheapest.worker_cost_eur) == ((), 7.0)
    assert cheapest.score_after > cheapest.score_before
    assert cheapest.still_failing == ()


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


def test_no_gap_needs_no_plan() -> None:
    person = candidate(skills=(HeldSkill(SKILLS[0], 3, "CERTIFIED"),))
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0]), person)
    assert (found.gap.skills, found.plans, found.relaxation) == ((), (), None)


def test_what_nobody_teaches_is_named_and_the_gates_are_reached_without_it() -> None:
    found = planned([teaching(1, 1, *SKILLS[:3])], job(*SKILLS[:4]))
    assert found.relaxation is not None
    assert found.relaxation.untaught_skills == (SKILLS[3],)
    assert (found.plans[0].complete, found.plans[0].gap_after.skills) == (False, (SKILLS[3],))
    assert found.plans[0].still_failing == ()


def test_no_plan_pretends_to_reach_a_gate_that_stays_closed() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(*SKILLS[:4]))
    assert found.plans == ()


def test_an_untaught_language_is_named() -> None:
    found = planned([teaching(1, 1, SKILLS[0])], job(SKILLS[0], languages=(Language("nl", "A2"),)))
    assert found.relaxation is not None
    assert found.relaxation.untaught_languages == ("nl A2",)


def test_the_days_that_the_start_must_move_are_counted() -> None:
    course = teaching(1, 90, SKILLS[0])
    found = planned([course], job(SKILLS[0]))
    assert found.relaxation is not None
    assert found.relaxation.start_later_days == 4
    moved = job(SKILLS[0], start_to=TODAY + timedelta(days=104))
    assert planned([course], moved).plans


def test_a_full_session_that_would_help_is_named() -> None:
    found = planned([teaching(1, 1, SKILLS[0], seats_left=0)], job(SKILLS[0]))
    assert found.relaxation is not None
    assert (found.relaxation.full_sessions, found.relaxation.start_later_days) == ((UUID(int=1),), None)


def random_sessions(r: Random) -> list[Session]:
    sessions = []
    for number in range(1, r.randint(4, 10)):
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
                weeks=r.randint(1, 5),
            )
        )
    return sessions


def by_brute_force(person: Candidate, target: Opening, sessions: list[Session]) -> list[tuple[float, int]]:
    """(euro, weeks) of every chain that closes the gap, from the definitions alone."""
    usable = sorted((s for s in sessions if s.seats_left and s.end < target.start_to), key=lambda s: s.start)
    found = []
    for size in range(1, len(usable) + 1):
        for chain in combinations(usable, size):
            if all(a.end < b.start for a, b in pairwise(chain)) and closes(person, target, chain):
                found.append((float(sum(s.cost for s in chain)), sum(s.weeks for s in chain)))
    return found


def closes(person: Candidate, target: Opening, chain: tuple[Session, ...]) -> bool:
    levels = {skill.uri: skill.level for skill in person.skills}
    nl = max((CEFR[language.cefr] for language in person.languages if language.code == "nl"), default=0)
    for each in chain:
        step = each.language
        if not each.prerequisites <= set(levels) or (step and step.cefr_from and nl < CEFR[step.cefr_from]):
            return False
        levels |= {uri: max(level, levels.get(uri, 0)) for uri, level in each.teaches}
        nl = max(nl, CEFR[step.cefr_to]) if step else nl
    asked = {language.code: CEFR[language.cefr] for language in target.languages}.get("nl", 0)
    return nl >= asked and all(levels.get(skill.uri, 0) / skill.level >= 0.5 for skill in target.skills)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_plans_are_as_good_as_trying_every_chain(seed: int) -> None:
    r = Random(seed)
    sessions = random_sessions(r)
    person = candidate(
        skills=tuple(HeldSkill(uri, 2, "CERTIFIED") for uri in r.sample(SKILLS, 1)),
        languages=r.choice([(), (Language("nl", "A1"),)]),
    )
    target = job(*r.sample(SKILLS, r.randint(1, 3)), languages=r.choice([(), (Language("nl", "A2"),)]))
    found, best = planned(sessions, target, person), by_brute_force(person, target, sessions)
    assert found.exact
    if found.gap.skills or found.gap.languages:
        complete = {each.kind: (each.total_cost_eur, each.total_weeks) for each in found.plans if each.complete}
        expected = {"CHEAPEST": min(best), "SHORTEST": min(best, key=lambda each: each[::-1])} if best else {}
        assert complete == expected


@given(seed=st.integers(0, 10**9))
@settings(max_examples=50, deadline=None)
def test_order_of_sessions_changes_nothing(seed: int) -> None:
    r = Random(seed)
    sessions = random_sessions(r)
    target = job(*SKILLS[:2], languages=(Language("nl", "A2"),))
    assert repr(planned(r.sample(sessions, len(sessions)), target)) == repr(planned(sessions, target))


def test_a_search_that_met_a_bound_says_so() -> None:
    many = [teaching(number, 5 * number, SKILLS[number % 6], days=3) for number in range(1, MAX_SESSIONS + 10)]
    found = planned(many, job(*SKILLS, start_to=date(2028, 1, 1)))
    assert not found.exact
    assert found.plans[0].complete
