"""Which states a partnership may reach, and what has to hold for it. Pure arithmetic.

A state needs what the states before it needed as well, so that nothing can be taken away again after its guard was
passed. Source: IOM skills mobility partnership guidance and CGD's Global Skill Partnership features, as condensed in
the glossary.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.contracts.vocabulary import PartnershipModel, PartyRole, PartySide
from services.contracts.vocabulary import PartnershipStatus as Status
from services.kit.errors import Guard


@dataclass(frozen=True, slots=True)
class Way:
    """A corridor, as far as guards look at it."""

    origin: str
    destination: str
    pathway: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards look at. `trainings`: accredited programmes with a session that TRAINER parties offer to the
    partnership; `open_in`: countries of the open vacancies that are offered to it."""

    model: PartnershipModel
    parties: frozenset[tuple[PartySide, PartyRole]]
    corridors: tuple[Way, ...]
    targets: int
    home_places: int
    away_places: int
    ratio_target: float | None
    planned_start: date | None
    planned_end: date | None
    trainings: int = 0
    open_in: frozenset[str] = frozenset()


Check = Callable[[Facts], Guard]


def _one_of(code: str, side: PartySide | None, *roles: PartyRole) -> Check:
    wanted = " or ".join(roles)
    where = f" on the {side} side" if side else ""

    def check(facts: Facts) -> Guard:
        there = sorted({role for s, role in facts.parties if role in roles and side in (None, s)})
        return Guard(
            code,
            bool(there),
            f"{' and '.join(there) or 'no ' + wanted}{where}",
            f"a {wanted}{where}",
            f"Add a party with the role {wanted}{where}.",
        )

    return check


def _corridors(facts: Facts) -> Guard:
    seen = len(facts.corridors)
    return Guard("CORRIDOR", seen > 0, f"{seen} corridors", "at least 1 corridor", "Add a corridor.")


def _targets(facts: Facts) -> Guard:
    needed = "at least 1 target occupation"
    return Guard("TARGET", facts.targets > 0, f"{facts.targets} target occupations", needed, "Add a target occupation.")


def _home_places(facts: Facts) -> Guard:
    dual = facts.model == PartnershipModel.GSP_DUAL_TRACK
    return Guard(
        "HOME_PLACES",
        facts.home_places > 0 or not dual,
        f"{facts.home_places} home places, model {facts.model}",
        "home places above 0 in a GSP_DUAL_TRACK partnership",
        "Plan places for those who stay.",
    )


def _ratio(facts: Facts) -> Guard:
    target = facts.ratio_target or 0
    return Guard(
        "HOME_AWAY_RATIO",
        facts.home_places >= target * facts.away_places,
        f"{facts.home_places} home to {facts.away_places} away",
        f"at least {target:g} home places per away place",
        "Plan more home or fewer away places, or agree on another ratio_target.",
    )


def _dates(facts: Facts) -> Guard:
    start, end = facts.planned_start, facts.planned_end
    return Guard(
        "PLANNED_DATES",
        start is not None and end is not None and start < end,
        f"planned_start {start or 'absent'}, planned_end {end or 'absent'}",
        "both, and the start before the end",
        "Set planned_start and planned_end.",
    )


def _training(facts: Facts) -> Guard:
    return Guard(
        "ACCREDITED_TRAINING",
        facts.trainings > 0,
        f"{facts.trainings} accredited programmes with a session by a TRAINER of this partnership",
        "at least 1",
        "Let a party with the role TRAINER offer an accredited programme with a session to this partnership.",
    )


def _pathways(facts: Facts) -> Guard:
    without = [f"{way.origin}-{way.destination}" for way in facts.corridors if not way.pathway]
    needed = facts.away_places > 0
    return Guard(
        "PATHWAY",
        not needed or (not without and bool(facts.corridors)),
        f"{facts.away_places} away places, {len(facts.corridors)} corridors,"
        f" without pathway: {', '.join(without) or 'none'}",
        "a pathway for every corridor when there are away places",
        "Name the regular migration pathway of each corridor.",
    )


def _away_vacancies(facts: Facts) -> Guard:
    destinations = {way.destination for way in facts.corridors}
    missing = sorted(destinations - facts.open_in)
    return Guard(
        "AWAY_VACANCY",
        facts.away_places == 0 or (not missing and bool(destinations)),
        f"{facts.away_places} away places, no open vacancy in: {', '.join(missing) or 'none'}",
        "an open vacancy in every destination when there are away places",
        "Let an employer there offer an open vacancy to this partnership.",
    )


def _home_vacancies(facts: Facts) -> Guard:
    origins = {way.origin for way in facts.corridors}
    there = sorted(origins & facts.open_in)
    return Guard(
        "HOME_VACANCY",
        facts.home_places == 0 or bool(there),
        f"{facts.home_places} home places, open vacancies in origins: {', '.join(there) or 'none'}",
        "an open vacancy in an origin when there are home places",
        "Let an employer at home offer an open vacancy to this partnership.",
    )


_ORIGIN, _DESTINATION = PartySide.ORIGIN, PartySide.DESTINATION

# What each step asks for, in the order of the steps.
STEPS: dict[Status, tuple[Check, ...]] = {
    Status.SCOPING: (
        _one_of("LEAD_ORIGIN", _ORIGIN, PartyRole.LEAD, PartyRole.CO_LEAD),
        _one_of("LEAD_DESTINATION", _DESTINATION, PartyRole.LEAD, PartyRole.CO_LEAD),
    ),
    Status.NEGOTIATION: (_corridors, _targets),
    Status.SIGNED: (
        _one_of("SIGNATORY_ORIGIN", _ORIGIN, PartyRole.SIGNATORY),
        _one_of("SIGNATORY_DESTINATION", _DESTINATION, PartyRole.SIGNATORY),
        _home_places,
        _ratio,
        _dates,
    ),
    Status.INCEPTION: (
        _one_of("IMPLEMENTER", None, PartyRole.IMPLEMENTER),
        _one_of("MONITOR", None, PartyRole.MONITOR, PartyRole.DATA_STEWARD),
    ),
    Status.ACTIVE: (_training, _pathways, _away_vacancies, _home_vacancies),
}
_ORDER = list(STEPS)

NEXT: dict[Status, frozenset[Status]] = {
    Status.IDEA: frozenset({Status.SCOPING, Status.TERMINATED}),
    Status.SCOPING: frozenset({Status.NEGOTIATION, Status.TERMINATED}),
    Status.NEGOTIATION: frozenset({Status.SIGNED, Status.TERMINATED}),
    Status.SIGNED: frozenset({Status.INCEPTION, Status.TERMINATED}),
    Status.INCEPTION: frozenset({Status.ACTIVE, Status.TERMINATED}),
    Status.ACTIVE: frozenset({Status.SUSPENDED, Status.COMPLETING, Status.TERMINATED}),
    Status.SUSPENDED: frozenset({Status.ACTIVE, Status.COMPLETING, Status.TERMINATED}),
    Status.COMPLETING: frozenset({Status.TERMINATED}),
}
NEEDS_REASON = frozenset({Status.SUSPENDED, Status.TERMINATED})


def transition(status: Status, to: Status, facts: Facts) -> list[Guard]:
    """Every guard of the move, passed or not. A move that the lifecycle lacks has one guard, which fails."""
    possible = NEXT.get(status, frozenset())
    if to not in possible:
        needed = " or ".join(s for s in Status if s in possible) or "nothing: this state is final"
        return [Guard("TRANSITION_UNKNOWN", False, f"{status} to {to}", needed, "Move to one of the states named.")]
    if to not in STEPS:
        return []
    return [check(facts) for step in _ORDER[: _ORDER.index(to) + 1] for check in STEPS[step]]


def standing(status: Status, facts: Facts) -> list[Guard]:
    """What the record itself must go on fulfilling in `status`; what others offer to it may come and go."""
    if status not in NEXT or status == Status.IDEA:
        return []
    last = Status.INCEPTION if status not in STEPS or status == Status.ACTIVE else status
    return [check(facts) for step in _ORDER[: _ORDER.index(last) + 1] for check in STEPS[step]]
