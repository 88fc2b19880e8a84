"""Hosts, schemes, the diaspora, and those who serve people on the move."""

from enum import StrEnum


class HostService(StrEnum):
    """What a host gives to those who stay with it.

    WORKSPACE: a desk, a workshop or a laboratory.
    ACCOMMODATION: a place to live during the stay.
    MENTORING: a person of the trade who advises.
    B2B_MATCHMAKING: meetings with firms that may become partners.
    TRAINING: courses during the stay.
    MARKET_ACCESS: help with customers, standards and imports.
    FUNDING_ACCESS: help with banks, funds and investors.
    WORK_PLACEMENT: work in the host's own firm.
    """

    WORKSPACE = "WORKSPACE"
    ACCOMMODATION = "ACCOMMODATION"
    MENTORING = "MENTORING"
    B2B_MATCHMAKING = "B2B_MATCHMAKING"
    TRAINING = "TRAINING"
    MARKET_ACCESS = "MARKET_ACCESS"
    FUNDING_ACCESS = "FUNDING_ACCESS"
    WORK_PLACEMENT = "WORK_PLACEMENT"


class SchemeBasis(StrEnum):
    """What a mobility scheme rests on; both sides must have approved it.

    JOINT_DECISION: a joint decision about a shortage.
    NEED: a need of one of the four parties, on the partnership's record.
    """

    JOINT_DECISION = "JOINT_DECISION"
    NEED = "NEED"


class SchemePhase(StrEnum):
    """A step of a mobility scheme, in the order of the entrepreneurs' pilot.

    CALL: candidates are called for.
    FORMALISATION_CHECK: whether the firm is registered; if not, it is referred to who helps with that.
    DIAGNOSTIC: what the person or firm needs.
    PRE_MOBILITY_TRAINING: training before departure.
    HOST_MATCHING: host and person choose each other.
    STAY: the stay abroad; it may repeat.
    AGREEMENT: agreements between firms are made.
    RETURN: the way home.
    FOLLOW_UP: what became of it, 6 and 12 months later.
    """

    CALL = "CALL"
    FORMALISATION_CHECK = "FORMALISATION_CHECK"
    DIAGNOSTIC = "DIAGNOSTIC"
    PRE_MOBILITY_TRAINING = "PRE_MOBILITY_TRAINING"
    HOST_MATCHING = "HOST_MATCHING"
    STAY = "STAY"
    AGREEMENT = "AGREEMENT"
    RETURN = "RETURN"
    FOLLOW_UP = "FOLLOW_UP"


class DiasporaEngagementType(StrEnum):
    """What a diaspora organisation offers.

    MENTOR: people who advise candidates, workers or entrepreneurs.
    HOST: places to stay with a firm of the diaspora.
    INVESTOR: money for firms or training in the country of origin.
    EMPLOYER: jobs, here or there.
    KNOWLEDGE_TRANSFER: teaching and expert missions.
    ADVOCACY: speaking for the partnership and for those who move.
    """

    MENTOR = "MENTOR"
    HOST = "HOST"
    INVESTOR = "INVESTOR"
    EMPLOYER = "EMPLOYER"
    KNOWLEDGE_TRANSFER = "KNOWLEDGE_TRANSFER"
    ADVOCACY = "ADVOCACY"


class VettingStatus(StrEnum):
    """What another party says of a diaspora engagement.

    UNVETTED: nobody has looked at it yet.
    VETTED: looked at and found fit.
    REFUSED: looked at and found unfit.
    EXPIRED: the last look is too long ago.
    """

    UNVETTED = "UNVETTED"
    VETTED = "VETTED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class VettingVerdict(StrEnum):
    """What a vetting party says.

    VETTED: looked at and found fit.
    REFUSED: looked at and found unfit.
    """

    VETTED = "VETTED"
    REFUSED = "REFUSED"


class ServiceProviderKind(StrEnum):
    """What a service provider does.

    RECRUITER: finds workers for employers.
    LANGUAGE_SCHOOL: teaches languages.
    VISA_SERVICE: prepares and lodges applications.
    ASSESSOR: tests skills, languages or health.
    REMITTANCE: sends money home.
    RELOCATION: helps with travel, housing and arrival.
    LENDER: lends to candidates, workers or firms.
    """

    RECRUITER = "RECRUITER"
    LANGUAGE_SCHOOL = "LANGUAGE_SCHOOL"
    VISA_SERVICE = "VISA_SERVICE"
    ASSESSOR = "ASSESSOR"
    REMITTANCE = "REMITTANCE"
    RELOCATION = "RELOCATION"
    LENDER = "LENDER"


class ServiceType(StrEnum):
    """A service that is priced and ordered. The first six are recruitment fees or related costs in the sense of the
    ILO definition of 2019, which no worker may pay.

    RECRUITMENT: finding, selecting and placing workers.
    VISA_APPLICATION: papers, permits and their legalisation.
    SKILLS_ASSESSMENT: tests of skills, qualifications or languages.
    MEDICAL_EXAMINATION: examinations that the permit or the employer asks for.
    ORIENTATION: training that is required before departure or on arrival.
    TRAVEL: the way to the workplace, and lodging on it.
    LANGUAGE_COURSE: a course that the person chose.
    SETTLING_IN: help with housing and offices after arrival.
    REMITTANCE: sending money home.
    LOAN: lending money.
    """

    RECRUITMENT = "RECRUITMENT"
    VISA_APPLICATION = "VISA_APPLICATION"
    SKILLS_ASSESSMENT = "SKILLS_ASSESSMENT"
    MEDICAL_EXAMINATION = "MEDICAL_EXAMINATION"
    ORIENTATION = "ORIENTATION"
    TRAVEL = "TRAVEL"
    LANGUAGE_COURSE = "LANGUAGE_COURSE"
    SETTLING_IN = "SETTLING_IN"
    REMITTANCE = "REMITTANCE"
    LOAN = "LOAN"


class PriceUnit(StrEnum):
    """What a price is for.

    PERSON: one person served.
    HOUR: one hour.
    TRANSACTION: one transaction, such as a transfer.
    MONTH: one month.
    """

    PERSON = "PERSON"
    HOUR = "HOUR"
    TRANSACTION = "TRANSACTION"
    MONTH = "MONTH"


class IrisPrinciple(StrEnum):
    """A principle of the IRIS standard of ethical recruitment (IOM).

    LAWS_AND_RIGHTS: respect for laws and for fundamental principles and rights at work.
    ETHICAL_CONDUCT: respect for ethical and professional conduct.
    NO_FEES: no recruitment fees to migrant workers.
    FREEDOM_OF_MOVEMENT: respect for freedom of movement.
    TRANSPARENCY: transparency of terms and conditions of employment.
    CONFIDENTIALITY: confidentiality and data protection.
    REMEDY: access to remedy.
    """

    LAWS_AND_RIGHTS = "LAWS_AND_RIGHTS"
    ETHICAL_CONDUCT = "ETHICAL_CONDUCT"
    NO_FEES = "NO_FEES"
    FREEDOM_OF_MOVEMENT = "FREEDOM_OF_MOVEMENT"
    TRANSPARENCY = "TRANSPARENCY"
    CONFIDENTIALITY = "CONFIDENTIALITY"
    REMEDY = "REMEDY"


class IrisStatus(StrEnum):
    """What the last assessment of a provider against the seven IRIS principles says.

    NOT_ASSESSED: nobody has assessed it.
    COMPLIANT: all seven principles are met.
    PARTLY_COMPLIANT: some are not met, but workers pay no fees.
    NOT_COMPLIANT: workers pay fees, or no principle is met.
    EXPIRED: the last assessment no longer holds.
    """

    NOT_ASSESSED = "NOT_ASSESSED"
    COMPLIANT = "COMPLIANT"
    PARTLY_COMPLIANT = "PARTLY_COMPLIANT"
    NOT_COMPLIANT = "NOT_COMPLIANT"
    EXPIRED = "EXPIRED"


class SanctionKind(StrEnum):
    """A measure of an authority against a service provider.

    SUSPENSION: it may not work for a time.
    LICENCE_REVOKED: its licence was taken away.
    EXCLUSION: it may take no part in the partnerships of this authority.
    """

    SUSPENSION = "SUSPENSION"
    LICENCE_REVOKED = "LICENCE_REVOKED"
    EXCLUSION = "EXCLUSION"


class ServiceOrderStatus(StrEnum):
    """Life of a service order.

    ORDERED: agreed, not yet done.
    DELIVERED: done.
    CANCELLED: will not be done.
    """

    ORDERED = "ORDERED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
