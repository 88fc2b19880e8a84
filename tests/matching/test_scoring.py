"""The two-sided score: additive, monotone in skills, blind to protected traits and to order, replayable."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.matching.profiles import HeldSkill, Language, Money, Occupation, Preferences, RequiredSkill
from services.matching.scoring import Explanation, explain
from services.matching.similarity import weights_of
from services.matching.weights import A_TERMS, DEFAULT_PROFILE, EVIDENCE, PUBLISHED, WeightProfile, profile_for
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
    """Where no pathway asks for one."""
    person, job = random_candidate(seed), random_opening(seed + 1)
    assume(not any(pathway.nationality for access in job.access for pathway in access.pathways))
    assert repr(result(replace(person, nationality="AUS"), job)) == repr(result(person, job))


def test_age_within_the_legal_range_changes_no_score() -> None:
    older = result(candidate(birth_date=candidate().birth_date.replace(year=1970)))
    assert asdict(older) | {"gates": ()} == asdict(result()) | {"gates": ()}


@given(seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_credit_is_the_best_over_all_pairs_of_skills(seed: int) -> None:
    person = random_candidate(seed)
    found = result(person, random_opening(seed + 1))
    for credit in found.matched_skills + found.missing_skills:
        by_hand = max(
            (
                TAXONOMY.similarity(held.uri, credit.uri)
                * (min(1.0, held.level / credit.required_level) * EVIDENCE[held.evidence])
                for held in person.skills
            ),
            default=0.0,
        )
        assert credit.credit == by_hand


def test_a_worked_example() -> None:
    """E: .95 and .8·.6·(2/3) -> mean; S: .95 of one skill; L 1; X 30/24 -> 1; Q 1; B: 2200 net against 1600, second of
    two choices. Nothing optional is asked: E has the weight of O as well."""
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
    s = 0.95 / (0.95 + 7)
    a = 0.325 * e + 0.325 * s + 0.10 + 0.15 + 0.10
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
    assert found.confidence == pytest.approx((0.75 / 1.0 + 0.0) / 2)


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
    assert versions == {"profile": "welding-2", "taxonomy": "test-1", "engine": "matching-2"}


def test_each_family_of_occupations_has_one_published_profile() -> None:
    starts = [start for profile in PUBLISHED for start in profile.isco08]
    assert len(starts) == len(set(starts))
    assert len({profile.name for profile in PUBLISHED}) == len(PUBLISHED)
    assert (profile_for("7412").name, profile_for("2221").name, profile_for("0110")) == (
        "crafts-2",
        "care-2",
        DEFAULT_PROFILE,
    )


@pytest.mark.parametrize("profile", PUBLISHED, ids=lambda profile: profile.name)
def test_weights_of_a_profile_sum_to_one_and_differ_only_beside_skills(profile: WeightProfile) -> None:
    assert tuple(profile.a) == A_TERMS
    assert sum(profile.a.values()) == pytest.approx(1.0)
    assert sum(profile.a[term] for term in "EOS") == pytest.approx(0.65)


def test_a_match_names_the_profile_of_its_occupation() -> None:
    found = [result(job=opening(isco08=code)).versions["profile"] for code in ("7412", "5321", "0310")]
    assert found == ["crafts-2", "care-2", "default-2"]


def test_essential_and_optional_share_their_weight_by_what_is_asked() -> None:
    """Three optional skills count as much as .9 of an essential one."""
    asked = (RequiredSkill(URIS[0], 3), *(RequiredSkill(URIS[n], 3, False) for n in (6, 7, 8)))
    weight = {term.name: term.weight for term in result(job=opening(skills=asked)).a_terms}
    assert weight["O"] / weight["E"] == pytest.approx(0.9)
    assert weight["E"] + weight["O"] == pytest.approx(0.325)


def test_what_few_occupations_ask_for_weighs_more() -> None:
    weights = weights_of([["a", "b"], ["a"], ["a", "c"]])
    assert weights["a"] < weights["b"] == weights["c"]
    assert sum(weights.values()) / 3 == pytest.approx(1.0, abs=1e-4)


def test_weights_of_skills_do_not_depend_on_order() -> None:
    lists = [["a", "b"], ["c", "a"], ["d"]]
    assert weights_of(lists) == weights_of([list(reversed(skills)) for skills in reversed(lists)])
