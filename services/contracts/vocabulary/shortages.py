"""Shortages that both sides found, and the safeguards that follow."""

from enum import StrEnum


class ShortageClass(StrEnum):
    """How tight the labour market of an occupation is in an area.

    SEVERE_SHORTAGE: far fewer people than jobs, compared with other occupations there.
    SHORTAGE: fewer people than jobs.
    BALANCE: about as many as needed.
    SURPLUS: more people than jobs.
    UNKNOWN: too few signals to tell; never taken for balance.
    """

    SEVERE_SHORTAGE = "SEVERE_SHORTAGE"
    SHORTAGE = "SHORTAGE"
    BALANCE = "BALANCE"
    SURPLUS = "SURPLUS"
    UNKNOWN = "UNKNOWN"


class ShortageSignalCode(StrEnum):
    """A figure about an occupation that one side sends: nine signals that make the index, and facts beside it.

    vacancy_rate: vacancies as a share of vacancies and occupied posts, percent; higher is tighter.
    jobseekers_per_vacancy: registered seekers for each vacancy, persons; higher is looser.
    unfilled_share: share of vacancies that stayed unfilled, percent; higher is tighter.
    median_days_open: median time a vacancy stays open, days; higher is tighter.
    unemployment_rate: unemployment by last occupation, percent; higher is looser.
    employment_growth_3y: growth of employment over three years, percent; higher is tighter.
    wage_growth_rel_3y: wage growth over three years above that of the economy, percentage points; higher is tighter.
    hard_to_fill_severity: severity of an official hard-to-fill list or employers' survey, 0 to 3.
    official_list: 0 not on the official shortage list, 1 on it, 2 on it as severe.
    green_critical: 1 where the country's climate plans depend on the occupation, else 0.
    regulated: 1 where the destination regulates the profession, else 0.
    recognition_route: 1 where qualifications of the origin can be recognised at the destination, else 0.
    pathway: 1 where a legal pathway is open to the occupation, else 0.
    improvement_plan: 1 where a plan to improve the working conditions is agreed, else 0.
    compensation_agreement: 1 where a government-to-government agreement compensates the origin, else 0.
    unmet_demand: posts at the destination that nobody fills, persons a year.
    mobility_share: part of that demand that mobility is meant to meet, percent (the rest of the response mix).
    training_capacity: people the partnership can train in a year, persons.
    pathway_quota: people the pathway admits in a year, persons.
    employed_stock: people employed in the occupation at the origin, persons.
    incumbent_departures: employed people of the occupation who left the origin in the last twelve months, persons.
    additional_graduates: graduates a year beyond what the origin would have had without the partnership, persons.
    """

    VACANCY_RATE = "vacancy_rate"
    JOBSEEKERS_PER_VACANCY = "jobseekers_per_vacancy"
    UNFILLED_SHARE = "unfilled_share"
    MEDIAN_DAYS_OPEN = "median_days_open"
    UNEMPLOYMENT_RATE = "unemployment_rate"
    EMPLOYMENT_GROWTH_3Y = "employment_growth_3y"
    WAGE_GROWTH_REL_3Y = "wage_growth_rel_3y"
    HARD_TO_FILL_SEVERITY = "hard_to_fill_severity"
    OFFICIAL_LIST = "official_list"
    GREEN_CRITICAL = "green_critical"
    REGULATED = "regulated"
    RECOGNITION_ROUTE = "recognition_route"
    PATHWAY = "pathway"
    IMPROVEMENT_PLAN = "improvement_plan"
    COMPENSATION_AGREEMENT = "compensation_agreement"
    UNMET_DEMAND = "unmet_demand"
    MOBILITY_SHARE = "mobility_share"
    TRAINING_CAPACITY = "training_capacity"
    PATHWAY_QUOTA = "pathway_quota"
    EMPLOYED_STOCK = "employed_stock"
    INCUMBENT_DEPARTURES = "incumbent_departures"
    ADDITIONAL_GRADUATES = "additional_graduates"


class SignalFamily(StrEnum):
    """What a signal looks at; an index needs at least two families.

    Q: quantities, such as vacancies and seekers.
    P: prices, which are wages.
    S: surveys and official lists.
    """

    Q = "Q"
    P = "P"
    S = "S"


class ShortageCause(StrEnum):
    """Why jobs stay unfilled.

    QUANT: too few people have the occupation.
    QUAL: there are people, but not with the skills asked for: training comes first.
    CONDITIONS: there are people, but not for these conditions: mobility alone would subsidise bad jobs.
    REGION: people and jobs are in different places.
    """

    QUANT = "QUANT"
    QUAL = "QUAL"
    CONDITIONS = "CONDITIONS"
    REGION = "REGION"


class Confidence(StrEnum):
    """How far an index can be relied on.

    A: most of the weight is known, recent and about the occupation itself.
    B: some weight is missing, or the data are a little older or coarser.
    C: half of the weight is missing, or the data are old or about a wider group.
    D: thin, old or coarse data: an indication at best.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CorridorClass(StrEnum):
    """What two countries make of an occupation in a corridor, from shortage at destination and situation at origin.

    AWAY_OPEN: direct placement and recognition; a home track is optional.
    DUAL_TRACK: training first, at least one home place for each away place.
    CIRCULAR_OR_APPRENTICE: traineeships and fixed terms.
    PILOT: a small trial, as the destination's need is not known.
    PILOT_TRAIN_FIRST: at most 30 persons, trained first, with a plan to get the missing data.
    MIGRATION_WITH_PARALLEL_INVESTMENT: migration, with investment into the origin's training beside it.
    DUAL_TRACK_PROTECTED: training first, two home places for each away place, a cap, nobody from public service.
    EXCHANGE_PEM: entrepreneurs, experts and exchanges, no recruitment of workers.
    REVERSE_TRANSFER: return, diaspora and experts towards the origin; its home track is funded.
    HOME_ONLY: the home track only, with diaspora and experts.
    NONE: no track; reskilling on both sides.
    BLOCKED: closed, as a listed health profession without an agreement or by the origin's decision.
    """

    AWAY_OPEN = "AWAY_OPEN"
    DUAL_TRACK = "DUAL_TRACK"
    CIRCULAR_OR_APPRENTICE = "CIRCULAR_OR_APPRENTICE"
    PILOT = "PILOT"
    PILOT_TRAIN_FIRST = "PILOT_TRAIN_FIRST"
    MIGRATION_WITH_PARALLEL_INVESTMENT = "MIGRATION_WITH_PARALLEL_INVESTMENT"
    DUAL_TRACK_PROTECTED = "DUAL_TRACK_PROTECTED"
    EXCHANGE_PEM = "EXCHANGE_PEM"
    REVERSE_TRANSFER = "REVERSE_TRANSFER"
    HOME_ONLY = "HOME_ONLY"
    NONE = "NONE"
    BLOCKED = "BLOCKED"


class DecisionTrack(StrEnum):
    """Which tracks a decision opens.

    AWAY: jobs at the destination; a home track is optional.
    DUAL: jobs at the destination together with a home track.
    EXCHANGE: stays of entrepreneurs and experts.
    HOME: the home track only.
    NONE: neither.
    """

    AWAY = "AWAY"
    DUAL = "DUAL"
    EXCHANGE = "EXCHANGE"
    HOME = "HOME"
    NONE = "NONE"


class DecisionSafeguard(StrEnum):
    """A condition that a joint decision sets.

    TRAINED_ONLY: only people whom the partnership trained move.
    NO_INCUMBENTS: nobody moves who is employed in the public service.
    CAP: the number of people who move is capped by the quota hint.
    TRAINEE_ONLY: people move as trainees until their qualification is recognised.
    COMPENSATION_AGREEMENT: governments agree on a compensation of the origin.
    DATA_PLAN: the missing signals are collected before the decision is renewed.
    """

    TRAINED_ONLY = "TRAINED_ONLY"
    NO_INCUMBENTS = "NO_INCUMBENTS"
    CAP = "CAP"
    TRAINEE_ONLY = "TRAINEE_ONLY"
    COMPENSATION_AGREEMENT = "COMPENSATION_AGREEMENT"
    DATA_PLAN = "DATA_PLAN"


class SafeguardMode(StrEnum):
    """How far a partnership may recruit in an occupation of an origin, from the loosest to the strictest.

    OPEN: active recruitment is allowed.
    TRAIN_FIRST: only people trained by the partnership move, with at least one home place for each away place.
    PROTECTED: as TRAIN_FIRST with at least two home places, a cap, and nobody employed in the public service.
    BLOCKED: the partnership recruits nobody; people keep the right to leave and to apply on their own.
    """

    OPEN = "OPEN"
    TRAIN_FIRST = "TRAIN_FIRST"
    PROTECTED = "PROTECTED"
    BLOCKED = "BLOCKED"


class ShortageRoundStatus(StrEnum):
    """Life of a joint shortage round.

    OPEN: both sides send signals.
    COMPUTED: both indices are computed; partners may comment.
    DECIDED: a joint decision was proposed for each occupation; authorities sign.
    CLOSED: both sides have signed every decision.
    """

    OPEN = "OPEN"
    COMPUTED = "COMPUTED"
    DECIDED = "DECIDED"
    CLOSED = "CLOSED"


class JointDecisionStatus(StrEnum):
    """Life of a joint decision; one whose expiry date has passed opens nothing, whatever its status.

    PROPOSED: at least one side has not signed.
    IN_FORCE: both sides have signed, in agreement or with a dissent that made it more protective.
    SUSPENDED: too many of the origin's people left: the away track is closed.
    EXPIRED: its last day has passed: the away track is closed until both sides decide anew.
    """

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"


class CommentStance(StrEnum):
    """How a comment stands to the computed index.

    SUPPORTS: it fits what the commenter sees.
    TIGHTER: the market is tighter than computed.
    LOOSER: the market is looser than computed.
    OTHER: something else.
    """

    SUPPORTS = "SUPPORTS"
    TIGHTER = "TIGHTER"
    LOOSER = "LOOSER"
    OTHER = "OTHER"
