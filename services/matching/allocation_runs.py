"""A run, computed from its written input to its written result.

Text in, text out, so that a run can be computed again, by another process or on another machine, to the same bytes. The
people of a run come in the order of its lottery, which was drawn from its seed: no id and no order of a list decides
between equals.

The input for all: `mode`, `floor`, `exact`; `quotas` with what is `left`; `options`, a target as it is to people of one
origin, with the quotas that it counts against, first that of its own places; `reserves`; `threshold` for what may be
shown of groups. The input of a person: `id`; `edges` as [option, R, A, B], A and B null where unknown; `ranking` of
targets; `groups` as bits; `facts` for statistics, if they agreed to be counted.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import orjson

from services.contracts.vocabulary import AllocationOutcome, AllocationStage
from services.kit.disclosure import TOTAL
from services.matching import fairness
from services.matching.allocation import Allocation, Reserve, allocate
from services.matching.answers import Answer, Answers
from services.matching.assignment import Market
from services.matching.cohorts import PARTIES, Cohort

Json = Mapping[str, Any]
Progress = Callable[[AllocationStage, float], None]

DIMENSIONS = ("sex", "age_band", "residence")
_LEAST = 1e-9  # a score of nothing is still better than no place
_NAMES = ("WORKER", "EMPLOYER", "DESTINATION", "ORIGIN")
_SHOWN = 5  # places a person would rather have, of which is said what was in the way
_DIGITS = 9


@dataclass(frozen=True)
class Computed:
    """`summary` for all, `results` a person in the order of the input, `sha256` over both."""

    summary: str
    results: list[str]
    sha256: str


def canonical(value: Any) -> str:
    """The one way to write a value: JSON with sorted keys and no spaces; NaN is null."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(head: str, people: Sequence[str]) -> str:
    """SHA-256 over what is for all and what is of each, a line each."""
    total = hashlib.sha256(head.encode())
    for each in people:
        total.update(b"\n" + each.encode())
    return total.hexdigest()


def compute(
    shared: str, people: Sequence[str], progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Computed:
    """Place everybody and say why. Raises allocation.Cancelled when `cancelled()` says so."""
    terms, persons = orjson.loads(shared), [orjson.loads(each) for each in people]
    cohort = cohort_of(terms, persons)
    found = allocate(
        cohort,
        terms["mode"].lower(),
        floor=terms["floor"],
        exact=terms["exact"],
        progress=(lambda _, share: progress(AllocationStage.ALLOCATING, share)) if progress else None,
        cancelled=cancelled,
    )
    if progress:
        progress(AllocationStage.EXPLAINING, 0.0)
    answers = Answers(cohort, found)
    results = [canonical(_result(person, cohort, found, answers.of(n), n)) for n, person in enumerate(persons)]
    summary = canonical(_summary(terms, persons, cohort, found))
    return Computed(summary, results, digest(summary, results))


def cohort_of(terms: Json, people: Sequence[Json]) -> Cohort:
    """The arrays that are computed with."""
    options, quotas = terms["options"], terms["quotas"]
    width = max((len(option["quotas"]) for option in options), default=1)
    quota = np.full((len(options), width), -1, dtype=np.int32)
    use = np.ones((len(options), width))
    for n, option in enumerate(options):
        quota[n, : len(option["quotas"])] = option["quotas"]
        use[n, : len(option["use"])] = option["use"]
    edges = [edge for person in people for edge in person["edges"]]
    option, score, a, b = (np.array([edge[n] for edge in edges], dtype=float) for n in range(4))
    ends = np.cumsum([0, *(len(person["edges"]) for person in people)])
    chances = np.array([np.nan if each["retention"] is None else each["retention"] for each in options])
    chosen = option.astype(np.int32)
    parties = np.full((len(edges), PARTIES), np.nan)
    parties[:, 0], parties[:, 1] = b, a
    return Cohort(
        market=Market(
            first=ends.astype(np.int64),
            option=chosen,
            score=score.clip(_LEAST),
            quota=quota,
            use=use,
            limit=np.array([each["left"] for each in quotas], dtype=float),
        ),
        preference=_preference(people, options, chosen, np.where(np.isnan(b), score, b), ends),
        priority=np.where(np.isnan(a), score, a),
        seats=quota[:, 0],
        group=np.array([person["groups"] for person in people], dtype=np.int64),
        parties=parties,
        outcome=chances[chosen],
        lottery=np.arange(len(people), dtype=np.int64),
        reserve=tuple(Reserve(each["quota"], each["bit"], each["places"]) for each in terms["reserves"]),
    )


def _preference(people: Sequence[Json], options: Sequence[Json], option: Any, value: Any, ends: Any) -> Any:
    """What people ranked comes first, in their order; the rest by their side of the score, which is at most 1."""
    liked = value.copy()
    for n, person in enumerate(people):
        if ranking := person["ranking"]:
            place = {target: 2.0 + (len(ranking) - at) / len(ranking) for at, target in enumerate(ranking)}
            for edge in range(ends[n], ends[n + 1]):
                liked[edge] = place.get(options[option[edge]]["target"], liked[edge])
    return liked


def _result(person: Json, cohort: Cohort, found: Allocation, answer: Answer, n: int) -> dict[str, Any]:
    """What a person got, and what was in the way of what they would rather have."""
    edge, market = int(found.edge[n]), cohort.market
    some = market.first[n] < market.first[n + 1]
    outcome = AllocationOutcome.PLACED if edge >= 0 else AllocationOutcome.UNPLACED
    shown: dict[str, Any] = {
        "id": person["id"],
        "outcome": (outcome if some else AllocationOutcome.NOT_ELIGIBLE).value,
        "option": int(market.option[edge]) if edge >= 0 else None,
        "score": _round(market.score[edge]) if edge >= 0 else None,
        "priority": _round(cohort.priority[edge]) if edge >= 0 else None,
        "rank": answer.rank,
        "possible": int(market.first[n + 1] - market.first[n]),
        "in_the_way": [
            {
                "option": int(market.option[each.edge]),
                "quota": each.quota,
                "price": None if each.price is None else _round(each.price),
                "priority": _round(cohort.priority[each.edge]),
                "needed": None if each.needed is None else _round(each.needed),
            }
            for each in answer.better[:_SHOWN]
        ],
    }
    if edge < 0 and answer.change is not None:
        change = answer.change
        shown["change"] = {
            "option": int(market.option[change.edge]),
            "quota": change.quota,
            "priority": _round(cohort.priority[change.edge]),
            "needed": None if change.needed is None else _round(change.needed),
        }
    return shown


def _summary(terms: Json, people: Sequence[Json], cohort: Cohort, found: Allocation) -> dict[str, Any]:
    """What came out for all together; groups that are too small are withheld."""
    placed, some = found.edge >= 0, np.diff(cohort.market.first) > 0
    prices = found.price if found.price is not None else [None] * len(terms["quotas"])
    chosen = [terms["options"][each] for each in cohort.market.option[found.edge[placed]]]
    return {
        "placed": int(placed.sum()),
        "unplaced": int((some & ~placed).sum()),
        "not_eligible": int((~some).sum()),
        "home": sum(each["track"] == "HOME" for each in chosen),
        "away": sum(each["track"] == "AWAY" for each in chosen),
        "total": _round(found.total),
        "bound": None if found.bound is None else _round(found.bound),
        "gap": None if found.gap is None else _round(found.gap),
        "stable": found.stable,
        "nested": found.nested,
        "blocking_pairs": found.blocking_count,
        "outcome": None if found.outcome is None else _round(found.outcome),
        "parties": [
            {"party": name, "mean": _round(mean), "known": _round(known)}
            for name, mean, known in zip(_NAMES, found.parties, found.known, strict=False)
        ],
        "quotas": [
            {"kind": quota["kind"], "of": quota["of"], "left": quota["left"], "used": _round(used)}
            | {"price": None if price is None else _round(price)}
            for quota, used, price in zip(terms["quotas"], found.used, prices, strict=True)
        ],
        "reserves": [
            {"group": each["group"], "target": each["target"], "places": each["places"], "filled": filled}
            for each, filled in zip(terms["reserves"], found.reserved or [0] * len(terms["reserves"]), strict=True)
        ],
        "fairness": _fairness(terms, people, cohort, found),
    }


def _fairness(terms: Json, people: Sequence[Json], cohort: Cohort, found: Allocation) -> dict[str, Any]:
    """Of those who could have been placed and agreed to be counted; merit is the target's view of their best option."""
    first = cohort.market.first
    merits = {
        n: float(cohort.priority[first[n] : first[n + 1]].max()) for n in range(len(people)) if first[n] < first[n + 1]
    }
    ranks = {n: rank for rank, n in enumerate(sorted(merits, key=lambda n: (-merits[n], n)), 1)}
    members = [
        fairness.Member("run", people[n]["facts"], merits[n], ranks[n], bool(found.edge[n] >= 0))
        for n in sorted(merits)
        if people[n]["facts"]
    ]
    threshold = terms["threshold"]
    figures = [each for name in DIMENSIONS for each in fairness.figures(members, name, threshold)]
    exposure = fairness.gini(member.exposure for member in members) if len(members) >= threshold else None
    return {
        "threshold": threshold,
        "exposure_gini": None if exposure is None else _round(exposure),
        "comparisons": [asdict(fairness.compare(figures, name)) for name in DIMENSIONS],
        "figures": [asdict(each) for each in figures if each.run == TOTAL],
    }


def _round(value: Any) -> float | None:
    """So that no last digit differs between machines; None for what is unknown."""
    number = float(value)
    return None if np.isnan(number) else round(number, _DIGITS) + 0.0
