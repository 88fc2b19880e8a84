"""The two-sided score: additive, monotone in skills, blind to protected traits and to order, replayable."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.profiles import HeldSkill, Language, Money, Occupation, Preferences, RequiredSkill
from services.matching.scoring import Explanation, WeightProfile, explain
from tests.matching.instances import (
    RATES,
    TODAY,
    URIS,
    candidate,
    opening,
    random_candidate,
    random_opening,
    shuffled,
    taxonomy,
)

TAXONOMY = taxonomy()
SEEDS = st.integers(0, 10**9)


def result(person: object = None, job: object = None, **changes: object) -> Explanation:
    return explain(person or candidate(), job or opening(), TAXONOMY, RATES, TODAY, **changes)  # type: ignore[arg-type]


def terms(explanation: Explanation) -> dict[str, float]:
    return {term.name: term.value for term in explanation.a_terms + explanation.b_terms}


@given(seed=SEEDS)
@settings(max_examples=200, deadline=None)
def test_contributions_sum_to_each_side(seed: int) -> None:
    found = result(random_candidate(seed), random_opening(seed + 1))
    for side, side_terms in ((found.a, found.a_terms), (found.b, found.b_terms)):
        assert (side is None) == (not side_terms)
        assert sum(term.contribution for term in side_terms) == pytest.approx(side or 0.0, abs=1e-9)
        assert all(term.weight * term.value == pytest.approx(term.contribution, abs=1e-9) for term in side_terms)


@given(seed=SEEDS)
@settings(max_examples=200, deadline=None)
def test_score_is_the_harmonic_mean_of_the_known_sides(seed: int) -> None:
    found = result(random_candidate(seed), random_opening(seed + 1))
    if found.a is None or found.b is None:
        assert found.score == (found.b if found.a is None else found.a) or found.score == 0.0
    else:
        assert found.score * (found.a + found.b) == pytest.approx(2 * found.a * found.b, abs=1e-12)
    assert 0.0 <= found.score <= 1.0 + 1e-12
    assert 0.0 <= found.confidence <= 1.0


@given(seed=SEEDS, level=st.integers(1, 5), evidence=st.sampled_from(["SELF", "CV", "TESTED", "CERTIFIED"]))
@settings(max_examples=200, deadline=None)
def test_one_more_skill_never_lowers_the_score(seed: int, level: int, evidence: str) -> None:
    person, job = random_candidate(seed), random_opening(seed + 1)
    more = HeldSkill(URIS[seed % len(URIS)], level, evidence)  # type: ignore[arg-type]
    richer = replace(person, skills=(*person.skills, more))
    assert result(richer, job).score >= result(person, job).score


@given(seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_order_of_lists_changes_nothing(seed: int) -> None:
    person, job = random_candidate(seed), random_opening(seed + 1)
    other = replace(
        person,
        skills=shuffled(person.skills, seed),
        languages=shuffled(person.languages, seed),
        occupations=shuffled(person.occupations, seed),
        recognition=shuffled(person.recognition, seed),
    )
    mixed = replace(job, skills=shuffled(job.skills, seed), languages=shuffled(job.languages, seed))
    assert repr(result(other, mixed)) == repr(result(person, job))


@given(seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_twins_of_another_nationality_get_the_same_bytes(seed: int) -> None:
    person, job = random_candidate(seed), random_opening(seed + 1)
    assert repr(result(replace(person, nationality="AUS"), job)) == repr(result(person, job))


def test_age_within_the_legal_range_changes_no_score() -> None:
    older = result(candidate(birth_date=candidate().birth_date.replace(year=1970)))
    assert asdict(older) | {"gates": ()} == asdict(result()) | {"gates": ()}


@given(seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_credit_is_the_best_over_all_pairs_of_skills(seed: int) -> None:
    person, profile = random_candidate(seed), WeightProfile()
    found = result(person, random_opening(seed + 1))
    for credit in found.matched_skills + found.missing_skills:
        by_hand = max(
            (
                TAXONOMY.similarity(held.uri, credit.uri)
                * (min(1.0, held.level / credit.required_level) * profile.evidence[held.evidence])
                for held in person.skills
            ),
            default=0.0,
        )
        assert credit.credit == by_hand


def test_a_worked_example() -> None:
    """E: .95 and .8·.6·(2/3) -> mean; L 1; X 30/24 -> 1; Q 1; B: 2200 net against 1600, second of two choices."""
    person = candidate(
        skills=(HeldSkill(URIS[0], 4, "TESTED"), HeldSkill(URIS[13], 2, "SELF")),
        preferences=Preferences(
            destinations=("AUS", "BEL"),
            min_net_monthly_wage=Money(Decimal(1600), "EUR"),
            weights={"wage": 1.0, "destination": 0.5},
        ),
    )
    found = result(person, opening(skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[12], 3))))
    e = (0.95 + 0.8 * (2 / 3) * 0.6) / 2
    a = (0.5 * e + 0.15 + 0.1 + 0.1) / 0.85
    b = (1.0 * 0.6875 + 0.5 * 0.5) / 1.5
    assert found.a == pytest.approx(a, abs=1e-12)
    assert found.b == pytest.approx(b, abs=1e-12)
    assert found.score == pytest.approx(2 * a * b / (a + b), abs=1e-12)
    assert [drop.name for drop in found.dropped] == ["O"]


def test_claims_are_counted_apart_from_evidence() -> None:
    person = candidate(skills=(HeldSkill(URIS[0], 5, "TESTED"), HeldSkill(URIS[13], 5, "CV")))
    found = result(person, opening(skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[13], 3))))
    assert (found.claimed, found.evidenced) == (1, 1)


def test_a_missing_skill_carries_its_label_and_best_credit() -> None:
    job = opening(skills=(RequiredSkill(URIS[0], 3), RequiredSkill(URIS[21], 4, critical=True)))
    missing = result(job=job, language="fr").missing_skills
    assert [(each.uri, each.label, each.critical, each.required_level, each.credit) for each in missing] == [
        (URIS[21], "compétence 21", True, 4, 0.0)
    ]


def test_unknown_terms_are_dropped_and_said() -> None:
    person = candidate(
        occupations=(), eqf=None, preferences=Preferences(min_net_monthly_wage=Money(Decimal(500), "XOF"))
    )
    found = result(person)
    assert {drop.name: drop.reason for drop in found.dropped} == {
        "O": "not_applicable", "X": "unknown", "Q": "unknown", "wage": "unknown",
    }  # fmt: skip
    assert found.b is None
    assert found.score == found.a
    assert found.confidence == pytest.approx((0.65 / 0.85 + 0.0) / 2)


def test_without_declared_preferences_the_employer_side_stands_alone() -> None:
    found = result()
    assert (found.b, found.score, found.b_terms) == (None, found.a, ())


@pytest.mark.parametrize(("eqf", "months", "value"), [(4, 0, 1.0), (3, 24, 0.7), (3, 23, 0.3), (2, 99, 0.3)])
def test_qualification_below_the_level_asked(eqf: int, months: int, value: float) -> None:
    person = candidate(eqf=eqf, occupations=(Occupation("7412", months),))
    assert terms(result(person, opening(equivalent_experience=True)))["Q"] == value


@pytest.mark.parametrize(("cefr", "value"), [("C2", 1.0), ("B1", 1.0), ("A2", 0.75), ("A1", 0.5)])
def test_language_below_the_level_asked(cefr: str, value: float) -> None:
    assert terms(result(candidate(languages=(Language("fr", cefr),))))["L"] == value


def test_experience_counts_in_the_same_minor_group() -> None:
    jobs = (Occupation("7411", 6), Occupation("7412", 6), Occupation("7212", 60))
    assert terms(result(candidate(occupations=jobs)))["X"] == 0.5


@pytest.mark.parametrize(
    ("held", "asked", "similarity"),
    [(0, 0, 1.0), (0, 1, 0.8), (1, 0, 0.8), (2, 3, 0.6), (0, 6, 0.6), (1, 6, 0.0), (0, 23, 0.0)],
)
def test_similarity_through_the_hierarchy(held: int, asked: int, similarity: float) -> None:
    assert TAXONOMY.similarity(URIS[held], URIS[asked]) == similarity


def test_versions_are_stated() -> None:
    versions = result(profile=WeightProfile(name="welding-2")).versions
    assert versions == {"profile": "welding-2", "taxonomy": "test-1", "engine": "matching-1"}
