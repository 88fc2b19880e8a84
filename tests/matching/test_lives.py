"""The table of moves, without a database: no path around a guard, and no closing without a reason and a next step."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.vocabulary import CaseKind, EnrolmentStatus, NextStepKind, PlacementStatus, ProposalStatus
from services.kit.errors import Guard
from services.matching import lives
from services.matching.lives import CLOSED, HOLDS_SEAT, TABLE, Ask, Check, Rule, Who

STATES = {
    CaseKind.ENROLMENT: EnrolmentStatus,
    CaseKind.PROPOSAL: ProposalStatus,
    CaseKind.PLACEMENT: PlacementStatus,
}
RULES = [(kind, rule) for kind, rules in TABLE.items() for rule in rules.values()]
HOLDS, FAILS = Guard("HOLDS", True, "", "", ""), Guard("FAILS", False, "", "", "")
Try = tuple[int, frozenset[Who], frozenset[Ask], bool]
SAYS = st.one_of(
    st.just((frozenset(Who), frozenset(Ask))),
    st.tuples(st.frozensets(st.sampled_from(Who)), st.frozensets(st.sampled_from(Ask))),
)
TRIES = st.lists(st.tuples(st.integers(0, 999), SAYS, st.booleans()).map(lambda t: (t[0], *t[1], t[2])), max_size=60)


def walk(kind: CaseKind, start: str | None, tries: list[Try]) -> list[Rule]:
    """The moves that were made, of those that were tried one after the other: half of them to a state that follows."""
    made: list[Rule] = []
    status = start
    for number, who, said, holding in tries:
        follows = sorted(rule.target for rule in TABLE[kind].values() if rule.source == status)
        targets = follows if follows and number % 2 else sorted(STATES[kind])
        target = targets[number // 2 % len(targets)]
        looked = dict.fromkeys(Check, (HOLDS if holding else FAILS,))
        if not lives.refusals(kind, status, target, who, said, looked):
            rule = lives.rule_of(kind, status, target)
            assert rule is not None, "a move that the table lacks was made"
            assert rule.source == status
            assert rule.who & who
            assert rule.asks <= said
            assert holding or not rule.checks
            made.append(rule)
            status = target
    return made


@settings(max_examples=100)
@given(st.sampled_from(CaseKind), TRIES)
def test_no_walk_gets_around_a_guard(kind: CaseKind, tries: list[Try]) -> None:
    """Whatever is tried in whatever order: only moves of the table are made, with all that each asks for, and who
    works has been looked at in the way that the start asks for."""
    start = PlacementStatus.PREPARING if kind is CaseKind.PLACEMENT else None
    made = walk(kind, start, tries)
    for rule in made:
        if lives.closed(kind, rule.target):
            assert {Ask.REASON, Ask.NEXT_STEP, Ask.DECIDED_BY} <= rule.asks
    if kind is CaseKind.PLACEMENT and any(rule.target == "CHECK_3M" for rule in made):
        looked_at = {check for rule in made for check in rule.checks}
        assert {Check.WAY, Check.QUOTA, Check.DUE} <= looked_at


@settings(max_examples=100)
@given(TRIES)
def test_a_seat_is_taken_before_it_is_held(tries: list[Try]) -> None:
    """Story 10: every move into a state that holds a seat, from one that does not, has looked for one."""
    for rule in walk(CaseKind.ENROLMENT, None, tries):
        if rule.target in HOLDS_SEAT and rule.source not in HOLDS_SEAT:
            assert Check.SEAT in rule.checks


@pytest.mark.parametrize(("kind", "rule"), RULES, ids=lambda each: str(each)[:60])
def test_each_missing_thing_refuses_the_move_and_all_are_named(kind: CaseKind, rule: Rule) -> None:
    looked = dict.fromkeys(rule.checks, (FAILS,))
    failed = lives.refusals(kind, rule.source, rule.target, frozenset(), frozenset(), looked)
    assert len(failed) == 1 + len(rule.asks) + len(rule.checks)
    whole = lives.refusals(kind, rule.source, rule.target, rule.who, rule.asks, dict.fromkeys(rule.checks, (HOLDS,)))
    assert whole == []


def test_a_check_that_nobody_looked_at_is_not_a_pass() -> None:
    with pytest.raises(KeyError):
        lives.refusals(CaseKind.PLACEMENT, "ARRIVED", "STARTED", frozenset(Who), frozenset(Ask), {})


@pytest.mark.parametrize("kind", CaseKind)
def test_every_state_is_reached_and_a_closed_one_is_left_only_by_a_contestation(kind: CaseKind) -> None:
    reached = {rule.target for rule in TABLE[kind].values()}
    assert set(STATES[kind]) - reached == set()
    for rule in TABLE[kind].values():
        if rule.source in CLOSED[kind]:
            assert Check.CONTESTED in rule.checks
    for status in set(STATES[kind]) - CLOSED[kind] - {ProposalStatus.ACCEPTED}:
        assert any(rule.source == status for rule in TABLE[kind].values()), f"{status} is a dead end"


def test_whoever_closes_gives_reason_next_step_and_name() -> None:
    """Story 9, and domain/03: no automatic rejection; reason codes and a next step in every closed case."""
    for kind, rule in RULES:
        if rule.target in CLOSED[kind]:
            assert {Ask.REASON, Ask.NEXT_STEP, Ask.DECIDED_BY} <= rule.asks, rule


def test_offer_and_start_look_at_the_way_and_the_quota_again() -> None:
    """Story 8: H04, H09 and H10 at the offer and at every way into a job, shorthand included."""
    decided = [rule for kind, rule in RULES if kind is CaseKind.PLACEMENT and rule.target in ("OFFER", "STARTED")]
    assert {rule.source for rule in decided} == {"PREPARING", "ARRIVED", "CONTRACT_VERIFIED"}
    for rule in decided:
        assert {Check.WAY, Check.QUOTA} <= rule.checks, rule
    offer = TABLE[CaseKind.PLACEMENT]["PREPARING", "OFFER"]
    assert offer.checks <= TABLE[CaseKind.PLACEMENT]["PREPARING", "STARTED"].checks
    assert (Ask.DECIDED_BY in offer.asks, offer.who) == (True, {Who.EMPLOYER})


def test_a_job_abroad_is_not_reached_by_the_shorter_way_home() -> None:
    assert Check.AT_HOME in TABLE[CaseKind.PLACEMENT]["CONTRACT_VERIFIED", "STARTED"].checks
    assert Check.ABROAD in TABLE[CaseKind.PLACEMENT]["CONTRACT_VERIFIED", "PATHWAY_APPLIED"].checks


def test_a_certificate_is_given_by_the_provider_and_a_check_in_taken_by_the_workers_side() -> None:
    assert TABLE[CaseKind.ENROLMENT]["COMPLETED", "CERTIFIED"].who == {Who.PROVIDER}
    for months in ("CHECK_3M", "CHECK_6M", "CHECK_12M"):
        assert all(rule.who == {Who.PERSON} for kind, rule in RULES if rule.target == months)


@pytest.mark.parametrize(
    ("target", "started", "expected"),
    [
        ("CHECK_3M", date(2026, 11, 30), date(2027, 2, 28)),
        ("CHECK_6M", date(2026, 8, 31), date(2027, 2, 28)),
        ("CHECK_12M", date(2028, 2, 29), date(2029, 2, 28)),
        ("CHECK_12M", date(2026, 12, 1), date(2027, 12, 1)),
    ],
)
def test_months_are_counted_to_the_day_or_the_last_of_a_shorter_month(
    target: str, started: date, expected: date
) -> None:
    assert lives.due(target, started) == expected


def test_the_person_is_told_of_nothing_internal_and_of_the_other_sides_no_once_confirmed() -> None:
    """Anti-disappointment rules of domain/03: stages of prospecting stay inside until a human confirms."""
    assert lives.told(CaseKind.PROPOSAL, None, "PROSPECT", True) is None
    assert lives.told(CaseKind.ENROLMENT, "APPLIED", "SCREENED", True) == "APPLIED"
    assert lives.told(CaseKind.PROPOSAL, "PROPOSED", "DECLINED", False) == "PROPOSED"
    assert lives.told(CaseKind.PROPOSAL, "PROPOSED", "DECLINED", True) == "DECLINED"


def test_a_next_step_within_this_service_is_linked() -> None:
    person, job = UUID(int=1), UUID(int=2)
    assert lives.link_of(NextStepKind.PLAN, person, job) == f"/v1/candidates/{person}/plans?vacancy={job}"
    assert lives.link_of(NextStepKind.HOME_TRACK, person, None) == f"/v1/candidates/{person}/matches?track=HOME"
    assert lives.link_of(NextStepKind.COUNSELLING, person, job) is None
