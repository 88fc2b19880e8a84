"""What two countries make of an occupation: the matrix of destination and origin, its modifiers and its terms. Pure.

"Sensible" after the UK Migration Advisory Committee's test: whether mobility is the sensible answer to a shortage, not
only whether there is one. Entrepreneurs and experts are never closed by the matrix.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from services.contracts.safeguards import RATIO, listed_health, stricter
from services.contracts.vocabulary import CorridorClass as C
from services.contracts.vocabulary import DecisionSafeguard, DecisionTrack, SafeguardMode, ShortageCause
from services.contracts.vocabulary import ShortageClass as K
from services.registry.shortages.parameters import Parameters

MATRIX: dict[K, dict[K, C]] = {
    K.SHORTAGE: {
        K.SURPLUS: C.AWAY_OPEN,
        K.BALANCE: C.DUAL_TRACK,
        K.SHORTAGE: C.DUAL_TRACK_PROTECTED,
        K.UNKNOWN: C.PILOT_TRAIN_FIRST,
    },
    K.BALANCE: {
        K.SURPLUS: C.CIRCULAR_OR_APPRENTICE,
        K.BALANCE: C.EXCHANGE_PEM,
        K.SHORTAGE: C.HOME_ONLY,
        K.UNKNOWN: C.HOME_ONLY,
    },
    K.SURPLUS: {K.SURPLUS: C.NONE, K.BALANCE: C.HOME_ONLY, K.SHORTAGE: C.REVERSE_TRANSFER, K.UNKNOWN: C.HOME_ONLY},
    K.UNKNOWN: {K.SURPLUS: C.PILOT, K.BALANCE: C.HOME_ONLY, K.SHORTAGE: C.HOME_ONLY, K.UNKNOWN: C.NONE},
}
"""Destination → origin → class; a severe shortage stands where a shortage does."""

PROTECTIVE = tuple(C)
"""From the least to the most protective of the origin: the order in which the vocabulary names them."""

_TERMS: dict[C, tuple[DecisionTrack, SafeguardMode]] = {
    C.AWAY_OPEN: (DecisionTrack.AWAY, SafeguardMode.OPEN),
    C.DUAL_TRACK: (DecisionTrack.DUAL, SafeguardMode.TRAIN_FIRST),
    C.CIRCULAR_OR_APPRENTICE: (DecisionTrack.AWAY, SafeguardMode.OPEN),
    C.PILOT: (DecisionTrack.AWAY, SafeguardMode.TRAIN_FIRST),
    C.PILOT_TRAIN_FIRST: (DecisionTrack.DUAL, SafeguardMode.TRAIN_FIRST),
    C.MIGRATION_WITH_PARALLEL_INVESTMENT: (DecisionTrack.DUAL, SafeguardMode.PROTECTED),
    C.DUAL_TRACK_PROTECTED: (DecisionTrack.DUAL, SafeguardMode.PROTECTED),
    C.EXCHANGE_PEM: (DecisionTrack.EXCHANGE, SafeguardMode.BLOCKED),
    C.REVERSE_TRANSFER: (DecisionTrack.HOME, SafeguardMode.BLOCKED),
    C.HOME_ONLY: (DecisionTrack.HOME, SafeguardMode.BLOCKED),
    C.NONE: (DecisionTrack.NONE, SafeguardMode.BLOCKED),
    C.BLOCKED: (DecisionTrack.HOME, SafeguardMode.BLOCKED),
}
_PILOTS = frozenset({C.PILOT, C.PILOT_TRAIN_FIRST})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Facts beside the two classes; None is unknown. Persons are a year, `mobility_share` is percent."""

    origin: str
    isco08: str
    causes: tuple[str, ...] = ()
    regulated: bool = False
    recognition_route: bool = False
    pathway: bool = False
    improvement_plan: bool = False
    compensation_agreement: bool = False
    green_critical_both: bool = False
    unmet_demand: float | None = None
    mobility_share: float | None = None
    training_capacity: float | None = None
    pathway_quota: float | None = None
    employed_stock: float | None = None
    incumbent_departures: float | None = None
    additional_graduates: float | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a class means here. `ratio` is home places for each away place; `quota_hint` is persons a year, 0 when the
    away track is closed, None when nothing is known that would bound it."""

    corridor_class: C
    track: DecisionTrack
    mode: SafeguardMode
    away_open: bool
    ratio: float | None
    quota_hint: int | None
    safeguards: tuple[DecisionSafeguard, ...]
    reasons: tuple[str, ...]


def matrix(destination: str, origin: str) -> C:
    """The class before any modifier."""
    return MATRIX[_merged(destination)][_merged(origin)]


def _merged(shortage_class: str) -> K:
    return K.SHORTAGE if shortage_class == K.SEVERE_SHORTAGE else K(shortage_class)


def more_protective(classes: Iterable[str]) -> C:
    """The most protective of these classes."""
    return PROTECTIVE[max(PROTECTIVE.index(C(each)) for each in classes)]


def opens_away(corridor_class: str) -> bool:
    """Whether the class lets a partnership recruit for the destination."""
    return _TERMS[C(corridor_class)][1] != SafeguardMode.BLOCKED


def decide(destination: str, origin: str, facts: Circumstances, parameters: Parameters) -> Terms:
    """The class of the matrix after its modifiers, with its terms."""
    base = matrix(destination, origin)
    return terms(base, facts, parameters, (f"MATRIX destination {destination}, origin {origin}",))


def terms(corridor_class: str, facts: Circumstances, parameters: Parameters, reasons: tuple[str, ...] = ()) -> Terms:
    """The terms of a class that the matrix or a dissenting side names; the modifiers hold for either."""
    chosen, why = _closed(C(corridor_class), facts, parameters)
    track, mode = _TERMS[chosen]
    away = opens_away(chosen)
    if away and ShortageCause.QUAL in facts.causes:
        mode = stricter(mode, SafeguardMode.TRAIN_FIRST)
        why.append("QUAL: training comes first")
    ratio = None
    if away:
        ratio = RATIO[mode] + (parameters.green_ratio if facts.green_critical_both else 0.0)
        if facts.green_critical_both:
            why.append("GREEN_CRITICAL_BOTH_SIDES raises the ratio")
    return Terms(
        corridor_class=chosen,
        track=track,
        mode=mode,
        away_open=away,
        ratio=ratio,
        quota_hint=quota_hint(chosen, ratio, facts, parameters),
        safeguards=tuple(sorted(_safeguards(chosen, mode, facts))),
        reasons=(*reasons, *why),
    )


def _closed(corridor_class: C, facts: Circumstances, parameters: Parameters) -> tuple[C, list[str]]:
    """The class after what closes the away track."""
    if not opens_away(corridor_class):
        return corridor_class, []
    if listed_health(facts.origin, facts.isco08) and not facts.compensation_agreement:
        return C.BLOCKED, ["WHO_LIST health profession without a government-to-government agreement"]
    why = []
    if not facts.pathway:
        why.append("NO_PATHWAY is open to the occupation")
    if tuple(facts.causes) == (ShortageCause.CONDITIONS,) and not facts.improvement_plan:
        why.append("CONDITIONS_ONLY: working conditions come first, no improvement plan is agreed")
    pressure = brain_drain_pressure(facts.incumbent_departures, facts.employed_stock)
    if pressure is not None and pressure >= parameters.brain_drain_stop_percent:
        why.append("BRAIN_DRAIN_STOP: too many of the origin's people left")
    return (C.HOME_ONLY, why) if why else (corridor_class, [])


def _safeguards(corridor_class: C, mode: SafeguardMode, facts: Circumstances) -> set[DecisionSafeguard]:
    if not opens_away(corridor_class):
        return set()
    found = set()
    if mode != SafeguardMode.OPEN:
        found.add(DecisionSafeguard.TRAINED_ONLY)
    if mode == SafeguardMode.PROTECTED:
        found |= {DecisionSafeguard.NO_INCUMBENTS, DecisionSafeguard.CAP, DecisionSafeguard.COMPENSATION_AGREEMENT}
    if corridor_class in _PILOTS:
        found |= {DecisionSafeguard.CAP, DecisionSafeguard.DATA_PLAN}
    if corridor_class == C.CIRCULAR_OR_APPRENTICE or (facts.regulated and not facts.recognition_route):
        found.add(DecisionSafeguard.TRAINEE_ONLY)
    return found


def brain_drain_pressure(departures: float | None, stock: float | None) -> float | None:
    """Departures of incumbents in twelve months as percent of the origin's employed stock; None when unknown."""
    if departures is None or not stock:
        return None
    return round(100.0 * departures / stock, 4)


def quota_hint(corridor_class: str, ratio: float | None, facts: Circumstances, parameters: Parameters) -> int | None:
    """The least of the bounds that are known, in persons a year."""
    if not opens_away(corridor_class):
        return 0
    bounds: list[float] = []
    if facts.unmet_demand is not None and facts.mobility_share is not None:
        bounds.append(facts.unmet_demand * facts.mobility_share / 100)
    if facts.training_capacity is not None:
        bounds.append(facts.training_capacity / (1 + (ratio or 0.0)))
    if facts.pathway_quota is not None:
        bounds.append(facts.pathway_quota)
    if facts.employed_stock is not None:
        drain = parameters.brain_drain_stop_percent / 100 * facts.employed_stock
        bounds.append(drain + (facts.additional_graduates or 0.0))
    if C(corridor_class) in _PILOTS:
        bounds.append(parameters.pilot_persons)
    return math.floor(min(bounds)) if bounds else None
