"""1,000,000 persons with 20 edges each, allocated for the largest total, beside greedy.

    python -m benchmarks.matching.allocation_million

The peak is that of the whole process, making the cohort included.
"""

import os

from benchmarks.matching.allocation import PACKAGES, peak_gb, timed, total, violations, warm
from benchmarks.matching.allocation_markets import greedy, market
from benchmarks.record import record
from services.matching.assignment import assign

PERSONS = 1_000_000


def main() -> None:
    warm()
    given = market(PERSONS)
    print(f"{PERSONS:,} persons made, {peak_gb():.2f} GB so far", flush=True)
    ours = timed(lambda: assign(given))
    gb = peak_gb()
    peer = timed(lambda: greedy(given))
    far = 100 * (1 - total(given, peer.found) / ours.found.bound)
    broken = violations(given, ours.found.edge)
    assert not broken
    against = (
        f"goal 120 s; gap {100 * ours.found.gap:.3f} %, {broken} quotas exceeded; processor {ours.cpu:.0f} s;"
        f" greedy {peer.wall:.1f} s, gap {far:.2f} %; load {os.getloadavg()[0]:.1f}"
    )
    record("allocation_1m_s", ours.wall, "s", against, PACKAGES)
    record("allocation_1m_gb", gb, "GB", "goal 3.5 GB; whole process, making the cohort included", PACKAGES)
    print(f"{ours.wall:.0f} s, {gb:.2f} GB; {against}")


if __name__ == "__main__":
    main()
