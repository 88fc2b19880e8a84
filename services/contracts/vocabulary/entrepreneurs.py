"""Entrepreneurs on the move: their mobility, their stays, what firms agree on, and mentors."""

from enum import StrEnum


class CooperationType(StrEnum):
    """What a firm and a host look for in each other.

    SOURCING: buying goods, parts or services from each other.
    DISTRIBUTION: selling each other's products.
    TECH_TRANSFER: handing over technology, licences or know-how.
    CO_DEVELOPMENT: developing a product together.
    MENTORING: advice for the firm.
    """

    SOURCING = "SOURCING"
    DISTRIBUTION = "DISTRIBUTION"
    TECH_TRANSFER = "TECH_TRANSFER"
    CO_DEVELOPMENT = "CO_DEVELOPMENT"
    MENTORING = "MENTORING"


class RegistrationEvidence(StrEnum):
    """How it is known that a firm is registered.

    STATED: the entrepreneur says so.
    DOCUMENT: the extract of the register was seen.
    REGISTER: the register itself was asked.
    """

    STATED = "STATED"
    DOCUMENT = "DOCUMENT"
    REGISTER = "REGISTER"


class MobilityStatus(StrEnum):
    """Life of an entrepreneur's mobility; stays and agreements may repeat.

    INTERESTED: answered the call.
    FORMALISATION_CHECK: it is being checked whether the firm is registered.
    FAILED_FORMALISATION: it is not, and was referred to who helps with that; may be checked again.
    DIAGNOSED: what the firm needs is known.
    PRE_MOBILITY: prepares for the stay.
    HOST_MATCHED: person and host have chosen each other.
    STAY: has been abroad for at least one stay, or is there now.
    AGREEMENTS_SIGNED: signed an agreement with a firm there.
    RETURNED: is back at origin.
    FOLLOW_UP_6M: was asked six months after the return.
    FOLLOW_UP_12M: was asked twelve months after the return.
    CLOSED: it is over, with a reason and a next step.
    """

    INTERESTED = "INTERESTED"
    FORMALISATION_CHECK = "FORMALISATION_CHECK"
    FAILED_FORMALISATION = "FAILED_FORMALISATION"
    DIAGNOSED = "DIAGNOSED"
    PRE_MOBILITY = "PRE_MOBILITY"
    HOST_MATCHED = "HOST_MATCHED"
    STAY = "STAY"
    AGREEMENTS_SIGNED = "AGREEMENTS_SIGNED"
    RETURNED = "RETURNED"
    FOLLOW_UP_6M = "FOLLOW_UP_6M"
    FOLLOW_UP_12M = "FOLLOW_UP_12M"
    CLOSED = "CLOSED"


class MobilityReason(StrEnum):
    """Why a mobility, a stay or hours with a mentor came to an end.

    COMPLETED: it went its whole way.
    NOT_FORMALISED: the firm is not registered.
    NOT_ELIGIBLE: the scheme is not open to the firm.
    NO_HOST: no host fits, or none has room.
    HOST_WITHDRAWS: the host took its offer back or declined.
    NO_VISA: the visa was refused.
    STAY_RULE: the days that a visa allows are used up.
    FIRM_CANNOT_CONTINUE: nobody runs the firm meanwhile, or it has closed.
    PERSON_WITHDRAWS: the person withdrew.
    PERSON_UNREACHABLE: the person could not be reached.
    DID_NOT_RETURN: the person did not come back.
    SCHEME_SUSPENDED: the scheme or the partnership is suspended.
    MENTOR_UNAVAILABLE: the mentor could not come.
    """

    COMPLETED = "COMPLETED"
    NOT_FORMALISED = "NOT_FORMALISED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NO_HOST = "NO_HOST"
    HOST_WITHDRAWS = "HOST_WITHDRAWS"
    NO_VISA = "NO_VISA"
    STAY_RULE = "STAY_RULE"
    FIRM_CANNOT_CONTINUE = "FIRM_CANNOT_CONTINUE"
    PERSON_WITHDRAWS = "PERSON_WITHDRAWS"
    PERSON_UNREACHABLE = "PERSON_UNREACHABLE"
    DID_NOT_RETURN = "DID_NOT_RETURN"
    SCHEME_SUSPENDED = "SCHEME_SUSPENDED"
    MENTOR_UNAVAILABLE = "MENTOR_UNAVAILABLE"


class MobilityNextStep(StrEnum):
    """What comes next for an entrepreneur.

    FORMALISE: register the firm with the help of a support structure.
    APPLY_AGAIN: apply again, at the time that the words say.
    OTHER_HOST: look at other hosts.
    OTHER_PERIOD: go at another time.
    LONG_STAY: apply for a permit for a longer stay.
    NAME_DEPUTY: name who runs the firm meanwhile.
    MENTOR: work with a mentor from home.
    SUPPORT_AT_HOME: use the support structures at home.
    NEXT_STAY: plan the next stay.
    """

    FORMALISE = "FORMALISE"
    APPLY_AGAIN = "APPLY_AGAIN"
    OTHER_HOST = "OTHER_HOST"
    OTHER_PERIOD = "OTHER_PERIOD"
    LONG_STAY = "LONG_STAY"
    NAME_DEPUTY = "NAME_DEPUTY"
    MENTOR = "MENTOR"
    SUPPORT_AT_HOME = "SUPPORT_AT_HOME"
    NEXT_STAY = "NEXT_STAY"


class VisaClass(StrEnum):
    """By what right somebody stays.

    SHORT_STAY: up to 90 days in any 180, in the whole area.
    LONG_STAY: a long-stay visa or residence permit, whose days do not count towards the 90.
    """

    SHORT_STAY = "SHORT_STAY"
    LONG_STAY = "LONG_STAY"


class StayStatus(StrEnum):
    """Life of a stay.

    PLANNED: room is kept with the host.
    VISA: the visa has been applied for.
    ABROAD: the person is there.
    ENDED: the person has left.
    CANCELLED: it did not take place, and the room is free again.
    """

    PLANNED = "PLANNED"
    VISA = "VISA"
    ABROAD = "ABROAD"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class FirmAgreementType(StrEnum):
    """What two firms agreed on.

    SUPPLY: goods or services are delivered.
    DISTRIBUTION: one sells the other's products.
    LICENCE: technology or a brand may be used.
    JOINT_VENTURE: a firm in common.
    CO_DEVELOPMENT: a product is developed together.
    SUBCONTRACTING: one works for the other.
    INVESTMENT: money for a share or a loan.
    LETTER_OF_INTENT: the wish to agree, not binding.
    """

    SUPPLY = "SUPPLY"
    DISTRIBUTION = "DISTRIBUTION"
    LICENCE = "LICENCE"
    JOINT_VENTURE = "JOINT_VENTURE"
    CO_DEVELOPMENT = "CO_DEVELOPMENT"
    SUBCONTRACTING = "SUBCONTRACTING"
    INVESTMENT = "INVESTMENT"
    LETTER_OF_INTENT = "LETTER_OF_INTENT"


class MentoringStatus(StrEnum):
    """Life of hours with a mentor.

    BOOKED: the hours are kept.
    HELD: the hours were given.
    CANCELLED: they were not, and are free again.
    """

    BOOKED = "BOOKED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"
