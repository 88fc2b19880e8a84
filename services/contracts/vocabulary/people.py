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
    PRIORITY: that what they declare of themselves opens places reserved for a group, and serves nothing else.
    """

    MATCHING_HOME = "MATCHING_HOME"
    MATCHING_AWAY = "MATCHING_AWAY"
    STATISTICS = "STATISTICS"
    PRIORITY = "PRIORITY"
