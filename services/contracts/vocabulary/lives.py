"""The lives of enrolments, proposals and placements: their states, why they close, and what comes next."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What has a life of its own: a person's way into training, towards a job, and in it.

    ENROLMENT: a place in a training session.
    PROPOSAL: a match that was put forward.
    PLACEMENT: a job that both sides agreed to.
    """

    ENROLMENT = "ENROLMENT"
    PROPOSAL = "PROPOSAL"
    PLACEMENT = "PLACEMENT"


class EnrolmentStatus(StrEnum):
    """Life of a person's place in a training session.

    APPLIED: asks for a seat.
    SCREENED: somebody has looked at the application.
    SELECTED: has been chosen, and a seat is kept.
    WAITLISTED: would be chosen if there were a seat.
    NOT_SELECTED: was not chosen, or did not want to be.
    ENROLLED: has a seat.
    SUSPENDED: interrupts the training and keeps the seat.
    COMPLETED: attended to the end.
    CERTIFIED: passed and certified.
    FAILED: did not pass.
    DROPPED: left before the end.
    TRACK_CHOSEN: was certified, and has chosen between home and away.
    """

    APPLIED = "APPLIED"
    SCREENED = "SCREENED"
    SELECTED = "SELECTED"
    WAITLISTED = "WAITLISTED"
    NOT_SELECTED = "NOT_SELECTED"
    ENROLLED = "ENROLLED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    CERTIFIED = "CERTIFIED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"
    TRACK_CHOSEN = "TRACK_CHOSEN"


class ProposalStatus(StrEnum):
    """Life of a proposal; each side answers in its own time and in either order.

    PROSPECT: thought of by the candidate's organisation; neither the person nor the employer is told.
    PROPOSED: put forward, nobody has answered.
    CANDIDATE_ACCEPTED: the candidate has accepted.
    EMPLOYER_ACCEPTED: the employer has accepted.
    ACCEPTED: both have accepted.
    DECLINED: one has declined.
    WITHDRAWN: taken back.
    """

    PROSPECT = "PROSPECT"
    PROPOSED = "PROPOSED"
    CANDIDATE_ACCEPTED = "CANDIDATE_ACCEPTED"
    EMPLOYER_ACCEPTED = "EMPLOYER_ACCEPTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class PlacementStatus(StrEnum):
    """Life of a placement, from the two acceptances to the return. A job at home needs no permit and no journey.

    PREPARING: both sides have accepted.
    OFFER: the employer has made the offer.
    CONTRACT_VERIFIED: the candidate's organisation has read the contract and found what was promised.
    PATHWAY_APPLIED: the permit has been applied for.
    PATHWAY_GRANTED: the permit has been granted.
    PRE_DEPARTURE: the person prepares for the journey.
    ARRIVED: the person is there.
    STARTED: the person works.
    CHECK_3M: works, and was asked after three months.
    CHECK_6M: works, and was asked after six months.
    CHECK_12M: works, and was asked after twelve months.
    RENEWED: the contract was renewed.
    CHANGED_EMPLOYER: the person works for another employer.
    RETURN_PLANNED: the return has been agreed.
    RETURNED: the person is back at origin.
    REINTEGRATED: the person has found a place at origin again.
    ENDED: the work has ended.
    CANCELLED: it never began.
    """

    PREPARING = "PREPARING"
    OFFER = "OFFER"
    CONTRACT_VERIFIED = "CONTRACT_VERIFIED"
    PATHWAY_APPLIED = "PATHWAY_APPLIED"
    PATHWAY_GRANTED = "PATHWAY_GRANTED"
    PRE_DEPARTURE = "PRE_DEPARTURE"
    ARRIVED = "ARRIVED"
    STARTED = "STARTED"
    CHECK_3M = "CHECK_3M"
    CHECK_6M = "CHECK_6M"
    CHECK_12M = "CHECK_12M"
    RENEWED = "RENEWED"
    CHANGED_EMPLOYER = "CHANGED_EMPLOYER"
    RETURN_PLANNED = "RETURN_PLANNED"
    RETURNED = "RETURNED"
    REINTEGRATED = "REINTEGRATED"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class ClosingReason(StrEnum):
    """Why a proposal or placement closed; names follow Talent Catalog's list, with what safeguards and permits add.

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
    CONTRACT_COMPLETED: the contract was served to its end.
    EMPLOYER_CHANGED: the person took a job with another employer.
    RETURNED_HOME: the person went back to origin.
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
    CONTRACT_COMPLETED = "CONTRACT_COMPLETED"
    EMPLOYER_CHANGED = "EMPLOYER_CHANGED"
    RETURNED_HOME = "RETURNED_HOME"


class TrainingClosingReason(StrEnum):
    """Why a person's way through a training session closed.

    PREREQUISITES_MISSING: the training asks for what the person does not have yet.
    DOCUMENTS_MISSING: the application stayed incomplete.
    OTHERS_RANKED_HIGHER: the seats went to people who ranked higher.
    NO_SEAT_LEFT: no seat became free.
    SESSION_CANCELLED: the session does not take place.
    CANDIDATE_WITHDRAWS: the person withdrew.
    CANDIDATE_UNREACHABLE: the person could not be reached.
    FOUND_WORK: the person found work meanwhile.
    HEALTH_OR_CARE: health or the care for others did not allow it.
    ABSENT: the person missed too much of it.
    NOT_PASSED: the person did not pass.
    PROGRAM_SUSPENDED: the partnership is suspended.
    SAFEGUARD_BLOCKED: a safeguard of the origin forbids it.
    GUARD_TRIPPED: a hard guard tripped.
    TRAINED: the person was certified.
    """

    PREREQUISITES_MISSING = "PREREQUISITES_MISSING"
    DOCUMENTS_MISSING = "DOCUMENTS_MISSING"
    OTHERS_RANKED_HIGHER = "OTHERS_RANKED_HIGHER"
    NO_SEAT_LEFT = "NO_SEAT_LEFT"
    SESSION_CANCELLED = "SESSION_CANCELLED"
    CANDIDATE_WITHDRAWS = "CANDIDATE_WITHDRAWS"
    CANDIDATE_UNREACHABLE = "CANDIDATE_UNREACHABLE"
    FOUND_WORK = "FOUND_WORK"
    HEALTH_OR_CARE = "HEALTH_OR_CARE"
    ABSENT = "ABSENT"
    NOT_PASSED = "NOT_PASSED"
    PROGRAM_SUSPENDED = "PROGRAM_SUSPENDED"
    SAFEGUARD_BLOCKED = "SAFEGUARD_BLOCKED"
    GUARD_TRIPPED = "GUARD_TRIPPED"
    TRAINED = "TRAINED"


class NextStepKind(StrEnum):
    """What a person can do once a case has closed.

    PLAN: follow a plan that closes the gap.
    OTHER_VACANCIES: look at other jobs that fit.
    HOME_TRACK: take up the jobs at home.
    TRAINING: take a training session.
    LANGUAGE_COURSE: learn the language.
    RECOGNITION: have a qualification recognised.
    APPLY_AGAIN: apply again, at the time that the words say.
    COUNSELLING: talk with a counsellor.
    CONTEST: contest the decision.
    HELP: get help and redress, as with wages that were not paid.
    RETURN_SERVICE: use the services for those who return.
    """

    PLAN = "PLAN"
    OTHER_VACANCIES = "OTHER_VACANCIES"
    HOME_TRACK = "HOME_TRACK"
    TRAINING = "TRAINING"
    LANGUAGE_COURSE = "LANGUAGE_COURSE"
    RECOGNITION = "RECOGNITION"
    APPLY_AGAIN = "APPLY_AGAIN"
    COUNSELLING = "COUNSELLING"
    CONTEST = "CONTEST"
    HELP = "HELP"
    RETURN_SERVICE = "RETURN_SERVICE"


class ContestationStatus(StrEnum):
    """Whether a decision that was contested stands.

    OPEN: nobody has answered yet.
    UPHELD: the decision stands.
    REVERSED: the decision falls, and the case may be taken up again.
    """

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    REVERSED = "REVERSED"
