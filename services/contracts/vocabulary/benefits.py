"""The fourfold win: who gains, how it is known, and what follows."""

from enum import StrEnum


class FourfoldVerdict(StrEnum):
    """What the four scores say together; in this order.

    BLOCKED: a guard rail has tripped, and no gain makes up for it.
    NOT_A_FOURFOLD_WIN: a party loses, surely or as far as enough is known.
    FOURFOLD_WIN: all gain, even if everything unknown is as bad as can be.
    PROVISIONAL_WIN: all gain as far as enough is known.
    UNKNOWN: too little is known.
    """

    BLOCKED = "BLOCKED"
    NOT_A_FOURFOLD_WIN = "NOT_A_FOURFOLD_WIN"
    FOURFOLD_WIN = "FOURFOLD_WIN"
    PROVISIONAL_WIN = "PROVISIONAL_WIN"
    UNKNOWN = "UNKNOWN"


class FourfoldEvidence(StrEnum):
    """How an input is known.

    UNKNOWN: it is not.
    SELF_DECLARED: the party that benefits says so, and nobody confirmed it; counts as unknown.
    ESTIMATED: planned or agreed before the job, or the mean of those who went before.
    OTHER_PARTY: a party says so whose own score it does not raise.
    CONFIRMED: another party has confirmed it.
    VERIFIED: shown by documents or by an inspection, or computed from what was.
    REFERENCE: a published figure.
    """

    UNKNOWN = "UNKNOWN"
    SELF_DECLARED = "SELF_DECLARED"
    ESTIMATED = "ESTIMATED"
    OTHER_PARTY = "OTHER_PARTY"
    CONFIRMED = "CONFIRMED"
    VERIFIED = "VERIFIED"
    REFERENCE = "REFERENCE"


class FourfoldMoment(StrEnum):
    """When the win is looked at.

    EX_ANTE: before the job, from what is planned.
    MONTH_3: with the check-in three months after the start.
    MONTH_6: with the check-in six months after the start.
    MONTH_12: with the check-in twelve months after the start.
    AFTER_RETURN: with the follow-up of the return.
    TODAY: when it is asked.
    """

    EX_ANTE = "EX_ANTE"
    MONTH_3 = "MONTH_3"
    MONTH_6 = "MONTH_6"
    MONTH_12 = "MONTH_12"
    AFTER_RETURN = "AFTER_RETURN"
    TODAY = "TODAY"


class FourfoldSubject(StrEnum):
    """Of what the win is looked at.

    PROPOSAL: of what two sides think of doing.
    PLACEMENT: of one job.
    PARTNERSHIP: of all participants of a partnership together.
    MOBILITY: of what an entrepreneur, a host and their countries made of a mobility.
    """

    PROPOSAL = "PROPOSAL"
    PLACEMENT = "PLACEMENT"
    PARTNERSHIP = "PARTNERSHIP"
    MOBILITY = "MOBILITY"


class FourfoldStatementName(StrEnum):
    """What a side of a placement may state, because no other record has it.

    REMITTED_SHARE: share of net pay that the worker sends home, 0 to 1.
    OWN_SKILL_LEVEL: ISCO skill level of what the worker is qualified for, 1 to 4.
    BENEFITS_DRAWN: benefits that the country of destination paid to the worker, EUR over the job.
    BROWN_SHARE: share of the job's tasks that harm the climate or the environment, 0 to 1.
    """

    REMITTED_SHARE = "REMITTED_SHARE"
    OWN_SKILL_LEVEL = "OWN_SKILL_LEVEL"
    BENEFITS_DRAWN = "BENEFITS_DRAWN"
    BROWN_SHARE = "BROWN_SHARE"
