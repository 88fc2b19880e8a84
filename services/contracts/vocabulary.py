"""Words that all three services share: ISO codes and the enumerations of skills partnerships."""

from enum import StrEnum

# ISO 3166-1 alpha-3, 2024 edition.
_COUNTRIES = """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS
    BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV
    CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM
    GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN
    IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE
    LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS
    MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK
    PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR
    SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY
    USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""

# ISO 4217, currencies in circulation (funds and metals left out).
_CURRENCIES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF
    XCD XOF XPF YER ZAR ZMW ZWG
"""

Country = StrEnum("Country", {code: code for code in _COUNTRIES.split()})  # type: ignore[misc]
Country.__doc__ = "A country or territory, ISO 3166-1 alpha-3."

Currency = StrEnum("Currency", {code: code for code in _CURRENCIES.split()})  # type: ignore[misc]
Currency.__doc__ = "A currency, ISO 4217."


class OrganisationType(StrEnum):
    """What an organisation is."""

    GOVERNMENT_MINISTRY = "GOVERNMENT_MINISTRY"
    SUBNATIONAL_AUTHORITY = "SUBNATIONAL_AUTHORITY"
    PUBLIC_EMPLOYMENT_SERVICE = "PUBLIC_EMPLOYMENT_SERVICE"
    IMMIGRATION_AUTHORITY = "IMMIGRATION_AUTHORITY"
    DEVELOPMENT_AGENCY = "DEVELOPMENT_AGENCY"
    UN_IGO = "UN_IGO"
    IGO_RESEARCH = "IGO_RESEARCH"
    IFI = "IFI"
    MOBILITY_INTERMEDIARY_NGO = "MOBILITY_INTERMEDIARY_NGO"
    STATISTICS_OFFICE = "STATISTICS_OFFICE"
    EMPLOYER = "EMPLOYER"
    EMPLOYERS_FEDERATION = "EMPLOYERS_FEDERATION"
    TRADE_UNION = "TRADE_UNION"
    TRAINING_PROVIDER = "TRAINING_PROVIDER"
    QUALIFICATION_AUTHORITY = "QUALIFICATION_AUTHORITY"
    PROFESSIONAL_REGULATOR = "PROFESSIONAL_REGULATOR"
    RECRUITER = "RECRUITER"
    INCUBATOR = "INCUBATOR"
    HOST_ORGANISATION = "HOST_ORGANISATION"
    DIASPORA_ORGANISATION = "DIASPORA_ORGANISATION"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"
    FINANCIAL_SERVICE = "FINANCIAL_SERVICE"
    RESEARCH = "RESEARCH"


class OrganisationSector(StrEnum):
    """The actor class behind stakeholder breadth."""

    INTERNATIONAL = "INTERNATIONAL"
    NATIONAL_PUBLIC = "NATIONAL_PUBLIC"
    SUBNATIONAL_PUBLIC = "SUBNATIONAL_PUBLIC"
    PRIVATE = "PRIVATE"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"
    SOCIAL_PARTNER = "SOCIAL_PARTNER"
    ACADEMIC = "ACADEMIC"
    DIASPORA = "DIASPORA"


class PartnershipModel(StrEnum):
    """How a partnership works."""

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
    """How far a partnership has been tried."""

    DESIGN = "DESIGN"
    PILOT = "PILOT"
    SCALE_UP = "SCALE_UP"
    INSTITUTIONALISED = "INSTITUTIONALISED"


class PartnershipStatus(StrEnum):
    """Lifecycle of a partnership; TERMINATED is reached from any state that is not final."""

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
    """On which side of the corridor a party stands."""

    ORIGIN = "ORIGIN"
    DESTINATION = "DESTINATION"
    THIRD = "THIRD"


class PartyRole(StrEnum):
    """What a party does in a partnership."""

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
    """Where a person is headed: HOME strengthens the origin economy, AWAY fills a shortage abroad."""

    HOME = "HOME"
    AWAY = "AWAY"


class TrackPreference(StrEnum):
    """What a candidate is willing to do."""

    HOME = "HOME"
    AWAY = "AWAY"
    EITHER = "EITHER"


class Persona(StrEnum):
    """In which role a person takes part."""

    WORKER = "WORKER"
    APPRENTICE = "APPRENTICE"
    INTERN = "INTERN"
    ENTREPRENEUR = "ENTREPRENEUR"
    EMPLOYEE_OF_SME = "EMPLOYEE_OF_SME"
    EXPERT = "EXPERT"
    TRAINER = "TRAINER"


class Sex(StrEnum):
    """SDMX CL_SEX; X is 'not stated or other'."""

    F = "F"
    M = "M"
    X = "X"


class Cefr(StrEnum):
    """Common European Framework of Reference for Languages."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Evidence(StrEnum):
    """How a skill is known: SELF and CV are claims, the others are evidence."""

    SELF = "SELF"
    CV = "CV"
    REFERENCE = "REFERENCE"
    TESTED = "TESTED"
    CERTIFIED = "CERTIFIED"


class ContractType(StrEnum):
    """Kind of employment contract."""

    PERMANENT = "PERMANENT"
    FIXED_TERM = "FIXED_TERM"
    APPRENTICESHIP = "APPRENTICESHIP"
    SEASONAL = "SEASONAL"
    INTERNSHIP = "INTERNSHIP"


class VacancyStatus(StrEnum):
    """Life of a vacancy."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    FILLED = "FILLED"
    WITHDRAWN = "WITHDRAWN"


class ProgrammeType(StrEnum):
    """Kind of training."""

    SKILLS_SHORT_COURSE = "SKILLS_SHORT_COURSE"
    VOCATIONAL = "VOCATIONAL"
    TECHNICAL = "TECHNICAL"
    LANGUAGE = "LANGUAGE"
    SOFT_INTERCULTURAL = "SOFT_INTERCULTURAL"
    PRE_DEPARTURE = "PRE_DEPARTURE"
    POST_ARRIVAL = "POST_ARRIVAL"
    REINTEGRATION = "REINTEGRATION"
    WORK_BASED = "WORK_BASED"


class DeliveryMode(StrEnum):
    """How training reaches the trainee."""

    ON_SITE = "ON_SITE"
    ONLINE = "ONLINE"
    BLENDED = "BLENDED"
    WORKPLACE = "WORKPLACE"


class RecognitionStatus(StrEnum):
    """State of a professional recognition."""

    NOT_REQUIRED = "NOT_REQUIRED"
    NOT_STARTED = "NOT_STARTED"
    SUBMITTED = "SUBMITTED"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ConsentScope(StrEnum):
    """What a person agreed to."""

    MATCHING_HOME = "MATCHING_HOME"
    MATCHING_AWAY = "MATCHING_AWAY"
    STATISTICS = "STATISTICS"


class EnrolmentStatus(StrEnum):
    """Life of a person's place in a training session."""

    ENROLLED = "ENROLLED"
    COMPLETED = "COMPLETED"
    CERTIFIED = "CERTIFIED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"


class ProposalStatus(StrEnum):
    """Life of a proposal; each side answers in its own time and in either order."""

    PROPOSED = "PROPOSED"
    CANDIDATE_ACCEPTED = "CANDIDATE_ACCEPTED"
    EMPLOYER_ACCEPTED = "EMPLOYER_ACCEPTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class PlacementStatus(StrEnum):
    """Life of a placement."""

    PREPARING = "PREPARING"
    STARTED = "STARTED"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class ClosingReason(StrEnum):
    """Why a proposal or placement ended without the job being kept; names follow Talent Catalog's list."""

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


class ReuseLevel(StrEnum):
    """ESCO skill reusability, from the widest to the narrowest."""

    TRANSVERSAL = "transversal"
    CROSS_SECTOR = "cross-sector"
    SECTOR_SPECIFIC = "sector-specific"
    OCCUPATION_SPECIFIC = "occupation-specific"


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


class ConceptKind(StrEnum):
    """What a concept of ESCO is.

    OCCUPATION: a kind of job.
    SKILL: a skill, a competence or knowledge.
    """

    OCCUPATION = "OCCUPATION"
    SKILL = "SKILL"


class LinkStatus(StrEnum):
    """How far the best candidate for a text may be trusted.

    CONFIRMED: the organisation itself said before what this text means.
    MATCH: the best candidate reaches the published threshold of a match.
    UNSURE: candidates were found, but a person has to choose among them.
    NONE: nothing in the taxonomy is like this text.
    """

    CONFIRMED = "CONFIRMED"
    MATCH = "MATCH"
    UNSURE = "UNSURE"
    NONE = "NONE"


class LabelKind(StrEnum):
    """Which name of a concept a text matched.

    PREFERRED: the name that ESCO prefers in that language.
    ALTERNATIVE: another name that ESCO holds in that language.
    CONFIRMED_MAPPING: the organisation's own word, from a mapping it confirmed.
    """

    PREFERRED = "PREFERRED"
    ALTERNATIVE = "ALTERNATIVE"
    CONFIRMED_MAPPING = "CONFIRMED_MAPPING"


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


class PartnerOfferKind(StrEnum):
    """Which way round an entry of the partner finder is.

    OFFER: the organisation would take this role in a partnership.
    NEED: the organisation looks for somebody who takes this role.
    """

    OFFER = "OFFER"
    NEED = "NEED"


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


class AccreditationBasis(StrEnum):
    """Why a training programme counts as accredited.

    RECORDED: an authority has put an accreditation on record that is valid today.
    STATED: the provider says so itself; no authority has confirmed it here.
    NONE: it does not.
    """

    RECORDED = "RECORDED"
    STATED = "STATED"
    NONE = "NONE"


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


class StructureKind(StrEnum):
    """Kind of structure that surrounds and supports a party.

    CHAMBER: chamber of commerce or trade.
    INCUBATOR: supports founders of firms.
    PUBLIC_EMPLOYMENT_SERVICE: office of an employment service.
    TRAINING_CENTRE: school or training centre.
    MUNICIPALITY: town or commune.
    INTEGRATION_AGENCY: helps newcomers to settle.
    OTHER: anything else.
    """

    CHAMBER = "CHAMBER"
    INCUBATOR = "INCUBATOR"
    PUBLIC_EMPLOYMENT_SERVICE = "PUBLIC_EMPLOYMENT_SERVICE"
    TRAINING_CENTRE = "TRAINING_CENTRE"
    MUNICIPALITY = "MUNICIPALITY"
    INTEGRATION_AGENCY = "INTEGRATION_AGENCY"
    OTHER = "OTHER"


class CapacityActionKind(StrEnum):
    """What a structure was given to do more or better.

    EQUIPMENT: machines and tools, counted in pieces.
    CURRICULUM: curricula written or revised, counted.
    TRAINERS_TRAINED: trainers who were trained, counted in persons.
    STAFF_TRAINED: other staff who were trained, counted in persons.
    LICENCES: licences of software or teaching material, counted.
    ACCREDITATION: accreditations obtained, counted.
    """

    EQUIPMENT = "EQUIPMENT"
    CURRICULUM = "CURRICULUM"
    TRAINERS_TRAINED = "TRAINERS_TRAINED"
    STAFF_TRAINED = "STAFF_TRAINED"
    LICENCES = "LICENCES"
    ACCREDITATION = "ACCREDITATION"


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
    """

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"


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


class MandateScope(StrEnum):
    """What a member lets its federation do in its name.

    PUBLISH_VACANCIES: publish, change, move and reconfirm vacancies.
    SUBMIT_DEMAND: submit demand forecasts and training needs.
    SIGN_COMMITMENTS: promise places, wages or mentoring.
    """

    PUBLISH_VACANCIES = "PUBLISH_VACANCIES"
    SUBMIT_DEMAND = "SUBMIT_DEMAND"
    SIGN_COMMITMENTS = "SIGN_COMMITMENTS"


class IdentifierScheme(StrEnum):
    """Register in which an organisation has an identifier.

    IATI: organisation identifier of the International Aid Transparency Initiative.
    ROR: Research Organization Registry.
    KBO: Belgian Crossroads Bank for Enterprises.
    SIREN: French register of companies.
    ICE: Moroccan common company identifier.
    ABN: Australian Business Number.
    LEI: Legal Entity Identifier, ISO 17442.
    VAT: value-added tax number.
    OTHER: any other register.
    """

    IATI = "IATI"
    ROR = "ROR"
    KBO = "KBO"
    SIREN = "SIREN"
    ICE = "ICE"
    ABN = "ABN"
    LEI = "LEI"
    VAT = "VAT"
    OTHER = "OTHER"


class InvitationStatus(StrEnum):
    """What became of an invitation.

    PENDING: it waits for an answer.
    ACCEPTED: the invited organisation became a party.
    DECLINED: it does not take part.
    WITHDRAWN: who invited took it back.
    EXPIRED: nobody answered in time.
    """

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class InvitationAnswer(StrEnum):
    """How an invitation is answered.

    ACCEPTED: the organisation takes part, with the side and roles it was offered.
    DECLINED: it does not, and says why.
    """

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class DemandKind(StrEnum):
    """What a line of demand speaks of.

    FORECAST: persons that an employer will need.
    TRAINING_NEED: persons who need training or professional development.
    """

    FORECAST = "FORECAST"
    TRAINING_NEED = "TRAINING_NEED"


class JobEffect(StrEnum):
    """What a vacancy means for the number of jobs where it lies.

    CREATED: the job did not exist before.
    KEPT: the job would be lost if nobody were found.
    """

    CREATED = "CREATED"
    KEPT = "KEPT"


class GreenShareSource(StrEnum):
    """Where the green share of a vacancy comes from.

    STATED: the employer said so.
    SKILLS: green ESCO skills among those the vacancy asks for.
    OCCUPATION: green ESCO skills among those ESCO gives to the occupation, as the vacancy names none itself.
    """

    STATED = "STATED"
    SKILLS = "SKILLS"
    OCCUPATION = "OCCUPATION"


class ComplementReason(StrEnum):
    """Why an offer and a need of the partner finder complement each other.

    ROLE: one offers the role that the other looks for.
    CORRIDOR: both name the same countries.
    SECTOR: both are in the same sector.
    MODEL: both mean the same model of partnership.
    LANGUAGE: they share a language.
    CAPACITY: at least as much is offered as is needed.
    """

    ROLE = "ROLE"
    CORRIDOR = "CORRIDOR"
    SECTOR = "SECTOR"
    MODEL = "MODEL"
    LANGUAGE = "LANGUAGE"
    CAPACITY = "CAPACITY"
