"""Cohorts of 10,000 and 100,000 persons with 20 edges each, allocated under five families of quotas and a ratio.

    python -m benchmarks.matching.allocation

In one run: the price dual of `assignment`, OR-Tools min-cost flow mended, and greedy; then the other modes. Gaps are
below the one bound that the price dual proves. Seconds are of the wall clock; those of the processor stand beside them.
"""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.allocation_markets import cohort, greedy, market, min_cost_flow_mended
from benchmarks.record import record
from services.matching.allocation import Allocation, Mode, allocate
from services.matching.assignment import Market, assign
from services.matching.cohorts import usage

SIZES = {"10k": 10_000, "100k": 100_000}
PACKAGES = ("numpy", "numba", "ortools")


@dataclass(frozen=True, slots=True)
class Timed:
    """What a call gave, its seconds by the clock and of the processor."""

    found: Any
    wall: float
    cpu: float


def timed(call: Callable[[], Any]) -> Timed:
    begun, at_work = perf_counter(), process_time()
    found = call()
    return Timed(found, perf_counter() - begun, process_time() - at_work)


def total(given: Market, edge: NDArray[np.int64]) -> float:
    return float(given.score[edge[edge >= 0]].sum())


def violations(given: Market, edge: NDArray[np.int64]) -> int:
    """Quotas exceeded."""
    return int((usage(given, edge) > given.limit + 1e-9).sum())


def peak_gb() -> float:
    """Of the whole process so far, what makes the cohort included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def warm() -> None:
    """Load or compile everything before a clock runs; large enough for the parallel loop."""
    small = market(1_200)
    for mode in ("stable", "welfare", "constrained_priority"):
        run(small, mode)
    greedy(small)
    min_cost_flow_mended(small)


def run(given: Market, mode: Mode) -> Allocation:
    return allocate(cohort(given), mode, floor=0.5 if mode == "constrained_priority" else None)


def compare(name: str, persons: int) -> None:
    """The price dual, then its peers, on one market."""
    given = market(persons)
    ours = timed(lambda: assign(given))
    bound, gb = ours.found.bound, peak_gb()
    peers = {
        "min-cost flow + repair": timed(lambda: min_cost_flow_mended(given)),
        "greedy": timed(lambda: greedy(given)),
    }
    told = [f"{label} {_of(given, peer, peer.found, bound)}" for label, peer in peers.items()]
    load = f"load {os.getloadavg()[0]:.1f}"
    against = "; ".join([f"processor {ours.cpu:.1f} s", *told, f"one bound for all; {load}"])
    gap, broken = 100 * ours.found.gap, violations(given, ours.found.edge)
    _report(f"allocation_{name}_gap_percent", gap, "%", against)
    _report(f"allocation_{name}_violations", broken, "quotas exceeded", against)
    _report(f"allocation_{name}_s", ours.wall, "s", against)
    _report(f"allocation_{name}_gb", gb, "GB", f"peak of the whole process, making the cohort included; {load}")
    assert not broken


def _of(given: Market, peer: Timed, edge: NDArray[np.int64], bound: float) -> str:
    gap = 100 * (1 - total(given, edge) / bound)
    broken = violations(given, edge)
    return f"gap {gap:.2f} %, {broken} exceeded, {peer.wall:.1f} s, processor {peer.cpu:.1f} s"


def other_modes(name: str, persons: int, *modes: Mode) -> None:
    """Seconds of the modes that have no peer, with the cohort sorted and mapped back."""
    given = market(persons)
    who = cohort(given)
    for mode in modes:
        floor = 0.5 if mode == "constrained_priority" else None
        found = timed(lambda mode=mode, floor=floor: allocate(who, mode, floor=floor))  # type: ignore[misc]
        result = found.found
        assert not violations(given, result.edge)
        told = f"processor {found.cpu:.1f} s; {int((result.edge >= 0).sum()):,} of {persons:,} placed"
        if mode == "stable":
            told += f"; quotas cross: {result.blocking_count:,} of {len(given.score):,} pairs block"
        if mode == "fair":
            told += f"; worst-off {100 * (1 - result.worst / result.worst_bound):.2f} % below its bound"
        _report(f"allocation_{name}_{mode}_s", found.wall, "s", f"{told}; load {os.getloadavg()[0]:.1f}")


def _report(name: str, value: float, unit: str, against: str) -> None:
    print(f"{name}: {value:.4g} {unit} ({against})", flush=True)
    record(name, value, unit, against, PACKAGES)


def main() -> None:
    warm()
    for name, persons in SIZES.items():
        compare(name, persons)
    other_modes("100k", SIZES["100k"], "stable")
    other_modes("10k", SIZES["10k"], "constrained_priority", "fair")


if __name__ == "__main__":
    main()
