"""Each gate: what passes, what fails, what it saw and what would help."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from services.matching.recruitment import Recruitment, Standing
from services.matching.remedies import applied
from services.matching.safeguards import Access, Law, Pathway
from services.matching.scoring import Explanation, explain
from tests.matching.instances import (
    BOTH,
    RATES,
    TODAY,
    URIS,
    candidate,
    limit,
    opening,
    pathway,
    random_candidate,
    random_opening,
    taxonomy,
)

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
        "H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09", "H10", "H11", "H12", "H13", "H14",
    ]  # fmt: skip
    assert all(each.remedy is None for each in ordinary.gates)


def through(**asks: object) -> Opening:
    """A job whose only pathway asks something."""
    return opening(access=(Access("", (limit("OPEN"),), (), (pathway(**asks),)),))  # type: ignore[arg-type]


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
    "H03 law": (candidate(birth_date=date(1990, 1, 1)), through(max_age=35)),
    "H04 nationality": (candidate(), through(nationality="SEN")),
    "H04 persona": (candidate(persona="INTERN"), through(personas=("WORKER",))),
    "H04 contract": (candidate(), through(max_months=12)),
    "H04 occupation": (candidate(), through(occupations=("2", "7412"))),
    "H04 kind of contract": (candidate(), through(contracts=("SEASONAL",))),
    "H05 law": (candidate(), through(min_wage=Decimal(3001))),
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
    "H11 left": (candidate(), opening(employer=Standing(party=False))),
    "H11 measure": (candidate(), opening(employer=Standing(measure="SUSPENSION"))),
    "H11 unknown": (candidate(), opening(employer=Standing(verified=False))),
    "H12 unsigned": (candidate(), opening(recruitment=Recruitment(False))),
    "H12 recruiter": (candidate(), opening(recruitment=Recruitment(True, 2, 0))),
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
    "H04 any of mine": (candidate(), through(nationality="MAR", personas=("INTERN", "WORKER"))),
    "H12 not stated": (candidate(), opening()),
    "H12 one of two": (candidate(), opening(recruitment=Recruitment(True, 2, 1))),
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


def opened(code: str, person: Candidate, job: Opening) -> bool:
    """Whether the gate holds once its own steps are taken."""
    return gate(code, *applied(gate(code, person, job).steps, person, job)).passed


@pytest.mark.parametrize("case", FAILING)
def test_the_remedy_of_a_gate_opens_it(case: str) -> None:
    """Shown by 2: every gate's remedy, once applied, opens the gate."""
    assert opened(case[:3], *FAILING[case])


@given(seed=st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_the_remedies_of_any_pair_open_its_gates(seed: int) -> None:
    person, job = random_candidate(seed), random_opening(seed + 1)
    shut = [each.code for each in result(person, job).gates if not each.passed]
    assert [code for code in shut if not opened(code, person, job)] == []


def test_all_remedies_of_a_near_miss_together_make_it_a_match() -> None:
    person = candidate(languages=(Language("fr", "A1"),))
    job = opening(regulated=True, skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[21], 3, critical=True)))
    found = result(person, job)
    assert found.near_miss
    assert result(*applied([step for each in found.gates for step in each.steps], person, job)).passed


def test_a_passed_gate_asks_for_nothing() -> None:
    assert [each.steps for each in result(candidate(), opening()).gates if each.steps] == []


def test_only_the_skills_that_are_needed_are_to_be_learned() -> None:
    """One of three essential skills is held at .95; of the others, equally far, the first by URI makes it half."""
    job = opening(skills=tuple(RequiredSkill(URIS[n], 3) for n in (0, 15, 21)))
    assert [step.to for step in gate("H08", candidate(), job).steps] == [f"{URIS[15]} at level 3"]


def test_a_pathway_counts_what_the_vacancy_does_not_meet() -> None:
    """H05: 3000 EUR against 35,000 MAD (3271 EUR); a contract of 24 months under a permit of 12 that is not renewed."""
    law = Law(Pathway("", "PERMIT", TODAY, date.max), (Decimal(35000), "MAD"), 12, None)
    asked = law.asked_of(opening(contract_months=24), RATES)
    assert (asked.min_wage, asked.max_months) == (Decimal("3271.03"), 12)
    assert law.asked_of(opening(contract_months=12, gross_monthly_wage=Decimal(3272)), RATES).met
