"""Entrepreneurs and hosts as arithmetic: 90 days in 180, room, gates and their remedies, a score that adds up."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.entrepreneurs import FirmProfile, euros, fit, nearness
from services.matching.hosting import HostOffer, LongStay, Room, Scheme
from services.matching.profiles import Consent
from services.matching.short_stays import MOST_DAYS, Period, area_of, breach, earliest, left, longest, used

TODAY = date(2027, 1, 4)
CONSENT = Consent(frozenset({"MATCHING_AWAY"}), date(2026, 1, 1))
FIRM = FirmProfile(
    candidate_id=UUID(int=1),
    country="SEN",
    persona="ENTREPRENEUR",
    sector="C1030",
    registered=True,
    registration="DOCUMENT",
    consent=CONSENT,
    languages={"fr": 4},
    available_from=TODAY,
    available_to=None,
    stay_days=30,
    capabilities=frozenset({"MENTORING", "TRAINING"}),
    cooperation=frozenset({"SOURCING"}),
    continuity=True,
    turnover_eur=Decimal(20000),
    founded_on=date(2020, 1, 1),
    staff=4,
    innovation=3,
    export_readiness=2,
    green=True,
)
HOST = HostOffer(
    id=UUID(int=2),
    organisation_id=UUID(int=3),
    partnership_ids=frozenset({UUID(int=4)}),
    country="BEL",
    sectors=("A01", "C10"),
    services=frozenset({"MENTORING"}),
    personas=frozenset({"ENTREPRENEUR"}),
    languages=frozenset({"fr", "nl"}),
    mentor_languages=frozenset({"nl"}),
    cooperation=frozenset({"SOURCING", "TECH_TRANSFER"}),
    stay_days_min=5,
    stay_days_max=180,
    diaspora=True,
    room=Room(200, 2, True),
)
WAY = LongStay("BE-LONG", frozenset(), "BEL", frozenset({"ENTREPRENEUR"}), 12, date(2026, 1, 1), date.max)


def after(number: int, length: int = 1) -> Period:
    return Period.of(TODAY + timedelta(days=number), length)


@pytest.mark.parametrize(
    ("stays", "on", "expected"),
    [
        ([], 0, 90),
        ([after(0, 30)], 29, 60),
        ([after(0, 30), after(60, 61)], 120, 0),
        ([after(0, 90)], 179, 0),  # the first day still lies in the window of the 180th
        ([after(0, 90)], 180, 1),  # a day later it has left it
        ([after(0, 90)], 269, 90),
    ],
)
def test_days_left_of_90_in_180(stays: list[Period], on: int, expected: int) -> None:
    assert left(stays, TODAY + timedelta(days=on)) == expected


def test_days_in_one_country_of_the_area_count_in_all() -> None:
    assert {"BEL", "FRA", "SEN"} & area_of("BEL") == {"BEL", "FRA"}
    assert area_of("GBR") == {"GBR"}


periods = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80)).map(lambda pair: after(*pair)), max_size=5).map(
    tuple
)


@settings(max_examples=60)
@given(periods)
def test_a_breach_is_the_first_day_on_which_more_than_90_are_counted(stays: tuple[Period, ...]) -> None:
    days = [TODAY + timedelta(days=number) for number in range(500)]
    over = [day for day in days if used(stays, day) > MOST_DAYS]
    assert breach(stays) == (over[0] if over else None)


@settings(max_examples=60)
@given(periods, st.integers(0, 300))
def test_the_longest_stay_keeps_the_rule_and_one_day_more_breaks_it(stays: tuple[Period, ...], start: int) -> None:
    most = longest(stays, after(start).first)
    assert most == 0 or breach((*stays, after(start, most))) is None
    assert most == MOST_DAYS or breach((*stays, after(start, most + 1))) is not None


@settings(max_examples=40)
@given(periods, st.integers(1, 90), st.integers(0, 200))
def test_the_earliest_day_is_free_and_no_day_before_it_is(stays: tuple[Period, ...], length: int, start: int) -> None:
    if breach(stays) is not None:
        return  # a rule that is broken already is kept from nothing

    def free(day: date) -> bool:
        stay = Period.of(day, length)
        return not any(stay.overlap(other) for other in stays) and breach((*stays, stay)) is None

    first = after(start).first
    found = earliest(stays, length, first)
    assert found is not None
    assert free(found)
    assert not any(free(first + timedelta(days=n)) for n in range((found - first).days))


def test_room_is_counted_in_days_a_year_and_places_a_day() -> None:
    taken = (after(0, 30), after(10, 30), after(40, 20))
    room = Room(100, 2, True, (), taken)
    assert (room.days_left(2027), room.places_left(after(5, 10)), room.places_left(after(45, 5))) == (20, 0, 1)
    assert room.lacks(after(60, 20)) == []
    assert room.lacks(after(60, 21)) == ["20 of 21 days left in 2027"]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: after(*pair)), max_size=6),
    st.integers(1, 60),
    st.integers(0, 100),
)
def test_the_earliest_room_fits_and_none_before_it_does(taken: list[Period], length: int, start: int) -> None:
    room = Room(150, 2, True, (Period(TODAY, date(2028, 6, 30)),), tuple(taken))
    first, until = after(start).first, date(2028, 6, 30)
    found = room.earliest(length, first, until)
    days = (found.first - first).days if found else (until - first).days - length + 2
    assert not any(not room.lacks(Period.of(first + timedelta(days=n), length)) for n in range(days))
    assert found is None or room.lacks(found) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("C1030", "C10", 1), ("C1030", "C1031", 0.9), ("C1030", "C1071", 0.8), ("C10", "C11", 0.5), ("C10", "A01", 0)],
)
def test_sectors_are_near_by_what_their_codes_share(one: str, other: str, expected: float) -> None:
    assert (nearness(one, other), nearness(other, one)) == (expected, expected)


def test_the_score_is_that_of_the_published_weights() -> None:
    """domain/03 §3, PEM score, worked by hand."""
    found = fit(FIRM, HOST, (), (), TODAY)
    firm_side = 0.35 * 0.5 + 0.20 * 1 + 0.15 * 1 + 0.15 * 1 + 0.15 * 1
    maturity = (1 + 1 + 4 / 5 + 2 / 5) / 4
    host_side = 0.35 * maturity + 0.25 * 0.5 + 0.15 * (1 + 3 / 5) / 2 + 0.15 * 0 + 0.10 * 1
    assert found.firm_side == pytest.approx(firm_side)
    assert found.host_side == pytest.approx(host_side)
    assert found.score == pytest.approx(2 * firm_side * host_side / (firm_side + host_side))


def test_what_is_not_known_is_dropped_and_reported() -> None:
    bare = replace(
        FIRM, turnover_eur=None, founded_on=None, staff=None, export_readiness=None, capabilities=frozenset()
    )
    found = fit(bare, HOST, (), (), TODAY)
    assert {each.name for each in found.dropped} == {"need", "maturity"}
    assert found.confidence == pytest.approx(1 - 0.35)
    assert sum(each.term.weight for each in found.terms if each.side == "FIRM") == pytest.approx(1)


firms = st.builds(
    replace,
    st.just(FIRM),
    sector=st.sampled_from(["A01", "C1030", "C1100", "J62"]),
    languages=st.dictionaries(st.sampled_from(["fr", "nl", "wo"]), st.integers(1, 6), max_size=3),
    stay_days=st.integers(1, 200),
    capabilities=st.frozensets(st.sampled_from(["MENTORING", "TRAINING", "WORKSPACE"])),
    cooperation=st.frozensets(st.sampled_from(["SOURCING", "TECH_TRANSFER", "MENTORING"])),
    turnover_eur=st.none() | st.decimals(0, 50000, places=2),
    staff=st.none() | st.integers(0, 40),
    innovation=st.none() | st.integers(1, 5),
    green=st.none() | st.booleans(),
    registered=st.booleans(),
    continuity=st.booleans(),
)


@settings(max_examples=100)
@given(firms)
def test_contributions_add_up_to_the_score(firm: FirmProfile) -> None:
    found = fit(firm, HOST, (), (), TODAY)
    assert abs(sum(each.contribution for each in found.terms) - found.score) < 1e-9
    a, b = found.firm_side, found.host_side
    assert abs((2 * a * b / (a + b) if a + b else 0) - found.score) < 1e-9
    assert 0 <= found.score <= 1 + 1e-12


@settings(max_examples=60)
@given(firms)
def test_another_capability_that_the_host_has_never_lowers_the_score(firm: FirmProfile) -> None:
    """Adding what matches among what is wanted: the share that is met cannot fall."""
    if not firm.capabilities:
        return
    more = replace(firm, capabilities=firm.capabilities | {"MENTORING"})
    assert fit(more, HOST, (), (), TODAY).score >= fit(firm, HOST, (), (), TODAY).score - 1e-12


def gates(firm: FirmProfile, host: HostOffer = HOST, scheme: Scheme | None = None, *ways: LongStay) -> dict[str, str]:
    """What is failed, with its remedy."""
    return {gate.code: gate.remedy or "" for gate in fit(firm, host, (scheme,), ways, TODAY).failed}


def test_an_unregistered_firm_is_a_near_miss_that_registration_remedies() -> None:
    """P01."""
    claimed = replace(FIRM, registered=False, registration="STATED")
    assert list(gates(claimed)) == ["P01"]
    assert fit(claimed, HOST, (), (), TODAY).near_miss
    assert gates(replace(claimed, registered=True)) == {}


def test_the_schemes_sectors_come_before_the_hosts() -> None:
    """P02: not to be remedied by the firm."""
    scheme = Scheme(UUID(int=5), UUID(int=4), "ENTREPRENEUR", 5, 180, 3, True, 10, None, True, ("J62",))
    assert list(gates(FIRM, HOST, scheme)) == ["P02"]
    assert not fit(FIRM, HOST, (scheme,), (), TODAY).near_miss
    assert fit(FIRM, HOST, (scheme, replace(scheme, id=UUID(int=6), sectors=("C",))), (), TODAY).failed == ()


def test_a_full_host_says_from_when_there_is_room() -> None:
    """P03: the period named, once taken, opens the gate."""
    full = replace(HOST, room=Room(400, 1, True, (), (after(0, 40),)))
    waiting = replace(FIRM, available_to=after(50).first)
    assert gates(waiting, full)["P03"].startswith(f"come from {after(40).first} to {after(69).last}")
    patient = fit(replace(waiting, available_to=after(69).last), full, (), (), TODAY)
    assert (patient.failed, patient.period.first) == ((), after(40).first)


def test_more_than_90_days_need_another_way() -> None:
    """P04: shorter, or by a pathway for a long stay."""
    long = replace(FIRM, stay_days=120)
    assert gates(long)["P04"] == "stay at most 90 days, or find a pathway for a long stay"
    assert gates(replace(long, stay_days=90)) == {}
    found = fit(long, HOST, (None,), (WAY,), TODAY)
    assert (found.failed, found.visa_class) == ((), "LONG_STAY")


def test_earlier_stays_in_the_area_postpone_the_next() -> None:
    """P04: 80 days in France leave 10 in Belgium, until they are 180 days past."""
    been = replace(FIRM, periods=(("FRA", Period.of(date(2026, 10, 1), 80)),))
    found = fit(been, HOST, (), (), TODAY)
    assert found.failed == ()
    assert found.period.first == earliest(been.stayed_in(area_of("BEL")), 30, TODAY)
    assert found.period.first > TODAY
    hurried = replace(been, available_to=date(2027, 2, 28))
    assert "stay at most 10 days" in gates(hurried)["P04"]


def test_somebody_runs_the_firm_meanwhile() -> None:
    """P05."""
    alone = replace(FIRM, continuity=False)
    assert gates(alone) == {"P05": "name who runs the firm meanwhile"}


def test_an_amount_without_a_rate_is_not_known() -> None:
    rates = {"XOF": Decimal("655.957")}
    assert euros({"amount": "5000000", "currency": "XOF"}, rates) == Decimal("7622.4509")
    assert euros({"amount": "1", "currency": "USD"}, rates) is None
