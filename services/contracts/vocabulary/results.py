"""Costs, results, evidence and what was learned."""

from enum import StrEnum


class CostGroup(StrEnum):
    """What money is spent on; the rows of a cost matrix.

    TRAINING: technical, language and soft-skills training.
    STAFFING: coordination and counselling.
    MIGRATION: visa, permit, medical, translation, travel, insurance.
    LIVING: stipend, housing, settling in.
    RETURN_REINTEGRATION: the way back and the start at home.
    RECRUITMENT: recruitment fees and related costs, as the ILO defined them in 2019; never the worker's.
    RECOGNITION: having qualifications recognised.
    MONITORING: monitoring and evaluation.
    """

    TRAINING = "TRAINING"
    STAFFING = "STAFFING"
    MIGRATION = "MIGRATION"
    LIVING = "LIVING"
    RETURN_REINTEGRATION = "RETURN_REINTEGRATION"
    RECRUITMENT = "RECRUITMENT"
    RECOGNITION = "RECOGNITION"
    MONITORING = "MONITORING"


class Payer(StrEnum):
    """Who bears a cost; the columns of a cost matrix.

    DEST_GOV: a public body of the destination.
    ORIGIN_GOV: a public body of the origin.
    EMPLOYER: an employer at destination.
    DONOR: a donor or development bank.
    WORKER: the trainee or worker.
    PRIVATE_INVESTOR: somebody who invests and wants a return.
    ORIGIN_FIRM: an employer at origin.
    DIASPORA: members or organisations of the diaspora.
    """

    DEST_GOV = "DEST_GOV"
    ORIGIN_GOV = "ORIGIN_GOV"
    EMPLOYER = "EMPLOYER"
    DONOR = "DONOR"
    WORKER = "WORKER"
    PRIVATE_INVESTOR = "PRIVATE_INVESTOR"
    ORIGIN_FIRM = "ORIGIN_FIRM"
    DIASPORA = "DIASPORA"


class MobilityPhase(StrEnum):
    """When in a person's way something happens.

    PRE_TRAINING: information, selection, preparation.
    TRAINING: during the training.
    PRE_DEPARTURE: between the training and the journey.
    TRANSIT: on the journey.
    POST_ARRIVAL: arrival and the first steps at destination.
    EMPLOYMENT: while working, at home or at destination.
    PRE_RETURN: getting ready to return.
    POST_RETURN: after the return.
    """

    PRE_TRAINING = "PRE_TRAINING"
    TRAINING = "TRAINING"
    PRE_DEPARTURE = "PRE_DEPARTURE"
    TRANSIT = "TRANSIT"
    POST_ARRIVAL = "POST_ARRIVAL"
    EMPLOYMENT = "EMPLOYMENT"
    PRE_RETURN = "PRE_RETURN"
    POST_RETURN = "POST_RETURN"


class OutcomeFamily(StrEnum):
    """Which of the three families of outcomes a result belongs to.

    KNOWLEDGE: studies, curricula, exchanges.
    SKILLS: what people can do, and that it is certified and used.
    PARTNERSHIPS: agreements, contracts between firms, links between institutions.
    """

    KNOWLEDGE = "KNOWLEDGE"
    SKILLS = "SKILLS"
    PARTNERSHIPS = "PARTNERSHIPS"


class AgeBand(StrEnum):
    """Ages that results are told apart by.

    FROM_15_TO_24: from 15 to 24 years.
    FROM_25_TO_34: from 25 to 34 years.
    FROM_15_TO_34: from 15 to 34 years.
    FROM_35: 35 years and more.
    """

    FROM_15_TO_24 = "FROM_15_TO_24"
    FROM_25_TO_34 = "FROM_25_TO_34"
    FROM_15_TO_34 = "FROM_15_TO_34"
    FROM_35 = "FROM_35"


class TargetVerdict(StrEnum):
    """How a result compares with what was expected of it beforehand.

    OPEN: nothing was achieved yet, or the target is not met and not yet due.
    MET: the target is reached; a hypothesis that goes with it is supported.
    NOT_MET: the target was due and is not reached; a hypothesis that goes with it is not supported.
    """

    OPEN = "OPEN"
    MET = "MET"
    NOT_MET = "NOT_MET"


class MilestoneStatus(StrEnum):
    """Life of a results-based payment.

    PLANNED: agreed, not paid.
    RELEASED: paid, once and for all.
    """

    PLANNED = "PLANNED"
    RELEASED = "RELEASED"


class EvidenceStrength(StrEnum):
    """How much a piece of evidence carries, from the weakest to the strongest.

    ANECDOTE: what somebody tells.
    MONITORING: figures that the programme itself collects.
    EVALUATION: an evaluation by somebody who looked at what would have happened otherwise, or tried to.
    RCT: a randomised controlled trial.
    """

    ANECDOTE = "ANECDOTE"
    MONITORING = "MONITORING"
    EVALUATION = "EVALUATION"
    RCT = "RCT"


class CausalClaim(StrEnum):
    """What a piece of evidence lets one say about the cause of a result.

    CONTRIBUTION: the partnership was among the causes.
    ATTRIBUTION: the partnership was the cause; only with an evaluation or trial that has a counterfactual.
    """

    CONTRIBUTION = "CONTRIBUTION"
    ATTRIBUTION = "ATTRIBUTION"


class LessonType(StrEnum):
    """What kind of lesson it is.

    NEED: something that is missing.
    CHALLENGE: something that went wrong or was hard.
    SOLUTION: what helped against a challenge.
    GOOD_PRACTICE: what others should do as well.
    INNOVATION: something new, with how far it has been tried.
    """

    NEED = "NEED"
    CHALLENGE = "CHALLENGE"
    SOLUTION = "SOLUTION"
    GOOD_PRACTICE = "GOOD_PRACTICE"
    INNOVATION = "INNOVATION"


class InnovationMaturity(StrEnum):
    """How far an innovation has been tried.

    IDEA: thought of.
    PILOT: tried with a few.
    SCALED: in use with many.
    """

    IDEA = "IDEA"
    PILOT = "PILOT"
    SCALED = "SCALED"


class RiskType(StrEnum):
    """What a risk is about.

    POLITICAL: governments change their minds.
    LEGAL: laws or pathways change.
    FINANCIAL: money is missing, late or worth less.
    DEMAND: employers need fewer people than agreed.
    TRAINING: training is late, poor or unfinished.
    RECOGNITION: qualifications are not recognised.
    PROTECTION: people are exploited, cheated or harmed.
    BRAIN_DRAIN: the origin loses people it needs.
    DATA: data are lost, leaked or wrong.
    OPERATIONAL: partners cannot do their part.
    """

    POLITICAL = "POLITICAL"
    LEGAL = "LEGAL"
    FINANCIAL = "FINANCIAL"
    DEMAND = "DEMAND"
    TRAINING = "TRAINING"
    RECOGNITION = "RECOGNITION"
    PROTECTION = "PROTECTION"
    BRAIN_DRAIN = "BRAIN_DRAIN"
    DATA = "DATA"
    OPERATIONAL = "OPERATIONAL"


class RiskStatus(StrEnum):
    """What became of a risk.

    OPEN: it may come true.
    MITIGATED: what was planned against it is done.
    OCCURRED: it came true.
    CLOSED: it can no longer come true.
    """

    OPEN = "OPEN"
    MITIGATED = "MITIGATED"
    OCCURRED = "OCCURRED"
    CLOSED = "CLOSED"


class PlannedTrack(StrEnum):
    """For which track something is planned; nobody is placed but at HOME or AWAY.

    HOME: those who stay in the origin.
    AWAY: those who move to the destination.
    UNDECIDED: those in training who have not chosen yet.
    CIRCULAR: those who go and come back, once or often.
    RETURN: those who come back for good.
    """

    HOME = "HOME"
    AWAY = "AWAY"
    UNDECIDED = "UNDECIDED"
    CIRCULAR = "CIRCULAR"
    RETURN = "RETURN"
