"""The index gives the floats that the explanation gives, in both directions, whatever its history."""

from random import Random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from services.matching.index import MatchingIndex, Ranked
from services.matching.profiles import Candidate, HeldSkill, Opening, RequiredSkill, required_skills, side_of
from services.matching.scoring import explain
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

TAXONOMY = taxonomy({uri: 1.0 + number / 7 for number, uri in enumerate(URIS)})


def filled(candidates: list[Candidate], openings: list[Opening]) -> MatchingIndex:
    index = MatchingIndex(TAXONOMY, rates=RATES)
    for each in candidates:
        index.put_candidate(each)
    for other in openings:
        index.put_opening(other)
    return index


def expected(pairs: list[tuple[UUID, Candidate, Opening]], near_misses: bool = True) -> list[Ranked]:
    """The ranking from explanations alone."""
    found = []
    for id, person, job in pairs:
        result = explain(person, job, TAXONOMY, RATES, TODAY)
        if person.organisation_id in job.parties and (result.passed or (result.near_miss and near_misses)):
            found.append(Ranked(id, result.score, result.near_miss))
    return sorted(found, key=lambda each: (each.near_miss, -each.score, each.id))


@given(seed=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_openings_of_a_candidate_equal_their_explanations(seed: int) -> None:
    person = random_candidate(seed)
    jobs = [random_opening(seed + 1 + number) for number in range(40)]
    ranked = filled([], jobs).rank_openings(person, TODAY, 100)
    assert ranked == expected([(job.id, person, job) for job in jobs])


@given(seed=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_candidates_of_an_opening_equal_their_explanations(seed: int) -> None:
    job = random_opening(seed)
    people = [random_candidate(seed + 1 + number) for number in range(40)]
    ranked = filled(people, []).rank_candidates(job, TODAY, 100)
    assert ranked == expected([(person.id, person, job) for person in people])


def test_random_instances_hold_both_passing_pairs_and_near_misses() -> None:
    people = [random_candidate(seed) for seed in range(60)]
    jobs = [random_opening(seed) for seed in range(60)]
    index = filled(people, jobs)
    kinds = [each.near_miss for person in people for each in index.rank_openings(person, TODAY, 100)]
    assert kinds.count(False) > 20
    assert kinds.count(True) > 20


def test_history_of_the_index_does_not_change_a_ranking() -> None:
    jobs = [random_opening(seed) for seed in range(80)]
    person = candidate()
    fresh = filled([], jobs).rank_openings(person, TODAY, 100)
    worn = filled([], [*(random_opening(seed) for seed in range(500, 560)), *shuffled(jobs, 1), *shuffled(jobs, 2)])
    for seed in range(500, 560):
        worn.remove_opening(random_opening(seed).id)
    assert fresh
    assert worn.rank_openings(person, TODAY, 100) == fresh


def test_replacing_an_opening_forgets_the_old_one() -> None:
    index = filled([], [opening()])
    index.put_opening(opening(country="MAR", languages=()))
    assert index.openings == 1
    assert index.rank_openings(candidate(), TODAY, 5, side="AWAY") == []


@pytest.mark.parametrize("rows", [1500])
def test_compaction_after_many_removals_keeps_what_is_left(rows: int) -> None:
    people = [random_candidate(seed) for seed in range(rows)]
    index = filled(people, [])
    for person in people[100:]:
        index.remove_candidate(person.id)
    job = random_opening(2)
    assert index._candidates.size < rows
    assert index.rank_candidates(job, TODAY, 200) == filled(people[:100], []).rank_candidates(job, TODAY, 200)


def test_pages_join_to_the_whole_ranking() -> None:
    jobs = [random_opening(seed) for seed in range(120)]
    twins = [opening(id=UUID(int=number)) for number in range(1, 6)]
    person = candidate()
    index = filled([], [*jobs, *twins])
    whole = index.rank_openings(person, TODAY, 1000)
    paged: list[Ranked] = []
    while page := index.rank_openings(person, TODAY, 2, after=paged[-1] if paged else None):
        paged += page
    assert paged == whole
    assert len({each.score for each in whole}) < len(whole)


def test_sides_split_the_ranking() -> None:
    jobs = [random_opening(seed) for seed in range(120)]
    person, by_id = candidate(), {job.id: job for job in jobs}
    index = filled([], jobs)
    for side in ("HOME", "AWAY"):
        ranked = index.rank_openings(person, TODAY, 100, side=side)
        assert ranked == [
            each for each in index.rank_openings(person, TODAY, 200) if side_of(person, by_id[each.id]) == side
        ]
        assert ranked


def test_near_misses_can_be_left_out() -> None:
    people, job = [random_candidate(seed) for seed in range(200)], opening()
    ranked = filled(people, []).rank_candidates(job, TODAY, 300, include_near_misses=False)
    assert ranked == expected([(person.id, person, job) for person in people], near_misses=False)
    assert ranked


def test_an_empty_index_ranks_nothing() -> None:
    index = MatchingIndex(TAXONOMY)
    assert index.rank_openings(random_candidate(1), TODAY, 10) == []
    assert index.rank_candidates(random_opening(1), TODAY, 10) == []


def test_essential_coverage_equals_a_sparse_matrix_product() -> None:
    r = Random(4)
    jobs = [random_opening(seed) for seed in range(50)]
    person = candidate(skills=tuple(HeldSkill(r.choice(URIS), r.randint(1, 5), "CV") for _ in range(8)))
    index = filled([], jobs)
    facts = index._openings_facts(person, TODAY)
    credit = index.credit_table(person)
    triples = [
        (row, index._rows.key(skill.uri, skill.level), TAXONOMY.weight(skill.uri))
        for row, job in enumerate(jobs)
        for skill in required_skills(job)
        if skill.essential
    ]
    rows, keys, weights = zip(*triples, strict=True)
    product = csr_matrix((weights, (rows, keys)), shape=(len(jobs), credit.size)) @ credit.ravel()
    assert np.allclose(facts.essential, product, rtol=0, atol=1e-12)
    assert product.max() > 1


def test_a_skill_outside_the_taxonomy_matches_itself() -> None:
    uri = "urn:example:new:1"
    person = candidate(skills=(HeldSkill(uri, 3, "CERTIFIED"),))
    job = opening(skills=(RequiredSkill(uri, 3),))
    assert filled([], [job]).rank_openings(person, TODAY, 1)[0].near_miss is False
