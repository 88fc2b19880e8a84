"""Which gates stand in the way, over many pairs. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.matching.gates import Gate
from services.matching.scoring import Explanation


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A gate that refuses `refused` pairs, alone or with others, as the first of them has it."""

    gate: Gate
    refused: int


def obstacles(judged: Iterable[Explanation], hard_only: bool) -> list[Obstacle]:
    """The gates that are not passed, those that refuse most first. `hard_only`: of those that nobody can remedy by
    preparing."""
    counts: Counter[str] = Counter()
    first: dict[str, Gate] = {}
    for each in judged:
        for gate in each.gates:
            if not gate.passed and not (gate.remediable and hard_only):
                counts[gate.code] += 1
                first.setdefault(gate.code, gate)
    return [Obstacle(first[code], counts[code]) for code in sorted(counts, key=lambda code: (-counts[code], code))]
