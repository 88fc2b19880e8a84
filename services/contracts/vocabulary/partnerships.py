"""What a skills partnership is, who takes part in it, and its life."""

from enum import StrEnum


class PartnershipModel(StrEnum):
    """How a partnership works.

    GSP_DUAL_TRACK: Global Skill Partnership: training at origin for those who stay and those who move.
    SMP: skills mobility partnership in IOM's sense.
    FIXED_TERM_MIGRATION: work abroad for a fixed time.
    MIGRATION_WITH_PARALLEL_INVESTMENT: people move, and the destination invests in training at origin beside it.
    CIRCULAR_ENTREPRENEUR: entrepreneurs go on missions abroad and come back.
    APPRENTICESHIP_ABROAD: vocational training takes place at destination.
    RECRUITMENT_SUPPORT_ONLY: help with recruitment, no training.
    SEASONAL_CIRCULAR: seasonal work that is repeated.
    TALENT_PARTNERSHIP_UMBRELLA: a frame under which other partnerships stand.
    SOUTH_SOUTH: both countries are origins of migration elsewhere.
    """

    GSP_DUAL_TRACK = "GSP_DUAL_TRACK"
    SMP = "SMP"
    FIXED_TERM_MIGRATION = "FIXED_TERM_MIGRATION"
    MIGRATION_WITH_PARALLEL_INVESTMENT = "MIGRATION_WITH_PARALLEL_INVESTMENT"
    CIRCULAR_ENTREPRENEUR = "CIRCULAR_ENTREPRENEUR"
    APPRENTICESHIP_ABROAD = "APPRENTICESHIP_ABROAD"
    RECRUITMENT_SUPPORT_ONLY = "RECRUITMENT_SUPPORT_ONLY"
    SEASONAL_CIRCULAR = "SEASONAL_CIRCULAR"
    TALENT_PARTNERSHIP_UMBRELLA = "TALENT_PARTNERSHIP_UMBRELLA"
    SOUTH_SOUTH = "SOUTH_SOUTH"


class PartnershipMaturity(StrEnum):
    """How far a partnership has been tried.

    DESIGN: on paper.
    PILOT: tried for the first time, with hypotheses.
    SCALE_UP: tried, and made larger.
    INSTITUTIONALISED: carried on by the institutions themselves.
    """

    DESIGN = "DESIGN"
    PILOT = "PILOT"
    SCALE_UP = "SCALE_UP"
    INSTITUTIONALISED = "INSTITUTIONALISED"


class PartnershipStatus(StrEnum):
    """Lifecycle of a partnership; TERMINATED is reached from any state that is not final.

    IDEA: registered by one of them.
    SCOPING: both sides have a lead and look for what is needed.
    NEGOTIATION: a joint shortage is found, terms are negotiated.
    SIGNED: both sides have signed.
    INCEPTION: data, results and roles are settled, work is prepared.
    ACTIVE: people are trained and placed.
    SUSPENDED: nothing new begins.
    COMPLETING: what has begun is brought to its end.
    CLOSED: handed over and accounted for.
    EVALUATED: evaluated after the follow-up; final.
    TERMINATED: ended before its time; final.
    """

    IDEA = "IDEA"
    SCOPING = "SCOPING"
    NEGOTIATION = "NEGOTIATION"
    SIGNED = "SIGNED"
    INCEPTION = "INCEPTION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETING = "COMPLETING"
    CLOSED = "CLOSED"
    EVALUATED = "EVALUATED"
    TERMINATED = "TERMINATED"


class PartySide(StrEnum):
    """On which side of the corridor a party stands.

    ORIGIN: the country that people come from.
    DESTINATION: the country that people may move to.
    THIRD: neither.
    """

    ORIGIN = "ORIGIN"
    DESTINATION = "DESTINATION"
    THIRD = "THIRD"


class PartyRole(StrEnum):
    """What a party does in a partnership.

    LEAD: leads its side.
    CO_LEAD: leads its side beside another.
    SIGNATORY: signs for its side.
    FUNDER: pays.
    IMPLEMENTER: does the work.
    DEMAND_HOLDER: has jobs to fill.
    TRAINER: teaches.
    CERTIFIER: certifies what was learned.
    RECOGNISER: recognises qualifications.
    RECRUITER: recruits.
    HOST: receives people for stays.
    SERVICE_PROVIDER: serves people on their way.
    SOCIAL_PARTNER: speaks for employers or workers.
    MONITOR: watches and reports.
    DATA_STEWARD: answers for the data.
    DEVELOPMENT_ACTOR: supports the cooperation of the governments.
    OBSERVER: reads.
    """

    LEAD = "LEAD"
    CO_LEAD = "CO_LEAD"
    SIGNATORY = "SIGNATORY"
    FUNDER = "FUNDER"
    IMPLEMENTER = "IMPLEMENTER"
    DEMAND_HOLDER = "DEMAND_HOLDER"
    TRAINER = "TRAINER"
    CERTIFIER = "CERTIFIER"
    RECOGNISER = "RECOGNISER"
    RECRUITER = "RECRUITER"
    HOST = "HOST"
    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    SOCIAL_PARTNER = "SOCIAL_PARTNER"
    MONITOR = "MONITOR"
    DATA_STEWARD = "DATA_STEWARD"
    DEVELOPMENT_ACTOR = "DEVELOPMENT_ACTOR"
    OBSERVER = "OBSERVER"


class Track(StrEnum):
    """Where a person is headed: HOME strengthens the origin economy, AWAY fills a shortage abroad.

    HOME: works at origin.
    AWAY: works at destination.
    """

    HOME = "HOME"
    AWAY = "AWAY"


class FourfoldParty(StrEnum):
    """The four parties of the fourfold win (S-69).

    EMPLOYER: the firms and organisations that take people on.
    CANDIDATE: the people who train, work or found.
    DESTINATION: the country where the away track leads.
    ORIGIN: the country where the people come from.
    """

    EMPLOYER = "EMPLOYER"
    CANDIDATE = "CANDIDATE"
    DESTINATION = "DESTINATION"
    ORIGIN = "ORIGIN"


class NeedKind(StrEnum):
    """What a need was identified for (S-62).

    SECTOR: a branch of the economy needs it.
    STAKEHOLDER: one actor, or a group of actors, needs it.
    """

    SECTOR = "SECTOR"
    STAKEHOLDER = "STAKEHOLDER"


class Urgency(StrEnum):
    """How soon a need has to be met.

    LOW: within the life of the partnership.
    MEDIUM: within two years.
    HIGH: within a year.
    CRITICAL: at once; something important stands still until then.
    """

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class ChecklistAnswer(StrEnum):
    """What a checklist item is found to be.

    YES: it is agreed and in writing.
    PARTIAL: a part of it is; counts one half.
    NO: it is missing.
    NA: it does not apply to this partnership and is left out of the count.
    """

    YES = "YES"
    PARTIAL = "PARTIAL"
    NO = "NO"
    NA = "NA"


class IncidentKind(StrEnum):
    """What was reported about a partnership.

    GUARD_TRIPPED: a hard guard of the fourfold-win engine refused something.
    FORCED_LABOUR_INDICATOR: one of the ILO indicators of forced labour was observed.
    """

    GUARD_TRIPPED = "GUARD_TRIPPED"
    FORCED_LABOUR_INDICATOR = "FORCED_LABOUR_INDICATOR"


class HardGuard(StrEnum):
    """What no score outweighs.

    G01: a worker paid a recruitment fee or related cost that was not given back within 30 days.
    G02: an indicator of forced labour was verified.
    G03: pay below the floor, or a contract was substituted.
    G04: a brain-drain safeguard was violated.
    G05: no legal pathway, or irregular by the employer's act.
    G06: the person is a minor.
    G07: there is no informed consent.
    G08: discrimination was found.
    G09: strikers were replaced.
    G10: the candidate's debt service takes more than 10 % of net pay.
    G11: the wage undercuts the native median of occupation and region by more than 15 % without explanation.
    G12: the home to away ratio was below its target for two periods.
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


class JustTransitionGroup(StrEnum):
    """Whom a just transition must not leave behind (S-02).

    DISPLACED_WORKERS: workers whose jobs end with brown industries.
    WOMEN: women.
    YOUTH: people from 15 to 34.
    RURAL: people of rural areas.
    PERSONS_WITH_DISABILITIES: people with disabilities.
    RETURNEES: people who came back from working abroad.
    """

    DISPLACED_WORKERS = "DISPLACED_WORKERS"
    WOMEN = "WOMEN"
    YOUTH = "YOUTH"
    RURAL = "RURAL"
    PERSONS_WITH_DISABILITIES = "PERSONS_WITH_DISABILITIES"
    RETURNEES = "RETURNEES"


class PolicyFrame(StrEnum):
    """A frame of policy that a partnership answers to (S-04).

    GFMD: Global Forum on Migration and Development.
    GCM: Global Compact for Safe, Orderly and Regular Migration; the reference is an objective.
    SDG: Sustainable Development Goals; the reference is a goal or target.
    NDC: nationally determined contribution under the Paris Agreement.
    UN_BLMA: United Nations guidance on bilateral labour migration agreements.
    EU_TALENT_PARTNERSHIP: Talent Partnership of the European Union.
    """

    GFMD = "GFMD"
    GCM = "GCM"
    SDG = "SDG"
    NDC = "NDC"
    UN_BLMA = "UN_BLMA"
    EU_TALENT_PARTNERSHIP = "EU_TALENT_PARTNERSHIP"


class TrackChoicePoint(StrEnum):
    """When a trainee chooses between home and away.

    AT_SELECTION: before the training.
    DURING_TRAINING: at a time in the training that the partners set.
    AT_GRADUATION: with the certificate in hand.
    """

    AT_SELECTION = "AT_SELECTION"
    DURING_TRAINING = "DURING_TRAINING"
    AT_GRADUATION = "AT_GRADUATION"


class RecognitionCoverage(StrEnum):
    """How far the destination recognises what the partnership certifies.

    NONE: not at all.
    PARTIAL: in part, or with compensation measures.
    FULL: as equal to its own qualification.
    NOT_REGULATED: the occupation needs no recognition there.
    """

    NONE = "NONE"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    NOT_REGULATED = "NOT_REGULATED"


class GrievanceChannelKind(StrEnum):
    """Where a worker can complain.

    EMPLOYER: an office of the employer.
    HOTLINE: a telephone or message line.
    TRADE_UNION: a union.
    LABOUR_INSPECTION: the public inspectorate.
    OMBUDSPERSON: an ombuds office.
    CONSULATE: the consular service of the origin.
    CIVIL_SOCIETY: an association or legal clinic.
    """

    EMPLOYER = "EMPLOYER"
    HOTLINE = "HOTLINE"
    TRADE_UNION = "TRADE_UNION"
    LABOUR_INSPECTION = "LABOUR_INSPECTION"
    OMBUDSPERSON = "OMBUDSPERSON"
    CONSULATE = "CONSULATE"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"


class SocialSecurityBranch(StrEnum):
    """A branch of social security that a convention covers.

    OLD_AGE: old-age pension.
    SURVIVORS: survivors' pension.
    INVALIDITY: invalidity pension.
    SICKNESS_MATERNITY: sickness and maternity.
    WORK_INJURY: injury at work and occupational disease.
    UNEMPLOYMENT: unemployment.
    FAMILY: family benefits.
    """

    OLD_AGE = "OLD_AGE"
    SURVIVORS = "SURVIVORS"
    INVALIDITY = "INVALIDITY"
    SICKNESS_MATERNITY = "SICKNESS_MATERNITY"
    WORK_INJURY = "WORK_INJURY"
    UNEMPLOYMENT = "UNEMPLOYMENT"
    FAMILY = "FAMILY"


class ReleasePolicy(StrEnum):
    """Who may see released figures of a partnership.

    PARTIES: its parties only.
    AUTHENTICATED: every client of the house.
    PUBLIC: anyone.
    """

    PARTIES = "PARTIES"
    AUTHENTICATED = "AUTHENTICATED"
    PUBLIC = "PUBLIC"


class Comparison(StrEnum):
    """How a value is held against the one that was expected.

    AT_LEAST: the value or more is success.
    AT_MOST: the value or less is success.
    """

    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"


class EvaluationCriterion(StrEnum):
    """The criteria of the OECD Development Assistance Committee, as revised in 2019.

    RELEVANCE: does it do the right things?
    COHERENCE: how well does it fit with what else is done?
    EFFECTIVENESS: does it reach its objectives?
    EFFICIENCY: how well are resources used?
    IMPACT: what difference does it make?
    SUSTAINABILITY: do the benefits last?
    """

    RELEVANCE = "RELEVANCE"
    COHERENCE = "COHERENCE"
    EFFECTIVENESS = "EFFECTIVENESS"
    EFFICIENCY = "EFFICIENCY"
    IMPACT = "IMPACT"
    SUSTAINABILITY = "SUSTAINABILITY"
