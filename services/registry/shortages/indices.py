"""The shortage index of an occupation in an area, from what one side sent. Pure and deterministic.

SI = Σ sign·weight·z / Σ weight over the signals that are known; z compares an occupation with all others of the same
area and source. After the OECD's Skills for Jobs indicators (standardised sub-indices) and the national lists that
EURES collects (official flags, severity); thresholds are those of the joint committee.
"""

import hashlib
import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from statistics import NormalDist, fmean, median
from typing import Any

from services.contracts.vocabulary import Confidence, ShortageCause, ShortageClass
from services.contracts.vocabulary import ShortageSignalCode as S
from services.registry.shortages.parameters import Parameters

METHOD = "shortage-index-1"
LOOSER = frozenset({S.JOBSEEKERS_PER_VACANCY, S.UNEMPLOYMENT_RATE})  # a higher value means a looser market
FAMILY = {
    S.VACANCY_RATE: "Q",
    S.JOBSEEKERS_PER_VACANCY: "Q",
    S.UNFILLED_SHARE: "Q",
    S.MEDIAN_DAYS_OPEN: "Q",
    S.UNEMPLOYMENT_RATE: "Q",
    S.EMPLOYMENT_GROWTH_3Y: "Q",
    S.WAGE_GROWTH_REL_3Y: "P",
    S.HARD_TO_FILL_SEVERITY: "S",
    S.OFFICIAL_LIST: "S",
}
# A list names the occupations that are on it and thereby says of all others that they are not: they count as 0.
LISTS = frozenset({S.OFFICIAL_LIST, S.HARD_TO_FILL_SEVERITY})
GROUPS = {4: 436, 3: 130, 2: 43}  # unit, minor and sub-major groups of ISCO-08
SHORT = frozenset({ShortageClass.SHORTAGE, ShortageClass.SEVERE_SHORTAGE})
LEVELS = (4, 3, 2)


@dataclass(frozen=True, slots=True)
class Signal:
    """One figure of a side. `isco08` has 4, 3 or 2 digits, `period` begins with its year."""

    isco08: str
    signal: S
    value: Decimal
    period: str
    source: str
    causes: tuple[str, ...] = ()

    def canonical(self) -> list[Any]:
        """What stands for it in the hash of the inputs."""
        value = format(self.value.normalize(), "f")
        return [self.isco08, self.signal.value, self.source, self.period, value, sorted(self.causes)]


@dataclass(frozen=True, slots=True)
class Index:
    """An index and how far it can be relied on. `si` and `s01` are None when the class is UNKNOWN; `level` is the
    number of ISCO-08 digits of the coarsest signal used (0: none)."""

    isco08: str
    si: float | None
    shortage_class: ShortageClass
    s01: float | None
    coverage: float
    confidence: Confidence
    level: int
    signals: tuple[str, ...]
    families: tuple[str, ...]
    causes: tuple[str, ...]
    causes_stated: bool
    disagreements: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The standard score of a signal, and where it comes from."""

    z: float
    level: int
    year: int


def inputs_hash(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of everything that a result depends on."""
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def indices(
    scope: Sequence[str],
    signals: Sequence[Signal],
    parameters: Parameters,
    year: int,
    before: Mapping[str, str] | None = None,
) -> list[Index]:
    """The index of each occupation of `scope`, in that order. `year` is the one the round is about, `before` the class
    of each occupation in the round before."""
    populations = populations_of(signals)
    with_causes = [signal for signal in signals if signal.causes]
    found = []
    for isco08 in scope:
        scores = scores_of(isco08, populations, parameters)
        stated = sorted({cause for s in with_causes if isco08.startswith(s.isco08) for cause in s.causes})
        listed = _listed(isco08, populations)
        found.append(index_of(isco08, scores, parameters, year, (before or {}).get(isco08), stated, listed))
    return found


def index_of(
    isco08: str,
    scores: Mapping[S, Score],
    parameters: Parameters,
    year: int,
    before: str | None = None,
    stated: Sequence[str] = (),
    listed: Mapping[str, bool] | None = None,
) -> Index:
    """The index from standard scores; `listed` says by source whether a third party's list names the occupation."""
    known = {signal: score for signal, score in scores.items() if parameters.weights.get(signal, 0) > 0}
    weight = sum(parameters.weights[signal] for signal in sorted(known))
    coverage = round(weight / sum(parameters.weights.values()), 4)
    families = sorted({FAMILY[signal] for signal in known})
    level = min((score.level for score in known.values()), default=0)
    si: float | None = None
    if len(known) >= parameters.least_signals and len(families) >= parameters.least_families:
        total = sum(
            (-1 if signal in LOOSER else 1) * parameters.weights[signal] * known[signal].z for signal in sorted(known)
        )
        si = round(total / weight, 4)
    shortage_class = classify(si, parameters, before)
    short = shortage_class in SHORT
    return Index(
        isco08=isco08,
        si=si,
        shortage_class=shortage_class,
        s01=None if si is None else round(max(-1.0, min(1.0, total / weight / 2)), 4),
        coverage=coverage,
        confidence=confidence(si is not None, coverage, year, known, level),
        level=level,
        signals=tuple(sorted(known)),
        families=tuple(families),
        causes=tuple(stated or probable_causes(known)) if short else (),
        causes_stated=short and bool(stated),
        disagreements=tuple(_disagreements(shortage_class, listed or {})),
    )


def classify(si: float | None, parameters: Parameters, before: str | None = None) -> ShortageClass:
    """The class of an index; within the hysteresis of a bound the class of the round before stays."""
    if si is None:
        return ShortageClass.UNKNOWN
    reach = {_plain(round(si + way * parameters.hysteresis, 9), parameters) for way in (-1, 0, 1)}
    return ShortageClass(before) if before in reach else _plain(si, parameters)


def _plain(si: float, parameters: Parameters) -> ShortageClass:
    if si >= parameters.severe:
        return ShortageClass.SEVERE_SHORTAGE
    if si >= parameters.shortage:
        return ShortageClass.SHORTAGE
    return ShortageClass.SURPLUS if si <= parameters.surplus else ShortageClass.BALANCE


def confidence(known_at_all: bool, coverage: float, year: int, scores: Mapping[S, Score], level: int) -> Confidence:
    """A to D: a mark down for each step of missing weight, of age in years and of digits fallen back."""
    if not known_at_all:
        return Confidence.D
    missing = sum(coverage < bound for bound in (0.75, 0.5, 0.35))
    age = year - median(score.year for score in scores.values())
    old = sum(age > bound for bound in (1, 2, 3))
    marks = missing + old + (4 - level)
    return (Confidence.A, Confidence.B, Confidence.C, Confidence.D)[min(marks, 3)]


def probable_causes(scores: Mapping[S, Score]) -> list[str]:
    """What the figures suggest where nobody stated a cause; the parties may state another."""
    seekers = [scores[s].z for s in sorted(LOOSER) if s in scores]
    wage = scores.get(S.WAGE_GROWTH_REL_3Y)
    few = not seekers or fmean(seekers) < 0
    found = {ShortageCause.QUANT} if few else set()
    if not few and wage is not None and wage.z < 0:
        found.add(ShortageCause.CONDITIONS)
    if not few and (wage is None or wage.z >= 0):
        found.add(ShortageCause.QUAL)
    return sorted(cause.value for cause in found)


class Population:
    """All occupations of a signal, source and level, each with its latest value and the year of it."""

    def __init__(self, signal: S, level: int) -> None:
        self.signal, self.level = signal, level
        self.values: dict[str, tuple[float, int]] = {}

    @cached_property
    def reference(self) -> list[float]:
        """What a value is compared with, in order of size."""
        values = [value for value, _ in self.values.values()]
        if self.signal in LISTS:
            values += [0.0] * (GROUPS[self.level] - len(values))
        return sorted(values)

    @cached_property
    def spread(self) -> tuple[float, float]:
        """Mean and standard deviation of the reference."""
        return spread_of(self.reference)


Populations = dict[tuple[S, str, int], Population]
"""By signal, source and level."""


def populations_of(signals: Sequence[Signal]) -> Populations:
    """The populations that these signals make."""
    found: Populations = {}
    for signal in sorted(signals, key=lambda s: (s.period, s.canonical())):
        key = (signal.signal, signal.source, len(signal.isco08))
        population = found.setdefault(key, Population(signal.signal, len(signal.isco08)))
        population.values[signal.isco08] = (float(signal.value), int(signal.period[:4]))
    return dict(sorted(found.items()))


def scores_of(isco08: str, populations: Populations, parameters: Parameters) -> dict[S, Score]:
    """The score of each signal at the finest level at which it is known; several sources are averaged."""
    found: dict[S, Score] = {}
    for level in LEVELS:
        by_signal: dict[S, list[Score]] = {}
        for (signal, _, at), population in populations.items():
            here = population.values.get(isco08[:level])
            # One occupation alone can be compared with nothing.
            if at != level or signal not in FAMILY or signal in found or here is None or len(population.reference) < 2:
                continue
            z = standard_score(here[0], population.reference, parameters, population.spread)
            by_signal.setdefault(signal, []).append(Score(z, level, here[1]))
        for signal, scores in by_signal.items():
            found[signal] = Score(fmean(s.z for s in scores), level, min(s.year for s in scores))
    return found


def standard_score(
    value: float, ordered: Sequence[float], parameters: Parameters, spread: tuple[float, float] | None = None
) -> float:
    """How far `value` lies above the mean of the values, in standard deviations, winsorised. Of few values the rank is
    turned into a normal score instead (at (mid-rank − ½) / n), as their deviation is no good estimate. `ordered` is by
    size; `spread` is its mean and standard deviation, if known already."""
    if len(ordered) < parameters.normal_scores_below:
        below, up_to = bisect_left(ordered, value), bisect_right(ordered, value)
        z = NormalDist().inv_cdf((below + up_to) / 2 / len(ordered))
    else:
        mean, deviation = spread or spread_of(ordered)
        z = (value - mean) / deviation if deviation > 0 else 0.0
    return max(-parameters.winsor, min(parameters.winsor, z))


def spread_of(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of a population, exact sums behind both."""
    mean = fmean(values)
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


def fact_of(isco08: str, signal: S, signals: Sequence[Signal]) -> Decimal | None:
    """The latest value of a signal at the finest level at which it was sent, None when it was not."""
    named = [s for s in signals if s.signal == signal and isco08.startswith(s.isco08)]
    best = max(named, key=lambda s: (len(s.isco08), s.period, s.source), default=None)
    return best.value if best else None


def _listed(isco08: str, populations: Populations) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for (signal, source, level), population in populations.items():
        if signal == S.OFFICIAL_LIST:
            value, _ = population.values.get(isco08[:level], (0.0, 0))
            found[source] = found.get(source, False) or value > 0
    return found


def _disagreements(shortage_class: ShortageClass, listed: Mapping[str, bool]) -> list[dict[str, str]]:
    if shortage_class == ShortageClass.UNKNOWN:
        return []
    return [
        {"source": source, "says": "listed" if says else "not listed", "computed": shortage_class.value}
        for source, says in sorted(listed.items())
        if says != (shortage_class in SHORT)
    ]
