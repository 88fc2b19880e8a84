"""No partnership gets past a guard, whatever happens to it on the way."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import PartnershipModel as Model
from services.contracts.vocabulary import PartnershipStatus as Status
from services.contracts.vocabulary import PartyRole as Role
from services.contracts.vocabulary import PartySide as Side
from services.registry.partnerships.guards import NEXT, Facts, Way, standing, transition

READY = Facts(
    model=Model.GSP_DUAL_TRACK,
    parties=frozenset(
        {
            (Side.ORIGIN, Role.LEAD),
            (Side.DESTINATION, Role.CO_LEAD),
            (Side.ORIGIN, Role.SIGNATORY),
            (Side.DESTINATION, Role.SIGNATORY),
            (Side.ORIGIN, Role.IMPLEMENTER),
            (Side.THIRD, Role.MONITOR),
        }
    ),
    corridors=(Way("MAR", "BEL", "BE-PERMIT"),),
    targets=1,
    home_places=90,
    away_places=30,
    ratio_target=3.0,
    planned_start=date(2026, 9, 1),
    planned_end=date(2029, 8, 31),
    trainings=1,
    open_in=frozenset({"MAR", "BEL"}),
)


def _without(side: Side, role: Role) -> Facts:
    return replace(READY, parties=READY.parties - {(side, role)})


BROKEN: list[tuple[str, Facts]] = [
    ("LEAD_ORIGIN", _without(Side.ORIGIN, Role.LEAD)),
    ("LEAD_DESTINATION", _without(Side.DESTINATION, Role.CO_LEAD)),
    ("TARGET", replace(READY, targets=0)),
    ("SIGNATORY_ORIGIN", _without(Side.ORIGIN, Role.SIGNATORY)),
    ("SIGNATORY_DESTINATION", _without(Side.DESTINATION, Role.SIGNATORY)),
    ("HOME_PLACES", replace(READY, home_places=0, ratio_target=None)),
    ("HOME_AWAY_RATIO", replace(READY, home_places=89)),
    ("PLANNED_DATES", replace(READY, planned_end=READY.planned_start)),
    ("PLANNED_DATES", replace(READY, planned_start=None)),
    ("IMPLEMENTER", _without(Side.ORIGIN, Role.IMPLEMENTER)),
    ("MONITOR", _without(Side.THIRD, Role.MONITOR)),
    ("ACCREDITED_TRAINING", replace(READY, trainings=0)),
    ("PATHWAY", replace(READY, corridors=(Way("MAR", "BEL", None),))),
    ("AWAY_VACANCY", replace(READY, open_in=frozenset({"MAR"}))),
    ("HOME_VACANCY", replace(READY, open_in=frozenset({"BEL"}))),
]


def _failed(facts: Facts, status: Status = Status.INCEPTION, to: Status = Status.ACTIVE) -> list[str]:
    return [guard.code for guard in transition(status, to, facts) if not guard.passed]


def test_what_is_complete_becomes_active() -> None:
    assert _failed(READY) == []


@pytest.mark.parametrize(("code", "facts"), BROKEN, ids=[f"{n}-{code}" for n, (code, _) in enumerate(BROKEN)])
def test_each_guard_fails_alone_when_only_its_condition_is_broken(code: str, facts: Facts) -> None:
    assert _failed(facts) == [code]


def test_without_corridors_neither_pathway_nor_vacancies_are_taken_for_granted() -> None:
    codes = _failed(replace(READY, corridors=()))
    assert codes == ["CORRIDOR", "PATHWAY", "AWAY_VACANCY", "HOME_VACANCY"]


def test_a_failed_guard_says_what_was_seen_what_is_needed_and_what_helps() -> None:
    for _, facts in BROKEN:
        for guard in transition(Status.INCEPTION, Status.ACTIVE, facts):
            assert guard.seen
            assert guard.needed
            assert guard.remedy
            assert max(map(len, (guard.seen, guard.needed, guard.remedy))) < 2000


def test_places_of_one_track_ask_for_vacancies_of_that_track_only() -> None:
    home_only = replace(READY, away_places=0, open_in=frozenset({"MAR"}), corridors=(Way("MAR", "BEL", None),))
    away_only = replace(READY, model=Model.SMP, home_places=0, ratio_target=None, open_in=frozenset({"BEL"}))
    assert (_failed(home_only), _failed(away_only)) == ([], [])


facts_of_any_kind = st.builds(
    Facts,
    model=st.sampled_from(Model),
    parties=st.one_of(
        st.just(READY.parties), st.frozensets(st.tuples(st.sampled_from(Side), st.sampled_from(Role)), max_size=20)
    ),
    corridors=st.lists(
        st.builds(Way, st.sampled_from(["MAR", "SEN"]), st.sampled_from(["BEL", "AUS"]), st.sampled_from([None, "P"])),
        max_size=2,
    ).map(tuple),
    targets=st.integers(0, 2),
    home_places=st.integers(0, 9),
    away_places=st.integers(0, 3),
    ratio_target=st.one_of(st.none(), st.floats(0, 4)),
    planned_start=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31))),
    planned_end=st.one_of(st.none(), st.dates(date(2026, 6, 1), date(2027, 6, 30))),
    trainings=st.integers(0, 1),
    open_in=st.frozensets(st.sampled_from(["MAR", "SEN", "BEL", "AUS"])),
)
facts_near_ready = st.fixed_dictionaries({}, optional={"targets": st.just(0), "trainings": st.just(0)}).map(
    lambda change: replace(READY, **change)
)


def _may_be_active(f: Facts) -> bool:
    """The same conditions, written down a second time as one sentence each."""
    has: Any = lambda side, *roles: any((side, role) in f.parties for role in roles)  # noqa: E731
    anywhere: Any = lambda *roles: any(role in roles for _, role in f.parties)  # noqa: E731
    led = all(has(side, Role.LEAD, Role.CO_LEAD) for side in (Side.ORIGIN, Side.DESTINATION))
    signed = all(has(side, Role.SIGNATORY) for side in (Side.ORIGIN, Side.DESTINATION))
    planned = bool(f.planned_start and f.planned_end and f.planned_start < f.planned_end)
    places = f.home_places >= (f.ratio_target or 0) * f.away_places
    dual = f.model is not Model.GSP_DUAL_TRACK or f.home_places > 0
    run = anywhere(Role.IMPLEMENTER) and anywhere(Role.MONITOR, Role.DATA_STEWARD)
    away = not f.away_places or all(way.pathway and way.destination in f.open_in for way in f.corridors)
    home = not f.home_places or any(way.origin in f.open_in for way in f.corridors)
    need = bool(f.corridors) and f.targets > 0 and f.trainings > 0
    return bool(led and signed and planned and places and dual and run and away and home and need)


@given(st.lists(st.tuples(st.one_of(facts_of_any_kind, facts_near_ready), st.sampled_from(Status)), max_size=12))
def test_no_path_leads_around_a_guard(path: list[tuple[Facts, Status]]) -> None:
    status, steps = Status.IDEA, {Status.IDEA}
    for facts, to in path:
        if _failed(facts, status, to):
            continue
        assert to in NEXT[status]
        if to is Status.ACTIVE:
            assert _may_be_active(facts)
            assert {Status.SCOPING, Status.NEGOTIATION, Status.SIGNED, Status.INCEPTION} <= steps
        status = to
        steps.add(to)


@given(facts_of_any_kind)
def test_guards_refuse_nothing_that_may_be_active(facts: Facts) -> None:
    assert (_failed(facts) == []) == _may_be_active(facts)


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_move_outside_the_lifecycle_is_unknown_even_when_all_is_ready(status: Status, to: Status) -> None:
    assert (_failed(READY, status, to) == ["TRANSITION_UNKNOWN"]) == (to not in NEXT.get(status, frozenset()))


def test_a_state_keeps_standing_on_the_record_but_not_on_the_offers_of_others() -> None:
    without_offers = replace(READY, trainings=0, open_in=frozenset())
    for status in Status:
        assert [guard for guard in standing(status, without_offers) if not guard.passed] == []
    unsigned = _without(Side.ORIGIN, Role.SIGNATORY)
    broken = {status for status in Status if any(not guard.passed for guard in standing(status, unsigned))}
    after_signature = {Status.SIGNED, Status.INCEPTION, Status.ACTIVE, Status.SUSPENDED, Status.COMPLETING}
    assert broken == after_signature
