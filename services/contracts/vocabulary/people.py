"""People: what they want, know and consented to, and how far they are."""

from enum import StrEnum


class Persona(StrEnum):
    """In which role a person takes part.

    WORKER: employed or looking for employment.
    APPRENTICE: learns in a firm.
    INTERN: tries out work for a short time.
    ENTREPRENEUR: runs a firm.
    EMPLOYEE_OF_SME: sent by a small firm.
    EXPERT: gives knowledge.
    TRAINER: teaches others.
    """

    WORKER = "WORKER"
    APPRENTICE = "APPRENTICE"
    INTERN = "INTERN"
    ENTREPRENEUR = "ENTREPRENEUR"
    EMPLOYEE_OF_SME = "EMPLOYEE_OF_SME"
    EXPERT = "EXPERT"
    TRAINER = "TRAINER"


class TrackPreference(StrEnum):
    """What a candidate is willing to do.

    HOME: at origin only.
    AWAY: abroad only.
    EITHER: both are welcome.
    """

    HOME = "HOME"
    AWAY = "AWAY"
    EITHER = "EITHER"


class Sex(StrEnum):
    """SDMX CL_SEX; X is 'not stated or other'.

    F: female.
    M: male.
    X: not stated or other.
    """

    F = "F"
    M = "M"
    X = "X"


class Cefr(StrEnum):
    """Common European Framework of Reference for Languages.

    A1: beginner.
    A2: elementary.
    B1: intermediate.
    B2: upper intermediate.
    C1: advanced.
    C2: proficient.
    """

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Evidence(StrEnum):
    """How a skill is known: SELF and CV are claims, the others are evidence.

    SELF: the person says so.
    CV: stands in a curriculum vitae.
    REFERENCE: a third person confirms it.
    TESTED: shown in a test.
    CERTIFIED: certified by who taught or assessed it.
    """

    SELF = "SELF"
    CV = "CV"
    REFERENCE = "REFERENCE"
    TESTED = "TESTED"
    CERTIFIED = "CERTIFIED"


class RecognitionStatus(StrEnum):
    """State of a professional recognition.

    NOT_REQUIRED: the occupation is not regulated.
    NOT_STARTED: not applied for.
    SUBMITTED: applied for.
    PARTIAL: recognised in part, with measures to follow.
    FULL: recognised.
    REFUSED: refused.
    EXPIRED: no longer valid.
    """

    NOT_REQUIRED = "NOT_REQUIRED"
    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ConsentScope(StrEnum):
    """What a person agreed to.

    MATCHING_HOME: be matched to jobs at home.
    MATCHING_AWAY: be matched to jobs abroad.
    STATISTICS: be counted.
    """

    MATCHING_HOME = "MATCHING_HOME"
    MATCHING_AWAY = "MATCHING_AWAY"
    STATISTICS = "STATISTICS"


class EnrolmentStatus(StrEnum):
    """Life of a person's place in a training session.

    ENROLLED: has a seat.
    COMPLETED: attended to the end.
    CERTIFIED: passed and certified.
    FAILED: did not pass.
    DROPPED: left before the end.
    """

    ENROLLED = "ENROLLED"
    COMPLETED = "COMPLETED"
    CERTIFIED = "CERTIFIED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"


class ProposalStatus(StrEnum):
    """Life of a proposal; each side answers in its own time and in either order.

    PROPOSED: put forward, nobody has answered.
    CANDIDATE_ACCEPTED: the candidate has accepted.
    EMPLOYER_ACCEPTED: the employer has accepted.
    ACCEPTED: both have accepted.
    DECLINED: one has declined.
    WITHDRAWN: taken back.
    """

    PROPOSED = "PROPOSED"
    CANDIDATE_ACCEPTED = "CANDIDATE_ACCEPTED"
    EMPLOYER_ACCEPTED = "EMPLOYER_ACCEPTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class PlacementStatus(StrEnum):
    """Life of a placement.

    PREPARING: agreed, not begun.
    STARTED: the person works.
    ENDED: the work has ended.
    CANCELLED: it never began.
    """

    PREPARING = "PREPARING"
    STARTED = "STARTED"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class ClosingReason(StrEnum):
    """Why a proposal or placement ended without the job being kept; names follow Talent Catalog's list.

    NO_JOB_OFFER: no offer was made.
    NO_VISA: the visa was refused.
    NOT_FIT_FOR_ROLE: the employer found the person unfit for the role.
    NOT_ELIGIBLE_FOR_VISA: the pathway is not open to the person.
    NO_INTERVIEW: no interview was held.
    CANDIDATE_REJECTS_OFFER: the candidate declined the offer.
    CANDIDATE_UNREACHABLE: the candidate could not be reached.
    CANDIDATE_WITHDRAWS: the candidate withdrew.
    JOB_INELIGIBLE: the job does not meet the terms.
    JOB_OFFER_RETRACTED: the employer took the offer back.
    JOB_WITHDRAWN: the job is no longer offered.
    TRAINING_NOT_COMPLETED: the training was not completed.
    CANDIDATE_LEAVES_DESTINATION: the person left the destination.
    PROGRAM_SUSPENDED: the partnership is suspended.
    SAFEGUARD_BLOCKED: a safeguard of the origin forbids it.
    QUOTA_EXHAUSTED: no place is left.
    PATHWAY_EXPIRED: the legal pathway is no longer valid.
    RECOGNITION_REFUSED: the qualification was not recognised.
    GUARD_TRIPPED: a hard guard tripped.
    EXPLOITATION_CONFIRMED: exploitation was confirmed.
    """

    NO_JOB_OFFER = "NO_JOB_OFFER"
    NO_VISA = "NO_VISA"
    NOT_FIT_FOR_ROLE = "NOT_FIT_FOR_ROLE"
    NOT_ELIGIBLE_FOR_VISA = "NOT_ELIGIBLE_FOR_VISA"
    NO_INTERVIEW = "NO_INTERVIEW"
    CANDIDATE_REJECTS_OFFER = "CANDIDATE_REJECTS_OFFER"
    CANDIDATE_UNREACHABLE = "CANDIDATE_UNREACHABLE"
    CANDIDATE_WITHDRAWS = "CANDIDATE_WITHDRAWS"
    JOB_INELIGIBLE = "JOB_INELIGIBLE"
    JOB_OFFER_RETRACTED = "JOB_OFFER_RETRACTED"
    JOB_WITHDRAWN = "JOB_WITHDRAWN"
    TRAINING_NOT_COMPLETED = "TRAINING_NOT_COMPLETED"
    CANDIDATE_LEAVES_DESTINATION = "CANDIDATE_LEAVES_DESTINATION"
    PROGRAM_SUSPENDED = "PROGRAM_SUSPENDED"
    SAFEGUARD_BLOCKED = "SAFEGUARD_BLOCKED"
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED"
    PATHWAY_EXPIRED = "PATHWAY_EXPIRED"
    RECOGNITION_REFUSED = "RECOGNITION_REFUSED"
    GUARD_TRIPPED = "GUARD_TRIPPED"
    EXPLOITATION_CONFIRMED = "EXPLOITATION_CONFIRMED"
