"""Which states a partnership may reach, and what has to hold for it. Pure.

A state needs what the states before it needed as well, so that nothing can be taken away again after its guard was
passed. Source: IOM skills mobility partnership guidance, CGD's Global Skill Partnership features and the UN Network
on Migration's guidance on bilateral labour migration agreements, as condensed in the glossary.
"""

from services.contracts.vocabulary import PartnershipStatus as Status
from services.contracts.vocabulary import PartyRole as Role
from services.contracts.vocabulary import PartySide as Side
from services.kit.errors import Guard
from services.registry.partnerships import companion_guards as companion
from services.registry.partnerships import movement_guards as movement
from services.registry.partnerships import record_guards as record
from services.registry.partnerships.facts import Facts
from services.registry.partnerships.record_guards import Check, is_dual, one_of

# What each step asks for, in the order of the steps; within one, what others need before they can be done comes first.
STEPS: dict[Status, tuple[Check, ...]] = {
    Status.SCOPING: (
        record.languages,
        record.themes,
        record.corridors,
        record.dates,
        one_of("LEAD_ORIGIN", Side.ORIGIN, Role.LEAD, Role.CO_LEAD),
        one_of("LEAD_DESTINATION", Side.DESTINATION, Role.LEAD, Role.CO_LEAD),
        record.speakers,
    ),
    Status.NEGOTIATION: (record.targets, companion.joint_decision),
    Status.SIGNED: (
        one_of("SIGNATORY_ORIGIN", Side.ORIGIN, Role.SIGNATORY),
        one_of("SIGNATORY_DESTINATION", Side.DESTINATION, Role.SIGNATORY),
        companion.four_needs,
        companion.agreement,
        companion.cost_matrix,
        companion.no_worker_fees,
        record.gap_analysis,
        companion.checklist,
        companion.safeguards,
        companion.decision_per_target,
        movement.away_track,
        record.employer_pays,
        companion.result_targets,
        record.green,
        record.home_places,
        record.ratio,
        record.track_choice,
        companion.destination_financing,
        one_of("GSP_TRAINER_AT_ORIGIN", Side.ORIGIN, Role.TRAINER, when=is_dual),
    ),
    Status.INCEPTION: (
        companion.data_sharing,
        record.impact_assessment,
        companion.result_frame,
        one_of("IMPLEMENTER", None, Role.IMPLEMENTER),
        one_of("MONITOR", None, Role.MONITOR, Role.DATA_STEWARD),
    ),
    Status.ACTIVE: (
        one_of("GSP_EMPLOYER_AT_DESTINATION", Side.DESTINATION, Role.DEMAND_HOLDER, when=is_dual),
        companion.training,
        companion.training_at_origin,
        companion.pathways,
        movement.recruiters,
        companion.commitment,
        record.grievance_channels,
        companion.committee,
        record.return_scheme,
        companion.host,
        companion.mobility_scheme,
        companion.away_vacancies,
        companion.home_vacancies,
    ),
    Status.CLOSED: (record.handed_over, record.final_ledger, companion.lesson, record.data_plan),
    Status.EVALUATED: (companion.evaluation, record.follow_up),
}
_RISE = [Status.SCOPING, Status.NEGOTIATION, Status.SIGNED, Status.INCEPTION, Status.ACTIVE]
# After the work is done, agreements and decisions may run out: the end asks for what belongs to the end.
_END = [Status.CLOSED, Status.EVALUATED]

NEXT: dict[Status, frozenset[Status]] = {
    Status.IDEA: frozenset({Status.SCOPING, Status.TERMINATED}),
    Status.SCOPING: frozenset({Status.NEGOTIATION, Status.TERMINATED}),
    Status.NEGOTIATION: frozenset({Status.SIGNED, Status.TERMINATED}),
    Status.SIGNED: frozenset({Status.INCEPTION, Status.TERMINATED}),
    Status.INCEPTION: frozenset({Status.ACTIVE, Status.TERMINATED}),
    Status.ACTIVE: frozenset({Status.SUSPENDED, Status.COMPLETING, Status.TERMINATED}),
    Status.SUSPENDED: frozenset({Status.ACTIVE, Status.COMPLETING, Status.TERMINATED}),
    Status.COMPLETING: frozenset({Status.CLOSED, Status.TERMINATED}),
    Status.CLOSED: frozenset({Status.EVALUATED, Status.TERMINATED}),
}
# Where a partnership goes when all goes well.
REGULAR: dict[Status, Status] = {
    Status.IDEA: Status.SCOPING,
    Status.SCOPING: Status.NEGOTIATION,
    Status.NEGOTIATION: Status.SIGNED,
    Status.SIGNED: Status.INCEPTION,
    Status.INCEPTION: Status.ACTIVE,
    Status.ACTIVE: Status.COMPLETING,
    Status.SUSPENDED: Status.ACTIVE,
    Status.COMPLETING: Status.CLOSED,
    Status.CLOSED: Status.EVALUATED,
}
NEEDS_REASON = frozenset({Status.SUSPENDED, Status.TERMINATED})
# The state whose guards a state goes on resting on. What others offer may come and go once work is suspended or ends.
_RESTS_ON: dict[Status, Status] = {
    Status.ACTIVE: Status.ACTIVE,
    Status.SUSPENDED: Status.INCEPTION,
    Status.COMPLETING: Status.INCEPTION,
    Status.CLOSED: Status.CLOSED,
}


def _checks(to: Status) -> list[Check]:
    order = _RISE if to in _RISE else _END if to in _END else []
    return [check for step in order[: order.index(to) + 1] for check in STEPS[step]] if order else []


def outside(status: Status, to: Status) -> list[Guard]:
    """The one guard, which fails, of a move that the lifecycle lacks; nothing for a move that it has."""
    possible = NEXT.get(status, frozenset())
    if to in possible:
        return []
    needed = " or ".join(s for s in Status if s in possible) or "nothing: this state is final"
    remedy = f"POST {companion.UNDER}/transitions with to: one of the states named."
    return [Guard("TRANSITION_UNKNOWN", False, f"{status} to {to}", needed, remedy)]


def transition(status: Status, to: Status, facts: Facts) -> list[Guard]:
    """Every guard of the move, passed or not."""
    return outside(status, to) or [check(facts) for check in _checks(to)]


def undone(status: Status, before: Facts, after: Facts) -> list[Guard]:
    """Guards of what `status` rests on that held before a change and would not hold after it.

    What expired by itself meanwhile stands in nobody's way here: the next transition asks for it.
    """
    checks = _checks(_RESTS_ON.get(status, status))
    return [guard for check in checks if check(before).passed and not (guard := check(after)).passed]
