"""Who the partners are and what they ask of each other."""

from enum import StrEnum


class OrganisationType(StrEnum):
    """What an organisation is.

    GOVERNMENT_MINISTRY: a ministry of a national government.
    SUBNATIONAL_AUTHORITY: a region, state or municipality.
    PUBLIC_EMPLOYMENT_SERVICE: places jobseekers for the state.
    IMMIGRATION_AUTHORITY: decides on visas and permits.
    DEVELOPMENT_AGENCY: carries out development cooperation.
    UN_IGO: a United Nations or other intergovernmental organisation that operates.
    IGO_RESEARCH: an intergovernmental organisation that studies.
    IFI: an international financial institution.
    MOBILITY_INTERMEDIARY_NGO: a non-profit that builds labour mobility.
    STATISTICS_OFFICE: compiles official statistics.
    EMPLOYER: a firm or body with jobs.
    EMPLOYERS_FEDERATION: speaks for employers that are its members.
    TRADE_UNION: speaks for workers that are its members.
    TRAINING_PROVIDER: teaches.
    QUALIFICATION_AUTHORITY: keeps qualifications and compares them.
    PROFESSIONAL_REGULATOR: admits to a regulated profession.
    RECRUITER: finds workers for employers.
    INCUBATOR: helps firms to begin.
    HOST_ORGANISATION: receives people for a stay.
    DIASPORA_ORGANISATION: unites people of one origin abroad.
    CIVIL_SOCIETY: an association of citizens.
    FINANCIAL_SERVICE: banks, lends, or sends money.
    RESEARCH: a university or institute.
    """

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
    """The actor class behind stakeholder breadth.

    INTERNATIONAL: intergovernmental.
    NATIONAL_PUBLIC: public, of a state.
    SUBNATIONAL_PUBLIC: public, of a part of a state.
    PRIVATE: for profit.
    CIVIL_SOCIETY: non-profit and independent.
    SOCIAL_PARTNER: employers' or workers' representation.
    ACADEMIC: teaching and research.
    DIASPORA: organised by people of one origin abroad.
    """

    INTERNATIONAL = "INTERNATIONAL"
    NATIONAL_PUBLIC = "NATIONAL_PUBLIC"
    SUBNATIONAL_PUBLIC = "SUBNATIONAL_PUBLIC"
    PRIVATE = "PRIVATE"
    CIVIL_SOCIETY = "CIVIL_SOCIETY"
    SOCIAL_PARTNER = "SOCIAL_PARTNER"
    ACADEMIC = "ACADEMIC"
    DIASPORA = "DIASPORA"


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


class MandateScope(StrEnum):
    """What a member lets its federation do in its name.

    PUBLISH_VACANCIES: publish, change, move and reconfirm vacancies.
    SUBMIT_DEMAND: submit demand forecasts and training needs.
    SIGN_COMMITMENTS: promise places, wages or mentoring.
    """

    PUBLISH_VACANCIES = "PUBLISH_VACANCIES"
    SUBMIT_DEMAND = "SUBMIT_DEMAND"
    SIGN_COMMITMENTS = "SIGN_COMMITMENTS"


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


class PartnerOfferKind(StrEnum):
    """Which way round an entry of the partner finder is.

    OFFER: the organisation would take this role in a partnership.
    NEED: the organisation looks for somebody who takes this role.
    """

    OFFER = "OFFER"
    NEED = "NEED"


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
