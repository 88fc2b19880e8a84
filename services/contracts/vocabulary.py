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
