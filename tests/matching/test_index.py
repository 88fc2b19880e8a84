"""The index gives the floats that the explanation gives, in both directions, whatever its history."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from services.matching.arrangements import same_only
from services.matching.index import MatchingIndex, Ranked
from services.matching.matches.ranking import OpeningFilter, listed
from services.matching.profiles import Candidate, HeldSkill, Opening, RequiredSkill, required_skills, side_of
from services.matching.scoring import explain
from services.matching.weights import EVIDENCE
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


@given(seed=st.integers(0, 10**9), inverted=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_openings_of_a_candidate_equal_their_explanations(seed: int, inverted: int) -> None:
    """However many of them are in the inverted index, and the others beside it."""
    person = random_candidate(seed)
    jobs = [random_opening(seed + 1 + number) for number in range(40)]
    index = filled([], jobs[:inverted])
    index.prepare()
    for job in jobs[inverted:]:
        index.put_opening(job)
    assert index.rank_openings(person, TODAY, 100) == expected([(job.id, person, job) for job in jobs])


@given(seed=st.integers(0, 10**9))
@settings(max_examples=20, deadline=None)
def test_ranking_all_equals_ranking_each(seed: int) -> None:
    people = [random_candidate(seed + number) for number in range(30)]
    jobs = [random_opening(seed + 100 + number) for number in range(40)]
    index = filled(people, jobs)
    index.prepare()
    (chunk,) = index.rank_all(TODAY, 5, threads=2)
    for row, person in enumerate(people):
        pairs = zip(chunk.best.rows[row], chunk.best.scores[row], strict=True)
        found = [Ranked(chunk.openings[n], score, False) for n, score in pairs][: chunk.best.found[row]]
        assert chunk.candidates[row] == person.id
        assert found == index.rank_openings(person, TODAY, 5, include_near_misses=False)


@given(seed=st.integers(0, 10**9), inverted=st.integers(0, 40), near_misses=st.booleans())
@settings(max_examples=60, deadline=None)
def test_candidates_of_an_opening_equal_their_explanations(seed: int, inverted: int, near_misses: bool) -> None:
    """However many of them are in the inverted index, and the others beside it."""
    job = random_opening(seed)
    people = [random_candidate(seed + 1 + number) for number in range(40)]
    index = filled(people[:inverted], [])
    index.prepare()
    for person in people[inverted:]:
        index.put_candidate(person)
    ranked = index.rank_candidates(job, TODAY, 100, include_near_misses=near_misses)
    assert ranked == expected([(person.id, person, job) for person in people], near_misses)


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
    assert index.is_due()
    index.prepare()
    job = random_opening(2)
    assert index._people.candidates.size == 100
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


@given(
    seed=st.integers(0, 10**9),
    country=st.sampled_from([None, "BEL", "MAR"]),
    min_score=st.sampled_from([None, 0.4]),
    feasible=st.booleans(),
)
@settings(max_examples=20, deadline=None)
def test_filtered_pages_join_and_their_count_is_that_of_the_list(
    seed: int, country: str | None, min_score: float | None, feasible: bool
) -> None:
    jobs = {job.id: job for job in (random_opening(seed + number) for number in range(60))}
    person, index = random_candidate(seed), filled([], list(jobs.values()))
    wanted = OpeningFilter(country=country, min_score=min_score, feasible=feasible)
    admitted = [
        each
        for each in expected([(id, person, job) for id, job in jobs.items()])
        if country in (None, jobs[each.id].country)
        and each.score >= (min_score or 0.0)
        and (feasible or each.near_miss)
    ]
    found, place = wanted.only(index.list_openings(person, TODAY)(), index), None
    paged: list[Ranked] = []
    while (page := listed(found, 3, place)).items:
        assert (page.count, page.before, page.moved) == (len(admitted), len(paged), False)
        paged, place = paged + page.items, page.next
        if place is None:
            break
    assert paged == admitted


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


@given(seed=st.integers(0, 10**9))
@settings(max_examples=20, deadline=None)
def test_the_sum_of_credits_equals_a_sparse_matrix_product(seed: int) -> None:
    people = [random_candidate(seed + number) for number in range(20)]
    jobs = [replace(random_opening(seed + number), status="OPEN") for number in range(20)]
    index = filled(people, jobs)
    index.prepare()
    same = same_only(len(URIS) + 1)
    held = np.zeros((len(people), 5 * (len(URIS) + 1)))
    for row, person in enumerate(people):
        for skill in person.skills:
            for level in range(1, 6):
                worth = min(1.0, skill.level / level) * EVIDENCE[skill.evidence]
                place = 5 * index._rows.skills[skill.uri] + level - 1
                held[row, place] = max(held[row, place], worth)
    asked = np.zeros((held.shape[1], len(jobs)))
    for column, job in enumerate(jobs):
        for wanted in required_skills(job):
            asked[5 * index._rows.skills[wanted.uri] + wanted.level - 1, column] = TAXONOMY.weight(wanted.uri)
    product = (csr_matrix(held) @ csr_matrix(asked)).toarray()
    (chunk,) = index.rank_all(TODAY, len(jobs), skills_only=True, kin=same)
    by_id = {job.id: column for column, job in enumerate(jobs)}
    for row in range(len(people)):
        for n in range(chunk.best.found[row]):
            column = by_id[chunk.openings[chunk.best.rows[row, n]]]
            assert abs(chunk.best.scores[row, n] - product[row, column]) < 1e-9


def test_a_skill_outside_the_taxonomy_matches_itself() -> None:
    uri = "urn:example:new:1"
    person = candidate(skills=(HeldSkill(uri, 3, "CERTIFIED"),))
    job = opening(skills=(RequiredSkill(uri, 3),))
    assert filled([], [job]).rank_openings(person, TODAY, 1)[0].near_miss is False
