"""How well skills find what they belong to: the own occupation among its siblings, and skills that were left out.

    python -m benchmarks.quality.occupations

Prints the tables, writes the section `## Quality` of benchmarks/RESULTS.md and entries of results.json. Intervals are
95 % bootstrap percentiles over 1,000 draws of the same occupations for all methods; the last column is the difference
that the shipped score makes to a method, over the same draws.
"""

from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from benchmarks.quality.rankers import Ranker, Scores, rankers
from benchmarks.quality.truth import Esco, noisy, read, unseen
from benchmarks.record import record

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
ASKED, HELD_OUT, NOISE = 500, 120, (0.0, 0.25, 0.5)
NEAREST, TOP, DRAWS = 10, 10, 1000
SHIPPED = "shipped (E, O, S)"


def reciprocal_ranks(esco: Esco, scores: Scores, own: list[int]) -> Scores:
    """1 / rank of the own occupation among its siblings; ties count half."""
    found = []
    for row, i in enumerate(own):
        near, mine = scores[row, esco.group[i]], scores[row, i]
        equal = np.abs(near - mine) <= 1e-12
        found.append(1.0 / (1.0 + float(((near > mine) & ~equal).sum()) + (float(equal.sum()) - 1.0) / 2.0))
    return np.array(found)


def left_out(esco: Esco, own: list[int], seed: int) -> tuple[list[list[int]], list[set[int]]]:
    """What is left of each occupation, and the half of its optional skills that was taken away."""
    known, hidden = [], []
    for i in own:
        optional = sorted(skill for skill, essential in esco.asked[i].items() if not essential)
        taken = set(Random(f"{seed} {i}").sample(optional, len(optional) // 2))
        hidden.append(taken)
        known.append(sorted(set(esco.asked[i]) - taken))
    return known, hidden


def recalls(esco: Esco, scores: Scores, own: list[int], known: list[list[int]], hidden: list[set[int]]) -> Scores:
    """Share of the skills taken away among the first ten that the ten nearest other occupations suggest."""
    found = []
    for row, i in enumerate(own):
        scores[row, i] = -np.inf
        votes: dict[int, float] = {}
        for other in np.argsort(-scores[row], kind="stable")[:NEAREST]:
            for skill in esco.asked[other]:
                votes[skill] = votes.get(skill, 0.0) + float(scores[row, other])
        for skill in known[row]:
            votes.pop(skill, None)
        first = sorted(votes, key=lambda skill: (-votes[skill], skill))[:TOP]
        found.append(len(hidden[row].intersection(first)) / min(TOP, len(hidden[row])))
    return np.array(found)


def interval(values: Scores) -> str:
    """Mean and 95 % interval."""
    low, high = np.percentile(_means(values), [2.5, 97.5])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def difference(values: Scores, other: Scores) -> str:
    low, high = np.percentile(_means(values - other), [2.5, 97.5])
    return f"{(values - other).mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def _means(values: Scores) -> Scores:
    draws = np.random.default_rng(20261123).integers(0, len(values), (DRAWS, len(values)))
    return np.asarray(values[draws].mean(axis=1))


def own_occupation(esco: Esco, methods: dict[str, Ranker]) -> tuple[dict[str, list[Scores]], dict[str, list[Scores]]]:
    """Reciprocal ranks and hits in first place, by method, at each degree of noise."""
    own = unseen(esco, ASKED, seed=1)
    ranks: dict[str, list[Scores]] = {name: [] for name in methods}
    for noise in NOISE:
        people = [noisy(esco, i, noise, Random(f"{i} {noise}")) for i in own]
        for name, method in methods.items():
            ranks[name].append(reciprocal_ranks(esco, method(people, [esco.group[i] for i in own]), own))
    return ranks, {name: [(each == 1.0).astype(np.float64) for each in found] for name, found in ranks.items()}


def missing_skills(esco: Esco, methods: dict[str, Ranker]) -> dict[str, Scores]:
    """Recall by method."""
    many = [i for i in unseen(esco, 1000, seed=2) if sum(not e for e in esco.asked[i].values()) >= 10]
    own = sorted(Random(3).sample(many, HELD_OUT))
    known, hidden = left_out(esco, own, seed=5)
    everything = [list(range(len(esco.uris)))] * len(own)
    return {name: recalls(esco, method(known, everything), own, known, hidden) for name, method in methods.items()}


def section(
    esco: Esco, ranks: dict[str, list[Scores]], first: dict[str, list[Scores]], recall: dict[str, Scores]
) -> str:
    """The tables as Markdown."""
    shares = [f"{noise:.0%}" for noise in NOISE]
    lines = [
        "## Quality",
        "",
        f"{esco.taxonomy.version} alone (`benchmarks/quality`). Mean and 95 % bootstrap interval.",
        "",
        f"(a) {ASKED} noisy people find their own occupation among its siblings (same ISCO-08 unit group):"
        " MRR by share of skills dropped, replaced or added; at last, what the shipped score gains at half noise.",
        "",
        "| method | " + " | ".join(f"MRR, {share}" for share in shares) + " | shipped − method, 50% |",
        "|---|" + "---|" * (len(NOISE) + 1),
    ]
    for name, found in ranks.items():
        gain = "" if name == SHIPPED else difference(ranks[SHIPPED][-1], found[-1])
        lines.append(f"| {name} | " + " | ".join(interval(each) for each in found) + f" | {gain} |")
    lines += [
        "",
        "| method | " + " | ".join(f"first, {share}" for share in shares) + " |",
        "|---|" + "---|" * len(NOISE),
    ]
    lines += [f"| {name} | " + " | ".join(interval(each) for each in found) + " |" for name, found in first.items()]
    lines += [
        "",
        f"(b) Half of the optional skills of {HELD_OUT} occupations, taken away, are suggested by the ten nearest other"
        " occupations.",
        "",
        "| method | recall@10 | shipped − method |",
        "|---|---|---|",
    ]
    for name, values in recall.items():
        lines.append(
            f"| {name} | {interval(values)} | {'' if name == SHIPPED else difference(recall[SHIPPED], values)} |"
        )
    lines += [
        "",
        "The shipped score cannot fall when somebody can do one thing more; the symmetric one divides by all that a"
        " person can do, so it can. Of methods that share this property the shipped one is compared with one-sided"
        " coverage. For (b) hierarchy does not help: a neighbour's sibling skill is not the skill that was left out.",
    ]
    return "\n".join(lines) + "\n"


def keep(text: str) -> None:
    """Put the section in place of the one before, or at the end."""
    page = RESULTS.read_text() if RESULTS.exists() else "# Results\n\n"
    before, found, rest = page.partition("## Quality\n")
    following = rest.partition("\n## ")
    after = "\n## " + following[2] if found and following[1] else ""
    RESULTS.write_text(before.rstrip() + "\n\n" + text + after)


def main() -> None:
    began = perf_counter()
    esco = read()
    methods = rankers(esco)
    ranks, first = own_occupation(esco, methods)
    recall = missing_skills(esco, methods)
    text = section(esco, ranks, first, recall)
    print(text)
    keep(text)
    others = {name: float(found[-1].mean()) for name, found in ranks.items() if name != SHIPPED}
    best = max(others, key=lambda name: others[name])
    for noise, found in zip(NOISE, ranks[SHIPPED], strict=True):
        record(
            f"quality_own_occupation_mrr_noise_{noise * 100:.0f}",
            float(found.mean()),
            "MRR",
            "1 is perfect",
            ("numpy",),
        )
    record(
        "quality_own_occupation_gain_noise_50",
        float(ranks[SHIPPED][-1].mean()) - others[best],
        "MRR",
        f"{best} {others[best]:.3f}",
    )
    cosine = float(recall["IDF cosine"].mean())
    record(
        "quality_missing_skills_recall_at_10",
        float(recall[SHIPPED].mean()),
        "share",
        f"IDF cosine {cosine:.3f}",
        ("numpy",),
    )
    print(f"{perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
