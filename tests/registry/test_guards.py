"""No partnership gets past a guard, whatever happens to it on the way."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import (
    AgreementType,
    FourfoldParty,
    NeedKind,
    Persona,
    PlannedTrack,
    TrackChoicePoint,
)
from services.contracts.vocabulary import PartnershipModel as Model
from services.contracts.vocabulary import PartnershipStatus as Status
from services.contracts.vocabulary import PartyRole as Role
from services.contracts.vocabulary import PartySide as Side
from services.registry.partnerships.facts import Closing, Decision, Facts, Target, Training, Way
from services.registry.partnerships.guards import NEXT, REGULAR, STEPS, transition, undone
from tests.operations import OPERATIONS

SCHOOL, OTHER = UUID(int=1), UUID(int=2)
TODAY = date(2028, 3, 1)
PARTIES = {
    (Side.ORIGIN, Role.LEAD),
    (Side.DESTINATION, Role.CO_LEAD),
    (Side.ORIGIN, Role.SIGNATORY),
    (Side.DESTINATION, Role.SIGNATORY),
    (Side.DESTINATION, Role.DEMAND_HOLDER),
    (Side.ORIGIN, Role.TRAINER),
    (Side.ORIGIN, Role.IMPLEMENTER),
    (Side.THIRD, Role.MONITOR),
}
NEEDS = {
    (FourfoldParty.EMPLOYER, NeedKind.SECTOR, Side.DESTINATION),
    (FourfoldParty.CANDIDATE, NeedKind.STAKEHOLDER, Side.ORIGIN),
    (FourfoldParty.DESTINATION, NeedKind.STAKEHOLDER, Side.DESTINATION),
    (FourfoldParty.ORIGIN, NeedKind.SECTOR, Side.ORIGIN),
}
RESULTS = tuple((party, date(2027, 9, 1)) for party in FourfoldParty)
SHARES = {"TRAINING": {"DEST_GOV": 60.0, "DONOR": 40.0}, "RECRUITMENT": {"EMPLOYER": 100.0}}
CLOSED = Closing(0, False, True, True, date(2028, 3, 1))

READY = Facts(
    today=TODAY,
    model=Model.GSP_DUAL_TRACK,
    languages=frozenset({"en", "ar"}),
    themes=frozenset({"GREEN_JUST_TRANSITION"}),
    parties=frozenset(PARTIES),
    speakers=frozenset({(Side.ORIGIN, Role.LEAD, "MAR"), (Side.DESTINATION, Role.SIGNATORY, "BEL")}),
    trainers=frozenset({SCHOOL}),
    corridors=(Way("MAR", "BEL", "BE-PERMIT"),),
    targets=(Target("7411", 0.3),),
    home_places=90,
    away_places=30,
    ratio_target=3.0,
    track_choice_point=TrackChoicePoint.AT_GRADUATION,
    planned_start=date(2026, 9, 1),
    planned_end=date(2029, 8, 31),
    actual_end=date(2027, 3, 1),
    gap_analysis=True,
    employer_pays=True,
    channels=2,
    independent_channels=1,
    dpia=True,
    evaluation_uri=True,
    closing=CLOSED,
    decisions=(Decision("MAR", "BEL", "7411", 2.0),),
    needs=frozenset(NEEDS),
    agreements=frozenset({AgreementType.BLMA, AgreementType.DATA_SHARING}),
    shares=SHARES,
    safeguards=frozenset({("MAR", "741")}),
    results=RESULTS,
    pathways=frozenset({("BE-PERMIT", "BEL")}),
    commitments=1,
    committees=1,
    lessons=1,
    trainings=(Training(SCHOOL, "MAR"),),
    open_in=frozenset({"MAR", "BEL"}),
)
PEM = replace(
    READY,
    model=Model.CIRCULAR_ENTREPRENEUR,
    decisions=(),
    return_scheme=True,
    open_in=frozenset(),
    hosts=1,
    schemes=((Persona.ENTREPRENEUR, True, True),),
)
Broken = tuple[str, Facts]


def _without(side: Side, role: Role) -> Facts:
    return replace(READY, parties=READY.parties - {(side, role)})


def _needs_without(facts: Facts, party: FourfoldParty) -> Facts:
    return replace(facts, needs=frozenset(need for need in facts.needs if need[0] != party))


def _sector_need_without(facts: Facts, side: Side) -> Facts:
    """The needs of that side are those of stakeholders only."""
    return replace(
        facts,
        needs=frozenset(
            (party, NeedKind.STAKEHOLDER if where == side else kind, where) for party, kind, where in facts.needs
        ),
    )


def _closing(**change: Any) -> Facts:
    return replace(READY, closing=replace(CLOSED, **change))


BROKEN: list[Broken] = [
    ("TITLE_AND_SUMMARY", replace(READY, languages=frozenset({"ar"}))),
    ("THEME", replace(READY, themes=frozenset())),
    ("PLANNED_DATES", replace(READY, planned_end=READY.planned_start)),
    ("PLANNED_DATES", replace(READY, planned_start=None)),
    ("LEAD_ORIGIN", _without(Side.ORIGIN, Role.LEAD)),
    ("LEAD_DESTINATION", _without(Side.DESTINATION, Role.CO_LEAD)),
    ("SPEAKERS_OF_THEIR_COUNTRY", replace(READY, speakers=frozenset({(Side.DESTINATION, Role.SIGNATORY, "MAR")}))),
    ("SPEAKERS_OF_THEIR_COUNTRY", replace(READY, speakers=frozenset({(Side.ORIGIN, Role.CO_LEAD, "BEL")}))),
    ("JOINT_DECISION", _sector_need_without(PEM, Side.ORIGIN)),
    ("FOUR_NEEDS", _needs_without(READY, FourfoldParty.CANDIDATE)),
    ("AGREEMENT", replace(READY, agreements=frozenset({AgreementType.DATA_SHARING, AgreementType.FUNDING}))),
    ("COST_MATRIX", replace(READY, shares=SHARES | {"LIVING": {"DONOR": 99.0}})),
    ("WORKER_PAYS_NO_RECRUITMENT", replace(READY, shares=SHARES | {"RECRUITMENT": {"WORKER": 1.0, "EMPLOYER": 99.0}})),
    ("RECOGNITION_GAP_ANALYSIS", replace(READY, gap_analysis=False)),
    ("CHECKLIST", replace(READY, blocking_items=(3, 27))),
    ("SAFEGUARDS", replace(READY, safeguards=frozenset({("MAR", "742")}))),
    ("SAFEGUARDS", replace(READY, safeguards=frozenset({("TUN", "741")}))),
    ("DECISION_PER_TARGET", replace(READY, decisions=(Decision("TUN", "BEL", "7411"),))),
    ("DECISION_PER_TARGET", replace(READY, targets=(Target("7411", 0.3), Target("7412")))),
    ("AWAY_TRACK", replace(READY, decisions=(Decision("MAR", "BEL", "7411", 2.0, away=False),))),
    ("EMPLOYER_PAYS", replace(READY, employer_pays=False)),
    ("RESULT_TARGETS", replace(READY, results=RESULTS[:3])),
    ("GREEN_THEME", replace(READY, targets=(Target("7411"),))),
    ("HOME_PLACES", replace(READY, home_places=0, away_places=0)),
    ("HOME_AWAY_RATIO", replace(READY, home_places=89)),
    ("HOME_AWAY_RATIO", replace(READY, ratio_target=None, home_places=59)),
    ("TRACK_CHOICE_POINT", replace(READY, track_choice_point=None)),
    ("GSP_DESTINATION_FINANCING", replace(READY, shares={"TRAINING": {"DONOR": 100.0}})),
    ("SIGNATORY_ORIGIN", _without(Side.ORIGIN, Role.SIGNATORY)),
    ("SIGNATORY_DESTINATION", _without(Side.DESTINATION, Role.SIGNATORY)),
    ("GSP_TRAINER_AT_ORIGIN", _without(Side.ORIGIN, Role.TRAINER)),
    ("DATA_SHARING", replace(READY, agreements=frozenset({AgreementType.BLMA}))),
    ("DPIA", replace(READY, dpia=False)),
    ("RESULT_FRAME", replace(READY, results=(*RESULTS, (FourfoldParty.ORIGIN, None)))),
    ("RESULT_FRAME", replace(READY, results=(*RESULTS, (FourfoldParty.ORIGIN, date(2026, 8, 31))))),
    ("IMPLEMENTER", _without(Side.ORIGIN, Role.IMPLEMENTER)),
    ("MONITOR", _without(Side.THIRD, Role.MONITOR)),
    ("ACCREDITED_TRAINING", replace(READY, model=Model.SMP, trainings=(Training(SCHOOL, "MAR", ready=False),))),
    ("ACCREDITED_TRAINING", replace(READY, model=Model.SMP, trainings=(Training(OTHER, "MAR"),))),
    ("GSP_TRAINING_AT_ORIGIN", replace(READY, trainings=(Training(SCHOOL, "BEL"),))),
    ("GSP_EMPLOYER_AT_DESTINATION", _without(Side.DESTINATION, Role.DEMAND_HOLDER)),
    ("PATHWAY", replace(READY, corridors=(Way("MAR", "BEL", None),))),
    ("PATHWAY", replace(READY, pathways=frozenset())),
    ("PATHWAY", replace(READY, pathways=frozenset({("BE-PERMIT", "AUS")}))),
    ("RECRUITER_LICENCES", replace(READY, recruiters=(("Licensed", True), ("Other", False)))),
    ("EMPLOYER_COMMITMENT", replace(READY, commitments=0)),
    ("GRIEVANCE_CHANNELS", replace(READY, channels=1)),
    ("GRIEVANCE_CHANNELS", replace(READY, independent_channels=0)),
    ("JOINT_COMMITTEE", replace(READY, committees=0)),
    ("RETURN_SCHEME", replace(READY, model=Model.FIXED_TERM_MIGRATION)),
    ("RETURN_SCHEME", replace(READY, schemes=((Persona.WORKER, True, True),))),
    ("HOST", replace(PEM, hosts=0)),
    ("CIRCULAR_SCHEME", replace(PEM, schemes=((Persona.ENTREPRENEUR, True, False),))),
    ("AWAY_VACANCY", replace(READY, open_in=frozenset({"MAR"}))),
    ("HOME_VACANCY", replace(READY, open_in=frozenset({"BEL"}))),
    ("PLACEMENTS_HANDED_OVER", _closing(open_placements=None)),
    ("PLACEMENTS_HANDED_OVER", _closing(open_placements=4)),
    ("FINAL_LEDGER", _closing(ledger=False)),
    ("LESSON", replace(READY, lessons=0)),
    ("DATA_PLAN", _closing(data_plan=False)),
    ("EVALUATION", replace(READY, evaluation_uri=False)),
    ("FOLLOW_UP_12_MONTHS", _closing(follow_up_finished_on=None)),
    ("FOLLOW_UP_12_MONTHS", _closing(follow_up_finished_on=date(2028, 2, 29))),
    ("FOLLOW_UP_12_MONTHS", _closing(follow_up_finished_on=date(2028, 3, 2))),
    ("FOLLOW_UP_12_MONTHS", replace(READY, actual_end=None)),
]
IDS = [f"{n}-{code}" for n, (code, _) in enumerate(BROKEN)]
# What rests on another condition fails with it.
TOGETHER: list[tuple[set[str], Facts]] = [
    (
        {"CORRIDOR", "DECISION_PER_TARGET", "SAFEGUARDS", "GSP_TRAINING_AT_ORIGIN", "PATHWAY"}
        | {"AWAY_VACANCY", "HOME_VACANCY"},
        replace(READY, corridors=()),
    ),
    ({"TARGET", "DECISION_PER_TARGET", "SAFEGUARDS", "GREEN_THEME"}, replace(READY, targets=())),
    ({"JOINT_DECISION", "DECISION_PER_TARGET"}, replace(READY, decisions=())),
    ({"COST_MATRIX", "GSP_DESTINATION_FINANCING"}, replace(READY, shares=None)),
    ({"ACCREDITED_TRAINING", "GSP_TRAINING_AT_ORIGIN"}, replace(READY, trainings=())),
]
WAYS = (
    (Status.INCEPTION, Status.ACTIVE),
    (Status.SUSPENDED, Status.ACTIVE),
    (Status.COMPLETING, Status.CLOSED),
    (Status.CLOSED, Status.EVALUATED),
)


def _failed(facts: Facts, status: Status = Status.INCEPTION, to: Status = Status.ACTIVE) -> list[str]:
    return [guard.code for guard in transition(status, to, facts) if not guard.passed]


def _failed_anywhere(facts: Facts) -> set[str]:
    return {code for status, to in WAYS for code in _failed(facts, status, to)}


@pytest.mark.parametrize("facts", [READY, PEM], ids=["GSP", "PEM"])
def test_what_is_complete_goes_all_the_way(facts: Facts) -> None:
    assert [_failed(facts, status, to) for status, to in REGULAR.items()] == [[]] * len(REGULAR)


@pytest.mark.parametrize(("code", "facts"), BROKEN, ids=IDS)
def test_each_guard_fails_alone_when_only_its_condition_is_broken(code: str, facts: Facts) -> None:
    """02 §3, S-01, S-03, S-22, S-23, S-34, S-36, S-40, S-43, S-44, S-45, S-49, S-64, S-65, S-67."""
    assert _failed_anywhere(facts) == {code}


@pytest.mark.parametrize(("codes", "facts"), TOGETHER, ids=lambda value: None if isinstance(value, Facts) else "")
def test_what_rests_on_a_condition_fails_with_it(codes: set[str], facts: Facts) -> None:
    assert _failed_anywhere(facts) == codes


def test_every_guard_is_seen_failing() -> None:
    every = {guard.code for status, to in REGULAR.items() for guard in transition(status, to, READY)}
    assert {code for code, _ in BROKEN}.union(*(codes for codes, _ in TOGETHER)) == every


def test_a_failed_guard_says_what_was_seen_what_is_needed_and_what_helps() -> None:
    for _, facts in BROKEN:
        for guard in transition(Status.INCEPTION, Status.ACTIVE, facts):
            assert guard.seen
            assert guard.needed
            assert max(map(len, (guard.seen, guard.needed, guard.remedy))) < 2000


def test_every_remedy_names_operations_that_exist() -> None:
    known = {(operation.method.upper(), re.sub(r"{\w+}", "{}", operation.path)) for operation in OPERATIONS}
    for step in STEPS.values():
        for check in step:
            remedy = check(READY).remedy
            named = re.findall(r"(GET|POST|PUT|PATCH) (/v1/[\w/{}-]+)", remedy)
            assert named, remedy
            assert {(method, re.sub(r"{\w+}", "{}", path)) for method, path in named} <= known, remedy


def test_the_third_side_speaks_for_no_country() -> None:
    """Lookers-on from a third country may lead their own side; nobody speaks for the other side."""
    third = replace(READY, speakers=frozenset({(Side.THIRD, Role.LEAD, "CHE")}))
    assert _failed(third) == []


def test_an_away_track_is_asked_for_only_by_those_who_are_to_go() -> None:
    """04 §4: an occupation that is kept at home may be trained for the home track; one open corridor is enough."""
    kept = replace(READY, decisions=(Decision("MAR", "BEL", "7411", 2.0, away=False),))
    assert _failed(replace(kept, targets=(Target("7411", 0.3, PlannedTrack.HOME),))) == []
    assert _failed(replace(kept, away_places=0)) == []
    two = replace(
        READY, corridors=(*READY.corridors, Way("MAR", "DEU", "DE")), pathways=READY.pathways | {("DE", "DEU")}
    )
    one_open = replace(two, decisions=(*kept.decisions, Decision("MAR", "DEU", "7411", 2.0)))
    assert _failed(replace(one_open, open_in=READY.open_in | {"DEU"})) == []


def test_whom_the_owner_may_not_name_is_to_be_invited() -> None:
    unsigned = replace(_without(Side.DESTINATION, Role.SIGNATORY), to_ask=frozenset({Side.DESTINATION}))
    [failed] = [guard for guard in transition(Status.NEGOTIATION, Status.SIGNED, unsigned) if not guard.passed]
    assert failed.remedy.startswith("POST /v1/partnerships/{partnership_id}/invitations with organisation_id, side: D")


def test_entrepreneurs_are_never_closed_by_the_shortage_matrix() -> None:
    """S-49, 04 §4: a sector's need on both sides takes the place of a shortage; vacancies are not asked for."""
    assert _failed(PEM) == []
    assert "JOINT_DECISION" in _failed(replace(PEM, model=Model.SMP))


def test_a_green_skill_that_is_taught_makes_a_partnership_green_as_well() -> None:
    """S-01."""
    grey = replace(READY, targets=(Target("7411"),))
    taught = replace(grey, trainings=(Training(SCHOOL, "MAR", green=True),))
    other_theme = replace(grey, themes=frozenset({"CARE"}))
    assert (_failed(grey), _failed(taught), _failed(other_theme)) == (["GREEN_THEME"], [], [])


def test_places_of_one_track_ask_for_vacancies_of_that_track_only() -> None:
    home_only = replace(
        READY,
        away_places=0,
        open_in=frozenset({"MAR"}),
        corridors=(Way("MAR", "BEL", None),),
        commitments=0,
        channels=0,
    )
    away_only = replace(
        READY, model=Model.SMP, home_places=0, ratio_target=None, decisions=(Decision("MAR", "BEL", "7411"),)
    )
    away_only = replace(away_only, open_in=frozenset({"BEL"}))
    assert (_failed(home_only), _failed(away_only)) == ([], [])


def test_the_end_does_not_ask_again_for_what_runs_out() -> None:
    ran_out = replace(READY, decisions=(), agreements=frozenset(), safeguards=frozenset(), pathways=frozenset())
    assert _failed(ran_out, Status.COMPLETING, Status.CLOSED) == []
    assert _failed(ran_out, Status.CLOSED, Status.EVALUATED) == []
    assert "AGREEMENT" in _failed(ran_out, Status.SUSPENDED, Status.ACTIVE)


steps = st.lists(
    st.tuples(st.sampled_from([READY, PEM, *(facts for _, facts in BROKEN)]), st.sampled_from(Status)), max_size=25
)


@given(steps)
def test_no_path_leads_around_a_guard(path: list[tuple[Facts, Status]]) -> None:
    """Whatever the record looks like on the way: who is in a state came through the ones before, complete."""
    rise = [Status.SCOPING, Status.NEGOTIATION, Status.SIGNED, Status.INCEPTION, Status.ACTIVE]
    status, passed = Status.IDEA, {Status.IDEA}
    for facts, to in path:
        if _failed(facts, status, to):
            continue
        assert to in NEXT[status]
        if to in rise:
            own = [check(facts).passed for step in rise[: rise.index(to) + 1] for check in STEPS[step]]
            assert all(own)
            assert set(rise[: rise.index(to)]) <= passed
        if to in (Status.CLOSED, Status.EVALUATED):
            assert all(check(facts).passed for check in STEPS[to])
            assert {*rise, Status.COMPLETING} <= passed
        status = to
        passed.add(to)


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_move_outside_the_lifecycle_is_unknown_even_when_all_is_ready(status: Status, to: Status) -> None:
    assert (_failed(READY, status, to) == ["TRANSITION_UNKNOWN"]) == (to not in NEXT.get(status, frozenset()))


def test_termination_is_open_to_all_that_is_not_final_and_suspension_to_what_is_active() -> None:
    terminable = {status for status in Status if Status.TERMINATED in NEXT.get(status, ())}
    assert set(Status) - terminable == {Status.EVALUATED, Status.TERMINATED}
    assert {status for status in Status if Status.SUSPENDED in NEXT.get(status, ())} == {Status.ACTIVE}


@pytest.mark.parametrize(
    ("code", "facts", "held"),
    [
        ("SIGNATORY_ORIGIN", _without(Side.ORIGIN, Role.SIGNATORY), {"SIGNED", "INCEPTION", "ACTIVE"}),
        ("LEAD_ORIGIN", _without(Side.ORIGIN, Role.LEAD), {"SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION", "ACTIVE"}),
        ("GRIEVANCE_CHANNELS", replace(READY, channels=0), {"ACTIVE"}),
        ("DATA_PLAN", _closing(data_plan=False), {"CLOSED"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_does_not_undo_what_the_state_rests_on(code: str, facts: Facts, held: set[str]) -> None:
    """What was signed stands until the end, also while suspended; what others offer is asked for while active."""
    refused = {status for status in NEXT if [guard.code for guard in undone(status, READY, facts)] == [code]}
    also = {"SUSPENDED", "COMPLETING"} if "INCEPTION" in held else set()
    assert refused == held | also


def test_a_change_is_not_refused_for_what_ran_out_by_itself() -> None:
    expired = replace(READY, decisions=(), agreements=frozenset())
    assert undone(Status.ACTIVE, expired, replace(expired, home_places=100)) == []
