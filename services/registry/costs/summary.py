"""Plan, spending, private share and unit costs of a partnership. Pure arithmetic on exact decimals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.contracts.vocabulary import Payer

PRIVATE = frozenset({Payer.EMPLOYER, Payer.ORIGIN_FIRM, Payer.PRIVATE_INVESTOR, Payer.DIASPORA})
# Unit costs, and the results that are counted for each.
PER: dict[str, tuple[str, ...]] = {
    "TRAINED": ("TRAINED",),
    "CERTIFIED": ("CERTIFIED",),
    "PLACED": ("PLACED_HOME", "PLACED_AWAY"),
    "RETAINED_12M": ("RETAINED_12M",),
}
_HUNDREDTH = Decimal("0.01")
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """The latest value against one target; no track means all tracks, no year all years."""

    track: str | None
    year: int | None
    value: float


@dataclass(frozen=True, slots=True)
class UnitCost:
    """`cost` and `persons`, or the `reason` why there are none."""

    per: str
    persons: float | None
    cost: Decimal | None
    reason: str | None


def persons(counted: Iterable[Counted]) -> tuple[float | None, str | None]:
    """How many persons targets of one indicator count together, or why that cannot be told.

    Several parties may each have a target for the same persons: they are counted once, and must agree. A target for
    everybody counts alone; else all must be told apart in the same way, or some would be counted twice.
    """
    by_part: dict[tuple[str | None, int | None], set[float]] = {}
    for each in counted:
        by_part.setdefault((each.track, each.year), set()).add(each.value)
    if not by_part:
        return None, "nothing was achieved yet"
    if any(len(values) > 1 for values in by_part.values()):
        return None, "parties report different numbers for the same persons"
    known = {part: values.pop() for part, values in by_part.items()}
    if (None, None) in known:
        return known[None, None], None
    if len({(track is None, year is None) for track, year in known}) > 1:
        return None, "targets overlap: some are by track, some by year"
    return sum(known.values()), None


def unit_costs(actual: Decimal, counted: Mapping[str, Sequence[Counted]]) -> list[UnitCost]:
    """All spending by persons trained, certified, placed and retained."""
    return [_unit_cost(per, actual, [persons(counted.get(code, ())) for code in codes]) for per, codes in PER.items()]


def _unit_cost(per: str, actual: Decimal, found: list[tuple[float | None, str | None]]) -> UnitCost:
    values = [value for value, _ in found if value is not None]
    reasons = [reason for value, reason in found if value is None and reason and not reason.startswith("nothing")]
    if not values or reasons:
        return UnitCost(per, None, None, reasons[0] if reasons else "nothing was achieved yet")
    total = sum(values)
    if total <= 0:
        return UnitCost(per, total, None, "nobody was counted")
    if actual <= 0:
        return UnitCost(per, total, None, "nothing was spent")
    return UnitCost(per, total, (actual / Decimal(str(total))).quantize(_HUNDREDTH, ROUND_HALF_UP), None)


def private_share(sums: Mapping[Cell, Decimal]) -> Decimal | None:
    """Percent of the sums, by (group, payer), that private payers bear; None when there is nothing to share."""
    total = sum(sums.values(), Decimal(0))
    if total <= 0:
        return None
    private = sum((amount for (_, payer), amount in sums.items() if payer in PRIVATE), Decimal(0))
    return (private * 100 / total).quantize(_HUNDREDTH, ROUND_HALF_UP)
