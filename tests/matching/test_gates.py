"""Each gate: what passes, what fails, what it saw and what would help."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.matching.gates import Gate
from services.matching.profiles import (
    Candidate,
    Consent,
    Language,
    Money,
    Opening,
    Preferences,
    Recognition,
    RequiredSkill,
)
from services.matching.scoring import Explanation, explain
from tests.matching.instances import BOTH, RATES, TODAY, URIS, candidate, opening, taxonomy

TAXONOMY = taxonomy()
GIVEN = date(2026, 1, 1)


def result(person: Candidate, job: Opening) -> Explanation:
    return explain(person, job, TAXONOMY, RATES, TODAY)


def gate(code: str, person: Candidate, job: Opening) -> Gate:
    return next(gate for gate in result(person, job).gates if gate.code == code)


def wishes(**changes: object) -> Candidate:
    return candidate(preferences=replace(Preferences(), **changes))


def test_the_ordinary_pair_passes_every_gate() -> None:
    ordinary = result(candidate(), opening())
    assert [each.code for each in ordinary.gates if not each.passed] == []
    assert [each.code for each in ordinary.gates] == [
        "H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09", "H10", "H13", "H14",
    ]  # fmt: skip
    assert all(each.remedy is None for each in ordinary.gates)


FAILING = {
    "H01 scope": (candidate(consent=Consent(frozenset({"MATCHING_HOME"}), GIVEN)), opening()),
    "H01 expired": (candidate(consent=Consent(BOTH, GIVEN, date(2026, 11, 22))), opening()),
    "H01 withdrawn": (candidate(consent=Consent(BOTH, GIVEN, None, TODAY)), opening()),
    "H01 future": (candidate(consent=Consent(BOTH, date(2026, 11, 24))), opening()),
    "H02 late": (candidate(available_from=date(2027, 9, 2)), opening()),
    "H02 early": (candidate(available_to=date(2027, 2, 28)), opening()),
    "H02 past": (candidate(), opening(start_from=date(2026, 1, 1), start_to=date(2026, 11, 22))),
    "H03 minor": (candidate(birth_date=date(2009, 3, 2)), opening()),
    "H03 pathway": (candidate(birth_date=date(1991, 3, 1)), opening(max_age=35)),
    "H05 floor": (candidate(), opening(gross_monthly_wage=Decimal("2399.99"))),
    "H06 none": (candidate(), opening(regulated=True)),
    "H06 elsewhere": (
        candidate(recognition=(Recognition("74", "FULL", country="DEU"),)),
        opening(regulated=True),
    ),
    "H06 too late": (
        candidate(recognition=(Recognition("74", "PARTIAL", date(2027, 9, 2)),)),
        opening(regulated=True),
    ),
    "H07 level": (candidate(languages=(Language("fr", "A2"),)), opening()),
    "H07 language": (candidate(), opening(languages=(Language("nl", "A1"),))),
    "H08 coverage": (candidate(), opening(skills=(RequiredSkill(URIS[21], 3),))),
    "H08 critical": (
        candidate(),
        opening(skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[21], 3, critical=True))),
    ),
    "H09 places": (candidate(), opening(places_left=0)),
    "H09 quota": (candidate(), opening(quotas={"MAR": 0, "SEN": 1})),
    "H09 status": (candidate(), opening(status="PAUSED")),
    "H13 country": (wishes(excluded_countries=frozenset({"BEL"})), opening()),
    "H13 wage": (wishes(min_net_monthly_wage=Money(Decimal("23540.01"), "MAD")), opening()),
    "H13 months": (wishes(max_months_away=12), opening(contract_months=13)),
    "H13 permanent": (wishes(max_months_away=12), opening()),
    "H14 track": (wishes(track="HOME"), opening()),
    "H14 chosen": (candidate(track_chosen="HOME"), opening()),
}


@pytest.mark.parametrize("case", FAILING)
def test_gate_fails_alone_and_names_a_remedy(case: str) -> None:
    failed = [each for each in result(*FAILING[case]).gates if not each.passed]
    assert [each.code for each in failed] == [case[:3]]
    assert failed[0].remedy


@pytest.mark.parametrize("case", FAILING)
def test_only_what_preparation_or_dates_can_mend_is_a_near_miss(case: str) -> None:
    assert result(*FAILING[case]).near_miss == (case[:3] in {"H02", "H06", "H07", "H08"} and case != "H02 past")


PASSING = {
    "H01 last day": (candidate(consent=Consent(BOTH, GIVEN, TODAY)), opening()),
    "H02 last day": (candidate(available_from=date(2027, 9, 1)), opening()),
    "H03 birthday": (candidate(birth_date=date(2009, 3, 1)), opening()),
    "H03 still 35": (candidate(birth_date=date(1991, 3, 2)), opening(max_age=35)),
    "H05 exactly": (candidate(), opening(gross_monthly_wage=Decimal(2400))),
    "H05 no floor": (candidate(), opening(wage_floor=None)),
    "H06 full": (candidate(recognition=(Recognition("741", "FULL", country="BEL"),)), opening(regulated=True)),
    "H06 in time": (
        candidate(recognition=(Recognition("74", "PARTIAL", date(2027, 9, 1)),)),
        opening(regulated=True),
    ),
    "H07 exactly": (candidate(languages=(Language("fr", "B1"),)), opening()),
    "H08 none asked": (candidate(skills=()), opening(skills=())),
    "H09 other origin": (candidate(), opening(quotas={"MAR": 1, "SEN": 0})),
    "H09 at home": (candidate(), opening(country="MAR", quotas={"MAR": 0})),
    "H13 wage equal": (wishes(min_net_monthly_wage=Money(Decimal(2200), "EUR")), opening()),
    "H13 no rate": (wishes(min_net_monthly_wage=Money(Decimal(10**9), "XOF")), opening()),
    "H13 at home": (wishes(max_months_away=1), opening(country="MAR")),
    "H14 chosen": (candidate(track_chosen="AWAY", preferences=Preferences(track="HOME")), opening()),
}


@pytest.mark.parametrize("case", PASSING)
def test_gate_passes_at_its_edge(case: str) -> None:
    assert gate(case[:3], *PASSING[case]).passed


def test_an_unknown_wage_is_said_and_not_failed() -> None:
    person = wishes(min_net_monthly_wage=Money(Decimal(1000), "EUR"))
    assert gate("H13", person, opening(net_monthly_wage_estimate=None)).value == "net wage unknown"


def test_a_gate_shows_what_it_saw_and_what_it_needs() -> None:
    shown = gate("H07", candidate(languages=(Language("fr", "A2"),)), opening())
    assert (shown.value, shown.threshold, shown.remedy) == ("fr A2", "fr B1", "language course: fr to B1")
