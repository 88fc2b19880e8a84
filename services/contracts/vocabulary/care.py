"""What follows a job: who paid what, guard rails, check-ins, grievances, recognition dossiers, and the return."""

from enum import StrEnum


class LedgerKind(StrEnum):
    """What an entry of a placement's ledger tells.

    FEE: a fee for finding, securing or changing a job.
    COST: anything else that was paid for.
    DEDUCTION: kept back from pay, as to recover what the employer advanced.
    REIMBURSEMENT: given back to who had paid.
    WAGE: a month's net pay, before deductions that recover recruitment costs.
    REMITTANCE: sent home by the worker.
    """

    FEE = "FEE"
    COST = "COST"
    DEDUCTION = "DEDUCTION"
    REIMBURSEMENT = "REIMBURSEMENT"
    WAGE = "WAGE"
    REMITTANCE = "REMITTANCE"


class LedgerPayee(StrEnum):
    """Who received the money.

    WORKER: the trainee or worker, or the family.
    EMPLOYER: the employer.
    RECRUITER: a recruiter, agent or intermediary.
    AUTHORITY: a public body, such as a consulate.
    PROVIDER: whoever trains, tests, translates, carries, insures or houses.
    OTHER: somebody else.
    """

    WORKER = "WORKER"
    EMPLOYER = "EMPLOYER"
    RECRUITER = "RECRUITER"
    AUTHORITY = "AUTHORITY"
    PROVIDER = "PROVIDER"
    OTHER = "OTHER"


class LedgerEvidence(StrEnum):
    """How it is known that an entry is true.

    SELF_DECLARED: the side that recorded it says so.
    CONFIRMED: the other side has confirmed it.
    """

    SELF_DECLARED = "SELF_DECLARED"
    CONFIRMED = "CONFIRMED"


class GuardRail(StrEnum):
    """What no gain makes up for: one that trips blocks the placement until it is lifted.

    G01: the worker paid a recruitment fee or related cost that was not reimbursed within 30 days.
    G02: a sign of forced labour: documents held back, debt bondage, pay withheld.
    G03: pay below the floor, or another contract than the one agreed.
    G04: the safeguard of the origin was violated.
    G05: no legal pathway, or irregular through the employer's act.
    G06: a minor.
    G07: no informed consent.
    G08: discrimination was found.
    G09: the worker replaces people on strike.
    G10: the person's debt service exceeds a tenth of net pay.
    G11: pay far below that of comparable workers, without explanation.
    G12: too few home places for those away, for two periods.
    """

    G01 = "G01"
    G02 = "G02"
    G03 = "G03"
    G04 = "G04"
    G05 = "G05"
    G06 = "G06"
    G07 = "G07"
    G08 = "G08"
    G09 = "G09"
    G10 = "G10"
    G11 = "G11"
    G12 = "G12"


class GuardCaseStatus(StrEnum):
    """Life of a guard-rail case.

    PENDING: a clock runs; it trips when the clock ends.
    OPEN: tripped, nobody has looked at it yet.
    UNDER_REVIEW: somebody looks at it.
    CONFIRMED: it is true.
    REFUTED: it is not true, as both sides say.
    LIFTED: put right, as both sides say, or in time.
    """

    PENDING = "PENDING"
    OPEN = "OPEN"
    UNDER_REVIEW = "UNDER_REVIEW"
    CONFIRMED = "CONFIRMED"
    REFUTED = "REFUTED"
    LIFTED = "LIFTED"


class GrievanceCategory(StrEnum):
    """What a worker complains of.

    WAGES: pay that is late, short or missing.
    FEES: money asked for the job.
    HOURS: hours and rest.
    CONTRACT: work other than agreed.
    DOCUMENTS: passport or papers held back.
    FREEDOM: being kept from leaving.
    SAFETY: safety and health at work.
    HOUSING: where the worker lives.
    VIOLENCE: violence or harassment.
    DISCRIMINATION: being treated worse than others.
    RETALIATION: being punished for having complained.
    OTHER: something else.
    """

    WAGES = "WAGES"
    FEES = "FEES"
    HOURS = "HOURS"
    CONTRACT = "CONTRACT"
    DOCUMENTS = "DOCUMENTS"
    FREEDOM = "FREEDOM"
    SAFETY = "SAFETY"
    HOUSING = "HOUSING"
    VIOLENCE = "VIOLENCE"
    DISCRIMINATION = "DISCRIMINATION"
    RETALIATION = "RETALIATION"
    OTHER = "OTHER"


class GrievanceStatus(StrEnum):
    """Life of a grievance.

    FILED: nobody has acknowledged it yet.
    ACKNOWLEDGED: somebody has it in hand.
    IN_PROGRESS: it is being looked into.
    RESOLVED: put right.
    NOT_UPHELD: looked into, and nothing was found.
    REFERRED: handed to a court, an inspectorate or the police.
    """

    FILED = "FILED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    NOT_UPHELD = "NOT_UPHELD"
    REFERRED = "REFERRED"


class DossierStatus(StrEnum):
    """State of a recognition dossier with an authority.

    NOT_REQUIRED: the occupation is not regulated.
    NOT_STARTED: being put together.
    SUBMITTED: with the authority.
    COMPENSATION_MEASURES: the authority asks for measures first.
    PARTIAL: recognised in part.
    FULL: recognised.
    REFUSED: refused.
    EXPIRED: no longer valid.
    """

    NOT_REQUIRED = "NOT_REQUIRED"
    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    COMPENSATION_MEASURES = "COMPENSATION_MEASURES"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ReturnStatus(StrEnum):
    """Life of a return.

    RETURN_PLANNED: agreed with the person.
    RETURNED: the person is back.
    REINTEGRATED: asked again six months later.
    """

    RETURN_PLANNED = "RETURN_PLANNED"
    RETURNED = "RETURNED"
    REINTEGRATED = "REINTEGRATED"


class ReturnService(StrEnum):
    """What helps a returnee to start again.

    JOB_SEARCH: finding work at origin.
    RECOGNITION: having experience and qualifications recognised.
    TRAINING: further training.
    BUSINESS_START: starting a business.
    HOUSING: finding a home.
    SOCIAL_SECURITY: claiming and transferring rights.
    PSYCHOSOCIAL: talking with somebody.
    """

    JOB_SEARCH = "JOB_SEARCH"
    RECOGNITION = "RECOGNITION"
    TRAINING = "TRAINING"
    BUSINESS_START = "BUSINESS_START"
    HOUSING = "HOUSING"
    SOCIAL_SECURITY = "SOCIAL_SECURITY"
    PSYCHOSOCIAL = "PSYCHOSOCIAL"
