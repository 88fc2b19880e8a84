"""People: what they want, know and consented to, and how far they are."""

from enum import StrEnum


class Persona(StrEnum):
    """In which role a person takes part."""

    WORKER = "WORKER"
    APPRENTICE = "APPRENTICE"
    INTERN = "INTERN"
    ENTREPRENEUR = "ENTREPRENEUR"
    EMPLOYEE_OF_SME = "EMPLOYEE_OF_SME"
    EXPERT = "EXPERT"
    TRAINER = "TRAINER"


class TrackPreference(StrEnum):
    """What a candidate is willing to do."""

    HOME = "HOME"
    AWAY = "AWAY"
    EITHER = "EITHER"


class Sex(StrEnum):
    """SDMX CL_SEX; X is 'not stated or other'."""

    F = "F"
    M = "M"
    X = "X"


class Cefr(StrEnum):
    """Common European Framework of Reference for Languages."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Evidence(StrEnum):
    """How a skill is known: SELF and CV are claims, the others are evidence."""

    SELF = "SELF"
    CV = "CV"
    REFERENCE = "REFERENCE"
    TESTED = "TESTED"
    CERTIFIED = "CERTIFIED"


class RecognitionStatus(StrEnum):
    """State of a professional recognition."""

    NOT_REQUIRED = "NOT_REQUIRED"
    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ConsentScope(StrEnum):
    """What a person agreed to."""

    MATCHING_HOME = "MATCHING_HOME"
    MATCHING_AWAY = "MATCHING_AWAY"
    STATISTICS = "STATISTICS"


class EnrolmentStatus(StrEnum):
    """Life of a person's place in a training session."""

    ENROLLED = "ENROLLED"
    COMPLETED = "COMPLETED"
    CERTIFIED = "CERTIFIED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"


class ProposalStatus(StrEnum):
    """Life of a proposal; each side answers in its own time and in either order."""

    PROPOSED = "PROPOSED"
    CANDIDATE_ACCEPTED = "CANDIDATE_ACCEPTED"
    EMPLOYER_ACCEPTED = "EMPLOYER_ACCEPTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class PlacementStatus(StrEnum):
    """Life of a placement."""

    PREPARING = "PREPARING"
    STARTED = "STARTED"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class ClosingReason(StrEnum):
    """Why a proposal or placement ended without the job being kept; names follow Talent Catalog's list."""

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
