"""Exact search for chains of training sessions, none overlapping, that reach a set of bits.

Labels (bits reached, euro, weeks, last day, sessions) are extended session by session in order of start. A label
is dropped only when another one reaches at least its bits, costs no more, takes no more weeks and ends no later.
Two bounds keep it short, and a result that met one says `exact=False`: at most MAX_SESSIONS sessions after
removing those that another one beats in every respect, the cheapest per bit staying; and at most MAX_LABELS
labels, the nearest to the goal and then cheapest half staying.
"""

from dataclasses import dataclass, replace

from services.matching.profiles import Session

MAX_SESSIONS = 60
MAX_LABELS = 1_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A session seen from this gap: bits it gives, bits it needs, and a price in euro."""

    session: Session
    euro: float
    gives: int
    needs: int


@dataclass(frozen=True, slots=True)
class Label:
    """A chain of offers so far. `end` is the ordinal of its last day."""

    bits: int
    euro: float
    weeks: int
    end: int
    path: tuple[int, ...]


def useful(offers: list[Offer], wanted: int) -> list[Offer]:
    """Offers that give something wanted, or something that such an offer needs; other bits are forgotten."""
    chosen: set[int] = set()
    while True:
        found = {i for i, offer in enumerate(offers) if offer.gives & wanted}
        if found == chosen:
            return [replace(offers[i], gives=offers[i].gives & wanted) for i in sorted(chosen)]
        chosen = found
        for i in chosen:
            wanted |= offers[i].needs


def _beats(one: Offer, other: Offer) -> bool:
    """`one` can stand wherever `other` stands, at no greater cost."""
    a, b = one.session, other.session
    return (
        other.gives | one.gives == one.gives
        and one.needs | other.needs == other.needs
        and one.euro <= other.euro
        and a.weeks <= b.weeks
        and a.start >= b.start
        and a.end <= b.end
    )


def _pruned(offers: list[Offer], goal: int) -> tuple[list[Offer], bool]:
    """Without beaten offers; the second value says whether MAX_SESSIONS cut anything."""
    kept = [
        offer
        for i, offer in enumerate(offers)
        if not any(
            _beats(other, offer) and (j < i or not _beats(offer, other)) for j, other in enumerate(offers) if i != j
        )
    ]
    if len(kept) <= MAX_SESSIONS:
        return kept, False
    worth = sorted(kept, key=lambda o: (o.euro / max((o.gives & goal).bit_count(), 0.5), o.session.id))
    chosen = {offer.session.id for offer in worth[:MAX_SESSIONS]}
    return [offer for offer in kept if offer.session.id in chosen], True


@dataclass(frozen=True, slots=True)
class Found:
    """Labels worth keeping, the offers that their paths count in, and whether a bound was never met."""

    labels: list[Label]
    offers: list[Offer]
    exact: bool

    def complete(self, goal: int) -> list[Label]:
        return [label for label in self.labels if label.bits & goal == goal]


def search(offers: list[Offer], goal: int) -> Found:
    """Chains of the offers, given in order of start; a chain that holds the goal is not made longer."""
    offers, cut = _pruned(offers, goal)
    labels = [Label(0, 0.0, 0, 0, ())]
    for i, offer in enumerate(offers):
        for label in [label for label in labels if _fits(offer, label, goal)]:
            new = Label(
                bits=label.bits | offer.gives,
                euro=label.euro + offer.euro,
                weeks=label.weeks + offer.session.weeks,
                end=offer.session.end.toordinal(),
                path=(*label.path, i),
            )
            if not any(_as_good(other, new) for other in labels):
                labels = [other for other in labels if not _as_good(new, other)]
                labels.append(new)
        if len(labels) > MAX_LABELS:
            labels.sort(key=lambda each: (-(each.bits & goal).bit_count(), each.euro, each.weeks, each.path))
            del labels[MAX_LABELS // 2 :]
            cut = True
    return Found(labels, offers, not cut)


def _fits(offer: Offer, label: Label, goal: int) -> bool:
    return (
        label.end < offer.session.start.toordinal()
        and not offer.needs & ~label.bits
        and bool(offer.gives & ~label.bits)
        and label.bits & goal != goal
    )


def _as_good(one: Label, other: Label) -> bool:
    return one.euro <= other.euro and one.weeks <= other.weeks and one.end <= other.end and other.bits & ~one.bits == 0
