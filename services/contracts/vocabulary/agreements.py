"""What was agreed, promised and decided."""

from enum import StrEnum


class AgreementType(StrEnum):
    """Kind of agreement.

    BLMA: bilateral labour migration agreement between two countries.
    MOU: memorandum of understanding.
    FRAMEWORK: a frame that later agreements fill.
    TALENT_PARTNERSHIP: declaration of a Talent Partnership.
    SECTORAL_ARRANGEMENT: for one sector, such as health or construction.
    ADMINISTRATIVE_ARRANGEMENT: how authorities carry out another agreement.
    SOCIAL_SECURITY_CONVENTION: coordination of social security.
    MUTUAL_RECOGNITION: recognition of qualifications in both directions.
    PUBLIC_PRIVATE_COMPACT: between public bodies and firms.
    DATA_SHARING: who may use which data for what.
    EMPLOYER_COMMITMENT: what employers promise, such as places and wages.
    FUNDING: who pays how much and when.
    """

    BLMA = "BLMA"
    MOU = "MOU"
    FRAMEWORK = "FRAMEWORK"
    TALENT_PARTNERSHIP = "TALENT_PARTNERSHIP"
    SECTORAL_ARRANGEMENT = "SECTORAL_ARRANGEMENT"
    ADMINISTRATIVE_ARRANGEMENT = "ADMINISTRATIVE_ARRANGEMENT"
    SOCIAL_SECURITY_CONVENTION = "SOCIAL_SECURITY_CONVENTION"
    MUTUAL_RECOGNITION = "MUTUAL_RECOGNITION"
    PUBLIC_PRIVATE_COMPACT = "PUBLIC_PRIVATE_COMPACT"
    DATA_SHARING = "DATA_SHARING"
    EMPLOYER_COMMITMENT = "EMPLOYER_COMMITMENT"
    FUNDING = "FUNDING"


class LegalStatus(StrEnum):
    """Whether an agreement binds in law.

    BINDING: it does.
    NON_BINDING: it states what is intended.
    """

    BINDING = "BINDING"
    NON_BINDING = "NON_BINDING"


class AgreementStatus(StrEnum):
    """Where an agreement stands; follows from its signatures and dates.

    DRAFT: nobody has signed; the text may change.
    SIGNED_BY_ORIGIN: so far only parties of the origin side have signed.
    SIGNED_BY_DESTINATION: so far only parties of the destination side have signed.
    PARTLY_SIGNED: parties of several sides have signed, others have yet to.
    SIGNED: all parties have signed; it is not yet in force.
    IN_FORCE: it applies.
    EXPIRED: its last day has passed and it does not renew itself.
    TERMINATED: a party ended it by notice.
    """

    DRAFT = "DRAFT"
    SIGNED_BY_ORIGIN = "SIGNED_BY_ORIGIN"
    SIGNED_BY_DESTINATION = "SIGNED_BY_DESTINATION"
    PARTLY_SIGNED = "PARTLY_SIGNED"
    SIGNED = "SIGNED"
    IN_FORCE = "IN_FORCE"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


class FamilyRights(StrEnum):
    """Whether a person's family may come along.

    NONE: it may not.
    AFTER_WAITING_PERIOD: it may follow later.
    FROM_ARRIVAL: it may come at the same time.
    """

    NONE = "NONE"
    AFTER_WAITING_PERIOD = "AFTER_WAITING_PERIOD"
    FROM_ARRIVAL = "FROM_ARRIVAL"


class EmployerChangeRight(StrEnum):
    """Whether a person may change employer without losing the right to stay.

    NONE: the permit is bound to one employer.
    WITH_NEW_PERMIT: after a new permit was granted.
    AFTER_PERIOD: freely, after some time.
    FREE: freely from the start.
    """

    NONE = "NONE"
    WITH_NEW_PERMIT = "WITH_NEW_PERMIT"
    AFTER_PERIOD = "AFTER_PERIOD"
    FREE = "FREE"


class ObligationKind(StrEnum):
    """What was promised.

    EMPLOYER_COMMITMENT: jobs.
    FUNDING: money.
    TRAINING_PLACES: places in training.
    HOUSING: a place to live.
    MENTORING: mentors.
    WAGE_LEVEL: a wage that is not undercut.
    DATA_DELIVERY: data, to whom they are due.
    REPORTING: reports.
    RECOGNITION_SERVICE: recognition of qualifications.
    OTHER: anything else.
    """

    EMPLOYER_COMMITMENT = "EMPLOYER_COMMITMENT"
    FUNDING = "FUNDING"
    TRAINING_PLACES = "TRAINING_PLACES"
    HOUSING = "HOUSING"
    MENTORING = "MENTORING"
    WAGE_LEVEL = "WAGE_LEVEL"
    DATA_DELIVERY = "DATA_DELIVERY"
    REPORTING = "REPORTING"
    RECOGNITION_SERVICE = "RECOGNITION_SERVICE"
    OTHER = "OTHER"


class Recurrence(StrEnum):
    """How often an obligation falls due.

    ONCE: on its due date alone.
    MONTHLY: every month from then on.
    QUARTERLY: every three months from then on.
    YEARLY: every year from then on.
    """

    ONCE = "ONCE"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"


class ObligationStatus(StrEnum):
    """Where an obligation stands; follows from its dates, fulfilments and what other parties say of them.

    OPEN: nothing is overdue.
    FULFILLED: all that it will ever ask was done, and another party confirmed it.
    LATE: something due was not done and confirmed.
    WAIVED: another party gave up what is left of it.
    BROKEN: another party found that it was not kept.
    """

    OPEN = "OPEN"
    FULFILLED = "FULFILLED"
    LATE = "LATE"
    WAIVED = "WAIVED"
    BROKEN = "BROKEN"


class ClosureOutcome(StrEnum):
    """How another party ends an obligation.

    WAIVED: it gives up what is left of it.
    BROKEN: it finds that it was not kept.
    """

    WAIVED = "WAIVED"
    BROKEN = "BROKEN"


class ActionItemStatus(StrEnum):
    """Where an action item stands; follows from its due date and what the assignee shows.

    OPEN: it is not yet due.
    OVERDUE: its due date has passed.
    DONE: the assignee showed that it is done.
    CANCELLED: who wrote it down took it back.
    """

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
