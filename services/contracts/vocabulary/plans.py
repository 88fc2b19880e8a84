"""Plans: how they are offered, and what becomes of those that were chosen."""

from enum import StrEnum


class PlanStatus(StrEnum):
    """Whether a plan that was chosen can still be followed.

    VALID: every step can be taken, or was.
    NEEDS_REPLAN: something it counted on has vanished; the answer says what, and what else could be done.
    """

    VALID = "VALID"
    NEEDS_REPLAN = "NEEDS_REPLAN"


class PlanObstacle(StrEnum):
    """Why a plan that was chosen can no longer be followed.

    SESSION_FULL: no seat is left, and the candidate has none.
    SESSION_MOVED: it begins or ends on another day.
    SESSION_WITHDRAWN: it is no longer offered to the candidate's organisation.
    SESSION_MISSED: it has begun without the candidate.
    NOT_PASSED: the candidate left it, failed or was not selected.
    VACANCY_CLOSED: the job is no longer open, or has no place left.
    VACANCY_EARLIER: the job begins before the plan ends.
    """

    SESSION_FULL = "SESSION_FULL"
    SESSION_MOVED = "SESSION_MOVED"
    SESSION_WITHDRAWN = "SESSION_WITHDRAWN"
    SESSION_MISSED = "SESSION_MISSED"
    NOT_PASSED = "NOT_PASSED"
    VACANCY_CLOSED = "VACANCY_CLOSED"
    VACANCY_EARLIER = "VACANCY_EARLIER"


class PlanTrait(StrEnum):
    """In what no other plan is better.

    CHEAPEST: total cost.
    SHORTEST: weeks until ready.
    SUREST: chance to succeed.
    """

    CHEAPEST = "CHEAPEST"
    SHORTEST = "SHORTEST"
    SUREST = "SUREST"


class StepBasis(StrEnum):
    """What a step of a plan rests on.

    SESSION: a session on offer, with a seat left.
    STANDARD: a usual duration and price; somebody has still to arrange it.
    """

    SESSION = "SESSION"
    STANDARD = "STANDARD"


class RelaxationKind(StrEnum):
    """What would make a plan possible where none is.

    START_LATER: a later last start day.
    SEAT: one seat more in full sessions.
    WORKER_COST: that the worker pays.
    COMBINED: several of these together, where none does alone.
    LOWER_LEVEL: that less is asked.
    NEW_SESSION: sessions that nobody offers, or not in time.
    """

    START_LATER = "START_LATER"
    SEAT = "SEAT"
    WORKER_COST = "WORKER_COST"
    COMBINED = "COMBINED"
    LOWER_LEVEL = "LOWER_LEVEL"
    NEW_SESSION = "NEW_SESSION"
