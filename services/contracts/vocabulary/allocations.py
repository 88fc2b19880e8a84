"""Runs that place a whole cohort at once."""

from enum import StrEnum


class AllocationMode(StrEnum):
    """By what rule a cohort is placed.

    STABLE: nobody and no target would rather have each other than what they got, within what quotas leave.
    WELFARE: the largest total score.
    FAIR: the party that gains least gains as much as it can, then the total score.
    CONSTRAINED_PRIORITY: people in order, each the best place that keeps the expected share still in the job above
        a floor.
    """

    STABLE = "STABLE"
    WELFARE = "WELFARE"
    FAIR = "FAIR"
    CONSTRAINED_PRIORITY = "CONSTRAINED_PRIORITY"


class AllocationStatus(StrEnum):
    """How far a run is.

    QUEUED: waits for a worker.
    RUNNING: a worker computes it.
    COMPUTED: a dry run is there; nothing was changed by it.
    COMMITTED: a person decided, and proposals or enrolments were made of it.
    CANCELLED: somebody stopped it before it was computed.
    FAILED: it could not be computed; `failure` says why.
    """

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPUTED = "COMPUTED"
    COMMITTED = "COMMITTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class AllocationStage(StrEnum):
    """What a run is at.

    WAITING: no worker has it yet.
    READING: people, targets and quotas are read and fixed.
    SCORING: people are scored against the targets.
    ALLOCATING: places are given.
    EXPLAINING: each person's answer is worked out.
    DONE: nothing is left to do.
    """

    WAITING = "WAITING"
    READING = "READING"
    SCORING = "SCORING"
    ALLOCATING = "ALLOCATING"
    EXPLAINING = "EXPLAINING"
    DONE = "DONE"


class AllocationOutcome(StrEnum):
    """What a run gave a person.

    PLACED: a target.
    UNPLACED: none, though at least one was possible.
    NOT_ELIGIBLE: none was possible: no target passes every gate.
    """

    PLACED = "PLACED"
    UNPLACED = "UNPLACED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"


class QuotaKind(StrEnum):
    """What limits a run.

    VACANCY: places of a job.
    SESSION: seats of a training session.
    TRACK: places of a training session for one track.
    CORRIDOR: persons a year along a corridor of the partnership.
    PARTNERSHIP: places away of the partnership.
    EMPLOYER: people for one employer.
    SCHEME: persons a year through a legal pathway.
    SAFEGUARD: persons of an origin in a minor group of occupations.
    RATIO: places away by committed places at home.
    """

    VACANCY = "VACANCY"
    SESSION = "SESSION"
    TRACK = "TRACK"
    CORRIDOR = "CORRIDOR"
    PARTNERSHIP = "PARTNERSHIP"
    EMPLOYER = "EMPLOYER"
    SCHEME = "SCHEME"
    SAFEGUARD = "SAFEGUARD"
    RATIO = "RATIO"
