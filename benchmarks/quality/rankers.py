"""Ways to say how well a set of skills fits an occupation; one row a person, one column an occupation.

Exact overlap: Jaccard 1901, and one-sided coverage. IDF: Spärck Jones 1972. BM25: Robertson & Zaragoza 2009, k1 = 1.2,
b = .75. Hierarchy: a held skill counts for what it stands in for, by maximum (`services.matching.similarity`).
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from benchmarks.quality.truth import Esco, matrix
from services.matching.coverage import Holdings, SkillCredit, skill_terms
from services.matching.profiles import HeldSkill, RequiredSkill
from services.matching.similarity import GROUP, NARROWER, SAME
from services.matching.weights import profile_for

Scores = NDArray[np.float64]
Ranker = Callable[[list[list[int]], list[list[int]]], Scores]
_LEVEL = 3


def rankers(esco: Esco) -> dict[str, Ranker]:
    """By name. Each takes the skills of people and, for each, the occupations in question; what is not asked is -1 in
    the last one and may be anything in the others."""
    columns, n = len(esco.taxonomy.number), len(esco.uris)
    asked = matrix([sorted(each) for each in esco.asked], columns)
    df = np.asarray(asked.sum(axis=0)).ravel()
    omega = diags(np.array([esco.taxonomy.weight(uri) for uri in esco.skills]))
    one = diags(np.ones(columns))
    robertson = diags(np.log(1.0 + (n - df + 0.5) / (df + 0.5)))
    length = np.asarray(asked.sum(axis=1)).ravel() / asked.sum(axis=1).mean()
    expanded = _expanded(esco, [sorted(each) for each in esco.asked])

    def total(of: csr_matrix, weights: diags) -> Scores:
        return np.maximum(np.asarray((of @ weights).sum(axis=1)).ravel(), 1e-12)

    def dot(one: csr_matrix, weights: diags, other: csr_matrix) -> Scores:
        return np.asarray((one @ weights @ other.T).todense())

    def jaccard(people: list[list[int]], _: list[list[int]]) -> Scores:
        held = matrix(people, columns)
        both = dot(held, one, asked)
        return both / (total(held, one)[:, None] + total(asked, one) - both)

    def coverage(people: list[list[int]], _: list[list[int]]) -> Scores:
        return dot(matrix(people, columns), one, asked) / total(asked, one)

    def cosine(people: list[list[int]], _: list[list[int]]) -> Scores:
        held, square = matrix(people, columns), omega @ omega
        return dot(held, square, asked) / np.sqrt(total(held, square)[:, None] * total(asked, square))

    def bm25(people: list[list[int]], _: list[list[int]]) -> Scores:
        return dot(matrix(people, columns), robertson, asked) * 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * length))

    def one_way(people: list[list[int]], _: list[list[int]]) -> Scores:
        return dot(_expanded(esco, people), omega, asked) / total(asked, omega)

    def symmetric(people: list[list[int]], occupations: list[list[int]]) -> Scores:
        held = matrix(people, columns)
        back = dot(held, omega, expanded) / total(held, omega)[:, None]
        return (one_way(people, occupations) + back) / 2.0

    def shipped(people: list[list[int]], occupations: list[list[int]]) -> Scores:
        return _shipped(esco, people, occupations)

    return {
        "exact overlap (Jaccard)": jaccard,
        "one-sided coverage": coverage,
        "IDF cosine": cosine,
        "BM25": bm25,
        "one-sided IDF coverage + hierarchy": one_way,
        "symmetric IDF coverage + hierarchy": symmetric,
        "shipped (E, O, S)": shipped,
    }


def _expanded(esco: Esco, sets: list[list[int]]) -> csr_matrix:
    """Each skill that a set has or that one of its skills stands in for, with the best similarity."""
    uris, number, numbers, values, at = esco.skills, esco.taxonomy.number, [], [], [0]
    for skills in sets:
        best: dict[int, float] = {}
        for skill in skills:
            for sibling in esco.siblings[skill]:
                best[sibling] = max(best.get(sibling, 0.0), GROUP)
        for skill in skills:
            for other in esco.taxonomy.related.get(uris[skill], ()):
                best[number[other]] = max(best.get(number[other], 0.0), NARROWER)
        best |= dict.fromkeys(skills, SAME)
        numbers += best.keys()
        values += best.values()
        at.append(len(numbers))
    return csr_matrix((np.array(values), np.array(numbers), np.array(at)), shape=(len(sets), len(uris)))


def _shipped(esco: Esco, people: list[list[int]], occupations: list[list[int]]) -> Scores:
    """The skill terms of `services.matching`, by the weights of the occupation's family; all skills certified at the
    level asked, so that nothing but the skills themselves speaks."""
    uris, scores = esco.skills, np.full((len(people), len(esco.uris)), -1.0)
    for row, (skills, wanted) in enumerate(zip(people, occupations, strict=True)):
        holdings = Holdings(tuple(HeldSkill(uris[skill], _LEVEL, "CERTIFIED") for skill in skills), esco.taxonomy)
        known: dict[tuple[int, bool], SkillCredit] = {}
        for i in wanted:
            for skill, essential in esco.asked[i].items():
                if (skill, essential) not in known:
                    known[skill, essential] = holdings.best(RequiredSkill(uris[skill], _LEVEL, essential))
            scores[row, i] = _weighed(esco.isco08[i], (known[item] for item in sorted(esco.asked[i].items())))
    return scores


def _weighed(isco08: str, credits: Iterable[SkillCredit]) -> float:
    terms = [(w, value) for _, w, value, _ in skill_terms(list(credits), profile_for(isco08)) if value is not None]
    return sum(weight * value for weight, value in terms) / sum(weight for weight, _ in terms)
